"""What is known of a province whose areas were provinces: each area's own history, carried on to one base year.

Areas are never joined into one series. Each keeps its own posterior; the rows of two areas are paired in independent
random orders, since nothing that was observed of one says anything of the other's rates. What is known of the sum alone
comes in afterwards, as figures of the whole (`sim.evidence.nowcast`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim import domain, ensemble
from sim.evidence.knowledge import Knowledge
from sim.evidence.nowcast import nowcast

#: Rows kept of a part without history that is carried on.
_PRIOR_ROWS = 1 << 14
_CODE = ("sim.model", "sim.ensemble", "sim.evidence.areas")
#: The assumption that stands for regular workers at the start; everything else that starts is told by the pack.
_WORKERS = ("htx_workers", "base_regular_workers")


@dataclass(frozen=True)
class _Rows:
    """Equal-weight rows of one area: assumptions by their common id, and true base-year figures, (row) each."""

    values: Mapping[str, NDArray[np.floating]]
    latent: Mapping[str, NDArray[np.floating]]
    effective: float

    @property
    def size(self) -> int:
        """How many rows there are; 0 where the area has nothing of its own."""
        return next((len(rows) for rows in self.values.values()), 0)

    def taken(self, order: NDArray[np.intp]) -> _Rows:
        """The rows in this order."""
        values, latent = ({key: rows[order] for key, rows in of.items()} for of in (self.values, self.latent))
        return _Rows(values, latent, self.effective)


def joint_posterior(
    province: domain.Province,
    register: domain.Register,
    parts: Mapping[str, Knowledge],
    plans: Mapping[str, domain.Plan],
) -> ensemble.Posterior:
    """The areas' posteriors side by side, each at the end of the province's base year.

    Parameters
    ----------
    register : of the province, with its assumptions by area
    parts : {area code: what is known of the province it was}
    plans : {area code: the plan it lived under} of areas whose own figures end before the base year

    Notes
    -----
    An area that starts from earlier figures is simulated from their true values to the base year under the plan it
    lived under, given the figures that came in meanwhile; what it has by then stands for the figures nobody printed
    (assumptions of the pack marked conditioned).
    An area without history leaves its assumptions at their prior. A row pairs independent rows of the areas, so that
    the effective size is that of the area that has least.
    """
    past = [_Past(province, register, area, parts[area.code], plans.get(area.code)) for area in province.areas]
    rows = [one.rows() for one in past]
    key = domain.fingerprint([province.base_year, [[one.area.code, one.key] for one in past]])
    size = max(one.size for one in rows)
    if not size:
        return ensemble.Posterior((), np.empty((0, ensemble.BLOCK), np.float32), {}, effective=np.inf, key=key)
    values: dict[str, NDArray[np.floating]] = {}
    latent: dict[str, NDArray[np.float32]] = {}
    for place, (one, area) in enumerate(zip(rows, province.areas, strict=True)):
        paired = one.taken(np.resize(_order(area.code, one.size), size)) if one.size else one
        values |= {domain.area_id(name, area.code): found for name, found in paired.values.items()}
        for name, found in paired.latent.items():
            nobody = np.full((len(rows), size), np.nan, np.float32)
            latent.setdefault(name, nobody)[place] = found
    ids = tuple(one for one in register if one in values)
    table = np.stack([values[one] for one in ids]).astype(np.float32)
    return ensemble.Posterior(ids, table, latent, effective=min(one.effective for one in rows), key=key)


def _order(code: str, size: int) -> NDArray[np.intp]:
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence(ensemble.stream_key(0, "areas", code))))
    return rng.permutation(size)


@dataclass(frozen=True)
class _Past:
    """The past of one area until the province's base year."""

    province: domain.Province
    register: domain.Register
    area: domain.Area
    part: Knowledge
    plan: domain.Plan | None

    @property
    def years(self) -> int:
        """Years between the last figures the area starts from itself and the province's base year."""
        return self.province.base_year - self.part.province.base_year

    @property
    def key(self) -> str:
        """Hash of everything the area's rows depend on."""
        part = self.part
        entries = [part.register[key] for key in part.register]
        start = [self.province.base_year, self.province.deflator, self.plan, self.wanted]
        inputs = domain.inputs_fingerprint(part.province, part.register)
        return domain.fingerprint([self.learnt.key, inputs, start, entries, ensemble.code_of(*_CODE)])

    @cached_property
    def learnt(self) -> ensemble.Posterior:
        """What the area's figures to the base year say, the years it is carried through with them."""
        part, base_year = self.part, self.province.base_year
        rows = [row for row in part.province.observations if row.year <= base_year]
        return nowcast(part, rows, scenario=self.scenario) if self.years else part.posterior

    @property
    def scenario(self) -> domain.Scenario:
        """What the area lived under."""
        assert self.plan is not None  # the reader of packs refuses an area without
        world = domain.World(domain.CENTRAL, self.area.label, self.area.label, {})
        return domain.Scenario(self.plan.slug, self.area.label, self.plan, world, self.province.base_year)

    @property
    def ids(self) -> list[str]:
        """Common ids of the assumptions of its own that its past says something of."""
        own = [key for key in self.register.common if domain.area_id(key, self.area.code) in self.register]
        told = self.learnt.ids or [key for key in self.part.register if self.part.register[key].conditioned]
        return [key for key in own if key in told]

    @property
    def wanted(self) -> dict[str, str]:
        """{common id: indicator} of the base-year figures that its own past stands for."""
        code, assumed = self.area.code, self.province.assumed
        stands = {areas[code].id: name for name, areas in assumed.items() if code in areas and not areas[code].of}
        stands |= {_WORKERS[1]: _WORKERS[0]}
        known = {key: self.register.entries.get(domain.area_id(key, code)) for key in stands}
        return {key: name for key, name in stands.items() if (entry := known[key]) and entry.conditioned}

    def rows(self) -> _Rows:
        """Its equal-weight rows at the end of the base year."""
        learnt = self.learnt
        if not self.years:
            values = dict(zip(learnt.ids, learnt.values, strict=True))
            return _Rows({key: values[key] for key in self.ids if key in values}, learnt.latent, learnt.effective)
        names = [*self.ids, *self.wanted]
        table = ensemble.remember(["carried", self.key], self._carried)
        return _Rows(dict(zip(names, table, strict=True)), {}, learnt.effective)

    def _carried(self) -> NDArray[np.float32]:
        """Assumptions and figures wanted, (id, row), block by block."""
        size = self.learnt.values.shape[1] if self.learnt.ids else _PRIOR_ROWS
        blocks = [self._block(index) for index in range(ensemble.block_count(size))]
        return np.concatenate(blocks, axis=1)[:, :size].astype(np.float32)

    def _block(self, index: int) -> ensemble.Array:
        """One block of rows simulated from the true figures behind the printed ones [đồng of the base year]."""
        part, code = self.part, self.area.code
        block = ensemble.draw_block(
            part.register, seed=0, index=index, size=ensemble.BLOCK, years=self.years, areas=[code],
            posterior=self.learnt,
        )  # fmt: skip
        true = {f"true_{name}": rows for name, rows in self.learnt.latent_block(index).items()}
        start = _from_truth(part.province, code, true)
        run = ensemble.run_block(start, self.scenario, replace(block, calibrated={**block.calibrated, **true}))
        money = {name: domain.INDICATOR[name].money for name in self.wanted.values()}
        last = [run.series[name][-1, 0] / (self.province.deflator if money[name] else 1.0) for name in money]
        return np.stack([*(block.calibrated[key] for key in self.ids), *last])


def _from_truth(province: domain.Province, code: str, true: Mapping[str, ensemble.Array]) -> domain.Province:
    """The province as it truly stood: what was printed gives way to what stands behind it."""
    drawn = {key.removeprefix("true_"): {code: domain.Assumed(key)} for key in true}
    base = {name: rows for name, rows in province.base.items() if name not in drawn}
    return replace(province, base=base, assumed={**province.assumed, **drawn})
