"""`coopsim report`: plan, run what has changed, publish each page as it is done, name what failed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.domain import fingerprint
from sim.ensemble import KEPT_BLOCKS, block_count, draw_block
from sim.evidence import Knowledge, load_knowledge
from sim.inputs.text import DATA_VARIABLE, data_root
from sim.inputs.yaml import load_catalogue
from sim.run.credibility import notices
from sim.run.entries import (
    CHANGED,
    NEW,
    Entry,
    Reuse,
    Settings,
    kept_ending,
    key_before,
    plan_text,
    read_entries,
    reuse,
    scenario_part,
    shared_parts,
)
from sim.run.exports import make_files, missing_tools, skipped
from sim.run.files import sha256_file, sweep, write_atomic
from sim.run.job import FAILED, Ending, Job, one_line
from sim.run.own_files import DROPPED, KEPT_EDIT, PLAN, keep_edited, require_known
from sim.run.pool import Runner, Worker, crew_of, run_jobs
from sim.run.preflight import check_folder, check_kernel, check_templates
from sim.run.publish import ABOUT, OVERVIEWS, SCENARIO, TEMPLATES, Publisher, files_of, links_of, template
from sim.run.record import now, only_one
from sim.run.unknowns import shipped_parts

#: The scenario whose answer opens the report, where it is part of it.
MAIN = "fund-12.3"
WORK = ".work"

OnEnd = Callable[[Ending], None]
OnNotice = Callable[[str, str, str], None]


@dataclass
class _Run:
    """One report being made."""

    settings: Settings
    known: Knowledge
    publisher: Publisher
    shared: dict[str, str]
    standing: list[list[str]]
    on_end: OnEnd
    on_notice: OnNotice
    outputs: dict[str, str] = field(default_factory=dict)
    crew: Sequence[Runner] = ()

    @property
    def work(self) -> Path:
        """Private folders of the runs."""
        return self.settings.out / WORK

    def job(self, slug: str, stem: str, notebook: str, parameters: dict[str, Any]) -> Job:
        """The job of one notebook."""
        settings = self.settings
        shared = {"lang": settings.lang, "draws": settings.draws, "seed": settings.seed}
        folder = (self.work / stem).resolve()
        return Job(
            slug, template(notebook), {**shared, **parameters}, folder, settings.limits, settings.kernel
        )

    def title(self, entry: Entry) -> str:
        """Title of a scenario's or an overview page."""
        if entry.scenario:
            return entry.scenario.label[self.settings.lang]
        return load_catalogue(self.settings.lang).text(f"cli.page_{entry.slug}")

    def stands(self, entry: Entry, stem: str, key: dict[str, str]) -> bool:
        """Whether an earlier run can be kept, perhaps with other links on its page."""
        if self.settings.resume and _relinked(self, entry, stem, key):
            self.on_end(_ended(entry))
            return True
        return self.kept(entry, stem, key)

    def kept(self, entry: Entry, stem: str, key: dict[str, str]) -> bool:
        """Whether an earlier run stands; tells why not, unless there was none."""
        found = reuse(self.settings.out, stem, key) if self.settings.resume else Reuse(None, NEW)
        if found.outputs is not None:
            self.outputs |= found.outputs
            self.on_end(_ended(entry))
            return True
        if found.why != NEW:
            parts = self.publisher.names(found.parts) if found.why == CHANGED else ", ".join(found.parts)
            self.on_notice(found.why, entry.slug, parts)
        return False


