"""The sections of a page, by name: what notebooks and batches call."""

from sim.report.answer import answer, finding, title
from sim.report.assumptions import assumptions, world
from sim.report.basis import basis
from sim.report.changes import changes
from sim.report.choice_lines import contributions, curves
from sim.report.choice_sections import least_money, reversal, trade_off
from sim.report.comparison import comparison
from sim.report.context import context
from sim.report.credibility import checks_section
from sim.report.decision import decision, goals
from sim.report.futures import futures
from sim.report.growth import growth
from sim.report.listing import scenario_table
from sim.report.money import money
from sim.report.multiples import multiples
from sim.report.next_money import next_money
from sim.report.observations import observations
from sim.report.overview import FailedScenario, ScenarioRow, failures, overview, row_of
from sim.report.provenance import provenance
from sim.report.targets import targets
from sim.report.turning import failing_futures, measure_first, other_worlds, turning_points
from sim.report.unknowns import swings, unknowns, width

__all__ = [
    "FailedScenario",
    "ScenarioRow",
    "answer",
    "assumptions",
    "basis",
    "changes",
    "checks_section",
    "comparison",
    "context",
    "contributions",
    "curves",
    "decision",
    "failing_futures",
    "failures",
    "finding",
    "futures",
    "goals",
    "growth",
    "least_money",
    "measure_first",
    "money",
    "multiples",
    "next_money",
    "observations",
    "other_worlds",
    "overview",
    "provenance",
    "reversal",
    "row_of",
    "scenario_table",
    "swings",
    "targets",
    "title",
    "trade_off",
    "turning_points",
    "unknowns",
    "width",
    "world",
]
