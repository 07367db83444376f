"""What the page's session needs beside the model: scenarios to choose from, words, settings, the province's texts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.analysis.answer import OUTSIDE_EXPERIENCE
from sim.domain import HEADLINE, INDICATORS, LINES, Plan, Province, Register, Scenario, World
from sim.evidence import Knowledge
from sim.inputs.pack import load_province
from sim.inputs.text import exact_text, limit, settings, share
from sim.inputs.yaml import CODE_OF, LANGUAGES, load_catalogue, unit_key
from sim.report.print import traps_of
from sim.twin.plain import plain_plan, plain_scenario, plain_world

#: Texts that numbers and sentences of the report's own are made of, beside everything the planner says.
_REPORT = (
    "chance_near_all", "chance_rare", "chance_too_coarse", "from_to", "fund_assumed", "fund_borrowed", "fund_large",
    "fund_per_htx", "fund_small", "in_futures_higher", "in_futures_lower", "missing", "nearly_equal", "no_difference",
    "not_distinguished", "percent", "range_80", "sign_assumed", "target_at_least", "target_at_most", "target_between",
    "without_largest",
)  # fmt: skip
_TERMS = ("basis_nominal", "basis_real", *(f"line_{line}" for line in LINES), *(f"grade_{one}" for one in "ABCDE"))
_PARTS = ("like_for_like", "catch_up", "composition", "whole")
#: Why a target of one's own is refused, in the words of a file that is.
_ERRORS = ("target_year", "target_level", "target_not_whole", "target_no_band", "target_order")
_LIMITS = ("annual_fund", "horizon_years", "name_characters", "number_digits", "text_characters")
_SETTINGS = ("asked_paid_out", "far_horizon", "fund_step", "fund_top", "line_step")
#: What only a kernel or a server says.
_NOT_HERE = (
    "figures_", "later_", "page_", "kernel_", "serving", "opening", "pages_full", "suggest_", "lost_", "resumed",
)  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """What the page opens with.

    Attributes
    ----------
    reference : slug of the plan compared with; empty for the scenario's own
    plans, worlds : to choose from, by slug; plans with the money of years that are over
    written : plans as their files have them, by slug: what a saved scenario may name instead of spelling it out
    shipped, reserved : slugs no name of one's own may give
    weights : {area code: its part by active HTX} of a province of several areas
    news : {arrived, revised: markup} of the scenario it opens with, in a language
    """

    scenario: Scenario
    reference: str
    plans: Mapping[str, Plan]
    worlds: Mapping[str, World]
    written: Mapping[str, Plan]
    shipped: tuple[str, ...]
    reserved: tuple[str, ...]
    weights: Mapping[str, float]
    news: Callable[[str], Mapping[str, str]] = lambda lang: {"arrived": "", "revised": ""}


def face(known: Knowledge, opened: Opened, *, lang: str, draws: int) -> dict[str, Any]:
    """All of it, ready for JSON.

    Parameters
    ----------
    lang : the language the page opens in; it carries both
    draws : most there are
    """
    plans = {slug: plain_plan(plan) for slug, plan in opened.plans.items()}
    written = {slug: plain_plan(plan) for slug, plan in opened.written.items()}
    return {
        "version": 1,
        "lang": lang,
        "draws": draws,
        "start": plain_scenario(opened.scenario),
        "reference": opened.reference,
        "plans": plans,
        "worlds": {slug: plain_world(world) for slug, world in opened.worlds.items()},
        "written": {slug: plan for slug, plan in written.items() if plan != plans.get(slug)},
        "weights": dict(opened.weights),
        "news": {lang: dict(opened.news(lang)) for lang in LANGUAGES},
        "province": _province(known),
        "words": {lang: {"texts": _texts(lang, known.province), "signs": _signs(lang)} for lang in LANGUAGES},
        "known": {**_known(known, draws), "shipped": opened.shipped, "reserved": opened.reserved},
    }


def _known(known: Knowledge, draws: int) -> dict[str, Any]:
    """What both languages share."""
    chosen, province = settings("planner"), known.province
    middles = {one.id: one.distribution.p50 for one in known.register.entries.values()}
    measures = [one.id for one in province.indicators if one.better and not one.part_of]
    units = {one.unit for one in INDICATORS}
    told = known.register.told()
    return {
        "indicators": {
            one.id: {"unit": one.unit, "money": one.money, "better": one.better, "count": one.count}
            for one in INDICATORS
        },
        "measures": measures,
        "codes": {key: CODE_OF.get(key, "") for key in _ERRORS},
        "unitKeys": {unit: unit_key(unit) for unit in sorted(units)},
        "languages": [[load_catalogue(lang).text("planner.language"), lang] for lang in LANGUAGES],
        "assumptions": _assumptions(known.register),
        "common": {key: key if key in told else entry.of for key, entry in known.register.entries.items()},
        "reference_fund": float(province.reference_billion(middles)),
        "fund_large": share("fund_large"),
        "outside": OUTSIDE_EXPERIENCE,
        "draw_choices": [count for count in chosen["draw_choices"] if count <= draws],
        "settings": {name: chosen[name] for name in _SETTINGS} | {name: limit(name) for name in _LIMITS},
    }


def _assumptions(register: Register) -> dict[str, Any]:
    """Assumptions a world may restate with a value, as people meet them."""
    found, told = {}, register.told()
    for key, entry in {**told, **register.common, **register.entries}.items():
        stated = entry.distribution
        if entry.role == "projection" and not stated.simplex and not stated.constant:
            numbers = {"p10": stated.p10, "p50": stated.p50, "p90": stated.p90, "bounds": list(entry.bounds)}
            texts = {"label": dict(entry.label), "question": dict(entry.question), "grade": entry.grade}
            of = {"of": entry.of} if entry.of else {}
            found[key] = {**numbers, **texts, "unit": entry.unit, "offered": key in told, **of}
    return found


def _texts(lang: str, province: Province) -> dict[str, str]:
    """Every text the page may show in a language, by its key in the label files."""
    texts = load_catalogue(lang).texts
    measured = [one.id for one in province.indicators]
    terms = {*_TERMS, *measured, *(unit_key(one.unit) for one in INDICATORS), *(f"part_{part}" for part in _PARTS)}
    terms |= {f"{kind}_{indicator}" for kind in ("card", "short") for indicator in HEADLINE}
    wanted = {f"terms.{term}" for term in terms} | {f"report.{key}" for key in _REPORT}
    wanted |= {f"errors.{key}" for key in (*_ERRORS, "part_value", "part_allowed")}
    said = {key for key in texts if key.startswith("planner.") and not _kernel_only(key.removeprefix("planner."))}
    return {key: texts[key] for key in sorted(wanted | said) if key in texts}


def _kernel_only(key: str) -> bool:
    return key.startswith(_NOT_HERE)


def _signs(lang: str) -> dict[str, str]:
    """What stands between thousands and before decimals."""
    text = exact_text(1000.5, lang)
    return {"group": text[1], "decimal": text[-2]}


def _province(known: Knowledge) -> dict[str, Any]:
    """The province's own texts and years."""
    province = known.province
    traps = list(dict.fromkeys(trap.id for one in HEADLINE for trap in traps_of(province, one)))
    texts = {trap.id: dict(trap.text) for trap in province.traps}
    return {
        "slug": province.slug,
        "label": dict(province.label),
        "boundary": dict(province.boundary),
        "base_year": province.base_year,
        "planning_year": province.planning_year,
        "past_years": list(province.past_years),
        "areas": [{"code": area.code, "label": dict(area.label)} for area in province.areas],
        "not_levers": [dict(item["label"]) for item in _list(province.context.get("not_levers", ()))],
        "trap_texts": [texts[trap] for trap in traps],
        "traps": {one: [traps.index(trap.id) for trap in traps_of(province, one)] for one in HEADLINE},
        "borrowed": _borrowed(province),
        "fund": _fund(known),
    }


