"""Designed runs behind all questions of uncertainty: made once on common draws, kept on disk, read many times."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim import domain, ensemble
from sim.analysis.answer import KEPT, SHARE_DRAWS, kept_draws
from sim.analysis.compare import outcome_of
from sim.evidence import Knowledge, draws_for

#: Goals it is not asked about, but which another plan may serve better: how well off those inside are.
LEFT_ASIDE = tuple(name for name in domain.GOALS if name not in domain.LEADING)
#: Name in files of the part of a draw that no assumption decides: its event ranks.
EVENT_RANKS = "luck"
#: Draws of runs with an assumption fixed: of two hundred such runs eight times as many would take a quarter of a
#: minute. What is printed of them is a change from the report's own mean, paired, so that its middle is the report's.
FIXED_DRAWS = 1024
#: Where an assumption is fixed: its 10th and 90th percentile as drawn.
_TAILS = (0.1, 0.9)
_CODE = ("sim.model", "sim.ensemble", "sim.analysis.unknowns.experiments")


@dataclass(frozen=True)
class Alternatives:
    """Plans of the same money in one world, to one horizon, and what comes without any money.

    Attributes
    ----------
    plans : the scenario asked about first, then those that spend as much
    reference : the plan without support
    """

    plans: tuple[domain.Scenario, ...]
    reference: domain.Scenario

    @property
    def scenario(self) -> domain.Scenario:
        """The scenario asked about."""
        return self.plans[0]

    @property
    def rows(self) -> tuple[domain.Scenario, ...]:
        """The reference, then the plans: the rows of every table of values."""
        return (self.reference, *self.plans)


@dataclass(frozen=True)
class Sweep:
    """Outcomes with one assumption fixed at a time, on common draws.

    Attributes
    ----------
    levels : {assumption id: values fixed: p10, p90, lowest and highest allowed}; the last two only
        where the first two change anything
    values : {assumption id: (level, outcome, row, draw)}; of the plans alone where no more was asked for
    base : (outcome, row, draw) on the same draws with nothing fixed
    """

    levels: Mapping[str, tuple[float, ...]]
    values: Mapping[str, ensemble.Array]
    base: ensemble.Array

    @property
    def moving(self) -> tuple[str, ...]:
        """Assumptions that change any outcome of any plan."""
        return tuple(key for key, levels in self.levels.items() if len(levels) > len(_TAILS))


@dataclass(frozen=True)
class Experiment:
    """The runs behind one choice between alternatives.

    Attributes
    ----------
    given : (outcome, row, draw), rows as in the alternatives
    parameters : {assumption id: (draw)} under the scenario's world
    drawn : {(draws, first block): those that were drawn}; of more the first are as many fewer
    """

    known: Knowledge
    alternatives: Alternatives
    outcomes: tuple[ensemble.Outcome, ...]
    draws: int
    seed: int
    given: ensemble.Array
    parameters: Mapping[str, ensemble.Array]
    drawn: dict[tuple[int, int], ensemble.CommonDraws] = field(default_factory=dict, compare=False, repr=False)
    _fresh: dict[int, ensemble.CommonDraws] = field(default_factory=dict, compare=False, repr=False)
    _laid: dict[tuple[int, ...], tuple[Sequence[domain.Scenario], ensemble.Laid, ensemble.Array]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def effective_draws(self) -> float:
        """Equal-weight draws the sample is worth, at most."""
        return self.known.posterior.effective if self.known.posterior else np.inf

    @cached_property
    def copies(self) -> NDArray[np.intp]:
        """The first draw that took the same draw of the posterior, (draw): equal weights repeat the likely ones."""
        posterior = self.known.posterior
        if not posterior or not posterior.ids:
            return np.arange(self.draws)
        drawn = posterior.values[:, np.arange(self.draws) % posterior.values.shape[1]]
        _, first, which = np.unique(drawn, axis=1, return_index=True, return_inverse=True)
        return first[which.ravel()]

    @cached_property
    def content(self) -> str:
        """SHA-256 over outcomes and assumptions as they are."""
        digest = hashlib.sha256(np.ascontiguousarray(self.given).data)
        for key, values in self.parameters.items():
            digest.update(key.encode() + b"\0" + np.ascontiguousarray(values).data)
        return digest.hexdigest()

    def gains(self, outcome: int) -> ensemble.Array:
        """What each plan brings more than the reference, (plan, draw)."""
        values = self.given[outcome].astype(np.float64)
        return ensemble.apart(values[1:], values[0])

    def common(self, draws: int, *, first_block: int = 0) -> ensemble.CommonDraws:
        """Frozen draws of the scenario's horizon."""
        asked = (draws, first_block)
        if asked not in self.drawn:
            more = (one for (size, first), one in self.drawn.items() if first == first_block and size > draws)
            options = {"draws": draws, "seed": self.seed, "first_block": first_block}
            some = next((one.part(0, draws) for one in more), None)
            self.drawn[asked] = some or draws_for(self.known, self.alternatives.scenario, **options)
        return self.drawn[asked]

    def fresh(self, draws: int) -> ensemble.CommonDraws:
        """As many draws independent of the `common` ones."""
        if draws not in self._fresh:
            self._fresh[draws] = ensemble.independent_of(self.common(draws), self.known.posterior)
        return self._fresh[draws]

    def run(
        self, draws: ensemble.CommonDraws, rows: Sequence[domain.Scenario], world: domain.World | None = None
    ) -> ensemble.Array:
        """Outcomes of some rows, (outcome, row, draw); plans may differ in their price basis."""
        return ensemble.evaluate_each(draws, rows, self.outcomes, world or self.alternatives.scenario.world)

    def changed(
        self, draws: ensemble.CommonDraws, rows: Sequence[domain.Scenario], world: domain.World | None = None
    ) -> ensemble.Array:
        """`run` on draws of which some assumptions are changed: what stays as it was is worked out once.

        Parameters
        ----------
        draws : made of so many of `common`
        """
        own = self.alternatives.scenario.world
        return ensemble.evaluate_each(draws, rows, self.outcomes, world or own, self._begun(draws.size, rows)[1])

    def unchanged(self, draws: int, rows: Sequence[domain.Scenario]) -> ensemble.Array:
        """`run` on so many of `common`, which `changed` goes on from."""
        return self._begun(draws, rows)[2]

    def _begun(
        self, draws: int, rows: Sequence[domain.Scenario]
    ) -> tuple[Sequence[domain.Scenario], ensemble.Laid, ensemble.Array]:
        asked = (draws, *map(id, rows))
        if asked not in self._laid:
            laid: ensemble.Laid = []
            world = self.alternatives.scenario.world
            values = ensemble.evaluate_each(self.common(draws), rows, self.outcomes, world, laid)
            self._laid[asked] = rows, laid, values
        return self._laid[asked]

    def key(self, what: str, *more: object) -> list[object]:
        """Everything an array of this experiment depends on, for the cache."""
        known = self.known
        return [
            "experiment", what, [domain.scenario_fingerprint(row) for row in self.alternatives.rows],
            domain.inputs_fingerprint(known.province, known.register), known.posterior.key if known.posterior else "",
            domain.fingerprint(self.outcomes), self.draws, self.seed, ensemble.code_of(*_CODE), *more,
        ]  # fmt: skip


