"""Assumptions as sliders: constant overrides in the scenario's own world, marked as the planner's; and thresholds."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.analysis.answer import Evidence
from sim.analysis.compare import Difference, indicator_difference, outcome_of
from sim.analysis.split import SURFACE_DRAWS
from sim.domain import GOALS, Assumption, Distribution, Label, Override, Register, Scenario, World
from sim.ensemble import CommonDraws, apart, evaluate_each
from sim.evidence import Knowledge, draws_for
from sim.inputs.yaml import LANGUAGES
from sim.planner.words import Refusal, Words
from sim.report.print import Figure

#: Ending of the name of a world that holds assumptions of the planner's own.
OWN = "-own"
#: How many of the assumptions that decide most stand there without being asked for.
DECIDING = 3
#: Steps of a slider, about; places at which thresholds are looked for.
_STEPS, _LOOKED_AT = 50, 11
#: How far a slider goes beyond p10 and p90, in distances from the middle.
_REACH = 2.0
#: What a plan wins in.
GOAL = GOALS[0]


@dataclass(frozen=True)
class Scale:
    """Places of a slider: whole numbers from `low` to `high`, each a multiple of `times` / `per`."""

    low: int
    high: int
    times: int
    per: int

    def value(self, place: int) -> float:
        """The assumption at a place, in its unit."""
        return place * self.times / self.per

    def place(self, value: float) -> int:
        """The place nearest to a value, within the slider."""
        return min(max(math.floor(value * self.per / self.times + 0.5), self.low), self.high)


def scale_of(entry: Assumption) -> Scale:
    """A slider from beyond p10 to beyond p90, within the hard limits, in steps of 1, 2 or 5 of some power of ten."""
    spread, (bottom, top) = entry.distribution, entry.bounds
    low = max(bottom, spread.p50 - _REACH * (spread.p50 - spread.p10))
    high = min(top, spread.p50 + _REACH * (spread.p90 - spread.p50))
    wanted = (high - low) / _STEPS
    power = math.floor(math.log10(wanted))
    leading = wanted / 10.0**power
    times = 5 if leading >= 5 else 2 if leading >= 2 else 1  # noqa: PLR2004 (steps people count in)
    times, per = (times, 10 ** (-power)) if power < 0 else (times * 10**power, 1)
    return Scale(math.ceil(low * per / times - 1e-9), math.floor(high * per / times + 1e-9), times, per)


def adjustable(register: Register) -> dict[str, Assumption]:
    """Assumptions a world may restate with a value; one slider for all areas only where theirs are alike."""
    return _movable(register.told())


def settable(register: Register) -> dict[str, Assumption]:
    """Those that are offered, and what a file may state besides: all areas at once, or one where all are alike."""
    return _movable({**register.told(), **register.common, **register.entries})


def _movable(entries: Mapping[str, Assumption]) -> dict[str, Assumption]:
    return {
        key: entry
        for key, entry in entries.items()
        if entry.role == "projection" and not entry.distribution.simplex and not entry.distribution.constant
    }


def own_reason() -> Label:
    """Why an assumption of the planner's own is stated, by language: what marks it."""
    return {lang: Words(lang).say("assume_reason") for lang in LANGUAGES}


def own_of(world: World) -> dict[str, Override]:
    """Assumptions of a world that a planner set."""
    reason = own_reason()
    return {key: one for key, one in world.overrides.items() if dict(one.reason) == reason}


def base_of(world: World, worlds: Mapping[str, World]) -> World:
    """The world without assumptions of the planner's own: the known one of its name, else what is left of it."""
    if not own_of(world):
        return world
    slug = world.slug.removesuffix(OWN)
    kept = {key: one for key, one in world.overrides.items() if key not in own_of(world)}
    return worlds.get(slug, replace(world, slug=slug, overrides=kept))


def with_own(base: World, own: Mapping[str, Override]) -> World:
    """A world with assumptions of the planner's own beside, or in place of, what it states; itself without any."""
    if not own:
        return base
    label = {lang: Words(lang).say("assume_world", world=Words(lang).label(base.label)) for lang in LANGUAGES}
    return World(f"{base.slug}{OWN}", label, base.description, {**base.overrides, **own})


