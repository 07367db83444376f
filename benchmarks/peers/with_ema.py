"""EMA Workbench round the plain-Python model: one experiment a draw, one process."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from ema_workbench import IntegerParameter, Model, RealParameter, ScalarOutcome, Scenario, perform_experiments

from benchmarks import scalar
from benchmarks.peers.turns import Given, Turn, serve


def make(given: Given) -> Turn:
    """State the model with all its uncertainties."""
    chance = random.Random(0)

    def htx(draw: int, **p: float) -> dict[str, Any]:
        (end,) = scalar.run(p, given.spending[draw], 1, chance)
        return {"active": end.active, "revenue": end.average}

    model = Model("htx", function=htx)
    model.uncertainties = [IntegerParameter("draw", 0, len(given.parameters))] + [
        RealParameter(key, min(p[key] for p in given.parameters) - 1, max(p[key] for p in given.parameters) + 1)
        for key in given.parameters[0]
    ]
    model.outcomes = [ScalarOutcome("active"), ScalarOutcome("revenue")]

    def turn(runs: int) -> Iterable[tuple[float, float]]:
        draws = [Scenario(str(draw), draw=draw, **p) for draw, p in enumerate(given.parameters[:runs])]
        _, found = perform_experiments(model, scenarios=draws)
        return zip(found["active"], found["revenue"], strict=True)

    return turn


if __name__ == "__main__":
    serve(make, runs=128)
