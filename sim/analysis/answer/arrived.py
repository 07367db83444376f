"""How the chances of targets, and what is expected of the year, moved with each figure that came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.analysis.answer.scenario import Range, TargetChance, chance_in, range_of
from sim.domain import INDICATOR, InputError, Problem, RunError, Scenario, Target
from sim.ensemble import Posterior, run
from sim.evidence import Arrival, Knowledge, later_figures, nowcast, plan_in_force

#: What else is told of the year: who came, how many there are, how many of them work.
FOLLOWED = ("htx_founded", "htx_registered", "htx_active")
#: Rows of the posterior on the way to the last figure; more figures than this are taken date by date.
_ROWS, _MOST = 1 << 14, 12


@dataclass(frozen=True)
class Standing:
    """What was expected once some figures were known.

    Attributes
    ----------
    figures : those that came in last; none at the beginning
    chances : one per target of `CameIn.targets`
    expected : {indicator of `FOLLOWED`: at the end of the year, or over it}
    effective : equal-weight draws the sample is worth
    """

    figures: tuple[Arrival, ...]
    chances: tuple[TargetChance, ...]
    expected: Mapping[str, Range]
    effective: float


@dataclass(frozen=True)
class CameIn:
    """The figures of one year and how they moved what was expected.

    Attributes
    ----------
    steps : before any figure, and after each, by date
    used : how many of the steps after the first the page's other figures rest on
    spent : figures of money paid out, which take the place of the plan's
    refused : why figures could not be used, where they could not
    """

    year: int
    targets: tuple[Target, ...]
    steps: tuple[Standing, ...]
    used: int
    spent: tuple[Arrival, ...]
    refused: tuple[Problem, ...] = ()


def came_in(known: Knowledge, scenario: Scenario, *, draws: int, seed: int) -> CameIn | None:
    """What the pack's figures of its last begun year say of a scenario; None where there are none.

    Notes
    -----
    Each step is the answer a pack would give that held figures up to there (`nowcast`): the first is the forecast
    without any of them, on the same draws as every page.
    """
    arrived = [one for one in later_figures(known.province) if one.year <= scenario.horizon]
    told = [one for one in arrived if one.indicator in INDICATOR]
    if not told:
        return None
    year = told[-1].year
    targets = tuple(one for one in (*known.province.targets, *scenario.targets) if one.year == year)
    begin = replace(known, posterior=known.before or known.posterior, before=None)
    asked = replace(scenario, horizon=year)
    stops, used = _stops(told), [one for one in told if known.province.uses(one.moment)]
    steps, refused = [_standing(begin, asked, begin.posterior, (), targets, draws=draws, seed=seed)], known.told
    force, last = plan_in_force(known.province), 0
    for stop in stops:
        prefix = told[:stop]
        try:
            posterior = known.posterior if known.before and prefix == used else _updated(begin, prefix, arrived, force)
        except (InputError, RunError) as error:
            refused = error.problems
            break
        new = tuple(told[last:stop])
        steps.append(_standing(begin, asked, posterior, new, targets, draws=draws, seed=seed))
        last = stop
    spent = tuple(one for one in arrived if one.indicator not in INDICATOR and one.year == year)
    counted = sum(stop <= len(used) for stop in stops) if known.before else 0
    return CameIn(year, targets, tuple(steps), counted, spent, refused)


def _stops(told: Sequence[Arrival]) -> list[int]:
    """After how many figures a step ends: each one, or each date where there are many."""
    ends = range(1, len(told) + 1)
    if len(told) <= _MOST:
        return list(ends)
    return [end for end in ends if end == len(told) or told[end].moment != told[end - 1].moment]


def _updated(begin: Knowledge, prefix: Sequence[Arrival], arrived: Sequence[Arrival], force: Scenario) -> Posterior:
    """The posterior after some figures, and the money told by then."""
    now = prefix[-1].moment
    money = [one for one in arrived if one.indicator not in INDICATOR and one.moment <= now]
    rows = [one.observation for one in (*prefix, *money)]
    return nowcast(begin, rows, scenario=force, size=_ROWS)


def _standing(
    begin: Knowledge, scenario: Scenario, posterior: Posterior, figures: tuple[Arrival, ...],
    targets: Sequence[Target], *, draws: int, seed: int,
) -> Standing:  # fmt: skip
    result = run(begin.province, begin.register, [scenario], draws=draws, seed=seed, posterior=posterior)
    slug, year = scenario.slug, scenario.horizon
    chances = tuple(chance_in(result, slug, target) for target in targets)
    expected = {name: range_of(result, slug, name, year) for name in FOLLOWED}
    return Standing(figures, chances, expected, result.effective_draws)
