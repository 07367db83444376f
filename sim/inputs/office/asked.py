"""What is known, shown, asked and answered while an office's table is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sim.domain import InputError, Problem
from sim.inputs import text as texts
from sim.inputs.excel import Table
from sim.inputs.office.vocabulary import (
    CHOSEN,
    OUT,
    REMEMBERED,
    Said,
    Vocabulary,
    base,
    masked,
    without_unit,
)

#: The name under which the whole table is answered for.
WHOLE = "*"
COLUMN, ROW = "column", "row"
#: Marks a label whose unit was answered, which no column of units changes.
UNIT = "unit"
#: Questions about labels nobody knows; all of them can be left out at once.
UNKNOWN = frozenset({"column", "row"})


@dataclass(frozen=True)
class Aim:
    """What a table is read for.

    Attributes
    ----------
    areas : {code: names} that figures can be of
    after : figures of this year and before are left alone; None where every year is wanted
    latest : {(area, term): newest figure there is, in the unit of the term}
    units : {term: printed unit} of terms that are no indicators of ours
    ended : {area: year and month} from which on an area has other boundaries and no figures
    whole : the code of the whole province, where it is made of areas
    """

    areas: Mapping[str, Sequence[str]]
    after: int | None = None
    latest: Mapping[tuple[str, str], float] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    ended: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    whole: str = ""


@dataclass(frozen=True)
class Question:
    """Something that is not sure, and what may be answered.

    Attributes
    ----------
    key : ``assist.ask_<key>`` of the catalogue
    name : what the answer is given for: the label of a column or row, or `WHOLE`
    options : answers to choose from; any other that says something is taken too
    params : values for the placeholders of the words
    """

    key: str
    name: str
    place: str
    options: tuple[str, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """What a column, a row or the table was understood as.

    Attributes
    ----------
    kind : `COLUMN`, `ROW` or `WHOLE`
    reason : why: a name, a dictionary, an answer, a title
    first : the first cells, as they are typed
    """

    kind: str
    name: str
    place: str
    said: Said
    reason: str
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sum:
    """A total that was left out, beside the sum of what stands above it."""

    place: str
    name: str
    total: Decimal
    parts: Decimal

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return self.total == self.parts


@dataclass(frozen=True)
class Reading:
    """A table as it was understood.

    Attributes
    ----------
    sheets : names of the sheets that are read
    heads : first and last heading row of the first of them
    lines : every column and row with what it stands for and why
    questions : what has to be answered first
    problems : cells that cannot be read, whatever is answered
    left : cells that were left out and why: (place, text, reason)
    sums : totals that were left out, with the sums of their parts
    table : the figures, in the columns of a table of figures; None while something is open
    typed : {cell of a figure: what was typed there}
    areas : {code: name} of the areas figures can be of
    shape : what its headings have in common with those of other months
    notes : what was accepted but should be told
    """

    file: str
    sheets: tuple[str, ...]
    heads: tuple[int, int]
    lines: tuple[Line, ...]
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]
    left: tuple[tuple[str, str, str], ...]
    sums: tuple[Sum, ...]
    table: Table | None
    shape: str
    notes: tuple[Problem, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to ask."""
        return self.table is not None


@dataclass
class Answers:
    """Answers by the labels they are for: what was said now before what is remembered.

    Attributes
    ----------
    given : {label: meaning}
    tables : {shape of headings: {masked label: meaning}} of earlier months
    leave_out : whether everything nobody knows is left out
    """

    vocabulary: Vocabulary
    given: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    leave_out: bool = False
    used: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kept: Mapping[str, str] = {}
        self._given = {_key(name): (name, text) for name, text in self.given.items()}
        self._said: dict[str, Said | None] = {}

    def turn_to(self, shape: str) -> None:
        """Take up what is remembered of tables with these headings."""
        self.kept = self.tables.get(shape, {})

    def of(self, path: Sequence[str]) -> Said | None:
        """What was answered for a label, by its whole path or by its last level."""
        names = dict.fromkeys((" / ".join(path), path[-1], without_unit(path[-1])))
        for name in names:
            if _key(name) in self._given:
                typed, text = self._given[_key(name)]
                self.used.add(typed)
                return self._meaning(text, CHOSEN)
        for name in names:
            if masked(name) in self.kept:
                return self._meaning(self.kept[masked(name)], REMEMBERED)
        return None

    def applied(self, said: Said, path: Sequence[str]) -> tuple[Said, str]:
        """A label with what was answered for it, and the reason why it now stands for what it does."""
        answer = self.of(path)
        if answer is None:
            return said, said.reason
        return answered(said, answer), answer.reason

    def whole(self) -> Said:
        """What was answered for the whole table."""
        remembered = self._meaning(self.kept[WHOLE], REMEMBERED) if WHOLE in self.kept else None
        said = remembered or Said()
        given = self.of([WHOLE]) if WHOLE in self.given else None
        return answered(said, given) if given else said

    def unused(self, names: Sequence[str]) -> list[Problem]:
        """Answers for labels that the table does not have."""
        left = [name for name in self.given if name not in self.used and name != WHOLE]
        return [
            Problem("assist_no_label", place="--map", value=texts.shown(name), suggestion=texts.nearest(name, names))
            for name in left
        ]

    def _meaning(self, text: str, reason: str) -> Said | None:
        if text not in self._said:
            try:
                self._said[text] = self.vocabulary.meaning(text)
            except InputError:
                if reason == CHOSEN:
                    raise
                self.broken.append(text)
                self._said[text] = None
        said = self._said[text]
        return said and replace(said, reason=reason)


def _key(name: str) -> str:
    return name if name == WHOLE else base(name) or texts.clean(name)


def answered(said: Said, answer: Said) -> Said:
    """A label as an answer settles it: what the answer speaks of holds, the rest stays."""
    if answer.role == OUT:
        return Said(role=OUT, reason=answer.reason)
    moment = answer.moment.also(said.moment) if not answer.moment.years else answer.moment
    part = answer.moment.part or said.moment.part
    return replace(
        said,
        role=answer.role or ("" if answer.terms or answer.area else said.role),
        terms=answer.terms or said.terms,
        unit=answer.unit or said.unit, moment=replace(moment, part=part), status=answer.status or said.status,
        area=answer.area or said.area, rest="", reason=answer.reason,
        marks=said.marks | answer.marks | ({UNIT} if answer.unit else set()),
        narrower="" if answer.terms else said.narrower,
    )  # fmt: skip
