"""The observed past of an area as the model sees it: latent start, years with their events, and the figures printed.

Works on normal scores: one row per uncertain assumption and per event of the history, so that
parameters and event ranks are searched together (docs/model.md section 5).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from sim.domain import (
    AVERAGES,
    GROWTH,
    INDICATOR,
    MATCH_KINDS,
    MONTHS_PER_YEAR,
    PART,
    WITHIN,
    Assumption,
    Calibration,
    Register,
)  # fmt: skip
from sim.ensemble import Array, split_normal_at
from sim.evidence.within_year import level_within, log_copied, log_parts
from sim.model import (
    EVENTS,
    FLOW_SERIES,
    EventRanks,
    Flows,
    Start,
    htx_paths,
    members_next,
    ranks_of,
    reference_effects,
)
from sim.model.exogenous import exogenous

#: Events that the HTX of the past depend on.
_HISTORY_EVENTS = tuple(
    event
    for event in EVENTS
    if event.name in {
        "founding_year", "founded", "founded_shell", "stopped", "reactivated",
        "dissolution_year", "dissolved", "revenue_shock", "disaster",
    }
)  # fmt: skip
#: Assumptions a simulated past reads; most of them are searched.
_READ = (
    "foundings_reference", "founding_lumpiness", "dissolution_lumpiness", "stopping_rate", "reactivation_rate",
    "dissolution_rate", "shell_share", "revenue_growth_reference", "newcomer_catch_up", "relative_revenue_new",
    "relative_revenue_reactivated", "relative_revenue_stopped", "revenue_volatility", "disaster_probability",
    "disaster_loss", "shock_recovery", "income_trend", "income_pass_through", "relative_wage_new",
    "workers_per_added_active", "base_regular_workers", "members_per_new_htx", "member_growth",
)  # fmt: skip
#: Series whose true base-year value is kept beside the posterior.
LATENT = ("htx_registered", "htx_active", "htx_revenue", "htx_worker_income", "htx_members")
#: How evenly a year's events spread over it, and the chance that a figure printed again says nothing.
_EVENNESS, _COPIED = "part_year_concentration", "copied_says_nothing"


@dataclass(frozen=True)
class Past:
    """The history problem of one area.

    Attributes
    ----------
    calibration : what was observed
    register : all assumptions; those marked conditioned, the latent start and steps of series are searched
    """

    calibration: Calibration
    register: Register

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Assumptions searched, the latent start last."""
        conditioned = tuple(key for key in self.register if self.register[key].conditioned)
        return (*conditioned, *(entry.id for entry in self.calibration.start.values()))

    def entry(self, key: str) -> Assumption:
        """One of the assumptions searched."""
        found = {entry.id: entry for entry in self.calibration.start.values()}.get(key)
        return found or self.register[key]

    @cached_property
    def projected(self) -> tuple[str, ...]:
        """The searched assumptions that the projection reads; the latent start stays behind."""
        return tuple(entry.id for entry in self._entries if entry.role == "projection")

    @cached_property
    def read_at_median(self) -> tuple[str, ...]:
        """Assumptions the history needs but does not search: they stand at their median."""
        return tuple(key for key in _READ if key not in self.ids)

    @property
    def constants(self) -> dict[str, float]:
        """Constants of the register the likelihood reads."""
        return {key: self.register.value(key) for key in (_EVENNESS, _COPIED) if key in self.register.entries}

    @property
    def dimensions(self) -> int:
        """Rows of normal scores: assumptions, then one per event and year, then one per step of a series."""
        return len(self.ids) + len(_HISTORY_EVENTS) * len(self.calibration.years) + len(self.calibration.shifts)

    def parameters(self, scores: Array) -> dict[str, Array]:
        """Values of the searched assumptions, {id: (draw)}, from their normal scores."""
        return {
            entry.id: split_normal_at(entry.distribution, entry.bounds, score)
            for entry, score in zip(self._entries, scores, strict=False)
        }

    @cached_property
    def _entries(self) -> tuple[Assumption, ...]:
        return tuple(self.entry(key) for key in self.ids)

    def predictions(self, scores: Array, parameters: Mapping[str, Array] | None = None) -> dict[str, Array]:
        """What each figure used would be without reporting error, {match id: (draw)}.

        Parameters
        ----------
        scores : (dimension, draw) standard normal scores
        parameters : values to use instead of those of the scores

        Notes
        -----
        A count of a part of a year is returned as the whole year's: the part is drawn or weighed by
        `part_of_year`.
        """
        p = self._all_parameters(scores) if parameters is None else parameters
        return self._predicted(self._paths(p, scores, self._matched), scores)

    @cached_property
    def _matched(self) -> frozenset[str]:
        return frozenset(match.indicator for match in self.calibration.matches)

    def _predicted(self, paths: Mapping[str, Array], scores: Array) -> dict[str, Array]:
        predicted = {}
        for match in self.calibration.matches:
            assert match.kind in MATCH_KINDS
            row = match.year - self.calibration.start_year
            now, before = paths[match.indicator][row], paths[match.indicator][row - 1]
            if match.kind == GROWTH:
                now = now / before - 1.0
            elif match.kind == WITHIN:
                now = level_within(before, now, match.share, average=match.indicator in AVERAGES)
            predicted[match.id] = now * self._step(match.shift, scores)
        return predicted

    def judged(self, scores: Array, observed: Mapping[str, float]) -> tuple[Array, NDArray[np.float32]]:
        """Log likelihood of the observed figures, (draw), and what a posterior keeps of each draw, (row, draw).

        Its rows are the `projected` assumptions, then `latent_base`.
        """
        p = self._all_parameters(scores)
        paths = self._paths(p, scores, self._matched.union(LATENT))
        kept = np.empty((len(self.projected) + len(LATENT), scores.shape[1]), np.float32)
        for row, values in zip(kept, [*(p[key] for key in self.projected), *self._latent(paths, scores)], strict=True):
            row[:] = values
        return self.log_likelihood(self._predicted(paths, scores), observed), kept

    def _step(self, shift: str, scores: Array) -> Array | float:
        """The factor by which a series lies higher behind a step of it, (draw)."""
        if not shift:
            return 1.0
        place = self.dimensions - len(self.calibration.shifts) + list(self.calibration.shifts).index(shift)
        return np.exp(self.calibration.shifts[shift] * scores[place])

    def _paths(self, p: Mapping[str, Array], scores: Array, indicators: Collection[str]) -> dict[str, Array]:
        """Series of the history, start year first, nominal where they are money, {indicator: (year, draw)}."""
        start = self.start(p)
        effects = reference_effects(len(self.calibration.years), scores.shape[1])
        event_ranks = self.event_ranks(scores)
        series, _ = htx_paths(exogenous(start, p, p, event_ranks), effects, p, event_ranks)
        prices = np.cumprod(1.0 + np.array(self.calibration.inflation))
        known = {"htx_active": start.active[0], "htx_revenue": start.revenue[0], "htx_worker_income": start.income[0]}
        known["htx_registered"] = start.active[0] + start.inactive[0]
        paths = {}
        for indicator in indicators:
            if indicator == "htx_members":
                paths[indicator] = self.members(series, p)
                continue
            values = series[indicator][:, 0]
            if indicator in INDICATOR and INDICATOR[indicator].money:
                values = values * prices[:, None]
            base = np.broadcast_to(known.get(indicator, np.full(1, np.nan)), (1, values.shape[1]))
            paths[indicator] = np.concatenate([base, values])
        return paths

    def latent_base(self, scores: Array) -> Array:
        """True values at the end of the last year of history, (indicator of `LATENT`, draw), nominal.

        Behind a step of a series they are on the footing of its later figures; NaN where no figure of a series speaks.
        """
        return np.stack(self._latent(self._paths(self._all_parameters(scores), scores, LATENT), scores))

    def _latent(self, paths: Mapping[str, Array], scores: Array) -> list[Array]:
        last = {match.indicator: match.shift for match in self.calibration.matches if match.kind != GROWTH}
        return [paths[name][-1] * self._step(last.get(name, ""), scores) for name in LATENT]

    def _all_parameters(self, scores: Array) -> dict[str, Array]:
        fixed = {key: np.full(scores.shape[1], self.register.value(key)) for key in self.read_at_median}
        return {**fixed, **self.parameters(scores)}

    def start(self, p: Mapping[str, Array]) -> Start:
        """The latent state at the end of the start year."""
        one = np.ones((1, 1))
        workers = np.full((1, 1), self.register.value("base_regular_workers"))
        known = {part: p[entry.id] for part, entry in self.calibration.start.items()}
        if "registered" in known:
            registered = np.rint(known["registered"])
            known["active"] = np.rint(registered * known["active_share"])
            known["inactive"] = registered - known["active"]
        return Start(
            active=np.rint(known["active"])[None],
            inactive=np.rint(known["inactive"])[None],
            members=known["members"][None] if "members" in known else one,
            workers=workers,
            revenue=known["revenue"][None],
            income=known["income"][None] if "income" in known else one,
            tht_count=one, tht_revenue=one, unions=one, union_htx=one, founding_share=one,
        )  # fmt: skip

    def event_ranks(self, scores: Array) -> EventRanks:
        """Normal scores and ranks of the history's events, from their rows of scores."""
        years = len(self.calibration.years)
        first = len(self.ids)
        rows = scores[first : first + len(_HISTORY_EVENTS) * years].reshape(len(_HISTORY_EVENTS), years, 1, -1)
        event_ranks = EventRanks()
        for event, score in zip(_HISTORY_EVENTS, rows, strict=True):
            event_ranks.score[event.name] = score
            if event.both:
                event_ranks.uniform[event.name] = ranks_of(score)
        return event_ranks

    def members(self, series: Mapping[str, Array], p: Mapping[str, Array]) -> Array:
        """Members from the start year on, (year, draw); NaN before the year from which they are followed."""
        years = series["htx_founded"].shape[0]
        if "members" not in self.calibration.start:
            return np.full((years + 1, series["htx_founded"].shape[-1]), np.nan)
        start = p[self.calibration.start["members"].id]
        first = self.calibration.members_from - self.calibration.start_year
        path = [np.full(start.shape, np.nan)] * first + [start]
        for year in range(first, years):
            flows = Flows(*(series[name][year] for name in FLOW_SERIES))
            path.append(members_next(path[-1], flows, p)[0])
        return np.stack(path)

    def log_likelihood(self, predictions: Mapping[str, Array], observed: Mapping[str, float]) -> Array:
        """Log likelihood of the observed figures, up to a constant.

        Parameters
        ----------
        predictions : {match id: (draw)}, without reporting error
        observed : {match id: value}

        Returns
        -------
        (draw)
        """
        total: Array | float = 0.0
        for match in self.calibration.matches:
            predicted, found = predictions[match.id], observed[match.id]
            if match.kind == PART:
                total = total + log_part_of_year(found, predicted, match.share, self.register.value(_EVENNESS))
                continue
            residual = np.log(found / np.maximum(predicted, _TINY)) if match.relative else found - predicted
            if match.fineness:
                width = match.fineness / match.value if match.relative else match.fineness
                copied = self.register.value(_COPIED)
                total = total + log_copied(residual, match.error**2, grain=width, copied=copied)
            else:
                total = total + -0.5 * (residual / match.error) ** 2
        return np.asarray(total)

    @property
    def observed(self) -> dict[str, float]:
        """The figures as printed, {match id: value}."""
        return {match.id: match.value for match in self.calibration.matches}

    def sample_observations(self, predictions: Mapping[str, Array], rng: np.random.Generator) -> dict[str, Array]:
        """Figures as they would be printed, with reporting error, {match id: (draw)}."""
        printed = {}
        for match in self.calibration.matches:
            predicted = predictions[match.id]
            if match.kind == PART:
                printed[match.id] = part_of_year(predicted, match.share, self.register.value(_EVENNESS), rng)
                continue
            noise = match.error * rng.standard_normal(predicted.shape)
            printed[match.id] = predicted * np.exp(noise) if match.relative else predicted + noise
        return printed


