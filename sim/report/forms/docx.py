"""The page as a Word document: pandoc, the styles of a Vietnamese office, real tables, charts as pictures.

Pandoc gets a page's sections as plain HTML: pictures, tables, paragraphs, lists, nothing else.
"""

import base64
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from sim.domain import Problem, RunError
from sim.report.forms.xlsx import repack
from sim.report.print import NO_BREAK, PRINTED, STYLED, Node, Wording, el, join, parse, svg_to_png, written

#: Names the path of a pandoc that is to be used instead of a found one.
VARIABLE = "COOPSIM_PANDOC"
#: Styles and page of the document, built by scripts/reference_docx.py.
REFERENCE = Path(__file__).with_name("reference.docx")
_SECONDS = 180

#: Inline elements that keep their meaning; all other inline elements leave their text.
_KEPT = frozenset({"b", "strong", "em", "small", "sup", "sub", "code", "br", "li", "ul", "ol", "h2", "h3", "h4"})
_BLOCKS = frozenset({"p", "div", "section", "aside", "figure", "table", "ul", "ol", "details", "h1", "h2", "h3", "h4"})
_JOINER = "\u2060"
#: Width of a picture on the page [mm], pixels drawn per unit.
_WIDTH, _SCALE = 105, 3.0
#: Charts are laid out with the page's letters; the widest of `_LETTERS` reach this far beyond [px].
_SIDES = 12
#: A link that only leads on; on paper its reading follows anyway.
_SEE_WHY = "#why"
_BLOCK_SIGN = "\u25a0"
#: Letters of a cell that stand in a line of the page, by style, where the letters are wide.
_LINE = {"Table Cell": 82, "Table Small": 96}
#: Share of the cells in which two words stand side by side; in the heads they always do.
_USUAL = 0.9
#: Letters' worth of space between a cell's text and its two rules.
_PADDING = 2
#: Tables with so many columns have small letters; those with so few rows stay on one page.
_MANY, _FEW = 6, 12
#: Paragraph styles of cells, and the end of the name of those kept with the next row.
_CELL, _SMALL, _KEPT_TOGETHER = "Table Cell", "Table Small", " Kept"
#: Letters with every Vietnamese sign, on Windows, macOS and Linux; the renderer's own have not all of them.
_LETTERS = "Arial, Noto Sans, DejaVu Sans, sans-serif"
_TAG = re.compile(r"<[^>]*>")
_FAMILY = re.compile(r'font-family="[^"]*"')
_BETWEEN = Markup(" \u00b7 ")
Row = Sequence[tuple[Markup, bool]]


@cache
def find_pandoc() -> str:
    """The pandoc that came with the set-up, or one that is installed.

    Raises
    ------
    RunError
        When there is none.
    """
    named = os.environ.get(VARIABLE)
    found = shutil.which(named) if named else _bundled() or shutil.which("pandoc")
    if not found:
        raise RunError(Problem("pandoc_missing", {"variable": VARIABLE}, value=named))
    return found


def _bundled() -> str | None:
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        return None


def docx(fragments: Sequence[str], *, title: str, lang: str) -> bytes:
    """The Word document of a scenario's sections.

    Parameters
    ----------
    fragments : sections as they stand on the page, checked
    title : plain text; the title of the document

    Raises
    ------
    RunError
        When there is no pandoc, or it refuses.
    """
    return converted(manuscript(fragments, title=title, lang=lang), title=title, lang=lang)


