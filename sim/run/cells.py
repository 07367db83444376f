"""What notebooks call: what was asked, the answers to it, what their pages need beside, and what a run keeps.

A notebook run by hand in JupyterLab and one run by `coopsim report` are the same notebook; only the latter
has a folder to write to and a token to show at the end.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from sim.analysis import split
from sim.analysis.answer import (
    TARGET_COLUMNS,
    CameIn,
    Revision,
    ScenarioAnswer,
    answer_for,
    came_in,
    headline_of,
    revision,
    since,
    target_rows,
)  # fmt: skip
from sim.analysis.compare import COMPARE_COLUMNS, compare_rows
from sim.analysis.unknowns import ROBUST_COLUMNS, SENSITIVITY_COLUMNS, Uncertainty, robust_rows, sensitivity_rows
from sim.domain import Scenario, World, inputs_fingerprint, scenario_fingerprint
from sim.ensemble import SUMMARY_COLUMNS, Result, summary_rows
from sim.evidence import Check, Judged, Jump, Knowledge, LeftOut, draws_for, jumps, load_earlier, load_knowledge
from sim.inputs.pack import load_province
from sim.inputs.scenarios import (
    Background,
    list_scenarios,
    list_worlds,
    load_background,
    load_scenario,
    load_world,
    opening,
)  # fmt: skip
from sim.inputs.text import YEAR_VARIABLE
from sim.report.forms.workbook import workbook
from sim.report.pages import FailedScenario, ScenarioRow, row_of
from sim.report.print import match_note
from sim.run import credibility
from sim.run.files import csv_text, write_atomic
from sim.run.funding import funding_of
from sim.run.job import END_MARKER, OK, WORKBOOK
from sim.run.ledger import DEFAULT, kept_forecasts, score_forecasts
from sim.run.parameters import Ask, read as read_parameters
from sim.run.project import MAIN, NO_SUPPORT, in_parts, projected
from sim.run.record import code_hash, lock_hash, versions
from sim.run.unknowns import examined

#: Plans every scenario is compared with: no support, and the fund of 2024.
REFERENCES = (NO_SUPPORT, MAIN)
#: What came in for the scenario last asked about: its page asks twice.
_came_in: list[tuple[Knowledge, Scenario, tuple[int, int], CameIn | None]] = []
#: The scenarios that were last asked for.
_read_for: list[tuple[Ask, list[Scenario]]] = []
#: What was last compared on a page, whose tables ask for it once more.
_compared: list[tuple[Ask, Result]] = []
#: Scenarios compared on one page; a chart of more could not be read.
MOST_COMPARED = 24
_HASH_SHOWN = 12


def read(names: Mapping[str, Any]) -> Ask:
    """Check the parameters of a notebook (``read(globals())``), and let its charts be shown without a network.

    Raises
    ------
    InputError
        As `sim.run.parameters.read`.
    """
    import altair  # its own way of showing a chart loads scripts from elsewhere

    altair.renderers.enable("mimetype")
    return read_parameters(names)


def knowledge() -> Knowledge:
    """The pack in its planning year, the register and their posterior, read once per kernel and year."""
    return _known(os.environ.get(YEAR_VARIABLE, ""))


@cache
def _known(_year: str) -> Knowledge:
    return load_knowledge()


def _scenario(name: str) -> Scenario:
    """A scenario as its file stands now, against the pack and the register as they were read."""
    return load_scenario(name, background=_background(os.environ.get(YEAR_VARIABLE, "")))


def _world(slug: str) -> World:
    return load_world(slug, register=knowledge().register)


@cache
def _background(_year: str) -> Background:
    return load_background()


def answer(ask: Ask) -> ScenarioAnswer:
    """The answer of the first scenario asked for, with its references on common draws."""
    known = knowledge()
    references = [_scenario(name) for name in REFERENCES]
    found = answer_for(
        known.province, known.register, _asked(ask)[0], references,
        posterior=known.posterior, draws=ask.draws, seed=ask.seed,
    )  # fmt: skip
    reference = found.references[0] if found.references else found.scenario.slug
    later = since(arrived(ask, found), headline_of(found.chances))
    return replace(found, funding=funding_of(found.result, reference, found.scenario.slug), since=later)


def results(ask: Ask, reference: str) -> Result:
    """All scenarios asked for on common draws, the reference among them.

    Scenarios with another horizon than the reference's are left out: they have pages of their own.
    Of very many the first are compared on the page, since every draw of each is in memory at a time;
    compare.csv holds them all.
    """
    _compared[:] = [(ask, _run(ask, _on_page(ask, reference)))]
    return _compared[0][1]


def base_of_inputs(result: Result) -> str:
    """Scenario the others' inputs are compared with: the fund of 2024 where it is compared, else the reference."""
    return next((name for name in reversed(REFERENCES) if name in result.scenarios), result.scenarios[0])


