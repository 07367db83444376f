"""What moved since the forecast from an earlier base year, and why: a picture of the main figure and a table of all."""

import math
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from sim.analysis.answer import CAUSES, Revised, Revision, ScenarioAnswer
from sim.domain import HEADLINE
from sim.report import print as pr


def revised(answer: ScenarioAnswer, found: Revision | None, lang: str = "vi") -> Markup | None:
    """What moved and why; None where the pack goes on from no other."""
    if found is None:
        return None
    w = pr.Wording(lang)
    main = found.of(HEADLINE[0])
    return pr.section(
        "revised",
        w.html("revised_title", before=pr.year(found.before), after=pr.year(found.after)),
        pr.el("p", revised_sentence(w, main[0])),
        _picture(w, main),
        revised_table(w, found, answer.province.planning_year).html(w),
        pr.el("p", w.html("revised_how"), cls="sub"),
    )


def revised_beside(w: pr.Wording, found: Revision) -> Markup:
    """The same beside a planner's answer: a sentence and the table."""
    title = w.html("revised_title", before=pr.plain(found.before), after=pr.plain(found.after))
    lead, table = revised_sentence(w, found.of(HEADLINE[0])[0]), revised_table(w, found, found.after + 1)
    how = pr.el("p", w.html("revised_how"), cls="cs-quiet")
    return pr.join([pr.el("h4", title), pr.el("p", lead), table.html(w), how])


def revised_sentence(w: pr.Wording, one: Revised) -> Markup:
    """The main figure of the first year: before, now, and what moved it most."""
    most = max(one.parts, key=lambda cause: abs(one.parts[cause].mean))
    before, after, _, parts = _figures(one)
    return w.html(
        "revised_lead", name=w.term(one.indicator), year=pr.year(one.year), before=before.alone, after=after.alone,
        cause=w.text(f"revised_{most}").lower(), part=parts[most],
    )  # fmt: skip


def _figures(one: Revised) -> tuple[pr.Figure, pr.Figure, pr.Figure, dict[str, pr.Figure]]:
    """Before, now, the move and its parts, as they subtract and add up in print."""
    error = math.hypot(*(part.mcse for part in one.parts.values()))
    moved = pr.Figure.of_change(one.after.mean - one.before.mean, error, one.indicator)
    earlier, now = pr.Figure.of_range(one.before), pr.Figure.of_range(one.after)
    after, ((before, moved),) = pr.side_by_side(now, [(earlier, moved)])
    if moved.shown is not None:  # parts add up to the move as it is printed
        moved = replace(moved, value=float(moved.shown))
    parts = [pr.Figure.of_change(part.mean, part.mcse, one.indicator) for part in one.parts.values()]
    return before, after, moved, dict(zip(one.parts, pr.together(parts, moved), strict=True))


def _picture(w: pr.Wording, figures: Sequence[Revised]) -> Markup:
    causes = tuple(cause for cause in CAUSES if cause in figures[0].parts)
    rows = [
        {"year": one.year, "whole": one.after.mean - one.before.mean}
        | {cause: one.parts[cause].mean for cause in causes}
        for one in figures
    ]
    message = w.html("revised_picture", name=w.term(figures[0].indicator))
    keys = ", ".join(w.text(f"revised_{cause}").lower() for cause in causes)
    unit = w.unit_of(figures[0].indicator)
    about = w.text("revised_picture_sub", keys=keys, unit=unit)
    return pr.chart_figure(w, message, about, pr.parts_chart(rows, causes), prefix="revised")


def revised_table(w: pr.Wording, found: Revision, year: int) -> pr.Table:
    """One row a figure of a year and of the last: before, now, and its parts."""
    years = sorted({max(found.after + 1, year), found.scenario.horizon})
    causes = [cause for cause in CAUSES if any(cause in one.parts for one in found.figures)]
    columns = [pr.Column(w.text("revised_figure"), numeric=False)]
    starts = (("before", found.before), ("after", found.after))
    columns += [pr.Column(w.text(f"revised_{when}", year=year)) for when, year in starts]
    columns.append(pr.Column(w.text("revised_whole")))
    columns += [pr.Column(w.text(f"revised_{cause}")) for cause in causes]
    rows: list[list[object]] = []
    for one in found.figures:
        if one.year not in years:
            continue
        before, after, whole, parts = _figures(one)
        name = pr.join([w.term(one.indicator), ", ", pr.year(one.year), f" ({w.unit_of(one.indicator)})"])
        row: list[object] = [name, before, after, whole]
        rows.append([*row, *(parts.get(cause, w.text("nothing")) for cause in causes)])
    return pr.Table(columns, rows, caption=w.text("revised_caption"))
