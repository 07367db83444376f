"""What no money moves: the base-year state and the path of a world, worked out once per world and block of draws.

A projection starts from printed base-year figures, and from draws of the assumptions that stand for missing ones.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.domain import INDICATOR, Province, Register, World, area_id
from sim.ensemble.draws import Array, Block
from sim.model import WIDTH, EventRanks, Setting, Start, Way, beside_htx, setting, spending_per_billion

REGISTERED, ACTIVE, INACTIVE = "htx_registered", "htx_active", "htx_inactive"


def base_stocks(province: Province, parameters: Mapping[str, Array]) -> dict[str, Array]:
    """Base-year stocks and averages by area, (area, 1) as printed or (area, draw) where assumed.

    Parameters
    ----------
    parameters : {assumption id: (draw)} under the scenario's world

    Notes
    -----
    An assumed figure is the assumption itself, shared over areas like registered HTX, or its multiple of
    another figure; counts are whole and no more HTX are active than are registered.
    """
    stocks = {
        name: np.array([[rows[area.code].value] for area in province.areas])
        for name, rows in province.base.items()
        if name not in province.assumed
    }
    for name in (name for name in INDICATOR if name in province.assumed):  # what others are a part of comes first
        values = _partly_assumed(province, parameters, stocks, name)
        stocks[name] = np.rint(values) if INDICATOR[name].count else values
    if {ACTIVE, REGISTERED} & province.assumed.keys():
        stocks[ACTIVE] = np.minimum(stocks[ACTIVE], stocks[REGISTERED])
        stocks[INACTIVE] = stocks[REGISTERED] - stocks[ACTIVE]
    return stocks


def _partly_assumed(
    province: Province, parameters: Mapping[str, Array], stocks: Mapping[str, Array], name: str
) -> Array:
    """A base-year figure that some areas or all did not print, (area, draw)."""
    printed, assumed, rows = province.base.get(name, {}), province.assumed[name], []
    for place, area in enumerate(province.areas):
        if area.code in printed:
            rows.append(np.array([printed[area.code].value]))
            continue
        how = assumed[area.code]
        own = area_id(how.id, area.code)
        if how.of:
            weight = stocks[how.of][place]
        else:  # one figure for all areas is shared like registered HTX
            alone = own in parameters or len(province.areas) == 1
            weight = np.ones(1) if alone else stocks[REGISTERED][place] / stocks[REGISTERED].sum(axis=0)
        rows.append(parameters[own if own in parameters else how.id] * weight)
    return np.stack(np.broadcast_arrays(*rows))


def by_areas(province: Province, register: Register, parameters: Mapping[str, Array]) -> Mapping[str, Array]:
    """Parameters as the model takes them: those that stand by area, (area, draw), under their common id.

    Parameters
    ----------
    parameters : {assumption id: (draw)}
    """
    if not register.common:
        return parameters
    versions = {key: [area_id(key, area.code) for area in province.areas] for key in register.common}
    whole = {key: ids for key, ids in versions.items() if parameters.keys() >= set(ids)}
    return {**parameters, **{key: np.stack([parameters[one] for one in ids]) for key, ids in whole.items()}}


def base_start(province: Province, world: Mapping[str, Array]) -> Start:
    """The model's start from the base-year figures; workers are uncertain even where others are printed.

    Parameters
    ----------
    world : parameters as the model takes them (`by_areas`)
    """
    stocks = base_stocks(province, world)
    nothing = np.zeros((len(province.areas), 1))
    active = stocks[ACTIVE]
    real = province.deflator  # the model works in money of one year, whatever the base year
    workers = world["base_regular_workers"]
    return Start(
        active=active,
        inactive=stocks[REGISTERED] - active,
        members=stocks["htx_members"],
        workers=workers * active / active.sum(axis=0) if workers.ndim == 1 else workers,
        revenue=stocks["htx_revenue"] * real,
        income=stocks["htx_worker_income"] * real,
        tht_count=stocks.get("tht_count", nothing),
        tht_revenue=stocks.get("tht_revenue", nothing) * real,
        unions=stocks.get("lhhtx_count", nothing),
        union_htx=stocks.get("lhhtx_member_htx", nothing),
        founding_share=np.array([[area.founding_share] for area in province.areas]),
    )


#: In the place of no active HTX, so that parts of the reference funding can be divided by.
_NOBODY = 1e-150
#: Worlds whose stages a block keeps: a plan's and the reference's may differ.
_KEPT = 2


@dataclass(frozen=True)
class Stage:
    """What every plan of one world meets on one block.

    It holds the block's arrays, not the block, which keeps it: a circle would hold them until a
    garbage collection that counts objects and not bytes.

    Attributes
    ----------
    parameters, calibrated : {assumption id: (draw)} under the world and as calibrated
    taken : the parameters under the world as the model takes them
    event_ranks : one rank per event
    prices : (year, draw) price index
    start : figures at the end of the base year
    setting : the model's part of it
    read : what start and setting read of the parameters under the world and as calibrated, by id
    """

    province: Province
    world: World
    parameters: Mapping[str, Array]
    calibrated: Mapping[str, Array]
    taken: Mapping[str, Array]
    event_ranks: EventRanks
    prices: Array
    start: Start
    setting: Setting
    read: tuple[Set[str], Set[str]]
    _per_billion: dict[bool, Array] = field(default_factory=dict, init=False, repr=False, compare=False)
    _ways: list[Way] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def way(self) -> Way | None:
        """How the last plan went, if it was kept."""
        return next(iter(self._ways), None)

    def keep(self, way: Way) -> None:
        """Keep how a plan went for the next one, which a slider moves; of many areas, which take room, nothing."""
        if self.start.active.shape[0] * self.prices.shape[-1] <= WIDTH:
            self._ways[:] = [way]

    @cached_property
    def others(self) -> Mapping[str, Array]:
        """Series of groups and unions, {name: (year, area, draw)}."""
        return beside_htx(self.start, self.taken, self.setting.exogenous.shocks, self.event_ranks)

    @cached_property
    def weights(self) -> Array:
        """Each area's part of the reference funding, (area, 1 or draw), adding up to 1: its active HTX at the start."""
        active = np.maximum(self.start.active, _NOBODY)
        return active / active.sum(axis=0)

    def per_billion(self, *, real: bool) -> Array:
        """Relative spending of one planned tỷ on each line, (year, line, draw); `real` as the plan's prices are."""
        if real not in self._per_billion:
            self._per_billion[real] = spending_per_billion(
                real=real,
                price_index=self.prices,
                reference_fund=self.province.reference_billion(self.parameters),
                world=self.parameters,
                calibrated=self.calibrated,
            )
        return self._per_billion[real]


