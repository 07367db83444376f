"""`coopsim report`: plan, run what has changed, publish each page as it is done, name what failed."""

import os
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.domain import Problem, fingerprint
from sim.ensemble import KEPT_BLOCKS, block_count, draw_block
from sim.evidence import Knowledge, load_knowledge
from sim.inputs.scenarios import opening
from sim.inputs.text import DATA_VARIABLE, YAML, data_root, require_files
from sim.inputs.yaml import load_catalogue
from sim.run import own_files
from sim.run.credibility import notices
from sim.run.entries import CHANGED, NEW, Entry, Settings, plan_text, read_entries, reuse, scenario_part, shared_parts
from sim.run.exports import OnEnd, make_files, skipped
from sim.run.files import PER_SCENARIO, page_stem, sha256_file, sweep, write_atomic
from sim.run.job import OK, SKIPPED, Ending, Job
from sim.run.ledger import DEFAULT
from sim.run.own_notebooks import OwnNotebook, prepare, read_notebooks
from sim.run.pool import Runner, Worker, begin_loading, crew_of, run_jobs
from sim.run.publish import (
    ABOUT,
    LEDGER,
    LONG,
    OVERVIEWS,
    PAGE,
    SCENARIO,
    TEMPLATES,
    Links,
    Publisher,
    files_of,
    links_of,
    template,
)
from sim.run.record import RECORDS, data_hashes, now, only_one
from sim.run.unknowns import shipped_parts

WORK = ".work"

OnNotice = Callable[[str, str, str], None]
OnMore = Callable[[int], None]
#: A page to be made: its entry, its notebook, and what that is asked beside what all are.
Page = tuple[Entry, str, Mapping[str, Any]]


@dataclass
class _Run:
    """One report being made; `shared` are parts of all pages' content keys, `standing` the notices [kind, text]."""

    settings: Settings
    known: Knowledge
    publisher: Publisher
    shared: dict[str, str]
    standing: list[list[str]]
    crew: Sequence[Runner]
    on_end: OnEnd
    on_notice: OnNotice
    on_more: OnMore

    @property
    def work(self) -> Path:
        """Private folders of the runs."""
        return self.settings.out / WORK

    def job(self, entry: Entry, notebook: str, parameters: Mapping[str, Any]) -> Job:
        """The job of one page."""
        settings, folder = self.settings, (self.work / entry.stem).resolve()
        asked = {**settings.asked, **parameters}
        own = notebook.endswith(".ipynb")
        path = Path(notebook) if own else template(notebook)
        return Job(entry.slug, path, asked, folder, settings.limits, settings.kernel, prompt=not own)

    def make(self, pages: Sequence[Page]) -> None:
        """Run the notebooks of pages; each is published as soon as it is done."""
        entries = {entry.slug: entry for entry, *_ in pages}

        def publish(job: Job, ending: Ending) -> Ending:
            entry = entries[job.slug]
            self.publisher.page(entry, job, ending)
            self.on_end(entry.ended)
            return entry.ended

        run_jobs([self.job(*page) for page in pages], self.crew, publish)

    def stands(self, entry: Entry, **parts: str) -> bool:
        """Whether an earlier run of a page can be kept, perhaps with other links; says why not, unless there was none.

        Parameters
        ----------
        parts : parts of its content key beside the shared ones
        """
        entry.key = {**self.shared, **parts, "files": self.publisher.links.key(entry.stem)}
        if not self.settings.resume:
            return False
        found = reuse(self.settings.out, entry)
        entry.ending = Ending(entry.slug, OK, kept=True, kernel=found.kernel)
        if self.relinked(entry) or found.outputs is not None:
            if found.outputs is not None:
                self.publisher.keep(entry, found.outputs)
            self.on_end(entry.ending)
            return True
        entry.ending = None
        if found.why != NEW:
            changed = self.publisher.parts(found.parts) if found.why == CHANGED else ", ".join(found.parts)
            self.on_notice(found.why, entry.slug, changed)
        return False

    def relinked(self, entry: Entry) -> bool:
        """Write a page again whose links alone have changed; False when nothing has, or more."""
        entry.key["files"] = self.publisher.links.key(entry.stem)
        found = reuse(self.settings.out, entry)
        if found.parts != ("files",):
            return False
        before = {**entry.key, "files": found.before.get("files", "")}
        outputs = reuse(self.settings.out, replace(entry, key=before)).outputs
        if outputs is None:
            return False
        self.publisher.again(entry, outputs)
        return True


