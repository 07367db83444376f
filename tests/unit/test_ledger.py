"""The ledger keeps what was published, and scores it fairly when figures arrive."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import hypot, sqrt
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.answer import effect_of_money, freeze
from sim.domain import INDICATOR, InputError, Observation
from sim.ensemble import Z90, run
from sim.evidence import (
    KNOWN,
    NOT_MAPPED,
    NOT_OBSERVED,
    OTHER_BOUNDARY,
    OUTSIDE,
    SCORED,
    Beside,
    Forecast,
    Judged,
    Knowledge,
    Naive,
    Published,
    Scored,
    Spent,
    append,
    entries_of,
    score,
    skill,
    weighted_interval_score,
)
from sim.inputs.excel import parse_table
from sim.inputs.figures import COLUMNS, Mapped, load_indicator_map, parse_observations
from sim.inputs.pack import load_province
from sim.inputs.scenarios import load_scenario
from sim.report.forms import scores
from sim.report.print import Wording, rounded

AREA = "VN-02"
LEVELS = ("0.1", "0.25", "0.5", "0.75", "0.9")
TERMS = load_indicator_map()
BREAKS = load_province("lao-cai").breaks


def spread(middle: float, step: float) -> dict[str, float]:
    """Quantiles one step apart around a middle."""
    return {level: middle + step * place for level, place in zip(LEVELS, (-2, -1, 0, 1, 2), strict=True)}


def forecast(
    indicator: str, years: Mapping[int, dict[str, float]], *, underlying: Mapping[int, float] | None = None
) -> Forecast:
    """One frozen series, its mean in the middle, of whose variance assumptions give a quarter unless said."""
    quantiles = {str(year): values for year, values in years.items()}
    means = {year: values["0.5"] for year, values in quantiles.items()}
    variance = {year: ((values["0.9"] - values["0.1"]) / 2.0) ** 2 for year, values in quantiles.items()}
    shares = {str(year): (underlying or {}).get(year, 0.25) for year in years}
    moved = dict.fromkeys(quantiles, 0.0)
    return Forecast(indicator, INDICATOR[indicator].unit, quantiles, means, moved, variance, shares)


FORECASTS = (
    forecast("htx_active", {2023: spread(405, 0), 2024: spread(425, 10), 2025: spread(445, 15)}),
    forecast("htx_revenue", {2023: spread(900, 0), 2024: spread(961, 20)}),
    forecast("htx_members", {2023: spread(7500, 0), 2024: spread(7900, 100)}),
    forecast("htx_founded", {2024: spread(40, 5), 2025: spread(40, 5)}),
)
THT = (
    forecast("tht_count", {2023: spread(3958, 0), 2024: spread(3900, 50)}),
    forecast("tht_revenue", {2023: spread(216, 0), 2024: spread(228, 8)}),
)
PUBLISHED = Published(
    vintage="2026-11-24T00:00:00Z", scenario="fund-12.3", label={"vi": "Quỹ", "en": "Fund"}, area_code=AREA,
    base_year=2023, draws=4096, seed=1, planned={"2024": {"establishment": 3.0, "market": 9.0}},
    forecasts=FORECASTS, key={"inputs": "a"},
)  # fmt: skip


def figure(term: str, value: float, *, year: int = 2024, period: str = "year", **changes: str) -> Observation:
    """One printed figure."""
    row = Observation("Lào Cai", AREA, year, period, "HTX", term, value, "count", "actual", "page", "", 2)
    return replace(row, **changes)


def money_effect(spent: Sequence[Spent]) -> dict[str, dict[int, float]]:
    """A plan of 12 tỷ run again with other money: half an HTX, three eighths of a founding per tỷ so far."""
    more = {2024 + place: sum(one.billion - 12.0 for one in spent[: place + 1]) for place in range(len(spent))}
    gains = {"htx_active": 0.5, "htx_founded": 0.375, "htx_revenue": 2.0}
    return {indicator: {year: gain * money for year, money in more.items()} for indicator, gain in gains.items()}


def scored(term: str, value: float, *others: Observation, known: Sequence[Observation] = (), **where) -> Scored:
    """What became of one figure."""
    rows = [figure(term, value, **where), *others]
    return score(PUBLISHED, rows, TERMS, known=known, breaks=BREAKS, effect=money_effect)[0]


def spent(value: float, term: str = "support_budget_total", **changes: object) -> Observation:
    """Money really spent in 2024."""
    row = figure(term, value, **changes)
    return replace(row, entity="budget", unit="billion VND")


# -- the chain ---------------------------------------------------------------------------------------


def problem_of(path: Path) -> tuple[str, int | None]:
    """Key and line of the refusal of a ledger."""
    with pytest.raises(InputError) as refused:
        entries_of(path)
    return refused.value.problems[0].key, refused.value.problems[0].line


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Three entries."""
    path = tmp_path / "ledger" / "forecasts.jsonl"
    for scenario in ("fund-12.3", "no-support", "market-first"):
        append(path, replace(PUBLISHED, scenario=scenario))
    return path


