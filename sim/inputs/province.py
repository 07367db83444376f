"""A province's data pack: pack.yaml, observations.csv and sources.csv, resolved into one value."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim.domain.errors import InputError, Problem
from sim.domain.scenario import Area, Observation, Province, Source, Target, Trap
from sim.domain.units import vnd_from_billion
from sim.inputs.cache import remembered
from sim.inputs.document import nearest
from sim.inputs.limits import limit
from sim.inputs.names import known_slugs
from sim.inputs.roots import MARK, data_root, shown_path
from sim.inputs.text import read_file, shown

PACK, OBSERVATIONS, SOURCES = "pack.yaml", "observations.csv", "sources.csv"


def list_provinces(root: Path | None = None) -> tuple[str, ...]:
    """Slugs of the data packs of the data root, sorted."""
    packs = (root or data_root()).glob(f"{MARK}/*/{PACK}")
    return tuple(sorted(path.parent.name for path in packs))


def load_province(slug: str | None = None, *, root: Path | None = None, notes: list[Problem] | None = None) -> Province:
    """A data pack with its base figures, history, targets and traps.

    Parameters
    ----------
    slug : folder below ``provinces``; may be left out when there is only one
    root : data root; by default `data_root`
    notes : receives what was accepted but should be told

    Raises
    ------
    InputError
        With every problem of the three files.
    """
    root = root or data_root()
    folder = root / MARK / _chosen(slug, root)
    names = {name: folder / name for name in (PACK, OBSERVATIONS, SOURCES)}
    raws = {name: _bytes(path) for name, path in names.items()}
    files = {name: shown_path(path) for name, path in names.items()}
    worlds = known_slugs(root / "worlds")
    parts = [*raws.values(), folder.name.encode(), repr(worlds).encode()]
    content = remembered("province", parts, lambda: _read(raws, files, slug=folder.name, worlds=worlds))
    if notes is not None:
        notes.extend(Problem(**warning) for warning in content["notes"])
    return _province(content)


def _bytes(path: Path) -> bytes:
    return read_file(path, max_bytes=limit("yaml_bytes" if path.name == PACK else "csv_bytes"))


def _chosen(slug: str | None, root: Path) -> str:
    known = list_provinces(root)
    if slug is None and len(known) == 1:
        return known[0]
    if slug in known:
        return str(slug)
    key = "province_not_stated" if slug is None else "unknown_province"
    allowed = ", ".join(known)
    near = nearest(slug, known) if slug else ""
    raise InputError(Problem(key, value=None if slug is None else shown(slug), allowed=allowed, suggestion=near))


def _read(raws: Mapping[str, bytes], files: Mapping[str, str], *, slug: str, worlds: tuple[str, ...]) -> dict[str, Any]:
    from sim.inputs.pack import read_pack

    return read_pack(raws, files, slug=slug, worlds=worlds)


def _province(content: Mapping[str, Any]) -> Province:
    """The domain value of validated content (`sim.inputs.pack`)."""
    pack, observations = content["pack"], tuple(Observation(*row) for row in content["observations"])
    base = {
        indicator: {
            code: Observation(*found) if isinstance(found, list) else observations[found]
            for code, found in rows.items()
        }
        for indicator, rows in content["base"].items()
    }
    fund = observations[content["reference_fund"]]
    return Province(
        slug=pack["slug"],
        label=pack["label"],
        boundary=pack["boundary"],
        areas=tuple(Area(area["code"], area["label"], float(area["founding_share"])) for area in pack["areas"]),
        base_year=pack["base_year"],
        base=base,
        reference_fund=vnd_from_billion(Decimal(repr(fund.value))),
        reference_fund_source=fund.source_id,
        observations=observations,
        sources={row[0]: Source(*row) for row in content["sources"]},
        targets=tuple(_target(target, observations) for target in content["targets"]),
        traps=tuple(Trap(trap["id"], tuple(trap["indicators"]), trap["text"]) for trap in pack["traps"]),
        context={**pack["context"], "boundary_vintage": pack["boundary_vintage"]},
    )


def _target(target: Mapping[str, Any], observations: tuple[Observation, ...]) -> Target:
    low = observations[target["low"]]
    high = None if target["high"] is None else observations[target["high"]].value
    return Target(
        id=target["id"],
        indicator=target["indicator"],
        year=target["year"],
        low=low.value,
        high=high,
        label=target["label"],
        headline=target["headline"],
        source_id=low.source_id,
    )
