"""Plans, worlds and scenarios from files."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sim import domain
from sim.domain import InputError, Problem, Register, Scenario
from sim.inputs import text, yaml
from sim.inputs.excel import is_workbook, parse_scenario_book
from sim.inputs.pack import (
    QUANTILES,
    distribution_from,
    distribution_problems,
    load_province,
    load_register,
    numeric,
    pack_folder,
)
from sim.inputs.scenarios.areas import areas_content, areas_from, check_areas
from sim.inputs.text import PLANS, WORLDS, File, Place, data_root, known_slugs, limit, nearest, plain
from sim.inputs.yaml import Checked, Loader, parse_yaml

#: The scenario that stands for the usual choice: it opens reports, its ranges are checked and kept to be scored.
MAIN = "fund-12.3"


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


@dataclass(frozen=True)
class Background:
    """What scenarios are checked against: loaded once, used for many.

    Attributes
    ----------
    base_year : the year before the first projected one
    own : folder of the data pack, which may hold plans and scenarios of its own
    areas : codes of its areas; none where that is not known
    """

    root: Path
    register: Register
    base_year: int
    own: Path | None = None
    areas: tuple[str, ...] = ()

    @property
    def reach(self) -> range:
        """Years a scenario may have as its horizon."""
        return range(self.base_year + 1, self.base_year + text.limit("horizon_years") + 1)


def load_background(root: Path | None = None, *, province: str | None = None) -> Background:
    """The register and the base year of a data root."""
    root = root or text.data_root()
    found, own = load_province(province, root=root), pack_folder(province, root=root)
    codes = tuple(area.code for area in found.areas)
    return Background(root, load_register(root, province=province), found.base_year, own, codes)


def list_scenarios(root: Path | None = None) -> tuple[str, ...]:
    """Slugs of the scenarios there are to choose from, sorted: the chosen pack's own, else those all packs share."""
    return text.offered(text.SCENARIOS, root or text.data_root(), pack_folder(root=root))


def load_scenario(
    name: str | os.PathLike[str] | File,
    *,
    root: Path | None = None,
    background: Background | None = None,
    notes: list[Problem] | None = None,
) -> Scenario:
    """A scenario with its plan and its world.

    Parameters
    ----------
    name : a slug, matched exactly in the pack's own scenarios, then in ``data/scenarios``; anything with a
        slash of either kind or ending in .yaml, .yml or .xlsx is a path; never one for the other. Or a file that
        was read already
    root : data root; by default `data_root`
    background : pass one when loading many scenarios
    notes : receives warnings, which refuse nothing

    Raises
    ------
    InputError
        With every problem of the scenario, of its plan and of its world.
    """
    background = background or load_background(root)
    file = name if isinstance(name, File) else text.File.named(text.SCENARIOS, name, background.root, background.own)
    return _read(file, background, notes)


def checked_scenario(scenario: Scenario, *, background: Background | None = None) -> Scenario:
    """A scenario made in Python, held to what a scenario's file is held to.

    Raises
    ------
    InputError
        With every problem a file of the same content would have, by key.
    """
    written = text.File(yaml.scenario_text(scenario).encode(), "")
    try:
        _read(written, background or load_background(), None)
    except InputError as error:
        bare = (replace(problem, file="", line=None, column=None) for problem in error.problems)
        raise InputError(*bare) from None
    return scenario


def _read(file: File, background: Background, notes: list[Problem] | None) -> Scenario:
    """The scenario of a file, whose parts are all read before anything is refused."""
    found: list[Problem] = []
    known = register_bytes(background.register)
    content = _SCENARIOS.load(file, background, depends=[known], notes=found)
    problems: list[Problem] = []
    plan, world = (
        text.collected(partial(_part, name, content[name], background, file=file, notes=found), problems)
        for name in ("plan", "world")
    )
    horizon, reach, document = content["horizon"], background.reach, partial(_document, file.raw, file=file.name)
    if horizon not in reach:
        allowed = f"{reach[0]} … {reach[-1]}"
        problems.append(document().problem("horizon_out_of_range", ("horizon",), value=horizon, allowed=allowed))
    elif plan and (missing := plan.missing(range(reach[0], horizon + 1))):
        params = {"plan": plan.slug, "years": ", ".join(map(str, missing)), "horizon": horizon}
        problems.append(document().problem("plan_too_short", ("horizon",), params=params, value=horizon))
    if plan and background.areas:
        at: Place = ("plan",) if isinstance(content["plan"], str) else ("plan", "areas")
        for problem in domain.areas_problems(plan.areas, background.areas):
            at_key, about = len(at) > 1, {"value": problem.value, "allowed": problem.allowed}
            problems.append(document().problem(problem.key, at, at_key=at_key, **about))
    text.refuse(problems)
    assert plan is not None and world is not None
    if notes is not None:
        notes.extend(found)
    return Scenario(content["slug"], content["label"], plan, world, horizon)


def _document(raw: bytes, *, file: str) -> text.Document:
    """A scenario file as plain data with places, whether YAML or the workbook of the same content."""
    if file.lower().endswith(text.XLSX) or is_workbook(raw):
        return parse_scenario_book(raw, file=file)
    return parse_yaml(raw, file=file)


def _check(found: Checked, background: Background) -> None:
    """What can be said of the file alone and of the register."""
    document, root = found.document, background.root
    for number, problem in enumerate(found.problems):
        if problem.key == "bad_slug" and problem.place in ("plan", "world"):
            near = text.nearest(str(problem.value), text.offered(f"{problem.place}s", root, background.own))
            found.problems[number] = replace(problem, suggestion=near)
    if isinstance(document.data.get("plan"), dict):
        check_money(found, ("plan",))
    if isinstance(document.data.get("world"), dict):
        check_overrides(found, background.register, ("world",))
    if found.value is not None:
        return
    for name in ("plan", "world"):  # looked up all the same: all problems at once
        slug = document.data.get(name)
        if isinstance(slug, str) and not document.spoilt((name,)):
            unknown = text.unknown_slug(name + "s", slug, root, background.own)
            if unknown is not None and unknown.key != "bad_name":  # its form was told already
                found.problems.append(document.placed(unknown, (name,)))


def _content(value: Mapping[str, Any]) -> dict[str, Any]:
    """Validated data ready for the cache; inline parts without a name take the scenario's."""
    content = dict(value)
    for name, prepare in (("plan", plan_content), ("world", world_content)):
        part = value[name]
        if not isinstance(part, str):
            own = {key: part[key] or value[key] for key in ("slug", "label")}
            content[name] = {**prepare(part), **own}
    return content


def _part(name: str, stated: Any, background: Background, *, file: text.File, notes: list[Problem]) -> Any:
    """The plan or the world that a scenario holds or names."""
    if not isinstance(stated, str):
        return plan_from(stated) if name == "plan" else world_from(stated)
    unknown = text.unknown_slug(name + "s", stated, background.root, background.own)
    if unknown is not None:
        raise InputError(_document(file.raw, file=file.name).placed(unknown, (name,)))
    if name == "plan":
        return load_plan(stated, root=background.root, own=background.own)
    return load_world(stated, root=background.root, register=background.register, notes=notes)


_SCENARIOS = Loader("scenario", lambda: yaml.ScenarioShape, _check, _content, _document)

Scenario.find_world = load_world
