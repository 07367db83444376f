"""The assumptions of a province brought up to date with its printed figures."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.domain import Distribution, watched
from sim.ensemble import QUANTILES
from sim.evidence import Knowledge, load_knowledge


@dataclass(frozen=True)
class Refitted:
    """What a refit found.

    Attributes
    ----------
    moved : {assumption id: as updated, p10, p50, p90}, of those that history or later figures speak of
    seconds : it took; next to none where everything was kept
    """

    known: Knowledge
    moved: dict[str, Distribution]
    seconds: float


def refit(province: str | None = None, *, progress: Callable[[int, int], None] | None = None) -> Refitted:
    """Condition a province's assumptions on every figure it uses, or take what was kept while nothing changed.

    Raises
    ------
    InputError
        When a file of the pack is refused.
    """
    started = time.monotonic()
    with watched(progress):
        known = load_knowledge(province=province)
    levels = QUANTILES[0], QUANTILES[len(QUANTILES) // 2], QUANTILES[-1]
    values = dict(zip(known.posterior.ids, known.posterior.values, strict=True))
    told = [key for key in values if known.register[key].conditioned]
    triples = {key: np.quantile(values[key], levels).tolist() for key in told}
    moved = {key: Distribution(low, middle, high) for key, (low, middle, high) in triples.items()}
    return Refitted(known, moved, time.monotonic() - started)
