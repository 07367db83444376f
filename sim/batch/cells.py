"""What a notebook's cells call: project what was asked, look up what pages need, hand over what was found.

A notebook run by hand in JupyterLab and one run by `coopsim report` are the same notebook; only
the latter has a folder to write to and a token to show at the end.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.analysis.attribution import Attribution, attribute
from sim.analysis.compare import COMPARE_COLUMNS, compare_rows
from sim.analysis.decisions import Decision, decide, has_money
from sim.analysis.next_money import NextMoney
from sim.analysis.next_money import next_money as choosing_a_line
from sim.analysis.story import Story, tell
from sim.analysis.surface import draws_for, judged_outcomes
from sim.analysis.targets import TARGET_COLUMNS, target_rows
from sim.analysis.uncertainty import Uncertainty
from sim.batch import credibility
from sim.batch import uncertainty as unknown
from sim.batch.ask import Ask, read
from sim.batch.files import write_atomic
from sim.batch.job import END_MARKER, OK, WORKBOOK
from sim.batch.record import code_hash, lock_hash, versions
from sim.batch.tables import csv_text
from sim.domain.canonical import inputs_fingerprint, scenario_fingerprint
from sim.domain.scenario import Scenario
from sim.ensemble.results import Result
from sim.ensemble.runner import run
from sim.ensemble.statistics import SUMMARY_COLUMNS, summary_rows
from sim.evidence.checks import Check
from sim.evidence.knowledge import Knowledge, load_knowledge
from sim.inputs.scenarios import list_scenarios, load_scenario
from sim.inputs.worlds import list_worlds, load_world
from sim.report.export.workbook import workbook
from sim.report.matches import match_note
from sim.report.overview import FailedScenario, ScenarioRow, row_of

__all__ = [
    "REFERENCES", "Ask", "base_of_inputs", "checks", "checks_status", "contributions", "decision", "failures", "finish",
    "fitted", "hashes", "hrefs", "keep_comparison", "keep_story", "keep_uncertainty", "knowledge", "left_out",
    "next_money", "notices", "page_of", "read", "results", "rows", "story", "uncertainty", "worlds",
]  # fmt: skip

#: Plans every scenario is compared with: no support, and the fund of 2024.
REFERENCES = ("no-support", "fund-12.3")
#: Scenarios compared on one page; a chart of more could not be read.
MOST_COMPARED = 24
_HASH_SHOWN = 12


@cache
def knowledge() -> Knowledge:
    """The pack, the register and their posterior, read once per kernel."""
    return load_knowledge()


def story(ask: Ask) -> Story:
    """The answer of the first scenario asked for, with its references on common draws."""
    known = knowledge()
    references = [load_scenario(name) for name in REFERENCES]
    return tell(
        known.province, known.register, load_scenario(ask.scenarios[0]), references,
        posterior=known.posterior, draws=ask.draws, seed=ask.seed,
    )  # fmt: skip


def results(ask: Ask, reference: str) -> Result:
    """All scenarios asked for on common draws, the reference among them.

    Scenarios with another horizon than the reference's are left out: they have pages of their own.
    Of very many the first are compared on the page, since every draw of each is held at a time;
    compare.csv holds them all.
    """
    return _run(ask, _comparable(ask, reference)[: MOST_COMPARED + 1])


def base_of_inputs(result: Result) -> str:
    """Scenario the others' inputs are told against: the fund of 2024 where it is compared, else the reference."""
    return next((name for name in reversed(REFERENCES) if name in result.scenarios), result.scenarios[0])


def left_out(ask: Ask, reference: str) -> list[Scenario]:
    """Scenarios asked for that `results` does not hold: another horizon, or one too many."""
    held = {scenario.slug for scenario in _comparable(ask, reference)[: MOST_COMPARED + 1]}
    found = (load_scenario(name) for name in ask.scenarios or list_scenarios())
    return [scenario for scenario in found if scenario.slug not in held]


def decision(ask: Ask) -> Decision:
    """The best splits of the first scenario asked for that has money, and all that speaks for and against them."""
    asked = (load_scenario(name) for name in ask.scenarios)
    scenario = next((one for one in asked if has_money(one)), None) or load_scenario(REFERENCES[1])
    stated = [load_world(slug) for slug in list_worlds()]
    return decide(knowledge(), scenario, seed=ask.seed, common=ask.draws, worlds=stated)


def contributions(told: Story) -> Attribution:
    """Each line's part of what a scenario's plan does beside no support, on the story's own draws."""
    known, scenario = knowledge(), told.scenario
    frozen = draws_for(known, scenario, draws=told.result.draws, seed=told.result.seed)
    return attribute(frozen, scenario, judged_outcomes(known.province, scenario))


def _comparable(ask: Ask, reference: str) -> list[Scenario]:
    """Scenarios asked for with the reference's horizon, the reference first."""
    found = [load_scenario(name) for name in ask.scenarios or list_scenarios()]
    base = next((scenario for scenario in found if scenario.slug == reference), None) or load_scenario(reference)
    return [base, *(scenario for scenario in found if scenario.slug != reference and scenario.horizon == base.horizon)]