def set_to(world: World, worlds: Mapping[str, World], key: str, value: float | None) -> World:
    """A world with one assumption set to a value in every future; None sets it free."""
    own = {name: one for name, one in own_of(world).items() if name != key}
    if value is not None:
        own[key] = Override(key, Distribution(value, value, value), own_reason())
    return with_own(base_of(world, worlds), own)


def asked_value(words: Words, register: Register, key: Any, place: Any) -> float:
    """The value at a slider's place.

    Raises
    ------
    Refusal
        When there is no such assumption, or no such place on its slider.
    """
    entry = settable(register).get(str(key))
    if entry is None:
        raise Refusal("unknown")
    scale = scale_of(entry)
    if not scale.low <= int(place) <= scale.high:
        low, high = (_told(words, scale.value(end), entry) for end in (scale.low, scale.high))
        raise Refusal("assume_range", low=low, high=high)
    return scale.value(int(place))


def assumptions_content(words: Words, register: Register, world: World, shown: Sequence[str]) -> dict[str, Any]:
    """Sliders of the assumptions shown and of those set, and what else could be shown."""
    own, known = own_of(world), settable(register)
    ids = [key for key in dict.fromkeys([*shown, *own]) if key in known]
    rows = [_row(words, key, known[key], world, set_=key in own) for key in ids]
    offered = adjustable(register).items()
    others = sorted((words.label(entry.label), key) for key, entry in offered if key not in ids)
    return {"rows": rows, "choices": [("", ""), *others]}


def _row(words: Words, key: str, entry: Assumption, world: World, *, set_: bool) -> dict[str, Any]:
    """One slider; where a world or the register spreads the assumption, it stands at the middle."""
    stated = world.states(entry)
    spread, scale = stated.distribution if stated else entry.distribution, scale_of(entry)
    usual = entry.distribution if set_ else spread
    low, middle, high = (_told(words, value, entry) for value in (usual.p10, usual.p50, usual.p90))
    note = words.say("assume_own" if set_ else "assume_spread", grade=entry.grade, low=low, middle=middle, high=high)
    return {
        "id": key,
        "label": words.label(entry.label),
        "tip": words.label(entry.question),
        "value": scale.place(spread.p50),
        "low": scale.low,
        "high": scale.high,
        "text": _told(words, spread.p50, entry) if set_ else words.between(low, high),
        "note": note,
        "own": set_,
    }


def _told(words: Words, value: float, entry: Assumption) -> str:
    """A value of an assumption as pages print it."""
    return Figure.assumed(value, entry.unit).text(words)


# -- What must be true for the plan to win ----------------------------------------------------------


@dataclass(frozen=True)
class Threshold:
    """Where on an assumption's slider the plan comes ahead of the reference, or falls behind.

    Attributes
    ----------
    value : in the assumption's unit; None where the same plan is ahead at every place looked at
    above : True when the plan is ahead above it
    ahead : whether the plan is ahead where there is no threshold; None where neither is told from the other
    """

    value: float | None
    above: bool = False
    ahead: bool | None = None


def threshold(draws: CommonDraws, scenario: Scenario, reference: Scenario, key: str) -> Threshold:
    """Threshold analysis: the value of one assumption at which plan and reference are equal in the mean.

    Parameters
    ----------
    scenario, reference : of one horizon; the assumption is set alike in the worlds of both

    Notes
    -----
    Looked at as the slider would set it, at places along it, on common draws; between two of them by a straight line.
    Where the plan crosses more than once, the crossing nearest the assumption's middle is told.
    """
    entry = draws.register[key]
    scale = scale_of(entry)
    places = np.unique(np.linspace(scale.low, scale.high, _LOOKED_AT).round().astype(int))
    values = [scale.value(int(place)) for place in places]
    leads = [_lead(draws, scenario, reference, key, value) for value in values]
    means = [lead.mean if lead.distinguished else 0.0 for lead in leads]
    found = []
    for (left, before), (right, after) in zip(_pairs(values, leads), _pairs(values, leads)[1:], strict=False):
        if before * after < 0:
            found.append((left + (right - left) * before / (before - after), after > 0))
    if not found or not (any(mean > 0 for mean in means) and any(mean < 0 for mean in means)):
        signs = {mean > 0 for mean in means if mean}
        return Threshold(None, ahead=signs.pop() if len(signs) == 1 else None)
    value, above = min(found, key=lambda one: abs(one[0] - entry.distribution.p50))
    return Threshold(value, above)


