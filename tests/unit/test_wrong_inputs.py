"""Wrong inputs nobody thought of: each is refused in words that fit the door it came in by, and nothing is guessed."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

import sim
from sim.cli import main
from sim.domain import Bounds, FixedFund, FlexibleFund, InputError, Miscalled, Plan
from sim.ensemble import Outcome
from sim.inputs.yaml import speak

HTX = Outcome("htx_active", 2030)
SURE = "htx_active>=600@2030"

#: {what: (command line, Vietnamese word, English word)}
TYPED: dict[str, tuple[str, str, str]] = {
    "two numbers of draws": ("project fund-12.3 --draws 64 --draws 128", "hai lần", "twice"),
    "two provinces": ("project fund-12.3 --province lao-cai --province yen-bai", "hai lần", "twice"),
    "two years": ("check x.yaml --year 2024 --year 2025", "hai lần", "twice"),
    "two folders": ("project fund-12.3 -o a --out b", "hai lần", "twice"),
    "no number as a limit": ("allocate fund-12.3 --within nan", "số hữu hạn", "finite"),
    "no number as a floor": ("allocate fund-12.3 --floor market=nan", "số hữu hạn", "finite"),
    "no number as a chance": (f"seek fund-12.3 --target {SURE} --probability nan", "số hữu hạn", "finite"),
    "no end of money": (f"seek fund-12.3 --target {SURE} --up-to inf", "số hữu hạn", "finite"),
    "a line there is not among several": ("allocate fund-12.3 --lock survey,markt", "markt", "write: market"),
    "a world there is not among several": ("robust --worlds central,weak-market", "weak-markets", "weak-markets"),
    "a planner of a scenario there is not": ("planner fund-12.4 --no-browser", "fund-12.3", "write: fund-12.3"),
    "a planner of a folder": ("planner ./folder --no-browser", "thông thường", "ordinary file"),
    "a folder as ledger": ("ledger score --ledger folder", "thông thường", "ordinary file"),
}


@pytest.mark.parametrize("what", TYPED)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_command_line_refuses_in_words(
    what: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COOPSIM_LANG", lang)
    (tmp_path / "folder").mkdir()
    command, *words = TYPED[what]
    assert main(command.split()) == 2
    told = capsys.readouterr().err
    assert words[lang == "en"] in told and "Traceback" not in told
    assert "ô" not in told.split() and "cell" not in told, "an option is no cell"


def test_the_same_value_twice_is_one_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["project", "fund-12.3", "--draws", "16", "--draws", "16"]) == 0
    once = capsys.readouterr().out
    assert main(["project", "fund-12.3", "--draws", "16"]) == 0
    assert capsys.readouterr().out == once


def test_lines_to_keep_may_stand_between_commas(capsys: pytest.CaptureFixture[str]) -> None:
    tables = []
    for lines in (["--lock", "survey,capacity"], ["--lock", "survey", "--lock", "capacity"]):
        assert main(["allocate", "fund-12.3", "--format", "csv", "--draws", "64", *lines]) == 0
        tables.append(capsys.readouterr().out)
    assert tables[0] == tables[1]


#: {what: (call, a word of the refusal in both languages)}
CALLED: dict[str, tuple[Callable[[], object], str]] = {
    "no scenario to judge": (lambda: sim.robust([]), "scenarios"),
    "no indicator": (lambda: sim.attribute("fund-12.3", [], draws=16), "indicators"),
    "no line": (lambda: sim.curve("fund-12.3", lines=[], draws=16), "lines"),
    "draws too few to tell": (lambda: sim.sensitivity("fund-12.3", draws=4), "32"),
    "a chance that is no number": (lambda: FlexibleFund(math.nan), "probability"),
    "money up to less than none": (lambda: FlexibleFund(0.5, -1.0), "up_to"),
    "money up to no end": (lambda: FlexibleFund(0.5, math.inf), "up_to"),
    "a limit that is no exact share": (lambda: Bounds(within=0.3), "Fraction('0.3')"),  # type: ignore[arg-type]
    "a limit that is no number": (lambda: Bounds(within=math.nan), "Fraction"),  # type: ignore[arg-type]
    "a limit below none": (lambda: Bounds(within=Fraction(-1, 10)), "within"),
    "a lock on a line there is not": (lambda: Bounds(locked=frozenset({"markt"})), "markt"),
    "a floor above its cap": (lambda: Bounds(floors={"market": 2}, caps={"market": 1}), "market"),
    "steps nobody lists": (lambda: FixedFund(parts=7), "20, 40"),
    "a field there is not": (lambda: FixedFund(steps=40), "“steps”"),  # type: ignore[call-arg]
    "a target that is no number": (lambda: sim.objectives()["Chance"](HTX, math.nan), "low"),
    "a band the wrong way round": (lambda: sim.objectives()["Chance"](HTX, 500.0, 400.0), "400"),
    "an indicator's name as outcome": (lambda: sim.objectives()["Mean"]("htx_active"), "Outcome"),
    "a tail of all draws": (lambda: sim.objectives()["TailMean"](HTX, 1.0), "share"),
    "a year in quotes": (lambda: Plan.split("x", fund=5, years="2024"), "2024"),  # type: ignore[arg-type]
    "half a year": (lambda: Plan.split("x", fund=5, years=2024.5), "2024.5"),  # type: ignore[arg-type]
    "no year": (lambda: Plan.split("x", fund=5, years=[]), "years"),
    "a file that is not there": (lambda: sim.Result.from_parquet("none.parquet"), "none.parquet"),
}


@pytest.mark.parametrize("what", CALLED)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_python_refuses_in_words(what: str, lang: str) -> None:
    call, word = CALLED[what]
    speak(lang)
    try:
        with pytest.raises(InputError) as refused:
            call()
        text = str(refused.value)
    finally:
        speak("vi")
    assert word in text
    assert not text.startswith(tuple(problem.key for problem in refused.value.problems))


def test_a_result_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    result = sim.run("no-support", draws=16)
    for path in (tmp_path, tmp_path / "nowhere" / "x.parquet"):
        with pytest.raises(InputError, match=str(tmp_path)):
            result.to_parquet(path)
    (tmp_path / "x.parquet").write_text("no table")
    with pytest.raises(InputError, match=r"x\.parquet"):
        sim.Result.from_parquet(tmp_path / "x.parquet")


def test_a_path_is_a_name_wherever_one_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(Path(sim.__file__).parents[1].joinpath("data/scenarios/fund-12.3.yaml").read_text("utf-8"), "utf-8")
    assert sim.run(path, draws=16).scenarios == sim.run([str(path)], draws=16).scenarios
    with pytest.raises(Miscalled):
        sim.run(b"fund-12.3")  # type: ignore[arg-type]
