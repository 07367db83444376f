"""Outputs as plain lines of text in which only what a reader could notice is left.

Masked, and why (everything else stays, every figure above all):

* hashes of the code, of the lock and of the posterior (its key holds the code it was found with), versions of
  libraries: they change with every commit and upgrade. Hashes of a scenario and of the inputs stay: a refactoring
  may not move them.
* that the slow checks of credibility are older than the code, and the hash of a frozen forecast: the same reason.
* warnings of Python: they name modules, and only a run that finds nothing in the cache gives them. One there is: in
  yen-bai the start divides 0 by 0 where no HTX is active. To be mended there; then this mask can go.
* the order of neighbouring sources of one title, see `_settled`.
* hashes of files, in records and in the manifest of a folder: they follow from the code's hash.
* moments, durations, ports, tokens and the folder of the run: they differ from run to run.
* digits beyond the ninth, and numbers nearer to zero than 1e-11 in CSV and JSON: the last bits depend on the processor.
* in drawings, coordinates beyond one decimal, for the same reason.
* PDF: lines and pages, where the fonts of a computer break them, and the marks beside figures, which land elsewhere.
* packed data and long arrays of numbers inside the explorer: length and hash.
* pictures inside Word, style sheets and scripts: a short hash (PNG: only that it is there, how large it is).
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any

_DIGITS = 9
_ZERO = 1e-11
_LONG = re.compile(r"(?<![\w.])-?\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)(?!\w|\.\d)")
_MOMENT = re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_TOOK = re.compile(r"\(\d+(?:[.,]\d+)? s\)")
#: Of a frozen forecast: the moment it was frozen at and the code are part of it.
_FORECAST = re.compile(r"(, hash |vào sổ, mã )[0-9a-f]{12}\b")
#: The kept slow checks are older than the code after any change of it.
_OLDER = re.compile("|".join(sentence.replace(" ", r"\s+") for sentence in (
    r", trước khi số liệu hoặc mã thay đổi; chạy lại \S{1,6}coopsim credibility --full[^\s.]{1,6}",
    r", before figures or code changed; run \S{1,6}coopsim credibility --full\S{1,6} again",
)))  # fmt: skip
#: A warning of Python with the line of code under it.
_WARNING = re.compile(r"^[^\n]*\.py:\d+: \w+Warning: [^\n]*\n(?:[ \t]+[^\n]*\n)?", re.MULTILINE)
_SHA = re.compile(r"\b[0-9a-f]{64}\b")
#: The key of the posterior: on pages and in Word after its name, in workbooks in the cell beside it.
_POSTERIOR = re.compile(
    r"((?:giả định đã cập nhật|updated assumptions)\s+(?:<code>)?|\bposterior\n\S[^\n]* s )"
    r"[0-9a-f]{12}(?:[0-9a-f]{52})?\b"
)
#: Arrays of numbers longer than this are told by count, ends, sum and hash.
_MANY = 40
#: A text without any gap that is longer than this is packed data (the explorer's lattice), told by its hash.
_PACKED = 2000


def short(content: str | bytes) -> str:
    """A hash short enough to read."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:12]


def number(text: str) -> str:
    """A number of full precision with nine digits; shorter ones stay as they are written."""
    if sum(sign.isdigit() for sign in text.lower().split("e")[0]) <= _DIGITS and "e-" not in text.lower():
        return text
    value = float(text)
    return "0" if abs(value) < _ZERO else f"{value:.{_DIGITS}g}"


def numbers(text: str) -> str:
    """Text with every number of full precision shortened."""
    return _LONG.sub(lambda found: number(found.group()), text)


@dataclass(frozen=True)
class Mask:
    """What is struck out of every output.

    Attributes
    ----------
    words : {text: what stands in its place}; longest first
    """

    words: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_record(cls, record: dict[str, Any], folders: dict[str, str]) -> Mask:
        """From a run's own record: its hashes of code and lock, and its libraries' versions."""
        words = dict(folders)
        for name in ("code", "lock"):
            words[record[name]] = f"‹{name}›"
            words[record[name][:12]] = f"‹{name}›"
        versions = [text for text in record["versions"].values() if text.count(".") >= 2]
        words |= dict.fromkeys(versions, "‹version›")
        return cls(dict(sorted(words.items(), key=lambda pair: -len(pair[0]))))

    def __call__(self, text: str) -> str:
        for word, instead in self.words.items():
            if word in text:
                text = re.sub(rf"(?<![\w.]){re.escape(word)}(?![\w]|\.\d)", instead, text)
        text = _FORECAST.sub(r"\1‹forecast›", _OLDER.sub("", text))
        text = _POSTERIOR.sub(r"\1‹posterior›", _WARNING.sub("", text))
        return _TOOK.sub("(‹took› s)", _MOMENT.sub("‹moment›", text))


# -- text, tables, JSON ------------------------------------------------------------------------------------------------


def text(content: str) -> str:
    """A terminal's answer or a table as CSV."""
    return "\n".join(line.rstrip() for line in numbers(content).splitlines()) + "\n"


_VOLATILE = {"started", "ended", "token", "duration", "seal", "host", "pid", "port"}


