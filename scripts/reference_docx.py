"""Build the Word file whose styles every exported report takes: a Vietnamese office's page, from code.

Margins, letters and page number follow Nghị định 30/2020/NĐ-CP (A4, Times New Roman 13–14, the number centred in the
upper margin, none on the first page). Needs the development set-up; run it after a change here:
`.venv/bin/python scripts/reference_docx.py`. A test builds the file anew and compares it with the kept one.
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from sim.report.forms import REFERENCE, find_pandoc, repack
from sim.report.print import PRINTED

FONT = "Times New Roman"
BODY, SMALL, TABLE = Pt(13), Pt(11), Pt(11)
INK = RGBColor(0, 0, 0)
#: Top, bottom, left, right [mm].
MARGINS = (20, 20, 30, 16)
HEADINGS = {"Heading 1": Pt(14), "Heading 2": Pt(13), "Heading 3": Pt(13), "Heading 4": Pt(13)}
#: Coloured signs that explain charts, by their class on the page.
KEYS = {
    "Key band80": PRINTED.band_80, "Key band50": PRINTED.band_50, "Key median": PRINTED.accent,
    "Key like_for_like": PRINTED.accent, "Key catch_up": PRINTED.band_50, "Key composition": PRINTED.contrast,
}  # fmt: skip


def build() -> bytes:
    """The file's bytes, the same every time."""
    printed = subprocess.run(
        [find_pandoc(), "--print-default-data-file", "reference.docx"], capture_output=True, check=True
    )
    document = docx.Document(io.BytesIO(printed.stdout))
    for style in document.styles:
        if style.type in (WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER):
            letters(style)
    paragraphs(document)
    letter(document)
    keys(document)
    table(document)
    page(document)
    properties = document.core_properties
    properties.author, properties.title, properties.language = "coopsim", "", "vi"
    properties.last_modified_by = "coopsim"
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue())


def letters(style: Any, size: Any = None, *, bold: bool | None = None, italic: bool | None = None) -> None:
    """Times New Roman in black, whatever theme the style came with."""
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.insert(0, fonts)
    style.font.color.rgb = INK
    if size is not None:
        style.font.size = size
    if bold is not None:
        style.font.bold = bold
    if italic is not None:
        style.font.italic = italic


def paragraphs(document: Any) -> None:
    """Body, headings, captions."""
    styles = document.styles
    letters(styles["Normal"], BODY)
    for name in ("Body Text", "First Paragraph"):
        space(styles[name], before=3, after=3, line=1.15)
        letters(styles[name], BODY)
    space(styles["Compact"], before=1, after=1, line=1.0)
    kept = styles.add_style("Text Kept", WD_STYLE_TYPE.PARAGRAPH)
    letters(kept, BODY)
    space(kept, before=3, after=3, line=1.15)
    kept.paragraph_format.keep_with_next = True
    for name, size in {"Table Cell": TABLE, "Table Small": Pt(9.5)}.items():
        for kept in (False, True):
            cell = styles.add_style(name + (" Kept" if kept else ""), WD_STYLE_TYPE.PARAGRAPH)
            letters(cell, size)
            space(cell, before=1, after=1, line=1.0)
            cell.paragraph_format.keep_with_next = kept
    for name, size in HEADINGS.items():
        letters(styles[name], size, bold=True, italic=name in ("Heading 3", "Heading 4"))
        space(styles[name], before=12 if name == "Heading 1" else 8, after=4, line=1.1)
        styles[name].paragraph_format.keep_with_next = True
    for name in ("Title", "Subtitle"):
        for old in styles[name].element.rPr.findall(qn("w:spacing")):
            styles[name].element.rPr.remove(old)
    letters(styles["Title"], Pt(15), bold=True)
    letters(styles["Subtitle"], Pt(14), bold=True)
    for name in ("Title", "Subtitle"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        space(styles[name], before=4, after=6, line=1.1)
    for name in ("Table Caption", "Image Caption"):
        letters(styles[name], SMALL, bold=False, italic=True)
        space(styles[name], before=6, after=3, line=1.0)
    styles["Table Caption"].paragraph_format.keep_with_next = True
    styles["Captioned Figure"].paragraph_format.keep_with_next = True
    styles["Captioned Figure"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Image Caption"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Hyperlink"].font.color.rgb = INK
    letters(styles["Verbatim Char"], SMALL)


def letter(document: Any) -> None:
    """Paragraphs of the document for a decision: letterhead, its kind and subject in the middle, notes in small."""
    looks = {
        "Letterhead": (Pt(12), False, 0), "Brief Kind": (Pt(14), True, 8), "Brief Title": (BODY, True, 0),
        "Brief To": (BODY, False, 4), "Brief Small": (SMALL, False, 2),
        "Brief Text": (BODY, False, 2),
    }  # fmt: skip
    for name, (size, bold, before) in looks.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        letters(style, size, bold=bold or None)
        space(style, before=before, after=2, line=1.0)
        if name not in ("Brief Small", "Brief Text"):
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def space(style: Any, *, before: float, after: float, line: float) -> None:
    """Room around and between lines [points, lines]."""
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), line


def keys(document: Any) -> None:
    """Character styles of the coloured signs in chart legends, and of a warning."""
    for name, colour in KEYS.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.font.color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())


def table(document: Any) -> None:
    """Lines on all sides, a bold shaded head that is repeated on every page, rows that are not broken."""
    style = document.styles["Table"]
    element = style.element
    for tag in ("w:tblPr", "w:tblStylePr", "w:pPr", "w:rPr", "w:trPr"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    parts = (
        f'<w:pPr {nsdecls("w")}><w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/></w:pPr>',
        f'<w:rPr {nsdecls("w")}><w:sz w:val="{int(TABLE.pt * 2)}"/><w:szCs w:val="{int(TABLE.pt * 2)}"/></w:rPr>',
        f'<w:tblPr {nsdecls("w")}><w:tblBorders>{sides}</w:tblBorders><w:tblCellMar>'
        '<w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>',
        f'<w:trPr {nsdecls("w")}><w:cantSplit/></w:trPr>',
        f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{PRINTED.band_80.removeprefix("#").upper()}"/>'
        '<w:vAlign w:val="center"/></w:tcPr></w:tblStylePr>',
    )
    for part in parts:
        element.append(parse_xml(part))


def page(document: Any) -> None:
    """A4 with an office's margins; the page number above the text, not on the first page."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    top, bottom, left, right = (Mm(margin) for margin in MARGINS)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = top, bottom, left, right
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    run.font.name, run.font.size = FONT, BODY
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)


if __name__ == "__main__":
    REFERENCE.write_bytes(build())
    print(f"coopsim: wrote {Path(REFERENCE).name}")
