"""The planner's run on kept draws, and its answer as plain content: numbers, never words."""

from dataclasses import dataclass, field, replace

from sim.analysis import answer as read
from sim.analysis.compare import Difference, difference, outcome_of
from sim.domain import HEADLINE, INDICATOR, LEADING, LINES, NOMINAL, REAL, Scenario
from sim.ensemble import CommonDraws, Posterior, Result, ScenarioRun, apart, run_block
from sim.evidence import Knowledge, draws_for
from sim.planner.state import Rating

#: Slugs under which the two runs of a result are kept apart, whatever the scenarios are called.
CURRENT, REFERENCE = "planner-current", "planner-reference"
#: The average that means something else where one HTX makes up much of the total.
AVERAGE = "htx_revenue"

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
    _draws: tuple[_Key, CommonDraws] | None = None
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
        known = self.knowledge
        for one in (replace(scenario, slug=CURRENT), replace(reference, slug=REFERENCE)):
            key, kept = (draws, one.horizon), self._runs.get(one.slug)
            if kept and kept[0] == key and replace(kept[1].scenario, targets=one.targets) == one:
                if kept[1].scenario != one:  # targets ask, and change no figure
                    self._runs[one.slug] = (key, replace(kept[1], scenario=one))
            else:
                self._runs[one.slug] = (key, self._run(one, draws))
        return Result(
            province=known.province, register=known.register, runs=(self._runs[CURRENT][1], self._runs[REFERENCE][1]),
            draws=draws, seed=self.seed, outturns=self._kept(scenario, draws).outturns,
            effective_draws=known.posterior.effective,
        )  # fmt: skip

    def beside(self, found: Result, scenario: Scenario) -> Result:
        """A result with one more scenario on its draws, run now and not kept here."""
        return replace(found, runs=(*found.runs, self._run(scenario, found.draws)))

    def _run(self, scenario: Scenario, draws: int) -> ScenarioRun:
        blocks = self._kept(scenario, draws).wide
        return ScenarioRun.join(scenario, [run_block(self.knowledge.province, scenario, block) for block in blocks])

    def _kept(self, scenario: Scenario, draws: int) -> CommonDraws:
        """The draws, with what moves them to printed figures: made once for every move of a slider."""
        key = (draws, scenario.horizon)
        if self._draws is None or self._draws[0] != key:
            self._draws = key, draws_for(self.knowledge, scenario, draws=draws, seed=self.seed)
        return self._draws[1]


@dataclass(frozen=True)
class Figure:
    """One headline figure in the last year and how it differs from the reference.

    Attributes
    ----------
    range : in the prices asked for where it is money
    difference : scenario minus reference on the same draws, in base-year đồng where it is money
    """

    range: read.Range
    difference: Difference


@dataclass(frozen=True)
class Panel:
    """One chart: the scenario's fan, the reference's as a ghost, and the base-year figure both start from."""

    fan: read.Fan
    ghost: read.Fan
    base_year: int
    base: float


@dataclass(frozen=True)
class Answer:
    """What the right-hand side shows at once.

    Attributes
    ----------
    basis : prices of levels and fans; differences are in base-year đồng always
    founded : new HTX of the planning year
    parts : mean nominal growth of average revenue, first and last year
    outside : lines whose money lies outside experience in some year
    assumed : whether being better than the reference is how the model is made
    worth : independent draws the sample is worth
    others : average revenue without the largest HTX, in the last year and the prices of `basis`; None where no page
        tells of one
    """

    basis: str
    founded: read.Range
    founded_difference: Difference
    figures: tuple[Figure, ...]
    chances: tuple[read.TargetChance, ...]
    parts: tuple[read.Parts, ...]
    panels: tuple[Panel, ...]
    outside: tuple[read.LineMoney, ...]
    scenario: Scenario
    assumed: bool
    draws: int
    worth: float
    seed: int
    others: float | None = None

    @property
    def identical(self) -> bool:
        """Whether the scenario is the reference as far as any shown figure can tell."""
        return all(figure.difference.identical for figure in self.figures) and self.founded_difference.identical


@dataclass
class Reader:
    """Reads answers off results; what belongs to a reference that stays is read once."""

    _ghosts: dict[tuple[str, str], read.Fan] = field(default_factory=dict)
    _of: ScenarioRun | None = None

    def answer(self, result: Result, basis: str = NOMINAL) -> Answer:
        """Read the answer off a result of `Engine.compare`.

        Parameters
        ----------
        basis : prices in which levels are shown
        """
        reference = result.run_of(REFERENCE)
        if reference is not self._of:
            self._ghosts, self._of = {}, reference
        first, last = result.province.planning_year, result.years[-1]
        panels, figures = [], []
        for indicator in HEADLINE:
            shown, real = (basis, REAL) if INDICATOR[indicator].money else ("", "")
            key = (indicator, shown)
            if key not in self._ghosts:
                self._ghosts[key] = read.fan(result, REFERENCE, indicator, shown)
            ours = read.fan(result, CURRENT, indicator, shown)
            base = float(result.base_values(CURRENT, indicator)[-1].mean())
            panels.append(Panel(ours, self._ghosts[key], result.province.base_year, base))
            change = difference(result, REFERENCE, CURRENT, indicator, year=last, price_basis=real)
            figures.append(Figure(ours.ranges[-1], change))
        average = figures[HEADLINE.index(AVERAGE)].range.mean
        return Answer(
            basis=basis,
            founded=read.range_of(result, CURRENT, "htx_founded", first),
            founded_difference=difference(result, REFERENCE, CURRENT, "htx_founded", year=first),
            figures=tuple(figures),
            chances=read.target_chances(result, CURRENT),
            parts=read.growth_parts(result, CURRENT, sorted({first, last})),
            panels=tuple(panels),
            outside=tuple(money for money in read.line_money(result, CURRENT) if money.outside_experience),
            scenario=result.run_of(CURRENT).scenario,
            assumed=read.sign_assumed(result.register, result.run_of(REFERENCE).scenario),
            draws=result.draws,
            worth=result.worth,
            seed=result.seed,
            others=read.without_largest(result.province, result.register, average),
        )


def evidence_of(result: Result, posterior: Posterior | None) -> read.Evidence:
    """What the difference in total revenue rests on, or total revenue itself where there is none."""
    total = outcome_of("htx_revenue_total", result.years[-1])
    ours, theirs = (result.series(slug, total.indicator, REAL)[-1, -1] for slug in (CURRENT, REFERENCE))
    rests_on = read.RestsOn.of(result, dict.fromkeys(result.scenarios, [total]), posterior)
    return rests_on.evidence(total, CURRENT, REFERENCE if apart(ours, theirs).any() else "")


def variants(scenario: Scenario, first_year: int) -> dict[str, Scenario]:
    """The scenario with one more tỷ a year on each line."""
    years = range(first_year, scenario.horizon + 1)
    return {line: read.one_more(replace(scenario, slug=CURRENT), line, years) for line in LINES}


def margin(result: Result, line: str) -> dict[str, Difference]:
    """What one more tỷ a year on a line changes in the last year; the result holds both runs."""
    return {indicator: read.per_extra_billion(result, CURRENT, line, indicator) for indicator in LEADING}


def rating(result: Result, slug: str) -> Rating:
    """Chance of the headline target, and total revenue against the reference, of a scenario of the result."""
    chance = read.headline_of(read.target_chances(result, slug))
    gain = difference(result, REFERENCE, slug, "htx_revenue_total", year=result.years[-1], price_basis=REAL)
    return Rating(chance, gain)
