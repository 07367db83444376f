"""The planner itself: a wish from a lever → a new state → one run → the answer."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from sim.domain.budget import LINES
from sim.domain.errors import CoopsimError
from sim.domain.units import VND_PER_BILLION
from sim.inputs.catalogue import LANGUAGES
from sim.inputs.limits import limit
from sim.planner.answer import answer
from sim.planner.engine import Engine
from sim.planner.levers import EDITED, Levers, Options
from sim.planner.opening import Asked, Opened, open_planner, read_parameters
from sim.planner.refusals import Refusal
from sim.planner.rows import amount
from sim.planner.save import named, save, slug_of
from sim.planner.state import Reference, State
from sim.planner.view import COMPUTING, ERROR, AnswerView
from sim.planner.words import Words


class Planner(widgets.VBox):
    """Levers and answer in a notebook cell.

    Parameters
    ----------
    parameters : one JSON object as text: scenario (name or path), reference (a plan's name), lang,
        draws, seed; all may be left out

    Notes
    -----
    What cannot be opened or done is said in words in its place; no traceback reaches the reader.
    """

    def __init__(self, parameters: str = "{}") -> None:
        super().__init__()
        self.add_class("cs-planner")
        words = Words(Asked.lang)
        try:
            asked = read_parameters(parameters)
            words = Words(asked.lang)
            self._session = Session(open_planner(asked), words)
        except Refusal as refusal:
            self.children = [_told(words.refusal(refusal))]
        except CoopsimError as error:
            self.children = [_told(words.say("problem_input"), *words.refused(error))]
        except Exception as error:  # a planner reads words, whatever went wrong
            self.children = [_told(words.say("failed", detail=type(error).__name__))]
        else:
            columns = widgets.HBox([self._session.levers.widget, self._session.view])
            columns.add_class("cs-columns")
            self.children = [columns]


@dataclass
class Session:
    """One open planner.

    Attributes
    ----------
    state : what has been chosen
    pins : references pinned so far, by key
    """

    opened: Opened
    words: Words
    pins: dict[str, Reference] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked, province = self.opened.asked, self.opened.province
        reference = Reference(asked.reference, self.opened.plans[asked.reference])
        self.engine = Engine(self.opened.knowledge, asked.seed)
        self.state = State.opened(self.opened.scenario, reference, base_year=province.base_year, draws=asked.draws)
        self.plans = {**self.opened.plans, self.opened.scenario.plan.slug: self.opened.scenario.plan}
        self.worlds = {**self.opened.worlds, self.opened.scenario.world.slug: self.opened.scenario.world}
        self.view = AnswerView()
        self.levers = Levers(self.wish)
        self._show_levers()
        self._compute()

    def wish(self, name: str, value: Any) -> None:
        """Do what a lever asks for, or say why not."""
        before = self.state
        try:
            if name == "save":
                self._save()
                return
            self.state = self._changed(name, value)
            complaint = self._notice(before, name, value)
        except Refusal as refusal:
            complaint, name = self.words.refusal(refusal), _REFUSED
        except Exception as error:  # as above: words, and the levers back where they were
            complaint, name = self.words.say("failed", detail=type(error).__name__), _REFUSED
        self.levers.complain(html.escape(complaint))
        self._show_levers()
        if name not in _SHOW_ONLY:
            self._compute()

    def _notice(self, before: State, name: str, value: Any) -> str:
        """What was done otherwise than asked, or moved along without being asked."""
        if name == "line" and value[1] > before.allocation.ceiling(value[0]):
            return self.words.say("problem_line_ceiling", top=self.words.money(before.allocation.ceiling(value[0])))
        if name == "start" and self.state.scenario.horizon != before.scenario.horizon:
            return self.words.say("horizon_cut", year=self.state.scenario.horizon)
        return ""

    # -- wishes ----------------------------------------------------------------------------------

    def _changed(self, name: str, value: Any) -> State:
        state = self.state
        simple: dict[str, Callable[[], State]] = {
            "locks": lambda: state.with_locks(value),
            "spread": state.with_remainder_spread,
            "year": lambda: state.at_year(value or None),
            "same": state.same_every_year,
            "horizon": lambda: state.with_horizon(value),
            "draws": lambda: state.with_draws(value),
            "world": lambda: state.with_world(self.worlds[value]),
        }
        return simple[name]() if name in simple else getattr(self, f"_wish_{name}")(value)

    def _wish_language(self, lang: str) -> State:
        self.words = Words(lang)
        return self.state

    def _wish_line(self, wish: tuple[str, int]) -> State:
        return self.state.with_line(*wish)

    def _wish_line_text(self, wish: tuple[str, str]) -> State:
        line, vnd = wish[0], amount(wish[1], self.words.lang)
        ceiling = self.state.allocation.ceiling(line)
        if vnd > ceiling:
            raise Refusal("line_ceiling", top=self.words.money(ceiling))
        return self.state.with_line(line, vnd)

    def _wish_fund(self, vnd: int) -> State:
        held = self.state.allocation.held
        if vnd < held:
            raise Refusal("fund_held", held=self.words.money(held))
        return self.state.with_fund(vnd)

    def _wish_fund_text(self, text: str) -> State:
        vnd, top = amount(text, self.words.lang), limit("annual_fund")
        if vnd > top * VND_PER_BILLION:
            raise Refusal("fund_range", top=self.words.number(top))
        return self._wish_fund(vnd)

    def _wish_start(self, slug: str) -> State:
        return self.state if slug == EDITED else self.state.with_plan(self.plans[slug])

    def _wish_reference(self, key: str) -> State:
        reference = self.pins.get(key) or Reference(key, self.plans[key])
        if not reference.plan.covers(self.state.years):
            last = max(reference.plan.fund)
            raise Refusal("reference_years", reference=self.words.label(reference.plan.label), year=last)
        return self.state.with_reference(reference)

    def _wish_pin(self, _: None) -> State:
        number = len(self.pins) + 1
        languages = {lang: Words(lang) for lang in LANGUAGES}
        label = {lang: words.say("pinned", number=number) for lang, words in languages.items()}
        about = {lang: self._about_pin(words, label[lang]) for lang, words in languages.items()}
        key = f"pin-{number}"
        self.pins[key] = self.state.pin(key, label, about)
        return self.state.with_reference(self.pins[key])

    def _about_pin(self, words: Words, name: str) -> str:
        """Fund, split and world of the shown year: what the planner remembers a try by."""
        allocation, world = self.state.allocation, self.state.scenario.world
        split = " / ".join(words.share(allocation.share(line)) for line in LINES)
        fund = words.money(allocation.fund)
        return words.say("pinned_about", name=name, fund=fund, split=split, world=words.mention(world.label))

    def _save(self) -> None:
        try:
            name = self.levers.name.value.strip()
            slug = slug_of(name, self.opened.shipped)
            scenario = named(self.state.scenario, slug, name)
            folder = Path(self.levers.folder.value.strip())
            path = save(scenario, folder, known_worlds=self.opened.worlds, overwrite=self.levers.overwrite.value)
        except Refusal as refusal:
            text = html.escape(self.words.refusal(refusal))
            self.levers.report_saving(f'<span class="cs-down">{text}</span>', ask_overwrite=refusal.key == "exists")
        else:
            self.levers.report_saving(str(self.words.rich("saved", file=path.resolve())), ask_overwrite=False)

    # -- showing ---------------------------------------------------------------------------------

    def _show_levers(self) -> None:
        self.levers.show(self.state, self.words, self._choosers())

    def _choosers(self) -> dict[str, Options]:
        label, state = self.words.label, self.state
        plans = [(label(plan.label), slug) for slug, plan in self.plans.items()]
        edited = [(self.words.say("edited", plan=label(state.scenario.label)), EDITED)] if state.edited else []
        return {
            "start": [*edited, *plans],
            "world": sorted(
                ((label(world.label), slug) for slug, world in self.worlds.items()), key=self._central_first
            ),
            "horizon": [(str(year), year) for year in self.opened.horizons if state.can_reach(year)],
            "reference": [*plans, *((label(pin.about), key) for key, pin in self.pins.items())],
        }

    @staticmethod
    def _central_first(option: tuple[str, str]) -> tuple[bool, str]:
        return option[1] != "central", option[0]

    def _compute(self) -> None:
        """Run what changed and show it; until then the old answer is marked as stale."""
        self.view.tell(COMPUTING, self.words.say("computing"))
        try:
            reference = self.state.reference.scenario(self.state.scenario)
            result = self.engine.compare(self.state.scenario, reference, self.state.draws)
            self._show_answer(answer(result), self.words.label(reference.label))
        except CoopsimError as error:
            self.view.tell(ERROR, " ".join([*self.words.refused(error), self.words.say("stale")]))
        except Exception as error:  # a planner reads words, whatever went wrong; the answer is marked stale
            detail = type(error).__name__
            self.view.tell(ERROR, " ".join([self.words.say("failed", detail=detail), self.words.say("stale")]))

    def _show_answer(self, found: Any, reference: str) -> None:
        words, province = self.words, self.opened.province
        content = {
            "top": str(words.top(found, province, reference)),
            "bottom": str(words.bottom(found, province, reference)),
            "rows": words.rows(found),
            "alt": words.alt(found),
        }
        self.view.show(content, words.lang, words.say("ready", draws=words.number(found.draws)))


_REFUSED = "refused"
#: Wishes after which no number of the answer changes.
_SHOW_ONLY = frozenset({"locks", "year", _REFUSED})


def _told(*lines: str) -> widgets.HTML:
    return widgets.HTML("".join(f"<p>{html.escape(line)}</p>" for line in lines))
