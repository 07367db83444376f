"""`coopsim project` and `coopsim compare`: figures without notebooks, in about the time NumPy takes to load."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from sim.analysis.compare import COMPARE_COLUMNS, compare_rows
from sim.analysis.targets import TARGET_COLUMNS, target_rows
from sim.batch.files import page_stem, sha256_file, write_atomic
from sim.batch.job import OK
from sim.batch.record import RECORDS, build_record, data_hashes, now, write_record
from sim.batch.tables import csv_text
from sim.domain.canonical import inputs_fingerprint, scenario_fingerprint
from sim.domain.errors import InputError, Problem
from sim.domain.scenario import Scenario
from sim.ensemble.results import Result
from sim.ensemble.runner import Progress, run
from sim.ensemble.statistics import SUMMARY_COLUMNS, summary_rows
from sim.evidence.knowledge import load_knowledge
from sim.inputs.roots import data_root
from sim.inputs.scenarios import load_scenario


def load_all(names: Sequence[str], root: Path) -> list[Scenario]:
    """Scenarios by name or path; every problem of every one of them is told at once.

    Raises
    ------
    InputError
        When one is refused, or two of them have the same slug.
    """
    scenarios, problems = [], []
    for name in names:
        try:
            scenarios.append(load_scenario(name, root=root))
        except InputError as error:
            problems.extend(error.problems)
    slugs = [scenario.slug for scenario in scenarios]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        problems.append(Problem("duplicate_scenario", {"slug": slug}, value=slug))
    if problems:
        raise InputError(*problems)
    return scenarios


def project(names: Sequence[str], *, draws: int, seed: int, progress: Progress | None = None) -> Result:
    """Scenarios on common draws; each to its own horizon needs a run of its own.

    Raises
    ------
    InputError
        When a scenario is refused or the horizons differ.
    """
    root = data_root()
    scenarios = load_all(names, root)
    horizons = sorted({scenario.horizon for scenario in scenarios})
    if len(horizons) > 1:
        raise InputError(Problem("horizons_differ", {"horizons": ", ".join(map(str, horizons))}))
    known = load_knowledge(root)
    return run(
        known.province, known.register, scenarios, draws=draws, seed=seed, posterior=known.posterior, progress=progress
    )


def summary_csv(result: Result) -> str:
    """The text of summary.csv."""
    return csv_text(SUMMARY_COLUMNS, summary_rows(result))


def compare_csv(result: Result) -> str:
    """Paired differences of every scenario from the first."""
    return csv_text(COMPARE_COLUMNS, compare_rows(result, result.scenarios[0]))


def write_projection(result: Result, folder: Path, *, started: str | None = None) -> None:
    """Write DIR/summary.csv, targets.csv and, last, record.json with one record per scenario."""
    started = started or now()
    outputs = {"summary.csv": summary_csv(result), "targets.csv": csv_text(TARGET_COLUMNS, target_rows(result))}
    for name, text in outputs.items():
        write_atomic(folder / name, text)
    settings = {"command": "project", "draws": result.draws, "seed": result.seed}
    inputs = data_hashes(data_root())
    entries = [scenario_entry(result, slug) for slug in result.scenarios]
    for entry in entries:
        own = build_record(settings=settings, inputs=inputs, scenarios=[entry], outputs={}, started=started, state=OK)
        write_record(folder / RECORDS / f"{page_stem(entry['slug'])}.json", own)
    hashes = {name: sha256_file(folder / name) for name in outputs}
    record = build_record(settings=settings, inputs=inputs, scenarios=entries, outputs=hashes, started=started, state=OK)
    write_record(folder / "record.json", record)


def scenario_entry(result: Result, slug: str) -> dict[str, str]:
    """What a record says about one projected scenario."""
    scenario = result.run_of(slug).scenario
    return {
        "slug": slug,
        "state": OK,
        "scenario": scenario_fingerprint(scenario),
        "inputs": inputs_fingerprint(result.province, result.register),
        "horizon": str(scenario.horizon),
    }
