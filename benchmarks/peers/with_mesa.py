"""Mesa as it is used: every HTX an agent that stops, comes back or is dissolved; averages follow in the model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from mesa import Agent, Model

from benchmarks import scalar
from benchmarks.peers.turns import Given, Turn, serve
from benchmarks.plain import CHANNELS
from tests.support import oracle


class Htx(Agent):
    """One HTX."""

    def __init__(self, model: Province, active: bool) -> None:
        super().__init__(model)
        self.active = active

    def step(self) -> None:
        """One year: what happens to it is counted in the model."""
        chance, rates = self.random.random(), self.model.rates
        if self.active:
            if chance < rates["stopping"]:
                self.active = False
                self.model.seen["htx_stopped"] += 1
        elif chance < rates["reactivation"]:
            self.active = True
            self.model.seen["htx_reactivated"] += 1
        elif self.random.random() < rates["dissolution"]:
            self.model.seen["htx_dissolved"] += 1
            self.remove()


class Province(Model):
    """One stratum of one draw."""

    def __init__(self, p: dict[str, float], seed: int) -> None:
        super().__init__(seed=seed)
        self.p, self.state = p, scalar.start(1, p)
        self.x, self.level = dict.fromkeys(CHANNELS, 1.0), 0.0
        Htx.create_agents(self, int(self.state.active), True)
        Htx.create_agents(self, int(self.state.inactive), False)

    def year(self, money: dict[str, float]) -> None:
        """Agents first, newcomers after, averages last."""
        self.rates, self.x, level = scalar.rates_of(money, self.x, self.p, self.random)
        self.seen: Counter[str] = Counter()
        self.agents.do("step")
        founded = scalar.poisson(self.rates["founding"], self.random)
        entered = sum(self.random.random() >= self.p["shell_share"] for _ in range(founded))
        Htx.create_agents(self, entered, True)
        Htx.create_agents(self, founded - entered, False)
        self.seen.update(htx_founded=founded, htx_founded_active=entered)
        common = scalar.growth_log(self.p, level - self.level, self.random)
        self.level = level
        self.state = oracle.step(self.state, self.seen, math.exp(common), common, self.p)


def make(given: Given) -> Turn:
    """A model for every draw."""

    def turn(runs: int) -> Iterator[tuple[float, float]]:
        for seed, (p, money) in enumerate(zip(given.parameters[:runs], given.spending[:runs], strict=True)):
            model = Province(p, seed)
            for one in money:
                model.year(one)
            yield sum(htx.active for htx in model.agents), model.state.average

    return turn


if __name__ == "__main__":
    serve(make, runs=16)
