"""What other provinces say, and how well: each left out in turn and predicted by the others."""

from collections.abc import Sequence

from markupsafe import Markup

from sim.domain import PERCENT, PRICE_YEAR
from sim.evidence import LeftOut
from sim.report import print as pr

_HEADS = ("quantity", "provinces", "figures", "new", "eighty", "score", "naive", "pooled")
#: Money has no share of a whole to be told in.
_MONEY = "VND"


def peers_section(found: Sequence[LeftOut], lang: str = "vi") -> Markup | None:
    """What a new province is expected to be like, and how the ranges did on provinces that were left out."""
    w = pr.Wording(lang)
    if not found:
        return None
    return pr.section(
        "peers", w.text("peers_title"), pr.el("p", w.html("peers_text"), cls="sub"),
        peers_table(w, found).html(w), pr.el("p", w.html("peers_not_effects")),
    )  # fmt: skip


def peers_table(w: pr.Wording, found: Sequence[LeftOut]) -> pr.Table:
    """One row a quantity; rates, shares and scores in per cent, scores of money in per cent of the level."""
    said = {"eighty": {"p80": pr.p80(w)}, "average_revenue": {"base": pr.year(PRICE_YEAR)}}
    columns = [
        pr.Column(w.html(f"peers_column_{head}", **said.get(head, {})), numeric=head != "quantity") for head in _HEADS
    ]
    rows = []
    for one in found:
        name = w.html(f"peers_{one.quantity}", **said.get(one.quantity, {}))
        scores = [pr.Figure.computed(PERCENT * value, -1, unit="%") for value in (one.score, one.naive)]
        rows.append([
            name, *map(pr.Figure.computed, (one.provinces, one.cells)), _range(one),
            pr.Figure.portion(one.eighty), *scores, pr.Figure.portion(one.pooled),
        ])  # fmt: skip
    return pr.Table(columns, rows, caption=w.text("peers_caption"))


def _range(one: LeftOut) -> pr.Together:
    if _MONEY in one.unit:
        parts = [pr.Figure.computed(value, pr.last_place(value, 0.0, finest=1)) for value in one.new]
    else:
        parts = [pr.Figure.computed(PERCENT * value, -1) for value in one.new]
    return pr.Together(parts, between=" – ", whole=pr.Mark.MODEL)
