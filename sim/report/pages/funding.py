"""First screen where a reference fund was never printed for a province, so that no fund passes for another's."""

from dataclasses import replace

from markupsafe import Markup

from sim.analysis.answer import PER, Funding, PerHtx
from sim.domain import Province
from sim.inputs.text import share
from sim.report import print as pr


def funding_lines(w: pr.Wording, province: Province, found: Funding | None) -> list[Markup]:
    """What the reference fund is, what the plan gives and does per active HTX beside the printed fund; or nothing.

    Parameters
    ----------
    found : None where the fund was printed for this province, or borrowed unscaled from another's
    """
    if found is None:
        borrowed = province.borrowed_fund
        if borrowed is None:
            return []
        return [w.html("fund_borrowed", fund=pr.Figure.observed(borrowed), area=pr.plain(borrowed.area_code))]
    spread, ours, theirs = found.reference.distribution, found.ours, found.theirs
    named = next((area.label for area in province.areas if area.pack == theirs.province.slug), theirs.province.label)
    place = pr.plain(w.label(named))
    unit = found.reference.unit
    middle, low, high = (pr.Figure.assumed(value, unit) for value in (spread.p50, spread.p10, spread.p90))
    lines = [
        w.html(
            "fund_assumed", fund=middle, p80=pr.p80(w), low=low, high=high, grade=found.reference.grade,
            printed=pr.Figure.planned_billion(theirs.fund, -1), place=place,
            theirs=_active(theirs), ours=_active(ours),
        )  # fmt: skip
    ]
    if ours.fund:
        lines.append(
            w.html(
                "fund_per_htx", per=pr.Figure.counted(PER), years=pr.Figure.counted(ours.years),
                change=_change(w, ours), money=_money(ours), printed=pr.Figure.planned_billion(theirs.fund, -1),
                place=place, their_change=_change(w, theirs), their_money=_money(theirs),
            )  # fmt: skip
        )
        lines += [w.html(key, times=pr.Figure.computed(found.multiple, -1)) for key in size_of(found)]
    return lines


def size_of(found: Funding) -> list[str]:
    """Key of the sentence that a fund is large or small for its province; none where it is neither."""
    if found.multiple > share("fund_large"):
        return ["fund_large"]
    return ["fund_small"] if found.multiple < share("fund_small") else []


def _active(one: PerHtx) -> pr.Figure:
    """Active HTX at the start as the base year's figures are told: as printed, else assumed, whole."""
    printed = list(one.province.base.get("htx_active", {}).values())
    whole = len(printed) == len(one.province.areas) == 1
    assumed = replace(pr.Figure.of_level("htx_active", one.active), mark=pr.Mark.ASSUMPTION, place=0)
    return pr.Figure.observed(printed[0]) if whole else assumed


def _money(one: PerHtx) -> pr.Figure:
    return pr.Figure.planned_billion(one.million_per_htx, 0)


def _change(w: pr.Wording, one: PerHtx) -> Markup:
    return pr.Figure.of_difference(one.change, "htx_active").html(w)
