"""A data pack drafted from a table of figures: what was printed, what an assumption stands for, what is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from sim.domain import (
    INDICATORS,
    PERCENT,
    PRICE_YEAR,
    YEAR_END,
    Distribution,
    InputError,
    Observation,
    Problem,
    Register,
)
from sim.inputs import yaml
from sim.inputs.figures import OBSERVED, Mapped
from sim.inputs.pack.assumptions import NO_SOURCE
from sim.inputs.pack.pack import CPI, price_row, price_years
from sim.inputs.pack.peers import PEER_SOURCE, PeerPrior, load_peer_priors, per_inactive, updated
from sim.inputs.text import STAND_INS, File, data_root, refuse, this_year, today
from sim.inputs.yaml import LANGUAGES, Loader, load_catalogue

#: Every indicator a pack states a start for, in the order of pack.yaml.
BASE = tuple(indicator.id for indicator in INDICATORS if indicator.stated)
#: Without these nothing can be projected, and nothing can stand for them.
_NEEDED = ("htx_registered", "htx_revenue", "htx_worker_income")
MERGER = date(2025, 7, 1)
#: Entity, term and period of the fund every plan is measured against.
_FUND_ROW = ("budget", "support_budget_total", "plan")


@dataclass(frozen=True)
class Asked:
    """What a new pack is to be about."""

    slug: str
    name: str
    area: str
    base_year: int

    @property
    def merged(self) -> bool:
        """Whether the base year ends in the boundaries that hold from 1 July 2025."""
        return self.base_year >= MERGER.year


@dataclass
class Draft:
    """A pack before it is written.

    Attributes
    ----------
    base : {indicator: how it starts}, as in pack.yaml
    printed : {indicator: the row it starts from}
    assumptions : entries of the pack's own assumptions.yaml that stand for figures of its start
    rates : further entries of it, of what a year brings; a newer start of a pack keeps the older one's
    peers : {assumption id: how many other provinces its range rests on}
    grades : {assumption id: grade} of the assumptions that stand for figures
    unmapped : terms of this area that stand for none of our indicators
    """

    asked: Asked
    figures: Sequence[Observation]
    base: dict[str, dict[str, Any]] = field(default_factory=dict)
    printed: dict[str, Observation] = field(default_factory=dict)
    assumptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    rates: dict[str, dict[str, Any]] = field(default_factory=dict)
    peers: dict[str, int] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    fund: Observation | None = None


def draft_pack(
    asked: Asked, figures: Sequence[Observation], *, terms: Mapping[str, Mapped], register: Register, file: str
) -> Draft:
    """Find where each indicator starts.

    Raises
    ------
    InputError
        When a figure nothing can stand for is missing, is there twice, or belongs to other boundaries; when the
        clock is off, whose day would be written down.
    """
    if this_year() is None:
        raise InputError(Problem("clock_off_import", {"day": today().isoformat()}))
    draft, problems = Draft(asked, figures), []
    mine = [row for row in figures if row.area_code == asked.area]
    if not mine:
        codes = ", ".join(sorted({row.area_code for row in figures}))
        raise InputError(Problem("area_not_found", file=file, place="--area", value=asked.area, allowed=codes))
    draft.unmapped = sorted({row.indicator for row in mine} - set(terms))
    starting: dict[str, list[Observation]] = {}
    for row in mine:
        if row.indicator in terms and row.year == asked.base_year and row.period in YEAR_END:
            starting.setdefault(terms[row.indicator].indicator, []).append(row)
    priors = load_peer_priors(asked.area)
    stand_ins = _stand_ins(draft, priors)
    for indicator in BASE:
        rows = [row for row in starting.get(indicator, ()) if row.status in OBSERVED]
        problems += _start(draft, indicator, rows, file=file, stand_in=stand_ins.get(indicator))
    funds = [row for row in figures if (row.entity, row.indicator, row.period) == _FUND_ROW]
    funds.sort(key=lambda row: (row.area_code != asked.area, -row.year))
    if not funds:
        problems.append(Problem("fund_missing", file=file))
    refuse(problems)
    draft.fund = funds[0]
    _own_assumptions(draft, starting, register=register, stand_ins=stand_ins)
    if priors:
        _rates(draft, starting, register=register, priors=priors)
    return draft


#: {indicator: what stands for it when nobody printed it} of the data root.
_STAND_INS = Loader("stand-ins", lambda: dict[str, yaml.StandInShape])


def _stand_ins(draft: Draft, priors: Mapping[str, PeerPrior]) -> dict[str, dict[str, Any]]:
    """What may stand for a missing figure: as other provinces have it where they say, else as wide as ignorance."""
    found = {}
    for indicator, stated in _STAND_INS.read(File.at(data_root() / STAND_INS)).value.items():
        prior, entry = priors.get(stated["peers"] or ""), stated["entry"]
        if prior:
            factor = _prices_since(draft) if entry["unit"].startswith(_MONEY) else 1.0
            low, middle, high = (value * factor for value in _quantiles(prior.distribution))
            words = _words("peers_stand_in", provinces=prior.provinces)
            entry = {**entry, "distribution": _triple((low, middle, high)), "reason": words, "peers": prior.provinces}
        if entry is None or entry["distribution"]:
            found[indicator] = {**stated, "entry": entry}
    return found


def _prices_since(draft: Draft) -> float:
    """Prices of the base year by those of the price year; where the figures lack a year the pack is refused later."""
    level, base_year = 1.0, draft.asked.base_year
    for year in price_years(base_year):
        row = price_row(draft.figures, year)
        growth = 1.0 + row.value / PERCENT if row else 1.0
        level = level * growth if year > PRICE_YEAR else level / growth
    return level


def _start(
    draft: Draft, indicator: str, rows: Sequence[Observation], *, file: str, stand_in: Mapping[str, Any] | None
) -> list[Problem]:
    """Where one indicator starts: printed in one of the rows, assumed or missing; or why it cannot."""
    year = draft.asked.base_year
    if len({row.value for row in rows}) > 1:
        params = {"indicator": indicator, "year": year, "rows": ", ".join(str(row.line) for row in rows)}
        return [Problem("base_figure_twice", params, file=file, line=rows[0].line, place="value", value=rows[0].value)]
    if rows:
        draft.printed[indicator] = rows[0]
        draft.base[indicator] = _fields(rows[0], "entity", "indicator", "period", "source_id")
    elif stand_in and (not stand_in["of"] or stand_in["of"] in draft.printed or _whole(draft, stand_in["of"])):
        draft.base[indicator] = {"assumption": stand_in["id"]} | ({"of": stand_in["of"]} if stand_in["of"] else {})
    elif indicator in _NEEDED:
        params = {"indicator": indicator, "year": year, "area": draft.asked.area}
        return [Problem("base_figure_missing", params, file=file)]
    else:
        draft.base[indicator] = {"missing": True}
    return []


def _whole(draft: Draft, indicator: str) -> bool:
    """Whether an assumption stands for a figure itself, so that others may be a multiple of it."""
    how = draft.base.get(indicator, {})
    return "assumption" in how and "of" not in how


def stored_only(
    draft: Draft, figures: Sequence[Observation], terms: Mapping[str, Mapped]
) -> Iterator[tuple[Observation, Observation | None]]:
    """Figures the pack keeps but nothing is computed from, each with the one that is used instead.

    None stands beside the price rise of a year whose prices are not needed. A figure that says the same is none.

    Parameters
    ----------
    figures : those to look at, of the draft's
    """
    base_year = draft.asked.base_year
    for row in figures:
        used: Observation | None = row
        whole = row.period in YEAR_END
        if (row.entity, row.indicator) == CPI:
            used = price_row(draft.figures, row.year) if row.year in price_years(base_year) else None
        elif (row.entity, row.indicator, row.period) == _FUND_ROW:
            used = draft.fund
        elif whole and (row.area_code, row.year) == (draft.asked.area, base_year) and row.indicator in terms:
            used = draft.printed.get(terms[row.indicator].indicator, row)
        if used is None or used.value != row.value:
            yield row, used


def _own_assumptions(
    draft: Draft, starting: Mapping[str, Sequence[Observation]], *, register: Register, stand_ins: Mapping[str, Any]
) -> None:
    """Levels the common register states for another province, and stand-ins it does not know."""
    column = max(register[key].column for key in register)
    for indicator, how in draft.base.items():
        if how.get("assumption") and how["assumption"] not in register.entries:
            column += 1
            stated = {key: value for key, value in stand_ins[indicator]["entry"].items() if key != "peers"}
            rests = stand_ins[indicator]["entry"].get("peers", 0)
            if rests:
                draft.peers[how["assumption"]] = rests
            evidence = _evidence("B", PEER_SOURCE, column) if rests else _evidence("E", NO_SOURCE, column)
            kind = {"kind": "published"} if rests else {}
            draft.assumptions[how["assumption"]] = {**stated, **evidence, **kind}
    stand = {how["assumption"] for how in draft.base.values() if "assumption" in how}
    draft.grades = {
        key: draft.assumptions[key]["grade"] if key in draft.assumptions else register[key].grade for key in stand
    }
    registered = draft.printed["htx_registered"].value
    levels = (  # around the province's own figures where it has some, else in proportion to its size
        ("foundings_reference", "own_foundings", "htx_founded", (0.5, 1.0, 1.4), (0.03, 0.08, 0.14)),
        ("base_regular_workers", "own_workers", "htx_workers", (0.75, 0.95, 1.05), (6.0, 12.0, 22.0)),
    )
    for key, name, indicator, around, share in levels:
        rows = starting.get(indicator, ())
        centre = median(row.value for row in rows) if rows else registered
        values = [round(centre * part) for part in (around if rows else share)]
        numbers = ", ".join(f"{row.value:g}" for row in rows)
        sources = ", ".join(dict.fromkeys(row.source_id for row in rows)) or NO_SOURCE
        reason = _words(name if rows else f"{name}_none", values=numbers, value=numbers)
        entry = _restated(register, key, values, reason, high=4 * values[-1])
        entry |= _evidence("D" if rows else "E", sources, register[key].column)
        (draft.rates if key == "foundings_reference" else draft.assumptions)[key] = entry


def _rates(
    draft: Draft, starting: Mapping[str, Sequence[Observation]], *, register: Register, priors: Mapping[str, PeerPrior]
) -> None:
    """What a year brings, as in other provinces per registered HTX; the base year's own counts move it.

    Where the table holds earlier year-ends too, the counts are left to the history the assumptions are updated on.
    """
    registered = draft.printed["htx_registered"].value
    history = any(
        row.indicator == draft.printed["htx_registered"].indicator and row.year < draft.asked.base_year
        and row.area_code == draft.asked.area and row.period in YEAR_END and row.status in OBSERVED
        for row in draft.figures
    )  # fmt: skip
    own = {name: [] if history else [row.value for row in starting.get(name, ())] for name in _FLOWS}
    before = registered - sum(sign * median(own[name]) for name, sign in _FLOWS.items() if own[name])
    levels = {}
    for name, quantity in (("htx_founded", "entry_rate"), ("htx_dissolved", "exit_rate")):
        rates = [count / before for count in own[name]] if before > 0 else []
        levels[quantity] = updated(priors[quantity], rates, own[name])
    foundings = [share * registered for share in _quantiles(levels["entry_rate"])]
    dissolved = per_inactive(
        levels["exit_rate"], inactive=_inactive(draft, priors), reactivation=register.value("reactivation_rate")
    )
    for key, values, quantity, name in (
        ("foundings_reference", foundings, "entry_rate", "htx_founded"),
        ("founding_lumpiness", _quantiles(priors["entry_rate"].year), "entry_rate", ""),
        ("dissolution_rate", _quantiles(dissolved), "exit_rate", "htx_dissolved"),
        ("dissolution_lumpiness", _quantiles(priors["exit_rate"].year), "exit_rate", ""),
    ):
        counts, prior = own.get(name, []), priors[quantity]
        low, middle, high = (round(PERCENT * value, 1) for value in _quantiles(prior.distribution))
        words = {"provinces": prior.provinces, "rows": prior.rows, "low": low, "middle": middle, "high": high}
        printed = ", ".join(f"{count:g}" for count in counts)
        reason = _words(f"peers_{key}" + ("_own" if counts else ""), values=printed, **words)
        cited = dict.fromkeys([PEER_SOURCE, *(row.source_id for row in starting.get(name, ()) if counts)])
        entry = _restated(register, key, values, reason, high=4 * values[-1] if key == "foundings_reference" else None)
        entry |= _evidence("B", ", ".join(cited), register[key].column) | {"kind": "published"}
        draft.rates[key] = entry if counts else {**entry, "conditioned": True}
        draft.peers[key] = prior.provinces


#: Flows of HTX, and whether they add to the registered ones or take away.
_FLOWS = {"htx_founded": 1, "htx_dissolved": -1}
_MONEY = "million VND"


def _inactive(draft: Draft, priors: Mapping[str, PeerPrior]) -> Distribution:
    """The inactive share of the registered HTX at the start: as printed, else as in other provinces."""
    if "htx_active" in draft.printed:
        registered, active = (draft.printed[name].value for name in ("htx_registered", "htx_active"))
        share = max(1.0 - active / registered, 1.0 / registered)
        return Distribution(share, share, share)
    known = priors["active_share"].distribution
    return Distribution(1.0 - known.p90, 1.0 - known.p50, 1.0 - known.p10)


def _restated(
    register: Register, key: str, values: Sequence[float], reason: Mapping[str, str], *, high: float | None
) -> dict[str, Any]:
    """A common assumption with numbers and a reason of this province's own; `high` is a bound in its unit."""
    entry = register[key]
    bounds = [Decimal(0), Decimal(repr(round(high)))] if high else [Decimal(repr(end)) for end in entry.bounds]
    about = {"label": dict(entry.label), "question": dict(entry.question), "unit": entry.unit}
    return {**about, "distribution": _triple(values), "bounds": bounds, "reason": reason}