def test_what_was_frozen_comes_back_oldest_first(ledger: Path) -> None:
    entries = entries_of(ledger)
    assert [entry.scenario for entry in entries] == ["fund-12.3", "no-support", "market-first"]
    assert entries[0] == PUBLISHED


def test_adding_only_appends(ledger: Path) -> None:
    before = ledger.read_bytes()
    append(ledger, PUBLISHED)
    after = ledger.read_bytes()
    assert after.startswith(before) and after[len(before) :].count(b"\n") == 1
    lines = [json.loads(line) for line in after.decode().splitlines()]
    assert [line["previous"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]


def test_no_byte_of_an_entry_can_be_changed(ledger: Path) -> None:
    intact = ledger.read_bytes()
    first, second, _ = intact.split(b"\n")[:3]
    start = len(first) + 1
    for place in range(start, start + len(second), 7):
        spoilt = bytearray(intact)
        spoilt[place] ^= 1
        ledger.write_bytes(bytes(spoilt))
        assert problem_of(ledger) == ("ledger_changed", 2), place


@pytest.mark.parametrize("order, line", [((1, 2), 1), ((0, 2), 2), ((1, 0, 2), 1), ((0, 0, 1, 2), 2), ((0, 2, 1), 2)])
def test_no_entry_can_be_dropped_repeated_or_moved(ledger: Path, order: tuple[int, ...], line: int) -> None:
    lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    ledger.write_text("".join(lines[place] for place in order), encoding="utf-8")
    assert problem_of(ledger) == ("ledger_changed", line)


def test_an_entry_rehashed_after_a_change_breaks_the_next(ledger: Path) -> None:
    """Whoever changes an old entry and its hash must rewrite all that followed."""
    lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    other = ledger.with_name("other.jsonl")
    append(other, replace(PUBLISHED, seed=2))
    ledger.write_text(other.read_text(encoding="utf-8") + "".join(lines[1:]), encoding="utf-8")
    assert problem_of(ledger) == ("ledger_changed", 2)


def test_nothing_is_added_to_a_spoilt_ledger(ledger: Path) -> None:
    spoilt = ledger.read_text(encoding="utf-8").replace("market-first", "market-frist")
    ledger.write_text(spoilt, encoding="utf-8")
    with pytest.raises(InputError):
        append(ledger, PUBLISHED)
    assert ledger.read_text(encoding="utf-8") == spoilt


def test_a_label_may_hold_any_character(tmp_path: Path) -> None:
    """A line separator copied from a word processor is part of a label, not the end of an entry."""
    path = tmp_path / "forecasts.jsonl"
    label = {"vi": "Quỹ 12,3 tỷ\u2028dòng hai\x85", "en": "Fund"}
    append(path, replace(PUBLISHED, label=label))
    assert entries_of(path)[0].label == label


@pytest.mark.parametrize("wrong", [{"data_end": "June"}, {"vintage": "yesterday"}])
def test_an_entry_whose_hash_fits_and_whose_dates_do_not_is_refused(tmp_path: Path, wrong: dict[str, str]) -> None:
    path = tmp_path / "forecasts.jsonl"
    append(path, PUBLISHED)
    append(path, replace(PUBLISHED, **wrong))
    assert problem_of(path) == ("ledger_changed", 2)


def test_a_missing_ledger_is_told(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "none.jsonl") == ("ledger_missing", None)


# -- which figures are scored ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "term, changes, outcome",
    [
        ("htx_active", {}, SCORED),
        ("htx_active", {"status": "estimate"}, SCORED),
        ("htx_active", {"status": "target"}, NOT_OBSERVED),
        ("htx_active", {"status": "derived"}, SCORED),
        ("htx_active", {"period": "plan"}, NOT_OBSERVED),
        ("htx_active", {"period": "undated"}, NOT_OBSERVED),
        ("htx_charter_capital", {}, NOT_MAPPED),
        ("htx_active", {"area_code": "VN-06"}, OTHER_BOUNDARY),
        ("htx_active", {"year": 2025, "period": "h1"}, SCORED),
        ("htx_active", {"year": 2025, "period": "to-06"}, SCORED),
        ("htx_active", {"year": 2025, "period": "to-07"}, OTHER_BOUNDARY),
        ("htx_active", {"year": 2025, "period": "h2"}, OTHER_BOUNDARY),
        ("htx_active", {"year": 2025, "period": "year"}, OTHER_BOUNDARY),
        ("htx_active", {"year": 2022}, KNOWN),
        ("htx_active", {"year": 2023}, KNOWN),
        ("htx_new", {"year": 2023, "period": "h2"}, KNOWN),
        ("htx_active", {"year": 2024, "period": "month-01"}, SCORED),
        ("htx_revenue_total", {"year": 2023}, KNOWN),
        ("htx_avg_revenue", {"year": 2026}, OTHER_BOUNDARY),
        ("htx_avg_profit", {}, OUTSIDE),
    ],
)
def test_which_figures_are_scored_and_why_others_are_not(term: str, changes: dict, outcome: str) -> None:
    assert scored(term, 420, **changes).outcome == outcome


