"""Pages made from the notebooks in this process, without a kernel: every notebook is found, none is listed."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.report import FRAGMENT
from sim.report.print import page
from sim.run import ASIDE, filled

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
_PARAMETERS = "parameters"
#: {notebook: what its cells showed}
Shown = dict[str, list[dict[str, Any]]]


def page_notebooks() -> list[str]:
    """Stems of the numbered notebooks, from which pages are made."""
    return sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))


def shown(notebook: str, asked: Mapping[str, Any], *, folder: str = "") -> list[dict[str, Any]]:
    """What the notebook's cells show, as MIME bundles: each cell's last expression, as a kernel would.

    Parameters
    ----------
    folder : where it leaves its files, as for a report; none as by hand
    """
    space: dict[str, Any] = {"__name__": "__main__"}
    found = []
    for cell in _cells(notebook):
        if cell["cell_type"] != "code" or ASIDE in cell["metadata"].get("tags", ()):
            continue
        if _PARAMETERS in cell["metadata"].get("tags", ()):
            exec("".join(cell["source"]), space)
            space |= filled(NOTEBOOKS / f"{notebook}.ipynb", asked, token="", folder=folder)
            continue
        value = _run("".join(cell["source"]), space)
        if hasattr(value, "_repr_mimebundle_"):
            found.append(value._repr_mimebundle_())
    return found


def all_shown(asked: Mapping[str, Any]) -> Shown:
    """What every notebook shows."""
    return {notebook: shown(notebook, asked) for notebook in page_notebooks()}


def page_from(notebook: str, bundles: Sequence[Mapping[str, Any]], lang: str) -> str:
    """The page `coopsim report` makes of what a notebook showed, through the same gate."""
    fragments = [bundle[FRAGMENT]["html"] for bundle in bundles if FRAGMENT in bundle]
    nav = [(name, f"{name}.html" if name != notebook else "") for name in page_notebooks()]
    return page(notebook, fragments, lang, nav=nav)


def write_pages(folder: Path, seen: Shown, lang: str) -> dict[str, Path]:
    """Every page, written side by side; {notebook: file}."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for notebook, bundles in seen.items():
        paths[notebook] = folder / f"{notebook}.html"
        paths[notebook].write_text(page_from(notebook, bundles, lang), encoding="utf-8")
    return paths


def _cells(notebook: str) -> list[dict[str, Any]]:
    content = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    return list(content["cells"])


def _run(source: str, space: dict[str, Any]) -> Any:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), space)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), space)
