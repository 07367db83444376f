"""The decision page and its commands: what is told, what is refused, and in which direction money works."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from sim.analysis.compare import difference, outcome_of
from sim.analysis.split import (
    SURFACE_DRAWS,
    Decision,
    Mean,
    allocate,
    clearly_behind,
    decide,
    held_out,
    response_curves,
    response_surface,
    undominated,
)
from sim.cli import main
from sim.domain import GOALS, INDICATOR, PRICE_YEAR, REAL, FixedFund
from sim.ensemble import MAX_DRAWS, block_count, evaluate, run
from sim.evidence import Knowledge, draws_for
from sim.inputs.scenarios import load_scenario
from sim.inputs.yaml import load_catalogue
from sim.report.forms import show, terminal
from sim.report.pages import decision as decision_page, parts_and_whole, sections
from sim.report.print import (
    LANGUAGES,
    Figure,
    Wording,
    page,
    price_year,
    unmarked_numbers,
    year,
)
from sim.run import Ask, cells

DRAWS, SEED = 64, 5


@pytest.fixture(scope="module")
def found(knowledge: Knowledge) -> Decision:
    return decide(knowledge, load_scenario("fund-12.3"), seed=SEED, draws=DRAWS)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_passes_the_gate_and_marks_every_number(found: Decision, knowledge: Knowledge, lang: str) -> None:
    parts = [
        sections.decision(found, lang),
        sections.goals(found, lang),
        sections.trade_off(found, lang),
        sections.reversal(found, knowledge.register, lang),
        sections.contributions(found.attribution, lang),
        sections.curves(found, lang),
        sections.least_money(found, lang),
    ]
    html = page("x", [str(part) for part in parts], lang=lang, nav=[])
    assert unmarked_numbers(html) == []


def test_a_contribution_is_printed_alike_on_every_page_and_its_whole_as_where_plans_are_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cells.split, "decide", partial(decide, draws=DRAWS))
    monkeypatch.setenv("COLUMNS", "400")
    ask = Ask(("fund-12.3", "no-support"), seed=SEED)
    told, chosen, beside = cells.answer(ask), cells.decision(ask), cells.results(ask, "no-support")
    for lang in LANGUAGES:
        w = Wording(lang)
        here = sections.contributions(cells.contributions(told), lang)
        assert sections.contributions(chosen.attribution, lang) == here
        for indicator in ("htx_active", "htx_revenue_total"):
            (card,) = (card for card in told.cards if card.range.indicator == indicator)
            whole = card.differences["no-support"]
            assert f"<b>{Figure.of_difference(whole, indicator).cell(w)}</b>" in here
            basis = REAL if INDICATOR[indicator].money else ""
            compared = difference(beside, "no-support", "fund-12.3", indicator, year=2030, price_basis=basis)
            assert Figure.of_difference(compared, indicator).text(w) == Figure.of_difference(whole, indicator).text(w)
        assert main(["attribute", "fund-12.3", "--seed", str(SEED), "--lang", lang]) == 0
        terminal = capsys.readouterr().out
        for outcome in chosen.attribution.outcomes[1:]:
            assert all(part.text(w) in terminal for part in parts_and_whole(chosen.attribution, outcome))


def test_what_a_chosen_split_brings_is_one_figure_wherever_it_is_told(
    knowledge: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the page, in its own world among the stated ones, as a saved plan and in the terminal."""
    scenario = load_scenario("fund-12.3")
    found = decide(knowledge, scenario, seed=SEED, draws=DRAWS, common=512, worlds=[scenario.world])
    goal, chosen = found.goals[0], found.choices[found.goals[0]]
    told = found.verified[goal].changes
    assert found.worlds[scenario.world.slug] == told[goal]
    saved = replace(scenario, slug="saved", plan=chosen.plan_of_best)
    beside = run(
        knowledge.province, knowledge.register, [scenario, saved], posterior=knowledge.posterior, draws=512, seed=SEED
    )
    for outcome in found.goals:
        compared = difference(
            beside, scenario.slug, "saved", outcome.indicator, year=outcome.year, price_basis=outcome.price_basis
        )
        assert compared.mean == pytest.approx(told[outcome].mean, rel=1e-5)  # draws are kept as float32
    asked = ["--draws", "512", "--seed", str(SEED), "--goal", goal.indicator, "--lang", "en"]
    assert main(["allocate", "fund-12.3", *asked]) == 0
    best = response_surface(knowledge, scenario, fund=FixedFund(), draws=SURFACE_DRAWS, seed=SEED)
    later, choice = draws_for(knowledge, scenario, draws=512, seed=SEED), allocate(best, Mean(goal))
    again, ran = held_out(later, choice), dict[int, np.ndarray]()
    for objective in map(Mean, best.outcomes):  # choices that run one after the other share what each has run
        own = allocate(best, objective)
        assert held_out(later, own, ran) == held_out(later, own)
    printed = Figure.of_difference(again.changes[goal], goal.indicator).alone.text(Wording("en"))
    assert f" {printed} " in capsys.readouterr().out


