"""What happened after all: forecasts kept in the ledger and scored, and a newer year as a new start."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sim.analysis.answer import effect_of_money, freeze, knowledge_key, last_growth
from sim.domain import InputError, Problem, Province, Scenario
from sim.evidence import Published, Scored, Spent, append, entries_of, load_knowledge, score
from sim.inputs import figures as tables, text as texts
from sim.inputs.pack import Asked, Draft, draft_pack, list_provinces, load_province, load_register
from sim.inputs.scenarios import load_background, load_scenario
from sim.inputs.yaml import LANGUAGES, load_catalogue, read_yaml, yaml_text
from sim.run.imports import ASKED_WITH, Origin, PackImport, Source, own_sources, require_new, tried_pack, write_pack
from sim.run.project import MAIN
from sim.run.record import now

#: The ledger, below the working directory.
DEFAULT = Path("ledger") / "forecasts.jsonl"


def freeze_forecast(name: str, ledger: str | None, *, draws: int, seed: int) -> str:
    """Append the forecast of a scenario; returns the entry's hash."""
    known = load_knowledge()
    published = freeze(known, load_scenario(name), draws=draws, seed=seed, vintage=now())
    return append(Path(ledger) if ledger else DEFAULT, published)


@dataclass(frozen=True)
class Judged:
    """A published forecast against the figures of a file.

    Attributes
    ----------
    renewed : True when figures or assumptions changed since, so that what money does is told by today's
    """

    published: Published
    scored: list[Scored]
    renewed: bool


def score_forecasts(file: str, ledger: str | None) -> list[Judged]:
    """Every published forecast against the figures of a file, oldest first."""
    figures = tables.load_outturns(Path(file))
    terms, growth = tables.load_indicator_map(), last_growth(load_knowledge().province)
    entries = entries_of(Path(ledger) if ledger else DEFAULT)
    return [_judged(published, figures, terms, growth) for published in entries]


def _judged(published: Published, figures: Any, terms: Any, growth: dict[str, float]) -> Judged:
    scenario, known = _published_scenario(published), None
    if scenario:
        known = load_knowledge(province=published.province)
        same = (known.province.areas[0].code, known.province.base_year) == (published.area_code, published.base_year)
        known = known if same else None
    if scenario is None or known is None:
        return Judged(published, score(published, figures, terms, growth=growth), renewed=False)

    @cache
    def effect(spent: tuple[Spent, ...]) -> Any:
        return effect_of_money(known, scenario, spent, draws=published.draws, seed=published.seed)

    scored = score(published, figures, terms, growth=growth, effect=effect)
    changed = not knowledge_key(known).items() <= published.key.items()
    return Judged(published, scored, renewed=changed and any(one.policy is not None for one in scored))


def _published_scenario(published: Published) -> Scenario | None:
    """The scenario of an entry as it was then; None where the entry or this data root do not hold what it needs."""
    if not published.definition or published.province not in list_provinces():
        return None
    file = texts.File(published.definition.encode(), published.scenario)
    try:
        return load_scenario(file, background=load_background(province=published.province))
    except InputError:  # say, of an assumption that is no longer there
        return None


@dataclass(frozen=True)
class NewBase:
    """A newer start as it was understood, before anything is written."""

    old: Province
    understood: PackImport


def understand_outturns(path: Path, base_year: int, *, slug: str | None, sheet: str | None = None) -> NewBase:
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
    require_new(asked)
    notes: list[Problem] = []
    table, rows = tables.read_figures(path, sheet=sheet, notes=notes)
    file = table.file
    _refuse_other_boundaries(old, rows, file)
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
    path, area = kept or DEFAULT, new.old.areas[0].code
    entries = entries_of(path) if path.exists() else []
    frozen = (area, new.old.base_year, MAIN) in [(one.area_code, one.base_year, one.scenario) for one in entries]
    digest = "" if frozen else freeze_forecast(MAIN, str(path), draws=draws, seed=seed)
    write_pack(new.understood)
    return digest


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
        **data,
        "slug": draft.asked.slug,
        "boundary": {lang: label.replace(str(fitted), str(year)) for lang, label in data["boundary"].items()},
        "base_year": year,
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
