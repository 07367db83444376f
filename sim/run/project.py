"""`coopsim project` and `coopsim compare`: figures without notebooks, in about the time NumPy takes to load."""

import contextlib
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from sim.analysis.answer import (
    ARRIVED_COLUMNS,
    TARGET_COLUMNS,
    CameIn,
    TargetCounter,
    arrived_rows,
    came_in,
    target_rows,
)
from sim.domain import InputError, Numbers, Problem, Scenario
from sim.ensemble import SUMMARY_COLUMNS, Progress, Result, run, stream, summary_rows
from sim.evidence import Knowledge, load_knowledge
from sim.inputs.scenarios import MAIN as MAIN, load_background, load_scenario
from sim.inputs.text import data_root
from sim.run.files import csv_text, page_stem, sha256_file, write_atomic
from sim.run.job import OK
from sim.run.own_files import check_folder, drop_old_outputs, holds_report, require_known, require_replaceable
from sim.run.record import RECORD, RECORDS, build_record, data_hashes, only_one, row_of, write_record

#: The plan all gains are counted from.
NO_SUPPORT = "no-support"
#: More draws than this are streamed instead of stored.
STORED_DRAWS = 1 << 16
_Row = tuple[object, ...]


@dataclass(frozen=True)
class Projection:
    """Texts of summary.csv and targets.csv of projected scenarios, and what they were made of.

    The settings are the record's; ``quantile_error`` stands there when quantiles were read off histograms.
    `arrived` says what figures of the year make of the targets, {slug: what came in}; none where none did.
    """

    known: Knowledge
    scenarios: tuple[Scenario, ...]
    summary: str
    targets: str
    settings: Mapping[str, object]
    arrived: Mapping[str, CameIn] = field(default_factory=dict)


def load_all(names: Sequence[str]) -> list[Scenario]:
    """Scenarios by name or path; every problem of every one of them is refused at once.

    Raises
    ------
    InputError
        When one is refused, or two of them have the same slug.
    """
    background, named = load_background(), dict[str, list[str]]()
    scenarios, problems = list[Scenario](), list[Problem]()
    for name in names:
        try:
            scenario = load_scenario(name, background=background)
        except InputError as error:
            problems.extend(error.problems)
            continue
        scenarios.append(scenario)
        named.setdefault(scenario.slug, []).append(name)
    for slug, those in named.items():
        if len(those) > 1:
            problems.append(Problem("duplicate_scenario", {"slug": slug, "names": ", ".join(those)}, value=slug))
    if problems:
        raise InputError(*problems)
    return scenarios


def load_comparable(names: Sequence[str]) -> list[Scenario]:
    """Scenarios by name or path that end in the same year.

    Raises
    ------
    InputError
        As `load_all`, and when their horizons differ.
    """
    scenarios = load_all(names)
    require_one_horizon(scenarios)
    return scenarios


def require_one_horizon(scenarios: Sequence[Scenario], place: str = "") -> None:
    """Refuse scenarios that end in different years: they have no draws in common.

    Parameters
    ----------
    place : argument they were given with, where there is one
    """
    horizons = ", ".join(map(str, sorted({scenario.horizon for scenario in scenarios})))
    if "," in horizons:
        raise InputError(Problem("horizons_differ", {"horizons": horizons}, place=place))


def projected(
    known: Knowledge, scenarios: Sequence[Scenario], *, draws: int, seed: int, progress: Progress | None = None
) -> Result:
    """Scenarios of one horizon on common draws of what is known, every draw of each kept."""
    return run(
        known.province, known.register, scenarios, draws=draws, seed=seed, posterior=known.posterior, progress=progress
    )


#: Scenarios whose draws are in memory at a time: they share what is drawn, and hundreds take no more than these.
AT_A_TIME = 8


def in_parts(scenarios: Sequence[Scenario]) -> Iterator[list[Scenario]]:
    """Scenarios in their order, a few of one horizon at a time."""
    for _, alike in groupby(scenarios, key=lambda one: one.horizon):
        waiting = list(alike)
        yield from (waiting[first : first + AT_A_TIME] for first in range(0, len(waiting), AT_A_TIME))


