"""The comparison as a table for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from sim.analysis.compare import difference
from sim.domain.indicators import INDICATORS, REAL
from sim.ensemble.results import Result
from sim.report.wording import Wording, told_apart


def comparison_table(result: Result, *, lang: str) -> None:
    """Print paired differences of every scenario from the first: real money, first and last year."""
    wording = Wording(lang)
    console = Console()
    reference = result.runs[0].scenario
    for run in result.runs[1:]:
        names = wording.label(run.scenario.label), wording.label(reference.label)
        table = Table(title=wording.text("terminal_title", scenario=names[0], reference=names[1]), title_justify="left")
        for head in ("indicator", "year", "mean", "range", "better"):
            table.add_column(wording.text(f"terminal_{head}"), justify="left" if head == "indicator" else "right")
        for indicator in result.province.indicators:
            for year in sorted({result.years[1], result.years[-1]}):
                table.add_row(*_row(wording, result, run.scenario.slug, indicator.id, year))
        console.print(table)
    console.print(wording.text("terminal_note", draws=result.draws), markup=False)


def _row(wording: Wording, result: Result, scenario: str, indicator: str, year: int) -> tuple[str, ...]:
    money = next(item.money for item in INDICATORS if item.id == indicator)
    reference = result.runs[0].scenario.slug
    found = difference(result, reference, scenario, indicator, year=year, price_basis=REAL if money else "")
    name = f"{wording.term(indicator)} ({wording.unit_of(indicator)})"
    if found.identical:
        return name, str(year), wording.text("no_difference"), "", ""
    chance = "" if found.p_better is None else wording.chance(found.p_better)
    better = chance if told_apart(found) else wording.text("not_distinguished")
    return name, str(year), wording.signed(found.mean, found.mcse), wording.signed_span(found), better
