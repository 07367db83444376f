"""`coopsim sensitivity`, `robust` and the page of unknowns: which plans and worlds belong to a question, by name."""

from collections.abc import Sequence
from dataclasses import replace

from sim.analysis import unknowns
from sim.domain import CENTRAL, InputError, Numbers, Problem, Scenario, World
from sim.ensemble import Outcome
from sim.evidence import Knowledge
from sim.inputs.scenarios import list_scenarios, list_worlds, load_background, load_scenario, load_world
from sim.inputs.text import limit
from sim.run.entries import scenario_part
from sim.run.project import NO_SUPPORT, load_comparable, require_kept


def require_enough(draws: int) -> None:
    """Refuse so few draws that shares of a range mean nothing; a page of a report may still be tried with them.

    Raises
    ------
    InputError
        With the fewest there may be.
    """
    least = limit("sensitivity_draws")
    if draws < least:
        allowed = Numbers("≥ {}", (least,))
        raise InputError(Problem("too_few_draws", place="--draws", value=draws, allowed=allowed))


def examined(known: Knowledge, scenario: Scenario, *, draws: int, seed: int) -> unknowns.Uncertainty:
    """Everything about a scenario's choice among the shipped plans of the same money, over the shipped worlds.

    Raises
    ------
    InputError
        When more draws are asked for than can be kept.
    """
    require_kept(draws)
    runs = unknowns.experiment(known, _alternatives_to(scenario, known), draws=draws, seed=seed)
    return unknowns.uncertainty(runs, worlds_named())


def robust(
    known: Knowledge, names: Sequence[str], worlds: Sequence[str], *, threshold: float, draws: int, seed: int
) -> tuple[unknowns.Experiment, dict[Outcome, unknowns.Robustness], tuple[World, ...]]:
    """Plans across worlds.

    Parameters
    ----------
    names : scenarios whose plans are judged, in the first one's horizon; of one alone, the shipped
        plans of the same money join it
    worlds : slugs; none means every shipped world

    Raises
    ------
    InputError
        When a name is refused, horizons differ, the threshold is no share, or there is nothing to choose from.
    """
    if not 0.0 <= threshold <= 1.0:
        raise InputError(Problem("out_of_bounds", place="--threshold", value=f"{threshold:g}", allowed="0–1"))
    first, *others = scenarios = load_comparable(names)
    if not others:
        alternatives = _alternatives_to(first, known)
    else:
        plans = {one.plan.slug: replace(one, world=first.world) for one in scenarios}
        reference = replace(load_scenario(NO_SUPPORT), world=first.world, horizon=first.horizon)
        alternatives = unknowns.Alternatives(tuple(plans.values()), reference)
    if len(alternatives.plans) < 2:
        raise InputError(Problem("no_rival_plans", value=first.slug))
    require_kept(draws)
    runs, stated = unknowns.experiment(known, alternatives, draws=draws, seed=seed), worlds_named(worlds)
    return runs, unknowns.robustness_of(runs, stated, threshold=threshold), stated


def _alternatives_to(scenario: Scenario, known: Knowledge) -> unknowns.Alternatives:
    """The shipped plans of a scenario's money, beside it."""
    *shipped, nothing = _named(*list_scenarios(), NO_SUPPORT)
    return unknowns.alternatives_to(scenario, shipped, nothing, known.province.base_year)


def _named(*names: str) -> list[Scenario]:
    """Scenarios by slug; what all of them are read against is read once."""
    background = load_background()
    return [load_scenario(name, background=background) for name in names]


def worlds_named(slugs: Sequence[str] = ()) -> tuple[World, ...]:
    """Worlds by slug, or every shipped one; the central one first.

    Raises
    ------
    InputError
        When there is no such world.
    """
    named = sorted(dict.fromkeys(slugs or list_worlds()), key=lambda slug: (slug != CENTRAL, slug))
    register = load_background().register
    return tuple(load_world(slug, register=register) for slug in named)


def shipped_parts() -> list[str]:
    """Fingerprints, words and all, of every shipped scenario and world: any of them may change what is compared."""
    shipped = _named(*list_scenarios())
    worlds = (replace(shipped[0], world=world) for world in worlds_named()) if shipped else ()
    return [scenario_part(one) for one in (*shipped, *worlds)]
