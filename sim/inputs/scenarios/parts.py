"""Plans and worlds from files: the parts a scenario is made of."""

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim import domain
from sim.inputs import text, yaml
from sim.inputs.pack import (
    QUANTILES,
    distribution_from,
    distribution_problems,
    load_register,
    numeric,
    pack_folder,
)
from sim.inputs.scenarios.areas import areas_content, areas_from, check_areas
from sim.inputs.text import PLANS, WORLDS, File, Place, data_root, known_slugs, limit, nearest, plain
from sim.inputs.yaml import Checked, Loader


def list_plans(root: Path | None = None) -> tuple[str, ...]:
    """Slugs of the plans there are to choose from, sorted: the chosen pack's own, else those all packs share."""
    return text.offered(PLANS, root or data_root(), pack_folder(root=root))


def load_plan(name: str | os.PathLike[str], *, root: Path | None = None, own: Path | None = None) -> domain.Plan:
    """A plan by slug (of a data pack or of the data root) or by path.

    Parameters
    ----------
    own : folder of the data pack; default the chosen one's

    Raises
    ------
    InputError
        With every problem of the file.
    """
    root = root or data_root()
    return plan_from(_PLANS.load(File.named(PLANS, name, root, own or pack_folder(root=root))))


def plan_from(content: Mapping[str, Any]) -> domain.Plan:
    """The plan of validated content (`plan_content`)."""
    return domain.Plan(
        slug=content["slug"],
        label=content["label"],
        price_basis=content["price_basis"],
        fund=_years(content["fund"]),
        lines={line: _years(content["lines"][line]) for line in domain.LINES},
        repeat_last=content["repeat_last"],
        areas=areas_from(content["areas"]),
    )


def _years(series: Mapping[str, int]) -> dict[int, int]:
    return {int(year): vnd for year, vnd in sorted(series.items())}


def plan_content(value: Mapping[str, Any]) -> dict[str, Any]:
    """Validated data with money in whole đồng, ready for the cache."""
    lines = {line: _whole(series) for line, series in value["lines"].items()}
    return {**value, "fund": _whole(value["fund"]), "lines": lines, "areas": areas_content(value["areas"])}


def _whole(series: Mapping[int, Decimal]) -> dict[str, int]:
    return {str(year): domain.vnd_from_billion(amount) for year, amount in series.items()}


def check_money(found: Checked, at: Place = ()) -> None:
    """What is wrong with the money itself: finer than a đồng, years that are missing, more than the fund, areas.

    Parameters
    ----------
    at : where the plan stands in the document, () when it is the document
    """
    known, fund = len(found.problems), (*at, "fund")
    places = [fund, *((*at, "lines", line) for line in domain.LINES)]
    series = {place: amounts for place in places if (amounts := _amounts(found, place))}
    # every series needs every year any of them names; with `repeat_last` later ones may end sooner
    repeats = found.document.at((*at, "repeat_last")) is True
    named = sorted({year for years in series.values() for year in years})
    for place, years in series.items():
        needed = range(named[0], named[-1] + 1)
        missing = [year for year in needed if year not in years and not (repeats and year > max(years))]
        if missing:
            text = ", ".join(str(year) for year in missing)
            params = {"years": text, "series": str(place[-1])}
            found.tell("missing_year", place, at_key=True, params=params, value=text)
    check_areas(found, at, series)
    if len(found.problems) > known or fund not in series or len(series) <= len(domain.LINES):
        return
    for year in named:  # a later one repeats the last: gaps were refused before
        money = {place: years.get(year, years[max(years)]) for place, years in series.items()}
        available = money.pop(fund)
        asked = sum(money.values())
        if asked > available:
            stated = {"asked": asked, "fund": available, "over": asked - available}
            billions = {name: domain.billion_from_vnd(vnd) for name, vnd in stated.items()}
            place, over = (*fund, year) if year in series[fund] else fund, {"year": year, **billions}
            allowed = domain.Numbers("≤ {}", (billions["fund"],))
            found.tell("lines_exceed_fund", place, params=over, value=billions["asked"], allowed=allowed)


