"""The planner as one file beside a report: what it opens with, and the draws it shares with the report."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sim.analysis.answer import came_in, revision
from sim.domain import Scenario
from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED, mean_weights
from sim.evidence import Knowledge, draws_for, load_earlier
from sim.inputs.scenarios import (
    list_plans,
    list_scenarios,
    list_worlds,
    load_background,
    load_plan,
    load_scenario,
    load_world,
    opening,
)
from sim.inputs.text import limit, settings
from sim.report.pages import arrived_beside, revised_beside
from sim.report.print import Wording
from sim.run.files import TAKEN
from sim.run.funding import printed_by_years
from sim.twin import Opened, page

#: Draws behind the parts by active HTX that levers show, where a count is assumed: whole percents are certain.
_WEIGHED = 1024
#: Draws a file may fall back to: whole blocks of them; fewer would tell too little of anything.
_FEWER = (6144, 4096, 3072, 2048, 1024)


def explorer_page(
    known: Knowledge, lang: str, scenarios: Sequence[Scenario] = (), *,
    draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED,
) -> str:  # fmt: skip
    """The file.

    Parameters
    ----------
    scenarios : of the report: the file opens with the usual one or the first, and has the plans and worlds of all
    draws : of the report around it, so that a plan has one answer in both; at most what the settings say

    Raises
    ------
    ValueError
        When the file is larger than it may be on the fewest draws a run may have.

    Notes
    -----
    A province whose file would be too large rests on fewer draws, the first of them, and the page tells how many.
    """
    chosen, opened, size = settings("explorer"), opened_with(known, scenarios, seed=seed), 0
    most = min(draws, chosen["draws"])
    longest = limit("horizon_years") - len(known.province.past_years)
    for count in (most, *(fewer for fewer in _FEWER if fewer < most)):
        elsewhere = printed_by_years(known.province, longest=longest, draws=count, seed=seed)
        told = replace(opened, news=news(known, opened.scenario, draws=count, seed=seed))
        made = page(known, told, lang=lang, seed=seed, settings=chosen | {"draws": count}, funding=elsewhere)
        size = len(made.encode())
        if size <= chosen["most_bytes"]:
            return made
    raise ValueError(f"explorer.html is {size} bytes, more than {chosen['most_bytes']}")


def news(known: Knowledge, scenario: Scenario, *, draws: int, seed: int) -> Callable[[str], dict[str, str]]:
    """What figures of the year make of a scenario, and what moved since an earlier pack: markup in a language.

    Figures of the year are weighed by tens of thousands of futures, which the file does not carry: it tells what the
    program said of the scenario it opens with.
    """
    came, earlier = came_in(known, scenario, draws=draws, seed=seed), load_earlier(known)
    moved = revision(earlier, known, scenario, draws=draws, seed=seed) if earlier else None

    def told(lang: str) -> dict[str, str]:
        w = Wording(lang)
        arrived = str(arrived_beside(w, known.province, came)) if came else ""
        return {"arrived": arrived, "revised": str(revised_beside(w, moved)) if moved else ""}

    return told


def opened_with(known: Knowledge, scenarios: Sequence[Scenario], *, seed: int) -> Opened:
    """Plans and worlds of the data root and of some scenarios; the file opens with what their report opens with."""
    background, offered = load_background(), list_scenarios()
    usual = opening()
    first = min(scenarios, key=lambda one: one.slug != usual, default=None)  # as the report opens
    first = first or load_scenario(usual if usual in offered else offered[0])
    written = {slug: load_plan(slug) for slug in list_plans()}
    plans = {slug: background.with_past(plan) for slug, plan in written.items()}
    plans |= {one.plan.slug: one.plan for one in scenarios if one.plan.slug not in plans}
    worlds = {slug: load_world(slug) for slug in list_worlds()}
    worlds |= {one.world.slug: one.world for one in scenarios if one.world.slug not in worlds}
    weights = parts_by_active(known, first, seed=seed)
    return Opened(first, "", plans, worlds, written, offered, tuple(sorted(TAKEN)), weights)


def parts_by_active(known: Knowledge, scenario: Scenario, *, seed: int) -> dict[str, float]:
    """{area: its mean part of active HTX}, by which money goes unless a plan says otherwise; none for one area."""
    codes = [area.code for area in known.province.areas]
    if len(codes) == 1:
        return {}
    frozen = draws_for(known, scenario, draws=_WEIGHED, seed=seed)
    return dict(zip(codes, mean_weights(frozen, scenario.world), strict=True))