def report(
    names: Sequence[str], settings: Settings, *,
    on_end: OnEnd, on_notice: OnNotice, on_more: OnMore = lambda _: None,
) -> list[Entry]:  # fmt: skip
    """Make the report folder.

    Parameters
    ----------
    names : scenario names or paths; none means every shipped scenario
    on_end : called after each notebook with its ending
    on_notice : called with (why, slug, parts) when something of an earlier run cannot be kept
    on_more : called with how many parts more than known so far will end

    Returns
    -------
    list of Entry
        One per scenario, and one per overview page and file that failed.

    Raises
    ------
    InputError
        When not one scenario can be read, another report is being made in the folder, or a file of its
        own stands where a page is to go.
    """
    started = now()
    entries = read_entries(names, settings.lang)
    owned = read_notebooks(settings.notebooks, [*(entry.stem for entry in entries), *OVERVIEWS])
    own_files.check_templates(map(template, (SCENARIO, *OVERVIEWS.values())))
    own_files.check_kernel()
    require_files()
    own_files.check_folder(settings.out)
    with only_one(settings.out):
        files = files_of(entries, settings, owned)
        own_files.require_known(settings.out, files)
        for name, copy in own_files.keep_edited(settings.out, files):
            on_notice(own_files.KEPT_EDIT, name, copy)
        missing = skipped(settings)
        links = links_of(entries, settings, {entry.slug for entry in missing}, owned)
        with crew_of(_crew(settings)) as crew:
            begin_loading(crew, _surely_made(settings, entries), forked=not settings.kernel)
            run = _begun(settings, links, started, crew, (on_end, on_notice, on_more))
            on_more(len(entries) + len(missing) + len(owned) + (len(OVERVIEWS) if settings.only != PAGE else 0))
            _prepare(run, entries, plan_text(entries, settings, started, files))
            for entry in (*entries, *missing):
                if entry.ending:
                    on_end(entry.ending)
            failed = [*missing, *_pages(run, entries, owned)]
        dropped = [name for name in run.publisher.finish(entries, failed) if "/" not in name]
        if dropped:
            on_notice(own_files.DROPPED, "", ", ".join(dropped))
        shutil.rmtree(run.work, ignore_errors=True)
    return [*entries, *failed]


def _pages(run: _Run, entries: Sequence[Entry], owned: Sequence[OwnNotebook]) -> list[Entry]:
    """Make every page and file; returns those that failed, without pages of scenarios."""
    about, links = _about_pages(run), run.publisher.links
    _scenario_pages(run, entries, about)
    links.missing |= {f"{one.stem}.{kind}" for one in entries if not one.ok for kind in PER_SCENARIO}
    others = _own_pages(run, entries, owned)
    unmade = make_files(run.publisher, [*entries, *others], run.on_end, run.on_more)
    links.missing |= {entry.slug for entry in unmade}  # pages lead to no file that failed
    for entry in (*entries, *others) if unmade or links.older else ():
        if entry.ok:
            run.relinked(entry)
    overviews = _overview_pages(run, entries, [entry for entry, *_ in about])
    return [*unmade, *(one for one in others if not one.ok), *overviews]


def _crew(settings: Settings) -> list[Runner]:
    """Local worker processes, or places in a cluster's queue; in an empty work folder and on the report's own data."""
    sweep(settings.out)
    shutil.rmtree(settings.out / WORK, ignore_errors=True)
    (settings.out / WORK).mkdir(parents=True)
    os.environ[DATA_VARIABLE] = str(data_root().resolve())
    if settings.cluster:
        from sim.run.pool import connect

        return list(connect(settings.cluster, settings.jobs))
    drawn_by = f"coopsim-{secrets.token_hex()}"
    return [Worker(settings.out / WORK / "workers.log", drawn_by) for _ in range(settings.jobs)]


def _surely_made(settings: Settings, entries: Sequence[Entry]) -> int:
    """How many pages have to be made whatever is in them: nothing of them is kept."""
    stems = [entry.stem for entry in entries if entry.scenario] + ([] if settings.only == PAGE else list(OVERVIEWS))
    return sum(not (settings.resume and (settings.out / RECORDS / f"{stem}.json").is_file()) for stem in stems)


def _begun(
    settings: Settings, links: Links, started: str, crew: Sequence[Runner], calls: tuple[OnEnd, OnNotice, OnMore]
) -> _Run:
    """A run on the data that its crew was made for."""
    root = data_root().resolve()
    known, inputs = load_knowledge(root), data_hashes(root)
    standing = [list(pair) for pair in notices(known, settings.lang)]
    asked = {**settings.asked, "notices": standing, "province": known.province.slug}
    publisher = Publisher(settings, known, inputs, started, links)
    return _Run(settings, known, publisher, shared_parts(inputs, asked, TEMPLATES), standing, crew, *calls)


def _prepare(run: _Run, entries: Sequence[Entry], plan: str) -> None:
    """The plan on disk, and the scenario files that lie in the folder counted to the report."""
    out, outputs = run.settings.out, run.publisher.outputs
    write_atomic(out / own_files.PLAN, plan)
    outputs[own_files.PLAN] = sha256_file(out / own_files.PLAN)
    for path in (Path(entry.name) for entry in entries):
        if path.is_absolute() and path.is_relative_to(out.resolve()):
            name = path.relative_to(out.resolve()).as_posix()
            outputs[name] = sha256_file(path)
            if name not in run.settings.made:
                run.publisher.given.add(name)