def outcomes_of(year: int, indicators: Iterable[str] = domain.LEADING) -> tuple[ensemble.Outcome, ...]:
    """Outcomes of one year, money without inflation."""
    return tuple(outcome_of(name, year) for name in indicators)


def alternatives_to(
    scenario: domain.Scenario, candidates: Iterable[domain.Scenario], reference: domain.Scenario, base_year: int
) -> Alternatives:
    """Alternatives to a scenario: plans among the candidates that spend as much as its own.

    Notes
    -----
    As much means the same sum over the horizon in the same price basis. All are taken in the
    scenario's own world and horizon, so that they differ by their plan alone.
    """
    years = scenario.years(base_year)

    def money(one: domain.Scenario) -> tuple[str, int]:
        return one.plan.price_basis, sum(one.plan.annual_budget(year) for year in years)

    plans = {scenario.plan.slug: scenario}
    for one in candidates:
        if one.plan.slug not in plans and one.plan.covers(years) and money(one) == money(scenario):
            plans[one.plan.slug] = one
    placed = (replace(one, world=scenario.world, horizon=scenario.horizon) for one in plans.values())
    return Alternatives(tuple(placed), replace(reference, world=scenario.world, horizon=scenario.horizon))


def experiment(
    known: Knowledge,
    alternatives: Alternatives,
    *,
    outcomes: Sequence[ensemble.Outcome] = (),
    draws: int = ensemble.DEFAULT_DRAWS,
    seed: int = ensemble.DEFAULT_SEED,
    drawn: dict[tuple[int, int], ensemble.CommonDraws] | None = None,
) -> Experiment:
    """Run all alternatives on common draws; from the cache where it was done before.

    Parameters
    ----------
    outcomes : default active HTX and total revenue in the last year
    drawn : those of an `Experiment` on the same draws, where they are at hand
    """
    outcomes = tuple(outcomes) or outcomes_of(alternatives.scenario.horizon)
    empty = np.empty((len(outcomes), 0, 0))
    bare = Experiment(known, alternatives, outcomes, draws, seed, empty, {}, {} if drawn is None else drawn)
    common = bare.common(draws)
    given = ensemble.remember(bare.key("given"), lambda: bare.run(common, alternatives.rows))
    return replace(bare, given=given, parameters=common.parameters(alternatives.scenario.world))