def test_a_figure_dated_before_the_data_end_is_not_scored() -> None:
    """Whoever knew the first half of 2024 did not forecast it; without the date it would count as foreseen."""
    later = replace(PUBLISHED, data_end="2024-06-30")
    rows = [figure("htx_new", 14, period="h1"), figure("htx_active", 420, period="to-06"), figure("htx_new", 34)]
    assert [one.outcome for one in score(later, rows, TERMS)] == [KNOWN, KNOWN, SCORED]
    assert [one.outcome for one in score(PUBLISHED, rows, TERMS)] == [SCORED] * 3
    assert PUBLISHED.data_month == (2023, 12) and later.data_month == (2024, 6)


@pytest.mark.parametrize(
    "term, year, period, behind",
    [
        ("htx_active", 2024, "h1", []),
        ("htx_active", 2024, "to-06", []),
        ("htx_active", 2024, "to-07", ["law-2023"]),
        ("htx_active", 2024, "year", ["law-2023"]),
        ("htx_new", 2024, "year", ["law-2023"]),
        ("htx_active", 2025, "mid", ["law-2023"]),
        ("tht_count", 2024, "mid", ["tht-recount-2023"]),
        ("tht_avg_revenue", 2024, "mid", []),
    ],
)
def test_figures_behind_a_declared_break_stand_apart(term: str, year: int, period: str, behind: list[str]) -> None:
    rows = [figure(term, 430, year=year, period=period)]
    made = replace(PUBLISHED, forecasts=(*FORECASTS, *THT))
    (found,) = score(made, rows, TERMS, breaks=BREAKS)
    assert found.outcome == SCORED and [one.id for one in found.breaks] == behind
    assert Judged(made, (found,)).lines == (() if behind else (found,))
    assert not score(made, rows, TERMS)[0].breaks  # undeclared, it counts


def test_a_break_the_forecast_has_seen_two_years_of_sets_nothing_apart() -> None:
    series = {2026: spread(430, 0), 2027: spread(440, 10)}
    made = replace(PUBLISHED, base_year=2026, area_code="VN-21", forecasts=(forecast("htx_active", series),))
    law = [one for one in BREAKS if one.id == "law-2023"]
    (found,) = score(made, [figure("htx_active", 441, year=2027, area_code="VN-21")], TERMS, breaks=law)
    assert found.outcome == SCORED and not found.breaks


def test_money_rows_are_not_scored_as_outcomes() -> None:
    assert score(PUBLISHED, [spent(11.0)], TERMS) == []


# -- the date of a figure ----------------------------------------------------------------------------


def test_a_year_end_figure_meets_the_years_own_quantiles() -> None:
    found = scored("htx_active", 441)
    assert found.quantiles == {float(level): value for level, value in spread(425, 10).items()}
    assert found.error == 16 and found.inside
    assert found.score == pytest.approx(weighted_interval_score(found.quantiles, 441))


@pytest.mark.parametrize("period, share", [("mid", 0.5), ("h1", 0.5), ("to-09", 0.75), ("month-03", 0.25), ("h2", 1.0)])
def test_a_stock_within_the_year_lies_on_the_line_between_year_ends(period: str, share: float) -> None:
    found = scored("htx_active", 420, period=period)
    assert found.quantiles[0.5] == pytest.approx(405 + share * 20)
    assert found.quantiles[0.1] == pytest.approx(405 + share * (405 - 405))
    assert found.quantiles[0.9] == pytest.approx(405 + share * (445 - 405))


def test_an_average_in_mid_year_is_the_geometric_mean_of_year_ends() -> None:
    found = scored("htx_avg_revenue", 930, period="mid")
    assert found.quantiles[0.5] == pytest.approx(sqrt(900 * 961)) == pytest.approx(930)
    assert found.error == pytest.approx(0, abs=1e-9)


