"""Strict YAML: no anchors, aliases, tags or merge keys, no duplicate keys, nothing guessed.

The reader works on the parser's *events*, so that an alias bomb or a tag is refused before any value exists,
nesting is bounded without recursion, and every key and value keeps its line and column.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem, count_of
from sim.inputs.text import Document, File, Mark, Place, clean, decode, dotted, hidden_characters, limit, shown

# -- What a plain (unquoted) YAML scalar may mean: text, an exact number, true, false or nothing ---
# YAML 1.1 readers turn ``no`` into false, ``12:30`` into 750 and ``0123`` into 83; here every spelling
# that some reader would take for another type is refused, with the way to say what is meant.

Scalar = str | int | Decimal | bool | None

_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WORDS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
#: Only digits of any script and the signs people write between them: a number, a date or a time.
_LOOKS_NUMERIC = re.compile(r"[-+−–(]?\s*[.,]?\d[\d\s.,_'’:/%()−–+-]*[°)]?")


@dataclass(frozen=True)
class Refusal:
    """Why a plain scalar is refused: catalogue key and, where there is one, the right spelling."""

    key: str
    fix: str = ""


_REFUSED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("yaml_not_finite", re.compile(r"[-+]?\.?(inf|infinity|nan)", re.IGNORECASE)),
    ("yaml_other_base", re.compile(r"[-+]?0[xob][0-9a-f_]+", re.IGNORECASE)),
    ("yaml_exponent", re.compile(r"[-+]?[0-9.]+e[-+]?[0-9]+", re.IGNORECASE)),
    ("yaml_date", re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt\s].*)?|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}")),
    ("yaml_time", re.compile(r"[-+]?[0-9]+(:[0-9]+)+(\.[0-9]*)?")),
    ("yaml_underscore", re.compile(r"[-+]?[0-9_.,]*_[0-9_.,]*")),
    ("yaml_bare_point", re.compile(r"[-+]?([0-9]+\.|\.[0-9]+)")),
    ("yaml_decimal_comma", re.compile(r"[-+]?[0-9]+(\.[0-9]{3})*,[0-9]+")),
    ("yaml_leading_zero", re.compile(r"[-+]?0[0-9]+(\.[0-9]*)?")),
)


def plain_scalar(text: str) -> Scalar | Refusal:
    """The value of a plain scalar, or why it is refused."""
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if text.lower() in _WORDS:
        return Refusal("yaml_word", f'{_WORDS[text.lower()]} | "{text}"')
    if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
        if sum(char.isdigit() for char in text) > limit("number_digits"):
            return Refusal("yaml_too_many_digits")
        return Decimal(text) if "." in text else int(text)
    for key, pattern in _REFUSED:
        if pattern.fullmatch(text):
            return Refusal(key, _fix(key, text))
    if not _LOOKS_NUMERIC.fullmatch(text):
        return text
    # the number in ASCII digits when the text is one, and in any case the text in quotes
    digits = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    ascii_form = re.sub(r"\s", "", digits).replace("−", "-")
    known = _INTEGER.fullmatch(ascii_form) or _DECIMAL.fullmatch(ascii_form)
    return Refusal("yaml_number_like", f'{ascii_form} | "{text}"' if known else f'"{text}"')


def _fix(key: str, text: str) -> str:
    """The spelling to use instead; both readings where it is not clear which was meant."""
    if key == "yaml_decimal_comma":
        whole, _, fraction = text.replace(".", "").rpartition(",")
        doubtful = "." not in text and len(fraction) == len("000")  # could be thousands
        return f"{whole}.{fraction} | {whole}{fraction}" if doubtful else f"{whole}.{fraction}"
    if key == "yaml_bare_point":
        return text + "0" if text.endswith(".") else text.replace(".", "0.")
    if key == "yaml_underscore":
        return text.replace("_", "")
    if key == "yaml_leading_zero":
        number = text.lstrip("+-0") or "0"
        return f'"{text}" | {"0" + number if number.startswith(".") else number}'
    return "" if key in ("yaml_not_finite", "yaml_exponent", "yaml_other_base") else f'"{text}"'


# -- Documents, built from the parser's events -----------------------------------------------------

_NOT_YET = object()
_MERGE = "<<"
#: What the parser says, in parts of its English sentences, and the message that helps more.
_SYNTAX_HINTS = (
    ("'\\t'", "yaml_tab"),
    ("mapping values are not allowed", "yaml_colon"),
    ("quoted scalar", "yaml_unclosed_quote"),
    ("flow sequence", "yaml_unclosed_bracket"),
    ("flow mapping", "yaml_unclosed_bracket"),
    ("flow node", "yaml_unclosed_bracket"),
    ("cannot start any token", "yaml_special_character"),
    ("block mapping", "yaml_indentation"),
    ("expected '<document start>'", "yaml_indentation"),
)


def read_yaml(path: Path) -> Document:
    """Read one YAML file that holds one mapping.

    Returns
    -------
    Document
        With the problems of single values (a duplicate key, an unquoted date): whoever checks the
        shape adds those of the shape and refuses them all at once (`Document.require`).

    Raises
    ------
    InputError
        For a syntax error or a forbidden construction (alias, tag, too deep), which end the reading.
    """
    file = File.at(path)
    return parse_yaml(file.raw, file=file.name)


def parse_yaml(raw: bytes, *, file: str) -> Document:
    """As `read_yaml`, for bytes already in memory; refuses the same and too many of them."""
    if len(raw) > limit("yaml_bytes"):
        raise InputError(Problem("file_too_large", {"limit": count_of(limit("yaml_bytes"))}, file=file))
    builder, text = _Builder(file), decode(raw, file=file)

    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    events = iter(YAML(typ="safe", pure=True).parse(text))
    while True:
        try:  # whatever the parser throws becomes a problem with its place
            event = next(events)
        except StopIteration:
            return builder.document()
        except YAMLError as error:
            raise InputError(*builder.problems, _syntax_problem(error, file)) from error
        except Exception as error:  # the parser lets bare ValueErrors of bad escapes through
            raise InputError(*builder.problems, Problem("yaml_syntax", file=file)) from error
        builder.take(event)


@dataclass
class _Frame:
    """A mapping or a list that is still open."""

    content: dict[Any, Any] | list[Any]
    place: Place
    flow: bool
    key: Any = _NOT_YET
    duplicate: bool = False
    last: Scalar = None

    @property
    def wants_key(self) -> bool:
        """Whether the next scalar is a key."""
        return isinstance(self.content, dict) and self.key is _NOT_YET


@dataclass
class _Builder:
    """Builds data and positions from events with an explicit stack."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    values: dict[Place, Mark] = field(default_factory=dict)
    keys: dict[Place, Mark] = field(default_factory=dict)
    stack: list[_Frame] = field(default_factory=list)
    root: Any = _NOT_YET
    refused: set[Place] = field(default_factory=set)
    documents: int = 0
    scalars: int = 0

    def take(self, event: Any) -> None:
        """Digest one event."""
        kind = type(event).__name__.removesuffix("Event")
        if kind == "DocumentStart":
            self.documents += 1
            if self.documents > 1:
                self._stop("yaml_many_documents", event)
            if event.version or event.tags:
                self._stop("yaml_directive", event)
        elif kind == "Alias" or getattr(event, "anchor", None):
            self._stop("yaml_alias", event, value=event.anchor)
        elif kind == "Scalar":
            self._scalar(event)
        elif kind in ("MappingStart", "SequenceStart"):
            self._open({} if kind == "MappingStart" else [], event)
        elif kind in ("MappingEnd", "SequenceEnd"):
            self.stack.pop()

    def document(self) -> Document:
        """The finished document, which still carries the problems of single values."""
        if self.root is _NOT_YET or self.root is None:
            raise InputError(*self.problems, Problem("file_empty", file=self.file))
        if not isinstance(self.root, dict):
            line, column = self.values[()]
            stray = Problem("yaml_not_a_mapping", file=self.file, line=line, column=column)
            raise InputError(*(self.problems or [stray]))
        problems, refused = tuple(self.problems), frozenset(self.refused)
        return Document(self.file, self.root, self.values, self.keys, problems, refused)

    def _open(self, content: dict[Any, Any] | list[Any], event: Any) -> None:
        self._refuse_tag(event)
        if self.stack and self.stack[-1].wants_key:
            self._stop("yaml_complex_key", event)
        if len(self.stack) >= limit("yaml_depth"):
            self._stop("yaml_too_deep", event, params={"limit": limit("yaml_depth")})
        place = self._place(event, content)
        self.stack.append(_Frame(content, place, bool(event.flow_style)))

    def _scalar(self, event: Any) -> None:
        self.scalars += 1
        if self.scalars > limit("yaml_values"):
            self._stop("yaml_too_many_values", event, params={"limit": count_of(limit("yaml_values"))})
        self._refuse_tag(event)
        value = clean(event.value) if event.style else plain_scalar(clean(event.value))
        if isinstance(value, Refusal):
            self._note(value.key, event, value=event.value, suggestion=value.fix)
            value = clean(event.value)  # stands in, so that reading can go on
        elif isinstance(value, str):
            for problem in hidden_characters(value)[:1]:
                self._note(
                    problem.key, event, params=problem.params, value=problem.value, suggestion=problem.suggestion
                )
            if len(value) > limit("text_characters"):
                self._note("text_too_long", event, params={"limit": count_of(limit("text_characters"))}, value=value)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.wants_key:
            self._key(frame, value, event)
            return
        if frame is not None and frame.flow:
            if value is None and isinstance(frame.key, int) and isinstance(frame.last, int):
                # ``{2024: 12,3}`` is two entries to YAML: a decimal comma was meant
                whole, fraction = frame.last, frame.key
                self._note("yaml_decimal_comma", event, value=f"{whole},{fraction}", suggestion=f"{whole}.{fraction}")
            frame.last = value
        self._place(event, value)

    def _key(self, frame: _Frame, key: Scalar, event: Any) -> None:
        if key == _MERGE:
            self._stop("yaml_merge", event, value=_MERGE)
        if isinstance(key, bool) or not isinstance(key, (str, int)) or key == "":
            self._note("yaml_bad_key", event, value=event.value)
            key = f"{event.value}@{event.start_mark.line}"  # stands in, so that reading can go on
        place = (*frame.place, key)
        frame.duplicate = place in self.keys
        if frame.duplicate:
            first = self.keys[place][0]
            self._note("duplicate_key", event, params={"first": first, "key": shown(key)}, value=key)
        else:
            self.keys[place] = _mark(event)
        frame.key = key

    def _place(self, event: Any, value: Any) -> Place:
        """Put a value where it belongs and return its place."""
        if not self.stack:
            self.root = value
            self.values[()] = _mark(event)
            return ()
        frame = self.stack[-1]
        if isinstance(frame.content, list):
            place: Place = (*frame.place, len(frame.content))
            frame.content.append(value)
        else:
            place = (*frame.place, frame.key)
            if not frame.duplicate:
                frame.content[frame.key] = value
            frame.key = _NOT_YET
        if value is not None or getattr(event, "value", None):  # nothing at all stands nowhere: its key is told
            self.values.setdefault(place, _mark(event))
        return place

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            self._stop("yaml_tag", event, value=str(event.tag))

    def _note(self, key: str, event: Any, **details: Any) -> None:
        line, column = _mark(event)
        place: Place = ()
        if self.stack:  # the place of the key or value the event stands for
            frame = self.stack[-1]
            key_text = clean(getattr(event, "value", None) or "") if frame.wants_key else frame.key
            part = len(frame.content) if isinstance(frame.content, list) else key_text
            place = (*frame.place, part) if part != "" else frame.place
        self.refused.add(place)
        if details.get("value") is not None:
            details["value"] = shown(details["value"])
        self.problems.append(Problem(key, file=self.file, line=line, column=column, place=dotted(place), **details))

    def _stop(self, key: str, event: Any, **details: Any) -> None:
        self._note(key, event, **details)
        raise InputError(*self.problems)


def _mark(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _syntax_problem(error: Any, file: str) -> Problem:
    said = " ".join(str(getattr(error, part, None) or "") for part in ("problem", "context"))
    key = next((key for fragment, key in _SYNTAX_HINTS if fragment in said), "yaml_syntax")
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    if "unclosed" in key:  # where it was opened helps more than where the file ended
        marks.reverse()
    mark = next((mark for mark in marks if mark is not None), None)
    return Problem(key, file=file, line=mark and mark.line + 1, column=mark and mark.column + 1)