def structure(value: Any) -> str:
    """JSON: one value a line, in the order of the file; HTML inside it as HTML."""
    return "\n".join(_walked(value, "")) + "\n"


def _walked(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _walked(inner, f"{place}.{key}") if key not in _VOLATILE else [f"{place}.{key}: ‹{key}›"]
    elif isinstance(value, list) and len(value) > _MANY and all(isinstance(one, int | float) for one in value):
        told = [_scalar(one, "") for one in value]
        yield f"{place}: {len(told)} numbers, {told[0]} … {told[-1]}, sum {sum(value):.9g}, {short(' '.join(told))}"
    elif isinstance(value, list) and value:
        for order, inner in enumerate(value):
            yield from _walked(inner, f"{place}[{order}]")
    elif isinstance(value, str) and value.lstrip().startswith("<") and value.rstrip().endswith(">"):
        yield from (f"{place}: {line}" for line in html(value).splitlines())
    else:
        yield f"{place}: {_scalar(value, place)}"


def _scalar(value: Any, place: str) -> str:
    if isinstance(value, float):
        return number(repr(value))
    if not isinstance(value, str):
        return json.dumps(value)
    if len(value) > _PACKED and not re.search(r"\s", value):
        return f"{len(value)} signs, {short(value)}"
    kept = re.search(r"scenarios\[\d+\]\.(scenario|inputs)$", place)
    return numbers(value if kept else _SHA.sub("‹sha256›", value)).replace("\n", "\n    ")


# -- HTML --------------------------------------------------------------------------------------------------------------

_INLINE = {"span", "b", "i", "em", "strong", "small", "sup", "sub", "a", "code", "cite", "time", "abbr", "tspan", "bdi"}
#: Blocks whose end is told as well.
_CLOSED = {"table", "section", "svg", "g", "ul", "details", "figure", "div", "main", "nav"}
_VOID = {"meta", "br", "img", "input", "hr", "link", "col"}
_NUMBER = re.compile(r"-?\d*\.\d+(?:e[+-]?\d+)?")
_DATA = re.compile(r"data:([\w/+.-]+)[;,]\S+")


class _Lines(HTMLParser):
    """Tags and texts as lines: a block starts a line, what runs within a sentence stays in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.drawing = 0
        self.raw = ""
        self.kind = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.drawing += tag == "svg"
        if tag not in _INLINE:
            self.lines.append("")
        told = "".join(f' {name}="{self._value(name, value or "")}"' for name, value in sorted(attrs))
        self.lines[-1] += f"<{tag}{told}>"
        if tag in ("style", "script"):
            self.raw, self.kind = tag, dict(attrs).get("type") or ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.drawing -= tag == "svg"
        self.raw = "" if tag == self.raw else self.raw
        if tag in _INLINE:
            self.lines[-1] += f"</{tag}>"
        elif tag not in _VOID:
            self.lines += [f"</{tag}>", ""] if tag in _CLOSED else [""]

    def handle_data(self, data: str) -> None:
        if self.raw == "script" and "json" in self.kind:
            self.lines += structure(json.loads(data)).splitlines()
        elif self.raw:
            self.lines[-1] += f"{self.raw} of {len(data)} signs, {short(data)}"
        else:
            self.lines[-1] += re.sub(r"[ \n\t]+", " ", data)

    def handle_comment(self, data: str) -> None:
        self.lines.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.lines.append(f"<!{decl}>")

    def _value(self, name: str, value: str) -> str:
        value = _DATA.sub(lambda found: f"data:{found.group(1)} {short(found.group())}", value)
        return _NUMBER.sub(_rounded, value) if self.drawing or name == "style" else value


def _rounded(found: re.Match[str]) -> str:
    text = f"{float(found.group()):.1f}"
    return "0.0" if text == "-0.0" else text


def html(content: str) -> str:
    """A page or a piece of one: every text, tag and attribute; drawings with rounded coordinates."""
    lines = _Lines()
    lines.feed(content)
    lines.close()
    return "\n".join(_settled([line.strip() for line in lines.lines if line.strip()])) + "\n"


#: A source in a list: its title, then its address. The program sorts by title alone (`data.html`), so that sources of
#: one title come in the order of a set, another one in every process. To be mended there; then this can go.
_SOURCE = re.compile(r"((?:<li><cite class=\"source\">|\[[\w ]+\] )[^<>]+?) ?(?:<a |<span class=\"url\">|https?://)")


def _settled(lines: list[str]) -> list[str]:
    """Neighbouring sources of the same title in the order of their addresses; all else as it is."""
    found: list[str] = []
    for title, neighbours in groupby(lines, key=lambda line: (_SOURCE.match(line) or [None, None])[1]):
        together = list(neighbours)
        found += sorted(together) if title else together
    return found


# -- files -------------------------------------------------------------------------------------------------------------


def xlsx(path: Path) -> str:
    """A workbook: names of sheets, and of every cell its value and number format; what guides typing."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    lines = []
    for sheet in book:
        lines.append(f"== {sheet.title} ({sheet.sheet_state}, {sheet.dimensions}, frozen {sheet.freeze_panes})")
        lines += [f"merged {one}" for one in sorted(str(one) for one in sheet.merged_cells.ranges)]
        for row in sheet.iter_rows():
            lines += [_cell(sheet.title, cell) for cell in row if cell.value is not None]
        rules = sheet.data_validations.dataValidation
        lines += sorted(f"choice {one.sqref} {one.type} {one.formula1} {one.formula2 or ''}".rstrip() for one in rules)
        lines += sorted(f"red where {one.sqref}: {[rule.formula for rule in one.rules]}"
                        for one in sheet.conditional_formatting)  # fmt: skip
    return "\n".join(lines) + "\n"


def _cell(sheet: str, cell: Any) -> str:
    value = number(repr(cell.value)) if isinstance(cell.value, float) else str(cell.value).replace("\n", "\\n")
    shape = "" if cell.number_format == "General" else f" [{cell.number_format}]"
    return f"{sheet}!{cell.coordinate} {cell.data_type} {value}{shape}"


def docx(path: Path) -> str:
    """A Word document: paragraphs and tables in order with the names of their styles; header, footer, pictures."""
    import docx as reader

    document = reader.Document(str(path))
    lines = _settled([line for block in document.iter_inner_content() for line in _block(block)])
    for section in document.sections:
        lines += [f"{name}: {one.text}" for name, part in (("header", section.header), ("footer", section.footer))
                  for one in part.paragraphs]  # fmt: skip
    core = document.core_properties
    lines += [f"{name}: {getattr(core, name)}" for name in ("title", "author", "subject", "keywords", "language")]
    lines.append(f"pictures: {len(document.inline_shapes)}")
    lines += [f"picture {one.width.mm:.0f} × {one.height.mm:.0f} mm" for one in document.inline_shapes]
    return "\n".join(lines) + "\n"


def _block(block: Any) -> Iterator[str]:
    style = block.style.name if block.style else "–"
    if hasattr(block, "rows"):
        yield f"[table {style}] {len(block.rows)} × {len(block.columns)}"
        for row in block.rows:
            yield "| " + " | ".join(" ⏎ ".join(cell.text.splitlines()) for cell in row.cells)
    else:
        yield f"[{style}] " + block.text.replace("\n", " ⏎ ")


def pdf(path: Path) -> str:
    """A PDF: its words, a sentence a line; bookmarks, title and language."""
    import pypdf

    made = pypdf.PdfReader(io.BytesIO(path.read_bytes()))
    words = "\n".join(page.extract_text().split("\n", 1)[-1] for page in made.pages)  # without the page's number
    words = re.sub("[●◐○\u2060\u00ad]", " ", unicodedata.normalize("NFKC", words))
    words = re.sub(r"(?<=\w)-\s*\n\s*", "-", words)
    words = re.sub(r"\s+([,.;:)])", r"\1", " ".join(words.split()))
    lines = re.sub(r"(?<=[.;:]) (?=\S)", "\n", words)
    marks = "\n".join(f"bookmark {one}" for one in _bookmarks(made.outline, 1))
    about = made.metadata or {}
    return f"title {about.get('/Title')}\nlanguage {made.trailer['/Root'].get('/Lang')}\n{marks}\n{lines}\n"


def _bookmarks(outline: list[Any], level: int) -> Iterator[str]:
    for one in outline:
        if isinstance(one, list):
            yield from _bookmarks(one, level + 1)
        else:
            yield f"{level} {one.title}"


def notebook(content: str) -> str:
    """A run notebook: which cells, what each of them shows. Sources name modules and stay out, text cells stay in."""
    lines = []
    for order, cell in enumerate(json.loads(content)["cells"]):
        tags = [tag for tag in cell["metadata"].get("tags", []) if tag]
        said = "".join(cell["source"]) if cell["cell_type"] == "markdown" else ""
        lines.append(f"[{order}] {cell['cell_type']} {' '.join(tags)} {said}".rstrip())
        for output in cell.get("outputs", []):
            for kind, shown in sorted(output.get("data", {}).items()):
                whole = "".join(shown) if isinstance(shown, list) else shown
                if kind == "text/html":  # the page shows the same; here its hash is enough
                    lines.append(f"  {kind} {short(html(whole))}")
                else:
                    lines.append(f"  {kind}")
            if output.get("name") != "stderr":  # warnings, see above
                lines += [f"  {output['output_type']} {line}" for line in "".join(output.get("text", [])).splitlines()]
    return "\n".join(lines) + "\n"


def of_file(path: Path, mask: Mask) -> str:
    """Any file the program writes, as plain lines."""
    readers = {".xlsx": xlsx, ".docx": docx, ".pdf": pdf}
    if path.suffix in readers:
        return mask(readers[path.suffix](path))
    content = mask(path.read_text(encoding="utf-8"))
    if path.suffix == ".html":
        return html(content)
    if path.suffix == ".json":
        return structure(json.loads(content))
    if path.suffix == ".jsonl":  # a ledger
        return "".join(structure(json.loads(line)) for line in content.splitlines())
    return notebook(content) if path.suffix == ".ipynb" else text(content)
