"""The installed package does the main job from any directory, with nothing of this checkout in reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from platformdirs import user_cache_dir

from sim.inputs.text import source_data

SOURCE = source_data().parent
sys.path.insert(0, str(SOURCE / "scripts"))
from package_source import pip_settings, uv_environment  # noqa: E402  (needs the line above)

BIN = "Scripts" if os.name == "nt" else "bin"
UV = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")


def _uv(*arguments: object, **variables: str) -> None:
    env = {**uv_environment(pip_settings(sys.executable), os.environ), "UV_LINK_MODE": "copy", **variables}
    done = subprocess.run([str(UV), *map(str, arguments)], env=env, capture_output=True, text=True, cwd=SOURCE)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    _uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", folder, SOURCE)
    return next(folder.glob("*.whl"))


class Installed:
    """An environment with the wheel, and a user who has nothing else."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.home, self.work = folder / "home", folder / "work"
        self.home.mkdir()
        self.work.mkdir()
        self._venv = folder / "venv"
        _uv("venv", "--quiet", "--python", sys.executable, self._venv)
        there = {"VIRTUAL_ENV": str(self._venv)}
        _uv("pip", "sync", "--quiet", "--require-hashes", SOURCE / "requirements.lock", **there)
        _uv("pip", "install", "--quiet", "--offline", "--no-deps", wheel, **there)

    def run(self, *arguments: str, tool: str = "coopsim", code: int = 0) -> str:
        """Run a command in an empty folder; its output."""
        kept = {"SYSTEMROOT", "COOPSIM_CACHE"}  # what history says may come from the cache: its key is the code's
        env = {key: value for key, value in os.environ.items() if key in kept}
        env |= {"HOME": str(self.home), "PATH": os.defpath, "LANG": "C.UTF-8", "USERPROFILE": str(self.home)}
        env.setdefault("COOPSIM_CACHE", user_cache_dir("coopsim", appauthor=False))
        done = subprocess.run(
            [str(self._venv / BIN / tool), *arguments], env=env, cwd=self.work, capture_output=True, text=True
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    """The wheel in an empty environment."""
    return Installed(tmp_path_factory.mktemp("installed"), wheel)


def test_a_wheel_holds_data_notebooks_and_types_and_no_tests(wheel: Path) -> None:
    """Every file of the data and every notebook is in it, byte for byte."""
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        for kind in ("data", "notebooks"):
            for path in sorted((SOURCE / kind).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
                    inside = f"sim/shipped/{path.relative_to(SOURCE).as_posix()}"
                    assert packed.read(inside) == path.read_bytes()
    assert "sim/py.typed" in names
    assert "sim/report/style.css" in names
    assert not any(name.startswith(("tests/", "scripts/", "data/")) for name in names)


def test_the_package_does_the_main_job_without_the_checkout(installed: Installed) -> None:
    """It projects, makes a report that verifies, and finds its notebooks and words."""
    printed = installed.run("project", "no-support", "--draws", "64")
    assert printed.startswith("scenario,indicator")
    installed.run("report", "fund-12.3", "--draws", "256", "-o", "out")
    assert "thư mục" not in installed.run("verify", "out")
    page = (installed.work / "out" / "fund-12.3.html").read_text(encoding="utf-8")
    assert str(SOURCE) not in page
    record = json.loads((installed.work / "out" / "record.json").read_text(encoding="utf-8"))
    assert record["scenarios"]
    code = "import sim, pathlib; print(pathlib.Path(sim.__file__).parent / 'shipped', len(sim.list_scenarios()))"
    assert str(SOURCE) not in installed.run("-c", code, tool="python")


def test_packs_of_ones_own_go_to_ones_own_folder(installed: Installed) -> None:
    """What came with the program is never written; what one brought in is used and survives another version."""
    pack = source_data() / "provinces" / "yen-bai"
    asked = ("--pack", "mine", "--name", "Mine", "--area", "VN-06", "--base-year", "2024")
    sources = ("--sources", str(pack / "sources.csv"))
    told = installed.run("import", str(pack / "observations.csv"), *sources, *asked, "--yes")
    own = next(installed.home.rglob("provinces/mine"))
    assert str(own) in told
    assert own.parents[1].name == "data"
    assert not list(installed.home.parent.joinpath("venv").rglob("provinces/mine"))
    assert "VN-06" in installed.run("project", "no-support", "--province", "mine", "--draws", "32")
    # Another version ships another plan: what nobody changed follows, what one changed stays.
    shipped = next(installed.home.parent.joinpath("venv").rglob("shipped/data"))
    plan, changed = "plans/no-support.yaml", "plans/fund-12.3.yaml"
    for name in (plan, changed):
        (shipped / name).write_text((shipped / name).read_text(encoding="utf-8") + "# newer\n", encoding="utf-8")
    mine = own.parents[1]
    (mine / changed).write_text((mine / changed).read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    installed.run("project", "no-support", "--draws", "16")
    assert (mine / plan).read_text(encoding="utf-8").endswith("# newer\n")
    assert (mine / changed).read_text(encoding="utf-8").endswith("# mine\n")


def test_a_folder_that_cannot_be_made_is_told(installed: Installed) -> None:
    """A refusal in words, not a traceback, and nothing half done."""
    blocked = installed.home / "Documents"
    if blocked.exists():
        blocked.rename(installed.home / "elsewhere")
    blocked.write_text("in the way", encoding="utf-8")
    pack = source_data() / "provinces" / "yen-bai" / "observations.csv"
    asked = ("--pack", "mine", "--name", "Mine", "--area", "VN-06", "--base-year", "2024", "--lang", "en", "--yes")
    try:
        told = installed.run("import", str(pack), *asked, code=2)
        assert "Traceback" not in told
    finally:
        blocked.unlink()
