"""A page from an executed notebook: what its cells showed, in order, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sim.report.mime import FRAGMENT
from sim.report.page import page


def page_of(
    executed: bytes, *, title: str, lang: str, nav: Sequence[tuple[str, str]] = (), foot: object = None
) -> str:
    """One self-contained, script-free page.

    Parameters
    ----------
    executed : an executed notebook whose cells showed report fragments
    title : plain text of the browser's title
    nav : (name, file name beside this page)
    foot : a last section as markup, or None

    Raises
    ------
    sim.report.gate.Unsafe
        When the page would run or load something, or print a number without provenance.
    """
    shown: list[object] = list(fragments(json.loads(executed)))
    return page(title, [*shown, foot] if foot else shown, lang=lang, nav=nav)


def fragments(notebook: dict[str, Any]) -> Iterator[str]:
    """The sections that an executed notebook's cells showed."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            fragment = output.get("data", {}).get(FRAGMENT)
            if fragment is not None:
                yield fragment["html"]
