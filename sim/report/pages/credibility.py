"""Checks of the ranges, and the generated model card and parameter page."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sim.domain import INDICATOR, Assumption, Distribution
from sim.evidence import FAIL, PASS, REVIEW, Check, Knowledge
from sim.inputs.pack import load_calibration, load_province, load_register
from sim.inputs.yaml import Catalogue, load_catalogue
from sim.report.print import (
    Column,
    Figure,
    Mark,
    Printed,
    Table,
    Together,
    Wording,
    el,
    last_place,
    match_name,
    plain,
    plain_text,
)

# -- The table of checks -------------------------------------------

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
    return el(
        "section",
        el("h1", texts.text("evidence.title")),
        el("p", texts.text("evidence.lead"), cls="lead"),
        checks_of(w, checks).html(w),
        el("p", plain(status), cls="sub") if status else None,
        id="credibility",
    )


def checks_of(w: Wording, checks: Sequence[Check]) -> Table:
    """Name, verdict, figures and meaning of every check."""
    texts = load_catalogue(w.lang)
    columns = [Column(texts.text(f"evidence.column_{head}"), numeric=False, inline=True) for head in _HEADS]
    rows = []
    for check in checks:
        kind = "fine" if check.verdict == PASS else "advice"
        verdict = el("b", texts.text(f"evidence.verdict_{check.verdict}"))
        meaning = plain(texts.text(f"evidence.{kind}_{check.id}"))
        rows.append([plain(texts.text(f"evidence.name_{check.id}")), verdict, _figures(w, check), meaning])
    return Table(columns, rows, cls="wordy")


def _figures(w: Wording, check: Check) -> Together:
    """What a check rests on, each figure with its name."""
    texts = load_catalogue(w.lang)
    found = [
        Together((texts.text(f"evidence.figure_{key}"), _figure(w, key, value)), between=": ")
        for key, value in check.figures.items()
    ]
    return Together(found, between="; ", whole=Mark.MODEL)


def cells(w: Wording, check: Check) -> list[str]:
    """Name, verdict, figures and meaning of one check, as plain text."""
    return [plain_text(cell, w) for cell in checks_of(w, [check]).rows[0]]


def counts(checks: Sequence[Check], lang: str) -> str:
    """How many checks came out each way: ``12 đạt, 2 cần xem lại``."""
    verdicts = [check.verdict for check in checks]
    texts = load_catalogue(lang)
    return ", ".join(
        texts.text(f"evidence.count_{verdict}", n=verdicts.count(verdict))
        for verdict in (PASS, REVIEW, FAIL)
        if verdict in verdicts
    )


def _figure(w: Wording, key: str, value: float | str) -> Markup | Printed:
    """A figure of a check, or the name of what it is about."""
    if isinstance(value, str):
        return plain(_named(w, value))
    if key in _SHARES:
        return Figure.portion(value)
    if key == "p":
        least = Figure.computed(_LEAST_P, -3)
        return Figure.computed(value, -3) if value >= _LEAST_P else Together(("< ", least), between="")
    return Figure.computed(value, last_place(value, 0.0, finest=0))


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


# -- Generated documents: the assumption register, the parameter page and the model card, as Markdown ---

_PLACES = 4


def _number(w: Wording, value: float) -> str:
    return w.exact(round(value, _PLACES))


def _range(w: Wording, distribution: Distribution) -> str:
    if distribution.simplex:
        return _number(w, distribution.mean)
    if distribution.constant:
        return _number(w, distribution.p50)
    return " · ".join(_number(w, value) for value in (distribution.p10, distribution.p50, distribution.p90))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)])


def register_page(known: Knowledge, lang: str) -> str:
    """Every assumption with its question, range, grade, source, reason and owner."""
    w, texts = Wording(lang), load_catalogue(lang)
    parts = [texts.text("docs.generated"), f"# {texts.text('docs.register_title')}", texts.text("docs.register_lead")]
    for key in known.register:
        parts.append(_entry(w, texts, known.register[key], lang))
    return "\n\n".join(parts) + "\n"


def _entry(w: Wording, texts: Catalogue, entry: Assumption, lang: str) -> str:
    rows = [
        ("range", f"{_range(w, entry.distribution)} ({w.unit(entry.unit)})"),
        ("bounds", " … ".join(_number(w, bound) for bound in entry.bounds)),
        ("grade", f"{entry.grade} – {w.term(f'grade_{entry.grade}')}"),
        ("source", entry.source),
        ("reason", entry.reason[lang]),
        ("owner", entry.owner[lang]),
        ("review", f"{entry.date} → {entry.review_by}"),
    ]
    head = f"## {entry.label[lang]}\n\n`{entry.id}` — {entry.question[lang]}\n\n"
    return head + "\n".join(f"- {texts.text(f'docs.{name}')}: {text}" for name, text in rows)


def parameter_page(known: Knowledge, lang: str) -> str:
    """Every assumption in one table, and what history made of the conditioned ones."""
    w, texts = Wording(lang), load_catalogue(lang)
    heads = [texts.text(f"docs.{name}") for name in ("id", "name", "range", "after", "unit", "grade")]
    rows = [
        (
            f"`{key}`",
            entry.label[lang],
            _range(w, entry.distribution),
            _after(w, known, key),
            w.unit(entry.unit),
            entry.grade,
        )
        for key in known.register
        if (entry := known.register[key]).role == "projection"
    ]
    title, lead = texts.text("docs.parameters_title"), texts.text("docs.parameters_lead")
    return "\n\n".join([texts.text("docs.generated"), f"# {title}", lead, _table(heads, rows)]) + "\n"


def _after(w: Wording, known: Knowledge, key: str) -> str:
    """Posterior p10 · p50 · p90, to two digits; empty where history says nothing."""
    import numpy as np

    if key not in known.posterior.ids:
        return ""
    values = known.posterior.values[known.posterior.ids.index(key)]
    return " · ".join(w.exact(float(f"{value:.2g}")) for value in np.quantile(values.astype(float), (0.1, 0.5, 0.9)))


def model_card(known: Knowledge, checks: Sequence[Check], status: str, lang: str) -> str:
    """Purpose, data, structure, tests, limits and validity, on two pages at most."""
    w, texts = Wording(lang), load_catalogue(lang)
    parts = [texts.text("docs.generated"), f"# {texts.text('docs.card_title')}"]
    for name in ("purpose", "data", "structure"):
        params = {
            "used": len(known.calibration.matches),
            "assumptions": len(known.register),
            "draws": w.number(known.posterior.effective, 2),
        }
        text = texts.text(f"docs.card_{name}", **(params if name == "data" else {}))
        parts += [f"## {texts.text(f'docs.card_{name}_title')}", text]
    heads = [texts.text(f"evidence.column_{head}") for head in ("check", "verdict", "figures")]
    rows = [cells(w, check)[:3] for check in checks]
    parts += [f"## {texts.text('docs.card_tests_title')}", _table(heads, rows), status]
    for name in ("not_for", "validity"):
        parts += [f"## {texts.text(f'docs.card_{name}_title')}", texts.text(f"docs.card_{name}")]
    return "\n\n".join(parts) + "\n"
