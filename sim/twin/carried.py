"""All that the JavaScript twin of the model needs of one province, as plain content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.answer import PerHtx, history, sign_assumed, without_largest
from sim.domain import (
    CENTRAL,
    HEADLINE,
    LEADING,
    NOMINAL,
    VND_PER_BILLION,
    Assumption,
    Indicator,
    Plan,
    Province,
    Register,
    Scenario,
    Target,
    World,
    area_id,
)
from sim.ensemble import BLOCK, Array, CommonDraws, Posterior, areas_of, block_count, common_draws, sobol_points
from sim.evidence import Knowledge
from sim.model import EVENTS
from sim.twin.packing import packed, packed_whole, sobol_directions, stream_words


def payload(
    known: Knowledge, *, seed: int, draws: int, worlds: Sequence[World] = (),
    funding: Mapping[int, PerHtx] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What `engine_script` makes an engine of: data alone, which JSON can write.

    Parameters
    ----------
    seed, draws : of the run the twin repeats; fewer draws are the first of them
    worlds : whose overrides go along
    funding : {planned years: what the printed fund does in its own province}, where this province's is assumed

    Returns
    -------
    dict
        Conditioned assumptions, shares of a whole and true base-year figures are stored; everything else is made
        again from direction numbers and keys.
    """
    province, register, posterior = known.province, known.register, known.posterior
    learnt = _Learnt.of(posterior, draws)
    frozen = common_draws(
        province, register, draws=draws, seed=seed, horizon=province.base_year + 1, posterior=posterior
    )
    return {
        "draws": draws, "seed": seed, "block": BLOCK,
        "effective": posterior.effective if np.isfinite(posterior.effective) else None,
        **_start(province),
        **_assumptions(frozen, learnt),
        "rows_of_draws": packed_whole(learnt.row) if learnt.posterior.ids else None,
        "events": _events(frozen, learnt),
        "latent": _latent(learnt),
        "reporting": _reporting(province, register, seed, block_count(draws)),
        "indicators": [_row(one) for one in province.indicators],
        "headline": list(HEADLINE), "leading": list(LEADING),
        "history": {name: [asdict(point) for point in history(province, name)] for name in HEADLINE},
        "targets": [_target(one) for one in province.targets],
        "worlds": {world.slug: _overrides(world) for world in worlds},
        "largest": without_largest(province, register, 1.0),
        "signs_assumed": _signs_assumed(register),
        "funding": {years: _per_htx(one) for years, one in (funding or {}).items()},
    }  # fmt: skip


@dataclass(frozen=True)
class _Learnt:
    """What a posterior says of some draws; many of them take the same row of it.

    Attributes
    ----------
    first : (row) a draw that takes each row
    row : (draw) the row each draw takes
    """

    posterior: Posterior
    draws: int
    first: NDArray[np.intp]
    row: NDArray[np.intp]

    @classmethod
    def of(cls, posterior: Posterior, draws: int) -> "_Learnt":
        """The rows that so many draws take, equal ones once."""
        found = cls(posterior, draws, np.arange(draws), np.arange(draws))
        tables = [*found.of_blocks(posterior.block).values(), *found.of_blocks(posterior.latent_block).values(),
                  *found.of_blocks(posterior.events_block).values()]  # fmt: skip
        if not tables:
            return found
        whole = np.nan_to_num(np.concatenate([table.reshape(-1, draws) for table in tables]))
        _, first, row = np.unique(whole, axis=1, return_index=True, return_inverse=True)
        return cls(posterior, draws, first, row.ravel())

    def of_blocks(self, block: Callable[[int], Mapping[str, Array]]) -> dict[str, Array]:
        """What the posterior holds by blocks, {name: (…, draw)}."""
        parts = [block(index) for index in range(block_count(self.draws))]
        return {name: np.concatenate([part[name] for part in parts], axis=-1)[..., : self.draws] for name in parts[0]}

    def packed(self, values: Array) -> dict[str, Any]:
        """A column of it, (draw), each row once."""
        return packed(values[self.first])


def _start(province: Province) -> dict[str, Any]:
    """Areas, years and base-year figures, as printed or by which assumption."""
    return {
        "province": province.slug, "base_year": province.base_year, "planning_year": province.planning_year,
        "deflator": province.deflator,
        "areas": [{"code": area.code, "founding_share": area.founding_share} for area in province.areas],
        "places": list(areas_of(province)),
        "reference_fund": province.reference_fund / VND_PER_BILLION,
        "assumed_fund": province.assumed_fund.id if province.assumed_fund else None,
        "base": {name: {area: row.value for area, row in rows.items()} for name, rows in province.base.items()},
    }  # fmt: skip


