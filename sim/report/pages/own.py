"""Sections from what an analyst's own cells show: markdown, frames, Altair charts, pictures and printed text.

Nothing of it is taken as markup: it is read, rebuilt from its parts, and passes the gate like everything else. A cell
that shows something else (raw HTML, scripts, widgets) is refused by its number.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from sim.report import print as pr

#: Altair's charts, whatever version of Vega-Lite they name.
_VEGALITE = re.compile(r"application/vnd\.vegalite\.v\d+(?:\.\d+)*\+json")
_PICTURES = ("image/png", "image/jpeg")
#: Outputs that say nothing on a page.
_SILENT = ("application/vnd.coopsim.end+json",)
#: What a frame is made of; anything else in the HTML of an output is refused.
_FRAME = frozenset({"#root", "div", "style", "table", "thead", "tbody", "tr", "th", "td", ""})
#: A cell tagged so is shown although the notebook came with the program.
TAG = "page"
#: Id of a cell of parameters that was put in where a notebook has none.
PUT_IN = "own-parameters"
#: Rows of a frame that a page shows.
_ROWS = 200
_INLINE = {"strong": "strong", "emphasis": "em", "codespan": "code"}




class Refused(pr.Unsafe):
    """A cell that shows what no page may hold.

    Attributes
    ----------
    cell : its number, from 1
    what : what it shows
    """

    def __init__(self, cell: int, what: str) -> None:
        self.cell, self.what = cell, what
        super().__init__(f"cell {cell}: {what}")


def own_sections(notebook: Mapping[str, Any], lang: str, *, everything: bool) -> Iterator[tuple[int, str]]:
    """Markup of the cells of an executed notebook that the program did not write, with the place of each cell.

    Parameters
    ----------
    everything : of a notebook of one's own; of one that came with the program, markdown only where a cell is tagged

    Raises
    ------
    Refused
        For a cell that shows raw HTML, a script or anything else that no page may hold.
    """
    noted = False
    number = 0  # as whoever wrote it counts: without cells of parameters that were put in
    for place_of_cell, cell in enumerate(notebook["cells"]):
        tags = cell["metadata"].get("tags", ())
        number += "injected-parameters" not in tags and cell.get("id") != PUT_IN
        at, shown = number, list[Markup]()
        if cell["cell_type"] == "markdown" and (everything or TAG in tags):
            shown += _markdown("".join(cell["source"]), at)
        elif cell["cell_type"] == "code":
            for place, output in enumerate(cell.get("outputs", ())):
                shown += _output(output, at, lang, prefix=f"own-{at}-{place}")
        if shown:
            yield place_of_cell, pr.printed(_section, shown, lang, noted=noted)
            noted = everything


def title_of(notebook: Mapping[str, Any]) -> str:
    """The first heading of a notebook; empty where it has none."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            found = re.search(r"^#\s+(.+)$", "".join(cell["source"]), re.MULTILINE)
            if found:
                return found.group(1).strip()
    return ""


def _section(parts: Sequence[Markup], lang: str, *, noted: bool) -> Markup:
    """The parts with the sign that they are somebody's own, and once what the sign says."""
    w, sign = pr.Wording(lang), pr.Mark.OWN.symbol
    note = pr.el("p", sign, " ", w.text("own_note"), cls="sub")
    parts = [*parts, pr.el("sup", sign)] if noted else [note, *parts]
    return pr.marked("div", *parts, mark=pr.Mark.OWN, cls="own")


def _output(output: Mapping[str, Any], cell: int, lang: str, *, prefix: str) -> Iterator[Markup]:
    """What one output becomes."""
    if output.get("output_type") == "stream":
        if output.get("name") == "stdout":
            yield from _lines("".join(output.get("text", "")))
        return
    data = output.get("data", {})
    if not data or pr.FRAGMENT in data or any(kind in data for kind in _SILENT):
        return
    chart = next((data[kind] for kind in data if _VEGALITE.fullmatch(kind)), None)
    picture = next((kind for kind in _PICTURES if kind in data), None)
    if chart is not None:
        yield _chart(chart, cell, lang, prefix)
    elif picture:
        yield _picture(picture, "".join(data[picture]), cell)
    elif "text/html" in data:
        yield _frame("".join(data["text/html"]), cell)
    elif "text/markdown" in data:
        yield from _markdown("".join(data["text/markdown"]), cell)
    elif set(data) <= {"text/plain"}:
        yield from _lines("".join(data["text/plain"]))
    else:
        raise Refused(cell, ", ".join(sorted(set(data) - {"text/plain"})))


def _lines(text: str) -> Iterator[Markup]:
    """Printed text, line by line as it stands."""
    lines = [line for line in text.splitlines() if line.strip()]
    if lines:
        parts = [part for line in lines for part in (pr.el("br"), line)][1:]
        yield pr.el("p", pr.el("code", *parts))