def _quantiles(distribution: Distribution) -> tuple[float, float, float]:
    return distribution.p10, distribution.p50, distribution.p90


def _triple(values: Sequence[float]) -> dict[str, Decimal]:
    """Quantiles as they are written: two digits behind the point of what is below ten, whole above."""
    written = (repr(round(value) if value >= 10 else round(value, 3)) for value in values)
    return dict(zip(("p10", "p50", "p90"), map(Decimal, written), strict=True))


def _evidence(grade: str, source: str, column: int) -> dict[str, Any]:
    day = today()
    dates = {"date": day.isoformat(), "review_by": day.replace(year=day.year + 1, day=1).isoformat()}
    about = {"kind": "judgement", "grade": grade, "source": source, "owner": _words("owner")}
    return {**about, **dates, "column": column}


def pack_data(draft: Draft, *, own_name: Mapping[str, str]) -> dict[str, Any]:
    """The content of pack.yaml."""
    asked, fund = draft.asked, draft.fund
    assert fund is not None  # draft_pack refuses without one
    terms = sorted({row.indicator for row in draft.printed.values()})
    counts = [row.indicator for row in draft.printed.values() if row.unit == "count"]
    traps = [("transferred", "transferred", terms), ("law-2023", "law", counts), ("boundary-2025", "boundary", terms)]
    boundary = _words("boundary_from" if asked.merged else "boundary_before", date=MERGER.strftime("%d/%m/%Y"))
    label = {
        lang: load_catalogue(lang).text("figures.figures_to", boundary=boundary[lang], year=asked.base_year)
        for lang in LANGUAGES
    }
    return {
        "slug": asked.slug,
        "label": dict(own_name),
        "boundary": label,
        "boundary_vintage": f"{'from' if asked.merged else 'before'}-{MERGER.isoformat()}",
        "base_year": asked.base_year,
        "areas": [{"code": asked.area, "label": _words("whole_province"), "founding_share": 1}],
        "base": {indicator: draft.base[indicator] for indicator in BASE},
        "reference_fund": _fields(fund, "area_code", "entity", "indicator", "year", "period", "source_id"),
        "targets": [],
        "traps": [{"id": id, "indicators": found, "text": _words(f"trap_{key}")} for id, key, found in traps if found],
        "context": {"solution_groups": [], "programmes": [], "difficulties": [], "not_levers": []},
    }


def _fields(row: Observation, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _words(key: str, **params: object) -> dict[str, str]:
    return {lang: load_catalogue(lang).text(f"figures.{key}", **params) for lang in LANGUAGES}
