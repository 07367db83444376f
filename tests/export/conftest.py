"""One scenario told once, with its sections and sheets, for every format's tests."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from markupsafe import Markup

from sim.analysis.answer import ScenarioAnswer, answer_for
from sim.evidence import load_knowledge
from sim.inputs.scenarios import load_background, load_scenario
from sim.report.forms import Workbook
from sim.report.forms.workbook import workbook
from sim.report.pages import sections
from sim.report.print import page

DRAWS, SEED = 512, 7
LANG = "vi"


@dataclass(frozen=True)
class Told:
    """A scenario's answer in the three shapes all formats are made from."""

    answer: ScenarioAnswer
    fragments: list[str]
    html: str
    book: Workbook

    def book_in(self, lang: str) -> Workbook:
        """The same workbook in a language."""
        return workbook(self.answer, lang, hashes={})


@pytest.fixture(scope="session")
def told(knowledge) -> Told:
    scenario, references = load_scenario("fund-12.3--weak-markets"), ("no-support", "fund-12.3")
    answer = answer_for(
        knowledge.province, knowledge.register, scenario, [load_scenario(name) for name in references],
        posterior=knowledge.posterior, draws=DRAWS, seed=SEED,
    )  # fmt: skip
    names = ("answer", "growth", "futures", "money", "targets", "basis", "world", "assumptions", "context")
    shown = [str(getattr(sections, name)(answer, LANG)) for name in names]
    shown.append(str(sections.provenance(answer, LANG, hashes={"code": "ab" * 32})))
    html = page("x", [Markup(one) for one in shown], lang=LANG)
    return Told(answer, shown, html, workbook(answer, LANG, hashes={"code": "ab" * 32}))


@pytest.fixture(scope="session")
def merged_book() -> Workbook:
    """The workbook of the province of two areas, in English."""
    known, background = load_knowledge(province="lao-cai-2025"), load_background(province="lao-cai-2025")
    plan, nothing = (load_scenario(name, background=background) for name in ("fund-31.7", "no-support"))
    answer = answer_for(
        known.province, known.register, plan, [nothing], posterior=known.posterior, draws=DRAWS, seed=SEED
    )
    return workbook(answer, "en", hashes={})
