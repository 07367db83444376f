"""An analyst's own notebooks as pages of a report: read, made ready to run, and begun from a starter."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem
from sim.inputs.text import limit, read_file, refuse, shipped, shown_path, slug_like
from sim.report.pages import PUT_IN, title_of
from sim.run.files import page_stem, write_atomic
from sim.run.parameters import RUN, TAG, assigned, parameter_cells

STARTER = "starter"
_SUFFIX = ".ipynb"
#: Declared where a notebook declares nothing for `coopsim report` to fill in.
_DECLARED = f'{RUN}: str = ""  # do coopsim report điền · filled in by coopsim report'
#: Its last cell, where it does not end with one of ours: only a run that reaches it has a page.
_END = "from sim.run import cells as _cells\n\n_cells.finish(_cells.read(globals()))"


@dataclass(frozen=True)
class OwnNotebook:
    """A notebook of one's own: where it is, the name of its page and what the page is called."""

    path: Path
    stem: str
    title: str


def read_notebooks(paths: Sequence[Path], taken: Iterable[str]) -> list[OwnNotebook]:
    """Notebooks that are to become pages.

    Parameters
    ----------
    taken : names of pages there are without them

    Raises
    ------
    InputError
        With every file that is missing, no notebook, or would have the name of another page.
    """
    found: list[OwnNotebook] = []
    problems: list[Problem] = []
    names = set(taken)
    for path in paths:
        try:
            content = _content(path)
        except InputError as error:
            problems += error.problems
            continue
        stem = page_stem(slug_like(path.stem) or "notebook")
        if stem in names:
            problems.append(Problem("notebook_name_taken", {"name": stem}, file=shown_path(path), value=path.name))
        names.add(stem)
        found.append(OwnNotebook(path.resolve(), stem, title_of(content) or path.stem))
    refuse(problems)
    return found


def _content(path: Path) -> dict[str, Any]:
    """A notebook as data."""
    raw = read_file(path, max_bytes=limit("notebook_bytes"))
    try:
        content: dict[str, Any] = json.loads(raw)
        cells = content["cells"]
        known = all(cell["cell_type"] in ("code", "markdown", "raw") and "source" in cell for cell in cells)
    except (ValueError, KeyError, TypeError):
        known = False
    if not known or len(parameter_cells(path)) > 1:
        raise InputError(Problem("not_a_notebook", file=shown_path(path), value=path.name))
    return content


def prepare(own: OwnNotebook, target: Path) -> Path:
    """A copy that can be run: with a cell of parameters, and an end that shows that it was reached; no outputs."""
    content = _content(own.path)
    cells = content["cells"]
    for number, cell in enumerate(cells):
        cell.setdefault("id", f"own-{number}")
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    ours = next((cell for cell in cells if TAG in cell["metadata"].get("tags", ())), None)
    if ours is None:
        ours = _cell(PUT_IN, "", tags=[TAG])
        first = next((at for at, cell in enumerate(cells) if cell["cell_type"] == "code"), len(cells))
        cells.insert(first, ours)
    source = "".join(ours["source"])
    if RUN not in assigned(source):
        ours["source"] = f"{source}\n{_DECLARED}".strip()
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    if ".finish(" not in "".join(code[-1]["source"]):
        cells.append(_cell("own-end", _END))
    content |= {"nbformat": 4, "nbformat_minor": max(5, content.get("nbformat_minor", 5))}
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content.setdefault("metadata", {})["kernelspec"] = spec
    write_atomic(target, json.dumps(content, ensure_ascii=False, indent=1))
    return target


def _cell(identity: str, source: str, *, tags: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "cell_type": "code", "id": identity, "metadata": {"tags": list(tags)} if tags else {}, "source": source,
        "outputs": [], "execution_count": None,
    }  # fmt: skip


def new_notebook(name: str) -> Path:
    """Write a starter with the cell of parameters.

    Parameters
    ----------
    name : of the file, with or without its ending

    Raises
    ------
    InputError
        When there is such a file.
    """
    target = Path(name if name.endswith(_SUFFIX) else f"{name}{_SUFFIX}")
    if target.exists():
        raise InputError(Problem("file_exists", file=target.as_posix(), place="NAME"))
    write_atomic(target, (shipped("notebooks") / f"{STARTER}{_SUFFIX}").read_bytes())
    return target
