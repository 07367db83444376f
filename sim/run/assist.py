"""An office's workbook read with help: sheets offered, labels matched and asked, answers kept for the next month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from sim.domain import InputError, Observation, Problem, Province
from sim.inputs import office
from sim.inputs.excel import Sheet, Table, chosen_sheet, parse_workbook
from sim.inputs.figures import OBSERVED, figures_of, last_month
from sim.inputs.pack import Asked, load_province
from sim.inputs.yaml import LANGUAGES, load_catalogue
from sim.run.files import write_atomic
from sim.run.imports import Reader

#: Stands for all sheets of one form.
EVERY = "*"


@dataclass(frozen=True)
class Assistant:
    """An open workbook.

    Attributes
    ----------
    file : as told to the user
    sheets : everything the workbook holds
    kept_at : the file with answers of earlier months
    tables : those answers
    notes : what was not taken from that file, and why
    """

    file: str
    sheets: Mapping[str, Sheet]
    aim: office.Aim
    kept_at: Path
    tables: Mapping[str, Mapping[str, str]]
    notes: tuple[Problem, ...] = ()
    vocabulary: office.Vocabulary = field(default_factory=office.Vocabulary)

    @property
    def offered(self) -> tuple[str, ...]:
        """Names of the sheets that can be read: those that are seen and hold something."""
        filled = [sheet for sheet in self.sheets.values() if sheet.cells]
        return tuple(sheet.name for sheet in filled if not sheet.unseen) or tuple(sheet.name for sheet in filled)

    def chosen(self, name: str | None) -> list[Sheet]:
        """The sheets a name stands for; all of the form of the first for `EVERY`."""
        if name != EVERY or EVERY in self.sheets:
            return [chosen_sheet(self.sheets, name or None, file=self.file)]
        first, *others = (self.sheets[one] for one in self.offered)
        shape = office.find_block(first, self.vocabulary, None, self.tables).shape
        return [first, *(sheet for sheet in others if self._shape(sheet) == shape)]

    def _shape(self, sheet: Sheet) -> str:
        try:
            return office.find_block(sheet, self.vocabulary, None, self.tables).shape
        except InputError:  # a cover, a sheet of notes
            return ""

    def read(
        self, answers: Mapping[str, str], *, sheet: str | None = None, heading: int | None = None,
        leave_out: bool = False,
    ) -> office.Reading:  # fmt: skip
        """The table as far as it is understood with these answers; nothing is kept.

        Raises
        ------
        InputError
            When a sheet or heading has to be chosen, or an answer says nothing.
        """
        said = office.Answers(self.vocabulary, answers, self.tables, leave_out)
        return office.understand(self.chosen(sheet), self.aim, said, heading)

    def remember(self, reading: office.Reading, answers: Mapping[str, str]) -> Path:
        """Keep what was answered for tables of this shape; returns the file. One that cannot be used is put aside."""
        self.kept_at.parent.mkdir(parents=True, exist_ok=True)
        text, notes = office.keep(self.kept_at, reading, answers, self.vocabulary), list[Problem]()
        office.load_kept(self.kept_at, notes)
        if notes:
            others = (self.kept_at.with_suffix(f".unread-{number}.json") for number in count(1))
            self.kept_at.rename(next(other for other in others if not other.exists()))
        write_atomic(self.kept_at, text)
        return self.kept_at


def open_workbook(raw: bytes, file: str, aim: office.Aim, *, folder: Path) -> Assistant:
    """Open a workbook for the assistant.

    Parameters
    ----------
    file : as told to the user
    folder : where one's scenarios lie, and beside them the answers of earlier months

    Raises
    ------
    InputError
        When it is no workbook that may be opened.
    """
    sheets = parse_workbook(raw, file=file)
    notes: list[Problem] = []
    kept_at = folder / office.FILE
    tables = office.load_kept(kept_at, notes)
    vocabulary = office.Vocabulary(aim.areas)
    return Assistant(file, sheets, aim, kept_at, tables, tuple(notes), vocabulary)


def reader_of(reading: office.Reading) -> Reader:
    """Reads exactly what a settled reading shows.

    Raises
    ------
    InputError
        When something is still open.
    """
    table = reading.table
    if table is None:
        raise InputError(*reading.problems, *open_questions(reading))

    def read(notes: list[Problem]) -> tuple[Table, Sequence[Observation]]:
        notes += reading.notes
        return table, figures_of(table, notes)

    return read


def open_questions(reading: office.Reading) -> list[Problem]:
    """What has to be answered before a table is read, each at its cell."""
    return [
        Problem("assist_open", file=reading.file, place=question.place, value=question.name)
        for question in reading.questions
    ]


def aim_of(asked: Asked | None = None, *, province: Province | None = None) -> office.Aim:
    """What figures are looked for: those of a new pack, or newer ones than a pack's base year."""
    if asked is not None:
        return office.Aim({asked.area: (asked.name, *_whole())})
    pack = province or load_province()
    areas = {area.code: tuple(dict.fromkeys(area.label.values())) for area in pack.areas}
    if pack.code:
        areas[pack.code] = tuple(dict.fromkeys((*pack.label.values(), *_whole())))
    elif len(areas) == 1:
        areas = {code: (*names, *pack.label.values(), *_whole()) for code, names in areas.items()}
    vintage = str(pack.context["boundary_vintage"]).partition("-")[2]
    end = date.fromisoformat(vintage)
    ended = {area.code: (end.year, end.month) for area in pack.areas} if pack.code else {}
    names = office.names_of(areas.items())
    return office.Aim(names, pack.base_year, _latest(pack.observations), _units(pack), ended, pack.code or "")


def _whole() -> tuple[str, ...]:
    """What the whole province is called in a table of its parts."""
    return tuple(load_catalogue(language).text("figures.whole_province") for language in LANGUAGES)


def _latest(rows: Iterable[Observation]) -> dict[tuple[str, str], float]:
    """The newest printed figure of each area and term, per year."""
    dated = ((moment, row) for row in rows if row.status in OBSERVED and (moment := last_month(row.year, row.period)))
    return {(row.area_code, row.indicator): row.yearly for _, row in sorted(dated, key=lambda pair: pair[0])}


def _units(pack: Province) -> dict[str, str]:
    """The unit each printed term of a pack is in, where it is always the same."""
    found: dict[str, set[str]] = {}
    for row in pack.observations:
        found.setdefault(row.indicator, set()).add(row.unit)
    return {term: next(iter(units)) for term, units in found.items() if len(units) == 1}
