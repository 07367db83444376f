"""The observed past as the model sees it: latent start, three years with their events, and the figures printed.

Works on normal scores: one row per uncertain assumption and per event of the history, so that
parameters and event ranks are searched together (docs/model.md section 5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtr

from sim.domain import AVERAGES, END, FIRST_HALF, GROWTH, INDICATOR, MIDDLE, Calibration, Match, Register
from sim.ensemble import Array, split_normal_at
from sim.model import EVENTS, FLOW_SERIES, EventRanks, Flows, Start, htx_paths, members_next, reference_effects
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
#: Latent state at the end of the start year: the register's ids.
_START = ("start_active_2020", "start_inactive_2020", "start_revenue_2020", "start_income_2020", "start_members_2021")
#: Series whose true base-year value is kept beside the posterior.
LATENT = ("htx_registered", "htx_active", "htx_revenue", "htx_worker_income", "htx_members")
_HALF_LOG = float(np.log(0.5))


@dataclass(frozen=True)
class Past:
    """The history problem of one province.

    Attributes
    ----------
    calibration : what was observed
    register : all assumptions; those marked conditioned and the latent start are searched
    """

    calibration: Calibration
    register: Register

    @property
    def ids(self) -> tuple[str, ...]:
        """Assumptions searched, the latent start last."""
        conditioned = tuple(key for key in self.register if self.register[key].conditioned)
        return (*conditioned, *_START)

    @property
    def read_at_median(self) -> tuple[str, ...]:
        """Assumptions the history needs but does not search: they stand at their median."""
        return tuple(key for key in ("workers_per_added_active", "base_regular_workers") if key not in self.ids)

    @property
    def dimensions(self) -> int:
        """Rows of normal scores: assumptions, then one per event and year."""
        return len(self.ids) + len(_HISTORY_EVENTS) * len(self.calibration.years)

    def parameters(self, scores: Array) -> dict[str, Array]:
        """Values of the searched assumptions, {id: (draw)}, from their normal scores."""
        return {key: self._value(key, scores[row]) for row, key in enumerate(self.ids)}

    def _value(self, key: str, score: Array) -> Array:
        entry = self.register[key]
        return split_normal_at(entry.distribution, entry.bounds, score)

    def predictions(self, scores: Array, parameters: Mapping[str, Array] | None = None) -> dict[str, Array]:
        """What each figure used would be without reporting error, {match id: (draw)}.

        Parameters
        ----------
        scores : (dimension, draw) standard normal scores
        parameters : values to use instead of those of the scores

        Notes
        -----
        A half-year count is returned as the year's whole count: the half is drawn or weighed by
        Binomial(k; count, 1/2).
        """
        p = self._all_parameters(scores) if parameters is None else parameters
        paths = self._paths(p, scores, {match.indicator for match in self.calibration.matches})
        first = self.calibration.start_year
        return {
            match.id: _predict(paths[match.indicator], match, match.year - first) for match in self.calibration.matches
        }

    def _paths(self, p: Mapping[str, Array], scores: Array, indicators: Collection[str]) -> dict[str, Array]:
        """Series of the history, start year first, nominal where they are money, {indicator: (year, draw)}."""
        start = self.start(p)
        effects = reference_effects(len(self.calibration.years), scores.shape[1])
        event_ranks = self.event_ranks(scores)
        series, _ = htx_paths(exogenous(start, p, p, event_ranks), effects, p, event_ranks)
        prices = np.cumprod(1.0 + np.array(self.calibration.inflation))
        known = {"htx_active": start.active[0], "htx_revenue": start.revenue[0], "htx_worker_income": start.income[0]}
        known["htx_registered"] = start.active[0] + start.inactive[0]
        return {indicator: _path(series, known, prices, indicator, p) for indicator in indicators}

    def latent_base(self, scores: Array) -> Array:
        """True values at the end of the last year of history, (indicator of `LATENT`, draw), nominal."""
        p = self._all_parameters(scores)
        paths = self._paths(p, scores, LATENT)
        return np.stack([paths[indicator][-1] for indicator in LATENT])

    def _all_parameters(self, scores: Array) -> dict[str, Array]:
        fixed = {
            key: np.full(scores.shape[1], self.register.value(key))
            for key in self.read_at_median
        }
        return {**fixed, **self.parameters(scores)}

    def start(self, p: Mapping[str, Array]) -> Start:
        """The latent state at the end of the start year."""
        one = np.ones((1, 1))
        workers = np.full((1, 1), self.register.value("base_regular_workers"))
        return Start(
            active=np.rint(p["start_active_2020"])[None],
            inactive=np.rint(p["start_inactive_2020"])[None],
            members=p["start_members_2021"][None],
            workers=workers,
            revenue=p["start_revenue_2020"][None],
            income=p["start_income_2020"][None],
            tht_count=one, tht_revenue=one, unions=one, union_htx=one, founding_share=one,
        )  # fmt: skip

    def event_ranks(self, scores: Array) -> EventRanks:
        """Normal scores and ranks of the history's events, from their rows of scores."""
        years = len(self.calibration.years)
        rows = scores[len(self.ids) :].reshape(len(_HISTORY_EVENTS), years, 1, -1)
        event_ranks = EventRanks()
        for event, score in zip(_HISTORY_EVENTS, rows, strict=True):
            event_ranks.score[event.name] = score
            if event.both:
                event_ranks.uniform[event.name] = ndtr(score)
        return event_ranks

    @staticmethod
    def members(series: Mapping[str, Array], p: Mapping[str, Array]) -> Array:
        """Members from the end of the first simulated year on, where their figures agree, (year, draw).

        The first row stands for the start year and holds nothing.
        """
        start = p["start_members_2021"]
        path = [np.full(start.shape, np.nan), start]
        for year in range(1, series["htx_founded"].shape[0]):
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
            total = total + _log_density(match, predictions[match.id], observed[match.id])
        return np.asarray(total)

    @property
    def observed(self) -> dict[str, float]:
        """The figures as printed, {match id: value}."""
        return {match.id: match.value for match in self.calibration.matches}

    def sample_observations(self, predictions: Mapping[str, Array], rng: np.random.Generator) -> dict[str, Array]:
        """Figures as they would be printed, with reporting error, {match id: (draw)}."""
        return {match.id: _sample(match, predictions[match.id], rng) for match in self.calibration.matches}