def test_members_in_mid_year_are_the_mean_of_year_ends() -> None:
    """docs/model.md section 5: a stock is averaged, as it was when history was matched."""
    found = scored("htx_members", 7700, period="mid")
    assert found.quantiles[0.5] == pytest.approx(7700)


@pytest.mark.parametrize(
    "period, share", [("h1", 0.5), ("h2", 0.5), ("to-09", 0.75), ("month-09", 1 / 12), ("year", 1.0)]
)
def test_a_flow_counts_for_the_share_of_the_year_it_covers(period: str, share: float) -> None:
    """And varies more than that share of the year's count does: which events fall into it is chance too, and uneven."""
    found = scored("htx_new", 22, period=period)
    luck = Z90 * sqrt(40 * share * (1 - share) * (12 + 40) / (12 + 1))
    assert found.quantiles[0.5] == round(40 * share)
    assert found.quantiles[0.9] == round(40 * share + hypot(10 * share, luck))
    assert found.quantiles[0.1] == round(max(0.0, 40 * share - hypot(10 * share, luck)))


def test_a_monthly_income_is_made_yearly() -> None:
    published = replace(PUBLISHED, forecasts=(forecast("htx_worker_income", {2024: spread(50, 1)}),))
    row = figure("htx_worker_income", 4.25, unit="million VND/month")
    assert score(published, [row], TERMS)[0].value == pytest.approx(51)


# -- against naive rules -----------------------------------------------------------------------------


def known(term: str, *rows: tuple[int, str, float], **changes: str) -> list[Observation]:
    """Figures of a series that were in before, (year, period, value)."""
    return [figure(term, value, year=year, period=period, **changes) for year, period, value in rows]


def test_a_level_stays_or_grows_on_from_the_figure_printed_last() -> None:
    """By hand: 405 at the end of 2023, 360 two years before: 405 x (405/360)^(1/2) at the end of 2024."""
    before = known("htx_active", (2021, "year", 360), (2023, "mid", 390), (2023, "year", 405))
    found = scored("htx_active", 430, known=before)
    assert found.rules.no_change == 405
    assert found.rules.last_growth == pytest.approx(405 * (405 / 360) ** 0.5)
    assert found.no_change == 25 and found.last_growth == pytest.approx(abs(430 - 405 * (405 / 360) ** 0.5))
    middle = scored("htx_active", 430, year=2025, period="mid", known=before)
    assert middle.rules.last_growth == pytest.approx(405 * (405 / 360) ** (1.5 / 2))


def test_workers_start_at_the_figure_printed_last() -> None:
    """9,229 in mid-2023 after 8,806 in mid-2022: a year on, 9,229 and 9,229 x 9,229/8,806."""
    before = known("htx_workers", (2022, "mid", 8806), (2023, "mid", 9229))
    made = replace(
        PUBLISHED, forecasts=(forecast("htx_workers", {2023: spread(9300, 100), 2024: spread(9700, 400)}),),
        printed={"htx_workers": 9369.0},
    )  # fmt: skip
    (found,) = score(made, [figure("htx_workers", 8529, period="mid")], TERMS, known=before)
    assert found.no_change == 700 and found.last_growth == pytest.approx(9229 * 9229 / 8806 - 8529)


@pytest.mark.parametrize(
    "period, value, before, no_change, last_growth",
    [
        ("h1", 14, [(2022, "h1", 15), (2023, "h1", 22)], 22, 22 * 22 / 15),
        ("mid", 14, [(2022, "h1", 15), (2023, "h1", 22), (2023, "year", 36)], 22, 22 * 22 / 15),
        ("to-06", 14, [(2023, "year", 36), (2023, "h1", 22)], 22, None),
        ("h2", 20, [(2022, "year", 40), (2023, "year", 36)], 18, 18 * 18 / 20),  # half a year at the year's pace
        ("year", 34, [(2023, "h1", 22)], 44, None),
        ("year", 34, [(2022, "year", 30), (2021, "year", 20)], 30, 30 * (30 / 20) ** 2),  # two years on
        ("h1", 14, [(2022, "h1", 0), (2023, "h1", 22)], 22, None),  # nothing does not grow
        ("h1", 14, [], None, None),
    ],
)
def test_a_flow_is_that_of_the_same_part_of_the_year_before(period, value, before, no_change, last_growth) -> None:
    found = scored("htx_new", value, period=period, known=known("htx_new", *before))
    assert found.rules.no_change == no_change
    assert found.rules.last_growth == (last_growth if last_growth is None else pytest.approx(last_growth))


