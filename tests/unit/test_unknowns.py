"""The page of unknowns and its commands: honest where nothing can be told, plain where rules disagree."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from markupsafe import Markup

from sim.analysis.compare import Estimate
from sim.analysis.unknowns import (
    ROBUST_COLUMNS,
    SENSITIVITY_COLUMNS,
    Box,
    Index,
    Limit,
    Rule,
    Uncertainty,
    alternatives_to,
    experiment,
    robust_rows,
    sensitivity_rows,
    uncertainty,
)
from sim.cli import main
from sim.domain import PRICE_YEAR, InputError
from sim.inputs.scenarios import load_scenario
from sim.report.forms import show, terminal as answers
from sim.report.pages import box_sentence, part_label, rules_verdict, sections, share_figure, width, worth_figure
from sim.report.print import Wording, page
from sim.run import csv_text, unknowns as by_name

DRAWS, SEED = 256, 5
PARTS = ("unknowns", "width", "swings", "measure_first", "turning_points", "other_worlds", "failing_futures")


def examined(knowledge, names: tuple[str, ...], worlds: tuple[str, ...]) -> Uncertainty:
    scenario = load_scenario(names[0])
    rivals = [load_scenario(name) for name in names[1:]]
    alternatives = alternatives_to(scenario, rivals, load_scenario("no-support"), knowledge.province.base_year)
    return uncertainty(experiment(knowledge, alternatives, draws=DRAWS, seed=SEED), by_name.worlds_named(worlds))


@pytest.fixture(scope="module")
def found(knowledge) -> Uncertainty:
    """The shipped fund against two plans of the same money, in two worlds."""
    return examined(knowledge, ("fund-12.3", "founding-first", "capacity-first"), ("central", "weak-markets"))


@pytest.fixture(scope="module")
def alone(knowledge) -> Uncertainty:
    """A plan nobody else spends as much as."""
    return examined(knowledge, ("fund-24.6",), ("central",))


def shown(found: Uncertainty, lang: str) -> str:
    fragments = [part for name in PARTS if (part := getattr(sections, name)(found, lang))]
    return page("", fragments, lang)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_passes_the_gate_and_says_every_part(found: Uncertainty, lang: str) -> None:
    html = shown(found, lang)
    w = Wording(lang)
    for title in ("width", "swing", "measure", "turn", "worlds", "box"):
        assert w.text(f"unknowns_{title}_title") in html


def test_money_is_in_the_prices_it_is_computed_in_whatever_the_base_year(found: Uncertainty) -> None:
    known = found.runs.known
    later = replace(known, province=replace(known.province, base_year=PRICE_YEAR + 1))
    html = shown(replace(found, runs=replace(found.runs, known=later)), "vi")
    captions = re.findall(r"theo giá (?:<[^>]*>)*(\d{4})", html)
    assert captions == [str(PRICE_YEAR)] * 2


def test_a_plan_without_rivals_has_a_page_that_compares_nothing(alone: Uncertainty) -> None:
    html = shown(alone, "vi")
    w = Wording("vi")
    assert w.text("unknowns_lead_alone") in html
    assert w.text("unknowns_measure_title") not in html and w.text("unknowns_worlds_title") not in html


def test_every_assumption_has_a_row_and_independent_ones_a_total_index(found: Uncertainty) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(SENSITIVITY_COLUMNS, sensitivity_rows(found)))))
    assert tuple(rows[0]) == SENSITIVITY_COLUMNS
    active = {row["part"]: row for row in rows if row["indicator"] == "htx_active"}
    uncertain = {key for key, values in found.runs.parameters.items() if values.min() < values.max()}
    assert uncertain <= active.keys()
    assert active["phi_establishment_founding"]["total"] and not active["stopping_rate"]["total"]
    assert active["history"]["total"] and active["luck"]["total"] and active["everything"]["worth"]
    assert active["tht_revenue_growth"]["worth_distinguished"] == "False"


def test_every_plan_has_a_row_with_its_regret_and_the_rules_that_name_it(found: Uncertainty) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(ROBUST_COLUMNS, robust_rows(found.robustness)))))
    assert tuple(rows[0]) == ROBUST_COLUMNS
    assert len(rows) == len(found.runs.alternatives.plans) * len(found.runs.outcomes)
    assert all(float(row["regret_mean"]) <= float(row["regret_max"]) for row in rows)
    named = [row["best_by"].split() for row in rows if row["indicator"] == "htx_active"]
    assert all(any(rule in names for names in named) for rule in ("mean", "p10", "regret", "enough"))


def test_what_the_first_plan_gives_up_is_told(found: Uncertainty) -> None:
    """Founding brings most HTX and the lowest incomes: the page must not say one without the other."""
    income = next(one for one in found.tradeoffs if one.outcome.indicator == "htx_worker_income")
    assert income.behind == "founding-first" != income.best
    assert income.lead.mean > 3 * income.lead.mcse
    assert found.plan(income.best).plan.label["vi"] in shown(found, "vi").partition('id="width"')[0]


@pytest.mark.parametrize(("lang", "close"), [("vi", "khó phân biệt với"), ("en", "hard to tell apart")])
def test_the_title_claims_no_first_place_that_the_card_below_cannot_tell(
    found: Uncertainty, lang: str, close: str
) -> None:
    """Rules may agree across worlds where two plans cannot be told apart in the page's own."""
    rules = {
        outcome: replace(judged, rules=tuple(Rule(rule.name, ("founding-first",)) for rule in judged.rules))
        for outcome, judged in found.robustness.items()
    }
    titles = []
    for apart in (True, False):
        worths = (
            replace(one, best="founding-first", runner_up="fund-12.3", lead=replace(one.lead, distinguished=apart))
            for one in found.worths
        )
        titles.append(shown(replace(found, robustness=rules, worths=tuple(worths)), lang).partition("</h1>")[0])
    assert [close in title for title in titles] == [False, True]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_rules_that_disagree_are_told_one_by_one(found: Uncertainty, lang: str) -> None:
    judged = next(iter(found.robustness.values()))
    rules = tuple(
        Rule(rule.name, ("founding-first",) if rule.name == "mean" else ("capacity-first",)) for rule in judged.rules
    )
    told = rules_verdict(Wording(lang), found, "HTX", replace(judged, rules=rules))
    w = Wording(lang)
    text = Markup(told).striptags()
    assert all(w.term(f"rule_{rule.name}") in text for rule in rules)
    names = [w.label(found.plan(slug).plan.label) for slug in ("founding-first", "capacity-first")]
    assert all(name in text for name in names)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_cannot_be_told_from_zero_is_told_in_words(found: Uncertainty, lang: str) -> None:
    w = Wording(lang)
    unclear, clear = Estimate(0.02, 0.01), Estimate(0.2, 0.01)
    assert share_figure(Index(unclear, (0.02,) * 3)).text(w) == w.text("unknowns_zero")
    assert "20" in share_figure(Index(clear, (0.2,) * 3)).text(w)
    assert worth_figure(unclear, found.runs.outcomes[0]).html(w) == w.text("unknowns_zero")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", ["inquiries", "singles"])
