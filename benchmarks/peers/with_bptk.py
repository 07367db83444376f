"""The equations in BPTK-Py's system-dynamics language, with its samplers: one model, constants set for every draw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BPTK_Py import Model, sd_functions as sd

from benchmarks.peers import equations
from benchmarks.peers.turns import Given, Turn, serve
from benchmarks.plain import LINES


class Elements:
    """A model under construction."""

    def __init__(self, years: int) -> None:
        self.model = Model(starttime=0.0, stoptime=float(years), dt=1.0, name="htx")
        self.of: dict[str, Any] = {name: self.model.constant(name) for name in equations.KEYS}
        for constant in self.of.values():
            constant.equation = 0.5
        for line in LINES:
            self.model.points[line] = [(0.0, 1.0), (float(years), 1.0)]
            self.aux(line, sd.lookup(sd.time(), line))
        for name, value in equations.BASE.items():
            self.of[name] = self.model.stock(name)
            self.of[name].initial_value = value

    def get(self, name: str) -> Any:
        return self.of[name]

    def aux(self, name: str, value: Any) -> Any:
        self.of[name] = self.model.converter(name)
        self.of[name].equation = value
        return self.of[name]

    def follow(self, stock: str, value: Any) -> None:
        change = self.model.biflow(f"change_{stock}")
        change.equation = value - self.of[stock]
        self.of[stock].equation = change

    def call(self, function: str, *values: Any) -> Any:
        return sd.normal(0.0, 1.0) if function == "normal" else getattr(sd, function)(*values)

    def either(self, left: Any, right: Any, then: Any, other: Any) -> Any:
        return sd.If(right >= left, then, other)


def make(given: Given) -> Turn:
    """Build the model once."""
    elements = Elements(given.years)
    equations.write(elements)
    model, end = elements.model, float(given.years)

    def turn(runs: int) -> Iterator[tuple[float, float]]:
        for p, money in zip(given.parameters[:runs], given.spending[:runs], strict=True):
            for name in equations.KEYS:
                model.equations[name] = lambda t, value=p[name]: value
            for line in LINES:
                model.points[line] = [(float(year), one[line]) for year, one in enumerate(money)]
            model.memo = {name: {} for name in model.memo}
            for year in range(given.years + 1):  # forward, so that no stock asks for all its past at once
                for name in equations.BASE:
                    model.equation(name, float(year))
            yield model.equation("active", end), model.equation("revenue", end)

    return turn


if __name__ == "__main__":
    serve(make, runs=16)
