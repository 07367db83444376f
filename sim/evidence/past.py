"""The observed past as the model sees it: latent start, three years with their events, and the figures printed.

Works on normal scores: one row per uncertain assumption and per event of the history, so that
parameters and event ranks are searched together (docs/model.md section 5).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtr

from sim.domain import AVERAGES, FIRST_HALF, GROWTH, INDICATOR, MATCH_KINDS, MIDDLE, Calibration, Register
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
        entries = [self.register[key] for key in self.ids]
        return {
            entry.id: split_normal_at(entry.distribution, entry.bounds, score)
            for entry, score in zip(entries, scores, strict=False)
        }

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
        predicted = {}
        for match in self.calibration.matches:
            assert match.kind in MATCH_KINDS
            row = match.year - self.calibration.start_year
            now, before = paths[match.indicator][row], paths[match.indicator][row - 1]
            if match.kind == GROWTH:
                now = now / before - 1.0
            elif match.kind == MIDDLE:
                now = np.sqrt(now * before) if match.indicator in AVERAGES else 0.5 * (now + before)
            predicted[match.id] = now
        return predicted

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
        """True values at the end of the last year of history, (indicator of `LATENT`, draw), nominal."""
        p = self._all_parameters(scores)
        paths = self._paths(p, scores, LATENT)
        return np.stack([paths[indicator][-1] for indicator in LATENT])

    def _all_parameters(self, scores: Array) -> dict[str, Array]:
        fixed = {key: np.full(scores.shape[1], self.register.value(key)) for key in self.read_at_median}
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
            predicted, found = predictions[match.id], observed[match.id]
            if match.kind == FIRST_HALF:
                count = np.maximum(predicted, found)
                ways = gammaln(count + 1.0) - gammaln(found + 1.0) - gammaln(count - found + 1.0)
                total = total + np.where(predicted >= found, ways + count * _HALF_LOG, -np.inf)
            else:
                residual = np.log(found / predicted) if match.relative else found - predicted
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
            if match.kind == FIRST_HALF:
                printed[match.id] = rng.binomial(predicted.astype(int), 0.5).astype(float)
                continue
            noise = match.error * rng.standard_normal(predicted.shape)
            printed[match.id] = predicted * np.exp(noise) if match.relative else predicted + noise
        return printed