def _assumptions(frozen: CommonDraws, learnt: _Learnt) -> dict[str, Any]:
    """Assumptions with what makes their draws again, or the draws where nothing does."""
    register, province, conditioned = frozen.register, frozen.province, learnt.posterior.ids
    ids = [key for key in register if register[key].role == "projection"]
    points = sobol_points((frozen.size - 1).bit_length(), max(register[key].column for key in ids) + 1)
    stored = [key for key in ids if key in conditioned or register[key].distribution.simplex]
    values = {key: np.concatenate([block.calibrated[key] for block in frozen.blocks]) for key in stored}
    versions = {key: [area_id(key, area.code) for area in province.areas] for key in register.common}
    return {
        "assumptions": {key: _assumption(register[key], frozen.seed, points) for key in ids},
        "conditioned": [key for key in ids if key in conditioned],
        "stored": {key: (learnt.packed if key in conditioned else packed)(values[key]) for key in stored},
        "by_area": {key: found for key, found in versions.items() if set(found) <= set(ids)},
        "assumed": {
            name: {area: _assumed(register, how.id, how.of, area) for area, how in areas.items()}
            for name, areas in province.assumed.items()
        },
        "medians": {key: register.value(key) for key in ids},
    }


def _assumption(entry: Assumption, seed: int, points: "np.ndarray") -> dict[str, Any]:
    one = entry.distribution
    return {
        "p10": one.p10, "p50": one.p50, "p90": one.p90, "bounds": list(entry.bounds), "of": entry.of,
        "area": entry.area, "grade": entry.grade, "simplex": one.simplex,
        "sobol": sobol_directions(entry.id, seed, points[:, entry.column]),
    }  # fmt: skip


def _assumed(register: Register, key: str, of: str, area: str) -> dict[str, Any]:
    own = area_id(key, area)
    return {"id": own if own in register.entries else key, "own": own in register.entries, "of": of}


def _events(frozen: CommonDraws, learnt: _Learnt) -> dict[str, Any]:
    """Keys of every event by area and block, and normal scores of years whose figures are known."""
    areas, found = [area.code for area in frozen.province.areas], {}
    known = learnt.of_blocks(learnt.posterior.events_block)
    for event in EVENTS:
        scopes = [""] if event.shared else areas
        keys = [
            [stream_words(frozen.seed, event.name, area, block) for block in range(block_count(frozen.size))]
            for area in scopes
        ]
        found[event.name] = {"both": event.both, "keys": keys}
        if event.name in known:
            scores = np.moveaxis(known[event.name], 1, 0)
            found[event.name]["known"] = [[learnt.packed(year) for year in scope] for scope in scores]
    return found


def _latent(learnt: _Learnt) -> dict[str, Any]:
    """True base-year figures of the whole province, or by area; null for an area that starts from a drawn one."""
    found: dict[str, Any] = {}
    for name, values in learnt.of_blocks(learnt.posterior.latent_block).items():
        if values.ndim == 1:
            found[name] = {"whole": learnt.packed(values)}
        else:
            found[name] = {"areas": [None if np.isnan(area).all() else learnt.packed(area) for area in values]}
    return found


def _reporting(province: Province, register: Register, seed: int, blocks: int) -> dict[str, Any]:
    """Errors of reporting: their spread and the keys of their streams, by printed place and block."""
    found = {}
    for row in province.indicators:
        spread = register.value(row.error) if row.error else 0.0
        if spread:
            name = f"reporting_{row.id}"
            keys = [[stream_words(seed, name, area, at) for at in range(blocks)] for area in areas_of(province)]
            found[row.id] = {"spread": spread, "keys": keys}
    return found


def _row(row: Indicator) -> dict[str, Any]:
    """An indicator as far as arithmetic asks for it."""
    return {
        "id": row.id, "money": row.money, "flow": row.flow, "better": row.better, "count": row.count, "per": row.per,
        "made_of": list(row.made_of), "part_of": row.part_of, "moves_with": row.moves_with,
    }  # fmt: skip


def _target(one: Target) -> dict[str, Any]:
    return {**asdict(one), "label": dict(one.label), "low": one.low if np.isfinite(one.low) else None}


def _overrides(world: World) -> dict[str, Any]:
    found = {}
    for key, override in world.overrides.items():
        points = override.distribution
        found[key] = {"p10": points.p10, "p50": points.p50, "p90": points.p90}
    return found


def _per_htx(one: PerHtx) -> dict[str, Any]:
    change = {key: number for key, number in vars(one.change).items() if key != "subject"}
    per = one.million_per_htx
    return {"fund": one.fund, "active": one.active, "change": change, "years": one.years, "million_per_htx": per}


def _signs_assumed(register: Register) -> bool:
    """Whether being better than no money at all is how the model is made."""
    nothing = Plan("none", {}, NOMINAL, {}, {})
    return sign_assumed(register, Scenario("none", {}, nothing, World(CENTRAL, {}, {}, {}), 0))
