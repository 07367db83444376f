"""What is not known, as tables for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from sim.analysis.robustness import Robustness
from sim.analysis.uncertainty import Sensitivity, Uncertainty, Worth
from sim.domain.parameters import World
from sim.domain.scenario import Scenario
from sim.ensemble.plans import Outcome
from sim.report.marks import spoken
from sim.report.turning import box_sentence
from sim.report.unknowns import part_label, share_cell, worth_text
from sim.report.values import FOUND, amount
from sim.report.wording import Wording


def sensitivity_tables(found: Uncertainty, *, lang: str) -> None:
    """Print what each answer rests on, what is worth knowing and where the choice turns."""
    w, console = Wording(lang), Console()
    worths = {worth.outcome: worth for worth in found.worths}
    for one in found.sensitivities:
        worth = worths.get(one.outcome)
        console.print(_parts(w, found, one))
        console.print(_assumptions(w, found, one, worth))
        if worth:
            for line in _sentences(w, found, worth):
                console.print(line, markup=False)
    if not found.worths:
        console.print(w.text("unknowns_lead_alone"), markup=False)


def _titled(w: Wording, outcome: Outcome, title: str) -> Table:
    return Table(title=f"{w.term(outcome.indicator)} {outcome.year}: {w.text(title)}", title_justify="left")


def _parts(w: Wording, found: Uncertainty, one: Sensitivity) -> Table:
    table = _titled(w, one.outcome, "unknowns_width_title")
    for head in ("part", "alone", "together"):
        table.add_column(w.text(f"unknowns_{head}"), justify="left" if head == "part" else "right")
    for part in one.influences:
        if part.clear:
            cells = part_label(w, found, part.name), share_cell(w, part.first), share_cell(w, part.total)
            table.add_row(*map(spoken, cells))
    return table


def _assumptions(w: Wording, found: Uncertainty, one: Sensitivity, worth: Worth | None) -> Table:
    table = _titled(w, one.outcome, "unknowns_swing_title")
    unit = w.unit_of(one.outcome.indicator)
    heads = [w.text("unknowns_part"), w.text("unknowns_held"), w.text("unknowns_becomes", what=unit)]
    for place, head in enumerate([*heads, *([w.text("unknowns_turn_title")] if worth else [])]):
        table.add_column(head, justify="right" if place else "left")
    register = found.runs.known.register
    turns = {switch.id: switch for switch in worth.switches} if worth else {}
    for swing in (swing for swing in one.swings if swing.clear):
        held = [amount(w, value, register[swing.id].unit) for value in swing.values]
        becomes = [w.level(one.outcome.indicator, value, swing.error) for value in swing.means]
        cells = [
            spoken(part_label(w, found, swing.id)),
            *(w.text("unknowns_arrow", low=low, high=high) for low, high in (held, becomes)),
        ]
        turn = turns.get(swing.id)
        if turn and turn.value is not None:
            sign = ">" if turn.above else "<"
            value = amount(w, turn.value, register[swing.id].unit, fine=FOUND)
            cells.append(f"{sign} {value}: {w.label(found.plan(turn.rival).plan.label)}")
        table.add_row(*cells)
    return table


def _sentences(w: Wording, found: Uncertainty, worth: Worth) -> list[str]:
    """Worth of each inquiry, of everything, and the box."""
    outcome, what = worth.outcome, w.term(worth.outcome.indicator)
    lines = [w.text("unknowns_turn_head", what=what, best=w.label(found.plan(worth.best).plan.label))]
    named = [(w.term(f"inquiry_{one.name}"), one.worth) for one in worth.inquiries]
    lines += [
        f"  {name}: {spoken(worth_text(w, value, outcome))}"
        for name, value in [*named, (w.text("unknowns_everything"), worth.everything)]
    ]
    lines.append(
        spoken(box_sentence(w, found, what, worth.box) if worth.box else w.html("unknowns_box_none", what=what))
    )
    return lines


def robust_tables(
    found: Mapping[Outcome, Robustness], plans: Mapping[str, Scenario], worlds: tuple[World, ...], *, lang: str
) -> None:
    """Print regret of every plan across worlds, and which plan each way of choosing names."""
    w, console = Wording(lang), Console()
    labels = {world.slug: w.label(world.label) for world in worlds}

    def name(slug: str) -> str:
        return w.label(plans[slug].plan.label)

    for outcome, judged in found.items():
        table = _titled(w, outcome, "unknowns_worlds_title")
        for place, head in enumerate(("plan", "regret_mean", "regret_high", "regret_max", "worst", "enough")):
            table.add_column(w.text(f"unknowns_{head}"), justify="right" if place else "left")
        for plan in sorted(judged.plans, key=lambda plan: plan.regret_mean):
            regrets = [
                w.level(outcome.indicator, value, plan.errors[2]) for value in (plan.regret_p90, plan.regret_max)
            ]
            worst = f"{labels[plan.worst_world]} ({w.unsigned(plan.worst_regret, plan.errors[3])})"
            mean = w.unsigned(plan.regret_mean, plan.errors[2])
            table.add_row(name(plan.plan), mean, *regrets, worst, w.chance(plan.enough, plan.errors[4]))
        console.print(table)
        for rule in judged.rules:
            picked = f" {w.text('unknowns_or')} ".join(name(slug) for slug in rule.plans)
            console.print(w.text("unknowns_rule_picks", rule=w.term(f"rule_{rule.name}"), plans=picked), markup=False)
        if not judged.agreed:
            console.print(w.text("unknowns_finding_split"), markup=False)
