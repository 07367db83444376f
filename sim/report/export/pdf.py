"""The page on paper: A4, selectable text, bookmarks, page numbers, and no clock in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sim.report.export.appendix import LOOKS, appendix
from sim.report.export.browser import print_page
from sim.report.page import page
from sim.report.wording import Wording

_DATE = re.compile(rb"\(D:\d{14}(?:[+-]\d\d'\d\d')?\)")
#: Keeps the blank at the end of a heading's line, which the bookmark made of it would lose; and the
#: last words of a document from standing on a page of their own.
_HEADINGS = (
    ".coopsim :is(h1, h2, h3, h4) { white-space: break-spaces; }"
    "@media print { body.coopsim > footer { break-before: avoid; margin-top: 8pt; padding-bottom: 0; } }"
)
_UNSAFE = re.compile(r"[^\w /]")
_EPOCH = b"19800101000000"
_START = len(b"(D:")


def pdf(fragments: Sequence[str], *, title: str, lang: str) -> bytes:
    """The PDF of a scenario's sections, and after them the tables behind their charts.

    Parameters
    ----------
    fragments : sections as they stand on the page
    title : plain text; the title of the document

    Raises
    ------
    sim.domain.errors.RunError
        When no browser can print it.
    """
    html = page(title, [*fragments, appendix(fragments, lang=lang)], lang=lang)
    looks = f"<style>{_footer(lang)}{_HEADINGS}{LOOKS}</style>"
    return _without_clock(print_page(html.replace("</head>", f"{looks}</head>", 1)))


def _footer(lang: str) -> str:
    """Page n of m; the words come from the catalogue and can end neither the string nor the style sheet."""
    before, _, rest = Wording(lang).text("page_of_pages", page="\0", pages="\1").partition("\0")
    between, _, after = rest.partition("\1")
    quoted = [f'"{_UNSAFE.sub("", part)}"' for part in (before, between, after)]
    content = f"{quoted[0]} counter(page) {quoted[1]} counter(pages) {quoted[2]}"
    return f"@media print {{ @page {{ @bottom-center {{ content: {content}; font-size: 8pt; }} }} }}"


def _without_clock(content: bytes) -> bytes:
    """The same file with the moment of printing taken out, byte for byte as long."""

    def fixed(match: re.Match[bytes]) -> bytes:
        return match.group()[:_START] + _EPOCH + match.group()[_START + len(_EPOCH) :]

    return _DATE.sub(fixed, content)
