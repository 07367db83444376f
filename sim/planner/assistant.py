"""The planner's import assistant: an office's workbook, shown as it is understood, until nothing is left to ask."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from sim.domain import InputError, Province
from sim.inputs.office import COLUMN, ROW, UNKNOWN, Reading
from sim.inputs.text import XLSX, limit, shown
from sim.planner.proposals import Proposals, of_later
from sim.planner.words import Refusal, Words
from sim.report.forms import reading_content
from sim.run import EVERY, Assistant, LaterFigures, aim_of, open_workbook, reader_of, understand_later

_BYTES_PER_MEGABYTE = 1_000_000
#: Words of the panel.
_TEXTS = (
    "title", "sheet", "heading_row", "choose", "other", "keep_as_is", "leave_rest", "read", "close", "label", "means",
    "because", "change", "left", "first", "sums", "asked", "nothing_asked",
)  # fmt: skip
#: Terms that a label nobody knows may be said to be.
_OFFERED = (
    "htx_total", "htx_active", "htx_inactive", "htx_new", "htx_dissolved", "htx_members", "htx_workers",
    "htx_avg_revenue", "htx_avg_profit", "htx_worker_income", "htx_revenue_total", "tht_count", "tht_members",
    "tht_avg_revenue", "tht_avg_profit", "union_total", "union_member_htx", "support_spent_total",
    "support_spent_establishment", "support_spent_capacity", "support_spent_market", "support_spent_survey",
)  # fmt: skip


@dataclass
class Office:
    """A workbook that lies open in the assistant.

    Attributes
    ----------
    answers : {label: meaning} as given so far
    refused : what keeps it from being read as it was asked last
    """

    name: str
    assistant: Assistant
    answers: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    heading: int | None = None
    leave_out: bool = False
    reading: Reading | None = None
    refused: InputError | None = None

    def change(self, asked: Mapping[str, Any]) -> None:
        """Take an answer, another sheet or another heading row; what says nothing is refused and changes nothing.

        Parameters
        ----------
        asked : any of sheet, heading, leave_out; name and answer, with `again` where an earlier answer is to go
        """
        kept = dict(self.answers)
        if "sheet" in asked:
            self.sheet, self.heading = str(asked["sheet"]) or None, None
        if "heading" in asked:
            typed = str(asked["heading"]).strip()
            self.heading = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < _DIGITS else None
        self.leave_out = bool(asked.get("leave_out", self.leave_out))
        if "name" in asked:
            name, answer = str(asked["name"]), str(asked.get("answer", "")).strip()
            before = "" if asked.get("again") else kept.get(name, "")
            self.answers = {one: text for one, text in kept.items() if one != name}
            if answer:
                self.answers[name] = f"{before}, {answer}" if before else answer
        try:
            self.refused = None
            self.reading = self.assistant.read(
                self.answers, sheet=self.sheet, heading=self.heading, leave_out=self.leave_out
            )
        except InputError as error:
            self.refused = error
            if "name" in asked:
                self.answers = kept
            else:
                self.reading = None

    def content(self, words: Words) -> dict[str, Any]:
        """Everything the panel shows, as plain data: texts, never markup."""
        offered = self.assistant.offered
        sheets = [[shown(name), name] for name in offered]
        if len(offered) > 1:
            sheets.append([words.assistant("option_every"), EVERY])
        told = reading_content(self.reading, words.lang) if self.reading else {}
        unknown = any(question.key in UNKNOWN for question in self.reading.questions) if self.reading else False
        return {
            "file": self.name,
            "texts": {key: words.say(f"assist_{key}") for key in _TEXTS},
            "sheets": sheets,
            "sheet": self.sheet or (offered[0] if len(offered) == 1 else ""),
            "heading": str(self.reading.heads[0]) if self.reading else str(self.heading or ""),
            "refused": [sentence for error in self._problems() for sentence in words.why(error)],
            "terms": [[words.page_term(term), term] for term in _OFFERED],
            "labels": (COLUMN, ROW),
            "unknown": unknown,
            "settled": bool(self.reading and self.reading.settled),
            **told,
        }

    def _problems(self) -> list[InputError]:
        notes = self.assistant.notes
        return [*([InputError(*notes)] if notes else []), *([self.refused] if self.refused else [])]

    def understood(self) -> LaterFigures:
        """The figures as the open pack would take them; nothing is written.

        Raises
        ------
        Refusal
            When something is still open.
        InputError
            When the pack refuses them, with the cells.
        """
        if self.reading is None or not self.reading.settled:
            raise Refusal("assist_open")
        return understand_later(Path(self.name), reader=reader_of(self.reading))

    def remember(self) -> None:
        """Keep the answers for next month."""
        if self.reading and self.answers:
            self.assistant.remember(self.reading, self.answers)


#: A row number has fewer digits.
_DIGITS = 8


def opened(file: str, content: bytes, *, province: Province, folder: Path) -> Office:
    """An uploaded workbook in the assistant; nothing is written, and its name never becomes a path.

    Raises
    ------
    Refusal
        When it is no workbook by its name, or too large.
    InputError
        When it may not be opened.
    """
    name = shown(PureWindowsPath(PurePosixPath(file).name).name)
    if not name.lower().endswith(XLSX):
        raise Refusal("file_kind", file=name, kinds=XLSX)
    if len(content) > (largest := limit("xlsx_bytes")):
        raise Refusal("file_large", file=name, limit=largest // _BYTES_PER_MEGABYTE)
    found = Office(name, open_workbook(content, name, aim_of(province=province), folder=folder))
    if len(found.assistant.offered) == 1:
        found.change({})
    return found


@dataclass
class Assist:
    """The assistant of one planner.

    Attributes
    ----------
    folder : where one's scenarios lie
    tell : changes parts of the view's status
    proposals : where figures are laid that can be written
    offered : the ones of the open workbook that were laid there last
    """

    province: Province
    folder: Path
    tell: Callable[..., None]
    proposals: Proposals
    office: Office | None = None
    offered: LaterFigures | None = None

    def wishes(self, words: Words, asked: Any, buffers: Sequence[bytes]) -> dict[str, Callable[[], None]]:
        """{wish: what meets it}."""
        return {
            "assist_open": partial(self._open, words, asked, buffers),
            "assist_say": partial(self._say, words, asked),
            "assist_read": partial(self._read, words),
            "assist_close": partial(self.show, words, None),
        }

    def show(self, words: Words, office: Office | None) -> None:
        """Show a workbook as far as it is understood, or none."""
        self.office = office
        self.tell(assist=office.content(words) if office else None)

    def written(self, words: Words, figures: LaterFigures) -> None:
        """Figures were written: of those of the open workbook the answers are kept for next month, and it is closed."""
        if self.office and figures is self.offered:
            self.office.remember()
            self.show(words, None)

    def _open(self, words: Words, asked: Any, buffers: Sequence[bytes]) -> None:
        found = opened(str(asked["file"]), buffers[0], province=self.province, folder=self.folder)
        self._withdraw(words)
        self.show(words, found)

    def _say(self, words: Words, asked: Any) -> None:
        office = self._there()
        self._withdraw(words)
        office.change(asked)
        self.show(words, office)

    def _read(self, words: Words) -> None:
        self.offered = self._there().understood()
        self.proposals.lay(words, of_later(self.offered))

    def _withdraw(self, words: Words) -> None:
        if self.offered is not None:
            self.proposals.withdraw(words, self.offered)
        self.offered = None

    def _there(self) -> Office:
        if self.office is None:
            raise Refusal("assist_gone")
        return self.office
