"""A data pack: observations and sources of a province, and the base year they give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sim import domain
from sim.inputs import excel, text, yaml
from sim.inputs.figures import (
    COLUMNS,
    OBSERVED,
    doubts,
    key_of,
    last_month,
    other_concept,
    parse_observations,
    parse_sources,
)
from sim.inputs.pack.breaks import breaks_content, check_breaks
from sim.inputs.pack.present import years_to_plan
from sim.inputs.yaml import Checked, checked, parse_yaml

REGISTERED, ACTIVE, INACTIVE = "htx_registered", "htx_active", "htx_inactive"
YEARLY = "million VND/yr"


@dataclass
class Reader(Checked):
    """pack.yaml while every reference in it is looked up among the observations."""

    observations: Sequence[domain.Observation]

    @property
    def codes(self) -> list[str]:
        """Codes of the pack's areas."""
        return [area["code"] for area in self.value["areas"]]

    @property
    def merged(self) -> bool:
        """True when its areas were provinces of their own."""
        return any(area["pack"] for area in self.value["areas"])

    def starts(self, indicator: str) -> dict[str, tuple[text.Place, Mapping[str, Any]]]:
        """{area code: where it is said and what stands for the base-year figure}, the area's own word first."""
        common = ("base", indicator), self.value["base"][indicator]
        own = {
            area["code"]: (("areas", place, "base", indicator), area["base"][indicator])
            for place, area in enumerate(self.value["areas"])
            if indicator in area["base"]
        }
        return {code: own.get(code, common) for code in self.codes}

    def row(self, place: text.Place, reference: Mapping[str, Any], *, area: str | None = None) -> int | None:
        """Index of the one observation a reference names, or None (told)."""
        code = area or reference.get("area_code")
        codes = [code] if code else [*self.codes, *filter(None, [self.value["code"]])]
        year = reference.get("year", self.value["base_year"])
        name, period, source = reference["indicator"], reference["period"], reference["source_id"]
        wanted = [(code, reference["entity"], name, year, period, source) for code in codes]
        found = [index for index, row in enumerate(self.observations) if key_of(row) in wanted]
        if len(found) == 1:
            return found[0]
        key = ", ".join(str(part) for part in wanted[0])
        if found:
            lines = ", ".join(str(self.observations[index].line) for index in found)
            self.tell("row_found_twice", place, params={"key": key, "rows": lines}, value=key)
            return None
        printed = {row.indicator for row in self.observations}
        near = "" if name in printed else text.nearest(name, printed)
        self.tell("row_not_found", place, params={"key": key}, value=key, suggestion=near)
        return None


def base_figures(reader: Reader) -> dict[str, dict[str, Any]]:
    """{indicator: {area code: index of a row, or a row that was worked out}}"""
    base: dict[str, dict[str, Any]] = {}
    for indicator in reader.value["base"]:
        starts = reader.starts(indicator)
        printed = {code: how for code, how in starts.items() if "entity" in how[1]}  # else assumed or missing
        if printed:
            base[indicator] = {}
        for code, (place, reference) in printed.items():
            index = reader.row(place, reference, area=code)
            other = other_concept(reference["indicator"], indicator)
            if other:
                params = {"concept": other.id, "indicator": indicator}
                reader.tell("other_concept", (*place, "indicator"), params=params, value=reference["indicator"])
            elif index is not None:
                base[indicator][code] = _in_our_unit(reader, indicator, index)
    starts = {**reader.starts(REGISTERED), **reader.starts(ACTIVE)}
    whole = ACTIVE in base and not any("assumption" in how for _, how in starts.values())
    if whole:
        base[INACTIVE] = {}
    for code in reader.codes if whole else ():
        if code not in base[REGISTERED] or code not in base[ACTIVE]:
            continue  # told already
        registered, active = (reader.observations[base[name][code]] for name in (REGISTERED, ACTIVE))
        if active.value > registered.value:
            params = {"active": active.value, "registered": registered.value}
            allowed = domain.Numbers("≤ {}", (registered.value,))
            reader.tell("active_above_registered", ("base", ACTIVE), params=params, value=active.value, allowed=allowed)
        left, note = registered.value - active.value, "-".join(text.plain(row.value) for row in (registered, active))
        row = replace(registered, indicator=INACTIVE, value=left, status="derived", note=f"arithmetic: {note}")
        base[INACTIVE][code] = list(astuple(row))
    _check_start(reader, base)
    return base