def test_naive_rules_know_no_more_than_the_forecast() -> None:
    """Neither a figure after the data end, nor a plan, another area or another series moves them."""
    before = known("htx_active", (2023, "year", 405))
    other = [
        *known("htx_active", (2024, "h1", 999)), *known("htx_active", (2023, "year", 777), status="plan"),
        *known("htx_active", (2023, "year", 888), area_code="VN-06"), *known("htx_total", (2023, "year", 502)),
        *known("htx_active", (2022, "undated", 1)),
    ]  # fmt: skip
    assert scored("htx_active", 430, known=[*other, *before]).rules == Naive(405.0)


def test_without_an_earlier_figure_the_printed_start_stands_in() -> None:
    row = figure("htx_active", 430)
    (found,) = score(replace(PUBLISHED, printed={"htx_active": 405.0}), [row], TERMS)
    assert found.rules == Naive(405.0)


def test_a_good_forecast_beats_the_naive_rules_and_a_bad_one_does_not() -> None:
    before = known("htx_active", (2022, "year", 405), (2023, "year", 405))
    good, bad = scored("htx_active", 425, known=before), scored("htx_active", 405, known=before)
    assert good.score < good.no_change == good.last_growth and bad.score > bad.no_change == 0


@pytest.mark.parametrize(
    "term, value, copied", [("htx_worker_income", 48, True), ("htx_worker_income", 48.1, False), ("htx_new", 22, False)]
)
def test_an_average_that_repeats_the_last_one_to_the_digit_is_marked(term: str, value: float, copied: bool) -> None:
    """A count of foundings may well be the same twice."""
    series = forecast("htx_worker_income", {2023: spread(48, 1), 2024: spread(50, 1)})
    unit = {"unit": "count" if term == "htx_new" else "million VND/yr"}
    before = known(term, (2023, "year", 22 if term == "htx_new" else 48), **unit)
    made = replace(PUBLISHED, forecasts=(*FORECASTS, series))
    assert score(made, [figure(term, value, **unit)], TERMS, known=before)[0].copied is copied


# -- all lines together -----------------------------------------------------------------------------


def test_the_skill_line_is_the_mean_of_each_score_over_its_outturn() -> None:
    """By hand: scores 5 of 100 and 30 of 200 are 5 and 15 %, 10 % together; the rules on the lines they know."""
    def line(value: float, ours: float, rules: Naive) -> Scored:
        return Scored(figure("htx_active", value), SCORED, "htx_active", value, score=ours, rules=rules)

    lines = [line(100, 5, Naive(92, 104)), line(200, 30, Naive(190)), line(0, 3, Naive(1, 1))]
    found = skill(lines)
    assert found.lines == 2 and found.ours == pytest.approx(10)
    assert found.no_change == Beside(2, pytest.approx((8 + 5) / 2), pytest.approx(10))
    assert found.last_growth == Beside(1, pytest.approx(4), pytest.approx(5))
    assert skill(lines[2:]) is None and skill([]) is None


def test_a_better_forecast_has_the_better_skill_and_the_worse_the_worse() -> None:
    """Recovery and its control: the same figures met by a forecast of them and by one a third too high."""
    truth = {"htx_active": 425, "htx_avg_revenue": 961, "htx_members": 7900, "htx_new": 40}
    rows = [figure(term, value) for term, value in truth.items()]
    before = [*known("htx_active", (2023, "year", 405)), *known("htx_avg_revenue", (2023, "year", 900)),
              *known("htx_members", (2023, "year", 7500)), *known("htx_new", (2023, "year", 36))]  # fmt: skip
    high = tuple(
        forecast(one.indicator, {int(year): {level: 4 / 3 * value for level, value in values.items()}
                                 for year, values in one.quantiles.items()})
        for one in FORECASTS
    )  # fmt: skip
    good, bad = (skill(score(made, rows, TERMS, known=before))
                 for made in (PUBLISHED, replace(PUBLISHED, forecasts=high)))  # fmt: skip
    assert good.lines == bad.lines == 4 and good.no_change.rule == bad.no_change.rule
    assert good.ours < good.no_change.rule < bad.ours


def test_what_is_derived_or_behind_a_break_is_scored_and_does_not_count() -> None:
    rows = [figure("htx_active", 420, period="mid"), figure("htx_new", 19, period="h1", status="derived"),
            figure("htx_members", 7800)]  # fmt: skip
    judged = Judged(PUBLISHED, tuple(score(PUBLISHED, rows, TERMS, breaks=BREAKS)))
    plain, derived, behind = judged.scored
    assert {one.outcome for one in judged.scored} == {SCORED} and derived.derived and not plain.derived
    assert judged.lines == (plain, derived) and judged.behind_breaks == (behind,)
    assert judged.skill == skill([plain])


# -- the split of the error --------------------------------------------------------------------------


