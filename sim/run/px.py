"""A table of the statistics office kept as a file of its own beside other provinces' figures, and never joined."""

from dataclasses import dataclass
from pathlib import Path

from sim.domain import InputError, Problem
from sim.inputs import text as texts
from sim.inputs.figures import COLUMNS, SOURCE_COLUMNS, PxTable, read_px
from sim.run.files import csv_text, page_stem, write_atomic

#: Begins the names of such tables and of their sources.
PREFIX = "px-"


@dataclass(frozen=True)
class PxImport:
    """A table as it was understood, before anything is written.

    Attributes
    ----------
    target : the file its figures will stand in
    replaces : whether an earlier import of a table of this name stands there
    """

    table: PxTable
    target: Path
    replaces: bool

    @property
    def source(self) -> str:
        """Id of its source."""
        return self.target.stem


def understand_px(path: Path, *, side: str | None = None, pack: str | None = None) -> PxImport:
    """Read a table of the statistics office; nothing is kept.

    Parameters
    ----------
    side : the boundaries of its provinces, where the table does not tell

    Raises
    ------
    InputError
        As `read_px`; or when a pack is to start from it, which no count with results can.
    """
    if pack:
        raise InputError(Problem("px_no_start", file=texts.shown_path(path), place="--pack", value=pack))
    source = PREFIX + page_stem(path.stem).removeprefix(PREFIX)
    table = read_px(path, source=source, side=side)
    target = texts.writable_root() / texts.PEERS / f"{source}{texts.CSV}"
    return PxImport(table, target, target.exists())


def write_px(understood: PxImport) -> Path:
    """Keep the figures as a table of observations, and their source with the others; returns the table."""
    target, source = understood.target, understood.source
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = [[getattr(figure, name) for name in COLUMNS] for figure in understood.table.figures]
    write_atomic(target, csv_text(COLUMNS, rows, lambda value: f"{value:.0f}"))
    sources = target.parent / texts.SOURCES
    before = sources.read_text(encoding="utf-8") if sources.is_file() else csv_text(SOURCE_COLUMNS, [])
    kept = [line for line in before.splitlines() if not line.startswith(f"{source},")]
    _, own = csv_text(SOURCE_COLUMNS, [(source, understood.table.title, "", "")]).splitlines()
    write_atomic(sources, "\n".join([*kept, own]) + "\n")
    return target
