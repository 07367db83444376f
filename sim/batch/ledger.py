"""`coopsim ledger`: freeze what is published, score it when figures arrive."""

from __future__ import annotations

from pathlib import Path

from sim.analysis.forecast import freeze, last_growth
from sim.batch.record import now
from sim.evidence.knowledge import load_knowledge
from sim.evidence.ledger import Published, append, entries_of
from sim.evidence.ledger_score import Scored, score
from sim.inputs.figures import load_figures
from sim.inputs.indicator_map import load_indicator_map
from sim.inputs.observations import load_observations
from sim.inputs.scenarios import load_scenario
from sim.inputs.workbook import SUFFIX

DEFAULT = Path("ledger") / "forecasts.jsonl"


def add(name: str, ledger: str | None, *, draws: int, seed: int) -> str:
    """Append the forecast of a scenario; returns the entry's hash."""
    known = load_knowledge()
    published = freeze(known, load_scenario(name), draws=draws, seed=seed, vintage=now())
    return append(Path(ledger) if ledger else DEFAULT, published)


def score_file(file: str, ledger: str | None) -> list[tuple[Published, list[Scored]]]:
    """Every published forecast against the figures of a file, oldest first."""
    figures = load_figures(Path(file)) if file.lower().endswith(SUFFIX) else load_observations(Path(file))
    terms, growth = load_indicator_map(), last_growth(load_knowledge().province)
    entries = entries_of(Path(ledger) if ledger else DEFAULT)
    return [(published, score(published, figures, terms, growth=growth)) for published in entries]