@pytest.mark.parametrize("money", [(), (spent(14.0),), (spent(6.0),)])
@pytest.mark.parametrize(
    "term, value, period", [("htx_active", 433, "year"), ("htx_new", 29, "h1"), ("htx_avg_revenue", 1010, "mid")]
)
def test_parts_add_up_to_the_error(money: tuple[Observation, ...], term: str, value: float, period: str) -> None:
    found = scored(term, value, *money, period=period)
    assert (found.policy or 0.0) + found.one_off + found.underlying == pytest.approx(found.error, abs=1e-12)


def test_money_not_spent_explains_its_part_and_luck_its_share_of_the_rest() -> None:
    """4 tỷ less than the planned 12 at half an HTX per tỷ: 2 HTX fewer."""
    found = scored("htx_active", 415, spent(8.0))
    assert found.policy == pytest.approx(-2)
    assert found.error == -10
    assert found.underlying == pytest.approx(0.25 * -8) and found.one_off == pytest.approx(0.75 * -8)


def test_the_rest_is_shared_like_the_variance_of_its_own_year() -> None:
    """Assumptions weigh more with the years; what they give of the last year says nothing of the first."""
    series = {2023: spread(405, 0), 2024: spread(425, 10), 2025: spread(445, 15)}
    one = forecast("htx_active", series, underlying={2024: 0.2, 2025: 0.5})
    published = replace(PUBLISHED, forecasts=(one,))
    first = score(published, [figure("htx_active", 435)], TERMS)[0]
    assert first.underlying == pytest.approx(2) and first.one_off == pytest.approx(8)
    middle = score(published, [figure("htx_active", 445, year=2025, period="mid")], TERMS)[0]
    # Half way between the two year-ends the variance is 650, of which 80 + 450/2 come from assumptions.
    assert middle.error == 10 and middle.underlying == pytest.approx(10 * (0.5 * 80 + 0.5 * 450) / 650)


def test_a_base_year_that_was_miscounted_lies_with_assumptions() -> None:
    """Pages count on from the printed figure; where the true one is known to lie 4 lower, that is no luck."""
    one = replace(FORECASTS[0], moved={"2023": -4.0, "2024": -4.0})
    for period in ("year", "mid"):
        row = figure("htx_active", 411 if period == "mid" else 421, period=period)
        found = score(replace(PUBLISHED, forecasts=(one,)), [row], TERMS)[0]
        assert found.error == -4 and found.one_off == pytest.approx(0) and found.underlying == pytest.approx(-4)


def test_half_a_years_count_is_more_luck_than_the_years() -> None:
    """Which foundings fall into the first half is chance too: 100/4 and 1/4 of (100 + 40² + 12 x 40) / 13."""
    half, whole = scored("htx_new", 27, period="h1"), scored("htx_new", 47)
    assert whole.underlying == pytest.approx(0.25 * 7)
    assert half.underlying == pytest.approx(7 * (0.25 * 100 / 4) / (100 / 4 + (100 + 40**2 + 12 * 40) / 13 / 4))


def test_the_error_is_told_from_the_mean_that_pages_print() -> None:
    skewed = replace(FORECASTS[0], means={"2023": 405.0, "2024": 427.0})
    found = score(replace(PUBLISHED, forecasts=(skewed,)), [figure("htx_active", 430)], TERMS)[0]
    assert found.expected == 427 and found.error == 3


def test_in_the_middle_of_the_first_year_money_explains_half_of_what_it_does_by_its_end() -> None:
    end, middle = scored("htx_active", 415, spent(8.0)), scored("htx_active", 410, spent(8.0), period="mid")
    assert middle.policy == pytest.approx(end.policy / 2)


def test_a_figure_within_a_year_meets_the_money_spent_by_then() -> None:
    """2 tỷ in the first half is the pace of 4 a year, 8 less than planned; the year's 8 tỷ came later."""
    rows = (spent(8.0), spent(2.0, period="h1"))
    assert scored("htx_active", 410, *rows, period="mid").policy == pytest.approx(0.5 * 0.5 * (4 - 12))
    assert scored("htx_new", 16, *rows, period="h1").policy == pytest.approx(0.5 * 0.375 * (4 - 12))
    assert scored("htx_active", 415, *rows).policy == pytest.approx(0.5 * (8 - 12))


def test_a_level_of_the_second_year_needs_the_money_of_both() -> None:
    row = figure("htx_active", 440, year=2025, period="mid")
    second = replace(spent(10.0), year=2025)
    assert score(PUBLISHED, [row, second], TERMS, effect=money_effect)[0].policy is None
    both = score(PUBLISHED, [row, spent(8.0), second], TERMS, effect=money_effect)[0].policy
    # 4 less, then 2 less: by the end of 2024 -2 HTX and of 2025 -3.
    assert both == pytest.approx(0.5 * (-2 - 3))


