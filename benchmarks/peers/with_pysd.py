"""The equations as a Vensim file that PySD translates and runs.

Vensim's language has no binomial or Poisson sampler: counts are rounded normals of the same mean and variance.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pysd

from benchmarks.peers import equations
from benchmarks.peers.turns import Given, Turn, serve
from benchmarks.plain import LINES

NORMAL = "(SQRT(-2*LN(RANDOM UNIFORM(1e-12,1,0)))*COS(6.283185307*RANDOM UNIFORM(0,1,0)))"


class Text:
    """An expression in Vensim's words."""

    def __init__(self, text: object) -> None:
        self.text = str(text)

    def __str__(self) -> str:
        return self.text

    def _with(self, sign: str, left: object, right: object) -> Text:
        return Text(f"({left}{sign}{right})")

    def __add__(self, other: object) -> Text:
        return self._with("+", self, other)

    def __radd__(self, other: object) -> Text:
        return self._with("+", other, self)

    def __sub__(self, other: object) -> Text:
        return self._with("-", self, other)

    def __rsub__(self, other: object) -> Text:
        return self._with("-", other, self)

    def __mul__(self, other: object) -> Text:
        return self._with("*", self, other)

    def __rmul__(self, other: object) -> Text:
        return self._with("*", other, self)

    def __truediv__(self, other: object) -> Text:
        return self._with("/", self, other)

    def __pow__(self, other: object) -> Text:
        return self._with("^", self, other)


class Lines:
    """A model file under construction."""

    def __init__(self, years: int) -> None:
        control = {"INITIAL TIME": 0, "FINAL TIME": years, "TIME STEP": 1, "SAVEPER": 1}
        self.said = {**control, **dict.fromkeys(equations.KEYS, 0.5), **dict.fromkeys(LINES, 1)}

    def get(self, name: str) -> Text:
        return Text(name)

    def aux(self, name: str, value: Any) -> Text:
        self.said[name] = value
        return Text(name)

    def follow(self, stock: str, value: Any) -> None:
        self.said[stock] = f"INTEG({value - Text(stock)}, {equations.BASE[stock]})"

    def call(self, function: str, *values: Any) -> Text:
        if function == "normal":
            return Text(NORMAL)
        if function == "uniform":
            return Text("RANDOM UNIFORM(0,1,0)")
        if function == "poisson":
            return Text(f"MAX(0,INTEGER({values[0]}+SQRT({values[0]})*{NORMAL}+0.5))")
        if function == "binomial":
            n, p = values
            return Text(f"MAX(0,MIN({n},INTEGER({n}*{p}+SQRT({n}*{p}*(1-{p}))*{NORMAL}+0.5)))")
        return Text(f"{function.upper()}({','.join(map(str, values))})")

    def either(self, left: Any, right: Any, then: Any, other: Any) -> Text:
        return Text(f"IF THEN ELSE({left}<={right},{then},{other})")

    def file(self) -> str:
        body = "".join(f"{name} = {value}\n\t~\t\n\t~\t\n\t|\n\n" for name, value in self.said.items())
        return "{UTF-8}\n" + body


def make(given: Given) -> Turn:
    """Write the file, translate it, load it once."""
    lines = Lines(given.years)
    equations.write(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "htx.mdl"
        path.write_text(lines.file(), encoding="utf-8")
        model = pysd.read_vensim(str(path))
    years = range(given.years)

    def turn(runs: int) -> Iterator[tuple[float, float]]:
        for p, money in zip(given.parameters[:runs], given.spending[:runs], strict=True):
            told: dict[str, Any] = {name: p[name] for name in equations.KEYS}
            told |= {line: pd.Series([one[line] for one in money], index=years) for line in LINES}
            last = model.run(params=told, return_columns=["active", "revenue"]).iloc[-1]
            yield last["active"], last["revenue"]

    return turn


if __name__ == "__main__":
    serve(make, runs=16)
