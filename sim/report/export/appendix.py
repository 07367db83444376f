"""On paper nothing can be opened: the figures behind every chart, set together after the sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from sim.report.dom import Node, parse, written
from sim.report.markup import el, join, section
from sim.report.wording import Wording

#: How the tables stand on paper: two beside each other, none of them broken, in small letters.
LOOKS = (
    ".coopsim .behind { columns: 2; column-gap: 14pt; }"
    ".coopsim .behind table { break-inside: avoid; width: 100%; margin: 0 0 10pt; line-height: 1.25; }"
    ".coopsim .behind caption { font-size: 8pt; padding-bottom: 2pt; }"
    ".coopsim .behind :is(th, td) { font-size: 7.5pt; padding-top: 1.5pt; padding-bottom: 1.5pt; }"
)


def appendix(fragments: Sequence[str], *, lang: str) -> Markup:
    """A section with the tables that the page keeps behind its charts, in the order of the charts.

    Parameters
    ----------
    fragments : sections as they stand on the page

    Returns
    -------
    Markup
        Empty where no chart has a table.
    """
    w = Wording(lang)
    tables = [table for fragment in fragments for table in _behind(parse(fragment))]
    if not tables:
        return Markup("")
    lead = el("p", w.text("behind_lead"), cls="sub")
    return section("behind", w.text("behind_title"), lead, el("div", *tables, cls="behind"))


def _behind(root: Node) -> Iterator[Markup]:
    """Each table behind a chart, under the chart's own caption."""
    for figure in (node for node in root.walk() if node.tag == "figure"):
        words = [part for child in figure.children if child.tag == "figcaption" for part in child.children]
        caption = el("caption", join((written(part) for part in words), " "))
        for node in figure.walk():
            if node.tag == "table" and any(around.tag == "details" for around in node.ancestors()):
                parts = (written(child) for child in node.children if child.tag != "caption")
                yield el("table", caption, *parts, cls=node.attributes.get("class"))
