"""The table of checks, for pages and for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from rich.console import Console
from rich.table import Table

from sim.domain.indicators import INDICATOR
from sim.evidence.checks import FAIL, PASS, REVIEW, Check
from sim.inputs.assumptions import load_register
from sim.inputs.calibration import load_calibration
from sim.inputs.catalogue import load_catalogue
from sim.inputs.province import load_province
from sim.report.marks import number, plain
from sim.report.markup import el, join
from sim.report.matches import match_name
from sim.report.numerals import last_place
from sim.report.tables import Column, table
from sim.report.wording import Wording

_SHARES = frozenset({"eighty", "fifty", "half_width", "tail", "worst_eighty"})
#: A smaller p is said to be smaller: three digits of it would be 0.000.
_LEAST_P = 0.001
_HEADS = ("check", "verdict", "figures", "advice")


def checks_section(checks: Sequence[Check], lang: str = "vi", *, status: str = "") -> Markup:
    """Every check with its verdict, what it rests on and what to do.

    Parameters
    ----------
    status : when the slow checks ran, or that they have to be run
    """
    w = Wording(lang)
    texts = load_catalogue(lang)
    columns = [Column(texts.text(f"evidence.column_{head}"), numeric=False) for head in _HEADS]
    rows = [_row(w, check, lang) for check in checks]
    return el(
        "section",
        el("h1", texts.text("evidence.title")),
        el("p", texts.text("evidence.lead"), cls="lead"),
        table(columns, rows, cls="wordy"),
        el("p", plain(status), cls="sub") if status else None,
        id="credibility",
    )


def _row(w: Wording, check: Check, lang: str) -> list[object]:
    name, verdict, _, meaning = cells(w, check, lang)
    texts = load_catalogue(lang)
    figures = [
        join([texts.text(f"evidence.figure_{key}"), _printed(w, key, value)], ": ")
        for key, value in check.figures.items()
    ]
    return [plain(name), el("b", verdict), number(join(figures, "; "), "model"), plain(meaning)]


def _printed(w: Wording, key: str, value: float | str) -> Markup | str:
    """A figure of a check, or the name of what it is about."""
    return el("span", _named(w, value), cls="plain") if isinstance(value, str) else _figure(w, key, value)


def cells(w: Wording, check: Check, lang: str) -> tuple[str, str, str, str]:
    """Name, verdict, figures and meaning of one check, as plain text."""
    texts = load_catalogue(lang)
    figures = "; ".join(
        f"{texts.text(f'evidence.figure_{key}')}: {_figure(w, key, value)}" for key, value in check.figures.items()
    )
    kind = "fine" if check.verdict == PASS else "advice"
    return (
        texts.text(f"evidence.name_{check.id}"),
        texts.text(f"evidence.verdict_{check.verdict}"),
        figures,
        texts.text(f"evidence.{kind}_{check.id}"),
    )


def _counts(checks: Sequence[Check], lang: str) -> str:
    """How many checks came out each way: ``12 đạt, 2 cần xem lại``."""
    verdicts = [check.verdict for check in checks]
    texts = load_catalogue(lang)
    return ", ".join(
        texts.text(f"evidence.count_{verdict}", n=verdicts.count(verdict))
        for verdict in (PASS, REVIEW, FAIL)
        if verdict in verdicts
    )


def _figure(w: Wording, key: str, value: float | str) -> str:
    if isinstance(value, str):
        return _named(w, value)
    if key in _SHARES:
        return w.share(value)
    if key == "p":
        return w.number(value, -3) if value >= _LEAST_P else f"< {w.number(_LEAST_P, -3)}"
    return w.number(value, last_place(value, 0.0, finest=0))


def _named(w: Wording, name: str) -> str:
    """The name of an indicator, of an assumption or of a figure the past was matched with."""
    if name in INDICATOR:
        return w.term(name)
    register = load_register()
    if name in register.entries:
        return w.label(register[name].label)
    matches = load_calibration(load_province(), register).matches
    matched = next((match for match in matches if match.id == name), None)
    return match_name(matched, w.lang) if matched else name


def checks_table(checks: Sequence[Check], lang: str, *, status: str = "") -> None:
    """Print the checks in the terminal."""
    w, texts, console = Wording(lang), load_catalogue(lang), Console()
    printed = Table(title=texts.text("evidence.title"), title_justify="left")
    for head in _HEADS:
        printed.add_column(texts.text(f"evidence.column_{head}"))
    for check in checks:
        printed.add_row(*cells(w, check, lang))
    console.print(printed)
    console.print(_counts(checks, lang), markup=False)
    console.print(status, markup=False)
