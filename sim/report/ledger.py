"""Scores of a published forecast as a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from sim.evidence.ledger import Published
from sim.evidence.ledger_score import SCORED, Scored
from sim.report.numerals import last_place, signed_text
from sim.report.wording import Wording

_HEADS = (
    "figure",
    "value",
    "forecast",
    "error",
    "inside",
    "score",
    "no_change",
    "growth",
    "policy",
    "one_off",
    "underlying",
)


def score_table(published: Published, scored: Sequence[Scored], lang: str) -> None:
    """Print one forecast's scores, and what could not be scored with the reason."""
    w, console = Wording(lang), Console(width=max(Console().width, 150))
    title = w.text("ledger_title", scenario=w.label(published.label), vintage=published.vintage)
    table = Table(title=title, title_justify="left")
    for head in _HEADS:
        table.add_column(w.text(f"ledger_{head}"), justify="left" if head == "figure" else "right")
    for one in scored:
        if one.outcome == SCORED:
            table.add_row(*_cells(w, one))
    console.print(table)
    for one in scored:
        figure = one.observation
        where = f"{figure.indicator} {figure.year} {figure.period}"
        if one.outcome != SCORED:
            console.print(
                w.text("ledger_not_scored", figure=where, reason=w.text(f"ledger_{one.outcome}")), markup=False
            )
        elif one.law_break:
            console.print(w.text("ledger_law_break", figure=where), markup=False)
    console.print(w.text("ledger_note"), markup=False)


def _cells(w: Wording, one: Scored) -> tuple[str, ...]:
    assert one.quantiles is not None
    median = one.quantiles[0.5]
    spread = w.between(_level(w, one.quantiles[0.1]), _level(w, one.quantiles[0.9]))
    figure = one.observation
    return (
        f"{w.term(one.indicator)}, {figure.year} {figure.period}",
        w.exact(one.value),
        f"{_level(w, median)} ({spread})",
        _change(w, one.error),
        w.text("ledger_yes" if one.inside else "ledger_no"),
        _level(w, one.score),
        _maybe(w, one.no_change),
        _maybe(w, one.last_growth),
        _change(w, one.policy) if one.policy is not None else w.text("missing"),
        _change(w, one.one_off),
        _change(w, one.underlying),
    )


def _level(w: Wording, value: float) -> str:
    return w.number(value, last_place(value, 0.0))


def _change(w: Wording, value: float) -> str:
    return signed_text(value, last_place(value, 0.0), w.lang)


def _maybe(w: Wording, value: float | None) -> str:
    return w.text("nothing") if value is None else _level(w, value)
