"""Whether one question has one answer, wherever and in whatever form it was printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sim.report.print import Told
from tests.support.shared_figures import figure

#: What a statistic of a difference becomes when the two scenarios change places.
_TURNED = {"low": "high", "high": "low", "higher": "lower", "lower": "higher"}
#: Outcomes of many plans are kept as float32: a small difference of two levels of some fifty is worth five digits.
_ALIKE = 5e-5


def conflicts(kept: Iterable[Told]) -> list[str]:
    """Every question with two answers, in words; none when each has one."""
    groups: dict[str, list[tuple[float, Told]]] = {}
    for one in kept:
        key, value = _placed(one)
        groups.setdefault(repr(key), []).append((value, one))
    return [problem for group in groups.values() for problem in _differ(group)]


def questions(kept: Iterable[Told]) -> dict[str, int]:
    """{question: how often it was answered}."""
    counted: dict[str, int] = {}
    for one in kept:
        counted[question(one)] = counted.get(question(one), 0) + 1
    return counted


def question(one: Told) -> str:
    """The question an answer is to, as a text."""
    return repr(_placed(one)[0])


def _placed(one: Told) -> tuple[tuple[object, ...], float]:
    """The question in one direction, and the value told in it: A minus B is minus B minus A."""
    stat, indicator, year, basis, ours, theirs, *rest = one.subject.key
    kind, *which = str(stat).split()
    if kind != "difference" or repr(ours) <= repr(theirs):
        return one.subject.key, one.value
    turned = [_TURNED.get(name, name) for name in which]
    value = one.value if {"higher", "lower"} & set(which) else -one.value
    return (" ".join([kind, *turned]), indicator, year, basis, theirs, ours, *rest), value


def _differ(group: list[tuple[float, Told]]) -> Iterator[str]:
    """What of one question's answers does not agree with the first of them, or with how it was rounded itself."""
    first, by_place = group[0], {}
    bare = not all(one.signed for _, one in group)  # a sentence may say more or less in words
    for value, one in group:
        ours, theirs = (abs(value), abs(first[0])) if bare else (value, first[0])
        if abs(ours - theirs) > _ALIKE * max(abs(ours), abs(theirs)):
            yield f"{_named(one)}: {one.text} ({one.value!r}) and {first[1].text} ({first[1].value!r})"
        if one.place is None or not re.search(r"\d", one.text):
            continue
        printed = abs(figure(one.text) if one.lang else float(one.text))
        if abs(printed - abs(one.value)) > 10.0**one.place:
            yield f"{_named(one)}: {one.value!r} printed as {one.text}"
        if by_place.setdefault(one.place, printed) != printed:
            yield f"{_named(one)}: printed as {one.text} and as {by_place[one.place]}"


def _named(one: Told) -> str:
    subject = one.subject
    beside = f" beside {subject.reference.slug}" if subject.reference else ""
    what = f"{subject.stat} {subject.part} of {subject.indicator} {subject.year} {subject.basis}"
    return f"{what} in {subject.scenario.slug}{beside}"