def _pairs(values: Sequence[float], leads: Sequence[Difference]) -> list[tuple[float, float]]:
    return [(value, lead.mean) for value, lead in zip(values, leads, strict=True) if lead.mean]


def _lead(draws: CommonDraws, scenario: Scenario, reference: Scenario, key: str, value: float) -> Difference:
    """How far the plan is ahead with the assumption at a value."""
    outcome = outcome_of(GOAL, scenario.horizon)
    ours, theirs = (
        evaluate_each(draws, [replace(one, world=set_to(one.world, {}, key, value))], [outcome])[0, 0]
        for one in (scenario, reference)
    )
    return indicator_difference(GOAL, apart(ours.astype(np.float64), theirs), draws.effective_draws)


def threshold_text(words: Words, register: Register, key: str, found: Threshold) -> str:
    """What must be true of one assumption for the plan to win."""
    goal = words.mention(words.term(f"card_{GOAL}"))
    if found.value is None:
        which = {True: "threshold_always", False: "threshold_never", None: "threshold_untold"}[found.ahead]
        return words.say(which, goal=goal)
    value = _told(words, found.value, register[key])
    return words.say("threshold_above" if found.above else "threshold_below", goal=goal, value=value)


# -- What stands on the screen ----------------------------------------------------------------------


@dataclass
class Sliders:
    """Assumptions that have a slider.

    Attributes
    ----------
    deciding : those that decide most, by what the answer rests on
    looked_at : those asked for
    """

    register: Register
    deciding: tuple[str, ...] = ()
    looked_at: tuple[str, ...] = ()
    _made: tuple[Any, dict[str, Any]] | None = None

    def shown(self, world: World) -> tuple[str, ...]:
        """Those that decide most, those asked for, and those set."""
        return tuple(dict.fromkeys([*self.deciding, *self.looked_at, *own_of(world)]))

    def content(self, words: Words, world: World) -> dict[str, Any]:
        """What the sliders show; made anew only for another world, another language or other sliders."""
        asked = words.lang, world, self.shown(world)
        if self._made is None or self._made[0] != asked:
            self._made = asked, assumptions_content(words, self.register, world, asked[-1])
        return self._made[1]

    def look_at(self, key: Any) -> None:
        """One more."""
        if key not in settable(self.register):
            raise Refusal("unknown")
        self.looked_at = (*self.looked_at, str(key))

    def decide(self, rests_on: Evidence) -> bool:
        """Take those that decide most; whether that changed."""
        known, before = adjustable(self.register), self.deciding
        inputs = [one.id for one in rests_on.drivers if one.id in self.register.entries]
        keys = dict.fromkeys(one if one in known else self.register.entries[one].of for one in inputs)
        self.deciding = tuple(key for key in keys if key in known)[:DECIDING]
        return before != self.deciding

    def thresholds(
        self, words: Words, known: Knowledge, scenario: Scenario, reference: Scenario, *, draws: int, seed: int
    ) -> Iterator[dict[str, str]]:
        """What must be true for the plan to win, one assumption more each time, {assumption id: text}."""
        found: dict[str, str] = {}
        own = draws_for(known, scenario, draws=min(draws, SURFACE_DRAWS), seed=seed)
        for key in self.shown(scenario.world):
            found[key] = threshold_text(words, self.register, key, threshold(own, scenario, reference, key))
            yield dict(found)