def left_out(ask: Ask, reference: str) -> list[Scenario]:
    """Scenarios asked for that `results` does not hold: another horizon, or one too many."""
    compared = {scenario.slug for scenario in _on_page(ask, reference)}
    return [scenario for scenario in _asked(ask) if scenario.slug not in compared]


def decision(ask: Ask) -> split.Decision:
    """The best splits of the first scenario asked for that has money, and all that speaks for and against them."""
    known, asked = knowledge(), (_scenario(name) for name in ask.scenarios)
    scenario = next((one for one in asked if split.has_money(one, known.province)), None) or _scenario(opening())
    stated = [_world(slug) for slug in list_worlds()]
    return split.decide(known, scenario, seed=ask.seed, common=ask.draws, worlds=stated)


def arrived(ask: Ask, answer: ScenarioAnswer) -> CameIn | None:
    """How figures that came in within the year moved the chances of a scenario's targets; None where there are none."""
    known, sampled = knowledge(), (ask.draws, ask.seed)
    for before, scenario, asked, found in _came_in:
        if before is known and scenario is answer.scenario and asked == sampled:
            return found
    found = came_in(known, answer.scenario, draws=ask.draws, seed=ask.seed, first=answer.first)
    _came_in[:] = [(known, answer.scenario, sampled, found)]
    return _came_in[0][-1]


def moved(ask: Ask, answer: ScenarioAnswer) -> Revision | None:
    """What moved since the forecast of the pack that this one goes on from; None where it goes on from none."""
    known, earlier = knowledge(), load_earlier(knowledge())
    return revision(earlier, known, answer.scenario, draws=ask.draws, seed=ask.seed) if earlier else None


def contributions(answer: ScenarioAnswer) -> split.Attribution:
    """Each line's part of what a scenario's plan does beside no support, on the answer's own draws."""
    known, scenario, result = knowledge(), answer.scenario, answer.result
    frozen = answer.first
    if frozen is None or frozen.size < result.draws:
        frozen = draws_for(known, scenario, draws=result.draws, seed=result.seed)
    return split.attribute(frozen, scenario, split.judged_outcomes(known.province, scenario))


def _asked(ask: Ask) -> list[Scenario]:
    """Every scenario asked for, or every shipped one; read once for all that is asked with the same parameters."""
    if not (_read_for and _read_for[0][0] is ask):
        _read_for[:] = [(ask, [_scenario(name) for name in ask.scenarios or list_scenarios()])]
    return list(_read_for[0][1])


def _on_page(ask: Ask, reference: str) -> list[Scenario]:
    return _comparable(ask, reference)[: MOST_COMPARED + 1]


def _comparable(ask: Ask, reference: str) -> list[Scenario]:
    """Scenarios asked for with the reference's horizon, the reference first."""
    found = _asked(ask)
    base = next((scenario for scenario in found if scenario.slug == reference), None) or _scenario(reference)
    return [base, *(scenario for scenario in found if scenario.slug != reference and scenario.horizon == base.horizon)]


def _run(ask: Ask, scenarios: list[Scenario]) -> Result:
    """Scenarios on common draws; those of the page's comparison as they are there."""
    for asked, result in _compared:
        runs = {run.scenario.slug: run.scenario for run in result.runs}
        if asked is ask and all(runs.get(one.slug) == one for one in scenarios):
            return result.only([one.slug for one in scenarios])
    return projected(knowledge(), scenarios, draws=ask.draws, seed=ask.seed)


def uncertainty(ask: Ask) -> Uncertainty:
    """What is not known about the first scenario asked for, and about the choice it is part of."""
    return examined(knowledge(), _scenario(ask.scenarios[0]), draws=ask.draws, seed=ask.seed)


def next_money(answer: ScenarioAnswer) -> tuple[split.NextMoney, ...]:
    """Which line the next tỷ đồng belongs to under a scenario's plan."""
    return split.next_money(knowledge(), answer)


def rows(ask: Ask) -> list[ScenarioRow]:
    """One row of main figures per scenario asked for, whatever its horizon."""
    return [row for some in in_parts(_asked(ask)) for row in _rows_of(_run(ask, some), hrefs(ask))]


def _rows_of(result: Result, pages: Mapping[str, str]) -> list[ScenarioRow]:
    """Their rows; no name holds the result while the next is made."""
    return [row_of(result, slug, href=pages.get(slug, "")) for slug in result.scenarios]


def hrefs(ask: Ask) -> dict[str, str]:
    """{slug: page} of the scenarios that have one in this run."""
    return {state["slug"]: state["page"] for state in ask.states if state["state"] == OK}


def page_of(ask: Ask, answer: ScenarioAnswer) -> str:
    """Page of an answer's scenario, beside the index."""
    return hrefs(ask).get(answer.scenario.slug, f"{answer.scenario.slug}.html")


