"""What is known: figures and their sources, checks of the ranges, the model card and the parameter page."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from sim.analysis.answer import history
from sim.domain import COUNT_UNITS, FANS, INDICATOR, Distribution, Observation, Province, SetAside
from sim.evidence import FAIL, PASS, REVIEW, Check, Jump, Knowledge
from sim.inputs.figures import PLANNED, gaps, last_month, year_span
from sim.inputs.pack import load_calibration, load_province, load_register
from sim.inputs.yaml import load_catalogue
from sim.report import print as pr
from sim.report.pages.basis import marks_legend, source_list, source_title, sources_of
from sim.report.pages.footing import copy_notes, footing

#: How a printed figure is used, in the order of the page.
USES = ("start", "fitted", "shown", "later", "plan", "aside", "elsewhere")
_COUNT = "count"
#: Counts of something else than what the row is about: members of a union are HTX.
_COUNTED_AS = {"union_member_htx": "HTX", "union_new_member_htx": "HTX"}
#: Language in which the shipped packs keep their notes.
_NOTED_IN = "en"
#: Between the parts of a note.
_BETWEEN = " \u00b7 "


def observations(
    province: Province,
    lang: str = "vi",
    *,
    fitted: Mapping[int, str] | None = None,
    set_aside: Sequence[SetAside] = (),
    jumps: Sequence[Jump] = (),
) -> Markup:
    """Every printed figure of the pack by its use, with marks and traps.

    Parameters
    ----------
    fitted : {line of observations.csv: reason in the page's language} of figures the history is
        conditioned on; those of the province's areas that are in no group are set aside
    set_aside : figures left out on purpose, with the reason
    jumps : figures beyond what was to be expected, to be asked about
    """
    w, fitted = pr.Wording(lang), fitted or {}
    groups = _groups(province, fitted)
    reasons = {row.line: w.label(group.reason) for group in set_aside for row in group.observations} | dict(fitted)
    missing = {
        line: w.html("years_missing", years=pr.year(year_span(years)))
        for line, years in gaps(province.observations).items()
    }
    for line, note in (*copy_notes(w, province).items(), *missing.items()):
        reasons[line] = pr.join([reasons[line], note], _BETWEEN) if line in reasons else note
    count = pr.Figure.counted(province.observations)
    return pr.el(
        "section",
        pr.eyebrow(w, province),
        pr.el("h1", w.html("data_finding", count=count, base=pr.year(province.base_year))),
        pr.el("p", w.html("data_lead"), cls="lead"),
        marks_legend(w),
        *footing(w, province, jumps),
        pr.notes(w, province, province.traps, heading="h2"),
        *(_group(w, province, use, groups[use], reasons) for use in USES if groups[use]),
        pr.section("sources", w.text("sources_title"), source_list(sources_of(province, province.sources))),
        id="data",
    )


def _groups(province: Province, fitted: Mapping[int, str]) -> dict[str, list[Observation]]:
    areas = {area.code for area in province.areas}
    start = {row.line for rows in province.base.values() for row in rows.values()}
    shown = {(point.source_id, point.year, point.value) for name in FANS for point in history(province, name)}
    groups: dict[str, list[Observation]] = {use: [] for use in USES}
    for row in province.observations:
        if row.area_code not in areas:
            use = "elsewhere"
        elif row.line in start:
            use = "start"
        elif row.line in fitted:
            use = "fitted"
        elif (row.source_id, row.year, row.value) in shown:
            use = "shown"
        elif row.status in PLANNED:
            use = "plan"
        else:
            moment = last_month(row.year, row.period)
            use = "later" if moment and not province.uses(moment) else "aside"
        groups[use].append(row)
    return groups


def _group(
    w: pr.Wording, province: Province, use: str, rows: Sequence[Observation], reasons: Mapping[int, str]
) -> Markup:
    body = _table(w, province, rows, reasons, with_area=use == "elsewhere")
    if use in ("aside", "elsewhere"):
        cls = "print-open" if use == "aside" else None
        body = pr.details(w.html("rows_summary", count=pr.Figure.counted(rows)), body, cls=cls)
    return pr.section(f"use-{use}", w.text(f"use_{use}"), pr.el("p", w.html(f"use_{use}_text"), cls="sub"), body)


def _table(
    w: pr.Wording, province: Province, rows: Sequence[Observation], reasons: Mapping[int, str], *, with_area: bool
) -> Markup:
    heads = ["indicator", *(["area"] if with_area else []), "when", "value", "source", "note"]
    columns = [pr.Column(w.text(f"column_{head}"), numeric=head == "value") for head in heads]
    body, before = [], ""
    for row in rows:
        # The term of the printed page, its name, and the traps it is known for.
        traps = pr.references(province, (trap for trap in province.traps if row.indicator in trap.indicators))
        term = pr.join([pr.el("span", w.page_term(row.indicator), cls="plain"), traps], " ")
        area = [_note(w, row.area, cls="plain")] if with_area else []
        value = pr.Together((pr.Figure.observed(row), w.with_unit("", _unit(w, row))), between="")
        source = w.text("ditto") if row.source_id == before else source_title(province, row.source_id)
        before = row.source_id
        # Why the figure is used or left out, and what its source adds.
        reason = pr.el("b", reasons[row.line]) if reasons.get(row.line) else None
        note = pr.join([reason, _note(w, row.note)], _BETWEEN)
        body.append([term, *area, pr.year(pr.period_name(w, row)), value, pr.el("cite", source), note])
    return pr.Table(columns, body, cls="wordy observed", by_row=True).html(w)


def _note(w: pr.Wording, text: str, *, cls: str | None = None) -> Markup | None:
    """What the source adds; in its own language where nobody has put it into the page's."""
    said = w.note(text)
    return pr.el("span", said, lang=_NOTED_IN if said == text else None, cls=cls) if text else None


def _unit(w: pr.Wording, row: Observation) -> str:
    """The unit; a count is of what the row is about, or of what its term counts."""
    if row.unit != _COUNT:
        return w.unit(row.unit)
    counted = _COUNTED_AS.get(row.indicator, row.entity)
    return w.unit(counted) if counted in COUNT_UNITS else ""


# -- The table of checks --------------------------------------------------------------------------

_SHARES = frozenset({"eighty", "fifty", "half_width", "pooled", "score", "tail", "worst_eighty"})
#: What an 80 % range is to hold.
NOMINAL_COVERAGE = 0.8
#: A smaller p is said to be smaller: three digits of it would be 0.000.
_LEAST_P = 0.001
_HEADS = ("check", "verdict", "figures", "advice")


def checks_section(checks: Sequence[Check], lang: str = "vi", *, status: str = "") -> Markup:
    """What did not pass in plain words; every check, in the words of those who made it, behind one click.

    Parameters
    ----------
    status : when the slow checks ran, or that they have to be run
    """
    w = pr.Wording(lang)
    texts = load_catalogue(lang)
    open_ones = [
        pr.join([
            pr.el("b", pr.plain(texts.text(f"evidence.name_{check.id}"))), ": ",
            pr.plain(meaning_of(check, lang)), ".",
        ])
        for check in sorted(checks, key=lambda check: check.verdict != FAIL)
        if check.verdict != PASS
    ]  # fmt: skip
    tone = "fail" if any(check.verdict == FAIL for check in checks) else "review"
    head = pr.el("p", pr.el("b", texts.text("evidence.open" if open_ones else "evidence.all_passed")))
    return pr.el(
        "section",
        pr.el("h1", texts.text("evidence.title")),
        pr.el("p", pr.plain(texts.text("evidence.lead")), cls="lead"),
        pr.el("div", head, pr.listing(open_ones) if open_ones else None, cls=f"notice {tone}"),
        pr.details(pr.plain(counts(checks, lang)), checks_of(w, checks).html(w), cls="print-open"),
        pr.el("p", pr.plain(status), cls="sub") if status else None,
        id="credibility",
    )


def checks_of(w: pr.Wording, checks: Sequence[Check]) -> pr.Table:
    """Name, verdict, figures and meaning of every check."""
    texts = load_catalogue(w.lang)
    columns = [pr.Column(texts.text(f"evidence.column_{head}"), numeric=False, inline=True) for head in _HEADS]
    rows = []
    for check in checks:
        verdict = pr.el("b", texts.text(f"evidence.verdict_{check.verdict}"))
        name, meaning = pr.plain(texts.text(f"evidence.name_{check.id}")), pr.plain(meaning_of(check, w.lang))
        figures = [
            pr.Together((texts.text(f"evidence.figure_{key}"), _figure(w, key, value)), between=": ")
            for key, value in check.figures.items()
        ]
        rows.append([name, verdict, pr.Together(figures, between="; ", whole=pr.Mark.MODEL), meaning])
    return pr.Table(columns, rows, cls="wordy")


def meaning_of(check: Check, lang: str) -> str:
    """What the outcome of a check means and what to do; ranges that hold too much are not called too narrow."""
    texts, kind = load_catalogue(lang), "fine" if check.verdict == PASS else "advice"
    worst = check.figures.get("worst_eighty")
    wide = kind == "advice" and isinstance(worst, float) and worst > NOMINAL_COVERAGE
    key = f"evidence.{kind}_{check.id}"
    return texts.text(f"{key}_wide" if wide and f"{key}_wide" in texts else key)


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
    if key == "pareto":
        return pr.Figure.computed(value, -2)
    if key in _SHARES:
        return pr.Figure.portion(value)
    if key == "p":
        least = pr.Figure.computed(_LEAST_P, -3)
        return pr.Figure.computed(value, -3) if value >= _LEAST_P else pr.Together(("< ", least), between="")
    return pr.Figure.computed(value, pr.last_place(value, 0.0, finest=0))


def _named(w: pr.Wording, name: str) -> str:
    """The name of an indicator or its half-year, of an assumption or of a figure the past was matched with."""
    indicator, _, half = name.partition(" ")
    if indicator in INDICATOR:
        return w.text("half_year_of", name=w.term(indicator)) if half else w.term(indicator)
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


def _plain_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
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
    return "\n\n".join([texts.text("docs.generated"), f"# {title}", lead, _plain_table(heads, rows)]) + "\n"


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
    parts += [f"## {texts.text('docs.card_tests_title')}", _plain_table(heads, rows), status]
    for name in ("not_for", "validity"):
        parts += [f"## {texts.text(f'docs.card_{name}_title')}", texts.text(f"docs.card_{name}")]
    return "\n\n".join(parts) + "\n"