def _check_start(reader: Reader, base: Mapping[str, Mapping[str, Any]]) -> None:
    """Figures nothing can start from: parts of an HTX, nobody at all, averages of nothing.

    An area may well be without HTX; a province that has none anywhere leaves every average without a denominator.
    """
    for indicator in (REGISTERED, ACTIVE, *domain.GROWING):
        values = [reader.observations[at].value for at in base.get(indicator, {}).values() if isinstance(at, int)]
        if values and (min(values) if indicator in domain.GROWING else max(values)) <= 0:
            reader.tell("base_zero", ("base", indicator), value=0.0, allowed=domain.Numbers("> {}", (0,)))
    for indicator, rows in base.items():
        for at in rows.values():
            if domain.INDICATOR[indicator].count and isinstance(at, int) and reader.observations[at].value % 1:
                row = reader.observations[at]
                reader.tell("count_not_whole", ("base", indicator), params={"unit": row.unit}, value=row.value)


def assumed_figures(reader: Reader) -> dict[str, dict[str, list[str]]]:
    """{indicator: {area code: [assumption id, indicator it multiplies or ""]}} of figures nobody printed."""
    assumed: dict[str, dict[str, list[str]]] = {}
    names = [name for name in domain.INDICATOR if name in reader.value["base"]]
    for indicator in reader.value["base"]:
        for code, (place, reference) in reader.starts(indicator).items():
            if "assumption" not in reference:
                continue
            of = reference["of"] or ""
            before = {name: reader.starts(name)[code][1] for name in names[: names.index(indicator)]}
            known = [name for name, how in before.items() if "entity" in how or not (how.get("of") or "missing" in how)]
            if of and of not in known:
                near, allowed = text.nearest(of, known), ", ".join(known)
                reader.tell("unknown_indicator", (*place, "of"), value=of, allowed=allowed, suggestion=near)
            assumed.setdefault(indicator, {})[code] = [reference["assumption"], of]
    return assumed


def _in_our_unit(reader: Reader, indicator: str, index: int) -> int | list[Any]:
    """The row itself when it is printed in our unit; a month's money as a year's."""
    row, unit = reader.observations[index], domain.INDICATOR[indicator].unit
    if row.unit == unit or (row.unit == "count" and unit in domain.COUNT_UNITS):
        return index
    if (row.unit, unit) == (domain.MONTHLY, YEARLY):
        yearly = float(Decimal(repr(row.value)) * domain.MONTHS_PER_YEAR)
        return list(astuple(replace(row, value=yearly, unit=unit, status="derived")))
    params = {"unit": row.unit}
    allowed = f"count, {unit}" if unit in domain.COUNT_UNITS else unit
    reader.tell("wrong_unit", ("base", indicator), params=params, value=row.unit, allowed=allowed)
    return index


#: Parts of pack.yaml that are kept as the rows they lead to.
_ELSEWHERE = ("targets", "base", "confirmed")


# -- The cold part of reading a data pack: every reference of pack.yaml must meet exactly one printed row ---

FUND_UNIT = "billion VND"
#: Counted by the model, but no published series.
CPI = ("macro", "cpi_inflation")
TARGET_ONLY = ("lhhtx_founded",)
#: Which side of its date a boundary vintage holds on.
BEFORE = "before"


