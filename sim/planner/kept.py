"""Work no scenario was saved of yet: one versioned file beside the scenarios, shared by every open planner.

It holds what was chosen and typed (plans, worlds, names, notes) and nothing about who chose it: no user, machine or
path. Whoever changes it takes its lock, reads it, and replaces it in one step; a file that is damaged, of a newer
program or of something else altogether is put aside under another name, never overwritten.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from filelock import FileLock, Timeout
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sim.domain import LINES, NOMINAL, PRICE_BASES
from sim.inputs.text import limit
from sim.planner.opening import setting
from sim.run import write_atomic

FORMAT, VERSION = "coopsim-planner", 1
#: What a file that cannot be read is: see the refusals ``kept_<reason>``.
DAMAGED, NEWER = "damaged", "newer"
_WAIT = 2.0  # how long another planner may hold the file [s]
_HEX = r"^[0-9a-f]+$"
_Slug = Annotated[str, Field(max_length=limit("text_characters"))]
_Name = Annotated[str, Field(max_length=limit("text_characters"))]
_Yaml = Annotated[str, Field(max_length=limit("yaml_bytes"))]
_Count = Annotated[int, Field(ge=0, le=2**53)]
_LATEST = 250_000_000_000  # seconds since 1970 that are a date everywhere
_Seconds = Annotated[int, Field(ge=0, le=_LATEST)]
_Milliseconds = Annotated[int, Field(ge=0, le=_LATEST * 1000)]
_Money = Annotated[int, Field(ge=0, le=limit("annual_fund") * 10**9)]


def _one_of(*allowed: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError("none of those allowed")
        return value

    return AfterValidator(check)


_Line = Annotated[str, _one_of(*LINES)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class KeptTry(_Strict):
    """A plan in a world that was looked at.

    Attributes
    ----------
    at : when it was first looked at [s since 1970]
    mark : fingerprint of its money and world; equal ones are one try
    yaml : the scenario's file
    name, note : as typed
    """

    number: _Count
    at: _Seconds
    mark: Annotated[str, Field(pattern=_HEX, min_length=64, max_length=64)]
    yaml: _Yaml
    name: _Name = ""
    note: _Name = ""


class KeptWork(_Strict):
    """What one page shows.

    Attributes
    ----------
    tab : random name of the page in its browser
    at : when it was last changed [ms since 1970]
    start, present : scenario the page was opened with, and the planning year
    year, area_line, locked, floors, caps : of the levers; 0 is every year, money in VND
    """

    tab: Annotated[str, Field(pattern=_HEX, min_length=8, max_length=32)]
    at: _Milliseconds
    start: _Slug
    present: _Count
    yaml: _Yaml
    edited: bool
    draws: _Count
    reference: _Slug
    prices: Annotated[str, _one_of(*PRICE_BASES)] = NOMINAL
    year: _Count = 0
    area_line: Annotated[str, _one_of("", *LINES)] = ""
    locked: list[_Line] = Field(default_factory=list, max_length=len(LINES))
    floors: dict[_Line, _Money] = Field(default_factory=dict)
    caps: dict[_Line, _Money] = Field(default_factory=dict)


class Content(_Strict):
    """All that is kept of one data pack.

    Attributes
    ----------
    last : the highest number a try was ever given
    """

    format: Annotated[str, _one_of(FORMAT)] = FORMAT
    version: Annotated[int, Field(ge=VERSION, le=VERSION)] = VERSION
    province: _Slug
    last: _Count = 0
    tries: list[KeptTry] = Field(default_factory=list, max_length=10_000)
    works: list[KeptWork] = Field(default_factory=list, max_length=1_000)

    def find(self, number: int) -> KeptTry | None:
        """A try by its number."""
        return next((one for one in self.tries if one.number == number), None)

    def with_try(self, one: KeptTry) -> "Content":
        """A try put in its place, or the next number given to one that has none (0)."""
        if not one.number:
            one = one.model_copy(update={"number": max([self.last, *(each.number for each in self.tries)]) + 1})
        others = [each for each in self.tries if each.number != one.number]
        tries = sorted([*others, one], key=lambda each: each.number)
        return self.model_copy(update={"tries": self._few(tries), "last": max(self.last, one.number)})

    def with_work(self, work: KeptWork) -> "Content":
        """What a page shows now; pages that were changed longest ago make room."""
        others = sorted((each for each in self.works if each.tab != work.tab), key=lambda each: each.at)
        return self.model_copy(update={"works": [*others[1 - setting("kept_pages") :], work]})

    def _few(self, tries: list[KeptTry]) -> list[KeptTry]:
        """As many as are kept; the oldest without name, note and pin make room."""
        pinned = {work.reference for work in self.works}
        bare = [one.number for one in tries if not (one.name or one.note or f"try-{one.number}" in pinned)]
        out = set(bare[: max(0, len(tries) - setting("kept_tries"))])
        return [one for one in tries if one.number not in out]


class Unreadable(Exception):
    """A kept file that is not taken; `reason` is `DAMAGED` or `NEWER`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class _Head(BaseModel):
    format: str
    version: int


