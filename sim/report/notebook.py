"""Thin wrappers for notebooks: each returns something a notebook shows, holding one section.

from sim.report import notebook as show
show.style()
show.answer(answer)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from sim.report.pages import sections as _sections
from sim.report.print import FRAGMENT, el, printed, style as _style_sheet


@dataclass(frozen=True)
class Fragment:
    """A piece of a page; a notebook shows it, `str` and `page` take its markup."""

    html: str
    on_page: bool = True

    def __html__(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.html

    def _repr_html_(self) -> str:
        return str(el("div", Markup(self.html), cls="coopsim"))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {"text/html": self._repr_html_()}
        return shown | {FRAGMENT: {"html": self.html if self.on_page else ""}}


def style() -> Fragment:
    """The style sheet, once per notebook, before the first section."""
    return Fragment(str(el("style", Markup(_style_sheet()))), on_page=False)


def _shown(render: Callable[..., Markup | str | None]) -> Callable[..., Fragment]:
    def show(*arguments: Any, **options: Any) -> Fragment:
        return Fragment(printed(render, *arguments, **options))

    show.__name__, show.__doc__ = render.__name__, render.__doc__
    return show


answer = _shown(_sections.answer)
futures = _shown(_sections.futures)
growth = _shown(_sections.growth)
money = _shown(_sections.money)
targets = _shown(_sections.targets)
arrived = _shown(_sections.arrived)
revised = _shown(_sections.revised)
basis = _shown(_sections.basis)
world = _shown(_sections.world)
assumptions = _shown(_sections.assumptions)
context = _shown(_sections.context)
provenance = _shown(_sections.provenance)
overview = _shown(_sections.overview)
failures = _shown(_sections.failures)
scenario_table = _shown(_sections.scenario_table)
comparison = _shown(_sections.comparison)
changes = _shown(_sections.changes)
multiples = _shown(_sections.multiples)
credibility = _shown(_sections.checks_section)
ledger = _shown(_sections.ledger)
peers = _shown(_sections.peers_section)
observations = _shown(_sections.observations)
next_money = _shown(_sections.next_money)
unknowns = _shown(_sections.unknowns)
width = _shown(_sections.width)
swings = _shown(_sections.swings)
measure_first = _shown(_sections.measure_first)
turning_points = _shown(_sections.turning_points)
other_worlds = _shown(_sections.other_worlds)
failing_futures = _shown(_sections.failing_futures)
decision = _shown(_sections.decision)
goals = _shown(_sections.goals)
trade_off = _shown(_sections.trade_off)
contributions = _shown(_sections.contributions)
curves = _shown(_sections.curves)
least_money = _shown(_sections.least_money)
reversal = _shown(_sections.reversal)