def report(names: Sequence[str], settings: Settings, *, on_end: OnEnd, on_notice: OnNotice) -> list[Entry]:
    """Make the report folder.

    Parameters
    ----------
    names : scenario names or paths; none means every shipped scenario
    on_end : called after each notebook with its ending
    on_notice : called with (why, slug, parts) when something of an earlier run cannot be kept

    Returns
    -------
    list of Entry, one per scenario and one per overview page that failed

    Raises
    ------
    InputError
        When not one scenario can be read, another report is being made in the folder, or a file of its
        own stands where a page is to go.
    """
    started = now()
    root = data_root().resolve()
    entries = read_entries(names, settings.lang)
    check_templates(map(template, (SCENARIO, *OVERVIEWS.values())))
    check_kernel()
    check_folder(settings.out)
    with only_one(settings.out):
        files = files_of(entries, settings)
        require_known(settings.out, files)
        for name, copy in keep_edited(settings.out, files):
            on_notice(KEPT_EDIT, name, copy)
        known = load_knowledge(root)
        standing = [list(pair) for pair in notices(known, settings.lang)]
        asked = {"draws": settings.draws, "seed": settings.seed, "lang": settings.lang, "notices": standing}
        asked["province"] = known.province.slug
        shared = shared_parts(root, asked, TEMPLATES)
        unmakeable = missing_tools(settings.formats)
        publisher = Publisher(settings, known, root, started, links_of(entries, settings, unmakeable))
        run = _Run(settings, known, publisher, shared, standing, on_end, on_notice)
        _prepare(run, entries, root, started)
        left_out = skipped(unmakeable, settings.lang)
        for entry in left_out:
            on_end(_ended(entry))
        with crew_of(_crew(run)) as run.crew:
            _scenario_pages(run, entries)
            failed = [*left_out, *_files(run, entries), *_overview_pages(run, entries)]
        run.outputs |= publisher.tables(entries)
        dropped = [name for name in publisher.record([*entries, *failed], run.outputs) if "/" not in name]
        if dropped:
            on_notice(DROPPED, "", ", ".join(dropped))
        shutil.rmtree(run.work, ignore_errors=True)
    return [*entries, *failed]


def _files(run: _Run, entries: Sequence[Entry]) -> list[Entry]:
    """Make the other formats; pages lead to no file that failed."""
    outputs, failed = make_files(run.publisher, entries, run.on_end)
    run.outputs |= outputs
    run.publisher.links.missing |= {entry.slug for entry in failed}
    for entry in entries if failed else ():
        links = run.publisher.links.key(entry.stem)
        key = {**key_before(run.settings.out, entry.stem), "files": links} if entry.ok else {}
        if key:
            _relinked(run, entry, entry.stem, key)
    return failed


def _relinked(run: _Run, entry: Entry, stem: str, key: dict[str, str]) -> bool:
    """Write a page again whose links alone have changed; False when nothing has, or more."""
    before = key_before(run.settings.out, stem).get("files", "")
    found = reuse(run.settings.out, stem, {**key, "files": before}) if before != key["files"] else Reuse(None, NEW)
    if found.outputs is None:
        return False
    page = run.publisher.again(stem, run.title(entry))
    record = run.publisher.scenario_record if entry.scenario else run.publisher.overview_record
    run.outputs |= record(entry, {**found.outputs, **page}, key)
    return True


def _crew(run: _Run) -> list[Runner]:
    """Local worker processes, or places in a cluster's queue."""
    settings = run.settings
    if settings.cluster:
        from sim.run.cluster import connect

        return list(connect(settings.cluster, settings.jobs))
    return [Worker(run.work / "workers.log") for _ in range(settings.jobs)]


def _prepare(run: _Run, entries: Sequence[Entry], root: Path, started: str) -> None:
    """The plan on disk, an empty work folder, and the refused scenarios told."""
    sweep(run.settings.out)
    shutil.rmtree(run.work, ignore_errors=True)
    run.work.mkdir(parents=True)
    os.environ[DATA_VARIABLE] = str(root)
    plan = run.settings.out / PLAN
    write_atomic(plan, plan_text(entries, run.settings, started, files_of(entries, run.settings)))
    run.outputs[PLAN] = sha256_file(plan)
    out = run.settings.out.resolve()
    for entry in entries:
        written = Path(entry.name)
        if written.is_absolute() and written.is_relative_to(out):
            name = written.relative_to(out).as_posix()
            run.outputs[name] = sha256_file(written)
            if name not in run.settings.made:
                run.publisher.given.add(name)
        if entry.ending:
            run.on_end(entry.ending)