def parse(raw: bytes | str, province: str) -> Content:
    """Read a kept file's text; nothing of it is believed that is not of its shape.

    Raises
    ------
    Unreadable
        When it is damaged, of a newer version or of another data pack.
    """
    try:
        head = _Head.model_validate_json(raw)
        if head.format == FORMAT and head.version > VERSION:
            raise Unreadable(NEWER)
        content = Content.model_validate_json(raw)
    except (ValidationError, ValueError, RecursionError):
        raise Unreadable(DAMAGED) from None
    if content.province != province or len({one.number for one in content.tries}) != len(content.tries):
        raise Unreadable(DAMAGED)
    return content


@dataclass
class KeptFile:
    """The file of one data pack in a folder.

    Attributes
    ----------
    aside : (why, where to) of a file that was put aside, until somebody has been told
    """

    folder: Path
    province: str
    aside: tuple[str, Path] | None = None
    _seen: tuple[Any, Content] | None = field(default=None, repr=False)

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.folder / f"planner-{self.province}.json"

    def read(self) -> Content:
        """What is kept; nothing where there is no file.

        Raises
        ------
        OSError
            When there is something there that cannot be read or put aside.
        """
        try:
            state = self.path.lstat()
        except FileNotFoundError:
            return Content(province=self.province)
        stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
        if self._seen and self._seen[0] == stamp:
            return self._seen[1]
        try:
            content = parse(self._bytes(), self.province)
        except Unreadable as error:
            self._put_aside(error.reason)
            return Content(province=self.province)
        self._seen = (stamp, content)
        return content

    def change(self, act: Callable[[Content], Content]) -> Content:
        """Read, change and replace the file while no other planner does.

        Raises
        ------
        OSError
            When the folder cannot be written or another planner holds the file for too long.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / f".{self.path.stem}.lock", timeout=_WAIT):
                before = self.read()
                after = act(before)
                if after != before:
                    write_atomic(self.path, after.model_dump_json(indent=1, exclude_defaults=False) + "\n")
                return after
        except Timeout as error:
            raise OSError(f"{self.path.name}: {type(error).__name__}") from error
        except NotImplementedError as error:  # a place without locks
            raise OSError(str(error)) from error

    def _bytes(self) -> bytes:
        largest = setting("kept_bytes")
        if self.path.is_symlink() or not self.path.is_file() or self.path.stat().st_size > largest:
            raise Unreadable(DAMAGED)
        return self.path.read_bytes()

    def _put_aside(self, reason: str) -> None:
        """Rename what cannot be read, to a name that is free."""
        for number in range(1, 1000):
            other = self.path.with_suffix(f".{reason}-{number}.json")
            if not other.exists() and not other.is_symlink():
                self.path.rename(other)
                self.aside = (reason, other)
                return
        raise OSError(self.path.name)
