"""Generated documents: the assumption register, the parameter page and the model card, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from sim.domain.parameters import Assumption, Distribution
from sim.evidence.checks import Check
from sim.evidence.knowledge import Knowledge
from sim.inputs.catalogue import Catalogue, load_catalogue
from sim.report.credibility import cells
from sim.report.wording import Wording

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
    rows = [cells(w, check, lang)[:3] for check in checks]
    parts += [f"## {texts.text('docs.card_tests_title')}", _table(heads, rows), status]
    for name in ("not_for", "validity"):
        parts += [f"## {texts.text(f'docs.card_{name}_title')}", texts.text(f"docs.card_{name}")]
    return "\n\n".join(parts) + "\n"
