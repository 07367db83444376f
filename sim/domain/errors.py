"""What can go wrong with something a user gave us, told as data.

A `Problem` names a message of the catalogue (``errors.<key>`` in ``data/labels``) and where the
trouble is; the words are put in by whoever talks to the user, in that user's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One reason why an input is refused.

    Attributes
    ----------
    key : message key in the catalogue, without the ``errors.`` prefix
    params : values for the message's placeholders (already plain text or numbers)
    file, line, column : where, counted from 1; None where it has no meaning
    place : key path (``lines.market.2025``), column or cell address
    value : the offending value as the user wrote it, or None
    allowed : the allowed range or values, in plain text, or ""
    suggestion : the nearest right spelling, or ""
    warning : True for a problem that is told but does not refuse the input
    """

    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    line: int | None = None
    column: int | None = None
    place: str = ""
    value: object = None
    allowed: str = ""
    suggestion: str = ""
    warning: bool = False


class CoopsimError(Exception):
    """Base of every error a user can cause; carries problems, never only prose."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(_plain(problem) for problem in problems))


class InputError(CoopsimError):
    """A file, a name or an argument was refused before anything ran."""


class RunError(CoopsimError):
    """Something that had started could not be finished."""


def _plain(problem: Problem) -> str:
    """English fallback for logs, where no catalogue is at hand."""
    where = ":".join(str(part) for part in (problem.file, problem.line) if part)
    bits = [where, problem.key, problem.place, "" if problem.value is None else repr(problem.value)]
    return " ".join(bit for bit in bits if bit)