#: Below this no level of a series lies, so that its logarithm is a number.
_TINY = 1e-9


def part_of_year(
    count: Array, share: float, evenness: float, rng: np.random.Generator
) -> Array:
    """Beta-binomial: events of a year that fall into a part of it, (draw), whole.

    Parameters
    ----------
    count : (draw) events of the whole year
    share : of the year
    evenness : concentration of the beta distribution of the part that events of a year fall into [1]
    """
    falls = rng.beta(evenness * share, evenness * (1.0 - share), count.shape)
    return rng.binomial(count.astype(int), falls).astype(float)


def log_part_of_year(found: float, count: Array, share: float, evenness: float) -> Array:
    """Log of the beta-binomial probability that so many of a year's events fall into a part of it, (draw).

    Parameters
    ----------
    found : events of the part, whole
    count : (draw) events of the whole year; fewer than were found are impossible
    share, evenness : as in `part_of_year`
    """
    part = frozenset(range(1, round(MONTHS_PER_YEAR * share) + 1))
    # Counts are whole and few: worked out once each.
    counts = np.arange(int(np.max(count, initial=found)) + 1.0)
    log = log_parts(counts, {part: found}, concentration=evenness) - betaln(evenness * share, evenness * (1.0 - share))
    return log[count.astype(int)]