def test_what_was_paid_out_goes_before_what_was_given() -> None:
    asked: list[tuple[Spent, ...]] = []

    def effect(money: tuple[Spent, ...]) -> dict[str, dict[int, float]]:
        asked.append(money)
        return money_effect(money)

    rows = [figure("htx_active", 415), spent(8.0, "support_spent_total"), spent(12.0)]
    score(PUBLISHED, rows, TERMS, effect=effect)
    assert asked == [(Spent(8.0, paid=True),)]


def test_a_figure_of_a_month_keeps_its_digits() -> None:
    assert scored("htx_avg_revenue", 81.7, unit="million VND/month").value == 980.4


def test_where_spending_is_unknown_policy_stays_unknown() -> None:
    assert scored("htx_active", 415).policy is None
    assert scored("htx_active", 415, spent(8.0, area_code="VN-06")).policy is None
    assert scored("htx_active", 415, spent(8.0, status="plan")).policy is None


def test_spending_of_half_a_year_is_not_taken_for_the_years() -> None:
    assert scored("htx_active", 415, spent(4.0, period="h1")).policy is None


def test_money_explains_of_half_a_years_foundings_only_half_of_the_years() -> None:
    whole, half = scored("htx_new", 40, spent(8.0)), scored("htx_new", 20, spent(8.0), period="h1")
    assert half.policy == pytest.approx(whole.policy / 2)


# -- a file the repository has never seen, and a forecast as really published -------------------------

FILE = """area,area_code,year,period,entity,indicator,value,unit,status,source_id,note
Lào Cai,VN-02,2024,mid,HTX,htx_total,515,count,actual,new-page,
Lào Cai,VN-02,2024,h1,HTX,htx_new,19,count,actual,new-page,
Lào Cai,VN-02,2024,year,HTX,htx_avg_revenue,980,million VND/yr,estimate,new-page,
Lào Cai,VN-02,2024,year,budget,support_budget_total,11.1,billion VND,actual,new-page,
Lào Cai,VN-02,2024,year,HTX,htx_charter_capital,5,billion VND,actual,new-page,
Lào Cai,VN-02,2025,year,HTX,htx_total,560,count,actual,new-page,
"""


@pytest.fixture(scope="module")
def frozen(knowledge: Knowledge) -> Published:
    """The reference fund as it would be published now."""
    return freeze(knowledge, load_scenario("fund-12.3"), draws=4096, seed=5, vintage="2026-11-24T00:00:00Z")


def test_a_new_file_is_scored_against_what_was_published(frozen: Published, knowledge: Knowledge) -> None:
    rows = parse_observations(parse_table(FILE.encode(), COLUMNS, file="new.csv"))
    changes = effect(frozen, knowledge, Spent(11.1, paid=False))
    province = knowledge.province
    found = score(frozen, rows, TERMS, known=province.observations, breaks=province.breaks, effect=lambda _: changes)
    assert [one.outcome for one in found] == [SCORED, SCORED, SCORED, NOT_MAPPED, OTHER_BOUNDARY]
    assert all(one.score > 0 and one.policy is not None for one in found[:3])
    assert found[0].last_growth is not None and found[0].quantiles[0.1] < 515 < found[0].quantiles[0.9]


def test_money_of_a_plan_that_was_kept_changes_nothing(frozen: Published, knowledge: Knowledge) -> None:
    """The negative control: what the plan gives was given, and not one draw differs."""
    found = effect(frozen, knowledge, Spent(12.3, paid=False))
    assert all(change == 0.0 for changes in found.values() for change in changes.values())


def test_no_money_spent_is_the_plan_without_money(frozen: Published, knowledge: Knowledge) -> None:
    """0 tỷ spent: what the paired runs of both plans say, HTX for HTX; a straight line from one more tỷ said -6.4."""
    names = ("fund-12.3", "no-support")
    pair = run(
        knowledge.province, knowledge.register, [load_scenario(name) for name in names], draws=frozen.draws,
        seed=frozen.seed, posterior=knowledge.posterior,
    )  # fmt: skip
    plan, nothing = (pair.series(name, "htx_active")[0, -1] for name in names)
    for paid in (False, True):
        assert effect(frozen, knowledge, Spent(0.0, paid=paid))["htx_active"][2024] == (nothing - plan).mean()
    assert (nothing - plan).mean() == pytest.approx(-12.0, abs=0.3)


