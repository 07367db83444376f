"""Scenarios in order, those that the draws cannot tell apart sharing their ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compare import paired_difference

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Rank:
    """Ranks a scenario shares with those it cannot be told from; 1 is the highest figure.

    Attributes
    ----------
    first, last : equal when the scenario stands alone
    highest, lowest : in the first or last group, where there is more than one group
    """

    first: int
    last: int
    highest: bool = False
    lowest: bool = False


def ranks(
    draws: Mapping[str, Array], figures: Mapping[str, float], *, effective_draws: float = np.inf
) -> dict[str, Rank]:
    """Rank of each scenario by one figure, highest first.

    Parameters
    ----------
    draws : {scenario: (draw)}, of common draws
    figures : {scenario: the figure printed}, which sets the order

    Notes
    -----
    A scenario joins a group while paired draws cannot tell it below the group's first one: both
    ends of a group may then differ from a third scenario differently, but never from its first.
    """
    order = sorted(draws, key=lambda name: (-figures[name], name))
    groups: list[list[str]] = []
    for name in order:
        if groups and not _lower(draws[name], draws[groups[-1][0]], effective_draws):
            groups[-1].append(name)
        else:
            groups.append([name])
    found: dict[str, Rank] = {}
    before = 0
    for place, group in enumerate(groups):
        several = len(groups) > 1
        rank = Rank(before + 1, before + len(group), several and place == 0, several and place == len(groups) - 1)
        found |= dict.fromkeys(group, rank)
        before += len(group)
    return found


def _lower(ours: Array, theirs: Array, effective_draws: float) -> bool:
    """Whether the draws tell ours below theirs."""
    found = paired_difference(theirs - ours, 1, effective_draws)
    return found.clear and not found.identical and found.p_better is not None and found.p_better > 0.5
