"""The command line speaks the user's language: its help, and what it refuses, like every other input."""

from __future__ import annotations

import argparse
import errno
import json
import os
import re
import subprocess
import sys
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.analysis.unknowns import find_box
from sim.cli import asked as choose, in_language, main, number, pointed
from sim.cli.questions import COMPARE, VERBS, CsvTable, Either, Question, Verb, imported
from sim.domain import CoopsimError, InputError
from sim.inputs.pack import load_province
from sim.inputs.scenarios import load_scenario
from sim.inputs.yaml import load_catalogue, scenario_text
from sim.report.print import Column, Table, Wording
from sim.run import check_folder, read_entries, system_refusal

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
    (["ledger", "ad"], "F52: add.score: .*“ad”.*add, score.*: add$", "không thuộc danh sách", "not one of"),
    (["project", "a", "--draws", "5" * 5000], "F10: --draws: ", "quá 18 chữ số", "more than 18 digits"),
    (["planner", "--port", "70000"], "F66: --port: .*“70000”.*65.?535", "cổng", "a port"),
    (["planner", "--port", "0"], "F66: --port: .*“0”", "cổng", "a port"),
    (["robust", "--threshold", "٠.٩"], "F10: --threshold: ", "chữ số 0–9", "digits 0–9"),
    (["robust", "--threshold", "1e-1"], "F11: --threshold: ", "có mũ", "exponent"),
    (["seek", "f", "--target", "t", "--up-to", "1.500"], "F03: --up-to: .*1.500", "hai cách đọc", "two readings"),
    (["seek", "f", "--target", "t", "--up-to", "1,500"], "F03: --up-to: .*1500 ", "hai cách đọc", "two readings"),
    (["seek", "f", "--target", ""], "F52: --target: ", "bỏ trống", "empty"),
    (["allocate", "f", "--weights", " "], "F52: --weights: ", "bỏ trống", "empty"),
    (["curve", "f", "--lines="], "F52: --lines: ", "bỏ trống", "empty"),
    (["compare", "f", "g", "--years", ""], "F52: --years: ", "bỏ trống", "empty"),
    (["project", "f", "-o", ""], "F52: -o/--out: ", "bỏ trống", "empty"),
    (["project", "f", "--province", ""], "F52: --province: ", "bỏ trống", "empty"),
    (["allocate", "f", "--lock", ""], "F52: --lock: ", "bỏ trống", "empty"),
    (["verify", ""], "F52: DIR: ", "bỏ trống", "empty"),
    (["report", "f", "--formats", ","], "F52: --formats: ", "bỏ trống", "empty"),
    (["project", "f", "--lang", "fr"], "F52: --lang: .*“fr”.*vi, en", "không thuộc danh sách", ""),
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
    assert re.search(place, said, re.MULTILINE) and re.search(vi, said) and not ENGLISH.search(said), said
    assert arguments[:1] == ["report"] or "--help" in said.splitlines()[-1]
    monkeypatch.setenv("COOPSIM_LANG", "en")
    said = refused(capsys, arguments)
    assert re.search(place, said, re.MULTILINE) and re.search(en, said), said


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


def test_a_language_of_the_environment_that_is_none_is_told_where_it_stands_and_an_empty_one_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COOPSIM_LANG", "fr")
    assert main(["check", "x.yaml"]) == 2
    assert "F52: COOPSIM_LANG" in capsys.readouterr().err
    monkeypatch.setenv("COOPSIM_LANG", "")
    assert main(["check", "x.yaml"]) == 2
    assert "x.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "written"),
    [("1.500", "1.5"), ("1,500", "1,5"), ("1.000", "1"), ("2.050", "2.05"), ("1.234", "1.2340")],
)
def test_what_a_number_of_two_readings_should_be_written_as_is_read_again(text: str, written: str) -> None:
    with pytest.raises(InputError) as refused:
        choose.typed(text, "bad_amount", "--floor")
    told = refused.value.problems[0].params
    assert told["short"] == written
    readings = [float(choose.typed(told[name], "bad_amount", "--floor")) for name in ("short", "plain")]
    assert readings == [float(text.replace(",", ".")), float(text.replace(",", ".")) * 1000]


#: What a number may look like wherever one is typed, and what it is then.
TYPED = [("0.6", 0.6), ("0,6", 0.6), ("0.600", 0.6), ("1.5000", 1.5), ("1,25", 1.25), ("2", 2.0), ("1.234,8", 1234.8)]


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_a_number_typed_with_a_comma_or_a_point_is_the_same_everywhere(text: str, value: float) -> None:
    assert number(text) == value
    assert float(choose.typed(text, "bad_amount", "--floor")) == value