def test_money_paid_out_is_more_than_was_paid(frozen: Published, knowledge: Knowledge) -> None:
    """A fund pays out nine tenths in the usual year: so much paid is the plan kept, in the middle of draws."""
    money = (Spent(12.3 * 0.9, paid=paid) for paid in (True, False))
    kept, given = (effect(frozen, knowledge, one)["htx_active"][2024] for one in money)
    assert abs(kept) < 0.3 < 0.5 < -given


def test_a_plan_in_real_money_is_held_to_what_was_spent_in_the_years_own(knowledge: Knowledge) -> None:
    indexed = load_scenario("indexed")
    changes = effect_of_money(knowledge, indexed, [Spent(0.0, paid=True)], draws=1024, seed=5)
    same = effect_of_money(knowledge, load_scenario("fund-12.3"), [Spent(0.0, paid=True)], draws=1024, seed=5)
    assert changes["htx_active"][2024] == pytest.approx(same["htx_active"][2024], rel=0.05)


def effect(published: Published, known: Knowledge, *spent: Spent) -> Mapping[str, Mapping[int, float]]:
    """What money spent otherwise changes, by the plan of an entry run again."""
    return effect_of_money(known, load_scenario(published.scenario), spent, draws=published.draws, seed=published.seed)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("value, money", [(415.0, 8.0), (431.37, 12.5), (424.9, 0.0), (425.0, 12.0)])
def test_what_the_terminal_prints_subtracts_and_adds_up(lang: str, value: float, money: float) -> None:
    one = scored("htx_active", value, spent(money))
    moved = {"expected": one.expected + 0.123, "error": one.error - 0.123, "underlying": one.underlying - 0.123}
    skewed = replace(one, **moved, breaks=())
    _, lines, table, *_ = scores(Wording(lang), Judged(PUBLISHED, (skewed,)))
    (row,) = table.rows
    mean, error, *parts = (cell.as_printed() for cell in row[1:])
    assert mean == lines.rows[0][2].as_printed() and error == rounded(value, 0) - mean
    assert error == sum(parts) and abs(float(error) - skewed.error) < 1


def test_an_entry_of_the_earlier_form_is_still_scored_but_not_split(tmp_path: Path) -> None:
    """It holds one share for all years, which is no year's own, and a straight line for the money."""
    path = tmp_path / "old.jsonl"
    path.write_text((Path(__file__).parent / "ledger-1.jsonl").read_text(encoding="utf-8"), encoding="utf-8")
    (old,) = entries_of(path)
    found = score(old, [figure("htx_active", 415), spent(8.0)], TERMS)[0]
    assert found.error == 415 - found.quantiles[0.5] and found.score > 0
    assert found.policy is found.one_off is found.underlying is None
    append(path, PUBLISHED)
    assert entries_of(path) == (old, PUBLISHED)


def test_a_published_forecast_survives_the_ledger_unchanged(frozen: Published, tmp_path: Path) -> None:
    append(tmp_path / "one.jsonl", frozen)
    assert entries_of(tmp_path / "one.jsonl") == (frozen,)


def test_naive_rules_start_from_the_figure_that_was_printed(frozen: Published, knowledge: Knowledge) -> None:
    """"No change" means: again what the last page printed, not what we believe lies behind it."""
    printed = knowledge.province.base["htx_active"][frozen.area_code].value
    row = figure("htx_active", printed, entity="HTX")
    for rows in ((), knowledge.province.observations):
        assert score(frozen, [row], TERMS, known=rows)[0].no_change == pytest.approx(0)


def test_published_stocks_and_totals_agree_with_each_other(frozen: Published) -> None:
    """Inactive HTX are the registered less the active, and total revenue follows the number of active HTX."""
    middle = {one.indicator: {year: q["0.5"] for year, q in one.quantiles.items()} for one in frozen.forecasts}
    for year in ("2024", "2030"):
        inactive = middle["htx_registered"][year] - middle["htx_active"][year]
        assert middle["htx_inactive"][year] == pytest.approx(inactive, abs=2)
        total = middle["htx_revenue"][year] * middle["htx_active"][year] / 1000
        assert middle["htx_revenue_total"][year] == pytest.approx(total, rel=0.006)


def test_every_mapped_term_is_published(frozen: Published) -> None:
    published = {one.indicator for one in frozen.forecasts}
    assert {mapped.indicator for mapped in TERMS.values() if isinstance(mapped, Mapped)} <= published
    for one in frozen.forecasts:
        values = np.array([[q[level] for level in LEVELS] for q in one.quantiles.values()])
        assert (np.diff(values, axis=1) >= 0).all(), one.indicator
        assert all(0 <= share <= 1 for share in one.underlying.values())
        assert one.underlying.keys() == one.variance.keys() == one.means.keys() == one.quantiles.keys()