def project(names: Sequence[str], *, draws: int, seed: int, progress: Progress | None = None) -> Projection:
    """Tables of scenarios on common draws; very many draws are streamed, in flat memory.

    Raises
    ------
    InputError
        When a scenario is refused.
    """
    scenarios, known = load_all(names), load_knowledge()
    summary, targets = list[_Row](), list[_Row]()
    settings: dict[str, object] = {"command": "project", "draws": draws, "seed": seed}
    asked: dict[str, Any] = {"draws": draws, "seed": seed, "progress": progress}
    quantile_error = 0.0
    parts = list(in_parts(sorted(scenarios, key=lambda one: one.horizon)))
    for place, some in enumerate(parts):
        if progress:
            asked["progress"] = partial(_told, progress, place, len(parts))
        if draws <= STORED_DRAWS:
            result = projected(known, some, **asked)
            summary += summary_rows(result)
            targets += target_rows(result)
        else:
            counter = TargetCounter(known.posterior.effective)
            found = stream(known.province, known.register, some, posterior=known.posterior, each=counter.add, **asked)
            summary += found.rows
            targets += counter.rows()
            quantile_error = max(quantile_error, found.quantile_error)
    if quantile_error:
        settings["quantile_error"] = quantile_error
    by_scenario = operator.itemgetter(0)
    summary_csv = csv_text(SUMMARY_COLUMNS, sorted(summary, key=by_scenario))
    targets_csv = csv_text(TARGET_COLUMNS, sorted(targets, key=by_scenario))
    came = {one.slug: came_in(known, one, draws=min(draws, STORED_DRAWS), seed=seed) for one in scenarios}
    arrived = {slug: found for slug, found in came.items() if found is not None}
    return Projection(known, tuple(scenarios), summary_csv, targets_csv, settings, arrived)


def _told(progress: Progress, place: int, parts: int, done: int, blocks: int) -> None:
    """Tell the blocks done of one part as some of all."""
    progress(place * blocks + done, parts * blocks)


def require_kept(draws: int) -> None:
    """Refuse more draws than can be kept side by side.

    Raises
    ------
    InputError
        With the most there may be.
    """
    if draws > STORED_DRAWS:
        most = Numbers("1–{}", (STORED_DRAWS,))
        raise InputError(Problem("out_of_bounds", place="--draws", value=draws, allowed=most))


def compared(names: Sequence[str], *, draws: int, seed: int) -> Result:
    """Scenarios to be compared with the first of them, on common draws.

    Raises
    ------
    InputError
        When a scenario is refused, the horizons differ or there are more draws than can be kept.
    """
    scenarios = load_comparable(names)
    require_kept(draws)
    return projected(load_knowledge(), scenarios, draws=draws, seed=seed)


@contextlib.contextmanager
def projection_folder(folder: Path) -> Iterator[None]:
    """Hold a folder for a projection, found fit for it before anything is computed.

    Raises
    ------
    InputError
        When it takes no files, another process is at work in it, or it holds a report. A report's tables share
        names with a projection's but belong to its pages, which took far longer to make: they are not replaced.
    """
    check_folder(folder, within=(RECORDS,))
    with only_one(folder):
        if holds_report(folder):
            raise InputError(Problem("folder_holds_report", file=str(folder), place="-o"))
        yield


def write_projection(projection: Projection, folder: Path, *, started: str) -> None:
    """Write DIR/summary.csv, targets.csv, nowcast.csv where figures came in and, last, record.json.

    It has one record per scenario.

    Raises
    ------
    InputError
        When a file in the way is neither an earlier projection's nor holds the same.
    """
    outputs = {"summary.csv": projection.summary, "targets.csv": projection.targets}
    if projection.arrived:
        rows_of = (arrived_rows(slug, projection.arrived[slug]) for slug in sorted(projection.arrived))
        outputs["nowcast.csv"] = csv_text(ARRIVED_COLUMNS, (row for rows in rows_of for row in rows))
    require_replaceable(folder, outputs)
    require_known(folder, [RECORD])
    for name, text in outputs.items():
        write_atomic(folder / name, text)
    inputs = data_hashes(data_root())
    asked: dict[str, Any] = {"settings": projection.settings, "inputs": inputs, "started": started, "state": OK}
    rows = [row_of(projection.known, one.slug, OK, one, horizon=str(one.horizon)) for one in projection.scenarios]
    records = [f"{RECORDS}/{page_stem(row['slug'])}.json" for row in rows]
    for row, name in zip(rows, records, strict=True):
        write_record(folder / name, build_record(**asked, scenarios=[row], outputs={}))
    hashes = {name: sha256_file(folder / name) for name in (*outputs, *records)}
    drop_old_outputs(folder, hashes)  # records of scenarios that an earlier projection had and this one has not
    write_record(folder / RECORD, build_record(**asked, scenarios=rows, outputs=hashes))