def _path(
    series: Mapping[str, Array], known: Mapping[str, Array], prices: Array, indicator: str, p: Mapping[str, Array]
) -> Array:
    """A series with its start year first, nominal where it is money, (year, draw)."""
    if indicator == "htx_members":
        return Past.members(series, p)
    values = series[indicator][:, 0]
    if indicator in INDICATOR and INDICATOR[indicator].money:
        values = values * prices[:, None]
    if indicator not in known:
        return np.concatenate([np.full((1, values.shape[1]), np.nan), values])
    return np.concatenate([np.broadcast_to(known[indicator], (1, values.shape[1])), values])


def _predict(path: Array, match: Match, row: int) -> Array:
    now, before = path[row], path[row - 1]
    if match.kind == GROWTH:
        return now / before - 1.0
    if match.kind == MIDDLE:
        return np.sqrt(now * before) if match.indicator in AVERAGES else 0.5 * (now + before)
    assert match.kind in (END, FIRST_HALF)
    return now


def _log_density(match: Match, predicted: Array, observed: float) -> Array:
    if match.kind == FIRST_HALF:
        enough = predicted >= observed
        count = np.maximum(predicted, observed)
        ways = gammaln(count + 1.0) - gammaln(observed + 1.0) - gammaln(count - observed + 1.0)
        return np.where(enough, ways + count * _HALF_LOG, -np.inf)
    residual = np.log(observed / predicted) if match.relative else observed - predicted
    return -0.5 * (residual / match.error) ** 2


def _sample(match: Match, predicted: Array, rng: np.random.Generator) -> Array:
    if match.kind == FIRST_HALF:
        return rng.binomial(predicted.astype(int), 0.5).astype(float)
    noise = match.error * rng.standard_normal(predicted.shape)
    return predicted * np.exp(noise) if match.relative else predicted + noise
