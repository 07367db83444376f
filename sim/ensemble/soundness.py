"""A result that is no number is a fault of the model: it stops the run and names the draw that shows it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.domain.errors import Problem, RunError


def require_finite(
    series: Mapping[str, np.ndarray], parameters: Mapping[str, np.ndarray], *, scenario: str, seed: int, first: int
) -> None:
    """Refuse series that hold anything but finite numbers.

    Parameters
    ----------
    series : {name: (…, draw)}
    parameters : {assumption id: (…, draw)}, told with the draw
    first : number of the first draw

    Raises
    ------
    RunError
        With scenario, seed, draw and its parameters, so that the run can be made again.
    """
    for name, values in series.items():
        # A sum is finite only when all its terms are, and needs no second array.
        if np.isfinite(values.sum()):
            continue
        draw = int(np.argwhere(~np.isfinite(values))[0][-1])
        told = {"scenario": scenario, "seed": seed, "draw": first + draw, "parameters": _of_draw(parameters, draw)}
        raise RunError(Problem("result_not_finite", told, place=name))


def _of_draw(parameters: Mapping[str, np.ndarray], draw: int) -> str:
    picked = {key: np.asarray(value) for key, value in parameters.items()}
    return ", ".join(
        f"{key}={float(value[..., min(draw, value.shape[-1] - 1)].ravel()[0]):.6g}"
        for key, value in picked.items()
        if value.ndim
    )
