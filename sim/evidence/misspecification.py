"""Truths that our model gets wrong in a named way: what the ranges are worth when it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Alter = Callable[[Array, Mapping[str, Array]], tuple[Array, dict[str, Array]]]

#: Share of regular growth lost for good in truths whose trend breaks, per year [log].
_LOST_TREND = 0.03


def _shock_year(scores: Array, parameters: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """The disasters the model thinks rare were common: every truth lives with twice their chance and cost."""
    changed = dict(parameters)
    changed["disaster_probability"] = np.minimum(2.0 * parameters["disaster_probability"], 1.0)
    changed["disaster_loss"] = np.minimum(2.0 * parameters["disaster_loss"], 0.9)
    return scores, changed


def _correlated(scores: Array, parameters: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Good founding years are good years for revenue too, and weak HTX stop where few return."""
    changed = dict(parameters)
    rank = np.argsort(np.argsort(parameters["foundings_reference"]))
    changed["revenue_growth_reference"] = np.sort(parameters["revenue_growth_reference"])[rank]
    rank = np.argsort(np.argsort(-parameters["stopping_rate"]))
    changed["reactivation_rate"] = np.sort(parameters["reactivation_rate"])[rank]
    return scores, changed


def _wrong_trend(scores: Array, parameters: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Growth common to all HTX lies lower than anything the assumptions give much weight to."""
    changed = dict(parameters)
    changed["revenue_growth_reference"] = parameters["revenue_growth_reference"] - _LOST_TREND
    return scores, changed


#: Named misspecifications; each changes scores and parameters before a truth lives.
MISSPECIFIED: Mapping[str, Alter] = {
    "shock_year": _shock_year,
    "correlated": _correlated,
    "wrong_trend": _wrong_trend,
}