def read_pack(files: Mapping[str, text.File], *, worlds: Sequence[str], notes: list[domain.Problem]) -> dict[str, Any]:
    """Validated, JSON-like content of a data pack; rows are named by their index in the observations.

    Parameters
    ----------
    files : the pack's three, by name
    worlds : slugs of the worlds its difficulties may name
    notes : receives what was accepted but should be told

    Raises
    ------
    InputError
        With every problem of the three files.
    """
    problems: list[domain.Problem] = []
    pack, printed, cited = (files[name] for name in (text.PACK, text.OBSERVATIONS, text.SOURCES))
    sources = text.collected(lambda: parse_sources(cited.raw, file=cited.name), problems)
    known = {row[0] for row in sources} if sources else None

    def observations() -> tuple[domain.Observation, ...]:
        table = excel.parse_table(printed.raw, COLUMNS, file=printed.name)
        figures = parse_observations(table, sources=known, notes=notes)
        problems.extend(doubts(table, figures))
        return figures

    rows = text.collected(observations, problems)
    found = text.collected(lambda: checked(parse_yaml(pack.raw, file=pack.name), yaml.PackShape), problems)
    problems += found.problems if found else ()
    if not found or not found.value or not rows:
        raise domain.InputError(*text.in_reading_order(problems))
    reader = Reader(found.document, found.value, [], rows)
    reader.check_slug(pack.slug)
    _check_present(reader)
    _check_lists(reader, worlds)
    check_breaks(reader, reader.value["breaks"], ("breaks",))
    stated = reader.value
    content = {
        "pack": _settings(stated),
        "reference_fund": _fund(reader),
        "targets": [_target(reader, number, target) for number, target in enumerate(stated["targets"])],
        "base": base_figures(reader),
        "assumed": assumed_figures(reader),
        "missing": [name for name, how in stated["base"].items() if "missing" in how],
        "deflator": _deflator(reader),
        "confirmed": [reader.row(("confirmed", at), row) for at, row in enumerate(stated["confirmed"])],
    }
    _check_conditioned(reader)
    problems += _boundary_problems(reader, printed.name)
    text.refuse([*problems, *reader.problems], notes)
    return {**content, "observations": [astuple(row) for row in rows], "sources": sources}


def _check_present(reader: Reader) -> None:
    """A planning year the model projects."""
    year, base_year = reader.value["planning_year"], reader.value["base_year"]
    years = years_to_plan(base_year)
    if year is not None and year not in years:
        params = {"base": base_year, "province": reader.value["slug"]}
        reader.tell("planning_year", ("planning_year",), params=params, value=year, allowed=f"{years[0]} … {years[-1]}")


def _settings(stated: Mapping[str, Any]) -> dict[str, Any]:
    """What pack.yaml states, without what is looked up among the figures."""
    elsewhere = {**dict.fromkeys(_ELSEWHERE), "breaks": breaks_content(stated["breaks"])}
    areas = []
    for area in stated["areas"]:
        parent: dict[str, Any] = {"pack": area["pack"] or "", "plan": area["plan"] or "", "base": {}}
        areas.append({**area, **parent, "founding_share": float(area["founding_share"])})
    return {**stated, **elsewhere, "areas": areas, "code": stated["code"] or ""}


def _fund(reader: Reader) -> int | None:
    """Row of the fund every plan is measured against: whole đồng, and neither none nor more than a fund can be."""
    place: text.Place = ("reference_fund",)
    stated = reader.value["reference_fund"]
    index = reader.row(place, stated)
    if (stated["assumption"] is None) != (stated["pack"] is None):
        absent = "pack" if stated["pack"] is None else "assumption"
        reader.tell("missing_key", (*place, absent), at_key=True, params={"key": absent})
    if index is None:
        return None
    unit, value = reader.observations[index].unit, reader.observations[index].value
    most = text.limit("annual_fund")
    if unit != FUND_UNIT:
        reader.tell("wrong_unit", place, params={"unit": unit}, value=unit, allowed=FUND_UNIT)
    elif not 0 < value <= most:
        key = "fund_zero" if value == 0 else "out_of_range"
        reader.tell(key, place, value=value, allowed=domain.Numbers("> {}, ≤ {}", (0, most)))
    elif Decimal(repr(value)) * domain.VND_PER_BILLION % 1:
        reader.tell("money_too_fine", place, value=value)
    return index


def _deflator(reader: Reader) -> float:
    """Price level of the price year over the base year's, from the printed growth of consumer prices."""
    level, base_year = 1.0, reader.value["base_year"]
    for year in price_years(base_year):
        row = price_row(reader.observations, year)
        if row is None:
            reader.tell("inflation_missing", ("base_year",), params={"year": year}, value=base_year)
            return level
        growth = 1.0 + row.value / domain.PERCENT
        level = level * growth if year <= domain.PRICE_YEAR else level / growth
    return level


def price_years(base_year: int) -> range:
    """Years whose growth of prices lies between the base year's money and that of the price year."""
    return range(min(domain.PRICE_YEAR, base_year) + 1, max(domain.PRICE_YEAR, base_year) + 1)


def price_row(observations: Iterable[domain.Observation], year: int) -> domain.Observation | None:
    """The row that says how prices grew in a year: of several printed for the whole of it, the first."""
    for row in observations:
        whole = row.period in domain.YEAR_END and row.status in OBSERVED
        if whole and (row.entity, row.indicator, row.year) == (*CPI, year):
            return row
    return None