def test_a_worth_that_may_be_too_low_is_a_review_on_the_page_and_in_the_terminal(
    found: Uncertainty, kind: str, lang: str, capsys
) -> None:
    told = "**" + {"vi": "Cần xem lại", "en": "Review"}[lang] + ".**"
    first, *rest = found.worths
    one = replace(getattr(first, kind)[0], worth=Estimate(0.1, 0.02), again=Estimate(2.0, 0.02), low=True)
    low = replace(found, worths=(replace(first, **{kind: (one, *getattr(first, kind)[1:])}), *rest))
    unclear = replace(one, worth=Estimate(0.0, 0.02), again=Estimate(0.02, 0.01))  # neither is told from nothing
    nothing = replace(found, worths=(replace(first, **{kind: (unclear, *getattr(first, kind)[1:])}), *rest))
    for uncertain, many in ((found, 0), (low, 1), (nothing, 0)):
        assert shown(uncertain, lang).count(f"<b>{told.strip('*')}</b>") == many
        show(Wording(lang), answers.sensitivity(Wording(lang), uncertain))
        assert capsys.readouterr().out.count(told.strip("*")) == many


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_box_says_whether_cases_gather_in_it_or_are_rare_there(found: Uncertainty, lang: str) -> None:
    w, limits = Wording(lang), (Limit("phi_capacity_stopping", None, 0.1),)
    gathered = Box(limits, density=0.6, coverage=0.5, size=0.25, base=0.3, error=0.01)
    rare = Box(limits, density=0.3, coverage=0.1, size=0.25, base=0.75, error=0.01)
    texts = [Markup(box_sentence(w, found, "HTX", box)).striptags() for box in (gathered, rare)]
    assert ("hiếm hơn" if lang == "vi" else "rarer") in texts[1] and texts[0] != texts[1]
    # Outside: what is left of the cases among what is left of the futures.
    for text, shares in zip(texts, (("60", "30", "20", "25", "50"), ("30", "75", "90", "25", "90")), strict=True):
        assert re.findall(r"(\d+)[ \u00a0\u202f]?%", text)[1:] == list(shares)


