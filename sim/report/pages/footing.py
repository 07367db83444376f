"""How figures are counted: what has to be asked of them, dates at which counting changed, and ways of counting HTX."""

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from sim.domain import MONTHLY, PERCENT, Break, Observation, Province
from sim.evidence import LEVEL, Jump
from sim.inputs.figures import PLANNED, UNUSED_PERIODS, WORKED_OUT, Concept, copied, last_month, load_concepts
from sim.report import print as pr

_DAY = "%d/%m/%Y"
_TENTH = -1
#: What the ranges hold, in percent.
_P98 = "98"


def footing(w: pr.Wording, province: Province, jumps: Sequence[Jump]) -> Iterator[Markup]:
    """The sections on counting, those with something to say."""
    asked = [one for one in jumps if one.asked]
    if jumps:
        yield pr.section(
            "asked",
            w.html("asked_title", count=pr.Figure.counted(asked)) if asked else w.text("asked_none"),
            pr.el("p", w.html("asked_text", p98=pr.plain(w.text("percent", value=_P98))), cls="sub"),
            _questions(w, province, sorted(jumps, key=lambda one: not one.asked)).html(w),
            pr.el("p", w.html("asked_how", breaks=pr.el("code", "breaks"), confirmed=pr.el("code", "confirmed")),
                  cls="sub") if asked else None,
        )  # fmt: skip
    concepts = _concepts(w, province)
    if concepts is not None:
        yield concepts
    if province.breaks:
        yield pr.section(
            "breaks",
            w.text("breaks_title"),
            pr.el("p", w.html("breaks_text"), cls="sub"),
            pr.details(
                w.html("breaks_all", count=pr.Figure.counted(province.breaks)), _breaks(w, province.breaks).html(w)
            ),
        )


# -- Figures that jump ------------------------------------------------------------------------------


def _questions(w: pr.Wording, province: Province, jumps: Sequence[Jump]) -> pr.Table:
    heads = ("indicator", "before", "now", "expected", "answer")
    columns = [pr.Column(w.text(f"column_{head}"), numeric=head in ("before", "now", "expected")) for head in heads]
    rows = []
    for one in jumps:
        said = None
        if one.kind != LEVEL:
            growth = pr.Figure.computed(PERCENT * one.growth, _TENTH, unit="%", signed=True)
            implied = pr.Figure.computed(one.value, pr.last_place(one.value, 0.0, finest=_TENTH))
            said = pr.el("small", w.html("asked_said", growth=growth, implied=implied))
        term = pr.el("span", w.page_term(one.figure.indicator), cls="plain")
        more = pr.join([_area(w, province, one.figure.area_code), said], "; ")
        name = pr.join([term, more], " ")
        range_ = pr.Between(*(pr.Figure.computed(end, _place(end)) for end in (one.low, one.high)))
        rows.append([name, _dated(w, one.before), _dated(w, one.figure), range_, _answer(w, one)])
    return pr.Table(columns, rows, cls="wordy")


def _area(w: pr.Wording, province: Province, code: str) -> Markup | None:
    """Which area a figure is of, where there are several."""
    labels = {area.code: area.label for area in province.areas}
    return pr.el("small", pr.plain(w.label(labels[code]))) if len(labels) > 1 and code in labels else None


def _place(value: float) -> int:
    return pr.last_place(value, 0.0, finest=_TENTH)


def _dated(w: pr.Wording, row: Observation) -> Markup:
    """A printed figure with its date below."""
    unit = w.unit(row.unit) if row.unit == MONTHLY else None  # beside figures of a year
    when = pr.el("small", pr.join([unit, pr.year(pr.period_name(w, row))], ", "))
    return pr.join([pr.Figure.observed(row).html(w), when], " ")


def _answer(w: pr.Wording, one: Jump) -> Markup | str:
    """What was declared of a jump, or that it is asked."""
    if one.breaks:
        return pr.join((pr.plain(w.label(found.label)) for found in one.breaks), "; ")
    return w.text("answer_aside") if one.aside else pr.el("b", w.text("answer_asked"))


# -- Declared breaks --------------------------------------------------------------------------------


def _breaks(w: pr.Wording, breaks: Sequence[Break]) -> pr.Table:
    columns = [pr.Column(w.text(f"column_{head}"), numeric=False) for head in ("break", "source", "note")]
    rows = []
    for one in breaks:
        label = pr.plain(w.label(one.label))
        note = pr.plain(w.label(one.note)) if one.note else None
        rows.append([label, pr.el("cite", one.source), note])
    return pr.Table(columns, rows, cls="wordy")


# -- Ways of counting HTX ---------------------------------------------------------------------------


def _concepts(w: pr.Wording, province: Province) -> Markup | None:
    """Figures of the ways of counting beside one another, by date, and what each counts."""
    concepts, areas = load_concepts(), [area.code for area in province.areas]
    by_date: dict[tuple[int, tuple[int, int]], dict[str, Observation]] = {}
    for row in province.observations:
        month = last_month(row.year, row.period)
        ours = [one for one in concepts if row.indicator in (*one.terms, *one.shares)]
        if ours and month and row.area_code in areas and row.status not in (*PLANNED, WORKED_OUT):
            by_date.setdefault((areas.index(row.area_code), month), {}).setdefault(ours[0].id, row)
    told = {when: rows for when, rows in sorted(by_date.items()) if len(rows) > 1}
    if not told:
        return None
    first = concepts[0].id
    columns = [pr.Column(w.text("column_when"), numeric=False)]
    columns += [pr.Column(pr.plain(w.label(one.label))) for one in concepts]
    body = []
    for rows in told.values():
        cells = [_counted(w, one, rows, whole=rows.get(first) if one.id != first else None) for one in concepts]
        one = next(iter(rows.values()))
        when = pr.join([pr.year(pr.period_name(w, one)), _area(w, province, one.area_code)], " ")
        body.append([when, *cells])
    kinds = (
        w.html("concept_is", name=pr.el("b", pr.plain(w.label(one.label))), counts=pr.plain(w.label(one.counts)),
               by=pr.plain(w.label(one.counted_by)))
        for one in concepts
    )  # fmt: skip
    return pr.section(
        "concepts",
        w.text("concepts_title"),
        pr.el("p", w.html("concepts_text"), cls="sub"),
        pr.Table(columns, body, cls="wordy").html(w),
        pr.listing(kinds),
    )


def _counted(
    w: pr.Wording, concept: Concept, rows: Mapping[str, Observation], *, whole: Observation | None
) -> Markup | str:
    """A figure of one way of counting, with its share of the register of the same date."""
    row = rows.get(concept.id)
    if row is None:
        return w.text("nothing")
    if row.indicator in concept.shares:
        return pr.Figure.observed(row).with_unit("%").html(w)
    figure = pr.Figure.observed(row).html(w)
    if whole is None or not whole.value:
        return figure
    return w.html("share_beside", figure=figure, share=pr.Figure.portion(row.value / whole.value))


# -- Copies -----------------------------------------------------------------------------------------


def copy_notes(w: pr.Wording, province: Province) -> dict[int, Markup]:
    """What is said beside figures that repeat another to the digit, {line of observations.csv: words}."""
    found = {}
    for row, of in copied(province.observations).items():
        planned = of.status in PLANNED
        when = pr.year(of.year) if planned or of.period in UNUSED_PERIODS else pr.year(pr.period_name(w, of))
        found[row.line] = w.html("copies_plan" if planned else "copies_year", when=when)
    return found
