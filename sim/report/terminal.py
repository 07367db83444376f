"""The comparison as a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from rich.console import Console
from rich.table import Table

from sim.analysis.compare import difference, shown_together, usual_years
from sim.analysis.input_differences import input_rows
from sim.domain.budget import LINES
from sim.domain.indicators import REAL, Indicator
from sim.domain.scenario import Scenario
from sim.ensemble.results import Result
from sim.report.numerals import EN_DASH
from sim.report.wording import Wording, told_apart

#: Inputs with a name of their own beside the budget lines.
_NAMED = ("fund", "price_basis", "horizon", "world")


def comparison_table(result: Result, *, lang: str, years: Sequence[int] = (), indicators: Sequence[str] = ()) -> None:
    """Print what every scenario puts in and what comes out, against the first: real money."""
    wording = Wording(lang)
    console = Console()
    reference = result.runs[0].scenario
    for run in result.runs[1:]:
        names = wording.label(run.scenario.label), wording.label(reference.label)
        console.print(_inputs(wording, result, run.scenario))
        table = Table(title=wording.text("terminal_title", scenario=names[0], reference=names[1]), title_justify="left")
        for head in ("indicator", "year", "mean", "median", "range", "better"):
            table.add_column(wording.text(f"terminal_{head}"), justify="left" if head == "indicator" else "right")
        for indicator in shown_together(indicators, result.province.indicators):
            for year in years or usual_years(result):
                table.add_row(*_row(wording, result, run.scenario.slug, indicator, year))
        console.print(table)
    console.print(wording.text("terminal_note", draws=wording.number(result.draws)), markup=False)


def _inputs(w: Wording, result: Result, scenario: Scenario) -> Table:
    """What a scenario chooses or states otherwise than the first."""
    table = Table(title=w.text("inputs_title"), title_justify="left")
    for head in ("what", "years", "before", "after"):
        table.add_column(w.text(f"inputs_{head}"), justify="left" if head == "what" else "right")
    for row in input_rows(result.runs[0].scenario, scenario, result.years[1:]):
        what, first, last, unit, before, after = map(str, row[2:])
        years = first if first == last else f"{first}{EN_DASH}{last}"
        name = _input_name(w, result, what)
        table.add_row(
            w.with_unit(f"{name},", w.unit(unit)) if unit else name, years, *(_value(w, one) for one in (before, after))
        )
    return table


def _input_name(w: Wording, result: Result, what: str) -> str:
    if what in LINES:
        return w.term(f"line_{what}")
    return w.text(f"inputs_{what}") if what in _NAMED else w.label(result.register[what].label)


def _value(w: Wording, text: str) -> str:
    """Numbers as the language writes them; words as they are."""
    try:
        return EN_DASH.join(w.exact(Decimal(part)) for part in text.split(EN_DASH)) if text else w.text("nothing")
    except InvalidOperation:
        return text


def _row(w: Wording, result: Result, scenario: str, indicator: Indicator, year: int) -> tuple[str, ...]:
    reference = result.runs[0].scenario.slug
    found = difference(
        result, reference, scenario, indicator.id, year=year, price_basis=REAL if indicator.money else ""
    )
    name = f"{w.term(indicator.id)} ({w.unit_of(indicator.id)})"
    if found.identical:
        return name, str(year), w.text("no_difference"), "", "", ""
    chance = "" if found.p_better is None else w.chance(found.p_better)
    better = chance if told_apart(found) else w.text("not_distinguished")
    middle = w.signed(found.p50, found.mcse)
    return name, str(year), w.signed(found.mean, found.mcse), middle, w.signed_span(found), better
