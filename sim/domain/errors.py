"""What can go wrong with something a user gave us, as data.

A `Problem` names a message of the catalogue (``errors.<key>`` in ``data/labels``) and where the
trouble is; the words are put in by whoever talks to the user, in that user's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Number = int | float | Decimal


@dataclass(frozen=True)
class Numbers:
    """Numbers within a text, to be written in the way of the reader's language: ``Numbers("≤ {}", (limit,))``.

    A single float or Decimal needs no such text around it. Whole numbers do, when thousands are to be set
    apart: bare ones stand as they are, for most are years, lines and ids.

    Attributes
    ----------
    pattern : with one ``{}`` for each number
    values : the numbers
    """

    pattern: str
    values: tuple[Number, ...]

    def written(self, write: Callable[[Number], str]) -> str:
        """The text, with the numbers as `write` puts them."""
        return self.pattern.format(*map(write, self.values))


def in_percent(told: object) -> object:
    """A share, or the limits of one, in per cent; anything else as it is."""
    if isinstance(told, Decimal):
        return Numbers("{} %", (100 * told,))
    if isinstance(told, Numbers):
        return Numbers(f"{told.pattern} %", tuple(100 * number for number in told.values))
    return told


def count_of(things: int) -> Numbers:
    """A whole number that counts, written with its thousands apart."""
    return Numbers("{}", (things,))


@dataclass(frozen=True)
class Problem:
    """One reason why an input is refused.

    Attributes
    ----------
    key : message key in the catalogue, without the ``errors.`` prefix
    params : values for the message's placeholders: plain text, numbers, or `Numbers`
    file, line, column : where, counted from 1; None where it has no meaning
    place : key path (``lines.market.2025``), column or cell address
    value : the offending value: the text as the user wrote it, a number found by reckoning or in a cell, or None
    allowed : the allowed range or values, or ""
    suggestion : the nearest right spelling, or ""
    warning : True for a problem that is reported but does not refuse the input
    """

    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    line: int | None = None
    column: int | None = None
    place: str = ""
    value: object = None
    allowed: str | Numbers = ""
    suggestion: str = ""
    warning: bool = False


class CoopsimError(Exception):
    """Base of every error a user can cause; carries problems, and reads as their sentences wherever it is printed."""

    #: Puts a problem into words; the catalogue of labels does once it is loaded.
    in_words: Callable[[Problem], str] | None = None
    #: Options of the command at hand, which advice may name; none in Python, in a notebook and in the planner.
    options: frozenset[str] = frozenset()

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(*problems)

    def __str__(self) -> str:
        describe = CoopsimError.in_words
        try:
            return "\n".join(map(describe or _plain, self.problems))
        except Exception:  # words that cannot be had must not hide what went wrong
            return "; ".join(map(_plain, self.problems))

    def _render_traceback_(self) -> list[str]:
        """What IPython prints instead of a traceback: it is no fault of the program."""
        return [f"{type(self).__name__}: {self}"]


class InputError(CoopsimError):
    """A file, a name or an argument was refused before anything ran."""


class RunError(CoopsimError):
    """Something that had started could not be finished."""


def _plain(problem: Problem) -> str:
    """English fallback for logs, where no catalogue is at hand."""
    where = ":".join(str(part) for part in (problem.file, problem.line) if part)
    bits = [where, problem.key, problem.place, "" if problem.value is None else repr(problem.value)]
    return " ".join(bit for bit in bits if bit)
