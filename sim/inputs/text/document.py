"""Documents with positions, and the names files and keys may have."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from sim.domain import InputError, Problem, in_percent, likest
from sim.inputs.text.decoding import bare, read_file, shown
from sim.inputs.text.places import CSV, XLSX, YAML, limit, share, shown_path

T = TypeVar("T")
Place = tuple[str | int, ...]
Mark = tuple[int, int]
#: What a text file is told of quotation marks, true and false is told otherwise of a cell.
_OF_CELLS = {
    "expected_text": "cell_text", "expected_number": "cell_number", "expected_money": "cell_money",
    "expected_whole": "cell_whole", "expected_truth": "cell_truth", "money_out_of_range": "cell_money_range",
    "area_shares_not_one": "cell_shares_not_whole",
}  # fmt: skip


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
    in_percent : below this place cells show in per cent what is held as a share
    """

    file: str
    data: dict[Any, Any]
    values: Mapping[Place, Mark] = field(default_factory=dict)
    keys: Mapping[Place, Mark] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    refused: frozenset[Place] = frozenset()
    addresses: Mapping[Place, str] = field(default_factory=dict)
    in_percent: Place | None = None

    def require(self) -> "Document":
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
        key, value = _OF_CELLS.get(key, key) if self.addresses else key, details.get("value")
        if self.addresses and isinstance(value, str) and isinstance(stored := self.at(place), Decimal):
            details["value"] = stored  # a cell holds a number and no spelling of it
        elif value is not None and not isinstance(value, (float, Decimal)):
            details["value"] = shown(value)
        if self.in_percent and place[: len(self.in_percent)] == self.in_percent:
            details |= {name: in_percent(told) for name, told in details.items() if name in ("value", "allowed")}
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
    found = in_reading_order(problems)
    errors = [problem for problem in found if not problem.warning]
    if errors:
        raise InputError(*errors)
    if notes is not None:
        notes.extend(found)


def collected(read: Callable[[], T], problems: list[Problem]) -> T | None:
    """What a reader yields, or None where it refuses: its problems join the others, so that all are told at once."""
    try:
        return read()
    except InputError as error:
        problems.extend(error.problems)
        return None


def in_reading_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, line and column."""
    return sorted(problems, key=lambda problem: (problem.file, problem.line or 0, problem.column or 0))


def dotted(place: Place) -> str:
    """``lines.market.2025``"""
    return ".".join(str(part) for part in place)


def nearest(name: str, names: Iterable[str]) -> str:
    """The known name most like a wrong one, or ""."""
    return likest(str(name), names, share("near_name_share"))


# -- Which file a name means: a slug is looked up in the data root, a path is a path, never one for the other ---

_SLUG = re.compile(r"[a-z0-9][a-z0-9.-]*")
_PATH_SUFFIXES = (YAML, ".yml", XLSX)
#: The limit of a file's size, by how its name ends.
_LARGEST = {CSV: "csv_bytes", XLSX: "xlsx_bytes"}


def is_path(name: str) -> bool:
    """Whether a name is a path: it holds a slash of either kind or ends like a YAML file or a workbook."""
    return "/" in name or "\\" in name or name.lower().endswith(_PATH_SUFFIXES)


def slug_of(name: str | os.PathLike[str]) -> str:
    """The slug a name is meant to be, or "" when it is a path."""
    return name if isinstance(name, str) and not is_path(name) else ""


def slug_like(text: str) -> str:
    """The slug a text gives: small letters without accents, hyphens for blanks and commas; "" where it gives none."""
    slug = re.sub(r"-{2,}", "-", re.sub(r"[\s_,]+", "-", bare(text))).strip("-.")
    return slug if _SLUG.fullmatch(slug) and len(slug) <= limit("name_characters") else ""


def known_slugs(folder: Path) -> tuple[str, ...]:
    """The slugs a folder of the data root offers, sorted."""
    try:
        names = [entry.name.removesuffix(YAML) for entry in folder.iterdir() if entry.name.endswith(YAML)]
    except OSError:
        return ()
    return tuple(sorted(name for name in names if _SLUG.fullmatch(name)))


def offered(kind: str, root: Path, own: Path | None = None) -> tuple[str, ...]:
    """The slugs there are to choose from: a pack's own where it brings some, else those all packs share.

    Parameters
    ----------
    kind : "scenarios", "plans" or "worlds"
    own : folder of the data pack
    """
    return (known_slugs(own / kind) if own else ()) or known_slugs(root / kind)


def resolve(kind: str, name: str | os.PathLike[str], root: Path, own: Path | None = None) -> Path:
    """The file a name stands for: a data pack's own first, then one that all packs share.

    Parameters
    ----------
    kind : "scenarios", "plans" or "worlds": the folder of the data root
    name : a slug, matched exactly, or a path
    own : folder of the data pack

    Raises
    ------
    InputError
        When the name is no slug, or none that exists; with the nearest one.
    """
    slug = slug_of(name)
    if not slug and os.fspath(name):
        return Path(name)
    problem = unknown_slug(kind, slug, root, own)
    if problem is not None:
        raise InputError(problem)
    mine = own is not None and slug in known_slugs(own / kind)
    return (own if own and mine else root) / kind / (slug + YAML)


@dataclass(frozen=True)
class File:
    """A file as it was read.

    Attributes
    ----------
    name : its path as told to the user
    slug : what its content has to call itself; "" where nobody looked it up by a slug
    """

    raw: bytes
    name: str
    slug: str = ""

    @classmethod
    def at(cls, path: Path, *, slug: str = "") -> "File":
        """The file at a path, within the limit of its kind.

        Raises
        ------
        InputError
            When it is missing, no regular file, unreadable, empty or too large.
        """
        largest = limit(_LARGEST.get(path.suffix.lower(), "yaml_bytes"))
        return cls(read_file(path, max_bytes=largest), shown_path(path), slug)

    @classmethod
    def named(cls, kind: str, name: str | os.PathLike[str], root: Path, own: Path | None = None) -> "File":
        """The file a name stands for (`resolve`), read."""
        return cls.at(resolve(kind, name, root, own), slug=slug_of(name))


def unknown_slug(kind: str, slug: str, root: Path, own: Path | None = None) -> Problem | None:
    """Why a slug means no file of the data root or of a pack in it, or None when it means one."""
    known = tuple(sorted({*(known_slugs(own / kind) if own else ()), *known_slugs(root / kind)}))
    if slug in known:
        return None
    well_formed = _SLUG.fullmatch(slug) and len(slug) <= limit("name_characters")
    return Problem(
        f"unknown_{kind.removesuffix('s')}" if well_formed else "bad_name",
        {"name": shown(slug)},
        value=shown(slug),
        allowed=", ".join(known) if well_formed else "",
        suggestion=nearest(slug, known),
    )


def listed(text: str | None, place: str) -> tuple[str, ...]:
    """Parts of a text between commas; none where nothing was asked.

    Raises
    ------
    InputError
        When there is nothing but commas: no default may stand in for it.
    """
    parts = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    if text is not None and not parts:
        raise InputError(Problem("argument_empty", place=place, value=text))
    return parts