def test_money_is_in_the_prices_it_is_computed_in_whatever_the_base_year(found: Decision) -> None:
    later = replace(found, province=replace(found.province, base_year=PRICE_YEAR + 1))
    html = sections.decision(later, "vi")
    assert Wording("vi").html("prices_of", base=price_year()) in html
    assert Wording("vi").html("prices_of", base=year(PRICE_YEAR + 1)) not in html


def test_the_draws_a_split_is_chosen_on_are_those_of_no_run(knowledge: Knowledge, found: Decision) -> None:
    scenario = load_scenario("fund-12.3")
    plan, outcomes = found.near.splits.billion[-1:], found.near.outcomes
    for first, same in ((block_count(MAX_DRAWS) + 16, True), (0, False)):
        draws = draws_for(knowledge, scenario, draws=DRAWS, seed=SEED, first_block=first)
        assert np.array_equal(evaluate(draws, scenario, plan, outcomes)[:, 0], found.near.values[:, -1]) is same


def test_a_curve_is_read_on_the_same_draws_on_the_page_and_in_the_terminal(
    found: Decision, capsys: pytest.CaptureFixture[str]
) -> None:
    curve, goal = found.curves[0], found.goals[0]
    asked = ["curve", "fund-12.3", "--lines", curve.line, "--indicators", goal.indicator, "--seed", str(SEED)]
    assert main([*asked, "--format", "csv"]) == 0
    means = [float(row["mean"]) for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert means == [point.change[goal].mean for point in curve.points]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_curve_is_printed_alike_on_the_page_in_its_message_and_in_the_terminal(
    found: Decision, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    w, goal = Wording(lang), found.goals[0]
    page_ = sections.curves(found, lang)
    show(w, terminal.curves(w, found.scenario, found.curves))
    printed_lines = capsys.readouterr().out.splitlines()
    for curve in found.curves:
        rows = [point.change for point in curve.points]
        figures = {one: [Figure.of_difference(row[one], one.indicator) for row in rows] for one in curve.plan.change}
        printed = {one: [figure.text(w) for figure in found] for one, found in figures.items()}
        planned = printed[goal][curve.points.index(curve.plan)]
        head = w.text(
            "curve_message", line=w.term(f"line_{curve.line}"), n=w.with_unit(planned, w.unit_of(goal.indicator))
        )
        assert " ".join(head.split()) in page_.striptags()
        for at in range(1, len(rows)):
            assert str(figures[goal][at].cell(w)) in page_
            cells = [printed[one][at] for one in printed]
            assert any(all(cell in line for cell in cells) for line in printed_lines)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"plan": None, "multiple": math.nan, "low": math.nan, "high": math.nan}, "none"),
        ({"multiple": 0.0, "low": 0.0, "high": 0.0}, "nothing"),
        ({"multiple": 0.0, "low": 0.0, "high": 0.4}, "nothing_unsure"),
        ({"multiple": 2.9, "low": 2.5, "high": math.nan}, "open"),
        ({"multiple": 1.1, "low": 1.0, "high": 1.2}, "found"),
    ],
)
def test_the_least_money_is_told_as_what_it_is_on_the_page_and_in_the_terminal(
    changes: dict, kind: str, lang: str, found: Decision
) -> None:
    w, least = Wording(lang), replace(found.least_money, **changes)
    assert least.answer == kind
    page_says = sections.least_money(replace(found, least_money=least), lang).striptags()
    told = terminal.money_sought(w, found.scenario.plan, least)
    for said in (page_says, told):
        assert not re.search(r"\bnan\b", said)
        planned = w.number(12.3, -1) in said
        assert planned == (kind in ("open", "found")), "what is planned stands beside what is found"
    assert w.text("seek_each_year") in told or kind.startswith("nothing")


def test_money_that_differs_from_year_to_year_is_not_called_yearly(found: Decision) -> None:
    w, plan = Wording("en"), load_scenario("front-loaded").plan
    told = terminal.money_sought(w, plan, replace(found.least_money, multiple=1.1, low=1.0, high=1.2))
    assert "a year" not in told and "in proportion" in told