def _target(reader: Reader, number: int, target: Mapping[str, Any]) -> dict[str, Any]:
    place: text.Place = ("targets", number)
    if target["indicator"] not in (*domain.INDICATOR, *TARGET_ONLY):
        near = text.nearest(target["indicator"], (*domain.INDICATOR, *TARGET_ONLY))
        reader.tell("unknown_indicator", (*place, "indicator"), value=target["indicator"], suggestion=near)
    low = reader.row((*place, "low"), target["low"])
    high = None if target["high"] is None else reader.row((*place, "high"), target["high"])
    if low is not None and high is not None:
        low_value, high_value = reader.observations[low].value, reader.observations[high].value
        if low_value > high_value:
            params = {"low": low_value, "high": high_value}
            reader.tell("target_order", (*place, "high"), params=params, value=high_value)
    return {**target, "low": low, "high": high}


def _check_lists(reader: Reader, worlds: Sequence[str]) -> None:
    """Shares that make a whole, ids that are there once, one headline, and names of terms and worlds that exist."""
    pack = reader.value
    shares = [area["founding_share"] for area in pack["areas"]]
    total = sum(shares, Decimal(0)) if not reader.merged else max(shares, key=lambda share: abs(share - 1))
    if total != 1:  # areas that were provinces have foundings of their own, each its whole
        reader.tell("shares_not_one", ("areas",), at_key=True, value=total, allowed="1")
    lists: dict[text.Place, Any] = {(name,): pack[name] for name in ("areas", "targets", "traps")}
    lists |= {("context", name): entries for name, entries in pack["context"].items()}
    for at, entries in lists.items():
        key = "code" if at == ("areas",) else "id"
        names = [entry[key] for entry in entries]
        for number, name in enumerate(names):
            if name in names[:number]:
                params = {"key": name, "first": reader.document.where((*at, names.index(name), key))[0]}
                reader.tell("duplicate_key", (*at, number, key), params=params, value=name)
    headlines = [number for number, target in enumerate(pack["targets"]) if target["headline"]]
    if pack["targets"] and len(headlines) != 1:
        reader.tell("one_headline", ("targets",), at_key=True, params={"count": len(headlines)}, value=len(headlines))
    printed = {row.indicator for row in reader.observations}
    named: list[tuple[str, Iterable[str], text.Place, str]] = []
    for at, field, unknown, these in (
        (("traps",), "indicators", "unknown_term", printed),
        (("context", "solution_groups"), "worlds", "unknown_world", worlds),
    ):
        for number, entry in enumerate(lists[at]):
            named += [(unknown, these, (*at, number, field, part), name) for part, name in enumerate(entry[field])]
    at = ("context", "difficulties")
    named += [("unknown_world", worlds, (*at, place, "world"), entry["world"]) for place, entry in enumerate(lists[at])]
    for key, known, place, name in named:
        if name not in known:
            reader.tell(key, place, params={"name": name}, value=name, suggestion=text.nearest(name, known))


def _check_conditioned(reader: Reader) -> None:
    """The day up to which figures are used is a real one, and not before those the pack starts from."""
    day, earliest = reader.value["conditioned_to"], date(reader.value["base_year"], domain.MONTHS_PER_YEAR, 31)
    try:
        early = day is not None and date.fromisoformat(day) < earliest
    except ValueError:
        reader.tell("bad_date", ("conditioned_to",), value=day)
        return
    if early:
        reader.tell("out_of_range", ("conditioned_to",), value=day, allowed=f"≥ {earliest.isoformat()}")


def _boundary_problems(reader: Reader, file: str) -> Iterable[domain.Problem]:
    """Figures of the pack's areas for a time when those areas had other boundaries."""
    side, _, vintage = reader.value["boundary_vintage"].partition("-")
    try:
        end = date.fromisoformat(vintage)
    except ValueError:
        reader.tell("bad_date", ("boundary_vintage",), value=vintage)
        return
    # what was counted before a merger is counted by its areas; their sum is made for any time
    side = BEFORE if reader.merged else side
    for row in reader.observations:
        month = last_month(row.year, row.period)
        observed = row.area_code in reader.codes and row.status in OBSERVED
        if observed and month and (month >= (end.year, end.month)) == (side == BEFORE):
            params = {"date": vintage, "area": row.area_code}
            value = f"{row.area_code} {row.year} {row.period}"
            yield domain.Problem("other_boundary", params, file=file, line=row.line, place="year", value=value)