def exchanged_outcomes(
    runs: Experiment, moving: Sequence[str]
) -> tuple[ensemble.Array, dict[str, tuple[str, ...]], ensemble.Array]:
    """Outcomes of the reference and the scenario with one independent part of the futures exchanged at a time.

    Parameters
    ----------
    moving : assumptions that change anything; the others need no runs

    Returns
    -------
    (outcome, row, draw) with nothing exchanged; {part: assumption ids}, the event ranks last, with none;
    (part, outcome, row, draw)
    """
    size, rows = runs.draws, runs.alternatives.rows[:2]
    draws = runs.common(size)
    learnt = runs.known.posterior.ids if runs.known.posterior else ()
    # What figures of the current year touched lightly stands alone; its tie to the others is left aside.
    conditioned = [key for key in learnt if draws.register[key].conditioned]
    parts = {**ensemble.groups_of(draws, moving, conditioned), EVENT_RANKS: ()}

    def make() -> ensemble.Array:
        ours, other = draws.widened(), runs.fresh(size).widened()
        changed = (ensemble.exchanged(ours, other, ids, event_ranks=name == EVENT_RANKS) for name, ids in parts.items())
        return np.stack([runs.given[:, :2], *(runs.changed(one, rows) for one in changed)])

    values = ensemble.remember(runs.key("exchanged", size, list(parts)), make)
    return values[0], parts, values[1:]


def kept_outcomes(runs: Experiment) -> dict[str, ensemble.Array]:
    """Outcomes of the reference and the scenario with one part of the futures kept, all else drawn anew.

    Returns
    -------
    {part of `sim.analysis.answer.KEPT`: (outcome, row, draw)}, of as many draws as evidence shares rest on everywhere
    """
    draws, rows = runs.common(min(runs.draws, SHARE_DRAWS)), runs.alternatives.rows[:2]

    def make() -> ensemble.Array:
        world, posterior = runs.alternatives.scenario.world, runs.known.posterior
        futures = kept_draws(draws, posterior, world, fresh=runs.fresh(draws.size))
        return np.stack([runs.run(futures[part], rows) for part in KEPT])

    key = runs.key("kept", draws.size, ensemble.code_of("sim.analysis.answer.drivers"))
    return dict(zip(KEPT, ensemble.remember(key, make), strict=True))


