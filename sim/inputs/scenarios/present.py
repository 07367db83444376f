"""What a scenario's file says of the present: money of years that are over, and targets of one's own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sim import domain
from sim.domain import Problem
from sim.inputs import text
from sim.inputs.text import Place, nearest
from sim.inputs.yaml import Checked


def changed_past(
    stated: domain.Plan, based: domain.Plan, past: range, document: text.Document
) -> Iterator[Problem]:
    """Money of years that are over, written down otherwise than in the base plan: a cell refuses, a file is told."""
    series: dict[Place, Any] = {("fund",): (stated.fund, based.fund)}
    series |= {("lines", line): (stated.lines[line], based.lines[line]) for line in domain.LINES}
    for place, (written, base) in series.items():
        for year in past:
            if year in written and written[year] != base[year]:
                value, was = (domain.billion_from_vnd(money[year]) for money in (written, base))
                at, params = ("plan", *place, year), {"year": year, "present": past[-1] + 1}
                refused, allowed = bool(document.addresses), domain.Numbers("{}", (was,))
                key = "past_money" if refused else "past_money_replaced"
                yield document.problem(key, at, params=params, value=value, allowed=allowed, warning=not refused)


def targets_outside(
    targets: tuple[domain.Target, ...], years: range, document: Callable[[], text.Document]
) -> Iterator[Problem]:
    """Targets of years that cannot be planned, and two of one indicator and year."""
    for number, target in enumerate(targets):
        if target.year not in years:
            allowed = f"{years[0]} … {years[-1]}" if years else ""
            at = ("targets", number, "year")
            yield document().problem("target_year", at, value=target.year, allowed=allowed)
        if target.id in [one.id for one in targets[:number]]:
            params = {"indicator": target.indicator, "year": target.year}
            yield document().problem("target_twice", ("targets", number), params=params, value=target.id)


def check_targets(found: Checked) -> None:
    """Targets of one's own that ask for what there is not, or cannot be."""
    targets = found.document.data.get("targets")
    for number, target in enumerate(targets if isinstance(targets, list) else ()):
        place: Place = ("targets", number)
        if found.document.spoilt(place) or not isinstance(target, dict):
            continue
        for problem in domain.target_problems(target.get("indicator"), target.get("level"), target.get("high")):
            near = nearest(str(problem.value), domain.INDICATOR) if problem.key == "unknown_indicator" else ""
            details = {"params": problem.params, "value": problem.value, "allowed": problem.allowed}
            found.tell(problem.key, (*place, problem.place), suggestion=near, **details)


def target_contents(targets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Validated targets as arguments of `sim.domain.own_target`, ready for the cache."""
    return [
        {
            "indicator": one["indicator"],
            "year": one["year"],
            "level": float(one["level"]),
            "high": None if one["high"] is None else float(one["high"]),
            "name": one["label"] or "",
        }
        for one in targets
    ]
