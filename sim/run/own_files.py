"""Which files a run may replace, and what is made sure before anything runs."""

import errno
import itertools
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from os.path import lexists
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem
from sim.inputs.text import nearest
from sim.run.files import HALF_WRITTEN, PER_SCENARIO, sha256_file
from sim.run.job import TAG, parameter_cells
from sim.run.record import EDITED_FOLDER, RECORD, RECORDS, read_record

_ADVICE = (
    dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "disk_full")
    | dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "folder_not_writable")
    | dict.fromkeys((errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY), "path_in_the_way")
)


def system_refusal(error: OSError, file: str = "") -> Problem:
    """The problem of an error of the system.

    Parameters
    ----------
    file : what was to be written, where it is better known than by the error
    """
    path = Path(file or str(error.filename or ""))
    shown = str(path.parent if HALF_WRITTEN.fullmatch(path.name) else path) if path.name else file
    key = _ADVICE.get(error.errno or 0, "disk_refused")
    return Problem(key, {"detail": error.strerror or str(error)}, file=shown)


def check_folder(folder: Path, within: Collection[str] | None = None) -> None:
    """Make a folder and see that it takes a file, and that no folder in it leads somewhere else.

    Parameters
    ----------
    within : names of the folders in it that will be written to; None where that is any of them

    Raises
    ------
    InputError
        When it does not, with the system's own words; when a folder in it is a link.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
    except OSError as error:
        raise InputError(system_refusal(error, str(folder))) from None
    # A linked file is replaced by ours; through a linked folder ours would land outside.
    here = folder.resolve()
    linked = [
        path
        for path in sorted(folder.iterdir())
        if (within is None or path.name in within) and path.is_dir() and path.resolve() != here / path.name
    ]
    if linked:
        raise InputError(*(Problem("folder_is_link", file=str(path)) for path in linked))


def check_kernel() -> None:
    """See that the kernel asked for by the environment exists.

    Otherwise every notebook would fail to start three times, with Jupyter's own words.

    Raises
    ------
    InputError
        When it does not; with the names there are.
    """
    from sim.run.kernels import FORKED, STOCK, VARIABLE

    asked, usual = os.environ.get(VARIABLE), (FORKED, STOCK)
    if not asked or asked in usual:
        return
    from jupyter_client.kernelspec import KernelSpecManager

    known = [*usual, *sorted(set(KernelSpecManager().find_kernel_specs()) - {*usual})]
    if asked not in known:
        near = nearest(asked, known)
        raise InputError(
            Problem("unknown_kernel", place=VARIABLE, value=asked, allowed=", ".join(known), suggestion=near)
        )


def check_templates(notebooks: Iterable[Path]) -> None:
    """See that each notebook has its one cell of parameters.

    Without it Papermill would put ours first, and the notebook's own would win: a page on another scenario.

    Raises
    ------
    InputError
        With every notebook that has none, several, or cannot be read.
    """
    problems: list[Problem] = []
    for path in notebooks:
        if len(parameter_cells(path)) != 1:
            problems.append(Problem("template_parameters", file=path.name, place=f"metadata.tags.{TAG}"))
    if problems:
        raise InputError(*problems)


#: What a report is going to write, put down before it writes anything, so that one that was killed knows its files.
PLAN = "plan.json"
#: Notices on an earlier report: an edited file was kept as a copy, files it had are gone.
KEPT_EDIT, DROPPED = "kept_edit", "dropped"
#: Key of a record: outputs that were there before the run, so that it answers for them but may not remove them.
GIVEN = "given"
#: When a page was made of which no record tells.
_UNKNOWN = "1970-01-01T00:00:00Z"


def require_replaceable(folder: Path, contents: Mapping[str, bytes | str]) -> None:
    """Refuse to put contents over files that nobody but a person can have written.

    A file may be replaced when nothing is lost: it holds what is about to be written, or what an
    earlier run wrote and put down.

    Raises
    ------
    InputError
        With every file that may not be replaced; nothing has been written.
    """
    ours, foreign = _written(folder), []
    for name, content in contents.items():
        path, data = folder / name, content.encode() if isinstance(content, str) else content
        same = path.is_file() and (path.read_bytes() == data or sha256_file(path) == ours.get(name, ""))
        if path.exists() and not same:
            foreign.append(name)
    _refuse(folder, foreign)


def require_known(folder: Path, names: Iterable[str]) -> None:
    """Refuse to make a report over files that no earlier one lists, whatever they hold.

    What one lists may have been edited since: that is noticed page by page, with a notice, and made again.

    Raises
    ------
    InputError
        With every such file.
    """
    listed = _listed(folder)
    _refuse(folder, [name for name in names if name not in listed and lexists(folder / name)])


def _refuse(folder: Path, names: Iterable[str]) -> None:
    problems = [Problem("file_not_ours", file=str(folder / name), place="-o") for name in names]
    if problems:
        raise InputError(*problems)


def holds_report(folder: Path) -> bool:
    """Whether a report was made here, or begun."""
    settings = read_record(folder / RECORD).get("settings")
    return bool(_planned(folder)) or (isinstance(settings, dict) and settings.get("command") == "report")


def require_no_report_table(folder: str | None, *names: str) -> None:
    """Refuse a table into a folder whose report has one of the same name: its record would no longer hold.

    Raises
    ------
    InputError
        When it has.
    """
    if folder and not _listed(Path(folder)).isdisjoint(names):
        raise InputError(Problem("folder_holds_report", file=folder, place="-o"))


def made_before(folder: Path, names: Iterable[str]) -> frozenset[str]:
    """Those of some files that are not a person's: they are not there yet, or an earlier run wrote them."""
    ours = _written(folder)
    return frozenset(
        name for name in names if not (folder / name).exists() or ours.get(name) == sha256_file(folder / name)
    )


