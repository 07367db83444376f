"""Series that are told of others: worked out when they are first asked for, since most questions ask for few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.model.exogenous import Setting
from sim.model.flows import members_next
from sim.model.memory import room
from sim.model.state import FLOW_SERIES, Flows

Array = NDArray[np.floating]
Parameters = Mapping[str, Array]
#: Makes a series of others.
Tell = Callable[[Mapping[str, Array]], Array]


class Series(Mapping[str, Array]):
    """Series by name; one that is told of others is made once, when it is first asked for.

    Parameters
    ----------
    known : those there are
    told : what makes the rest of all of them
    """

    def __init__(self, known: Mapping[str, Array], told: Mapping[str, Tell]) -> None:
        self._known, self._told, self._names = dict(known), told, tuple(dict.fromkeys((*known, *told)))

    def __getitem__(self, name: str) -> Array:
        if name not in self._known:
            self._known[name] = self._told[name](self)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def beside(self, known: Mapping[str, Array], told: Mapping[str, Tell]) -> Series:
        """These and others."""
        return Series({**self._known, **known}, {**self._told, **told})


def averages(stepped: Mapping[str, Array], known: Setting) -> Series:
    """The series of the yearly step with what the model leaves out of the averages among them.

    Parameters
    ----------
    stepped : with averages before any discrepancy
    """
    gaps = {"htx_revenue": known.revenue_gap, "htx_worker_income": known.income_gap}
    told = {name: _product(stepped[name], gap) for name, gap in gaps.items() if name in stepped}
    return Series({name: values for name, values in stepped.items() if name not in told}, told)


def told_of(
    stepped: Mapping[str, Array], known: Setting, p: Parameters, shared: tuple[Sequence[Array], Sequence[Array]]
) -> Series:
    """All series of the HTX of a plan.

    Parameters
    ----------
    stepped : of the yearly step, (year, area, draw), with averages before any discrepancy
    shared : factors of the revenue and the pay of those who stay, of each year

    Notes
    -----
    Growth of the averages is parted, before the discrepancy, into what all who stay share and the rest.
    """
    revenue, income, initial = stepped["htx_revenue"], stepped["htx_worker_income"], known.exogenous.initial
    growth, pay_rise = shared
    shape = revenue.shape
    return averages(stepped, known).beside({}, {
        "htx_members": lambda series: _members(series, known.exogenous.members, p),
        "htx_registered": lambda series: np.add(series["htx_active"], series["htx_inactive"], out=room(shape)),
        "htx_profit": lambda series: np.multiply(series["htx_revenue"], p["profit_margin"], out=room(shape)),
        "growth": lambda _: np.broadcast_to(_less_one(growth), shape),
        "income_growth": lambda _: np.broadcast_to(_less_one(pay_rise), shape),
        "composition": lambda series: _rest(revenue, initial.revenue, (series["growth"], series["catch_up"])),
        "income_composition": lambda series: _rest(income, initial.income, (series["income_growth"],)),
    })  # fmt: skip


def _members(series: Mapping[str, Array], initial: Array, p: Parameters) -> Array:
    """Members at the end of each year, on which nothing else rests."""
    members, last = room(series["htx_active"].shape), initial
    for year, now in enumerate(members):
        last = members_next(last, Flows(*(series[name][year] for name in FLOW_SERIES)), p, now)
    return members


def _product(values: Array, factor: Array) -> Tell:
    return lambda _: np.multiply(values, factor, out=room(values.shape))


def _less_one(factors: Sequence[Array]) -> Array:
    """What factors of each year change, (year, area or 1, draw)."""
    changes = room((len(factors), *factors[0].shape))
    for year, factor in enumerate(factors):
        np.subtract(factor, 1.0, out=changes[year])
    return changes


def _rest(values: Array, base: Array, parts: Sequence[Array]) -> Array:
    """Growth of an average that its parts leave; year by year, so that it stays in cache."""
    rest = room(values.shape)
    for year, now in enumerate(values):
        change = np.divide(now, values[year - 1] if year else base, out=rest[year])
        change -= 1.0
        for part in parts:
            change -= part[year]
    return rest
