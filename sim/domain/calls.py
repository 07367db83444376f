"""Public calls: what does not fit their parameters is refused in words, before anything runs.

Python says of a misspelt name or of one value too many what it says of any function, in English. Here both, and values
of another kind than a parameter takes, are problems with place, value, what is allowed and a suggestion.
"""

import inspect
import os
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial, wraps
from numbers import Integral, Number, Real
from typing import Any, TypeVar

from sim.domain.errors import InputError, Problem

Kind = TypeVar("Kind", bound=type)
_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
#: Whose parts are looked at; what else is read as a list becomes one.
_LISTS = (list, tuple, set, frozenset, range)
_MOST = 60
#: Stands for whatever further names a call takes.
_MORE = "**"


class Miscalled(InputError, TypeError):
    """A call that does not fit the parameters of what is called."""


def answering(call: Callable[..., Any], *, kinds: bool = True) -> Callable[..., Any]:
    """The same call, which refuses in words what does not fit its parameters.

    Numbers and lists of other libraries reach it as Python's own, and so does what can be read once only.

    Parameters
    ----------
    kinds : whether values are held against the annotations; whoever looks at its values itself says more
    """

    @wraps(call)
    def spoken(*arguments: Any, **options: Any) -> Any:
        found = [] if _fit(call, arguments, options) else list(_misfits(call, arguments, options))
        if not found and kinds:
            arguments, options = _own(call, arguments, options)
            found = list(_strangers(call, arguments, options))
        if found:
            raise Miscalled(*found)
        return call(*arguments, **options)

    return spoken


def answering_class(*names: str, kinds: bool = False) -> Callable[[Kind], Kind]:
    """A decorator: a class whose making and some of whose methods are `answering`; nothing else of it changes.

    Parameters
    ----------
    names : of methods, own or inherited; what arithmetic calls again and again is left as it is
    kinds : as of `answering`, of what is named; ``__init__`` among the names means its making too
    """

    def change(kind: Kind) -> Kind:
        for name in dict.fromkeys((*names, "__init__")):
            member = inspect.getattr_static(kind, name) if name in names else vars(kind).get(name)
            if isinstance(member, (classmethod, staticmethod)):
                setattr(kind, name, type(member)(answering(member.__func__, kinds=kinds)))
            elif member is not None:
                setattr(kind, name, answering(member, kinds=kinds and name in names))
        return kind

    return change


