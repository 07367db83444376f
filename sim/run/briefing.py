"""`coopsim brief`: one document for a decision between scenarios, as Word or PDF."""

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

from sim.analysis import unknowns
from sim.analysis.answer import answer_for, headline_of, target_chances
from sim.analysis.compare import difference, outcome_of
from sim.domain import INDICATOR, LEADING, REAL, InputError, Numbers, Problem, Scenario, scenario_fingerprint
from sim.ensemble import Result
from sim.evidence import Knowledge, load_knowledge
from sim.inputs.scenarios import load_scenario
from sim.report.forms import decision_docx, decision_pdf
from sim.report.pages import MOST_VARIANTS, Brief
from sim.run.exchange import require_free
from sim.run.files import write_atomic
from sim.run.ledger import DEFAULT, kept_forecasts, score_forecasts
from sim.run.project import NO_SUPPORT, load_all, projected, require_kept, require_one_horizon
from sim.run.unknowns import worlds_named

#: Endings of the document, with what makes it.
BRIEF_KINDS = {"docx": decision_docx, "pdf": decision_pdf}
#: Indicator the variants are put in order by unless another is asked for.
BRIEF_GOAL = "htx_active"
_HASH_SHOWN = 8


def kind_of(path: Path) -> str:
    """Which document a file name asks for.

    Raises
    ------
    InputError
        When its ending is neither.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in BRIEF_KINDS:
        allowed = ", ".join(f".{known}" for known in BRIEF_KINDS)
        raise InputError(Problem("not_a_format", place="-o", value=path.name, allowed=allowed))
    return kind


def briefed(
    known: Knowledge, scenarios: Sequence[Scenario], *, draws: int, seed: int, goal: str = BRIEF_GOAL, place: str = ""
) -> Brief:
    """What a decision document tells of scenarios, the first of which the others are compared with.

    Parameters
    ----------
    goal : indicator they are put in order by
    place : argument they were given with, where there is one

    Raises
    ------
    InputError
        When there are too few or too many, their horizons differ, or there are more draws than can be kept.
    """
    if not 2 <= len(scenarios) <= MOST_VARIANTS:
        allowed = Numbers("2–{}", (MOST_VARIANTS,))
        raise InputError(Problem("brief_variants", place=place, value=len(scenarios), allowed=allowed))
    require_one_horizon(scenarios, place)
    require_kept(draws)
    result = projected(known, scenarios, draws=draws, seed=seed)
    told = _told_of(result, goal)
    answer = answer_for(
        known.province, known.register, result.run_of(told).scenario, [scenarios[0]],
        posterior=known.posterior, draws=draws, seed=seed,
    )  # fmt: skip
    return Brief(
        result=result,
        answer=answer,
        goal=goal,
        wanted=headline_of(target_chances(result, scenarios[0].slug)),
        unknown=_choice(known, scenarios, goal, draws=draws, seed=seed),
        fingerprints={one.slug: scenario_fingerprint(one)[:_HASH_SHOWN] for one in scenarios},
        judged=score_forecasts(own=DEFAULT) if kept_forecasts(known.province, DEFAULT) else (),
    )


def _told_of(result: Result, goal: str) -> str:
    """The variant that lies furthest ahead of the first by the goal, or least behind."""
    basis, last = REAL if INDICATOR[goal].money else "", result.years[-1]
    first, *others = result.scenarios

    def gain(slug: str) -> float:
        return INDICATOR[goal].better * difference(result, first, slug, goal, year=last, price_basis=basis).mean

    return max(others, key=gain)


def _choice(
    known: Knowledge, scenarios: Sequence[Scenario], goal: str, *, draws: int, seed: int
) -> unknowns.Uncertainty | None:
    """The choice between the variants' plans in the first one's world; None for one plan in several worlds."""
    first = scenarios[0]
    plans = {one.slug: replace(one, world=first.world) for one in scenarios}
    money = attrgetter("price_basis", "fund", "lines", "repeat_last", "areas")
    if all(money(one.plan) == money(first.plan) for one in scenarios):
        return None
    none = replace(load_scenario(NO_SUPPORT), world=first.world, horizon=first.horizon)
    goals = dict.fromkeys((goal, *LEADING))
    outcomes = [outcome_of(name, first.horizon) for name in goals]
    runs = unknowns.experiment(
        known, unknowns.Alternatives(tuple(plans.values()), none), outcomes=outcomes, draws=draws, seed=seed
    )
    return unknowns.uncertainty(runs, worlds_named())


def document(found: Brief, kind: str, lang: str) -> bytes:
    """The document's bytes.

    Parameters
    ----------
    kind : of `BRIEF_KINDS`

    Raises
    ------
    RunError
        When this computer has nothing to make it with.
    """
    return BRIEF_KINDS[kind](found, lang)


def write_brief(
    names: Sequence[str], path: Path, *, draws: int, seed: int,
    goal: str = BRIEF_GOAL, lang: str = "vi", force: bool = False,
) -> None:  # fmt: skip
    """Write the document of scenarios by name or path.

    Parameters
    ----------
    force : replace a file that is there

    Raises
    ------
    InputError
        When a scenario, the goal or the file is refused.
    RunError
        When this computer has nothing to make it with.
    """
    kind = kind_of(path)
    require_free(path, force)
    found = briefed(load_knowledge(), load_all(names), draws=draws, seed=seed, goal=goal, place="SCENARIO")
    write_atomic(path, document(found, kind, lang))
