"""A document against its shape: every error told at its line, in our own words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, Tag, TypeAdapter, ValidationError

from sim.domain import Numbers, Problem
from sim.inputs.text import Document, Place, nearest, slug_like
from sim.inputs.yaml.shapes import AREA_PATTERN, DATE_PATTERN, ID_PATTERN, SLUG_PATTERN, VARIANT, VINTAGE_PATTERN

_KEY = "[key]"
_CONTAINERS = (dict, list, tuple)
_TYPES = {
    "string_type": "expected_text",
    "number_type": "expected_number",
    "finite_number": "expected_number",
    "money_type": "expected_money",
    "int_type": "expected_whole",
    "int_from_float": "expected_whole",
    "bool_type": "expected_truth",
    "model_type": "expected_mapping",
    "dict_type": "expected_mapping",
    "list_type": "expected_list",
    "tuple_type": "expected_list",
    "string_too_short": "empty_value",
    "too_short": "empty_value",
}
_PATTERNS = {
    SLUG_PATTERN: "bad_slug",
    ID_PATTERN: "bad_id",
    DATE_PATTERN: "bad_date",
    AREA_PATTERN: "bad_area_code",
    VINTAGE_PATTERN: "bad_vintage",
}
#: Keys under which a file names what it holds itself.
_OWN_NAMES = ("slug", "id")
_BOUNDS = {
    "greater_than_equal": ("≥ {}", "ge"),
    "less_than_equal": ("≤ {}", "le"),
    "greater_than": ("> {}", "gt"),
    "less_than": ("< {}", "lt"),
}


def check_shape(shape: Any, document: Document) -> tuple[Any, list[Problem]]:
    """Validate data against a pydantic shape.

    Returns
    -------
    (value, problems)
        The plain, complete value (defaults filled in) or None; the reader's problems and those of the
        shape, without those that only follow from a value the reader has refused.
    """
    problems = list(document.problems)
    adapter: TypeAdapter[Any] = TypeAdapter(shape)
    try:
        value = adapter.dump_python(adapter.validate_python(document.data))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            place = tuple(part for part in detail["loc"] if part != _KEY and not str(part).startswith(VARIANT))
            if not document.spoilt(place):
                problems.append(_problem(shape, document, place=place, detail=detail))
        # a misspelt key is one mistake: the key it was meant to be is not told as missing as well
        misspelt = [problem for problem in problems if problem.key == "unknown_key" and problem.suggestion]
        meant = {problem.place.removesuffix(str(problem.params["key"])) + problem.suggestion for problem in misspelt}
        return None, [problem for problem in problems if problem.key != "missing_key" or problem.place not in meant]
    return (None if any(not problem.warning for problem in problems) else value), problems


def check_parts(shape: Any, document: Document) -> tuple[dict[Any, Any], list[Problem]]:
    """As `check_shape` for a mapping of entries, but the sound entries come back although others are not."""
    value, problems = check_shape(shape, document)
    if value is not None:
        return value, problems
    inner = TypeAdapter(get_args(shape)[-1])
    sound = {}
    for key, entry in document.data.items():
        if not document.spoilt((key,)):
            try:
                sound[key] = inner.dump_python(inner.validate_python(entry))
            except ValidationError:
                continue  # told by check_shape already
    return sound, problems


def _problem(shape: Any, document: Document, *, place: Place, detail: Mapping[str, Any]) -> Problem:
    kind, value = detail["type"], detail["input"]
    at_key = detail["loc"][-1:] == (_KEY,)
    if kind == "missing" and isinstance(place[-1], int):
        return document.problem("list_too_short", place[:-1])
    params = {"key": str(place[-1])} if place else {}
    if kind == "missing":
        return document.problem("missing_key", place, at_key=True, params=params)
    if kind == "extra_forbidden":
        names = field_names(shape, detail["loc"][:-1])
        known = {"value": place[-1], "allowed": ", ".join(names), "suggestion": nearest(str(place[-1]), names)}
        return document.problem("unknown_key", place, at_key=True, params=params, **known)
    if value is None:
        return document.problem("empty_value", place)
    key, allowed = _message(kind, detail.get("ctx") or {})
    suggestion = nearest(str(value), str(allowed).split(", ")) if key == "not_one_of" else _respelt(key, str(value))
    if key == "bad_slug" and place[-1] in _OWN_NAMES:  # a name one gives; a name of something else has to be known
        suggestion = slug_like(str(value))
    return document.problem(key, place, at_key=at_key, value=_short(value), allowed=allowed, suggestion=suggestion)


def _message(kind: str, context: Mapping[str, Any]) -> tuple[str, str | Numbers]:
    """Catalogue key and the allowed range or values of a pydantic error."""
    if kind in _TYPES:
        return _TYPES[kind], ""
    if kind == "between":
        return context["key"], context["allowed"]
    if kind in _BOUNDS:
        pattern, name = _BOUNDS[kind]
        return "out_of_range", Numbers(pattern, (context[name],))
    if kind == "literal_error":
        return "not_one_of", ", ".join(re.findall("'([^']*)'", context["expected"]))
    if kind == "string_pattern_mismatch":
        return _PATTERNS[context["pattern"]], ""
    if kind in ("string_too_long", "too_long"):
        longest = Numbers("≤ {}", (context["max_length"],))
        return ("text_too_long" if kind == "string_too_long" else "list_too_long"), longest
    return "wrong_shape", ""


def _short(value: Any) -> str:
    """What was found, without repeating a whole mapping."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, (list, tuple)):
        return "[…]"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _respelt(key: str, text: str) -> str:
    """How a value written as text should have been written, or ""."""
    if key in ("expected_number", "expected_money"):
        candidate = text.replace(",", ".") if text.count(",") + text.count(".") == 1 else text
        return candidate if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", candidate) else ""
    if key == "expected_whole":
        found = re.fullmatch(r"(-?[0-9]+)(\.0+)?", text)
        return found.group(1) if found else ""
    return text.casefold() if key == "expected_truth" and text.casefold() in ("true", "false") else ""


def field_names(shape: Any, location: tuple[Any, ...]) -> list[str]:
    """The keys a mapping may have at a pydantic location inside a shape."""
    shapes = [shape]
    for part in location:
        shapes = [inner for outer in shapes for inner in _inside(outer, part)]
    models = [one for outer in shapes for one in _flat(outer) if _is_model(one)]
    return list(dict.fromkeys(name for model in models for name in model.model_fields))


def _inside(annotation: Any, part: Any) -> Iterator[Any]:
    """The annotations of what a part of a location leads to."""
    for one in _flat(annotation):
        if str(part).startswith(VARIANT):
            if Tag(str(part)) in getattr(one, "__metadata__", ()):
                yield one
        elif get_origin(one) in _CONTAINERS:
            yield get_args(one)[-1]
        elif _is_model(one) and part in one.model_fields:
            yield one.model_fields[part].annotation


def _flat(annotation: Any) -> Iterator[Any]:
    """An annotation with all it wraps: what an annotated type annotates, the members of a union."""
    yield annotation
    if hasattr(annotation, "__metadata__"):
        yield from _flat(annotation.__origin__)
    elif get_origin(annotation) not in _CONTAINERS:
        for arm in get_args(annotation):
            yield from _flat(arm)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
