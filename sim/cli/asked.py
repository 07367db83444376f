"""`coopsim allocate`, `seek`, `attribute` and `curve`: what was asked on the command line, read and computed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from sim.analysis.compare import outcome_of
from sim.analysis.split import (
    BestSplit,
    Chance,
    LeastRegret,
    LowEnd,
    Mean,
    Objective,
    ResponseSurface,
    TailMean,
    allocate,
    chance_of,
    judged_outcomes,
    response_surface,
    weighted,
)
from sim.cli.arguments import typed
from sim.domain import INDICATOR, LINES, Bounds, FixedFund, InputError, Problem, Province, Scenario, vnd_from_billion
from sim.ensemble import Outcome
from sim.evidence import Knowledge
from sim.inputs.scenarios import list_worlds, load_world
from sim.inputs.text import listed, nearest

#: What a split is chosen for: an indicator of the last year, a target's chance, or several goals' weights.
Goal = str | Chance | Mapping[Outcome, float]

#: Indicators a budget line can move.
MOVED = tuple(indicator for indicator in INDICATOR if indicator.startswith("htx_"))
_TARGET = re.compile(r"([a-z_]+)(>=|<=)([^@<>=]+)@([0-9]{4})")
#: Between two weights; a comma before a digit is a decimal one.
_NEXT_WEIGHT = re.compile(r",(?!\s*[0-9])")


def indicator_named(name: str, place: str) -> str:
    """An indicator of HTX by its id.

    Raises
    ------
    InputError
        When there is no such indicator, or no budget line moves it.
    """
    return _one_of(MOVED, name, "unknown_indicator", place)


def indicators_asked(text: str | None) -> tuple[str, ...]:
    """Ids of any indicators, separated by commas.

    Raises
    ------
    InputError
        When one does not exist.
    """
    names = listed(text, "--indicators")
    return tuple(_one_of(tuple(INDICATOR), name, "unknown_indicator", "--indicators") for name in names)


def years_asked(text: str | None, projected: Sequence[int]) -> tuple[int, ...]:
    """Years separated by commas, all of them projected.

    Raises
    ------
    InputError
        When one is no year of the projection.
    """
    years = listed(text, "--years")
    wrong = [year for year in years if year not in map(str, projected)]
    if wrong:
        allowed = f"{projected[0]} … {projected[-1]}"
        raise InputError(Problem("year_not_projected", place="--years", value=wrong[0], allowed=allowed))
    return tuple(sorted(map(int, years)))


def line_named(name: str, place: str) -> str:
    """A budget line by its id.

    Raises
    ------
    InputError
        When there is no such line.
    """
    return _one_of(LINES, name, "unknown_line", place)


def _one_of(allowed: Sequence[str], name: str, problem: str, place: str) -> str:
    """The name, when it is among those allowed; else a refusal that lists them and names the nearest."""
    if name not in allowed:
        near = nearest(name, allowed)
        raise InputError(Problem(problem, place=place, value=name, allowed=", ".join(allowed), suggestion=near))
    return name


def target_named(text: str, province: Province, scenario: Scenario) -> Chance:
    """A target by its id in the pack, or written as indicator>=number@year.

    Raises
    ------
    InputError
        When it is neither, or its year is not projected.
    """
    years = scenario.years(province.base_year)
    known = {target.id: target for target in province.targets if target.indicator in MOVED}
    written = _TARGET.fullmatch(text)
    if text in known:
        chance = chance_of(known[text])
    elif written is None:
        near = nearest(text, tuple(known))
        raise InputError(
            Problem("unknown_target", place="--target", value=text, allowed=", ".join(known), suggestion=near)
        )
    else:
        indicator, sign, number, year = written.groups()
        least = typed(number, "unknown_target", "--target")
        better = INDICATOR[indicator_named(indicator, "--target")].better
        right = "<=" if better < 0 else ">="
        if sign != right:
            near = text.replace(sign, right)
            raise InputError(
                Problem("target_direction", {"sign": right}, place="--target", value=text, suggestion=near)
            )
        chance = Chance(outcome_of(indicator, int(year)), float(least))
    if chance.outcome.year not in years:
        allowed = f"{years[0]} … {years[-1]}"
        raise InputError(Problem("year_not_projected", place="--target", value=chance.outcome.year, allowed=allowed))
    return chance


def bounds_asked(*, within: str, locked: Sequence[str], floors: Sequence[str], caps: Sequence[str]) -> Bounds:
    """Limits as written: ``--within 30`` or ``none``, ``--lock LINE``, ``--floor LINE=N``, ``--cap LINE=N``.

    Raises
    ------
    InputError
        When one cannot be read, or a floor is above its cap.
    """
    share = None if within == "none" else Fraction(typed(within, "bad_within", "--within", percent=True)) / 100
    if share is not None and share < 0:
        raise InputError(Problem("out_of_bounds", place="--within", value=within, allowed="0 …, none"))
    low, high = _amounts(floors, "--floor"), _amounts(caps, "--cap")
    crossed = [line for line in low if low[line] > high.get(line, low[line])]
    if crossed:
        raise InputError(Problem("limits_crossed", place=f"--floor {crossed[0]}"))
    return Bounds(share, frozenset(line_named(line, "--lock") for line in locked), low, high)


def _amounts(texts: Sequence[str], place: str) -> dict[str, int]:
    """{line: VND} of texts like capacity=3.5 [billion VND a year]."""
    amounts: dict[str, int] = {}
    for text in texts:
        line, equals, number = text.partition("=")
        if not equals:
            raise InputError(Problem("bad_amount", place=place, value=text))
        _once(line_named(line, place), amounts, place)
        try:
            amounts[line] = vnd_from_billion(typed(number, "bad_amount", place))
        except ValueError:
            raise InputError(Problem("money_too_fine", place=place, value=text)) from None
        if amounts[line] < 0:
            raise InputError(Problem("out_of_bounds", place=place, value=text, allowed="0 …"))
    return amounts


def _once(name: str, before: Collection[str], place: str) -> None:
    """Refuse a name that was given before: of two numbers neither is surely meant."""
    if name in before:
        raise InputError(Problem("argument_twice", {"name": name}, place=place, value=name))


def weights_asked(text: str, scenario: Scenario) -> dict[Outcome, float]:
    """{outcome: weight} of a text like htx_active=2,htx_worker_income=1,5.

    Raises
    ------
    InputError
        When a part cannot be read, is named twice, or a weight is not above zero.
    """
    weights: dict[str, float] = {}
    for part in map(str.strip, _NEXT_WEIGHT.split(text)):
        name, equals, number = part.partition("=")
        weight = float(typed(number, "bad_weight", "--weights")) if equals else 0.0
        if weight <= 0:
            raise InputError(Problem("bad_weight", place="--weights", value=part))
        _once(indicator_named(name, "--weights"), weights, "--weights")
        weights[name] = weight
    return {outcome_of(name, scenario.horizon): weight for name, weight in weights.items()}


def best_split(
    known: Knowledge,
    scenario: Scenario,
    fund: FixedFund,
    *,
    rule: str,
    goal: Goal,
    worlds: Sequence[str] = (),
    sampling: Mapping[str, int],
) -> BestSplit:
    """The best split under a rule.

    Parameters
    ----------
    goal : an indicator of the last year; a target, whose chance counts; or weights of several goals
    worlds : slugs whose regret counts under the rule ``regret``; default every shipped one
    """
    outcomes = _outcomes_of(known.province, scenario, goal)
    surface = response_surface(known, scenario, outcomes, fund, **sampling)
    others: tuple[ResponseSurface, ...] = ()
    if rule == "regret":
        slugs = worlds or list_worlds()
        under = [replace(scenario, world=load_world(slug)) for slug in slugs if slug != scenario.world.slug]
        others = tuple(response_surface(known, one, outcomes, fund, **sampling) for one in under)
    return allocate(surface, _objective(surface, rule, goal, others), fund.bounds)


def _outcomes_of(province: Province, scenario: Scenario, goal: Goal) -> list[Outcome]:
    """The goal's outcomes, and those every split is judged by."""
    if isinstance(goal, Chance):
        wanted = [goal.outcome]
    elif isinstance(goal, str):
        wanted = [outcome_of(goal, scenario.horizon)]
    else:
        wanted = list(goal)
    return list(dict.fromkeys([*wanted, *judged_outcomes(province, scenario)]))


def _objective(
    surface: ResponseSurface,
    rule: str,
    goal: Goal,
    others: tuple[ResponseSurface, ...],
) -> Objective:
    if isinstance(goal, Mapping):
        single: Objective = weighted(surface, goal, np.arange(len(surface.splits)))
    elif isinstance(goal, Chance):
        single = goal
    else:
        outcome = outcome_of(goal, surface.scenario.horizon)
        single = LowEnd(outcome) if rule == "p10" else TailMean(outcome) if rule == "tail" else Mean(outcome)
    return LeastRegret(single, others) if rule == "regret" else single