def _scenario_pages(run: _Run, entries: Sequence[Entry], about: Sequence[Page]) -> None:
    """Run every readable scenario that has to be run; of one that was refused, an earlier page stays and says so.

    Parameters
    ----------
    about : pages that need no scenario: a worker makes them while another is at the last one
    """
    for entry in entries:
        if entry.scenario is None:
            others = {one.stem for one in entries if one is not entry}
            earlier = page_stem(Path(entry.name).name.removesuffix(YAML))
            entry.stem = entry.stem if earlier in others else earlier
            run.publisher.leave(entry)
    parts = [(entry, scenario_part(entry.scenario)) for entry in entries if entry.scenario]
    waiting = [entry for entry, part in parts if not run.stands(entry, scenario=part)]
    pages: list[Page] = []
    if waiting:
        # The cached draws are made once, before several kernels want them at the same time.
        register, areas = run.known.register, [area.code for area in run.known.province.areas]
        for index in range(min(KEPT_BLOCKS, block_count(run.settings.draws))):
            draw_block(register, seed=run.settings.seed, index=index, size=1, years=1, areas=areas)
        hashes = {name: run.shared[name] for name in ("code", "lock") if run.shared[name]}
        asked = {"notices": run.standing, "hashes": hashes}
        pages += [(entry, SCENARIO, {"scenario": entry.name, **asked}) for entry in waiting]
    run.make([*pages, *about])


def _own_pages(run: _Run, entries: Sequence[Entry], owned: Sequence[OwnNotebook]) -> list[Entry]:
    """Run an analyst's own notebooks, on the report's scenarios; a page each."""
    found, waiting = list[Entry](), list[Page]()
    good = [entry for entry in entries if entry.ok and entry.scenario]
    asked = {"scenario": good[0].name, "scenarios": [entry.name for entry in good]} if good else {}
    contents = [scenario_part(entry.scenario) for entry in good if entry.scenario]
    for own in owned:
        entry = Entry(own.stem, own.stem, stem=own.stem)
        found.append(entry)
        if not run.stands(entry, page=fingerprint([sha256_file(own.path), *contents])):
            copy = prepare(own, run.work / f"{own.stem}.source.ipynb")
            waiting.append((entry, str(copy.resolve()), asked))
    run.make(waiting)
    return found


def _about_pages(run: _Run) -> list[Page]:
    """Overview pages that have to be made and are the same whatever the scenarios."""
    pages: list[Page] = []
    for name in ABOUT if run.settings.only != PAGE else ():
        made_of, given = list[str](), dict[str, Any]()
        if name == LEDGER and DEFAULT.is_file():
            made_of, given = [sha256_file(DEFAULT)], {"ledger": str(DEFAULT.resolve())}
        entry = Entry(name, name, stem=name)
        if not run.stands(entry, page=fingerprint(made_of)):
            pages.append((entry, OVERVIEWS[name], given))
    return pages


def _overview_pages(run: _Run, entries: Sequence[Entry], about: Sequence[Entry]) -> list[Entry]:
    """Start, comparison, decision and unknowns pages; returns those that failed, and those `about` nothing else."""
    if run.settings.only == PAGE:
        return []
    first = opening()
    good = sorted((entry for entry in entries if entry.ok), key=lambda entry: (entry.slug != first, entry.slug))
    states = [entry.state() for entry in entries]
    asked = {"scenarios": [entry.name for entry in good], "states": states, "notices": run.standing}
    contents = fingerprint([*(scenario_part(entry.scenario) for entry in good if entry.scenario), *states])
    pages: list[Page] = []
    for name in (name for name in OVERVIEWS if good and name not in ABOUT):
        made_of = [contents, *(shipped_parts() if name == "uncertainty" else ())]
        entry = Entry(name, name, stem=name)
        if not run.stands(entry, page=fingerprint(made_of)):
            pages.append((entry, OVERVIEWS[name], asked))
    pages.sort(key=lambda page: (*LONG, page[0].stem).index(page[0].stem))
    run.make(pages)
    made = [*(entry for entry, *_ in pages), *about]
    return [*(entry for entry in made if not entry.ok), *([] if good else _left_overviews(run))]


def _left_overviews(run: _Run) -> list[Entry]:
    """Overviews of an earlier run, which stay where not one scenario could be run."""
    reason = load_catalogue(run.settings.lang).describe(Problem("run_nothing_to_show"))
    names = [name for name in OVERVIEWS if name not in ABOUT]
    entries = [Entry(name, name, stem=name, ending=Ending(name, SKIPPED, reason)) for name in names]
    return [entry for entry in entries if run.publisher.leave(entry)]
