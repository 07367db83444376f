"""Forecasts kept: those shipped with packs and one's own, and their scores on what came in."""

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from sim.analysis.answer import area_of, effect_of_money, freeze, knowledge_key
from sim.domain import InputError, Observation, Problem, Province, Scenario
from sim.evidence import Judged, Published, Spent, append, entries_of, load_knowledge, score
from sim.inputs import figures as tables, text as texts
from sim.inputs.pack import list_provinces, load_province, load_set_aside
from sim.inputs.scenarios import load_background, load_scenario
from sim.run.record import now

#: One's own ledger, below the working directory.
DEFAULT = Path("ledger") / "forecasts.jsonl"
#: The ledger shipped with a pack, in its folder.
SHIPPED = "ledger.jsonl"


def freeze_forecast(name: str, ledger: str | None, *, draws: int, seed: int) -> str:
    """Append the forecast of a scenario to one's own ledger; returns the entry's hash."""
    known = load_knowledge()
    published = freeze(known, load_scenario(name), draws=draws, seed=seed, vintage=now())
    return append(Path(ledger) if ledger else DEFAULT, published)


def score_forecasts(file: str | None = None, ledger: str | None = None, *, own: Path = DEFAULT) -> list[Judged]:
    """Every kept forecast of the chosen province against the figures of a file, or of the data packs.

    Parameters
    ----------
    file : figures; without one, each forecast meets those of the chosen pack and of the pack it was made with
    ledger : the only ledger to read; without one, those shipped with packs of the same areas and one's own
    own : one's own ledger, which need not be there

    Raises
    ------
    InputError
        When the file is refused, there is no ledger at all, or one was changed by hand.
    """
    chosen = load_province()
    figures = tables.load_outturns(Path(file)) if file else None
    if ledger:
        entries = list(entries_of(Path(ledger)))
    else:
        entries = kept_forecasts(chosen, own)
        if not entries:
            raise InputError(Problem("ledger_missing", file=str(own)))
    return [_judged(published, figures, chosen) for published in entries]


def kept_forecasts(province: Province, own: Path = DEFAULT) -> list[Published]:
    """Forecasts of a province's areas: shipped with any pack, oldest pack first, then one's own.

    Raises
    ------
    InputError
        When a ledger was changed by hand.
    """
    folder = texts.data_root() / texts.PROVINCES
    areas = {area_of(province), *(area.code for area in province.areas)}
    shipped = [folder / slug / SHIPPED for slug in list_provinces()]
    found = [entry for path in (*shipped, own) if path.is_file() for entry in entries_of(path)]
    return [entry for entry in found if entry.area_code in areas]


def _judged(published: Published, figures: Sequence[Observation] | None, chosen: Province) -> Judged:
    """One forecast against the figures, by the figures, breaks and assumptions of the pack it was made with.

    Assumptions are updated only where money was spent: nothing else of the scores asks for them.
    """
    province = load_province(published.province) if published.province in list_provinces() else chosen
    figures = _came_in(published, province, chosen) if figures is None else figures
    terms = tables.load_indicator_map()
    judge = partial(score, published, figures, terms, known=_known(province), breaks=province.breaks)
    scenario = _published_scenario(published)
    same = (area_of(province), province.base_year) == (published.area_code, published.base_year)
    if scenario is None or not same:
        return Judged(published, tuple(judge()))

    made_with = cache(partial(load_knowledge, province=province.slug))

    @cache
    def effect(spent: tuple[Spent, ...]) -> Any:
        return effect_of_money(made_with(), scenario, spent, draws=published.draws, seed=published.seed)

    scored = tuple(judge(effect=effect))
    told = any(one.policy is not None for one in scored)
    return Judged(published, scored, renewed=told and not knowledge_key(made_with()).items() <= published.key.items())


def _came_in(published: Published, *provinces: Province) -> list[Observation]:
    """What the packs hold of a forecast's area that came in after its data end, each figure once."""
    rows = {tables.key_of(row): row for province in provinces for row in province.observations}
    area, end = published.area_code, published.data_month

    def asked(row: Observation) -> bool:
        moment = tables.last_month(row.year, row.period) or (row.year, 0)
        ours = row.area_code == area or row.area_code.startswith(f"{area}-")  # the same name in other boundaries
        return ours and row.status not in tables.PLANNED and moment > end

    return [row for row in rows.values() if asked(row)]


def _known(province: Province) -> list[Observation]:
    """Figures that naive rules may start from: those the pack starts from first, none that is set aside."""
    base = [row for rows in province.base.values() for row in rows.values()]
    aside = (row for entry in load_set_aside(province) for row in entry.observations)
    left_out = {tables.key_of(row) for row in (*base, *aside)}
    return base + [row for row in province.observations if tables.key_of(row) not in left_out]


def _published_scenario(published: Published) -> Scenario | None:
    """The scenario of an entry as it was then; None where the entry or this data root do not hold what it needs."""
    if not published.definition or published.province not in list_provinces():
        return None
    file = texts.File(published.definition.encode(), published.scenario)
    try:
        return load_scenario(file, background=load_background(province=published.province))
    except InputError:  # say, of an assumption that is no longer there
        return None