def failures(ask: Ask) -> list[FailedScenario]:
    """Scenarios that this run has no page of, with the reason; and the page of an earlier run where there is one."""
    missing = [state for state in ask.states if state["state"] != OK]
    return [
        FailedScenario(one["slug"], one.get("label") or one["slug"], one["reason"], one["page"] * ("stale" in one))
        for one in missing
    ]


def worlds(ask: Ask) -> dict[str, str]:
    """{slug: name} of the shipped worlds in the page's language."""
    slugs = list_worlds()
    return {slug: _world(slug).label[ask.lang] for slug in slugs}


def notices(ask: Ask) -> tuple[tuple[str, str], ...]:
    """What has to stand above the answer: failed checks, expired assumptions."""
    return tuple((kind, text) for kind, text in ask.notices)


def checks() -> list[Check]:
    """The quick checks, and the slow ones as last run."""
    return credibility.standing(knowledge())


def peers() -> tuple[LeftOut, ...]:
    """How provinces that were left out are predicted by the others."""
    return credibility.peers()


def checks_status(ask: Ask) -> str:
    """When the slow checks ran, in the page's language."""
    return credibility.status(credibility.stored(knowledge()), ask.lang)


def ledger(ask: Ask) -> list[Judged]:
    """Forecasts kept earlier against what came in, oldest first; none where none was kept."""
    own = Path(ask.ledger) if ask.ledger else DEFAULT
    return score_forecasts(own=own) if kept_forecasts(load_province(), own) else []


def fitted(ask: Ask) -> dict[int, str]:
    """{line of observations.csv: what for} of the figures the assumptions were updated with."""
    return {match.observation.line: match_note(match, ask.lang) for match in knowledge().calibration.matches}


def asked_figures() -> tuple[Jump, ...]:
    """Figures of the pack beyond what was to be expected from the ones before."""
    return jumps(knowledge().province, knowledge().register)


def hashes(ask: Ask) -> dict[str, str]:
    """What the page was made of, short enough to print; record.json holds them whole."""
    shown = ("coopsim", "python", "numpy")
    short = {name: value[:_HASH_SHOWN] for name, value in _whole_hashes(ask).items()}
    return {**short, **{name: text for name, text in versions().items() if name in shown}}


def _whole_hashes(ask: Ask) -> dict[str, str]:
    known, given = knowledge(), ask.hashes or {}
    whole = {
        "scenario": scenario_fingerprint(_asked(ask)[0]),
        "inputs": inputs_fingerprint(known.province, known.register),
        "posterior": known.posterior.key,
        "code": given.get("code") or code_hash(),
        "lock": given.get("lock") or lock_hash(),
    }
    return {name: value for name, value in whole.items() if value}


def keep_answer(ask: Ask, answer: ScenarioAnswer) -> None:
    """Write the scenario's tables and sheets for the run that asked; nothing when run by hand."""
    if ask.folder:
        only = answer.result.only([answer.scenario.slug])
        rows = list(summary_rows(only))
        sheets = workbook(answer, ask.lang, hashes={**_whole_hashes(ask), **versions()}, rows=rows)
        write_atomic(Path(ask.folder) / WORKBOOK, sheets.as_json())
        write_atomic(Path(ask.folder) / "summary.csv", csv_text(SUMMARY_COLUMNS, rows))
        write_atomic(Path(ask.folder) / "targets.csv", csv_text(TARGET_COLUMNS, target_rows(only)))


def keep_comparison(ask: Ask, reference: str) -> None:
    """Write every paired difference for the run that asked; nothing when run by hand.

    A few at a time on the same frozen draws, so that hundreds of scenarios take no more memory. A scenario with
    another horizon is compared with the reference's plan to that horizon, where the plan reaches so far.
    """
    if ask.folder:
        base, first = _comparable(ask, reference)[0], knowledge().province.base_year
        others = [one for one in _asked(ask) if one.slug != reference and base.plan.covers(one.years(first))]
        groups = ([replace(base, horizon=some[0].horizon), *some] for some in in_parts(others))
        rows = (row for group in groups for row in compare_rows(_run(ask, group), reference))
        write_atomic(Path(ask.folder) / "compare.csv", csv_text(COMPARE_COLUMNS, rows))


def keep_uncertainty(ask: Ask, found: Uncertainty) -> None:
    """Write the tables of unknowns for the run that asked; nothing when run by hand."""
    if ask.folder:
        write_atomic(Path(ask.folder) / "sensitivity.csv", csv_text(SENSITIVITY_COLUMNS, sensitivity_rows(found)))
        write_atomic(Path(ask.folder) / "robust.csv", csv_text(ROBUST_COLUMNS, robust_rows(found.robustness)))


def finish(ask: Ask) -> None:
    """Show the end marker: the last line of every notebook, reached only when all before it was."""
    from IPython.display import display

    display({END_MARKER: {"token": ask.token}, "text/plain": "coopsim: ok"}, raw=True)
