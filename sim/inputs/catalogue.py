"""The words users see, by key and language, and problems told as sentences."""

from __future__ import annotations

import math
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sim.domain.errors import CoopsimError, InputError, Number, Numbers, Problem
from sim.inputs.cache import remembered
from sim.inputs.document import Document, Place, dotted, nearest, refuse
from sim.inputs.fault_codes import CODE_OF
from sim.inputs.limits import limit
from sim.inputs.numerals import exact_text
from sim.inputs.roots import program_data, shown_path
from sim.inputs.text import read_file, shown

LANGUAGES = ("vi", "en")
_FOLDER = "labels"
_ERRORS = "errors"


@dataclass(frozen=True)
class Catalogue:
    """Every text of one language.

    Attributes
    ----------
    language : "vi" or "en"
    texts : {dotted key: template}; placeholders are plain names in braces
    """

    language: str
    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", MappingProxyType(dict(self.texts)))

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def text(self, key: str, /, **params: object) -> str:
        """A text with its placeholders filled in.

        Texts are put in as they are: braces in them stay braces, they are never looked up. Numbers that are no
        whole numbers, and `Numbers`, are written in the way of the language.

        Raises
        ------
        KeyError
            When the key is not in the catalogue or a placeholder gets no value.
        """
        return self.texts[key].format_map({name: self._told(value) for name, value in params.items()})

    def section(self, prefix: str) -> dict[str, str]:
        """{key without the prefix: template} of everything below a dotted prefix."""
        start = prefix + "."
        return {key.removeprefix(start): text for key, text in self.texts.items() if key.startswith(start)}

    def describe(self, problem: Problem) -> str:
        """One full sentence: code, file:line:column, place, value, reason, what is allowed, the fix."""
        params = {"value": problem.value, "place": problem.place, "allowed": problem.allowed, **problem.params}
        reason = self.text(f"{_ERRORS}.{problem.key}", **params).strip()
        value = None if problem.value is None else self._part("value", value=problem.value)
        parts = [": ".join(part for part in (value, reason) if part)]
        if problem.allowed:
            parts.append(self._part("allowed", allowed=problem.allowed))
        if problem.suggestion:
            parts.append(self._part("suggestion", suggestion=problem.suggestion))
        code = CODE_OF.get(problem.key, "")
        warning = self._part("warning") if problem.warning else ""
        head = " ".join(part for part in (code, warning, _where(problem)) if part)
        return ": ".join(part for part in (head, problem.place, "; ".join(parts)) if part)

    def describe_all(self, error: CoopsimError) -> list[str]:
        """A sentence for each problem of an error."""
        return [self.describe(problem) for problem in error.problems]

    def _told(self, value: object) -> str:
        """A value as text, so that no template can reach into it."""
        if isinstance(value, Numbers):
            return value.written(self._number)
        if isinstance(value, (float, Decimal)) and math.isfinite(value):
            return self._number(value)
        return "" if value is None else str(value)

    def _number(self, number: Number) -> str:
        return shown(exact_text(number, self.language))  # a cell may hold a number of hundreds of digits

    def _part(self, name: str, **params: object) -> str:
        return self.text(f"{_ERRORS}.part_{name}", **params)


def load_catalogue(language: str = "vi", *, folder: Path | None = None) -> Catalogue:
    """The catalogue of a language.

    Parameters
    ----------
    language : "vi" or "en"
    folder : where the label files are; by default those of the program itself, so that a data root
        without labels, or none at all, can still be told in words

    Raises
    ------
    InputError
        When there is no such language or its file is not a tree of texts.
    """
    if language not in LANGUAGES:
        allowed = ", ".join(LANGUAGES)
        near = nearest(language, LANGUAGES)
        raise InputError(Problem("unknown_language", value=language, allowed=allowed, suggestion=near))
    path = (folder or program_data() / _FOLDER) / f"{language}.yaml"
    raw = read_file(path, max_bytes=limit("yaml_bytes"))
    return Catalogue(language, remembered("labels", [raw], lambda: _read(raw, shown_path(path))))


def placeholders(template: str) -> set[str]:
    """Names of a template's placeholders.

    Raises
    ------
    ValueError
        For anything but plain names: an attribute, an index, a conversion, a format or a lone brace.
    """
    names = set()
    for _, name, form, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if form or conversion or not name.isidentifier() or not name.isascii():
            raise ValueError(name)
        names.add(name)
    return names


def _read(raw: bytes, file: str) -> dict[str, str]:
    from sim.inputs.yaml_reader import parse_yaml

    document = parse_yaml(raw, file=file)
    problems = list(document.problems)
    texts: dict[str, str] = {}
    for place, text in _leaves(document.data, ()):
        problem = _leaf_problem(document, place, text)
        if problem is not None:
            problems.append(problem)
        else:
            texts[dotted(place)] = text
    refuse(problems)
    return texts


def _leaves(node: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*place, key))
    else:
        yield place, node


def _leaf_problem(document: Document, place: Place, text: Any) -> Problem | None:
    if document.spoilt(place):
        return None
    if not isinstance(text, str):
        return document.problem("expected_text", place, value=text)
    try:
        placeholders(text)
    except ValueError as error:
        return document.problem("bad_placeholder", place, value=str(error))
    return None


def _where(problem: Problem) -> str:
    return ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
