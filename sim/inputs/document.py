"""A file that was read, and the place of everything in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sim.domain.errors import InputError, Problem
from sim.inputs.limits import share
from sim.inputs.text import shown

Place = tuple[str | int, ...]
Mark = tuple[int, int]


@dataclass(frozen=True)
class Document:
    """Plain data with positions.

    Attributes
    ----------
    file : as told to the user; "" when the data did not come from a file
    data : nested dict, list, str, int, Decimal, bool, None
    values, keys : (line, column), from 1, of the value and of the key at a place
    problems, refused : what the reader found wrong with single keys and values, and where
    addresses : cell address of the value at a place, for data that came from a workbook
    """

    file: str
    data: dict[Any, Any]
    values: Mapping[Place, Mark] = field(default_factory=dict)
    keys: Mapping[Place, Mark] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    refused: frozenset[Place] = frozenset()
    addresses: Mapping[Place, str] = field(default_factory=dict)

    def require(self) -> Document:
        """This document, when nothing in it was refused.

        Raises
        ------
        InputError
            With the problems the reader found.
        """
        if self.problems:
            raise InputError(*self.problems)
        return self

    def spoilt(self, place: Place) -> bool:
        """Whether a value at, above or below a place was refused already."""
        return any(place[: len(bad)] == bad or bad[: len(place)] == place for bad in self.refused)

    def at(self, place: Place) -> Any:
        """The value at a place, or None where there is none."""
        node: Any = self.data
        for part in place:
            if not isinstance(node, dict) or part not in node:
                return None
            node = node[part]
        return node

    def where(self, place: Place, *, key: bool = False) -> tuple[int | None, int | None]:
        """Line and column of a place, or of the nearest thing around it that is in the file."""
        if not key and place in self.values:
            return self.values[place]
        for length in range(len(place), 0, -1):
            around = place[:length]
            if around in self.keys or around in self.values:
                return self.keys.get(around) or self.values[around]
        return self.values.get((), (None, None))

    def problem(self, key: str, place: Place = (), *, at_key: bool = False, **details: Any) -> Problem:
        """A problem at a place of this document; `details` are further fields of `Problem`."""
        line, column = self.where(place, key=at_key)
        value = details.get("value")
        if self.addresses and isinstance(value, str) and isinstance(stored := self.at(place), Decimal):
            details["value"] = stored  # a cell holds a number and no spelling of it
        elif value is not None and not isinstance(value, (float, Decimal)):
            details["value"] = shown(value)
        return Problem(key, file=self.file, line=line, column=column, place=self.named(place), **details)

    def placed(self, problem: Problem, place: Place) -> Problem:
        """A problem found elsewhere with what a place of this document names, told at that place."""
        line, column = self.where(place)
        return replace(problem, file=self.file, line=line, column=column, place=self.named(place))

    def named(self, place: Place) -> str:
        """A place as it is told: ``lines.market.2025``, after the cell's address where there is one."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.addresses:
                return f"{self.addresses[place[:length]]} ({dotted(place)})"
        return dotted(place)


def refuse(problems: Iterable[Problem], notes: list[Problem] | None = None) -> None:
    """Raise all problems in reading order; warnings go to `notes` and refuse nothing.

    Raises
    ------
    InputError
        When there is a problem that is not a warning.
    """
    found = sorted(problems, key=lambda problem: (problem.file, problem.line or 0, problem.column or 0))
    errors = [problem for problem in found if not problem.warning]
    if errors:
        raise InputError(*errors)
    if notes is not None:
        notes.extend(found)


def dotted(place: Place) -> str:
    """``lines.market.2025``"""
    return ".".join(str(part) for part in place)


def nearest(name: str, names: Iterable[str]) -> str:
    """The known name most like a wrong one, or ""."""
    import difflib  # only ever needed on the way to a refusal

    known = {candidate.casefold(): candidate for candidate in names}
    found = difflib.get_close_matches(str(name).casefold(), known, n=1, cutoff=share("near_name_share"))
    return known[found[0]] if found else ""
