"""The way from a page to the same figures in other forms."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sim.report.marks import said
from sim.report.markup import el, join, section
from sim.report.tables import Column, table
from sim.report.wording import Wording

_EXPLORER = "explorer.html"


def files_of(stem: str, kinds: Sequence[str], lang: str, *, explorer: bool) -> Markup | None:
    """Links to one scenario's files.

    Parameters
    ----------
    kinds : formats that have a file beside the page
    """
    w = Wording(lang)
    if not kinds and not explorer:
        return None
    return section(
        "files", w.text("files_title"), el("p", _links(w, stem, kinds)) if kinds else None, _try(w, explorer)
    )


def downloads(rows: Sequence[tuple[str, str, Sequence[str]]], lang: str, *, explorer: bool) -> Markup | None:
    """The files of every scenario of a run.

    Parameters
    ----------
    rows : (label, file stem, formats)
    """
    w = Wording(lang)
    offered = [row for row in rows if row[2]]
    if not offered and not explorer:
        return None
    columns = [Column(w.text("column_scenario"), "plan", numeric=False), Column(w.text("column_files"), numeric=False)]
    body = [(said(label, "plan"), _links(w, stem, kinds)) for label, stem, kinds in offered]
    return section("files", w.text("files_title"), _try(w, explorer), table(columns, body) if body else None)


def _links(w: Wording, stem: str, kinds: Sequence[str]) -> Markup:
    return join((el("a", w.text(f"file_{kind}"), href=f"{stem}.{kind}") for kind in kinds), " · ")


def _try(w: Wording, explorer: bool) -> Markup | None:
    return el("p", el("a", w.text("file_explorer"), href=_EXPLORER)) if explorer else None
