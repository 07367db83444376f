"""The data page: which printed figures are used, which are set aside and why, and where they come from."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from sim.analysis.answer import history
from sim.domain import COUNT_UNITS, FANS, Observation, Province, SetAside
from sim.inputs.figures import PLANNED, gaps, year_span
from sim.report import print as pr
from sim.report.pages.basis import marks_legend, source_list, source_title, sources_of

#: How a printed figure is used, in the order of the page.
USES = ("start", "fitted", "shown", "plan", "aside", "elsewhere")
_COUNT = "count"
#: Counts of something else than what the row is about: members of a union are HTX.
_COUNTED_AS = {"union_member_htx": "HTX", "union_new_member_htx": "HTX"}
#: Language in which the pack names areas and keeps its notes.
_NOTED_IN = "en"
#: Between the parts of a note.
_BETWEEN = " \u00b7 "


def observations(
    province: Province,
    lang: str = "vi",
    *,
    fitted: Mapping[int, str] | None = None,
    set_aside: Sequence[SetAside] = (),
) -> Markup:
    """Every printed figure of the pack by its use, with marks and traps.

    Parameters
    ----------
    fitted : {line of observations.csv: reason in the page's language} of figures the history is
        conditioned on; those of the province's areas that are in no group are set aside
    set_aside : figures left out on purpose, with the reason
    """
    w, fitted = pr.Wording(lang), fitted or {}
    groups = _groups(province, fitted)
    reasons = {row.line: w.label(group.reason) for group in set_aside for row in group.observations} | dict(fitted)
    for line, years in gaps(province.observations).items():
        note = w.html("years_missing", years=pr.year(year_span(years)))
        reasons[line] = pr.join([reasons[line], note], _BETWEEN) if line in reasons else note
    count = pr.Figure.counted(province.observations)
    return pr.el(
        "section",
        pr.eyebrow(w, province),
        pr.el("h1", w.html("data_finding", count=count, base=pr.year(province.base_year))),
        pr.el("p", w.html("data_lead"), cls="lead"),
        marks_legend(w),
        pr.notes(w, province, province.traps, heading="h2"),
        *(_group(w, province, use, groups[use], reasons) for use in USES if groups[use]),
        pr.section("sources", w.text("sources_title"), source_list(w, sources_of(province, province.sources))),
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
        else:
            use = "plan" if row.status in PLANNED else "aside"
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
        area = [pr.el("span", row.area, cls="plain", lang=_NOTED_IN)] if with_area else []
        value = pr.Together(
            (pr.Figure.observed(row), _unit(w, row)), wrap=lambda parts: Markup("{}&nbsp;{}").format(*parts)
        )
        source = w.text("ditto") if row.source_id == before else source_title(province, row.source_id)
        before = row.source_id
        # Why the figure is used or left out, and what its source adds.
        reason = pr.el("b", reasons[row.line]) if reasons.get(row.line) else None
        note = pr.join([reason, pr.el("span", row.note, lang=_NOTED_IN) if row.note else None], _BETWEEN)
        body.append([term, *area, pr.year(pr.period_name(w, row)), value, pr.el("cite", source), note])
    return pr.Table(columns, body, cls="wordy observed", by_row=True).html(w)


def _unit(w: pr.Wording, row: Observation) -> str:
    """The unit; a count is of what the row is about, or of what its term counts."""
    if row.unit != _COUNT:
        return w.unit(row.unit)
    counted = _COUNTED_AS.get(row.indicator, row.entity)
    return w.unit(counted) if counted in COUNT_UNITS else ""