def _amounts(found: Checked, place: Place) -> dict[int, int]:
    """Whole đồng by year of one series, or nothing when a part of it was refused elsewhere."""
    series = found.document.at(place)
    if not isinstance(series, dict) or found.document.spoilt(place):
        return {}
    amounts: dict[int, int] = {}
    too_fine: list[domain.Problem] = []
    for year, amount in series.items():
        known = isinstance(year, int) and limit("first_year") <= year <= limit("last_year")
        number = isinstance(amount, (int, Decimal)) and not isinstance(amount, bool)
        if not known or not number or not 0 <= amount <= limit("annual_fund"):
            return {}
        try:
            amounts[year] = domain.vnd_from_billion(Decimal(amount))
        except ValueError:
            too_fine.append(found.document.problem("money_too_fine", (*place, year), value=plain(amount)))
    found.problems += too_fine
    return {} if too_fine else amounts


# -- World files to worlds: assumptions restated within the limits the register sets ---------------


def list_worlds(root: Path | None = None) -> tuple[str, ...]:
    """Slugs of the worlds of the data root, sorted."""
    return known_slugs((root or data_root()) / WORLDS)


def load_world(
    name: str | os.PathLike[str],
    *,
    root: Path | None = None,
    register: domain.Register | None = None,
    notes: list[domain.Problem] | None = None,
) -> domain.World:
    """A world by slug (of the data root) or by path, checked against the register.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    root = root or data_root()
    file = File.named(WORLDS, name, root)
    register = register or load_register(root)
    return world_from(_WORLDS.load(file, register, depends=[register_bytes(register)], notes=notes))


def world_from(content: Mapping[str, Any]) -> domain.World:
    """The world of validated content (`world_content`)."""
    overrides = {
        key: domain.Override(key, distribution_from(override), override["reason"])
        for key, override in content["overrides"].items()
    }
    nothing = {"vi": "", "en": ""}
    return domain.World(content["slug"], content["label"], content.get("description") or nothing, overrides)


def register_bytes(register: domain.Register) -> bytes:
    """What of the register a world's checks depend on."""
    entries = (*register.entries.items(), *register.common.items())
    return repr([(key, entry.bounds, entry.distribution.simplex, entry.role) for key, entry in entries]).encode()


def world_content(value: Mapping[str, Any]) -> dict[str, Any]:
    """Validated data with plain floats, ready for the cache."""
    return {**value, "overrides": {key: numeric(override) for key, override in value["overrides"].items()}}


def check_overrides(found: Checked, register: domain.Register, at: Place = ()) -> None:
    """Overrides that name no assumption, one they may not restate, or numbers outside its bounds.

    Parameters
    ----------
    at : where the world stands in the document, () when it is the document
    """
    overrides = found.document.at((*at, "overrides"))
    for key, override in overrides.items() if isinstance(overrides, dict) else ():
        place = (*at, "overrides", key)
        if found.document.spoilt(place):
            continue
        if key not in (known := {**register.common, **register.entries}):
            near = nearest(str(key), known)
            found.tell("unknown_assumption", place, at_key=True, value=key, suggestion=near)
            continue
        assumption = register[key]
        if not isinstance(override, dict):
            continue  # told by the shape already
        if assumption.distribution.simplex:
            params = {"group": assumption.distribution.simplex}
            found.tell("override_of_simplex", place, at_key=True, params=params, value=key)
        elif assumption.role == "measurement":
            found.tell("override_of_measurement", place, at_key=True, value=key)
        else:
            written = {name: override.get(name) for name in (("value",) if "value" in override else QUANTILES)}
            if not any(number is None or isinstance(number, (bool, str, dict, list)) for number in written.values()):
                bounds = assumption.bounds
                found.problems += distribution_problems(found.document, place, written=written, bounds=bounds)


_PLANS = Loader("plan", lambda: yaml.PlanShape, check_money, plan_content)
_WORLDS = Loader("world", lambda: yaml.WorldShape, check_overrides, world_content)
