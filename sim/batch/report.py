"""`coopsim report`: plan, run each scenario's notebook, publish what succeeded, name what did not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Callable, Sequence

from sim.batch.credibility import notices
from sim.batch.entries import Entry, Settings, plan_text, read_entries
from sim.batch.files import sha256_file, write_atomic
from sim.batch.job import FAILED, Job, Outcome
from sim.batch.pool import run_jobs
from sim.batch.publish import ABOUT, OVERVIEWS, keep_failed, publish_page, publish_records, publish_tables
from sim.batch.record import now
from sim.ensemble.draws import draw_block
from sim.ensemble.store import KEPT_BLOCKS
from sim.ensemble.streams import block_count
from sim.evidence.knowledge import Knowledge, load_knowledge
from sim.inputs.catalogue import load_catalogue
from sim.inputs.roots import VARIABLE, data_root

#: The scenario whose answer opens the report, where it is part of it.
MAIN = "fund-12.3"
_WORK = ".work"
_SCENARIO = "02_scenario_report"
_NOTEBOOKS = {"data": "01_data", "compare": "03_compare", "index": "00_start_here", "credibility": "06_credibility"}

Told = Callable[[Outcome], None]
Notices = Sequence[Sequence[str]]


def report(names: Sequence[str], settings: Settings, *, told: Told) -> list[Entry]:
    """Make the report folder.

    Parameters
    ----------
    names : scenario names or paths; none means every shipped scenario
    told : called after each notebook with its outcome

    Returns
    -------
    list of Entry, one per scenario and one per overview page that failed

    Raises
    ------
    InputError
        When not one scenario can be read; nothing is written then.
    """
    started = now()
    root = data_root().resolve()
    entries = read_entries(names, settings.lang)
    known = load_knowledge(root)
    for entry in entries:
        if entry.outcome:
            told(entry.outcome)
    work = settings.out / _WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    os.environ[VARIABLE] = str(root)
    write_atomic(settings.out / "plan.json", plan_text(entries, settings, started))
    _prime_draws(known, settings)
    standing = [list(pair) for pair in notices(known, settings.lang)]
    outputs = _scenario_pages(entries, standing, settings, work, told)
    failed, more = _overview_pages(entries, standing, settings, work, told)
    outputs |= more | publish_tables(entries, work, settings)
    publish_records([*entries, *failed], known, root, settings, outputs=outputs, started=started)
    shutil.rmtree(work, ignore_errors=True)
    return [*entries, *failed]


def _prime_draws(known: Knowledge, settings: Settings) -> None:
    """Make the cached draws once, before several kernels want them at the same time."""
    areas = [area.code for area in known.province.areas]
    for index in range(min(KEPT_BLOCKS, block_count(settings.draws))):
        draw_block(known.register, seed=settings.seed, index=index, size=1, years=1, areas=areas)


def _job(slug: str, notebook: str, parameters: dict[str, Any], settings: Settings, folder: Path) -> Job:
    shared = {"lang": settings.lang, "draws": settings.draws, "seed": settings.seed}
    source = Path(__file__).resolve().parents[2] / "notebooks" / f"{notebook}.ipynb"
    return Job(slug, source, {**shared, **parameters}, folder.resolve(), settings.limits, settings.kernel)


def _scenario_pages(
    entries: Sequence[Entry], standing: Notices, settings: Settings, work: Path, told: Told
) -> dict[str, str]:
    """Run and publish every readable scenario; the outputs' hashes by path."""
    valid = [entry for entry in entries if entry.scenario]
    jobs = [
        _job(entry.slug, _SCENARIO, {"scenario": entry.name, "notices": standing}, settings, work / entry.stem)
        for entry in valid
    ]
    outcomes = run_jobs(jobs, workers=settings.jobs, log=work / "workers.log", done=told)
    outputs: dict[str, str] = {}
    for entry, job, outcome in zip(valid, jobs, outcomes, strict=True):
        assert entry.scenario
        entry.outcome = outcome
        title = entry.scenario.label[settings.lang]
        entry.outcome, found = _publish(job, outcome, entry.stem, title, settings, told)
        outputs |= found
    return outputs


def _publish(
    job: Job, outcome: Outcome, stem: str, title: str, settings: Settings, told: Told
) -> tuple[Outcome, dict[str, str]]:
    """Put one run's page in place; a page that is refused is a failure like any other."""
    if outcome.ok:
        try:
            return outcome, publish_page(job.folder, stem, title, settings)
        except (OSError, ValueError) as error:
            outcome = Outcome(outcome.slug, FAILED, f"{type(error).__name__}: {error}")
            told(outcome)
    keep_failed(job.folder, stem, settings)
    return outcome, {}


def _overview_pages(
    entries: Sequence[Entry], standing: Notices, settings: Settings, work: Path, told: Told
) -> tuple[list[Entry], dict[str, str]]:
    """Start, comparison and data pages: those that failed, and the outputs' hashes by path."""
    good = sorted((entry for entry in entries if entry.ok), key=lambda entry: (entry.slug != MAIN, entry.slug))
    asked = {
        "scenarios": [entry.name for entry in good],
        "states": [entry.state() for entry in entries],
        "notices": standing,
    }
    wanted = OVERVIEWS if good else ABOUT
    jobs = [_job(name, _NOTEBOOKS[name], {} if name in ABOUT else asked, settings, work / name) for name in wanted]
    failed: list[Entry] = []
    outputs: dict[str, str] = {}
    titles = load_catalogue(settings.lang)
    for job, outcome in zip(jobs, run_jobs(jobs, workers=settings.jobs, log=work / "workers.log", done=told), strict=True):
        title = titles.text(f"cli.page_{job.slug}")
        outcome, found = _publish(job, outcome, job.slug, title, settings, told)
        outputs |= found
        if not outcome.ok:
            failed.append(Entry(job.slug, job.slug, None, outcome))
    table = work / "compare" / "compare.csv"
    if table.is_file():
        write_atomic(settings.out / "compare.csv", table.read_bytes())
        outputs["compare.csv"] = sha256_file(settings.out / "compare.csv")
    return failed, outputs
