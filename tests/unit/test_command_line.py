"""The command line speaks the user's language: its help, and what it refuses, like every other input."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from sim.cli import main

#: (arguments, what both languages tell, Vietnamese words, English words)
MISUSED = [
    (["project"], "SCENARIO", "thiếu", "is missing"),
    (["projct"], "nên viết: project|write: project", "không có lệnh này", "no such command"),
    (["project", "fund-12.3", "--drawz", "4"], "--draws", "không có tùy chọn", "no such option"),
    (["check", "a.yaml", "--fresh"], "coopsim check --help", "không có tùy chọn", "no such option"),
    (["project", "fund-12.3", "--draws", "x"], "F66: --draws: .*“x”", "số nguyên từ 1", "whole number from 1"),
    (["project", "fund-12.3", "--seed", "-1"], "--seed: .*“-1”", "số nguyên từ 0", "whole number from 0"),
    (["project", "fund-12.3", "--draws"], "--draws", "phải có giá trị", "value must follow"),
    (["robust", "--threshold", "nửa"], "--threshold: .*“nửa”", "cần một con số", "must be a number"),
    (["seek", "fund-12.3", "--target", "t", "--probability", "1"], "--probability: .*“1”", "ví dụ 0,6", r"e\.g\. 0\.6"),
    (["compare", "a", "b", "--format", "xml"], "“xml”.*table, csv", "không thuộc danh sách", "not one of"),
    (["seek", "fund-12.3"], "--target --break-even", "cần một trong", "one of the options"),
    (["report", "--resume", "--fresh"], "--fresh: .*--resume", "không dùng được cùng", "cannot be used together"),
    (["report", "--resume=3"], "--resume: .*“3”", "không nhận giá trị", "takes no value"),
    (["report", "--f", "x"], "“--f”.*--formats, --fresh", "viết đủ tên", "in full"),
    (["ledger"], "add|score", "thiếu", "is missing"),
    (["ledger", "ad"], "“ad”.*add, score", "không thuộc danh sách", "not one of"),
]
#: Words of argparse itself, none of which a user may meet.
ENGLISH = re.compile(r"usage:|error:|argument|invalid|expected|required|unrecognized|choose from|allowed with")


def refused(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    """What a command line is refused with, on standard error alone."""
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert not told.out and "Traceback" not in told.err
    return told.err


@pytest.mark.parametrize(("arguments", "place", "vi", "en"), MISUSED, ids=lambda value: str(value)[:40])
def test_what_is_wrong_is_told_in_either_language(arguments, place, vi, en, capsys, monkeypatch) -> None:
    monkeypatch.delenv("COOPSIM_LANG", raising=False)
    said = refused(capsys, arguments)
    assert re.search(place, said) and re.search(vi, said) and not ENGLISH.search(said), said
    assert "--help" in said.splitlines()[-1]
    monkeypatch.setenv("COOPSIM_LANG", "en")
    said = refused(capsys, arguments)
    assert re.search(place, said) and re.search(en, said), said


def test_the_language_asked_for_on_the_line_itself_counts(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COOPSIM_LANG", "vi")
    assert "is missing" in refused(capsys, ["project", "--lang", "en"])
    assert "is missing" in refused(capsys, ["project", "--lang=en"])
    assert "thiếu" in refused(capsys, ["project", "--lang", "vi"])


@pytest.mark.parametrize("lang", ["fr", "../vi", ""])
def test_a_language_there_is_not_is_refused_in_vietnamese(lang: str, capsys, monkeypatch) -> None:
    assert "vi, en" in refused(capsys, ["project", "fund-12.3", "--lang", lang])
    monkeypatch.setenv("COOPSIM_LANG", lang)
    assert refused(capsys, ["check", "nowhere.yaml"])


def test_a_value_that_is_no_text_of_one_line_is_quoted_harmlessly(capsys) -> None:
    said = refused(capsys, ["project", "x", "--draws", "\x1b[31m\n{value}"])
    assert "\x1b" not in said and "{value}" in said


def test_a_shell_sees_the_code_of_a_refusal() -> None:
    found = subprocess.run([sys.executable, "-m", "sim", "project"], capture_output=True, text=True, timeout=60)
    assert found.returncode == 2 and "SCENARIO" in found.stderr and not found.stdout


def helped(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    """What is printed when help is asked for."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 0
    return capsys.readouterr().out


#: argparse's own English in a help text.
HELP_ENGLISH = re.compile(r"usage:|positional|options|show (this|program)|exit|arguments")


@pytest.mark.parametrize("command", [[], ["project"], ["ledger"], ["ledger", "add"], ["export"]], ids=" ".join)
def test_help_is_headed_in_the_language_of_the_user(command, capsys, monkeypatch) -> None:
    monkeypatch.delenv("COOPSIM_LANG", raising=False)
    said = helped(capsys, [*command, "--help"])
    assert said.startswith(f"cách dùng: {' '.join(['coopsim', *command])}") and "tùy chọn:" in said
    assert not HELP_ENGLISH.search(said), said
    monkeypatch.setenv("COOPSIM_LANG", "en")
    said = helped(capsys, [*command, "--help"])
    assert said.startswith("usage: coopsim") and "options:" in said and "show this help and exit" in said
    assert "tùy chọn" not in said


def test_help_follows_the_language_on_the_line_also_behind_it(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COOPSIM_LANG", "en")
    assert helped(capsys, ["project", "--lang", "vi", "--help"]).startswith("cách dùng:")
    assert helped(capsys, ["project", "-h", "--lang=vi"]).startswith("cách dùng:")
    monkeypatch.setenv("COOPSIM_LANG", "klingon")
    assert helped(capsys, ["project", "-h"]).startswith("cách dùng:")


def test_without_a_command_the_help_is_printed_in_the_language_too(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COOPSIM_LANG", "vi")
    assert main([]) == 2 and capsys.readouterr().out.startswith("cách dùng: coopsim [-h]")
