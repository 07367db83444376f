"""What has to be asked of figures before anything rests on them: jumps that may be breaks, and copies."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sim.domain import MONTHS_PER_YEAR, PERCENT, InputError, Observation, Problem, Province, Register
from sim.evidence import LEVEL, Jump, jumps
from sim.inputs import text as texts
from sim.inputs.figures import PLANNED, copied, key_of, last_month, load_outturns
from sim.inputs.pack import chosen_province, list_provinces, load_province, load_register, load_set_aside

#: Digits of the ends of a range.
_DIGITS = 3


def questions_of_file(path: Path) -> list[Problem]:
    """Questions about the figures of a file, each at its line: beside those of the pack its areas belong to.

    A file of areas no pack knows is only looked through for copies.
    """
    rows = load_outturns(path)
    file = texts.shown_path(path)

    def told(key: str, row: Observation, params: dict[str, object]) -> Problem:
        return Problem(key, params, file=file, line=row.line, place="value", value=row.value, warning=True)

    pack = _pack_of(path, rows)
    if pack is None:
        return list(_copies(rows, rows, told))
    return list(questions(*pack, rows, told))


def questions(
    province: Province, register: Register, rows: Sequence[Observation],
    told: Callable[[str, Observation, dict[str, object]], Problem],
) -> Iterator[Problem]:  # fmt: skip
    """Questions about figures that come in beside those of a pack, which may hold them already.

    Parameters
    ----------
    told : makes a notice of its key, the figure and what its words need
    """
    mine = {key_of(row): row for row in rows}
    kept = [row for row in province.observations if key_of(row) not in mine]
    aside = {row.line for row in kept} & province.set_aside
    last = max((row.line for row in kept), default=0)
    judged = [replace(row, line=last + place) for place, row in enumerate(rows, start=1)]
    whole = replace(province, observations=(*kept, *judged), set_aside=frozenset(aside | _same(province, judged)))
    for jump in jumps(whole, register, judged=judged):
        if jump.asked:
            key = "figure_jumps" if jump.kind == LEVEL else "figure_said_otherwise"
            yield told(key, mine[key_of(jump.figure)], _params(jump))
    yield from _copies(rows, whole.observations, told)


def _same(province: Province, judged: Sequence[Observation]) -> set[int]:
    """Lines of figures that the pack holds and has set aside."""
    aside = {key_of(row) for row in province.observations if row.line in province.set_aside}
    return {row.line for row in judged if key_of(row) in aside}


def _copies(
    rows: Iterable[Observation], whole: Iterable[Observation],
    told: Callable[[str, Observation, dict[str, object]], Problem],
) -> Iterator[Problem]:  # fmt: skip
    found = {key_of(row): of for row, of in copied(whole).items()}
    for row in rows:
        of = found.get(key_of(row))
        if of is not None:
            key = "figure_copies_plan" if of.status in PLANNED else "figure_copies_year"
            yield told(key, row, {"year": of.year, "when": _when(of)})


def _params(jump: Jump) -> dict[str, object]:
    rounded = {name: float(f"{getattr(jump, name):.{_DIGITS}g}") for name in ("low", "high", "value")}
    growth = round(jump.growth * PERCENT, 1)
    if jump.kind == LEVEL:
        del rounded["value"]  # the figure itself
    before = jump.before.value * (MONTHS_PER_YEAR if jump.before.unit != jump.figure.unit else 1)
    return {**{("implied" if name == "value" else name): value for name, value in rounded.items()},
            "before": round(before, 2), "when": _when(jump.before), "growth": growth}  # fmt: skip


def _when(row: Observation) -> str:
    """Month and year in figures, the same in every language."""
    month = last_month(row.year, row.period)
    return f"{month[1]:02d}/{month[0]}" if month else str(row.year)


def _pack_of(path: Path, rows: Sequence[Observation]) -> tuple[Province, Register] | None:
    """The pack whose table a file is, else the first that knows an area of its, the one that is meant before others."""
    codes = {row.area_code for row in rows}
    try:
        slugs = dict.fromkeys([chosen_province(), *list_provinces()])
    except InputError:
        slugs = dict.fromkeys(list_provinces())
    if path.name == texts.OBSERVATIONS and path.parent.name in slugs:
        slugs = dict.fromkeys([path.parent.name, *slugs])
    for slug in slugs:
        try:
            province = load_province(slug)
            if codes & {area.code for area in province.areas}:
                return with_aside(province, load_register(province=slug))
        except InputError:  # told where that pack is read
            continue
    return None


def with_aside(province: Province, register: Register, *, root: Path | None = None) -> tuple[Province, Register]:
    """A province that knows which of its figures are set aside."""
    lines = frozenset(row.line for group in load_set_aside(province, root=root) for row in group.observations)
    return replace(province, set_aside=lines), register
