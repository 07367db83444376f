"""Distributions as written in the register and in worlds: checked, and turned into the domain's.

Apart from the checks of shapes, because a warm start reads distributions and loads no validation library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sim.domain import Distribution, Numbers, Problem
from sim.inputs.text import Document, Place

QUANTILES = ("p10", "p50", "p90")


def distribution_problems(
    document: Document, place: Place, *, written: Mapping[str, Any], bounds: Sequence[Any]
) -> list[Problem]:
    """What is wrong with the numbers of one distribution.

    Parameters
    ----------
    place : where the mapping with the numbers stands
    written : p10, p50, p90, or value, or simplex, mean, concentration
    bounds : hard limits [low, high] of the assumption
    """
    problems = []
    allowed = Numbers("{} … {}", tuple(bounds))
    for name in (*QUANTILES, "value", "mean"):
        # as floats on both sides: a decimal .3 lies above the binary .3 the register keeps
        if name in written and not float(bounds[0]) <= float(written[name]) <= float(bounds[1]):
            problems.append(
                document.problem("outside_bounds", (*place, name), value=plain(written[name]), allowed=allowed)
            )
    if "p10" in written:
        problems += _order_problems(document, place, written)
    return problems


def _order_problems(document: Document, place: Place, written: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for low, high in pairwise(QUANTILES):
        if written[low] > written[high]:
            params = {"low": low, "high": high, "low_value": plain(written[low]), "high_value": plain(written[high])}
            problems.append(document.problem("quantile_order", (*place, low), params=params, value=plain(written[low])))
    if not problems and written["p10"] == written["p90"]:
        problems.append(document.problem("zero_width", (*place, "p10"), value=plain(written["p10"]), warning=True))
    return problems


def numeric(written: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping with floats for decimals, ready for the cache."""
    return {name: value if isinstance(value, (str, Mapping)) else float(value) for name, value in written.items()}


def distribution_from(content: Mapping[str, Any]) -> Distribution:
    """The domain's distribution of validated content."""
    if "simplex" in content:
        mean = content["mean"]
        return Distribution(
            mean, mean, mean, simplex=content["simplex"], mean=mean, concentration=content["concentration"]
        )
    if "value" in content:
        return Distribution(content["value"], content["value"], content["value"])
    return Distribution(*(content[name] for name in QUANTILES))


def plain(number: Any) -> str:
    """A number as one would type it."""
    return f"{number.normalize():f}" if hasattr(number, "normalize") else f"{number:g}"
