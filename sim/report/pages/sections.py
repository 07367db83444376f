"""The sections of a page, by name: what notebooks and batches call."""

from sim.report.pages.answer import answer, finding, overview, title
from sim.report.pages.arrived import arrived
from sim.report.pages.basis import assumptions, basis, provenance, world
from sim.report.pages.choices import contributions, curves, least_money, reversal, trade_off
from sim.report.pages.comparison import comparison, multiples
from sim.report.pages.context import changes, context, targets
from sim.report.pages.credibility import checks_section, observations
from sim.report.pages.decision import decision, goals
from sim.report.pages.growth import futures, growth, money
from sim.report.pages.ledger import ledger
from sim.report.pages.listing import FailedScenario, ScenarioRow, failures, row_of, scenario_table
from sim.report.pages.peers import peers_section
from sim.report.pages.revised import revised as revised
from sim.report.pages.turning import failing_futures, measure_first, other_worlds, turning_points
from sim.report.pages.unknowns import next_money, swings, unknowns, width

__all__ = [
    "FailedScenario",
    "ScenarioRow",
    "answer",
    "arrived",
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
    "ledger",
    "measure_first",
    "money",
    "multiples",
    "next_money",
    "observations",
    "other_worlds",
    "overview",
    "peers_section",
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
