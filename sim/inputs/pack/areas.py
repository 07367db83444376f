"""The register of a province whose areas were provinces: what history or their packs made of assumptions stays."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sim.domain import Area, Assumption, Register, area_id

#: Sobol columns of one area lie so far behind those of the common register.
AREA_COLUMNS = 256


def of_areas(common: Register, stated: Register, areas: Sequence[Area], parts: Mapping[str, Register]) -> Register:
    """Every assumption once where all areas share it, and once for each area where they do not.

    Parameters
    ----------
    common : the register of no province
    stated : the same with what the pack states itself; its entries with `of` and `area` are an area's own
    areas : in the pack's order
    parts : {area code: register of the province the area was}

    Notes
    -----
    By area stand the assumptions that history updates, those that a part's own pack states otherwise, and those
    the pack states for an area. All others (what support does, prices) hold for both alike: nobody has measured
    them apart.
    """
    own = {entry.id: entry for entry in stated.entries.values() if entry.of}
    shared = {key: entry for key, entry in stated.entries.items() if not entry.of}
    split = {key for key, entry in shared.items() if entry.conditioned} | {entry.of for entry in own.values()}
    for part in parts.values():
        split |= {key for key, entry in part.entries.items() if entry != common.entries.get(key)}
    order = dict.fromkeys(
        [*shared, *(key for part in parts.values() for key in part), *(one.of for one in own.values())]
    )
    entries: dict[str, Assumption] = {}
    replaced: dict[str, Assumption] = {}
    for key in order:
        if key not in split:
            entries[key] = shared[key]
            continue
        found = {}
        for place, area in enumerate(areas, start=1):
            known = own.get(area_id(key, area.code)) or parts[area.code].entries.get(key)
            if known:
                found[area_id(key, area.code)] = _version(known, key, area, place)
        entries |= found
        replaced[key] = shared.get(key) or replace(next(iter(found.values())), id=key, of="", area="")
    return Register(entries, replaced)


def _version(entry: Assumption, key: str, area: Area, place: int) -> Assumption:
    """An assumption as it stands in one area."""
    column = entry.column if entry.of else entry.column + place * AREA_COLUMNS
    return replace(
        entry,
        id=area_id(key, area.code),
        label={lang: f"{text} · {area.label[lang]}" for lang, text in entry.label.items()},
        question={lang: f"{area.label[lang]}: {text}" for lang, text in entry.question.items()},
        column=column,
        of=key,
        area=area.code,
    )