def sweep(runs: Experiment, ids: Sequence[str] | None = None, *, alone: bool = False) -> Sweep:
    """One-at-a-time design: fix one assumption at both ends of what is expected, and of what is allowed.

    Parameters
    ----------
    ids : only these assumptions; default all that are uncertain
    alone : the plans without the reference, for whoever asks which of them is the best
    """
    draws = runs.common(min(runs.draws, FIXED_DRAWS))
    rows = runs.alternatives.plans if alone else runs.alternatives.rows
    register, world = runs.known.register, runs.alternatives.scenario.world
    ids = ensemble.uncertain_ids(draws, world) if ids is None else tuple(ids)
    base = ensemble.remember(runs.key("swept", draws.size, alone), lambda: runs.unchanged(draws.size, rows))
    tails = {key: tuple(float(value) for value in np.quantile(runs.parameters[key], _TAILS)) for key in ids}
    near = ensemble.remember(runs.key("tails", draws.size, ids, alone), lambda: _fixed(runs, draws, rows, tails))
    moving = [key for key, values in zip(ids, near, strict=True) if (values != base).any()]
    ends = {key: register[key].bounds for key in moving}
    for key in moving:
        # A share of one whole has no meaning at its bounds, where a line would have had no money at all.
        if register[key].distribution.simplex:
            ends[key] = (float(runs.parameters[key].min()), float(runs.parameters[key].max()))
    far = ensemble.remember(runs.key("ends", draws.size, moving, alone), lambda: _fixed(runs, draws, rows, ends))
    values = dict(zip(ids, near, strict=True))
    values |= {key: np.concatenate([values[key], more]) for key, more in zip(moving, far, strict=True)}
    return Sweep({key: (*tails[key], *ends.get(key, ())) for key in ids}, values, base)


def outcomes_fixing(
    runs: Experiment, key: str, value: float, rows: Sequence[domain.Scenario], *, draws: int = FIXED_DRAWS
) -> ensemble.Array:
    """Outcomes of some rows with one assumption fixed, (outcome, row, draw) in the outcomes' units.

    Parameters
    ----------
    key, value : assumption id, and where it is fixed in its own unit
    draws : default those of `sweep`
    """
    common = runs.common(min(runs.draws, draws))
    world = ensemble.fixed_in(runs.alternatives.scenario.world, {key: value}, runs.known.register)
    run = runs.changed if common.size <= FIXED_DRAWS else runs.run
    return run(ensemble.fixed(common, {key: value}), rows, world)


def _fixed(
    runs: Experiment, draws: ensemble.CommonDraws, rows: Sequence[domain.Scenario],
    levels: Mapping[str, Sequence[float]],
) -> ensemble.Array:  # fmt: skip
    """(assumption, level, outcome, row, draw)"""
    world = runs.alternatives.scenario.world
    shape = (len(levels), len(_TAILS), len(runs.outcomes), len(rows), draws.size)
    values = np.empty(shape, dtype=np.float32)
    for place, (key, ends) in enumerate(levels.items()):
        for at, value in enumerate(ends):
            known = {key: value}
            stated = ensemble.fixed_in(world, known, runs.known.register)
            values[place, at] = runs.changed(ensemble.fixed(draws, known), rows, stated)
    return values


def across_worlds(runs: Experiment, worlds: Sequence[domain.World]) -> ensemble.Array:
    """All alternatives in every world, on the same draws, (world, outcome, row, draw)."""
    size, draws, own = runs.draws, runs.common(runs.draws), runs.alternatives.scenario.world.overrides

    def make() -> ensemble.Array:
        rows = runs.alternatives.rows
        return np.stack([runs.given if one.overrides == own else runs.run(draws, rows, one) for one in worlds])

    stated = [domain.fingerprint({"overrides": world.overrides}) for world in worlds]
    return ensemble.remember(runs.key("worlds", size, stated), make)