def test_a_choice_of_one_plan_is_refused_with_a_reason(capsys) -> None:
    assert main(["robust", "fund-24.6", "--draws", "64"]) == 2
    assert "cùng số tiền" in capsys.readouterr().err


@pytest.mark.parametrize("threshold", ["1.5", "-0.1", "nan"])
def test_a_threshold_that_is_no_share_is_refused(threshold: str, capsys) -> None:
    assert main(["robust", f"--threshold={threshold}", "--draws", "64"]) == 2
    assert "--threshold" in capsys.readouterr().err


def test_an_unknown_world_is_refused() -> None:
    with pytest.raises(InputError):
        by_name.worlds_named(["weak-market"])


def test_the_command_prints_the_table_it_is_asked_for(capsys) -> None:
    asked = ["robust", "fund-12.3", "founding-first", "--worlds", "central", "--draws", "64", "--format", "csv"]
    assert main(asked) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["plan"] for row in rows} == {"fund-12.3", "founding-first"}


def test_the_numbers_the_register_calls_widest_are_the_widest(knowledge) -> None:
    """The register says in words which two numbers widen the gain most; the words follow the figures."""
    found = examined(knowledge, ("fund-12.3",), ("central",))
    for one in found.sensitivities:
        assert [part.name for part in one.influences[:2]] == ["phi_establishment_founding", "prior_funding_ratio"]


def test_a_shipped_world_or_plan_that_changes_makes_the_page_anew(monkeypatch) -> None:
    """The page compares what is shipped, so that its key must hold more than the scenarios asked for."""
    before = by_name.shipped_parts()
    assert before == by_name.shipped_parts()
    worlds = by_name.worlds_named()
    changed = replace(worlds[-1], label={"vi": "Tên khác", "en": "Another name"})
    monkeypatch.setattr(by_name, "worlds_named", lambda slugs=(): (*worlds[:-1], changed))
    assert by_name.shipped_parts() != before


def test_a_share_lies_within_the_range_printed_beside_it(found: Uncertainty) -> None:
    pairs = re.findall(r">(\d+)\W*% <small>\((\d+)(?:–(\d+))?", str(width(found, "vi")))
    assert pairs
    assert all(int(low) <= int(share) <= int(high or low) for share, low, high in pairs)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_share_reads_alike_in_the_bar_the_table_and_the_terminal(found: Uncertainty, lang: str, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "300")
    w = Wording(lang)
    show(w, answers.sensitivity(w, found))
    terminal = capsys.readouterr().out.splitlines()
    drawn, *tables = str(width(found, lang)).split("<table")
    cell = re.compile(rf'<td data-label="{w.text("unknowns_together")}[^>]*>(.*?)</td>')
    for bars_, table_, one in zip(drawn.split('class="bars')[1:], tables, found.sensitivities, strict=True):
        shown = [Markup(text).striptags() for text in re.findall(r'class="bar-value"[^>]*>(.*?)<sup', bars_)]
        cells = [text for text in (Markup(text).striptags() for text in cell.findall(table_)) if text]
        assert shown and shown == [text.split(" (")[0] for text in cells[: len(shown)]]
        for part in (part for part in one.influences if part.total and part.distinguished):
            figure = share_figure(part.total)
            label, share = part_label(w, found, part.name).text(w), figure.text(w)
            share += f" ({figure.ends.text(w)})" if figure.ends.text(w) else ""
            assert any(label in line and share in line for line in terminal)
            assert Markup(share).striptags() in cells


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_worth_told_from_zero_but_too_small_for_a_digit_is_said_in_words(found: Uncertainty, lang: str) -> None:
    w = Wording(lang)
    tiny, coarse = (
        worth_figure(Estimate(*worth), found.runs.outcomes[0]) for worth in ((0.002, 0.0005), (4.0, 1.2))
    )
    assert tiny.html(w) == w.text("unknowns_nearly_zero") and coarse.text(w).startswith("4")
