"""An analyst's own notebooks as pages of a report: read, made ready to run, and begun from a starter."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem
from sim.inputs.text import data_root, limit, read_file, refuse, shipped, shown_path, slug_like
from sim.report.pages import PUT_IN, title_of
from sim.run.files import page_stem, write_atomic
from sim.run.job import END_MARKER, RUN, TAG, assigned, parameter_cells

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


def shareable(executed: bytes, folder: Path) -> bytes:
    """An executed notebook as it may be sent on: no token of the run, no folder of this machine, no user's name.

    Parameters
    ----------
    folder : private one of the run

    Notes
    -----
    Papermill writes down where it read and wrote and what it was given; a cell's own output may name the user's home.
    """
    content = json.loads(executed)
    about = content["metadata"].get("papermill", {})
    for name in ("input_path", "output_path"):
        about.pop(name, None)
    about.get("parameters", {}).pop(RUN, None)
    for cell in content["cells"]:
        if "injected-parameters" in cell["metadata"].get("tags", ()):
            lines = "".join(cell["source"]).splitlines(keepends=True)
            cell["source"] = "".join(line for line in lines if not line.startswith(f"{RUN} =")).rstrip("\n")
        cell["outputs"] = [one for one in cell.get("outputs", ()) if END_MARKER not in one.get("data", {})]
        if cell["cell_type"] != "code":
            del cell["outputs"]
    text = json.dumps(content, ensure_ascii=False, indent=1)
    for place, shown in _places(folder):
        text = text.replace(place, shown)
    return text.encode()


def _places(folder: Path) -> Iterator[tuple[str, str]]:
    """Folders of this machine as they may stand in a notebook, the longest first, and what is told of them."""
    program = shipped("notebooks").parent
    known = {Path.home(): "~", Path.cwd(): ".", program: ".", data_root().resolve(): "data", folder: "."}
    for path, told in sorted(known.items(), key=lambda item: -len(str(item[0]))):
        if len(path.parts) > 1:
            for text in dict.fromkeys((str(path), json.dumps(str(path))[1:-1])):
                yield text, told


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
