"""Where in a planner's own table a refusal of the pack made from it belongs: never in a file nobody wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sim.domain.errors import Problem
from sim.domain.scenario import Observation
from sim.inputs.observations import COLUMNS
from sim.inputs.pack_draft import Draft
from sim.inputs.roots import OBSERVATIONS, PACK, SOURCES, shown_path
from sim.inputs.table import Table

_HEADER_LINES = 1
#: What a key of pack.yaml was asked for with.
ASKED_WITH = {"slug": "--pack", "label": "--name", "areas": "--area", "base_year": "--base-year"}


@dataclass(frozen=True)
class Origin:
    """What a pack is made of.

    Attributes
    ----------
    table : as it was typed, with the place of every cell
    asked_with : {key of pack.yaml: the argument it came from}
    earlier : figures of the pack that a newer year continues, which stand before the table's
    earlier_file : where those are, as told to the user
    """

    table: Table
    asked_with: Mapping[str, str] = field(default_factory=lambda: ASKED_WITH)
    earlier: Sequence[Observation] = ()
    earlier_file: str = ""

    def at_cell(self, problem: Problem) -> Problem:
        """A problem told by line and column name, at that cell of the table."""
        if problem.file != self.table.file or problem.line is None:
            return problem
        return self._at(problem, problem.line, problem.place)

    def own(self, problem: Problem, draft: Draft, *, made: Path, target: Path, sources: Sequence[str]) -> Problem:
        """A problem of the pack that was made for trial, where the user can mend it.

        Parameters
        ----------
        made, target : folder the pack was tried in, and the one it is for
        sources : ids of its sources, in their order
        """
        here = shown_path(made)
        if not problem.file.startswith(f"{here}/"):
            return replace(
                problem, file=problem.file.replace(shown_path(made.parent.parent), shown_path(target.parent.parent))
            )
        name = problem.file.removeprefix(f"{here}/")
        row = self._figure(problem, draft, name=name, sources=sources)
        if row is not None:
            column = "unit" if problem.key == "wrong_unit" else problem.place if problem.place in COLUMNS else "value"
            return self._at_figure(problem, draft, row, "source_id" if name == SOURCES else column)
        asked = self.asked_with.get(problem.place.split(".")[0]) if name == PACK else None
        if asked:
            return replace(problem, file=self.table.file, line=None, column=None, place=asked)
        return replace(problem, file=shown_path(target / name), line=None, column=None)

    def _figure(self, problem: Problem, draft: Draft, *, name: str, sources: Sequence[str]) -> int | None:
        """Index of the figure a problem of a written file is about; None where it is about none."""
        head, _, rest = problem.place.partition(".")
        if name == OBSERVATIONS and problem.line:
            return _index_of_line(draft.figures, problem.line)
        if name == SOURCES and problem.line:
            cited = sources[problem.line - _HEADER_LINES - 1]
            return next(index for index, row in enumerate(draft.figures) if row.source_id == cited)
        if name == PACK and head == "base" and rest in draft.printed:
            return draft.figures.index(draft.printed[rest])
        if name == PACK and head == "reference_fund" and draft.fund is not None:
            return draft.figures.index(draft.fund)
        return None

    def _at_figure(self, problem: Problem, draft: Draft, index: int, column: str) -> Problem:
        line = draft.figures[index].line
        if index < len(self.earlier):
            return replace(problem, file=self.earlier_file, line=line, column=None, place=column)
        return self._at(problem, line, column)

    def _at(self, problem: Problem, line: int, column: str) -> Problem:
        cells = next(row for row in self.table.rows if row["area"].line == line)
        cell = cells[column if column in cells else "value"]
        kept = {name: getattr(problem, name) for name in ("params", "value", "allowed", "suggestion", "warning")}
        return self.table.problem(problem.key, cell, column, **kept)


def _index_of_line(figures: Sequence[Observation], line: int) -> int:
    """Which figure a line of the written table holds; a note may run over several lines."""
    first = _HEADER_LINES + 1
    for index, row in enumerate(figures):
        first += 1 + sum(str(getattr(row, column)).count("\n") for column in COLUMNS)
        if line < first:
            return index
    return len(figures) - 1


def each_once(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without those that say the same again: a name is written in two languages, and typed once."""
    found: list[Problem] = []
    for problem in problems:
        if problem not in found:
            found.append(problem)
    return found
