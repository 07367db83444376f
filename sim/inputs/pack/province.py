"""A province's data pack: pack.yaml, observations.csv and sources.csv, resolved into one value."""

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim import domain
from sim.inputs import text


def list_provinces(root: Path | None = None) -> tuple[str, ...]:
    """Slugs of the data packs of the data root, sorted."""
    packs = (root or text.data_root()).glob(f"{text.PROVINCES}/*/{text.PACK}")
    return tuple(sorted(path.parent.name for path in packs))


def load_province(
    slug: str | None = None, *, root: Path | None = None, notes: list[domain.Problem] | None = None
) -> domain.Province:
    """A data pack with its base figures, history, targets and traps.

    Parameters
    ----------
    slug : folder below ``provinces``; by default the `chosen_province`
    root : data root; by default `data_root`
    notes : receives what was accepted but should be told

    Raises
    ------
    InputError
        With every problem of the three files.
    """
    root = root or text.data_root()
    folder = root / text.PROVINCES / chosen_province(slug, root=root)
    names = (text.PACK, text.OBSERVATIONS, text.SOURCES)
    files = {name: text.File.at(folder / name, slug=folder.name) for name in names}
    worlds = text.known_slugs(root / text.WORLDS)
    parts = [*(file.raw for file in files.values()), folder.name.encode(), repr(worlds).encode()]

    def build(warnings: list[domain.Problem]) -> dict[str, Any]:
        from sim.inputs.pack.pack import read_pack  # a warm start checks nothing

        return read_pack(files, worlds=worlds, notes=warnings)

    return _province(text.remembered_with_notes("province", parts, build, notes))


def chosen_province(slug: str | None = None, *, root: Path | None = None) -> str:
    """Which data pack is meant: the named one, else ``COOPSIM_PROVINCE``, else the only one or the data root's default.

    Raises
    ------
    InputError
        When there is no such pack, or several and none is named.
    """
    root = root or text.data_root()
    known = list_provinces(root)
    slug = slug or os.environ.get(text.PROVINCE_VARIABLE) or None
    default = root / text.PROVINCES / text.DEFAULT
    if slug is None and len(known) == 1:
        slug = known[0]
    elif slug is None and default.is_file():
        slug = default.read_text(encoding="utf-8").strip() or None
    if slug in known:
        return str(slug)
    key = "province_not_stated" if slug is None else "unknown_province"
    value, near = (text.shown(slug), text.nearest(slug, known)) if slug else (None, "")
    raise domain.InputError(domain.Problem(key, value=value, allowed=", ".join(known), suggestion=near))


def refuse_unknown(province: domain.Province, register: domain.Register) -> None:
    """Refuse a pack whose missing figures rest on assumptions that are not in the register.

    Raises
    ------
    InputError
        With the nearest known id of each.
    """
    unknown = {name: assumed.id for name, assumed in province.assumed.items() if assumed.id not in register.entries}
    text.refuse(
        domain.Problem(
            "unknown_assumption", file=text.PACK, place=f"base.{name}", value=id, suggestion=text.nearest(id, register)
        )
        for name, id in unknown.items()
    )


def _province(content: Mapping[str, Any]) -> domain.Province:
    pack, observations = content["pack"], tuple(domain.Observation(*row) for row in content["observations"])
    base = {
        indicator: {
            code: domain.Observation(*found) if isinstance(found, list) else observations[found]
            for code, found in rows.items()
        }
        for indicator, rows in content["base"].items()
    }
    fund = observations[content["reference_fund"]]
    return domain.Province(
        slug=pack["slug"],
        label=pack["label"],
        boundary=pack["boundary"],
        areas=tuple(domain.Area(area["code"], area["label"], float(area["founding_share"])) for area in pack["areas"]),
        base_year=pack["base_year"],
        base=base,
        reference_fund=domain.vnd_from_billion(Decimal(repr(fund.value))),
        reference_fund_source=fund.source_id,
        observations=observations,
        sources={row[0]: domain.Source(*row) for row in content["sources"]},
        targets=tuple(
            domain.Target(
                **{name: target[name] for name in ("id", "indicator", "year", "label", "headline")},
                low=observations[target["low"]].value,
                high=None if target["high"] is None else observations[target["high"]].value,
                source_id=observations[target["low"]].source_id,
            )
            for target in content["targets"]
        ),
        traps=tuple(domain.Trap(trap["id"], tuple(trap["indicators"]), trap["text"]) for trap in pack["traps"]),
        assumed={indicator: domain.Assumed(*how) for indicator, how in content["assumed"].items()},
        missing=frozenset(content["missing"]),
        deflator=content["deflator"],
        context={**pack["context"], "boundary_vintage": pack["boundary_vintage"]},
    )