def test_every_goal_has_a_choice_that_costs_no_dong_more_and_its_price_in_the_other_goals(found: Decision) -> None:
    assert [goal.indicator for goal in found.goals] == list(GOALS)
    for chosen in found.choices.values():
        assert sum(chosen.best.money.values()) == sum(chosen.plan.money.values())
        assert set(found.goals) <= set(chosen.changes)


def test_more_on_a_line_never_lowers_active_htx_or_total_revenue_and_founding_lowers_the_average(
    knowledge: Knowledge,
) -> None:
    scenario = load_scenario("fund-12.3")
    active, total, average = (
        outcome_of(name, scenario.horizon) for name in ("htx_active", "htx_revenue_total", "htx_revenue")
    )
    draws = draws_for(knowledge, scenario, draws=512, seed=SEED)
    curves = response_curves(draws, scenario, [active, total, average], ("establishment", "capacity", "market"))
    for curve in curves:
        for outcome in (active, total):
            means = [point.change[outcome].mean for point in curve.points]
            assert (np.diff(means) >= -1e-9).all(), (curve.line, outcome)
    averages = [point.change[average].mean for point in curves[0].points]
    assert averages[-1] < 0, "many small HTX join: the claim does not hold for averages"


def test_levels_beyond_three_times_earlier_funding_are_marked_and_the_plan_is_not(knowledge: Knowledge) -> None:
    scenario = load_scenario("fund-12.3")
    draws = draws_for(knowledge, scenario, draws=64, seed=SEED)
    (curve,) = response_curves(draws, scenario, [outcome_of("htx_active", scenario.horizon)], ("establishment",))
    assert curve.points[-1].outside_experience and not curve.plan.outside_experience


def test_a_line_without_money_is_marked_beyond_experience_like_any_other(knowledge: Knowledge) -> None:
    fund, nothing = load_scenario("fund-12.3"), load_scenario("no-support")
    draws = draws_for(knowledge, fund, draws=64, seed=SEED)
    outcome = outcome_of("htx_active", fund.horizon)
    for line in ("establishment", "survey"):
        (empty,) = response_curves(draws, nothing, [outcome], (line,))
        (planned,) = response_curves(draws, fund, [outcome], (line,))
        per_billion = planned.points[-1].spending / planned.points[-1].billion
        assert empty.points[-1].spending == pytest.approx(per_billion * empty.points[-1].billion, rel=0.02)
        assert empty.points[0].spending == 0.0 and empty.points[-1].outside_experience


