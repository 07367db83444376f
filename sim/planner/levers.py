"""The left-hand side: every lever as a widget, shown from a state and reporting what was asked for."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import ipywidgets as widgets

from sim.domain.budget import LINES
from sim.domain.units import VND_PER_BILLION
from sim.inputs.catalogue import LANGUAGES
from sim.planner.rows import LineRow, MoneyRow
from sim.planner.settings import choices, setting
from sim.planner.state import State
from sim.planner.words import Words

#: (label, value) pairs of a chooser; a chooser cannot hold None, so these stand for it.
Options = Sequence[tuple[str, Any]]
EVERY_YEAR, EDITED = 0, ""


class Levers:
    """All widgets of the left-hand side. Nothing is decided here: `ask` is told what was touched.

    Parameters
    ----------
    ask : called with the name of a wish and its value, never while the levers are being shown
    """

    def __init__(self, ask: Callable[[str, Any], None]) -> None:
        self._ask = ask
        self._showing = False
        self._make_widgets()
        self._listen()
        self.widget = self._arranged()

    def show(self, state: State, words: Words, choosers: dict[str, Options]) -> None:
        """Show a state; no wish is reported for what this changes.

        Parameters
        ----------
        choosers : options of ``start``, ``world``, ``reference`` and ``horizon``
        """
        with self._quietly():
            self._name(words)
            self._show_choosers(state, words, choosers)
            self._show_money(state, words)

    def complain(self, text: str) -> None:
        """Say why something was not done; an empty text takes the complaint away."""
        self.problem.value = text
        self.problem.layout.display = "" if text else "none"

    def report_saving(self, markup: str, *, ask_overwrite: bool) -> None:
        """Say how saving went; offer to overwrite only where a file stands in the way."""
        with self._quietly():
            self.saved.value = markup
            self.overwrite.layout.display = "" if ask_overwrite else "none"
            self.overwrite.value = False

    # -- making ----------------------------------------------------------------------------------

    def _make_widgets(self) -> None:
        self.title = widgets.HTML()
        self.language = widgets.ToggleButtons(options=[(Words(lang).say("language"), lang) for lang in LANGUAGES])
        self.language.add_class("cs-language")
        self.start, self.year, self.world, self.horizon, self.draws, self.reference = (
            widgets.Dropdown() for _ in range(6)
        )
        self.same, self.spread, self.pin, self.save = (_wide(widgets.Button()) for _ in range(4))
        self.unit = widgets.HTML()
        self.unit.add_class("cs-unit")
        self.fund = MoneyRow(setting("fund_step"), last=self.unit)
        self.lines = {line: LineRow(setting("line_step")) for line in LINES}
        self.sum, self.problem, self.world_about, self.save_title, self.saved = (widgets.HTML() for _ in range(5))
        self.sum.add_class("cs-sum")
        self.problem.add_class("cs-problem")
        self.world_about.add_class("cs-quiet")
        self.saved.add_class("cs-quiet")
        self.name, self.folder = _wide(widgets.Text()), _wide(widgets.Text(value="scenarios"))
        self.overwrite = widgets.Checkbox(indent=False)
        self.complain("")
        self.overwrite.layout.display = "none"

    def _arranged(self) -> widgets.VBox:
        head = widgets.HBox([self.title, self.language])
        head.add_class("cs-head")
        money = [self.start, self.year, self.same, self.fund.widget, *(self.lines[line].widget for line in LINES)]
        boxes = [
            _box([*money, self.sum, self.spread, self.problem]),
            _box([self.world, self.world_about, self.horizon, self.draws]),
            _box([self.reference, self.pin]),
            _box([self.save_title, self.name, self.folder, self.overwrite, self.save, self.saved]),
        ]
        column = widgets.VBox([head, *boxes])
        column.add_class("cs-levers")
        return column

    def _listen(self) -> None:
        for wish in ("language", "start", "year", "world", "horizon", "draws", "reference"):
            getattr(self, wish).observe(self._teller(wish), "value")
        for wish in ("same", "spread", "pin", "save"):
            getattr(self, wish).on_click(lambda _, wish=wish: self._tell(wish, None))
        self.fund.listen(lambda vnd: self._tell("fund", vnd), lambda text: self._tell("fund_text", text))
        for line, row in self.lines.items():
            row.listen(partial(self._tell_of, line, "line"), partial(self._tell_of, line, "line_text"))
            row.lock.observe(lambda _: self._tell("locks", self._locked()), "value")

    def _teller(self, wish: str) -> Callable[[dict[str, Any]], None]:
        return lambda change: self._tell(wish, change["new"])

    def _tell(self, wish: str, value: Any) -> None:
        if not self._showing:
            self._ask(wish, value)

    def _tell_of(self, line: str, wish: str, value: Any) -> None:
        self._tell(wish, (line, value))

    def _locked(self) -> frozenset[str]:
        return frozenset(line for line, row in self.lines.items() if row.lock.value)

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        self._showing = True
        try:
            yield
        finally:
            self._showing = False

    # -- showing ---------------------------------------------------------------------------------

    def _name(self, words: Words) -> None:
        self.title.value = f"<b>{words.rich('title')}</b>"
        self.language.value = words.lang
        for name in ("start", "year", "world", "horizon", "draws", "reference", "name", "folder", "overwrite"):
            getattr(self, name).description = words.say(name)
        self.same.description = words.say("same_every_year")
        for name in ("spread", "pin", "save"):
            getattr(self, name).description = words.say(name)
        self.save_title.value = f"<b>{words.rich('save_title')}</b>"

    def _show_choosers(self, state: State, words: Words, choosers: dict[str, Options]) -> None:
        first, last = state.years[0], state.years[-1]
        years = [(str(year), year) for year in state.years]
        if state.flat:
            years.insert(0, (words.say("every_year", first=first, last=last), EVERY_YEAR))
        draws = [(words.number(count), count) for count in sorted({*choices("draw_choices"), state.draws})]
        shown = {
            "start": (choosers["start"], EDITED if state.edited else state.scenario.plan.slug),
            "year": (years, state.year or EVERY_YEAR),
            "world": (choosers["world"], state.scenario.world.slug),
            "horizon": (choosers["horizon"], state.scenario.horizon),
            "draws": (draws, state.draws),
            "reference": (choosers["reference"], state.reference.key),
        }
        for name, (options, value) in shown.items():
            _choose(getattr(self, name), options, value)
        self.world_about.value = html.escape(words.label(state.scenario.world.description))
        self.same.layout.display = "none" if state.flat else ""

    def _show_money(self, state: State, words: Words) -> None:
        allocation = state.allocation
        title = words.rich("fund") if state.year is None else words.rich("fund_of_year", year=state.year)
        self.fund.label.value = f"<b>{title}</b> <em>{words.basis(state.plan.price_basis)}</em>"
        top = max(setting("fund_top") * VND_PER_BILLION, allocation.fund)
        self.fund.show(allocation.fund, top=top, words=words)
        self.unit.value = str(words.rich("billion"))
        for line, row in self.lines.items():
            share = words.rich("of_fund", share=words.share(allocation.share(line)))
            row.label.value = f"{html.escape(words.term('line_' + line))} <em>{share}</em>"
            row.show(allocation.lines[line], top=allocation.fund, words=words)
            row.show_lock(line in allocation.locked, words)
        rest = allocation.unallocated
        lines, fund = words.money(allocation.fund - rest), words.money(allocation.fund)
        self.sum.value = str(words.rich("sum", lines=lines, rest=words.money(rest), fund=fund))
        self.spread.layout.display = "" if rest else "none"


def _choose(chooser: widgets.Dropdown, options: Options, value: Any) -> None:
    """Options and value of a chooser, sent only where they changed."""
    if tuple(chooser.options) != tuple(options):
        chooser.options = list(options)
    if chooser.value != value:
        chooser.value = value


def _wide(widget: Any) -> Any:
    widget.add_class("cs-wide")
    return widget


def _box(children: Sequence[widgets.Widget]) -> widgets.VBox:
    box = widgets.VBox(list(children))
    box.add_class("cs-box")
    return box
