"""The document for a decision as Word and as PDF: an office's page, two of them, with places to fill in.

Layout follows Nghị định 30/2020/NĐ-CP as far as a program can: A4, its margins, Times New Roman, the letterhead's two
columns, place and date, addressee, receivers and signature. Numbers, date and names are for the office to write.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from sim.report.forms.docx import Made, Row, Writer, converted, inside, sheet_of
from sim.report.forms.pdf import dated, print_page
from sim.report.pages import Brief, brief, brief_title
from sim.report.print import NO_BREAK, PRINTED, STYLED, Node, Wording, el, parse, printed

#: Width of its one picture [mm].
_PICTURE = 84
#: Styles of single paragraphs, by their class on the page.
_STYLES = {
    "brief-kind": "Brief Kind",
    "brief-title": "Brief Title",
    "brief-to": "Brief To",
    "brief-small": "Brief Small",
}
_LETTERHEAD = "Letterhead"
_TABLE = re.compile(rb"<w:tbl>.*?</w:tbl>", re.DOTALL)
_STYLE = b'<w:tblStyle w:val="Table" />'


class _Letter(Writer):
    """Writes the document's blocks: the letterhead bare, tables without a number, the picture without a table."""

    def block(self, node: Node) -> Iterator[Markup]:
        made = next((made for cls, made in _OWN.items() if cls in node.classes), None)
        yield from made(self, node) if made else super().block(node)

    def heads(self, node: Node) -> Iterator[Markup]:
        yield el("h2", inside(node))

    def plain(self, node: Node) -> Iterator[Markup]:
        yield el("div", el("p", inside(node)), data_custom_style="Brief Text")

    def styled(self, node: Node) -> Iterator[Markup]:
        """A paragraph with a style of its own."""
        style = next(_STYLES[cls] for cls in node.classes if cls in _STYLES)
        yield el("div", el("p", inside(node)), data_custom_style=style)

    def bare(self, node: Node) -> Iterator[Markup]:
        """Two columns without lines; every paragraph centred as in a letterhead."""
        cells = [cell for cell in node.walk() if cell.tag == "td"]
        made = [el("td", *(self._centred(part) for part in cell.children)) for cell in cells]
        widths = [el("col", style=f"width:{width}%") for width in (42, 58)]
        yield el("table", el("colgroup", *widths), el("tbody", el("tr", *made)))

    def _centred(self, node: Node) -> Markup:
        return el("div", el("p", inside(node) or escape(NO_BREAK)), data_custom_style=_LETTERHEAD)

    def results(self, node: Node) -> Iterator[Markup]:
        """A table of figures without a number of its own."""

        def cells(row: Node) -> Row:
            found = [cell for cell in row.children if cell.tag in ("td", "th")]
            return [(inside(cell), "num" in cell.classes) for cell in found]

        parts = {child.tag: child for child in node.children}
        heads, rows = ([cells(row) for row in parts[part].children if row.tag == "tr"] for part in ("thead", "tbody"))
        yield self.bare_table(None, heads, rows)

    def listing(self, node: Node) -> Iterator[Markup]:
        yield el(node.tag, *(el("li", inside(item)) for item in node.children))


_OWN: dict[str, Made] = {
    "brief-bare": _Letter.bare, "brief-table": _Letter.results, **dict.fromkeys(_STYLES, _Letter.styled),
}  # fmt: skip


def _without_lines(body: bytes) -> bytes:
    """Tables of the letterhead without lines, as wide as the text."""

    def bare(found: re.Match[bytes]) -> bytes:
        table = found.group()
        return table.replace(_STYLE, b"", 1) if _LETTERHEAD.encode() in table else table

    return _TABLE.sub(bare, body)


def decision_docx(found: Brief, lang: str) -> bytes:
    """The document as Word file.

    Raises
    ------
    RunError
        When there is no pandoc, or it refuses.
    """
    content = printed(brief, found, lang)
    writer = _Letter(Wording(lang), width=_PICTURE)
    html = sheet_of(writer.blocks(parse(content)), lang=lang)
    return converted(html, title=brief_title(found, lang), lang=lang, edit=_without_lines)


def decision_pdf(found: Brief, lang: str) -> bytes:
    """The document as PDF.

    Raises
    ------
    RunError
        When no browser can print it.
    """
    content = printed(brief, found, lang)
    for name in vars(STYLED):  # literal colours
        content = content.replace(getattr(STYLED, name), getattr(PRINTED, name))
    head = el("head", el("meta", charset="utf-8"), el("title", brief_title(found, lang)), el("style", Markup(_LOOKS)))
    html = el("html", head, el("body", Markup(content)), lang=lang)
    return dated(print_page(f"<!doctype html>\n{html}\n"))


_LOOKS = """
@page { size: A4; margin: 20mm 16mm 20mm 30mm; }
body { font: 12.5pt/1.25 "Times New Roman", "Liberation Serif", "Noto Serif", serif; color: #000; margin: 0; }
p { margin: 3pt 0; text-align: justify; }
h1, h2 { font-size: 12.5pt; margin: 8pt 0 3pt; break-after: avoid; }
.brief-kind, .brief-title { text-align: center; font-weight: bold; }
.brief-kind { font-size: 14pt; margin-top: 8pt; }
.brief-title { margin: 0 0 6pt; }
.brief-to { text-align: center; }
.brief-small { font-size: 10.5pt; }
table { border-collapse: collapse; width: 100%; margin: 4pt 0; break-inside: avoid; }
.brief-table :is(th, td) { border: 0.5pt solid #666; padding: 2pt 4pt; vertical-align: top; }
.brief-table :is(th, td) { font-size: 10.5pt; line-height: 1.2; }
.brief-table thead th { text-align: center; background: #e8eef2; }
.brief-table tbody th { text-align: left; font-weight: normal; }
.brief-table tbody td { text-align: right; }
.brief-bare td { width: 42%; vertical-align: top; }
.brief-bare td + td { width: 58%; }
.brief-bare p { text-align: center; margin: 1pt 0; }
.brief-sign { margin-top: 12pt; }
.mk { font-size: 8pt; }
figure { margin: 3pt 0; break-inside: avoid; text-align: center; }
figure svg { width: 96mm; height: auto; }
sup { line-height: 0; font-size: 8pt; }
figcaption { font-size: 11pt; }
figcaption .sub { display: block; font-style: italic; }
ul { margin: 2pt 0 2pt 14pt; padding: 0; }
small { font-size: 9.5pt; }
code { font-size: 9.5pt; }
"""
