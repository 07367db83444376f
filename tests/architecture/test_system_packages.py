"""The set-up never runs the system's package manager unasked: it says what to install."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bootstrap, browser
from scripts.package_source import ALLOW

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="package managers of other systems are never called")


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to which every package manager adds its arguments instead of doing anything; the user is root."""
    log, tools = tmp_path / "calls", tmp_path / "bin"
    tools.mkdir()
    log.touch()
    for name in ("apt-get", "apt", "dnf", "yum", "brew", "sudo"):
        (tools / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {log}\n')
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.delenv("COOPSIM_CHROMIUM", raising=False)
    monkeypatch.delenv(ALLOW, raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setattr(browser, "CACHE", tmp_path / "cache")
    return log


def no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python without pip and ensurepip."""
    gone = subprocess.CompletedProcess([], 1, "", "")
    real = subprocess.run
    asked = ("pip", "ensurepip")
    missing = lambda command: len(command) > 2 and command[2] in asked  # noqa: E731
    monkeypatch.setattr(
        subprocess, "run", lambda command, **more: gone if missing(command) else real(command, **more)
    )


def test_without_a_browser_it_says_what_to_install(calls, capfd):
    assert browser.find() is None and not calls.read_text()
    told = capfd.readouterr().err
    assert "apt-get install chromium" in told and "hãy cài" in told and f"{ALLOW}=1" in told


def test_without_pip_it_says_what_to_install(calls, monkeypatch):
    no_pip(monkeypatch)
    with pytest.raises(bootstrap.SetUpError, match=r"apt-get install python3-venv") as refused:
        bootstrap.pip_command()
    assert not calls.read_text() and "hãy cài" in str(refused.value).lower() and ALLOW in str(refused.value)


@pytest.mark.parametrize("value", ["", "0", "no"])
def test_anything_but_one_is_no_permission(calls, monkeypatch, value):
    monkeypatch.setenv(ALLOW, value)
    bootstrap.add_system_pip()
    assert browser.from_system_packages() is None and not calls.read_text()


def test_whoever_permits_it_has_it_done(calls, monkeypatch):
    monkeypatch.setenv(ALLOW, "1")
    bootstrap.add_system_pip()
    browser.from_system_packages()
    done = calls.read_text()
    assert "python3-venv" in done and "chromium" in done and "sudo" not in done


def test_only_the_run_of_ci_gives_the_permission():
    giving = re.compile(rf"{ALLOW}=1\b")
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    if not files or not shutil.which("git"):
        pytest.skip("no checkout")
    scripts = [name for name in files if name.startswith((".ci/", "Makefile", ".vscode", ".pre-commit"))]
    assert [name for name in scripts if giving.search((ROOT / name).read_text(encoding="utf-8"))] == [".ci/run"]


def test_the_scripts_run_by_their_path_as_make_runs_them():
    for name in ("bootstrap.py", "browser.py"):
        code = f"import runpy; runpy.run_path({str(ROOT / 'scripts' / name)!r}, run_name='imported')"
        assert subprocess.run([sys.executable, "-I", "-c", code], cwd="/").returncode == 0
