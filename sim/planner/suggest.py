"""A better split of the same fund, looked for within the planner's own locks, floors and caps."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from sim.analysis.compare import outcome_of
from sim.analysis.split import BestSplit, HeldOut, allocate, default_objective, held_out, response_surface, unseen_draws
from sim.domain import GOALS, LINES, REAL, Bounds, FixedFund, Limits, Scenario
from sim.evidence import Knowledge
from sim.planner.words import Words
from sim.report.print import Figure, el, join, number

#: What a suggestion is judged by: the goal, and what it may cost elsewhere.
_GOAL, *_BESIDE = JUDGED = GOALS[:3]


@dataclass(frozen=True)
class Suggestion:
    """The best split near the plan, and what it brings on draws that had no part in choosing it."""

    chosen: BestSplit
    seen: HeldOut

    @property
    def better(self) -> bool:
        """Whether it is clearly ahead of the plan as it is, also on other draws."""
        return not self.chosen.plan_is_near_best and self.seen.holds


def suggest(known: Knowledge, scenario: Scenario, limits: Limits, seed: int) -> Suggestion:
    """The split with the highest expected total revenue that keeps the limits.

    Raises
    ------
    InputError
        When there is no money to split, or no split keeps the limits.
    """
    bounds = Bounds(locked=limits.locked, floors=limits.floors, caps=limits.caps)
    outcomes = [outcome_of(indicator, scenario.horizon) for indicator in JUDGED]
    surface = response_surface(known, scenario, outcomes, FixedFund(bounds), seed=seed)
    chosen = allocate(surface, default_objective(scenario), bounds)
    return Suggestion(chosen, held_out(unseen_draws(known, surface), chosen))


def suggestion_html(words: Words, found: Suggestion, year: int) -> Markup:
    """The suggestion in words; figures are those of the unseen draws."""
    if not found.better:
        return el("p", words.rich("suggest_none", count=words.number(found.chosen.candidates)))
    changes = {
        outcome.indicator: Figure.of_difference(change, outcome.indicator).with_unit()
        for outcome, change in found.seen.changes.items()
    }
    gain = changes[_GOAL]
    lead = words.rich("suggest_lead", year=year, gain=gain, span=gain.ends, basis=words.basis(REAL))
    beside = [
        words.rich(
            "suggest_beside", name=words.term(f"card_{one}"), gain=number(changes[one].text(words), changes[one].mark)
        )
        for one in _BESIDE
    ]
    lines = [
        words.rich(
            "suggest_line",
            line=words.term(f"line_{line}"),
            before=Figure.planned_share(found.chosen.plan.share(line)),
            after=Figure.planned_share(found.chosen.best.share(line)),
        )
        for line in LINES
    ]
    listed = el("ul", *(el("li", line) for line in lines))
    return join([el("p", lead), listed, el("p", join(beside, " ")), el("p", _note(words, found), cls="cs-quiet")])


def _note(words: Words, found: Suggestion) -> Markup:
    """Where it was looked for, how many other splits do as well, and what the figures rest on."""
    others = len(found.chosen.near_best) - 1
    said = [words.rich("suggest_searched", count=words.number(found.chosen.candidates))]
    if others:
        said.append(words.rich("suggest_near", n=words.number(others)))
    said.append(words.rich("suggest_note", draws=words.number(found.seen.draws)))
    return join(said, " ")
