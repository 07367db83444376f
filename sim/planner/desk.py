"""What lies on the planner's desk (plans, worlds, tries) and what each wish makes of a state."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sim.domain import (
    LINES,
    PERCENT,
    PRICE_BASES,
    VND_PER_BILLION,
    InputError,
    Problem,
    Scenario,
    World,
    moved,
)
from sim.inputs.text import clean, limit
from sim.inputs.yaml import LANGUAGES
from sim.planner.asking import PAID_OUT, cut, delayed, double
from sim.planner.assume import asked_value, own_of, set_to, with_own
from sim.planner.exchange import named, slug_of
from sim.planner.levers import EDITED, VND_PER_MILLION, Options, amount, number_of, part
from sim.planner.opening import Opened, choices, setting
from sim.planner.state import Reference, State, Tries, Try
from sim.planner.tries import try_name, try_option
from sim.planner.words import Refusal, Words


@dataclass
class Desk:
    """Plans, worlds and tries that can be chosen from.

    Attributes
    ----------
    words : of the language of the moment; typed numbers are read in its way
    """

    opened: Opened
    words: Words
    tries: Tries = field(default_factory=Tries)

    def __post_init__(self) -> None:
        scenario = self.opened.scenario
        self.plans = {**self.opened.plans, scenario.plan.slug: scenario.plan}
        self.worlds = {**self.opened.worlds, scenario.world.slug: scenario.world}

    def changed(self, state: State, name: str, value: Any) -> State:
        """The state after a wish that moves levers.

        Raises
        ------
        Refusal
            When the wish is unknown or cannot be met, with the reason.
        """
        table: dict[str, Callable[[], State]] = {
            "line": lambda: state.with_line(value[0], vnd_of(value[1])),
            "line_text": lambda: self._typed_line(state, *value),
            "limits": lambda: self._limited(state, *value),
            "fund": lambda: self._funded(state, vnd_of(value)),
            "fund_text": lambda: self._typed_fund(state, value),
            "lock": lambda: self._locked(state, *value),
            "spread": state.with_remainder_spread,
            "year": lambda: state.at_year(self._open_year(state, value)),
            "target": lambda: self._targeted(state, value),
            "target_remove": lambda: state.with_targets(state.scenario.without_target(*value)),
            "area": lambda: self._divided(state, str(value[0]), Decimal(int(value[1])).scaleb(-2)),
            "area_text": lambda: self._divided(state, str(value[0]), part(value[1], self.words.lang)),
            "area_line": lambda: replace(state, area_line=value if value in LINES else ""),
            "areas_even": lambda: state.with_areas({}),
            "same": state.same_every_year,
            "basis": lambda: state.with_price_basis(PRICE_BASES[PRICE_BASES.index(value)]),
            "horizon": lambda: state.with_horizon(_among(value, self._horizons(state))),
            "draws": lambda: replace(state, draws=_among(value, (*choices("draw_choices"), self.opened.asked.draws))),
            "world": lambda: state.with_world(self._in_world(state, value)),
            "cut": lambda: cut(state, *value),
            "double": lambda: double(state, value),
            "delay": lambda: delayed(state),
            "disburse": lambda: self._paid_out(state),
            "assume": lambda: self._assumed(state, value[0], value[1]),
            "assume_free": lambda: self._assumed(state, value),
            "start": lambda: state if value == EDITED else state.with_plan(self.plans[value]),
            "reference": lambda: self._compared(state, value),
            "pin": lambda: self._compared(state, self.remember(state).key),
            "previous": lambda: self._previous(state),
            "open": lambda: self._opened_try(state, value),
        }
        if name not in table:
            raise Refusal("unknown")
        return table[name]()

    def remember(self, state: State) -> Try:
        """The plan and world looked at as a try; ratings of another question become stale."""
        asked = state.scenario.targets
        self.tries.ask((state.reference.key, state.reference.scenario(state.scenario), state.draws, asked))
        return self.tries.add(state.plan, state.scenario.world, keep=state.reference.key)

    def labelled(self, state: State) -> Scenario:
        """The scenario under the name its try goes by, once it is no shipped one any more."""
        if not state.edited:
            return state.scenario
        one = self.remember(state)
        name = try_name(self.words, one)
        try:
            slug = slug_of(name, self.opened.shipped)
        except Refusal:  # a name like 50/30/20 makes no file's
            slug = one.key
        return named(state.scenario, slug, name)

    def choosers(self, state: State) -> dict[str, Options]:
        """Options of the lists."""
        label = self.words.label
        plans: list[tuple[str, Any]] = [(label(plan.label), slug) for slug, plan in self.plans.items()]
        start = list(plans)
        if state.edited:
            start.insert(0, (self.words.say("edited", plan=label(state.scenario.label)), EDITED))
        elif state.plan.slug not in self.plans:
            start.insert(0, (label(state.plan.label), state.plan.slug))
        worlds = {**self.worlds, state.scenario.world.slug: state.scenario.world}
        return {
            "start": start,
            "world": sorted(
                ((label(world.label), slug) for slug, world in worlds.items()),
                key=lambda option: (option[1] != "central", option[0]),
            ),
            "horizon": [(str(year), year) for year in self._horizons(state)],
            "reference": [*plans, *((try_option(self.words, one, state.years), one.key) for one in self.tries)],
        }

    def measures(self) -> Options:
        """Indicators a target may be set for, by their names: those of which more or less is better."""
        known = (one for one in self.opened.province.indicators if one.better and not one.part_of)
        return [(self.words.term(one.id), one.id) for one in known]

    def _horizons(self, state: State) -> list[int]:
        years = range(state.base_year + 1, state.base_year + 1 + limit("horizon_years"))
        gaps = [*state.scenario.plan.missing(years), *state.reference.plan.missing(years)]
        return [*range(state.present, min(gaps, default=years.stop))]

    def _locked(self, state: State, line: str, locked: bool) -> State:
        before = state.allocation.locked
        return state.with_locks(before | {LINES[LINES.index(line)]} if locked else before - {line})

    def _in_world(self, state: State, slug: str) -> World:
        """A world to look at, with what the planner assumes besides."""
        if slug == state.scenario.world.slug:
            return state.scenario.world
        return with_own(self.worlds[slug], own_of(state.scenario.world))

    def _assumed(self, state: State, key: Any, place: Any = None) -> State:
        """One assumption set to a place of its slider, or free again, in the scenario's own world."""
        register = self.opened.knowledge.register
        value = None if place is None else asked_value(self.words, register, key, place)
        return state.with_world(set_to(state.scenario.world, self.worlds, str(key), value))

    def _paid_out(self, state: State) -> State:
        """So much of the money paid out as meetings ask about, beside the try as it was."""
        share, before = setting("asked_paid_out") / PERCENT, self._compared(state, self.remember(state).key)
        world = set_to(state.scenario.world, self.worlds, PAID_OUT, share)
        return before.with_world(world)

    def _typed_line(self, state: State, line: str, text: str) -> State:
        vnd, ceiling = amount(text, self.words.lang), state.allocation.ceiling(line)
        if vnd > ceiling:
            raise Refusal("line_ceiling", top=self.words.money(ceiling))
        return state.with_line(line, vnd)

    def _limited(self, state: State, line: str, floor: str, cap: str) -> State:
        ends = [amount(text, self.words.lang) if text.strip() else None for text in (floor, cap)]
        try:
            return state.with_limit(line, floor=ends[0], cap=ends[1])
        except ValueError:
            raise Refusal("bounds", floor=floor or "0", cap=cap or "…") from None

    def _divided(self, state: State, area: str, share: Decimal) -> State:
        """One area's share of the shown line, or of every line."""
        weights = self.opened.weights
        if area not in weights or not 0 <= share <= 1:
            raise Refusal("unknown" if area not in weights else "area_share")
        shares = state.area_shares()
        held = {code: shares.get(code, Decimal(0)) if shares else weight for code, weight in weights.items()}
        return state.with_areas(moved(held, area, share))

    def _funded(self, state: State, vnd: int) -> State:
        if vnd < state.allocation.least:
            raise Refusal("fund_held", held=self.words.money(state.allocation.least))
        return state.with_fund(vnd)

    def _typed_fund(self, state: State, text: str) -> State:
        vnd, top = amount(text, self.words.lang), limit("annual_fund")
        if vnd > top * VND_PER_BILLION:
            raise Refusal("fund_range", top=self.words.number(top))
        return self._funded(state, vnd)

    def _open_year(self, state: State, year: Any) -> int | None:
        """A year whose money can still be moved; None for all of them."""
        if year and int(year) in state.past:
            raise Refusal("past_year", year=year, present=state.present)
        return int(year) if year else None

    def _targeted(self, state: State, asked: Mapping[str, Any]) -> State:
        """One more target of one's own, as it was typed; one of the same indicator and year is replaced."""
        indicator, year, name = str(asked["indicator"]), int(asked["year"]), clean(str(asked.get("name", "")))
        if year not in state.years:
            allowed = f"{state.years[0]} … {state.years[-1]}"
            raise InputError(Problem("target_year", place="year", value=year, allowed=allowed))
        low, high = float(number_of(str(asked["level"]), self.words.lang)), str(asked.get("high", "")).strip()
        top = float(number_of(high, self.words.lang)) if high else None
        return state.with_targets(state.scenario.with_target(indicator, year, low, top, name=name))

    def _compared(self, state: State, key: str) -> State:
        """Another reference: a plan in the world of the moment, or a try in its own."""
        one = self.tries.get(key)
        if one is None:
            reference = Reference(key, self.plans[key])
        else:
            name = {lang: try_name(Words(lang), one) for lang in LANGUAGES}
            reference = Reference(key, replace(one.plan, slug=key, label=name), one.world)
        if not reference.plan.covers(state.years):
            label = self.words.label(reference.plan.label)
            raise Refusal("reference_years", reference=label, year=max(reference.plan.fund))
        return replace(state, reference=reference)

    def _previous(self, state: State) -> State:
        """Compared with the try looked at before this one."""
        mine = self.remember(state).key
        others = [one.key for one in self.tries if one.key != mine]
        if not others:
            raise Refusal("no_try")
        return self._compared(state, others[-1])

    def _opened_try(self, state: State, key: str) -> State:
        one = self.tries.get(key)
        if one is None:
            raise Refusal("no_try")
        if not one.plan.covers(state.years):
            raise Refusal("try_years", name=try_name(self.words, one), year=max(one.plan.fund))
        return state.with_scenario(replace(one.scenario(state.scenario.horizon), targets=state.scenario.targets))


def vnd_of(million: Any) -> int:
    """A slider's place in whole đồng."""
    return int(million) * VND_PER_MILLION


def _among(value: Any, options: Collection[int]) -> int:
    if value not in options:
        raise Refusal("unknown")
    return int(value)
