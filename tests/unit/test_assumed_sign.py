"""Where a chance of being better than without support stands, it stands that the sign was assumed, not found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markupsafe import Markup

from sim.analysis.answer import answer_for, sign_assumed
from sim.domain import BUDGET_LINES
from sim.evidence import Knowledge
from sim.inputs.scenarios import load_scenario
from sim.planner import Planner
from sim.report.forms import terminal
from sim.report.pages import sections
from sim.report.print import LANGUAGES, Wording, plain_text, spoken
from sim.run import Ask, cells

DRAWS = 128
NONE, FUND = "no-support", "fund-12.3"


def said(lang: str) -> str:
    w = Wording(lang)
    return spoken(w.html("sign_assumed"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_a_scenario_says_it_and_one_of_no_support_beside_a_fund_does_not(
    knowledge: Knowledge, lang: str
) -> None:
    def page(slug: str, reference: str) -> str:
        answer = answer_for(
            knowledge.province, knowledge.register, load_scenario(slug), [load_scenario(reference)],
            posterior=knowledge.posterior, draws=DRAWS, seed=1,
        )  # fmt: skip
        return spoken(sections.answer(answer, lang))

    assert said(lang) in page(FUND, NONE)
    assert said(lang) not in page(NONE, FUND)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("reference", "says"), [(NONE, True), (FUND, False)])
def test_comparisons_say_it_beside_no_support_alone(lang: str, reference: str, says: bool) -> None:
    other = FUND if reference == NONE else "founding-first"
    result = cells.results(Ask((reference, other), draws=DRAWS), reference)
    assert (said(lang) in spoken(sections.comparison(result, reference, lang))) is says
    w = Wording(lang)
    printed = [plain_text(part, w) for part in terminal.comparison(w, result) if isinstance(part, str)]
    assert (said(lang) in printed) is says


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("reference", "says"), [(NONE, True), ("founding-first", False)])
def test_the_planner_says_it_beside_no_support_alone(lang: str, reference: str, says: bool) -> None:
    session = Planner(scenario=FUND, reference=reference, draws=DRAWS, lang=lang)._session
    assert (said(lang) in spoken(Markup(session.view.answer["bottom"]))) is says


def test_where_an_effect_may_do_harm_the_sign_is_found_and_nothing_is_said(knowledge: Knowledge) -> None:
    """The negative control, effect by effect."""
    register, none = knowledge.register, load_scenario(NONE)
    assert sign_assumed(register, none) and not sign_assumed(register, load_scenario(FUND))
    for line in BUDGET_LINES:
        entry = register[line.inquiry[0]]
        harmful = replace(entry, bounds=(-0.1, entry.bounds[1]))
        assert not sign_assumed(replace(register, entries={**register.entries, entry.id: harmful}), none)
