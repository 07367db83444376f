"""What installs is what was tested: the locks, environment.yml, the Makefile and the README agree."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from ruamel.yaml import YAML

from scripts.package_source import uv_environment

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = ({"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
           {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
           {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"})


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict:
    return tomllib.loads(text("pyproject.toml"))


def locked(name: str) -> list[tuple[Requirement, list[str]]]:
    """Entries of a lock with their hashes, in file order."""
    entries: list[tuple[Requirement, list[str]]] = []
    for line in text(name).splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            entries.append((Requirement(line.rstrip("\\ ")), []))
        elif line.strip().startswith("--hash="):
            entries[-1][1].append(line.strip().rstrip("\\ "))
        else:
            assert line.startswith(("#", "    # ")) or not line, f"{name}: unexpected line {line!r}"
    return entries


def versions(name: str) -> dict[str, str]:
    return {canonicalize_name(entry.name): str(entry.specifier).removeprefix("==") for entry, _ in locked(name)}


def needed(requirements: list[str]) -> list[Requirement]:
    return [Requirement(item) for item in requirements]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_one_exact_version_with_sha256_hashes(name: str) -> None:
    for entry, hashes in locked(name):
        assert re.fullmatch(r"==[^*,]+", str(entry.specifier)), entry
        assert hashes, f"{entry.name} has no hash"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", item) for item in hashes), entry.name


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address_and_no_path(name: str) -> None:
    body = text(name)
    assert "://" not in body
    assert not re.search(r"^\s*(-i|-f|-e|--index-url|--extra-index-url|--find-links|--trusted-host|--editable)\b",
                         body, re.MULTILINE)
    assert not any(entry.url for entry, _ in locked(name))
    assert not re.search(r"(^|[\s=])[/~]\w", body, re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_one_version_of_a_package_serves_every_supported_python(name: str) -> None:
    names = [canonicalize_name(entry.name) for entry, _ in locked(name)]
    assert sorted(names) == sorted(set(names))


def test_the_two_locks_never_disagree() -> None:
    runtime, dev = map(versions, LOCKS)
    shared = runtime.keys() & dev.keys()
    assert {name: runtime[name] for name in shared} == {name: dev[name] for name in shared}


def test_the_slow_parser_package_is_in_no_lock() -> None:
    for name in LOCKS:
        assert "rfc3987-syntax" not in versions(name)


def test_what_pyproject_asks_for_is_locked_on_every_python_and_system() -> None:
    asked = project()
    for requirements, name in (
        (asked["project"]["dependencies"] + asked["dependency-groups"]["setup"], "requirements.lock"),
        (asked["dependency-groups"]["dev"], "requirements-dev.lock"),
        (asked["build-system"]["requires"], "requirements.lock"),
    ):
        held = {canonicalize_name(entry.name): entry for entry, _ in locked(name)}
        for wanted in needed(requirements):
            entry = held[canonicalize_name(wanted.name)]
            assert wanted.specifier.contains(versions(name)[canonicalize_name(wanted.name)]), wanted
            for python in PYTHONS:
                for system in SYSTEMS:
                    where = {**default_environment(), **system, "python_version": python,
                             "python_full_version": python + ".0"}
                    assert entry.marker is None or entry.marker.evaluate(where), (wanted, where)


def test_environment_yml_takes_its_versions_from_the_lock_and_from_nowhere_else() -> None:
    environment = YAML(typ="safe", pure=True).load(text("environment.yml"))
    assert environment["name"] == project()["project"]["name"]
    assert environment["channels"] == ["conda-forge"]
    conda = [item for item in environment["dependencies"] if isinstance(item, str)]
    pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    assert pip == ["-r requirements.lock"]
    named = {re.split(r"[ <>=]", item)[0] for item in conda}
    assert named == {"python", "pip", "pandoc"}
    assert not (named & versions("requirements.lock").keys())


def test_environment_yml_and_pyproject_accept_the_pythons_that_are_supported() -> None:
    conda = next(item for item in YAML(typ="safe", pure=True).load(text("environment.yml"))["dependencies"]
                 if str(item).startswith("python "))
    for specifier in (Requirement(conda.replace(" ", "", 1)).specifier,
                      Requirement("python" + project()["project"]["requires-python"]).specifier):
        assert all(specifier.contains(Version(python + ".1")) for python in PYTHONS)
        assert not specifier.contains(Version("3.10.9"))


def test_the_version_stands_in_one_place() -> None:
    assert project()["project"]["dynamic"] == ["version"]
    assert "version" not in project()["project"]
    found = re.findall(r'^__version__ = "([^"]+)"$', text("sim/__init__.py"), re.MULTILINE)
    assert len(found) == 1
    assert f"## {found[0]}" in text("CHANGELOG.md")


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_every_make_command_of_a_readme_exists(name: str) -> None:
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text(name), re.DOTALL))
    commands = set(re.findall(r"\bmake ([a-z][a-z-]*)", code))
    assert {"report", "test"} <= commands, f"{name} must show `make report` and `make test`"
    assert commands <= make_targets(), f"{name} names make targets that do not exist"


def test_make_alone_lists_every_command_in_both_languages() -> None:
    explained = dict(re.findall(r"^([a-z][a-z-]*):.*?## (.+)$", text("Makefile"), re.MULTILINE))
    assert explained.keys() == make_targets()
    assert all(line.count(" · ") == 1 for line in explained.values())


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert re.search(r"^exec make test\b", text(".ci/run"), re.MULTILINE)
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)


def test_a_commit_is_checked_by_what_make_lint_runs_and_by_nothing_from_elsewhere() -> None:
    repositories = YAML(typ="safe", pure=True).load(text(".pre-commit-config.yaml"))["repos"]
    assert [one["repo"] for one in repositories] == ["local"]
    hooks = repositories[0]["hooks"]
    lint = re.search(r"^lint:.*\n((?:\t.+\n)+)", text("Makefile"), re.MULTILINE)
    run = [line.strip().replace("@$(BIN)/", ".venv/bin/") for line in lint.group(1).splitlines()]
    assert [hook["entry"] for hook in hooks] == [line for line in run if line.startswith(".venv/")]
    assert all(hook["language"] == "system" and not hook["pass_filenames"] for hook in hooks)


def test_pip_settings_reach_the_fast_installer() -> None:
    settings = {"index-url": "https://a.example/simple", "extra-index-url": "https://b.example/simple\nfile:///c",
                "find-links": "wheels more", "cert": "ca.pem", "timeout": "180", "trusted-host": "a.example",
                "no-index": "false"}
    result = uv_environment(settings, {"UV_FIND_LINKS": "mine", "HOME": "home"})
    assert result["UV_DEFAULT_INDEX"] == "https://a.example/simple"
    assert result["UV_INDEX"] == "https://b.example/simple file:///c"
    assert result["UV_FIND_LINKS"] == "mine", "what the user set for uv wins"
    assert (result["SSL_CERT_FILE"], result["UV_HTTP_TIMEOUT"]) == ("ca.pem", "180")
    assert result["UV_INSECURE_HOST"] == "a.example"
    assert "UV_NO_INDEX" not in result
    assert result["HOME"] == "home"


def test_without_pip_settings_the_installer_keeps_its_own_defaults() -> None:
    named = {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "UV_NO_INDEX"}
    assert not named & uv_environment({}, {}).keys()