def _picture(kind: str, text: str, cell: int) -> Markup:
    try:
        raw = base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        raise Refused(cell, kind) from None
    return pr.el("p", pr.el("img", src=f"data:{kind};base64,{base64.b64encode(raw).decode()}", alt=""))


def _chart(specification: Mapping[str, Any], cell: int, lang: str, prefix: str) -> Markup:
    """A chart drawn here from its own data; one that would load any is refused."""
    if any(key in ("url", "href", "usermeta") for key in _keys(specification)):
        raise Refused(cell, "url")
    title = specification.get("title", "")
    alt = title if isinstance(title, str) else ""
    try:
        return pr.el("figure", pr.svg(specification, lang, alt=alt, prefix=prefix))
    except (ValueError, KeyError) as error:
        raise Refused(cell, str(error)) from None


def _keys(*values: object) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping):
            yield from value
            yield from _keys(*value.values())
        elif isinstance(value, (list, tuple)):
            yield from _keys(*value)


def _frame(html: str, cell: int) -> Markup:
    """A frame of pandas, rebuilt from the text of its cells."""
    try:
        root = pr.parse(html)
    except pr.NotWellFormed:
        raise Refused(cell, "text/html") from None
    nodes = list(root.walk())
    tables = [node for node in nodes if node.tag == "table"]
    odd = next((node.tag for node in nodes if node.tag not in _FRAME), "")
    if odd or len(tables) != 1:
        raise Refused(cell, f"<{odd}>" if odd else "text/html")
    rows = [node for node in tables[0].walk() if node.tag == "tr"]
    heads = [row for row in rows if row.parent.tag == "thead"]
    body = [row for row in rows if row.parent.tag != "thead"][:_ROWS]
    head = pr.el("thead", *(_row(row, "th") for row in heads)) if heads else None
    return pr.el("table", head, pr.el("tbody", *(_row(row, "td") for row in body)))


def _row(row: pr.Node, tag: str) -> Markup:
    cells = (cell for cell in row.children if cell.tag in ("td", "th"))
    return pr.el("tr", *(pr.el(tag, " ".join(cell.content.split())) for cell in cells))


def _markdown(text: str, cell: int) -> list[Markup]:
    """Markdown as the elements a page may hold; raw HTML in it is refused."""
    import mistune

    tokens = mistune.create_markdown(renderer="ast", plugins=["table"])(text)
    return [part for token in tokens if (part := _block(token, cell)) is not None]


def _block(token: Any, cell: int) -> Markup | None:
    kind = token["type"]
    if kind in ("blank_line", "thematic_break"):
        return None
    inside = _children(token, cell)
    if kind == "heading":
        level = token["attrs"]["level"]
        if level == 1:  # the name of the page, which stands above
            return None
        return pr.el("h2", *inside) if level == 2 else pr.el("p", pr.el("b", *inside))
    if kind in ("paragraph", "block_text", "block_quote"):
        return pr.el("p" if kind != "block_text" else "span", *inside)
    if kind == "block_code":
        return next(_lines(token["raw"]), None)
    if kind in ("list", "list_item"):
        return pr.el("li" if kind == "list_item" else "ol" if token["attrs"].get("ordered") else "ul", *inside)
    if kind in ("table", "table_head", "table_body", "table_row", "table_cell"):
        return _table_part(kind, token, inside)
    raise Refused(cell, kind)


def _table_part(kind: str, token: Any, inside: list[Markup]) -> Markup:
    if kind == "table_cell":
        return pr.el("th" if token.get("attrs", {}).get("head") else "td", *inside)
    if kind == "table_head":
        return pr.el("thead", pr.el("tr", *inside))
    return pr.el({"table": "table", "table_body": "tbody", "table_row": "tr"}[kind], *inside)


def _children(token: Any, cell: int) -> list[Any]:
    found = []
    for child in token.get("children", ()):
        made = _inline(child, cell)
        found.append(made if made is not None else _block(child, cell))
    return [part for part in found if part is not None]


def _inline(token: Any, cell: int) -> Any:
    """An inline token as text or markup; None for a block."""
    kind = token["type"]
    if kind == "text":
        return token["raw"]
    if kind in ("softbreak", "linebreak"):
        return pr.el("br") if kind == "linebreak" else " "
    if kind == "codespan":
        return pr.el("code", token["raw"])
    if kind in _INLINE:
        return pr.el(_INLINE[kind], *_children(token, cell))
    if kind == "link":
        address = token["attrs"]["url"]
        inside = _children(token, cell)
        return pr.el("a", *inside, href=address, rel="noreferrer") if pr.WEB.match(address) else pr.el("span", *inside)
    if kind in ("image", "inline_html", "block_html"):
        raise Refused(cell, kind)
    return None