class _Noted(Mapping[str, Array]):
    """Parameters that note which of them are read, in whatever way."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        self._values = values
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> Array:
        found = self._values[key]
        self.read.add(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def stage(province: Province, world: World, block: Block, like: Stage | None = None) -> Stage:
    """The stage of a world on a block, kept with the block for the plans that follow.

    Parameters
    ----------
    like : a stage on the same event ranks, of which is taken over what reads none of the parameters that differ
    """
    kept: list[Stage] = block.stages
    for one in kept:
        if one.province is province and one.world == world:
            return one
    parameters = block.under(world)
    taken, calibrated = (by_areas(province, block.register, one) for one in (parameters, block.calibrated))
    if like and _alike(like, province, block, (taken, calibrated)):
        start, known, read = like.start, like.setting, like.read
    else:
        noted = _Noted(taken), _Noted(calibrated)
        start = base_start(province, noted[0])
        known, read = setting(start, *noted, block.event_ranks), (noted[0].read, noted[1].read)
    made = Stage(
        province=province,
        world=world,
        parameters=parameters,
        calibrated=block.calibrated,
        taken=taken,
        event_ranks=block.event_ranks,
        prices=price_index(parameters["inflation"], block.years) / province.deflator,
        start=start,
        setting=known,
        read=read,
    )
    kept[:] = [made, *kept[: _KEPT - 1]]
    return made


def _alike(like: Stage, province: Province, block: Block, parameters: tuple[Mapping[str, Array], ...]) -> bool:
    """Whether all that start and setting of a stage read is the very same here; never where areas' own are stacked."""
    if like.province is not province or like.event_ranks is not block.event_ranks:
        return False
    pairs = zip(like.read, (like.taken, like.calibrated), parameters, strict=True)
    return all(ours.get(key) is theirs[key] for keys, ours, theirs in pairs for key in keys)


def together(blocks: Sequence[Block]) -> Block:
    """Consecutive blocks as one: the same numbers of every draw, in fewer and longer arrays."""
    if len(blocks) == 1:
        return blocks[0]

    def joined(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
        return {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}

    events = [one.event_ranks for one in blocks]
    return replace(
        blocks[0],
        size=sum(one.size for one in blocks),
        calibrated=joined([one.calibrated for one in blocks]),
        ranks=joined([one.ranks for one in blocks]),
        event_ranks=EventRanks(joined([one.uniform for one in events]), joined([one.score for one in events])),
    )


#: What was repeated, by the identity of what it was made of, which it holds.
Repeated = dict[int, tuple[Any, Any]]


def side_by_side(on: Stage, count: int, known: Repeated | None = None) -> Stage:
    """The stage's draws repeated so many times along the draw axis, for so many plans in one call.

    Parameters
    ----------
    known : what was repeated as often for another stage and is taken over where it stands here, too; an empty one
        is filled
    """
    if count == 1:
        return on
    size, now = on.prices.shape[-1], Repeated()
    before = {} if known is None else known

    def repeated(value: Any) -> Any:
        """Arrays that differ from draw to draw, repeated, wherever they stand; all others as they are."""
        if id(value) not in now:
            found = before.get(id(value), (None, None))
            now[id(value)] = (value, found[1] if found[0] is value else made(value))
        return now[id(value)][1]

    def made(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return np.tile(value, (1,) * (value.ndim - 1) + (count,)) if value.shape[-1] == size else value
        if isinstance(value, Mapping):
            return {name: repeated(one) for name, one in value.items()}
        return type(value)(**{one.name: repeated(getattr(value, one.name)) for one in fields(value) if one.init})

    wide = ("parameters", "calibrated", "taken", "event_ranks", "prices", "start", "setting")
    stage = replace(on, **{name: repeated(getattr(on, name)) for name in wide})
    if known is not None and not known:
        known.update(now)
    return stage


def price_index(inflation: Array, years: int) -> Array:
    """Price level of each year over the base year's.

    Parameters
    ----------
    inflation : (draw) yearly growth of prices [share]

    Returns
    -------
    (year, draw) [1]
    """
    return (1.0 + inflation) ** np.arange(1, years + 1)[:, None]
