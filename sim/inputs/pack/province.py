"""A province from its pack."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim import domain
from sim.inputs import text
from sim.inputs.figures import key_of
from sim.inputs.pack.breaks import load_breaks, shared_breaks
from sim.inputs.pack.present import planned_in


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
        With every problem of the three files, or of the planning year that was asked for.
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

    content = text.remembered_with_notes("province", [*parts, str(text.this_year()).encode()], build, notes)
    found = _province(content, shared_breaks(root))
    if found.assumed_fund and found.assumed_fund.pack not in (known := list_provinces(root)):
        file, named = files[text.PACK], found.assumed_fund.pack
        about = {"value": named, "allowed": ", ".join(known), "suggestion": text.nearest(named, known)}
        raise domain.InputError(
            domain.Problem("unknown_province", file=file.name, place="reference_fund.pack", **about)  # type: ignore[arg-type]
        )
    return planned_in(found, content["pack"]["planning_year"])


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


def pack_folder(slug: str | None = None, *, root: Path | None = None) -> Path | None:
    """The folder of a data pack, which may hold plans and scenarios of its own; None where no pack is chosen."""
    root = root or text.data_root()
    try:
        return root / text.PROVINCES / chosen_province(slug, root=root)
    except domain.InputError:
        return None  # told by whoever needs the pack


def refuse_unknown(province: domain.Province, register: domain.Register) -> None:
    """Refuse a pack whose missing figures rest on assumptions that are not in the register.

    Raises
    ------
    InputError
        With the nearest known id of each.
    """
    unknown = {
        name: assumed.id
        for name, areas in province.assumed.items()
        for code, assumed in areas.items()
        if not {assumed.id, domain.area_id(assumed.id, code)} & register.entries.keys()
    }
    places = {f"base.{name}": id for name, id in unknown.items()}
    if province.assumed_fund and province.assumed_fund.id not in register.entries:
        places["reference_fund.assumption"] = province.assumed_fund.id
    text.refuse(
        domain.Problem(
            "unknown_assumption", file=text.PACK, place=place, value=id, suggestion=text.nearest(id, register)
        )
        for place, id in places.items()
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _areas(stated: Iterable[Mapping[str, Any]]) -> tuple[domain.Area, ...]:
    return tuple(
        domain.Area(*(one[name] for name in ("code", "label", "founding_share", "pack", "plan"))) for one in stated
    )


def _stand_ins(areas: Mapping[str, Any]) -> dict[str, domain.Assumed]:
    return {code: domain.Assumed(*how) for code, how in areas.items()}


def _province(content: Mapping[str, Any], shared: text.File | None) -> domain.Province:
    pack, observations = content["pack"], tuple(domain.Observation(*row) for row in content["observations"])
    base = {
        indicator: {
            code: domain.Observation(*found) if isinstance(found, list) else observations[found]
            for code, found in rows.items()
        }
        for indicator, rows in content["base"].items()
    }
    fund, assumed = observations[content["reference_fund"]], pack["reference_fund"]
    return domain.Province(
        slug=pack["slug"],
        label=pack["label"],
        boundary=pack["boundary"],
        areas=_areas(pack["areas"]),
        code=pack["code"],
        conditioned_to=_day(pack["conditioned_to"]),
        base_year=pack["base_year"],
        base=base,
        reference_fund=domain.vnd_from_billion(Decimal(repr(fund.value))),
        reference_fund_source=fund.source_id,
        assumed_fund=domain.AssumedFund(assumed["assumption"], assumed["pack"]) if assumed["assumption"] else None,
        observations=observations,
        sources={row[0]: domain.Source(*row) for row in content["sources"]},
        targets=tuple(_target(target, observations) for target in content["targets"]),
        traps=tuple(domain.Trap(trap["id"], tuple(trap["indicators"]), trap["text"]) for trap in pack["traps"]),
        assumed={indicator: _stand_ins(areas) for indicator, areas in content["assumed"].items()},
        missing=frozenset(content["missing"]),
        deflator=content["deflator"],
        confirmed=frozenset(key_of(observations[at]) for at in content["confirmed"]),
        breaks=load_breaks(shared, pack["breaks"], [area["code"] for area in pack["areas"]]),
        plan_in_force=pack["plan_in_force"] or "",
        continues=pack["continues"] or "",
        context={**pack["context"], "boundary_vintage": pack["boundary_vintage"]},
    )


def _target(target: Mapping[str, Any], observations: Sequence[domain.Observation]) -> domain.Target:
    return domain.Target(
        **{name: target[name] for name in ("id", "indicator", "year", "label", "headline")},
        low=observations[target["low"]].value,
        high=None if target["high"] is None else observations[target["high"]].value,
        source_id=observations[target["low"]].source_id,
    )
