"""Figures that came in within the year: what they make of the targets, one table and one small picture a target."""

from collections.abc import Iterator

from markupsafe import Markup

from sim.analysis.answer import FOLLOWED, CameIn, ScenarioAnswer
from sim.domain import Province, Target
from sim.evidence import Arrival
from sim.inputs.yaml import load_catalogue
from sim.report import print as pr


def arrived(answer: ScenarioAnswer, found: CameIn | None, lang: str = "vi") -> Markup | None:
    """The chance of each target after each figure that came in; None where none did."""
    if found is None:
        return None
    w = pr.Wording(lang)
    return pr.section(
        "arrived",
        w.html(arrived_title(found), year=pr.year(found.year)),
        *(pr.el("p", one) for one in arrived_sentences(w, answer.province, found)),
        pr.el("div", *arrived_pictures(w, found), cls="figures") if len(found.steps) > 1 else None,
        arrived_table(w, answer.province, found).html(w),
        *(pr.el("p", one, cls="sub") for one in arrived_notes(w, answer.province, found)),
    )


def arrived_beside(
    w: pr.Wording, province: Province, found: CameIn, palette: pr.Palette | None = None
) -> Markup:  # fmt: skip
    """The same beside a planner's answer: its pictures only where colours are given."""
    pictures = arrived_pictures(w, found, palette) if palette and len(found.steps) > 1 else ()
    notes = (pr.el("p", note, cls="cs-quiet") for note in arrived_notes(w, province, found))
    title = pr.el("h4", w.html(arrived_title(found), year=pr.plain(found.year)))
    told = (pr.el("p", sentence) for sentence in arrived_sentences(w, province, found))
    return pr.join([title, *told, *pictures, arrived_table(w, province, found).html(w), *notes])


def arrived_title(found: CameIn) -> str:
    """Key of what the section is called: without targets nothing is said of their chances."""
    return "arrived_title" if found.targets else "arrived_title_plain"


def arrived_sentences(w: pr.Wording, province: Province, found: CameIn) -> Iterator[Markup]:
    """What came in of each target, and its chance now and at the beginning; why figures could not be used."""
    first, last = found.steps[0], found.steps[-1]
    month = pr.year("/".join(map(str, reversed(last.figures[-1].moment)))) if last.figures else ""
    for target, before, after in zip(found.targets, first.chances, last.chances, strict=True):
        if not last.figures or (target.high is not None and not target.own):
            continue  # a band is told in the table
        words: dict[str, object] = {"target": pr.named(w, target, quoted=True)}
        words |= {"before": pr.Figure.of_target_chance(before), "after": pr.Figure.of_target_chance(after)}
        counted = _counted(found, target)
        if counted is not None:
            yield w.html("arrived_now", month=month, figure=_figure(w, province, counted), **words)
        elif before.probability != after.probability:
            yield w.html("arrived_moved", **words)
    for problem in found.refused:
        told = load_catalogue(w.lang).describe(problem)
        yield pr.el("span", pr.reported(w.text("arrived_refused", reason=told)).html(w), cls="notice review")


def _counted(found: CameIn, target: Target) -> Arrival | None:
    """The last figure of what a target counts, from the beginning of the year on."""
    those = [one for step in found.steps for one in step.figures if one.indicator == target.indicator]
    since = [one for one in those if min(one.months) == 1 and one.year == target.year]
    return since[-1] if since else None


def _figure(w: pr.Wording, province: Province, one: Arrival) -> Markup:
    """A figure as it was printed, with what it is, where, where it is of one area of several, and when."""
    row, several = one.observation, len(province.areas) > 1
    where = next((w.label(area.label) for area in province.areas if several and area.code == one.area), "")
    place = [", ", where] if where else []
    when = pr.year(pr.period_name(w, row))
    parts = [w.page_term(row.indicator), *place, ", ", when, ": ", pr.Figure.observed(row).html(w)]
    return pr.join(parts if row.unit == "count" else [*parts, pr.plain(f" {w.unit(row.unit)}")])


def arrived_table(w: pr.Wording, province: Province, found: CameIn) -> pr.Table:
    """One row a step: what came in, the chance of each target, and what is expected of the year."""
    columns = [pr.Column(w.text("arrived_column"), numeric=False)]
    columns += [pr.Column(pr.named(w, target)) for target in found.targets]
    columns += [pr.Column(w.text(f"arrived_{name}", year=found.year)) for name in FOLLOWED]
    rows: list[list[object]] = []
    for step in found.steps:
        came = pr.join([_figure(w, province, one) for one in step.figures], pr.el("br")) if step.figures else None
        row: list[object] = [came or w.text("arrived_start")]
        row += [pr.Figure.of_target_chance(chance) for chance in step.chances]
        row += [pr.Figure.of_range(step.expected[name]) for name in FOLLOWED]
        rows.append(row)
    caption = "arrived_caption" if found.targets else "arrived_caption_plain"
    return pr.Table(columns, rows, caption=w.text(caption))


def arrived_notes(w: pr.Wording, province: Province, found: CameIn) -> Iterator[Markup]:
    """Which of the figures the rest of the page rests on, how they are used, and what money was paid out."""
    day, whole = province.conditioned_to, len(found.steps) - 1
    if found.used == whole and whole:
        yield w.html("arrived_used")
    elif day is not None:
        yield w.html("arrived_unused", day=pr.year(f"{day.day}/{day.month}/{day.year}"))
    for one in found.spent:
        yield w.html("arrived_spent", figure=_figure(w, province, one))
    yield w.html("arrived_how")


def arrived_pictures(w: pr.Wording, found: CameIn, palette: pr.Palette = pr.STYLED) -> Iterator[Markup]:
    """How the chance of each target moved, step by step; none for those that nothing moved."""
    for place, target in enumerate(found.targets):
        chances = [step.chances[place].probability for step in found.steps]
        if max(chances) == min(chances):
            continue
        ends = [pr.Figure.of_target_chance(found.steps[at].chances[place]) for at in (0, -1)]
        message = w.html("arrived_picture", target=pr.named(w, target), before=ends[0], after=ends[1])
        chart = pr.spark_chart(chances, (ends[0].text(w), ends[1].text(w)), palette)
        yield pr.chart_figure(w, message, w.text("arrived_picture_sub"), chart, prefix=f"arrived-{target.id}")