def converted(html: str, *, title: str, lang: str, edit: Callable[[bytes], bytes] = bytes) -> bytes:
    """A Word document of plain HTML, by pandoc, with an office's styles.

    Parameters
    ----------
    html : a manuscript
    title : of the file's properties
    edit : what is made of the document's body at the end

    Raises
    ------
    RunError
        When there is no pandoc, or it refuses.
    """
    pandoc = find_pandoc()
    with tempfile.TemporaryDirectory(prefix="coopsim-word-") as folder:
        source, out = Path(folder, "page.html"), Path(folder, "page.docx")
        source.write_text(html, encoding="utf-8")
        command = [pandoc, "--sandbox", "--from=html", "--to=docx", f"--reference-doc={REFERENCE}"]
        try:
            done = subprocess.run(
                [*command, f"--output={out}", str(source)], capture_output=True, timeout=_SECONDS, check=False,
                text=True, encoding="utf-8", env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise RunError(Problem("pandoc_failed", {"detail": f"> {_SECONDS} s"})) from None
        if done.returncode or not out.is_file():
            raise RunError(Problem("pandoc_failed", {"detail": " ".join(done.stderr.split())[:200]}))
        edits = {"word/document.xml": lambda body: edit(_whole_rows(body))}
        return repack(out.read_bytes(), title=title, lang=lang, edits=edits)


def _whole_rows(document: bytes) -> bytes:
    """Rows of tables that no page's end cuts."""
    whole = document.replace(b"<w:trPr>", b"<w:trPr><w:cantSplit/>")
    return whole.replace(b"<w:tr><w:tc>", b"<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>")


def manuscript(fragments: Sequence[str], *, title: str, lang: str) -> str:
    """HTML for pandoc.

    Parameters
    ----------
    fragments : sections as they stand on the page
    title : plain text
    """
    return sheet_of(Writer(Wording(lang)).blocks(parse("".join(fragments))), title=title, lang=lang)


def sheet_of(blocks: Iterable[Markup], *, title: str = "", lang: str) -> str:
    """HTML of blocks, as pandoc takes it; a title becomes the document's first line."""
    head = el("head", el("meta", charset="utf-8"), el("title", title) if title else None)
    return f"<!doctype html>\n{el('html', head, el('body', join(blocks)), lang=lang)}\n"


@dataclass
class Writer:
    """Writes block after block, counting figures and tables as it goes.

    Attributes
    ----------
    width : of a picture [mm]
    heading : the last one, which tables without a caption are called by
    """

    w: Wording
    figures: int = 0
    tables: int = 0
    width: int = _WIDTH
    heading: Markup = field(default_factory=Markup)

    def blocks(self, node: Node) -> Iterator[Markup]:
        """What is inside; loose text between blocks becomes a paragraph."""
        loose: list[Node] = []
        for child in node.children:
            if child.tag in _BLOCKS:
                yield from _paragraph(loose)
                loose = []
                yield from self.block(child)
            else:
                loose.append(child)
        yield from _paragraph(loose)

    def block(self, node: Node) -> Iterator[Markup]:
        """One block, by its class or its element."""
        made = next((made for cls, made in _BY_CLASS.items() if cls in node.classes), None)
        made = made or _BY_TAG.get(node.tag)
        yield from made(self, node) if made else self.blocks(node)

    def heads(self, node: Node) -> Iterator[Markup]:
        """A heading, one level up: the page's own heading is the document's subtitle."""
        self.heading = inside(node)
        yield el(f"h{int(node.tag[1]) - 1}", self.heading)

    def finding(self, node: Node) -> Iterator[Markup]:
        """The page's own heading."""
        yield el("div", el("p", inside(node)), data_custom_style="Subtitle")

    def listing(self, node: Node) -> Iterator[Markup]:
        """A list."""
        yield el(node.tag, *(el("li", inside(item)) for item in node.children))

    def plain(self, node: Node) -> Iterator[Markup]:
        """A paragraph; what the style sheet sets apart in a row is set apart by points."""
        if "what" in node.classes:  # says what the bars below it show
            self.heading = inside(node)
            return
        apart = [child for child in node.children if child.tag == "span"]
        row = "eyebrow" in node.classes or "legend" in node.classes or "hashes" in node.classes
        text = join((_inline(child) for child in apart), _BETWEEN) if row and apart else inside(node)
        if text.strip():
            yield _kept(text) if "legend" in node.classes else el("p", text)

    def details(self, node: Node) -> Iterator[Markup]:
        """What a page hides behind a click stands open on paper, under its own words."""
        for child in node.children:
            if child.tag == "summary":
                self.heading = inside(child)
                yield _kept(el("strong", self.heading))
            else:
                yield from self.block(child)

    def figure(self, node: Node) -> Iterator[Markup]:
        """The picture with its caption below, then the legend and the table behind it."""
        caption = next((child for child in node.children if child.tag == "figcaption"), None)
        words = join((_inline(part) for part in caption.children), " ") if caption else Markup("")
        for child in node.children:
            if child.tag == "svg":
                self.figures += 1
                label = self.w.text("docx_figure", number=self.figures)
                drawing = str(written(child))
                for name in vars(STYLED):  # literal colours
                    drawing = drawing.replace(getattr(STYLED, name), getattr(PRINTED, name))
                drawing = _FAMILY.sub(rf'font-family="{_LETTERS}"', drawing)
                content = base64.b64encode(svg_to_png(drawing, scale=_SCALE, sides=_SIDES)).decode()
                alt = child.attributes.get("aria-label", "")
                picture = el("img", src=f"data:image/png;base64,{content}", alt=alt, width=f"{self.width}mm")
                yield el("figure", picture, el("figcaption", el("strong", label), " ", words))
            elif child.tag == "details":
                outside, self.heading = self.heading, Markup(self.w.text("docx_behind", number=self.figures))
                yield from (part for inner in child.children if inner.tag != "summary" for part in self.block(inner))
                self.heading = outside
            elif child is not caption:
                yield from self.block(child)

    def table(self, node: Node) -> Iterator[Markup]:
        """A table as it is."""
        parts = {child.tag: child for child in node.children}
        caption = inside(parts["caption"]) if "caption" in parts else self.heading
        register = "register" in node.classes

        def cells(row: Node) -> Row:
            """Each cell's content and whether it is a figure."""
            found = [cell for cell in row.children if cell.tag in ("td", "th")]
            read = [(inside(cell), "num" in cell.classes) for cell in found]
            if not register:
                return read
            # The register's spread, unit and grade in one column: six columns do not fit a page.
            name, spread, unit, grade, source, reason = read
            named = Markup(unit[0].replace(NO_BREAK, " "))  # long ones may break here
            inner = [spread[0], grade[0]] if named == "%" else [spread[0], named, grade[0]]
            return [name, (join(inner, el("br")), False), source, reason]

        heads, rows = ([cells(row) for row in parts[part].children if row.tag == "tr"] for part in ("thead", "tbody"))
        yield self.made_table(caption, heads, rows, small=register)

    def bars(self, node: Node) -> Iterator[Markup]:
        """Bars drawn by a style sheet, as the table they are."""
        names = [child for child in node.children if "bar-name" in child.classes]
        values = [child for child in node.children if "bar-value" in child.classes]
        rows = [[(inside(name), False), (inside(value), True)] for name, value in zip(names, values, strict=True)]
        heads = [(Markup(self.w.text(f"docx_head_{name}")), name == "value") for name in ("part", "value")]
        yield self.made_table(self.heading, [heads], rows)

    def cards(self, node: Node) -> Iterator[Markup]:
        """Headline figures side by side become the rows of one table."""
        cards = [child for child in node.children if "card" in child.classes]
        if "three" in node.classes:  # short ones stay side by side
            parts = [[inside(line) for line in card.children if line.content.strip()] for card in cards]
            heads, below = [(part[0], False) for part in parts], [(join(part[1:], el("br")), False) for part in parts]
            yield self.made_table(self.heading or Markup(self.w.text("docx_first")), [heads], [below])
            return
        rows: list[Row] = []
        for card in cards:  # name, level with range, differences, evidence
            head, *lines = (child for child in card.children if child.tag in ("h2", "h3", "p"))
            found: dict[str, list[Markup]] = {"level": [], "dif": [], "weak": []}
            for line in lines:
                found[next((cls for cls in ("dif", "weak") if cls in line.classes), "level")].append(inside(line))
            texts = [el("strong", inside(head)), *(join(parts, el("br")) for parts in found.values())]
            rows.append([(text, False) for text in texts])
        names = ("indicator", "level", "change", "evidence")
        heads = [(Markup(self.w.text(f"docx_head_{name}")), False) for name in names]
        yield self.made_table(Markup(self.w.text("docx_cards")), [heads], rows)

    def made_table(
        self, caption: Markup, heads: Sequence[Row], rows: Sequence[Row], *, small: bool = False
    ) -> Markup:
        """A numbered table, as wide as the text; in small letters where there is much of it."""
        self.tables += 1
        label = el("strong", self.w.text("docx_table", number=self.tables))
        return self.bare_table(el("caption", label, " ", caption), heads, rows, small=small)

    def bare_table(
        self, caption: Markup | None, heads: Sequence[Row], rows: Sequence[Row], *, small: bool = False
    ) -> Markup:
        """A table under a caption of its own, or under none."""
        count = len(heads[0])
        style = _SMALL if small or count >= _MANY else _CELL
        columns = (el("col", style=f"width:{width}%") for width in _widths(heads, rows, _LINE[style]))
        kept = style + _KEPT_TOGETHER if len(rows) <= _FEW else style
        body = [_line(cells, "td", kept) for cells in rows[:-1]] + [_line(cells, "td", style) for cells in rows[-1:]]
        return el(
            "table", caption, el("colgroup", *columns),
            el("thead", *(_line(cells, "th", style + _KEPT_TOGETHER) for cells in heads)), el("tbody", *body),
        )  # fmt: skip


def _kept(text: Markup) -> Markup:
    """A paragraph that stays with what comes next."""
    return el("div", el("p", text), data_custom_style=f"Text{_KEPT_TOGETHER}")


def _widths(heads: Sequence[Row], rows: Sequence[Row], line: int) -> list[int]:
    """Widths of the columns [%]: no word is broken, two words stand side by side, then what makes rows low.

    Parameters
    ----------
    line : letters that stand in a line of the page
    """
    texts = [[unescape(_TAG.sub("", text.replace("<br>", "\n"))) for text, _ in row] for row in (*heads, *rows)]
    named = np.array([[True] * len(row) for row in heads] + [[not figure for _, figure in row] for row in rows])
    words = [[[len(word) + 1 for word in re.split(r"[ \n]", text)] for text in row] for row in texts]
    one = np.array([[max(cell) for cell in row] for row in words], dtype=float)
    two = np.array([[max(map(sum, zip(cell, [*cell[1:], 0], strict=True))) for cell in row] for row in words])
    pairs, most = np.where(named, two, one), len(heads)
    least, usual = one.max(axis=0), np.quantile(pairs[most:], _USUAL, axis=0) if rows else 0.0
    wanted = np.maximum(np.maximum(pairs[:most].max(axis=0), usual), least)
    room = max(0.0, line - (least + _PADDING).sum())
    widths = _PADDING + least + (wanted - least) * min(1.0, room / max(1.0, (wanted - least).sum()))
    deep = max(text.count("\n") for row in texts for text in row) + 1
    long = np.array([[([*map(len, text.split("\n")), *[0] * deep])[:deep] for text in row] for row in texts])
    while widths.sum() < line:  # the next letter's width goes where most rows have their highest cell
        lines = np.ceil(long / (widths[:, None] - _PADDING)).sum(axis=2)
        high = lines.max(axis=1)
        if high.max() <= deep:
            break
        widths[np.bincount(lines.argmax(axis=1), weights=high - 1, minlength=len(widths)).argmax()] += 1
    return [int(share) for share in np.diff(np.rint(100 * np.cumsum([0.0, *widths]) / widths.sum()))]


def _paragraph(nodes: Sequence[Node]) -> Iterator[Markup]:
    text = join(map(_inline, nodes))
    if text.strip():
        yield el("p", text)


def inside(node: Node) -> Markup:
    """What stands inside an element, as Word keeps it."""
    return join(map(_inline, node.children))


def _inline(node: Node) -> Markup:
    if node.tag == "":
        return escape(node.text.replace(_JOINER, ""))
    if node.tag == "i":  # a coloured square of a legend; lines and bars drawn by the style sheet are left out
        kinds = [name for name in node.classes if name != "key"]
        if "key" not in node.classes or not kinds:
            return escape(node.content)
        return el("span", _BLOCK_SIGN, data_custom_style=f"Key {kinds[0]}") + Markup(" ")
    inner = inside(node) if node.attributes.get("href") != _SEE_WHY else Markup("")
    if node.tag in _KEPT:
        made = el("strong" if node.tag == "b" else node.tag, inner)
        return made + Markup(") ") if "letter" in node.classes else made
    if node.tag == "a" and node.attributes.get("href", "").startswith("https://"):
        return el("a", inner, href=node.attributes["href"])
    if "traps" in node.classes:
        return escape(NO_BREAK) + el("sup", inner)
    if "chip" in node.classes or "flag" in node.classes:  # alone in its cell a grade needs no bracket
        return Markup("({})").format(inner) if node.parent.content.strip() != node.content else inner
    return inner


def _line(cells: Row, tag: str, style: str) -> Markup:
    """A row whose paragraphs have a style of the reference file."""
    made = [(el("div", el("p", text), data_custom_style=style), figure) for text, figure in cells]
    return el("tr", *(el(tag, inside, align="right" if figure else "left") for inside, figure in made))


Made = Callable[[Any, Node], Iterator[Markup]]
_BY_CLASS: dict[str, Made] = {"bars": Writer.bars, "cards": Writer.cards}
_BY_TAG: dict[str, Made] = {
    "h1": Writer.finding, "h2": Writer.heads, "h3": Writer.heads, "h4": Writer.heads, "p": Writer.plain,
    "ul": Writer.listing, "ol": Writer.listing, "details": Writer.details, "figure": Writer.figure,
    "table": Writer.table,
}  # fmt: skip
