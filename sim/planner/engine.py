"""What a lever move costs: one run of one scenario on draws that were made once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sim.domain import Scenario
from sim.ensemble import BLOCK, Block, Result, ScenarioRun, block_count, draw_block, run_block
from sim.evidence import Knowledge

#: Slugs under which the two runs of a result are kept apart, whatever the scenarios are called.
CURRENT, REFERENCE = "planner-current", "planner-reference"

_Key = tuple[int, int]


@dataclass
class Engine:
    """Frozen draws, kept, and the last runs made on them.

    Attributes
    ----------
    knowledge : where runs start from, what they assume and what history says of it
    seed : equal seeds are common random numbers, here and in every report
    """

    knowledge: Knowledge
    seed: int
    _draws: tuple[_Key, tuple[Block, ...]] | None = None
    _runs: dict[str, tuple[_Key, ScenarioRun]] = field(default_factory=dict)

    def compare(self, scenario: Scenario, reference: Scenario, draws: int) -> Result:
        """Both scenarios on the same draws; only what changed since the last call is run.

        Parameters
        ----------
        scenario, reference : of one horizon
        draws : number of draws

        Returns
        -------
        Result with the scenario under `CURRENT` and the reference under `REFERENCE`; the same
        numbers `sim.ensemble.runner.run` gives for this seed.
        """
        pair = (replace(scenario, slug=CURRENT), replace(reference, slug=REFERENCE))
        return self.result(tuple(self._kept(one, draws) for one in pair), draws)

    def beside(self, found: Result, scenario: Scenario) -> Result:
        """A result with one more scenario on its draws, run now and not kept here."""
        return replace(found, runs=(*found.runs, self._run(scenario, found.draws)))

    def result(self, runs: tuple[ScenarioRun, ...], draws: int) -> Result:
        """Runs of this engine as one result."""
        known = self.knowledge
        return Result(
            province=known.province, register=known.register, runs=runs, draws=draws, seed=self.seed,
            effective_draws=known.posterior.effective,
        )  # fmt: skip

    def _kept(self, scenario: Scenario, draws: int) -> ScenarioRun:
        key = (draws, scenario.horizon)
        kept = self._runs.get(scenario.slug)
        if kept and kept[0] == key and kept[1].scenario == scenario:
            return kept[1]
        found = self._run(scenario, draws)
        self._runs[scenario.slug] = (key, found)
        return found

    def _run(self, scenario: Scenario, draws: int) -> ScenarioRun:
        known, key = self.knowledge, (draws, scenario.horizon)
        if self._draws is None or self._draws[0] != key:
            years, areas = scenario.horizon - known.province.base_year, [area.code for area in known.province.areas]
            sizes = [min(BLOCK, draws - index * BLOCK) for index in range(block_count(draws))]
            blocks = (
                draw_block(
                    known.register, seed=self.seed, index=index, size=size, years=years, areas=areas,
                    posterior=known.posterior,
                )
                for index, size in enumerate(sizes)
            )  # fmt: skip
            self._draws = (key, tuple(blocks))
        return ScenarioRun.join(scenario, [run_block(known.province, scenario, block) for block in self._draws[1]])
