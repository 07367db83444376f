"""What happened after all as a newer start; the forecast made before it is kept in the ledger."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sim.analysis.answer import area_of
from sim.domain import InputError, Problem, Province
from sim.evidence import entries_of
from sim.inputs import figures as tables, text as texts
from sim.inputs.pack import Asked, Draft, draft_pack, load_province, load_register
from sim.inputs.yaml import LANGUAGES, load_catalogue, read_yaml, yaml_text
from sim.run.imports import (
    ASKED_WITH,
    Origin,
    PackImport,
    Reader,
    Source,
    own_sources,
    require_new,
    tried_pack,
    write_pack,
)
from sim.run.ledger import DEFAULT, freeze_forecast
from sim.run.project import MAIN


@dataclass(frozen=True)
class NewBase:
    """A newer start as it was understood, before anything is written."""

    old: Province
    understood: PackImport


def understand_outturns(
    path: Path, base_year: int, *, slug: str | None, sheet: str | None = None, reader: Reader | None = None
) -> NewBase:
    """Read outturns, draft the pack that starts from them and try it as writing it would; nothing is kept.

    Raises
    ------
    InputError
        When the file is refused, the year is no later one, a figure belongs to other boundaries, or the
        finished pack would be refused by its own reader.
    """
    old = load_province()
    if base_year <= old.base_year:
        raise InputError(Problem("new_base_not_later", {"year": old.base_year}, place="--new-base", value=base_year))
    asked = Asked(slug or f"{old.slug}-{base_year}", old.label[LANGUAGES[0]], old.areas[0].code, base_year)
    notes: list[Problem] = []
    table, rows = reader(notes) if reader else tables.read_figures(path, sheet=sheet, notes=notes)
    file = table.file
    _refuse_other_boundaries(old, rows, file)
    require_new(asked)
    known = {tables.key_of(row): row for row in old.observations}
    twice = [(row, known[tables.key_of(row)].line) for row in rows if tables.key_of(row) in known]
    texts.refuse(
        Problem("duplicate_row", {"first": first, "key": row.indicator}, file=file, line=row.line)
        for row, first in twice
    )
    draft = draft_pack(
        asked, (*old.observations, *rows), terms=tables.load_indicator_map(), register=load_register(), file=file
    )
    sources: list[Source] = [(item.id, item.title, item.url, item.note) for item in old.sources.values()]
    sources += own_sources({row.source_id for row in rows} - set(old.sources), path)
    earlier_file = texts.shown_path(texts.data_root() / texts.PROVINCES / old.slug / texts.OBSERVATIONS)
    origin = Origin(table, {**ASKED_WITH, "base_year": "--new-base"}, old.observations, earlier_file)
    return NewBase(old, tried_pack(draft, sources, _files(old, draft), notes=notes, origin=origin))


def _refuse_other_boundaries(old: Province, rows: Any, file: str) -> None:
    side, _, day = str(old.context["boundary_vintage"]).partition("-")
    end = date.fromisoformat(day)
    own = {area.code for area in old.areas}
    texts.refuse(
        Problem("history_not_joined", {"area": row.area_code, "date": end.strftime("%d/%m/%Y")}, file=file,
                line=row.line, place="year", value=f"{row.year} {row.period}")
        for row in rows
        if side == "before" and row.area_code in own and row.status in tables.OBSERVED
        and (month := tables.last_month(row.year, row.period)) and month >= (end.year, end.month)
    )  # fmt: skip


def write_new_base(new: NewBase, *, draws: int, seed: int, kept: Path | None = None) -> str:
    """Keep the old forecast in the ledger, then write the new pack; returns the hash of the ledger's entry.

    Parameters
    ----------
    kept : the ledger; by default the usual one

    Notes
    -----
    The forecast is frozen before the new figures are anywhere the model reads, once per pack.
    """
    path, area = kept or DEFAULT, area_of(new.old)
    entries = entries_of(path) if path.exists() else []
    frozen = (area, new.old.base_year, MAIN) in [(one.area_code, one.base_year, one.scenario) for one in entries]
    digest = "" if frozen else freeze_forecast(MAIN, str(path), draws=draws, seed=seed)
    write_pack(new.understood)
    return digest


#: What a pack states of its own present, and a newer year does not take over.
_BEGINS_ANEW = ("conditioned_to", "planning_year")


def _files(old: Province, draft: Draft) -> dict[str, str]:
    """The newer pack's files beside its tables, by name; what does not start anew is the older one's."""
    folder = texts.data_root() / texts.PROVINCES / old.slug
    data, year, fitted = read_yaml(folder / texts.PACK).require().data, draft.asked.base_year, old.base_year
    text = {lang: load_catalogue(lang).text("figures.trap_new_base", year=year, fitted=fitted) for lang in LANGUAGES}
    terms = sorted({row.indicator for row in draft.printed.values()})
    targets = [target for target in data["targets"] if target["year"] > year]
    if targets and not any(target["headline"] for target in targets):
        targets[0] = {**targets[0], "headline": True}
    pack = {
        **{key: value for key, value in data.items() if key not in _BEGINS_ANEW},
        "slug": draft.asked.slug,
        "boundary": {lang: label.replace(str(fitted), str(year)) for lang, label in data["boundary"].items()},
        "base_year": year,
        "continues": old.slug,
        "base": draft.base,
        "targets": targets,
        "traps": [*data["traps"], {"id": f"new-base-{year}", "indicators": terms, "text": text}],
    }
    files = {texts.PACK: yaml_text(pack)}
    own = read_yaml(folder / texts.ASSUMPTIONS).require().data if (folder / texts.ASSUMPTIONS).exists() else {}
    stand_ins = {key: entry for key, entry in draft.assumptions.items() if key != "foundings_reference"}
    files[texts.ASSUMPTIONS] = yaml_text({**own, **stand_ins})
    if (folder / texts.CALIBRATION).exists():
        most = texts.limit("yaml_bytes")
        files[texts.CALIBRATION] = texts.read_file(folder / texts.CALIBRATION, max_bytes=most).decode()
    return files
