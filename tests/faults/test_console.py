"""Any console: few letters, closed, full or gone streams end in no traceback, and the exit code stays true."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOOD = str(ROOT / "data/scenarios/fund-12.3.yaml")
REFUSED = "khong-co-tep"

posix = pytest.mark.skipif(os.name == "nt", reason="a POSIX shell redirects")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONIOENCODING", "PYTHONUTF8"}}
    command = [sys.executable, "-m", "sim", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env | environment, capture_output=True, timeout=120)


def shell(line: str) -> subprocess.CompletedProcess[bytes]:
    env = os.environ | {"C": f"{sys.executable} -m sim"}
    return subprocess.run(["bash", "-c", line], cwd=ROOT, env=env, capture_output=True, timeout=120)


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "không tìm thấy tệp"),
        ("cp1258", "không tìm thấy tệp"),  # tones stand behind their vowels there
        ("cp1252", "không tìm thây têp"),
        ("ascii", "khong tim thay tep"),
        ("cp437", "không tìm thâ"),
    ],
)
def test_a_console_shows_what_comes_closest(encoding: str, shown: str) -> None:
    done = run("check", REFUSED, PYTHONIOENCODING=encoding)
    assert done.returncode == 2
    told = unicodedata.normalize("NFC", done.stderr.decode(encoding))
    assert shown in told and "Traceback" not in told
    assert run("check", GOOD, PYTHONIOENCODING=encoding).returncode == 0


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("arguments", [["--help"], ["report", "--help"], ["planner", "--help"]])
def test_help_is_shown_on_a_console_of_ascii(arguments: list[str], lang: str) -> None:
    done = run("--lang", lang, *arguments, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"coopsim" in done.stdout


def test_without_a_locale_a_pipe_still_takes_every_letter() -> None:
    done = run("check", "không-có", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 2
    assert "không tìm thấy tệp" in done.stderr.decode("utf-8")


@posix
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"$C check {GOOD} >&-", 0),
        (f"$C check {GOOD} 2>&-", 0),
        (f"$C check {GOOD} <&- >&- 2>&-", 0),
        (f"$C check {REFUSED} >&-", 2),
        (f"$C check {REFUSED} 2>&-", 2),
        (f"$C check {REFUSED} >&- 2>&-", 2),
        (f"$C check {REFUSED} 2>/dev/full", 2),
        ("$C nonsense 2>&-", 2),
        (f"$C check {GOOD} | true; exit ${{PIPESTATUS[0]}}", 0),
        (f"$C check {REFUSED} 2>&1 | true; exit ${{PIPESTATUS[0]}}", 2),
    ],
)
def test_closed_full_and_broken_streams_leave_the_exit_code(line: str, code: int) -> None:
    done = shell(line)
    told = (done.stdout + done.stderr).decode()
    assert done.returncode == code
    assert "Traceback" not in told and "Exception ignored" not in told


@posix
@pytest.mark.parametrize(("lang", "words"), [("vi", "hết chỗ"), ("en", "no space left")])
def test_a_full_disk_behind_a_redirection_is_told(lang: str, words: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    done = shell(f"$C --lang {lang} check {GOOD} >/dev/full")
    assert done.returncode == 2
    assert words in done.stderr.decode()


@posix
def test_a_file_opened_where_output_was_closed_receives_none_of_it(tmp_path: Path) -> None:
    """Descriptor 1 is given to the next file that is opened; what we print must not land in it."""
    target = tmp_path / "mine.ipynb"
    done = shell(f"cd {tmp_path} && PYTHONPATH={ROOT} $C new notebook {target} >&-")
    assert done.returncode == 0, done.stderr.decode()
    assert target.read_bytes().lstrip().startswith(b"{")
