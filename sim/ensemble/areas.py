"""Adding areas up: stocks add, averages weigh, growth is decomposed anew over the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.domain.units import MILLION_PER_BILLION

Array = NDArray[np.floating]
Values = Callable[[str, str], Array]

#: Averages and what they are averages over.
_WEIGHT = {
    "htx_revenue": "htx_active",
    "htx_profit": "htx_active",
    "htx_worker_income": "htx_workers",
    "tht_revenue": "tht_count",
    "tht_profit": "tht_count",
}
_REVENUE_PARTS = ("htx_like_for_like", "htx_catch_up", "htx_composition")
_INCOME_PARTS = ("htx_income_like_for_like", "htx_income_composition")
_PERCENT = 100.0


def base_figures(stocks: Mapping[str, Array]) -> dict[str, Array]:
    """Base-year figures of every stock and average, with those that follow from others."""
    total = stocks["htx_revenue"] * stocks["htx_active"] / MILLION_PER_BILLION
    inactive = stocks["htx_registered"] - stocks["htx_active"]
    return {**stocks, "htx_inactive": inactive, "htx_revenue_total": total}


def add_areas(figures: Mapping[str, Array], indicator: str) -> Array:
    """One figure over all areas, (draw): a sum, or an average weighted by what it is per."""
    values = figures[indicator]
    if indicator not in _WEIGHT:
        return values.sum(axis=-2)
    weight = np.broadcast_to(
        figures[_WEIGHT[indicator]], np.broadcast_shapes(values.shape, figures[_WEIGHT[indicator]].shape)
    )
    return (values * weight).sum(axis=-2) / np.maximum(weight.sum(axis=-2), 1.0)


def all_areas(values: Values, base: Mapping[str, Array], indicator: str, price_basis: str) -> Array:
    """A published series over all areas, (year, draw).

    Parameters
    ----------
    values : gives a series by (indicator, price basis), (year, area, draw)
    base : base-year stocks and averages, (area, 1 or draw)
    """
    if indicator in _REVENUE_PARTS:
        return _parts(values, base, indicator, price_basis, of="htx_revenue")
    if indicator in _INCOME_PARTS:
        return _parts(values, base, indicator, price_basis, of="htx_worker_income")
    needed = (indicator, _WEIGHT[indicator]) if indicator in _WEIGHT else (indicator,)
    return add_areas({name: values(name, price_basis) for name in needed}, indicator)


def _parts(values: Values, base: Mapping[str, Array], indicator: str, price_basis: str, *, of: str) -> Array:
    """A part of the growth of the average over all areas [%/yr].

    What areas share stays like-for-like (weighted by last year's total); catch-up is money over
    the new number of HTX; composition, now also between areas, is the rest.
    """
    parts = _REVENUE_PARTS if of == "htx_revenue" else _INCOME_PARTS
    weight = values(_WEIGHT[of], price_basis)
    average = values(of, price_basis)
    weight_before = _shift(weight, base[_WEIGHT[of]])
    average_before = _shift(average, base[of])
    total_before = average_before * weight_before
    growth = {name: values(name, price_basis) for name in parts}
    like_for_like = (growth[parts[0]] * total_before).sum(axis=1) / total_before.sum(axis=1)
    if indicator == parts[0]:
        return like_for_like
    whole_before = total_before.sum(axis=1) / np.maximum(weight_before.sum(axis=1), 1.0)
    whole = np.maximum(weight.sum(axis=1), 1.0)
    catch_up = 0.0
    if len(parts) > 2:
        catch_up = (growth[parts[1]] * average_before * weight).sum(axis=1) / (whole_before * whole)
        if indicator == parts[1]:
            return catch_up
    factor = 1.0 + sum(growth.values()) / _PERCENT
    after = (average_before * factor * weight).sum(axis=1) / whole
    return _PERCENT * (after / whole_before - 1.0) - like_for_like - catch_up


def _shift(series: Array, base: Array) -> Array:
    """The series one year earlier, starting with the base year."""
    first = np.broadcast_to(base, series.shape[1:])
    return np.concatenate([first[None], series[:-1]])
