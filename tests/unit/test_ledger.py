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
    NOT_MAPPED,
    NOT_OBSERVED,
    OTHER_BOUNDARY,
    OUTSIDE,
    SCORED,
    Forecast,
    Knowledge,
    Published,
    Scored,
    Spent,
    append,
    entries_of,
    score,
    weighted_interval_score,
)
from sim.inputs.excel import parse_table
from sim.inputs.figures import COLUMNS, Mapped, load_indicator_map, parse_observations
from sim.inputs.scenarios import load_scenario
from sim.report.forms import scores
from sim.report.print import Wording

AREA = "VN-02"
LEVELS = ("0.1", "0.25", "0.5", "0.75", "0.9")
TERMS = load_indicator_map()


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


def scored(term: str, value: float, *others: Observation, growth: Mapping[str, float] | None = None, **where) -> Scored:
    """What became of one figure."""
    rows = [figure(term, value, **where), *others]
    return score(PUBLISHED, rows, TERMS, growth=growth or {}, effect=money_effect)[0]


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


def test_a_missing_ledger_is_told(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "none.jsonl") == ("ledger_missing", None)


# -- which figures are scored ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "term, changes, outcome",
    [
        ("htx_active", {}, SCORED),
        ("htx_active", {"status": "estimate"}, SCORED),
        ("htx_active", {"status": "target"}, NOT_OBSERVED),
        ("htx_active", {"status": "derived"}, NOT_OBSERVED),
        ("htx_active", {"period": "plan"}, NOT_OBSERVED),
        ("htx_active", {"period": "undated"}, NOT_OBSERVED),
        ("htx_charter_capital", {}, NOT_MAPPED),
        ("htx_active", {"area_code": "VN-06"}, OTHER_BOUNDARY),
        ("htx_active", {"year": 2025, "period": "h1"}, SCORED),
        ("htx_active", {"year": 2025, "period": "to-06"}, SCORED),
        ("htx_active", {"year": 2025, "period": "to-07"}, OTHER_BOUNDARY),
        ("htx_active", {"year": 2025, "period": "h2"}, OTHER_BOUNDARY),
        ("htx_active", {"year": 2025, "period": "year"}, OTHER_BOUNDARY),
        ("htx_active", {"year": 2022}, OUTSIDE),
        ("htx_avg_profit", {}, OUTSIDE),
    ],
)
def test_which_figures_are_scored_and_why_others_are_not(term: str, changes: dict, outcome: str) -> None:
    assert scored(term, 420, **changes).outcome == outcome


@pytest.mark.parametrize(
    "term, year, period, flagged",
    [
        ("htx_active", 2024, "h1", False),
        ("htx_active", 2024, "to-06", False),
        ("htx_active", 2024, "to-07", True),
        ("htx_active", 2024, "year", True),
        ("htx_new", 2024, "year", True),
        ("htx_active", 2025, "mid", True),
        ("htx_avg_revenue", 2024, "year", False),
    ],
)
def test_counts_under_the_new_law_are_flagged(term: str, year: int, period: str, flagged: bool) -> None:
    found = scored(term, 430, year=year, period=period)
    assert found.outcome == SCORED and found.law_break is flagged


def test_money_rows_are_not_scored_as_outcomes() -> None:
    assert score(PUBLISHED, [spent(11.0)], TERMS, growth={}) == []


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
    """And varies more than that share of the year's count does: which events fall into it is chance too."""
    found = scored("htx_new", 22, period=period)
    luck = Z90 * sqrt(40 * share * (1 - share))
    assert found.quantiles[0.5] == round(40 * share)
    assert found.quantiles[0.9] == round(40 * share + hypot(10 * share, luck))
    assert found.quantiles[0.1] == round(max(0.0, 40 * share - hypot(10 * share, luck)))


def test_a_monthly_income_is_made_yearly() -> None:
    published = replace(PUBLISHED, forecasts=(forecast("htx_worker_income", {2024: spread(50, 1)}),))
    row = figure("htx_worker_income", 4.25, unit="million VND/month")
    assert score(published, [row], TERMS, growth={})[0].value == pytest.approx(51)


# -- against naive rules -----------------------------------------------------------------------------


def test_both_naive_rules_start_from_the_base_year() -> None:
    found = scored("htx_active", 430, growth={"htx_active": 0.05})
    assert found.no_change == pytest.approx(25)
    assert found.last_growth == pytest.approx(abs(430 - 405 * 1.05))