@cache
def _parameters(call: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(call).parameters


@cache
def _shape(call: Callable[..., Any]) -> tuple[tuple[str, ...], frozenset[str], frozenset[str], bool]:
    """Names by position, names that must be given, all names, and whether further names are taken."""
    known = _parameters(call).values()
    named = [one for one in known if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    return (
        tuple(one.name for one in named if one.kind in _BY_POSITION),
        frozenset(one.name for one in named if one.default is one.empty),
        frozenset(one.name for one in named),
        any(one.kind is one.VAR_KEYWORD for one in known),
    )


def _called(call: Callable[..., Any]) -> str:
    """How a call is written: ``run()``, ``Plan.split()``, ``Plan()``."""
    return f"{call.__qualname__.removesuffix('.__init__')}()"


def _asked(names: Iterable[str]) -> list[str]:
    """Names somebody may give: not what a method is called on."""
    return [name for name in names if name not in ("self", "cls")]


def _fit(call: Callable[..., Any], arguments: tuple[Any, ...], options: Mapping[str, Any]) -> bool:
    """Whether every name is known and every value has one place, as in nearly all calls."""
    places, needed, known, open_ended = _shape(call)
    given = {*places[: len(arguments)], *options}
    once = len(arguments) <= len(places) and len(given) == len(arguments) + len(options)
    return once and needed <= given and (open_ended or given <= known)


def _misfits(
    call: Callable[..., Any], arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> Iterator[Problem]:
    """Values too many, names that are not known, given twice or missing."""
    places, needed, known, open_ended = _shape(call)
    given = places[: len(arguments)]
    if len(arguments) > len(places):
        free = [name for name in _parameters(call) if name in known and name not in (*places, *options)]
        by_name = f"{free[0]}={_shown(arguments[len(places)])}" if free else ""
        own = len(places) - len(_asked(places))
        told = {"call": _called(call), "most": len(places) - own, "given": len(arguments) - own}
        key, allowed = "parameters_too_many" if known else "parameters_none", ", ".join(_asked(_parameters(call)))
        value = ", ".join(_shown(one) for one in arguments[len(places) :])
        yield Problem(key, told, place=_called(call), value=value, allowed=allowed, suggestion=by_name)
    for name in options:
        if name not in known and not open_ended:
            free = [one for one in _asked(_parameters(call)) if one not in given]
            near, allowed = likest(name, free), ", ".join(free)
            told = {"name": name}
            yield Problem("unknown_parameter", told, place=_called(call), value=name, allowed=allowed, suggestion=near)
        elif name in given:
            yield Problem("argument_twice", {"name": name}, place=_called(call), value=_shown(options[name]))
    missing = [name for name in _asked(places) if name in needed and name not in given and name not in options]
    missing += sorted(needed - {*places, *options})
    if missing:
        yield Problem("parameters_missing", {"names": ", ".join(missing)}, place=_called(call))


def _own(
    call: Callable[..., Any], arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The values of a call as `_plain` ones."""
    kind, places = partial(_kind_of, call), _shape(call)[0]
    first = [_plain(value, kind(name)) for name, value in zip(places, arguments, strict=False)]
    named = {name: _plain(value, kind(name)) for name, value in options.items()}
    return (*first, *arguments[len(first) :]), named


def _plain(value: Any, kind: Any) -> Any:
    """A number as int or float and a list as a list, where the parameter takes one: arrays, columns, generators."""
    several = isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping, set, frozenset, range))
    for one in _alternatives(kind):
        if several and _is_list(one):
            parts = value.tolist() if hasattr(value, "tolist") else list(value)
            return [_plain(part, _of(one)) for part in parts] if isinstance(parts, list) else parts
        if one in (int, float) and isinstance(value, Number) and type(value) not in (int, float, bool):
            if _fits(value, one):
                return one(value)
    return value


def _strangers(
    call: Callable[..., Any], arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> Iterator[Problem]:
    """Values of another kind than their parameters take."""
    for name, value in (*zip(_shape(call)[0], arguments, strict=False), *options.items()):
        kind = _kind_of(call, name)
        if _fits(value, kind):
            continue
        for place, part, wanted in _parts(name, value, kind):
            told = {"name": place, "kind": type(part).__name__}
            allowed, near = _written(wanted), _meant(part, wanted)
            yield Problem(
                "parameter_kind", told, place=_called(call), value=_shown(part), allowed=allowed, suggestion=near
            )


def _kind_of(call: Callable[..., Any], name: str) -> Any:
    """The annotation of a parameter, or of all further names."""
    return _kinds(call).get(name if name in _shape(call)[2] else _MORE, Any)


@cache
def _kinds(call: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of parameters, of all further ones by `_MORE`; what only a type checker can read is left out."""
    found = {}
    for name, parameter in _parameters(call).items():
        kind = parameter.annotation
        if kind is not parameter.empty and not isinstance(kind, str):
            found[_MORE if parameter.kind is parameter.VAR_KEYWORD else name] = kind
    return found


def _fits(value: object, kind: Any) -> bool:
    """Whether a value is what an annotation says, as far as that can be told without using it."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, one) for one in typing.get_args(kind))
    if kind is Any or isinstance(kind, (str, TypeVar, typing.ForwardRef)):
        return True
    if kind in (int, float):
        return isinstance(value, Integral if kind is int else (Real, Decimal)) and not isinstance(value, bool)
    if kind is str:  # a path is as good as its text
        return isinstance(value, (str, os.PathLike))
    if kind in (None, type(None)):
        return value is None
    if _is_list(kind):
        if isinstance(value, Mapping) and not issubclass(typing.get_origin(kind), Sequence):
            return all(_fits(one, _of(kind)) for one in value)  # what goes through a mapping meets its keys
        several = isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))
        return several and (not isinstance(value, _LISTS) or all(_fits(one, _of(kind)) for one in value))
    return _is_a(value, origin or kind)


def _is_a(value: object, kind: Any) -> bool:
    """Whether a value is of a class, or can do what a protocol asks for."""
    if not isinstance(kind, type):
        return True
    if getattr(kind, "_is_protocol", False):
        asked = [name for name in vars(kind) if not name.startswith("_")]
        return not isinstance(value, type) and all(hasattr(value, name) for name in asked)
    return isinstance(value, kind)


def _is_list(kind: Any) -> bool:
    origin = typing.get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Iterable) and not issubclass(origin, Mapping)


def _of(kind: Any) -> Any:
    """What the parts of a list are; anything where that is not said."""
    return next(iter(typing.get_args(kind)), Any)


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return typing.get_args(kind) if typing.get_origin(kind) in (typing.Union, types.UnionType) else (kind,)


def _parts(name: str, value: Any, kind: Any) -> Iterator[tuple[str, Any, Any]]:
    """What does not fit: the parts of a list that are none of its kind, or the whole value."""
    lists = [one for one in _alternatives(kind) if _is_list(one)]
    if lists and isinstance(value, _LISTS):
        of = _of(lists[0])
        yield from ((f"{name}[{place}]", one, of) for place, one in enumerate(value) if not _fits(one, of))
    else:
        yield name, value, kind


def _written(kind: Any) -> str:
    """An annotation as a reader of Python knows it, without the modules names come from."""
    parts = [inspect.formatannotation(one) for one in _alternatives(kind)]
    return ", ".join(re.sub(r"(?:\w+\.)+", "", part).replace("NoneType", "None") for part in parts)


def _meant(value: object, kind: Any) -> str:
    """What somebody who gave a value of another kind most likely meant, or ""."""
    for one in _alternatives(kind):
        if _is_list(one) and _fits(value, _of(one)):
            return f"[{_shown(value)}]"
        if one in (int, float) and isinstance(value, str) and re.fullmatch(r"-?\d+(?:[.,]\d+)?", value.strip()):
            number = value.strip().replace(",", ".")
            if one is float or number.lstrip("-").isdigit():
                return number
    if isinstance(value, type) and any(_makes(value, one) for one in _alternatives(kind)):
        return f"{value.__name__}(…)"
    return ""


def _makes(value: type, kind: Any) -> bool:
    """Whether calling a class gives what is wanted."""
    if getattr(kind, "_is_protocol", False):
        return all(hasattr(value, name) for name in vars(kind) if not name.startswith("_"))
    return isinstance(kind, type) and issubclass(value, kind)


def _shown(value: object) -> str:
    """A value as it would be typed, cut short."""
    try:
        text = repr(value)
    except Exception:  # a value that cannot even be shown is told by its kind
        text = f"<{type(value).__name__}>"
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def likest(name: str, names: Iterable[str], alike: float = 0.6) -> str:
    """The known name most like a wrong one, or "".

    Parameters
    ----------
    alike : how alike two spellings must be [0, 1]; readers of files take the shipped limit (`sim.inputs.text.nearest`)
    """
    import difflib  # only on the way to a refusal

    known = {one.casefold(): one for one in names}
    found = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=alike)
    return known[found[0]] if found else ""