#: Neither a guess nor a half-understood number: what no option takes.
UNTYPED = ["1.000", "1,500", "-2.345", "1 500", "1,234.5", "１２", "٣", "1_0", "nan", "inf", "1e2", "5 %", "(5)", "x"]


@pytest.mark.parametrize("text", UNTYPED)
def test_a_number_of_two_readings_or_none_is_refused_everywhere(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        number(text)
    for asked in (
        lambda: choose.typed(text, "bad_amount", "--floor"),
        lambda: choose.bounds_asked(within="30", locked=(), floors=[f"market={text}"], caps=()),
        lambda: choose.weights_asked(f"htx_active={text}", load_scenario("fund-12.3")),
        lambda: choose.target_named(f"htx_active>={text}@2030", load_province(), load_scenario("fund-12.3")),
    ):
        with pytest.raises(InputError):
            asked()


def test_limits_weights_and_targets_take_a_decimal_comma() -> None:
    assert pointed("2,5") == "2.5"
    scenario = load_scenario("fund-12.3")
    bounds = choose.bounds_asked(within="12,5 %", locked=(), floors=["market=0,5"], caps=["market=1.5"])
    assert (bounds.within, dict(bounds.floors), dict(bounds.caps)) == (
        Fraction(1, 8), {"market": 500_000_000}, {"market": 1_500_000_000},
    )  # fmt: skip
    weights = choose.weights_asked("htx_active=1,5,htx_worker_income=0.5, htx_workers=2", scenario)
    assert [(outcome.indicator, weight) for outcome, weight in weights.items()] == [
        ("htx_active", 1.5), ("htx_worker_income", 0.5), ("htx_workers", 2.0),
    ]  # fmt: skip
    assert choose.target_named("htx_active>=600,5@2030", load_province(), scenario).low == 600.5


#: (arguments behind the scenario, code and place, what the advice must hold, what it must not)
ADVISED = [
    (["allocate", "--within", "ten"], "F66: --within", "none", "capacity"),
    (["allocate", "--weights", "htx_active"], "F66: --weights", "htx_active=2", "capacity"),
    (["allocate", "--weights", "htx_active=1,htx_active=2"], "F48: --weights", "htx_active", "capacity"),
    (["allocate", "--floor", "market"], "F66: --floor", "capacity=3", "htx_active="),
    (["allocate", "--cap", "market=1", "--cap", "market=2"], "F48: --cap", "market", "capacity"),
    (["seek", "--target", "htx_active<=600@2030"], "F52: --target", "htx_active>=600@2030", "e.g."),
    (["seek", "--target", "htx_stopped>=5@2030"], "F52: --target", "htx_stopped<=5@2030", "e.g."),
    (["seek", "--target", "htx_active>=1.000@2030"], "F03: --target", "1000", "e.g."),
    (["sensitivity", "--draws", "1"], "F66: --draws", "≥ 32", "Warning"),
    (["attribute", "--indicators", ","], "F52: --indicators", "empty", "e.g."),
]


@pytest.mark.parametrize(("arguments", "place", "holds", "not_holds"), ADVISED, ids=lambda value: str(value)[:40])
def test_advice_fits_the_option_it_is_given_for(arguments, place, holds, not_holds, capsys) -> None:
    command, *rest = arguments
    said = refused(capsys, [command, "fund-12.3", *rest, "--lang", "en"])
    assert place in said and holds in said and not_holds not in said
    assert place in refused(capsys, [command, "fund-12.3", *rest])


def test_a_report_of_a_single_draw_looks_for_no_box_in_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert find_box(np.array([True]), {"inflation": np.array([0.1])}) is None


def saved(folder: Path, name: str) -> Path:
    """A scenario of the shipped one's slug, in a file of another name."""
    path = folder / name
    path.write_text(scenario_text(load_scenario("fund-12.3")), encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["project", "report"])
def test_two_files_of_one_scenario_are_both_named(command: str, tmp_path, capsys) -> None:
    first, second = saved(tmp_path, "a.yaml"), saved(tmp_path, "b.yaml")
    options = ["-o", str(tmp_path / "out"), "--draws", "16"]
    if command == "project":
        said = refused(capsys, [command, str(first), str(second), *options])
    else:
        entries = read_entries([str(first), str(second)], "vi")
        said = next(entry.ending.reason for entry in entries if entry.ending)
    assert "F61" in said and f"({first}, {second})" in said and "“slug:”" in said


@pytest.mark.parametrize("command", ["check", "project", "report"])
def test_a_file_named_twice_is_refused_once(command: str, tmp_path, capsys) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("slug: broken\n", encoding="utf-8")
    once = refused(capsys, [command, str(broken)])
    assert refused(capsys, [command, str(broken), str(broken)]) == once and str(broken) in once


def test_a_refused_file_named_twice_is_one_row_of_a_report(tmp_path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("slug: broken\n", encoding="utf-8")
    assert len(read_entries(["fund-12.3", str(broken), str(broken)], "vi")) == 2


#: (what the system says, code, advice that fits, advice that does not)
SYSTEM = [
    (errno.ENOSPC, "F72", "free some space", "permission"),
    (errno.EDQUOT, "F72", "free some space", "permission"),
    (errno.EACCES, "F73", "mend the permission", "space"),
    (errno.EROFS, "F73", "choose another place", "space"),
    (errno.EEXIST, "F73", "move or rename", "permission"),
    (errno.ENOTDIR, "F73", "move or rename", "disk"),
    (errno.EIO, "F72", "look at the path and the disk", "free"),
]


@pytest.mark.parametrize(("number", "code", "fits", "misleads"), SYSTEM, ids=lambda value: str(value)[:12])
def test_what_the_system_refuses_gets_advice_that_mends_it(number, code, fits, misleads, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(CoopsimError, "options", frozenset({"-o"}))
    problem = system_refusal(OSError(number, os.strerror(number), str(tmp_path / ".ab12_x9z.part")))
    said = load_catalogue("en").describe(problem)
    assert said.startswith(f"{code} {tmp_path}: ") and os.strerror(number) in said, "no user knows half-written files"
    assert fits in said and misleads not in said.replace(str(tmp_path), "").replace(os.strerror(number), "")

    def refuse(**_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("sim.run.own_files.tempfile.TemporaryFile", refuse)
    with pytest.raises(InputError) as caught:
        check_folder(tmp_path)
    assert fits in load_catalogue("en").describe(caught.value.problems[0])


def test_a_file_in_the_way_of_a_folder_is_no_fault_of_the_disk(tmp_path, capsys) -> None:
    (tmp_path / "out").write_text("mine")
    for command in (["compare", "fund-12.3", "no-support"], ["project", "fund-12.3"]):
        said = refused(capsys, [*command, "-o", str(tmp_path / "out"), "--draws", "16", "--lang", "en"])
        assert "F73" in said and "move or rename" in said and "space" not in said
    assert (tmp_path / "out").read_text() == "mine"


def test_a_kernel_there_is_not_is_refused_with_those_there_are(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COOPSIM_KERNEL", "pyton3")
    said = refused(capsys, ["report", "fund-12.3", "-o", str(tmp_path / "out"), "--lang", "en"])
    assert "F80: COOPSIM_KERNEL: " in said and "coopsim, python3" in said and "write: python3" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("htx_active>=600@2030", "600 or more"),
        ("htx_stopped<=5@2030", "5 or less"),
        ("founded-2024-band", "from 40 to 45"),
    ],
)
def test_a_target_is_repeated_in_its_own_direction(target: str, says: str, capsys) -> None:
    assert main(["seek", "fund-12.3", "--target", target, "--draws", "64", "--lang", "en"]) == 0
    assert says in " ".join(capsys.readouterr().out.split())


def test_every_question_of_the_command_line_can_be_asked_in_python() -> None:
    questions = [verb for verb in VERBS if isinstance(verb, Question)]
    assert all(getattr(sim, question.name).__doc__ for question in questions)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_is_whole_in_one_language(verb: Verb, capsys) -> None:
    """Every option has a text and an example, in the language asked and only in it, before the command or behind."""
    for action in verb.actions or (verb,):
        behind = [verb.name] if action is verb else [verb.name, action.name]
        told = {lang: helped(capsys, ["--lang", lang, *behind, "--help"]) for lang in ("vi", "en")}
        assert told["en"] == helped(capsys, [*behind, "--help", "--lang", "en"])
        arguments = [
            one for given in action.arguments for one in (given.arguments if isinstance(given, Either) else (given,))
        ]
        for argument in arguments:
            vi, en = (in_language(argument.settings["help"], lang) for lang in ("vi", "en"))
            assert vi and en and " · " not in vi + en
            assert " ".join(en.split()) in " ".join(told["en"].split())
        assert "\nexamples:\n  coopsim " in told["en"] and "\nví dụ:\n  coopsim " in told["vi"]


def test_an_answer_is_printed_as_json_with_the_columns_of_the_csv(capsys) -> None:
    asked = ["compare", "no-support", "fund-12.3", "--draws", "16", "--years", "2030", "--format"]
    assert main([*asked, "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert main([*asked, "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert list(rows[0]) == lines[0].split(",")
    assert len(rows) == len(lines) - 1
    assert [repr(row["mean"]) for row in rows] == [line.split(",")[7] for line in lines[1:]]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_what_an_entry_of_the_register_names_is_there(verb: Verb) -> None:
    names = [one.does for one in (verb, *verb.actions) if one.does]
    if isinstance(verb, Question):
        names += [verb.compute, verb.sections, verb.code]
        names += [place for table in verb.tables for place in (table.columns, table.rows)]
    assert names and all(imported(name) for name in names if name)


def test_a_new_question_is_one_entry(monkeypatch: pytest.MonkeyPatch, capsys, tmp_path) -> None:
    """Its verb, its help, its table as CSV and as a file come from the entry alone."""
    asked = Question(
        "lines", "các dòng · the lines", COMPARE.arguments[-4:],
        compute="builtins:vars", sections="builtins:zip",
        tables=(CsvTable("lines.csv", "sim.domain:LINES", "tests.unit.test_command_line:one_row"),),
    )  # fmt: skip
    monkeypatch.setattr("sim.cli.entry.VERBS", (*VERBS, asked))
    assert "các dòng" in helped(capsys, ["lines", "--help"])
    assert "the lines" in helped(capsys, ["lines", "--help", "--lang", "en"])
    assert main(["lines", "--format", "csv"]) == 0
    printed = capsys.readouterr().out
    assert printed == "establishment,capacity,market,survey\n1,2,3,4\n"
    assert main(["lines", "-o", str(tmp_path), "--format", "csv"]) == 0
    assert (tmp_path / "lines.csv").read_text() == printed and not capsys.readouterr().out


def one_row(_: object) -> list[list[int]]:
    """Rows of a table that is the same whatever was asked."""
    return [[1, 2, 3, 4]]


TABLE = {"name": False, "a long head": True, "words": False}
ROWS = [("short", "+1.5 to 2", "some words that need room"), ("a name that has no room beside its figures", "−3", "x")]


def printed_at(width: int, heads: dict[str, bool], rows: list[tuple[str, ...]]) -> str:
    """A table in the terminal; `heads` says which columns hold numbers."""
    return Table([Column(head, numeric=number) for head, number in heads.items()], rows).terminal(Wording("en"), width)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_no_line_of_a_table_is_wider_than_the_terminal_and_no_number_or_name_is_broken(width: int) -> None:
    lines = printed_at(width, TABLE, ROWS).splitlines()
    names = {row[0] for row in ROWS}
    assert all(len(line) <= max(width, *map(len, names)) for line in lines)
    assert all(any(name in line for line in lines) for name in names)
    assert all(any(row[1] in line for line in lines) for row in ROWS)
    assert ("a name that has no room beside its figures" in lines) is (width <= 60)


def test_a_name_of_several_rows_is_printed_once() -> None:
    rows = [("Active HTX", "2024", "1"), ("Active HTX", "2030", "2"), ("Workers", "2024", "3")]
    printed = printed_at(80, {"what": False, "year": True, "n": True}, rows)
    assert printed.count("Active HTX") == 1 and printed.count("20") == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-v", "project", "no-support", "--draws", "16"], ("dữ liệu: ", "lao-cai", "16, 20240101", "giây")),
        (["project", "no-support", "--draws", "16", "-v", "--lang", "en"], ("data: ", "16, 20240101", "done after")),
        (["check", "absent.yaml", "--verbose"], ("dữ liệu: ", "xong sau", "absent.yaml")),
        (["project", "no-support", "--province", "absent", "-v"], ("Python: ", "bộ nhớ tạm: ", "xong sau", "absent")),
    ],
)  # fmt: skip
def test_what_is_read_and_how_long_it_took_is_logged_where_asked(
    arguments: list[str], words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error alone: answer and exit code are those of the same command without."""
    monkeypatch.setenv("COOPSIM_PROVINCE", "lao-cai")
    code, (answer, said) = main(arguments), capsys.readouterr()
    plain = [one for one in arguments if one not in ("-v", "--verbose")]
    assert main(plain) == code
    again = capsys.readouterr()
    assert again.out == answer
    assert set(again.err.splitlines()) <= set(said.splitlines())
    for word in words:
        assert word in said, said
    assert "coopsim: " not in again.err


def test_plans_across_worlds_are_by_default_those_of_the_plan_in_force(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The merged province has no other plan of 12.3 tỷ: the bare command was refused there."""
    monkeypatch.setenv("COOPSIM_PROVINCE", "lao-cai-2025")
    assert main(["robust", "--draws", "64", "--worlds", "central"]) == 0
    assert load_scenario("fund-31.7").label["vi"] in capsys.readouterr().out