def _run(ask: Ask, scenarios: list[Scenario]) -> Result:
    known = knowledge()
    return run(known.province, known.register, scenarios, draws=ask.draws, seed=ask.seed, posterior=known.posterior)


def uncertainty(ask: Ask) -> Uncertainty:
    """What is not known about the first scenario asked for, and about the choice it is part of."""
    return unknown.examined(knowledge(), load_scenario(ask.scenarios[0]), draws=ask.draws, seed=ask.seed)


def next_money(told: Story) -> tuple[NextMoney, ...]:
    """Which line the next tỷ đồng belongs to under a story's plan."""
    return choosing_a_line(knowledge(), told)


def rows(ask: Ask) -> list[ScenarioRow]:
    """One row of main figures per scenario asked for, whatever its horizon."""
    pages = hrefs(ask)
    found = [load_scenario(name) for name in ask.scenarios or list_scenarios()]
    return [row_of(_run(ask, [one]), one.slug, href=pages.get(one.slug, "")) for one in found]


def hrefs(ask: Ask) -> dict[str, str]:
    """{slug: page} of the scenarios that have one in this run."""
    return {state["slug"]: state["page"] for state in ask.states if state["state"] == OK}


def page_of(ask: Ask, told: Story) -> str:
    """Page of a story's scenario, beside the index."""
    return hrefs(ask).get(told.scenario.slug, f"{told.scenario.slug}.html")


def failures(ask: Ask) -> list[FailedScenario]:
    """Scenarios of this run that have no page, with the reason."""
    missing = [state for state in ask.states if state["state"] != OK]
    return [FailedScenario(one["slug"], one.get("label") or one["slug"], one["reason"]) for one in missing]


def worlds(ask: Ask) -> dict[str, str]:
    """{slug: name} of the shipped worlds in the page's language."""
    slugs = list_worlds()
    return {slug: load_world(slug).label[ask.lang] for slug in slugs}


def notices(ask: Ask) -> tuple[tuple[str, str], ...]:
    """What has to stand above the answer: failed checks, expired assumptions."""
    return tuple((kind, text) for kind, text in ask.notices)


def checks() -> list[Check]:
    """The quick checks, and the slow ones as last run."""
    return credibility.standing(knowledge())


def checks_status(ask: Ask) -> str:
    """When the slow checks ran, in the page's language."""
    return credibility.status(credibility.stored(knowledge()), ask.lang)


def fitted(ask: Ask) -> dict[int, str]:
    """{line of observations.csv: what for} of the figures the assumptions were updated with."""
    return {match.observation.line: match_note(match, ask.lang) for match in knowledge().calibration.matches}


def hashes(ask: Ask) -> dict[str, str]:
    """What the page was made of, short enough to print; record.json holds them whole."""
    shown = ("coopsim", "python", "numpy")
    short = {name: value[:_HASH_SHOWN] for name, value in _whole_hashes(ask).items()}
    return {**short, **{name: text for name, text in versions().items() if name in shown}}


def _whole_hashes(ask: Ask) -> dict[str, str]:
    known = knowledge()
    whole = {
        "scenario": scenario_fingerprint(load_scenario(ask.scenarios[0])),
        "inputs": inputs_fingerprint(known.province, known.register),
        "posterior": known.posterior.key,
        "code": code_hash(),
        "lock": lock_hash(),
    }
    return {name: value for name, value in whole.items() if value}


def keep_story(ask: Ask, told: Story) -> None:
    """Write the scenario's tables and sheets for the run that asked; nothing when run by hand."""
    if ask.folder:
        only = told.result.only([told.scenario.slug])
        sheets = workbook(told, ask.lang, hashes={**_whole_hashes(ask), **versions()})
        write_atomic(Path(ask.folder) / WORKBOOK, sheets.as_json())
        write_atomic(Path(ask.folder) / "summary.csv", csv_text(SUMMARY_COLUMNS, summary_rows(only)))
        write_atomic(Path(ask.folder) / "targets.csv", csv_text(TARGET_COLUMNS, target_rows(only)))


def keep_comparison(ask: Ask, reference: str) -> None:
    """Write every paired difference for the run that asked; nothing when run by hand.

    Pair by pair on the same frozen draws, so that hundreds of scenarios take no more memory than two.
    """
    if ask.folder:
        base, *others = _comparable(ask, reference)
        rows = (row for other in others for row in compare_rows(_run(ask, [base, other]), reference))
        write_atomic(Path(ask.folder) / "compare.csv", csv_text(COMPARE_COLUMNS, rows))


def keep_uncertainty(ask: Ask, found: Uncertainty) -> None:
    """Write the tables of unknowns for the run that asked; nothing when run by hand."""
    if ask.folder:
        write_atomic(Path(ask.folder) / "sensitivity.csv", unknown.sensitivity_csv(found))
        write_atomic(Path(ask.folder) / "robust.csv", unknown.robust_csv(found.robustness))


def finish(ask: Ask) -> None:
    """Show the end marker: the last line of every notebook, reached only when all before it was."""
    from IPython.display import display

    display({END_MARKER: {"token": ask.token}, "text/plain": "coopsim: ok"}, raw=True)
