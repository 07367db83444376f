"""Ledgers shipped with packs and one's own, scored on what the packs hold since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sim.analysis.answer import area_of, data_end
from sim.cli import main
from sim.domain import InputError
from sim.evidence import Published, append, entries_of
from sim.inputs.pack import load_province
from sim.inputs.text import source_data
from sim.run import kept_forecasts, score_forecasts

LEDGER = Path("provinces/lao-cai/ledger.jsonl")


@pytest.fixture
def root(own_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data of one's own, and an empty folder to work in."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return own_data


def shipped() -> Published:
    """The forecast that was frozen before any figure of 2024 was in."""
    return entries_of(source_data() / LEDGER)[0]


def test_the_forecast_of_2024_knew_no_figure_of_2024() -> None:
    first = shipped()
    assert (first.scenario, first.base_year, first.data_month) == ("fund-12.3", 2023, (2023, 12))
    later = {row.source_id for row in load_province("lao-cai").observations if row.year == 2024 and row.period == "mid"}
    assert later  # and yet the pack holds some now


def test_an_error_of_2024_is_shared_like_the_variance_of_2024_and_not_of_2030() -> None:
    """Of average revenue assumptions give about a quarter of the range of 2024, and more than half of that of 2030."""
    revenue = next(one for one in shipped().forecasts if one.indicator == "htx_revenue")
    assert revenue.underlying["2024"] < 0.3 < 0.5 < revenue.underlying["2030"]
    (judged,) = score_forecasts(own=Path("absent.jsonl"))
    line = next(one for one in judged.lines if one.indicator == "htx_revenue")
    start, end = (revenue.underlying[year] * revenue.variance[year] for year in ("2023", "2024"))
    share = (start + end) / (revenue.variance["2023"] + revenue.variance["2024"])
    moved = (revenue.moved["2023"] + revenue.moved["2024"]) / 2
    assert line.underlying == pytest.approx(moved + share * (line.error - moved)) and share < 0.3
    assert line.policy is None  # nobody has said what was spent


def test_without_a_file_a_forecast_meets_what_its_pack_holds_since() -> None:
    """The figures of mid-2024, each after the data end; plans, other provinces and earlier figures are not asked."""
    (judged,) = score_forecasts(own=Path("absent.jsonl"))
    lines = {(one.indicator, one.value) for one in judged.lines}
    assert {("htx_founded", 14.0), ("htx_registered", 515.0), ("htx_workers", 8529.0)} <= lines
    assert {one.indicator for one in judged.behind_breaks} == {"tht_count", "tht_members"}
    assert all(one.rules.no_change is not None and one.rules.last_growth is not None for one in judged.lines)
    assert [one.indicator for one in judged.lines if one.derived] == ["htx_dissolved"]
    assert [one.indicator for one in judged.lines if one.copied] == ["htx_worker_income"]
    workers = next(one for one in judged.lines if one.indicator == "htx_workers")
    founded = next(one for one in judged.lines if one.indicator == "htx_founded")
    assert workers.rules.no_change == 9229 and founded.rules.no_change == 22
    areas = {one.observation.area_code for one in judged.scored}
    assert areas == {"VN-02", "VN-02-2025"}


def test_ones_own_ledger_is_read_beside_the_shipped_one(root: Path) -> None:
    own = Path("ledger/forecasts.jsonl")
    append(own, replace(shipped(), scenario="no-support", vintage="2026-12-01T00:00:00Z"))
    append(own, replace(shipped(), scenario="elsewhere", area_code="VN-99"))
    assert [one.scenario for one in kept_forecasts(load_province())] == ["fund-12.3", "no-support"]
    assert [one.published.scenario for one in score_forecasts()] == ["fund-12.3", "no-support"]
    assert [one.published.scenario for one in score_forecasts(ledger=str(own))] == ["no-support", "elsewhere"]


def test_a_pack_of_merged_areas_tells_the_forecasts_of_each() -> None:
    absent = Path("absent.jsonl")
    assert [one.area_code for one in kept_forecasts(load_province("lao-cai-2025"), absent)] == ["VN-02"]
    assert kept_forecasts(load_province("yen-bai"), absent) == []


def test_the_data_end_is_the_day_a_pack_is_held_to_or_its_last_figure() -> None:
    """lao-cai holds figures of mid-2024 and is held to the end of 2023; without that it would know them."""
    held = load_province("lao-cai")
    assert data_end(held) == date(2023, 12, 31) and area_of(held) == "VN-02"
    free = replace(held, conditioned_to=None)
    assert data_end(free) == date(2024, 6, 30)
    early = replace(free, observations=tuple(row for row in held.observations if row.year < 2023))
    assert data_end(early) == date(2023, 12, 31)
    merged = load_province("lao-cai-2025")
    assert area_of(merged) == "VN-02-2025" and data_end(merged) >= date(2025, 6, 30)


def test_a_file_can_be_scored_instead(root: Path) -> None:
    rows = (root / "provinces/lao-cai/observations.csv").read_text(encoding="utf-8").splitlines()
    mine = "Lào Cai,VN-02,2024,year,HTX,htx_new,34,count,actual,own,"
    Path("outturns.csv").write_text("\n".join([rows[0], mine]) + "\n", encoding="utf-8")
    (judged,) = score_forecasts("outturns.csv")
    assert [(one.indicator, one.value) for one in judged.scored] == [("htx_founded", 34.0)]


def test_a_shipped_ledger_that_was_tampered_with_is_refused_by_every_door(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / LEDGER
    path.write_text(path.read_text(encoding="utf-8").replace('"0.5": 39.0', '"0.5": 34.0', 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        kept_forecasts(load_province())
    assert [problem.key for problem in refused.value.problems] == ["ledger_changed"]
    assert main(["ledger", "score", "--lang", "en"]) == 2
    assert "ledger.jsonl:1" in capsys.readouterr().err


def test_where_nothing_was_frozen_the_way_to_do_it_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / LEDGER).unlink()
    assert kept_forecasts(load_province()) == []
    assert main(["ledger", "score", "--lang", "en"]) == 2
    assert "coopsim ledger add" in capsys.readouterr().err