def keep_edited(folder: Path, names: Iterable[str]) -> list[tuple[str, str]]:
    """Copy what someone edited since a report wrote it, before it is written anew; [(name, name of the copy)].

    Only after a report that came to its end: of one that was killed, some files are newer than any record, and
    nobody edited them.
    """
    if read_record(folder / RECORD).get("started") != _planned(folder).get("started"):
        return []
    written, kept = _of_record(folder), []
    for name in names:
        path = folder / name
        if name in written and "/" not in name and path.is_file() and sha256_file(path) != written[name]:
            first = folder / EDITED_FOLDER / name
            stem = name.removesuffix(first.suffix)
            others = (first.with_name(f"{stem}-{count}{first.suffix}") for count in itertools.count(2))
            copy = next(free for free in itertools.chain([first], others) if not lexists(free))
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, copy)  # its mode is the folder's business: some drives take none
            kept.append((name, copy.relative_to(folder).as_posix()))
    return kept


def drop_old_outputs(folder: Path, outputs: Iterable[str]) -> list[str]:
    """Remove what an earlier run wrote here and this one does not hold, unless someone changed it; what was removed."""
    kept, dropped = set(outputs), []
    for name, digest in _of_record(folder).items():
        path = folder / name
        inside = path.resolve().is_relative_to(folder.resolve())
        if name not in kept and inside and path.is_file() and sha256_file(path) == digest:
            path.unlink()
            dropped.append(name)
    return dropped


def standing(folder: Path, stem: str, page: str) -> list[str]:
    """Names of what an earlier run left of one page: the page, what its record lists, its files in other formats."""
    record = _hashes(read_record(folder / RECORDS / f"{stem}.json").get("outputs"))
    files = [name for name in _of_record(folder) if _file_of(name) == stem]
    names = dict.fromkeys([*([page] if page in _listed(folder) else []), *record, *unchanged(folder, files)])
    if not (folder / page).is_file():
        return []
    inside = folder.resolve()
    return [name for name in names if (folder / name).is_file() and (folder / name).resolve().is_relative_to(inside)]


def made_at(folder: Path, stem: str) -> str:
    """When the run began that made the page that stands; where no record tells, some time before."""
    record = read_record(folder / RECORDS / f"{stem}.json")
    rows = record.get("scenarios")
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    return str(row.get("stale") or record.get("started") or _UNKNOWN)


def _file_of(name: str) -> str:
    """Stem of the page that a file of another format, or the record of one, belongs to; empty for other files."""
    bare = (
        name.removeprefix(f"{RECORDS}/files/").removesuffix(".json") if name.startswith(f"{RECORDS}/files/") else name
    )
    stem, _, kind = bare.rpartition(".")
    return stem if kind in PER_SCENARIO and "/" not in bare else ""


def unchanged(folder: Path, names: Iterable[str]) -> list[str]:
    """Those of some files that stand as the last finished run wrote them."""
    written = _of_record(folder)
    return [
        name for name in names
        if name in written and (folder / name).is_file() and sha256_file(folder / name) == written[name]
    ]  # fmt: skip


def _of_record(folder: Path) -> dict[str, str]:
    """{name: SHA-256} of what the last finished run wrote; without what it only found."""
    record = read_record(folder / RECORD)
    given = record.get(GIVEN, ())
    return {name: digest for name, digest in _hashes(record.get("outputs")).items() if name not in given}


def _written(folder: Path) -> dict[str, str]:
    """{name: SHA-256} of what earlier runs wrote, also of one that did not come to its record."""
    return _of_record(folder) | _hashes(_planned(folder).get("made"))


def _listed(folder: Path) -> set[str]:
    """Names that an earlier run wrote, or was going to write."""
    plan = _planned(folder)
    files = plan.get("files")
    names = {*_written(folder), *(name for name in (files if isinstance(files, list) else ()) if isinstance(name, str))}
    for path in (folder / RECORDS).rglob("*.json"):
        names |= _hashes(read_record(path).get("outputs")).keys()
    if "seal" in read_record(folder / RECORD):
        names.add(RECORD)
    return names | ({PLAN} if plan else set())


def _planned(folder: Path) -> dict[str, Any]:
    """The plan of a report; empty where the file of that name is none of ours."""
    plan = read_record(folder / PLAN)
    return plan if {"started", "scenarios", "files"} <= plan.keys() else {}


def _hashes(value: object) -> dict[str, str]:
    return {str(name): str(digest) for name, digest in value.items()} if isinstance(value, dict) else {}