def _list(things: Any) -> Iterable[Mapping[str, Any]]:
    return things if isinstance(things, (list, tuple)) else ()


def _borrowed(province: Province) -> dict[str, Any] | None:
    row = province.borrowed_fund
    return None if row is None else {"value": row.value, "status": row.status, "area_code": row.area_code}


def _fund(known: Knowledge) -> dict[str, Any] | None:
    """The reference fund nobody printed, as it is told beside the province it was scaled from."""
    province = known.province
    if province.assumed_fund is None:
        return None
    entry = known.register[province.assumed_fund.id]
    stated, theirs = entry.distribution, load_province(province.assumed_fund.pack)
    return {
        "p10": stated.p10, "p50": stated.p50, "p90": stated.p90, "grade": entry.grade,
        "large": share("fund_large"), "small": share("fund_small"),
        "place": next((dict(area.label) for area in province.areas if area.pack == theirs.slug), dict(theirs.label)),
        "ours": _printed_active(province), "theirs": _printed_active(theirs),
    }  # fmt: skip


def _printed_active(province: Province) -> dict[str, Any] | None:
    """The printed count of active HTX where it is of the whole province."""
    printed = list(province.base.get("htx_active", {}).values())
    whole = len(printed) == len(province.areas) == 1
    return {"value": printed[0].value, "status": printed[0].status} if whole else None
