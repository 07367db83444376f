"""What two scenarios choose or state differently, read beside every difference of results."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.domain import LINES, Override, Scenario, billion_from_vnd


@dataclass(frozen=True)
class InputChanges:
    """Inputs of a scenario that differ from a reference's.

    Attributes
    ----------
    lines : lines whose money, or its division between areas, differs in some year
    fund, basis, horizon : whether the fund, the price basis of the plan, the last year differ
    overrides : {assumption: what this world states}, where the reference's world states otherwise
    dropped : assumptions that only the reference's world restates
    """

    lines: frozenset[str]
    fund: bool
    basis: bool
    horizon: bool
    overrides: Mapping[str, Override]
    dropped: Sequence[str]


def input_changes(scenario: Scenario, reference: Scenario, years: Sequence[int]) -> InputChanges:
    """Inputs of a scenario that differ from a reference's, over the years both have [whole VND]."""
    ours, theirs = scenario.world.overrides, reference.world.overrides

    def differs(what: str) -> bool:
        return any(_money(scenario, what, year) != _money(reference, what, year) for year in years)

    return InputChanges(
        lines=frozenset(line for line in LINES if differs(line) or _divided(scenario, reference, line, years)),
        fund=differs("fund"),
        basis=scenario.plan.price_basis != reference.plan.price_basis,
        horizon=scenario.horizon != reference.horizon,
        overrides={
            key: one for key, one in ours.items() if key not in theirs or theirs[key].distribution != one.distribution
        },
        dropped=[key for key in theirs if key not in ours],
    )


# -- The same as rows, read beside every difference of results -------------------------------------

#: `what` is price_basis, fund, a line, horizon, world or an assumption's id; years are blank where
#: they have no meaning.
INPUT_COLUMNS = ("reference", "scenario", "what", "first_year", "last_year", "unit", "before", "after")
_MONEY = "billion VND/yr"


def input_rows(reference: Scenario, scenario: Scenario, years: Sequence[int]) -> Iterator[tuple[object, ...]]:
    """Every input that differs; money year by year, years alike in one row."""
    names, found = (reference.slug, scenario.slug), input_changes(scenario, reference, years)
    if found.basis:
        yield (*names, "price_basis", "", "", "", reference.plan.price_basis, scenario.plan.price_basis)
    for what in ("fund", *LINES):
        if what in found.lines or (what == "fund" and found.fund):
            yield from ((*names, *row) for row in _money_rows(reference, scenario, what, years))
        if what in LINES and (changed := _divided(scenario, reference, what, years)):
            before, after = (_shares(one, what, changed[0]) for one in (reference, scenario))
            yield (*names, what, changed[0], changed[-1], "", before, after)
    if found.horizon:
        yield (*names, "horizon", "", "", "", reference.horizon, scenario.horizon)
    if reference.world.slug != scenario.world.slug:
        yield (*names, "world", "", "", "", reference.world.slug, scenario.world.slug)
    for key in sorted({*found.overrides, *found.dropped}):
        before, after = (_stated(one.world.overrides.get(key)) for one in (reference, scenario))
        yield (*names, key, "", "", "", before, after)


#: Stands where a plan divides nothing between areas.
BY_ACTIVE = "active_htx"


def _divided(scenario: Scenario, reference: Scenario, line: str, years: Sequence[int]) -> list[int]:
    """Years in which two plans divide a line's money between areas in different ways."""
    ours, theirs = scenario.plan, reference.plan
    return [year for year in years if ours.area_shares(line, year) != theirs.area_shares(line, year)]


def _shares(scenario: Scenario, line: str, year: int) -> str:
    """``A=0.4 B=0.6`` of a line, as a table's cell."""
    shares = scenario.plan.area_shares(line, year)
    return " ".join(f"{area}={share:f}" for area, share in shares.items()) or BY_ACTIVE


def _money_rows(
    reference: Scenario, scenario: Scenario, what: str, years: Sequence[int]
) -> Iterator[tuple[object, ...]]:
    pairs = [(_money(reference, what, year), _money(scenario, what, year)) for year in years]
    start = 0
    for at in range(1, len(pairs) + 1):
        if at == len(pairs) or pairs[at] != pairs[start]:
            if pairs[start][0] != pairs[start][1]:
                before, after = (f"{billion_from_vnd(vnd):f}" for vnd in pairs[start])
                yield (what, years[start], years[at - 1], _MONEY, before, after)
            start = at


def _money(scenario: Scenario, what: str, year: int) -> int:
    return scenario.plan.annual_budget(year) if what == "fund" else scenario.plan.line_budget(what, year)


def _stated(override: Override | None) -> str:
    """p10, p50 and p90 of an override; empty where the register holds."""
    points = (override.distribution.p10, override.distribution.p50, override.distribution.p90) if override else ()
    return "–".join(dict.fromkeys(map(repr, points)))
