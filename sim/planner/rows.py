"""Single levers: an amount of money as slider and box, and a budget line with its lock."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import ipywidgets as widgets

from sim.domain.units import MILLION_PER_BILLION, VND_PER_BILLION, vnd_from_billion
from sim.inputs.number_text import read_number
from sim.planner.refusals import Refusal
from sim.planner.words import Words

_VND_PER_MILLION = VND_PER_BILLION // MILLION_PER_BILLION
#: Boxes show million đồng as the last digit; the amount behind may be finer.
_PLACE = -3
_DECIMAL_SIGN = {"vi": ",", "en": "."}

Typed = Callable[[int], None]


class MoneyRow:
    """An amount of money: a slider in whole million đồng beside a box that takes exact tỷ đồng.

    The amount itself lives with the planner's state in whole đồng; slider and box only show it.
    """

    def __init__(self, step: int, *, last: widgets.Widget) -> None:
        self.slider = widgets.IntSlider(min=0, max=step, step=step, continuous_update=False, readout=False)
        self.box = widgets.Text(continuous_update=False)
        self.label = widgets.HTML()
        self.label.add_class("cs-label")
        row = widgets.HBox([self.slider, self.box, last])
        row.add_class("cs-row")
        self.widget = widgets.VBox([self.label, row])

    def listen(self, dragged: Typed, typed: Callable[[str], None]) -> None:
        """Call back with whole đồng when the slider is released, with the text when the box is left."""
        self.slider.observe(lambda change: dragged(change["new"] * _VND_PER_MILLION), "value")
        self.box.observe(lambda change: typed(change["new"]), "value")

    def show(self, vnd: int, *, top: int, words: Words) -> None:
        """Show an amount out of a largest one [VND]."""
        self.slider.max = max(self.slider.step, -(-top // _VND_PER_MILLION))
        self.slider.value = round(Decimal(vnd) / _VND_PER_MILLION)
        self.box.value = words.number(Decimal(vnd) / VND_PER_BILLION, _PLACE)
        self.box.tooltip = words.money(vnd)


class LineRow(MoneyRow):
    """A budget line: its money and its lock."""

    def __init__(self, step: int) -> None:
        self.lock = widgets.ToggleButton()
        super().__init__(step, last=self.lock)

    def show_lock(self, locked: bool, words: Words) -> None:
        """Show the lock; a locked line cannot be moved by hand either."""
        self.lock.value = locked
        self.lock.description = words.say("locked" if locked else "lock")
        self.lock.tooltip = words.say("lock_tip")
        self.slider.disabled = self.box.disabled = locked


def amount(text: str, lang: str) -> int:
    """Whole đồng of a typed number of tỷ đồng, in the language's way of writing it.

    Raises
    ------
    Refusal
        When it is no number, is written another way, is negative or finer than one đồng.
    """
    reading = read_number(text.strip(), decimal=_DECIMAL_SIGN[lang])
    if reading.value is None or reading.value < 0:
        key = "number_hint" if reading.hint else "number"
        raise Refusal(key, value=text, hint=reading.hint)
    try:
        return vnd_from_billion(reading.value)
    except ValueError:
        raise Refusal("number", value=text) from None