def _scenario_pages(run: _Run, entries: Sequence[Entry]) -> None:
    """Run every readable scenario that has to be run; each is published as soon as it is done."""
    waiting: dict[str, tuple[Entry, dict[str, str]]] = {}
    for entry in entries:
        if entry.scenario is None:
            continue
        files = run.publisher.links.key(entry.stem)
        key = {**run.shared, "scenario": scenario_part(entry.scenario), "files": files}
        entry.ending = kept_ending(run.settings.out, entry.slug, entry.stem)
        if not run.stands(entry, entry.stem, key):
            entry.ending = None
            waiting[entry.slug] = entry, key
    if not waiting:
        return
    _prime_draws(run)
    hashes = _printed_hashes(run)
    jobs = [
        run.job(slug, entry.stem, SCENARIO, {"scenario": entry.name, "notices": run.standing, "hashes": hashes})
        for slug, (entry, _) in waiting.items()
    ]

    def publish(job: Job, ending: Ending) -> Ending:
        entry, key = waiting[job.slug]
        assert entry.scenario
        entry.ending, outputs = _published(run, job, ending, entry.stem, run.title(entry))
        run.outputs |= run.publisher.scenario_record(entry, outputs, key)
        return entry.ending

    run_jobs(jobs, run.crew, publish)


def _published(run: _Run, job: Job, ending: Ending, stem: str, title: str) -> tuple[Ending, dict[str, str]]:
    """Put one run's page in place; a page or a disk that refuses is a failure like any other."""
    outputs: dict[str, str] = {}
    if ending.ok:
        try:
            outputs = run.publisher.page(job.folder, stem, title)
        except (OSError, ValueError) as error:
            reason = job.reason("run_not_published", detail=one_line(error))
            ending = replace(ending, state=FAILED, reason=reason)
    if not ending.ok:
        run.outputs |= run.publisher.failure(job.folder, stem)
    run.on_end(ending)
    return ending, outputs


def _prime_draws(run: _Run) -> None:
    """Make the cached draws once, before several kernels want them at the same time."""
    areas = [area.code for area in run.known.province.areas]
    for index in range(min(KEPT_BLOCKS, block_count(run.settings.draws))):
        draw_block(run.known.register, seed=run.settings.seed, index=index, size=1, years=1, areas=areas)


def _printed_hashes(run: _Run) -> dict[str, str]:
    return {name: run.shared[name] for name in ("code", "lock") if run.shared[name]}


def _ended(entry: Entry) -> Ending:
    assert entry.ending
    return entry.ending


def _overview(name: str, ending: Ending) -> Entry:
    return Entry(name, name, None, ending)


def _overview_pages(run: _Run, entries: Sequence[Entry]) -> list[Entry]:
    """Start, comparison, decision, data and credibility pages; returns those that failed."""
    good = sorted((entry for entry in entries if entry.ok), key=lambda entry: (entry.slug != MAIN, entry.slug))
    states = [entry.state() for entry in entries]
    asked = {"scenarios": [entry.name for entry in good], "states": states, "notices": run.standing}
    contents = fingerprint([*(scenario_part(entry.scenario) for entry in good if entry.scenario), *states])
    jobs: list[Job] = []
    keys: dict[str, dict[str, str]] = {}
    for name in OVERVIEWS if good else ABOUT:
        made_of = [] if name in ABOUT else [contents, *(shipped_parts() if name == "uncertainty" else ())]
        page, files = fingerprint(made_of), run.publisher.links.key(name)
        keys[name] = {**run.shared, "page": page, "files": files}
        if not run.stands(_overview(name, kept_ending(run.settings.out, name, name)), name, keys[name]):
            jobs.append(run.job(name, name, OVERVIEWS[name], {} if name in ABOUT else asked))
    failed: list[Entry] = []

    def publish(job: Job, ending: Ending) -> Ending:
        ending, outputs = _published(run, job, ending, job.slug, run.title(_overview(job.slug, ending)))
        entry = _overview(job.slug, ending)
        run.outputs |= run.publisher.overview_record(entry, outputs, keys[job.slug])
        if not ending.ok:
            failed.append(entry)
        return ending

    run_jobs(jobs, run.crew, publish)
    return failed