def test_the_front_holds_the_points_no_other_beats_in_both_and_no_more() -> None:
    points = np.random.default_rng(1).random((200, 2)).round(1)
    front = {tuple(points[at]) for at in undominated(points)}
    for mine in points:
        beaten = any((other >= mine).all() and (other > mine).any() for other in points)
        assert (tuple(mine) in front) is not beaten


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["allocate", "no-support"], "no_money_to_split"),
        (["allocate", "fund-12.3", "--lock", "markett"], "unknown_line"),
        (["allocate", "fund-12.3", "--cap", "market=1,500"], "argument_two_readings"),
        (["allocate", "fund-12.3", "--cap", "market=a"], "bad_amount"),
        (["allocate", "fund-12.3", "--goal", "tht_count"], "unknown_indicator"),
        (["allocate", "fund-12.3", "--floor", "market=5", "--cap", "market=4"], "limits_crossed"),
        (["allocate", "fund-12.3", "--cap", "establishment=0.1", "--cap", "capacity=0.1"], "no_split_keeps_limits"),
        (["allocate", "fund-12.3", "--lock", "market", "--lock", "survey", "--lock", "capacity"], "too_few_free_lines"),
        (["seek", "fund-12.3", "--target", "many-htx"], "unknown_target"),
        (["seek", "fund-12.3", "--target", "htx_active>=600@2050"], "year_not_projected"),
        (["compare", "no-support", "fund-12.3", "--years", "2050"], "year_not_projected"),
        (["attribute", "fund-12.3", "--indicators", "htx_actve"], "unknown_indicator"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(
    arguments: list[str], key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--draws", "16", "--lang", "vi"]) == 2
    said = capsys.readouterr()
    reason = re.split(r"\{\w+\}", load_catalogue("vi").texts[f"errors.{key}"])[-1]
    assert said.out == "" and reason.strip() in said.err


def test_tables_of_the_command_line_hold_the_plan_its_parts_and_their_sum(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--draws", "64", "--format", "csv"]
    assert main(["allocate", "fund-12.3", *few]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["rank"] for row in rows] == [str(rank) for rank in range(1, len(rows) + 1)]
    assert sum(row["is_plan"] == "True" for row in rows) == 1
    lines = ("establishment", "capacity", "market", "survey")
    assert all(sum(float(row[line]) for line in lines) == pytest.approx(12.3) for row in rows)
    assert main(["attribute", "fund-12.3", "--indicators", "htx_active", *few]) == 0
    parts = {row["line"]: float(row["mean"]) for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert sum(parts[line] for line in lines) == pytest.approx(parts["total"])


def test_an_average_is_never_compared_without_total_and_parts(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["compare", "no-support", "fund-12.3", "--indicators", "htx_revenue", "--years", "2030"]
    assert main([*asked, "--draws", "64", "--format", "csv"]) == 0
    shown = {row["indicator"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    together = {"htx_revenue", "htx_revenue_total", "htx_like_for_like", "htx_catch_up", "htx_composition"}
    assert shown == together


@pytest.mark.parametrize("near", [1, 3])
def test_the_best_split_is_not_counted_among_those_as_good_as_it(found: Decision, near: int) -> None:
    chosen = found.choices[found.goals[0]]
    told = replace(chosen, near_best=(chosen.leading * 3)[:near])
    sentence = next(terminal.verdicts(Wording("vi"), told, found.verified[found.goals[0]]))
    none = load_catalogue("vi").text("report.choice_near_none", of=chosen.candidates)
    assert (sentence == none) is (near == 1)
    assert near == 1 or ("1 %" in sentence and "80 %" in sentence), "what it means stands beside it"
    assert near == 1 or "còn 2 cách" in sentence


def test_the_first_of_the_leading_splits_is_said_to_be_it_and_only_others_to_be_like_it(found: Decision) -> None:
    chosen = found.choices[found.goals[0]]
    first, *others = chosen.leading
    assert decision_page._standing(chosen, first) == "choice_is_first"
    assert decision_page._standing(chosen, replace(others[0], behind=0.0)) == "choice_cannot_tell"
    far = replace(others[0], behind=0.02 * first.value, behind_mcse=0.0)
    assert decision_page._standing(chosen, far) == "choice_can_tell"
    assert str(decision_page._leading(Wording("vi"), found)).count("<span>cách đứng đầu</span>") == 1


@pytest.mark.parametrize(
    ("behind", "often", "clear"),
    [(0.0006, 0.6, False), (0.0006, 0.8, True), (0.0099, 0.79, False), (0.011, 0.6, True)],
)
def test_a_split_is_clearly_behind_by_one_percent_or_in_four_of_five_futures(
    behind: float, often: float, clear: bool
) -> None:
    """Behind by 0.06 % of the total was called clear, since many draws tell anything apart."""
    level = 800.0
    assert clearly_behind(behind * level, 0.01, often, level) == clear
    assert not clearly_behind(behind * level, behind * level / 2.9, often, level), "the draws do not tell it"


def test_splits_as_near_as_the_draws_or_the_weight_allow_are_listed_as_near_and_no_others(found: Decision) -> None:
    for goal, chosen in found.choices.items():
        values = chosen.surface.of(goal).astype(float)
        near, best = {one.row for one in chosen.near_best}, values[chosen.best.row]
        for one in (*chosen.leading, chosen.plan):
            more = best - values[one.row]
            told = more.mean() > 3 * one.behind_mcse
            weighty = (more > 0).mean() + (more == 0).mean() / 2 >= 0.8 or more.mean() > 0.01 * best.mean()
            assert one.near is not (told and weighty)
            assert one.row == chosen.plan.row or (one.row in near) is one.near


@pytest.mark.parametrize("wrong", [["--probability", "60"], ["--probability", "nửa"], ["--up-to", "0"]])
def test_a_number_out_of_range_is_refused_in_words(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seek", "fund-12.3", "--target", "founded-2024", *wrong]) == 2
    assert "cần một số" in (told := capsys.readouterr().err) and "_probability" not in told and "_factor" not in told


@pytest.mark.parametrize("names", [["fund-12.3"], ["fund-12.3", "fund-12.3"]])
def test_a_comparison_with_nothing_else_is_refused(names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *names, "--lang", "vi"]) == 2
    assert "hai kịch bản khác nhau" in capsys.readouterr().err