def test_naive_growth_runs_for_the_years_since_the_base() -> None:
    found = scored("htx_active", 430, year=2025, period="mid", growth={"htx_active": 0.05})
    assert found.last_growth == pytest.approx(abs(430 - 405 * 1.05**1.5))


def test_a_flow_without_a_base_figure_has_no_naive_rule() -> None:
    found = scored("htx_new", 41, growth={"htx_founded": 0.05})
    assert found.no_change is None and found.last_growth is None


def test_a_good_forecast_beats_the_naive_rules_and_a_bad_one_does_not() -> None:
    good, bad = scored("htx_active", 425, growth={"htx_active": 0.0}), scored("htx_active", 405)
    assert good.score < good.no_change and bad.score > bad.no_change == 0


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
    first = score(published, [figure("htx_active", 435)], TERMS, growth={})[0]
    assert first.underlying == pytest.approx(2) and first.one_off == pytest.approx(8)
    middle = score(published, [figure("htx_active", 445, year=2025, period="mid")], TERMS, growth={})[0]
    # Half way between the two year-ends the variance is 650, of which 80 + 450/2 come from assumptions.
    assert middle.error == 10 and middle.underlying == pytest.approx(10 * (0.5 * 80 + 0.5 * 450) / 650)


def test_a_base_year_that_was_miscounted_lies_with_assumptions() -> None:
    """Pages count on from the printed figure; where the true one is known to lie 4 lower, that is no luck."""
    one = replace(FORECASTS[0], moved={"2023": -4.0, "2024": -4.0})
    for period in ("year", "mid"):
        row = figure("htx_active", 411 if period == "mid" else 421, period=period)
        found = score(replace(PUBLISHED, forecasts=(one,)), [row], TERMS, growth={})[0]
        assert found.error == -4 and found.one_off == pytest.approx(0) and found.underlying == pytest.approx(-4)


def test_half_a_years_count_is_more_luck_than_the_years() -> None:
    """Which foundings fall into the first half is chance too: 100/4 + 40/4, of which a quarter of the first part."""
    half, whole = scored("htx_new", 27, period="h1"), scored("htx_new", 47)
    assert whole.underlying == pytest.approx(0.25 * 7)
    assert half.underlying == pytest.approx(7 * (0.25 * 100 / 4) / (100 / 4 + 40 / 4))


def test_the_error_is_told_from_the_mean_that_pages_print() -> None:
    skewed = replace(FORECASTS[0], means={"2023": 405.0, "2024": 427.0})
    found = score(replace(PUBLISHED, forecasts=(skewed,)), [figure("htx_active", 430)], TERMS, growth={})[0]
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
    assert score(PUBLISHED, [row, second], TERMS, growth={}, effect=money_effect)[0].policy is None
    both = score(PUBLISHED, [row, spent(8.0), second], TERMS, growth={}, effect=money_effect)[0].policy
    # 4 less, then 2 less: by the end of 2024 -2 HTX and of 2025 -3.
    assert both == pytest.approx(0.5 * (-2 - 3))


def test_what_was_paid_out_goes_before_what_was_given() -> None:
    asked: list[tuple[Spent, ...]] = []

    def effect(money: tuple[Spent, ...]) -> dict[str, dict[int, float]]:
        asked.append(money)
        return money_effect(money)

    rows = [figure("htx_active", 415), spent(8.0, "support_spent_total"), spent(12.0)]
    score(PUBLISHED, rows, TERMS, growth={}, effect=effect)
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
    found = score(frozen, rows, TERMS, growth={"htx_registered": 0.061}, effect=lambda _: changes)
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
    skewed = replace(one, expected=one.expected + 0.123, error=one.error - 0.123, underlying=one.underlying - 0.123)
    table, *_ = scores(Wording(lang), PUBLISHED, [skewed])
    (row,) = table.rows
    error, *parts = (cell.as_printed() for cell in (row[3], *row[-3:]))
    assert error == sum(parts) and abs(float(error) - skewed.error) < 0.1


def test_an_entry_of_the_earlier_form_is_still_scored_but_not_split(tmp_path: Path) -> None:
    """It holds one share for all years, which is no year's own, and a straight line for the money."""
    path = tmp_path / "old.jsonl"
    path.write_text((Path(__file__).parent / "ledger-1.jsonl").read_text(encoding="utf-8"), encoding="utf-8")
    (old,) = entries_of(path)
    found = score(old, [figure("htx_active", 415), spent(8.0)], TERMS, growth={})[0]
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
    assert score(frozen, [row], TERMS, growth={})[0].no_change == pytest.approx(0)


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
