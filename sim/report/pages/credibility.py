"""Checks of the ranges, and the generated model card and parameter page."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from sim.domain import INDICATOR, Distribution
from sim.evidence import FAIL, PASS, REVIEW, Check, Knowledge
from sim.inputs.pack import load_calibration, load_province, load_register
from sim.inputs.yaml import load_catalogue
from sim.report import print as pr

# -- The table of checks --------------------------------------------------------------------------

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
    w = pr.Wording(lang)
    texts = load_catalogue(lang)
    return pr.el(
        "section",
        pr.el("h1", texts.text("evidence.title")),
        pr.el("p", texts.text("evidence.lead"), cls="lead"),
        checks_of(w, checks).html(w),
        pr.el("p", pr.plain(status), cls="sub") if status else None,
        id="credibility",
    )


def checks_of(w: pr.Wording, checks: Sequence[Check]) -> pr.Table:
    """Name, verdict, figures and meaning of every check."""
    texts = load_catalogue(w.lang)
    columns = [pr.Column(texts.text(f"evidence.column_{head}"), numeric=False, inline=True) for head in _HEADS]
    rows = []
    for check in checks:
        kind = "fine" if check.verdict == PASS else "advice"
        verdict = pr.el("b", texts.text(f"evidence.verdict_{check.verdict}"))
        name, meaning = (pr.plain(texts.text(f"evidence.{key}_{check.id}")) for key in ("name", kind))
        figures = [
            pr.Together((texts.text(f"evidence.figure_{key}"), _figure(w, key, value)), between=": ")
            for key, value in check.figures.items()
        ]
        rows.append([name, verdict, pr.Together(figures, between="; ", whole=pr.Mark.MODEL), meaning])
    return pr.Table(columns, rows, cls="wordy")


def counts(checks: Sequence[Check], lang: str) -> str:
    """How many checks came out each way: ``12 đạt, 2 cần xem lại``."""
    verdicts = [check.verdict for check in checks]
    texts = load_catalogue(lang)
    return ", ".join(
        texts.text(f"evidence.count_{verdict}", n=verdicts.count(verdict))
        for verdict in (PASS, REVIEW, FAIL)
        if verdict in verdicts
    )


def _figure(w: pr.Wording, key: str, value: float | str) -> Markup | pr.Printed:
    """A figure of a check, or the name of what it is about."""
    if isinstance(value, str):
        return pr.plain(_named(w, value))
    if key in _SHARES:
        return pr.Figure.portion(value)
    if key == "p":
        least = pr.Figure.computed(_LEAST_P, -3)
        return pr.Figure.computed(value, -3) if value >= _LEAST_P else pr.Together(("< ", least), between="")
    return pr.Figure.computed(value, pr.last_place(value, 0.0, finest=0))


def _named(w: pr.Wording, name: str) -> str:
    """The name of an indicator, of an assumption or of a figure the past was matched with."""
    if name in INDICATOR:
        return w.term(name)
    register = load_register()
    if name in register.entries:
        return w.label(register[name].label)
    matches = load_calibration(load_province(), register).matches
    return next((pr.match_name(match, w.lang) for match in matches if match.id == name), name)


# -- Generated documents: the assumption register, the parameter page and the model card, as Markdown ---

_PLACES = 4


def _numbers(w: pr.Wording, values: Iterable[float], between: str = " · ") -> str:
    return between.join(w.exact(round(value, _PLACES)) for value in values)


def _range(w: pr.Wording, distribution: Distribution) -> str:
    if distribution.simplex:
        return _numbers(w, [distribution.mean])
    middle = distribution.p50
    return _numbers(w, [middle] if distribution.constant else [distribution.p10, middle, distribution.p90])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)])


def register_page(known: Knowledge, lang: str) -> str:
    """Every assumption with its question, range, grade, source, reason and owner."""
    w, texts = pr.Wording(lang), load_catalogue(lang)
    parts = [texts.text("docs.generated"), f"# {texts.text('docs.register_title')}", texts.text("docs.register_lead")]
    for key in known.register:
        entry = known.register[key]
        rows = [
            ("range", f"{_range(w, entry.distribution)} ({w.unit(entry.unit)})"),
            ("bounds", _numbers(w, entry.bounds, " … ")),
            ("grade", f"{entry.grade} – {w.term(f'grade_{entry.grade}')}"),
            ("source", entry.source),
            ("reason", entry.reason[lang]),
            ("owner", entry.owner[lang]),
            ("review", f"{entry.date} → {entry.review_by}"),
        ]
        items = "\n".join(f"- {texts.text(f'docs.{name}')}: {text}" for name, text in rows)
        parts += [f"## {entry.label[lang]}", f"`{entry.id}` — {entry.question[lang]}", items]
    return "\n\n".join(parts) + "\n"


def parameter_page(known: Knowledge, lang: str) -> str:
    """Every assumption in one table, and what history made of the conditioned ones."""
    import numpy as np

    w, texts = pr.Wording(lang), load_catalogue(lang)
    heads = [texts.text(f"docs.{name}") for name in ("id", "name", "range", "after", "unit", "grade")]
    # Posterior p10 · p50 · p90, to two digits; empty where history says nothing.
    after = {
        key: " · ".join(w.exact(float(f"{value:.2g}")) for value in np.quantile(values.astype(float), (0.1, 0.5, 0.9)))
        for key, values in zip(known.posterior.ids, known.posterior.values, strict=True)
    }
    rows = []
    for key in known.register:
        entry = known.register[key]
        if entry.role == "projection":
            before, unit = _range(w, entry.distribution), w.unit(entry.unit)
            rows.append((f"`{key}`", entry.label[lang], before, after.get(key, ""), unit, entry.grade))
    title, lead = texts.text("docs.parameters_title"), texts.text("docs.parameters_lead")
    return "\n\n".join([texts.text("docs.generated"), f"# {title}", lead, _table(heads, rows)]) + "\n"


def model_card(known: Knowledge, checks: Sequence[Check], status: str, lang: str) -> str:
    """Purpose, data, structure, tests, limits and validity, on two pages at most."""
    w, texts = pr.Wording(lang), load_catalogue(lang)
    parts = [texts.text("docs.generated"), f"# {texts.text('docs.card_title')}"]
    data = {
        "used": len(known.calibration.matches),
        "assumptions": len(known.register),
        "draws": w.number(known.posterior.effective, 2),
    }
    for name in ("purpose", "data", "structure"):
        text = texts.text(f"docs.card_{name}", **(data if name == "data" else {}))
        parts += [f"## {texts.text(f'docs.card_{name}_title')}", text]
    heads = [texts.text(f"evidence.column_{head}") for head in ("check", "verdict", "figures")]
    rows = [[pr.plain_text(cell, w) for cell in row[:3]] for row in checks_of(w, checks).rows]
    parts += [f"## {texts.text('docs.card_tests_title')}", _table(heads, rows), status]
    for name in ("not_for", "validity"):
        parts += [f"## {texts.text(f'docs.card_{name}_title')}", texts.text(f"docs.card_{name}")]
    return "\n\n".join(parts) + "\n"
