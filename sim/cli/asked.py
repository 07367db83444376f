"""What is asked in one text of the command line – indicators, years, targets, limits, weights – and a split by rule.

Every reader refuses with an `InputError` what it cannot read, by the option's name and with what is allowed.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from sim.analysis import split
from sim.analysis.compare import outcome_of
from sim.cli.arguments import typed
from sim.domain import INDICATOR, LINES, Bounds, FixedFund, InputError, Problem, Province, Scenario, vnd_from_billion
from sim.ensemble import Outcome
from sim.evidence import Knowledge
from sim.inputs.scenarios import list_worlds, load_world
from sim.inputs.text import listed
from sim.results import one_of

#: What a split is chosen for: an indicator of the last year, a target's chance, or several goals' weights.
Goal = str | split.Chance | Mapping[Outcome, float]

#: Indicators a budget line can move.
MOVED = tuple(indicator for indicator in INDICATOR if indicator.startswith("htx_"))
_TARGET = re.compile(r"([a-z_]+)(>=|<=)([^@<>=]+)@([0-9]{4})")
#: Between two weights; a comma before a digit is a decimal one.
_NEXT_WEIGHT = re.compile(r",(?!\s*[0-9])")


def indicator_named(name: str, place: str) -> str:
    """An indicator of HTX by its id."""
    return _one_of(MOVED, name, "unknown_indicator", place)


def indicators_asked(text: str | None) -> tuple[str, ...]:
    """Ids of any indicators, separated by commas."""
    names = listed(text, "--indicators")
    return tuple(_one_of(tuple(INDICATOR), name, "unknown_indicator", "--indicators") for name in names)


def years_asked(text: str | None, projected: Sequence[int]) -> tuple[int, ...]:
    """Years separated by commas, all of them projected."""
    return tuple(sorted(int(_projected(year, projected, "--years")) for year in listed(text, "--years")))


def _projected(year: str, years: Sequence[int], place: str) -> str:
    if year not in map(str, years):
        raise _refusal("year_not_projected", place, year, allowed=f"{years[0]} … {years[-1]}")
    return year


def line_named(name: str, place: str) -> str:
    """A budget line by its id."""
    return _one_of(LINES, name, "unknown_line", place)


def _one_of(allowed: Sequence[str], name: str, problem: str, place: str) -> str:
    """The name, when it is among those allowed; else a refusal that lists them and names the nearest."""
    one_of(place, name, allowed, key=problem)
    return name


def _refusal(key: str, place: str, value: object = None, **told: Any) -> InputError:
    return InputError(Problem(key, place=place, value=value, **told))


def target_named(text: str, province: Province, scenario: Scenario) -> split.Chance:
    """A target by its id in the pack or the scenario, or written as indicator>=number@year."""
    years = province.open_years(scenario.horizon)
    asked = (*province.targets, *scenario.targets)
    known = {target.id: target for target in asked if target.indicator in MOVED}
    written = _TARGET.fullmatch(text)
    if text in known or written is None:
        chance = split.chance_of(known[_one_of(tuple(known), text, "unknown_target", "--target")])
    else:
        indicator, sign, number, year = written.groups()
        least = typed(number, "unknown_target", "--target")
        right = "<=" if INDICATOR[indicator_named(indicator, "--target")].better < 0 else ">="
        if sign != right:
            turned = text.replace(sign, right)
            raise _refusal("target_direction", "--target", text, params={"sign": right}, suggestion=turned)
        chance = split.Chance(outcome_of(indicator, int(year)), float(least))
    _projected(str(chance.outcome.year), years, "--target")
    return chance


def bounds_asked(*, within: str, locked: Sequence[str], floors: Sequence[str], caps: Sequence[str]) -> Bounds:
    """Limits as written: ``--within 30`` or ``none``, ``--lock LINE``, ``--floor LINE=N``, ``--cap LINE=N``."""
    share = None if within == "none" else Fraction(typed(within, "bad_within", "--within", percent=True)) / 100
    if share is not None and share < 0:
        raise _refusal("out_of_bounds", "--within", within, allowed="0 …, none")
    low, high = _amounts(floors, "--floor"), _amounts(caps, "--cap")
    crossed = [line for line in low if low[line] > high.get(line, low[line])]
    if crossed:
        raise _refusal("limits_crossed", f"--floor {crossed[0]}")
    lines = (line for text in locked for line in listed(text, "--lock"))
    return Bounds(share, frozenset(line_named(line, "--lock") for line in lines), low, high)


def _amounts(texts: Sequence[str], place: str) -> dict[str, int]:
    """{line: VND} of texts like capacity=3.5 [billion VND a year]."""
    amounts: dict[str, int] = {}
    for text in texts:
        line, equals, number = text.partition("=")
        if not equals:
            raise _refusal("bad_amount", place, text)
        _once(line_named(line, place), amounts, place)
        try:
            amounts[line] = vnd_from_billion(typed(number, "bad_amount", place))
        except ValueError:
            raise _refusal("money_too_fine", place, text) from None
        if amounts[line] < 0:
            raise _refusal("out_of_bounds", place, text, allowed="0 …")
    return amounts


def _once(name: str, before: Collection[str], place: str) -> None:
    """Refuse a name that was given before: of two numbers neither is surely meant."""
    if name in before:
        raise _refusal("argument_twice", place, name, params={"name": name})


def weights_asked(text: str, scenario: Scenario) -> dict[Outcome, float]:
    """{outcome: weight} of a text like htx_active=2,htx_worker_income=1,5."""
    weights: dict[str, float] = {}
    for part in map(str.strip, _NEXT_WEIGHT.split(text)):
        name, equals, number = part.partition("=")
        weight = float(typed(number, "bad_weight", "--weights")) if equals else 0.0
        if weight <= 0:
            raise _refusal("bad_weight", "--weights", part)
        _once(indicator_named(name, "--weights"), weights, "--weights")
        weights[name] = weight
    return {outcome_of(name, scenario.horizon): weight for name, weight in weights.items()}


def best_split(
    known: Knowledge, scenario: Scenario, fund: FixedFund, *,
    rule: str, goal: Goal, worlds: Sequence[str] = (), sampling: Mapping[str, int],
) -> split.BestSplit:  # fmt: skip
    """The best split under a rule.

    Parameters
    ----------
    goal : an indicator of the last year; a target, whose chance counts; or weights of several goals
    worlds : slugs whose regret counts under the rule ``regret``; default every shipped one
    """
    aim: split.Objective | Mapping[Outcome, float]
    if isinstance(goal, str):
        outcome = outcome_of(goal, scenario.horizon)
        aim = (
            split.LowEnd(outcome)
            if rule == "p10"
            else split.TailMean(outcome)
            if rule == "tail"
            else split.Mean(outcome)
        )
    else:
        aim = goal
    if rule != "regret":
        return split.best_split(known, scenario, aim, fund, draws=sampling["draws"], seed=sampling["seed"])
    outcomes = list(dict.fromkeys([*split.outcomes_of(aim), *split.judged_outcomes(known.province, scenario)]))
    surface = split.response_surface(known, scenario, outcomes, fund, **sampling)
    single: split.Objective = (
        split.weighted(surface, aim, np.arange(len(surface.splits))) if isinstance(aim, Mapping) else aim
    )
    under = [load_world(slug) for slug in worlds or list_worlds() if slug != scenario.world.slug]
    others = [split.response_surface(known, replace(scenario, world=one), outcomes, fund, **sampling) for one in under]
    return split.allocate(surface, split.LeastRegret(single, tuple(others)), fund.bounds)
