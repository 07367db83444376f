"""The sections of a page, by name: what notebooks and batches call."""

from sim.report.answer import answer, finding, title
from sim.report.assumptions import assumptions, world
from sim.report.basis import basis
from sim.report.changes import changes
from sim.report.comparison import comparison
from sim.report.context import context
from sim.report.credibility import checks_section
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
    "failing_futures",
    "failures",
    "finding",
    "futures",
    "growth",
    "measure_first",
    "money",
    "multiples",
    "next_money",
    "observations",
    "other_worlds",
    "overview",
    "provenance",
    "row_of",
    "scenario_table",
    "swings",
    "targets",
    "title",
    "turning_points",
    "unknowns",
    "width",
    "world",
]
