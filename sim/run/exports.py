"""Other formats beside the pages: made from what a run left, so that one more format runs no notebook again."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed, wait
from dataclasses import dataclass
from pathlib import Path

from sim.domain import CoopsimError, InputError, Problem, fingerprint
from sim.evidence import load_knowledge
from sim.inputs.text import listed, nearest
from sim.inputs.yaml import load_catalogue
from sim.report.forms import FORMATS
from sim.run import explore
from sim.run.entries import Entry, reuse
from sim.run.files import sha256_file
from sim.run.job import FAILED, OK, SKIPPED, WORKBOOK, Ending
from sim.run.preflight import system_refusal
from sim.run.publish import EXPLORER, FILES, NOTEBOOKS, PER_SCENARIO, Publisher, fragments
from sim.run.record import RECORDS, code_hash, lock_hash

OnEnd = Callable[[Ending], None]


@dataclass(frozen=True)
class Task:
    """One file to make: its kind, what it is made from, and the title it carries."""

    kind: str
    stem: str
    source: Path
    title: str
    lang: str
    seed: int = 0

    @property
    def name(self) -> str:
        """File name in the report folder."""
        return f"{EXPLORER}.html" if self.kind == EXPLORER else f"{self.stem}.{self.kind}"


def formats_of(text: str) -> tuple[str, ...]:
    """The formats named in ``html,pdf``; the pages are always among them.

    Raises
    ------
    InputError
        When one is unknown.
    """
    names = listed(text, "--formats")
    problems = [
        Problem(
            "unknown_format",
            place="--formats",
            value=name,
            allowed=", ".join(FORMATS),
            suggestion=nearest(name, FORMATS),
        )
        for name in names
        if name not in FORMATS
    ]
    if problems:
        raise InputError(*problems)
    return tuple(name for name in FORMATS if name == FORMATS[0] or name in names)


def missing_tools(formats: Sequence[str]) -> dict[str, Problem]:
    """Formats that cannot be made on this computer, with what to install."""
    found = {}
    for kind in formats:
        try:
            _tool(kind)
        except CoopsimError as error:
            found[kind] = error.problems[0]
    return found


def _tool(kind: str) -> None:
    """Look for the program a format is made with; raises when there is none."""
    if kind == "pdf":
        from sim.report.forms import find_browser

        find_browser()
    if kind == "docx":
        from sim.report.forms import find_pandoc

        find_pandoc()


def make_files(publisher: Publisher, entries: Sequence[Entry], on_end: OnEnd) -> tuple[dict[str, str], list[Entry]]:
    """Make the files of every scenario that has a page.

    Returns
    -------
    outputs : {path: SHA-256} of all files and their records
    failed : one entry per file that could not be made
    """
    settings, outputs = publisher.settings, dict[str, str]()
    failed: list[Entry] = []
    waiting: list[tuple[Task, dict[str, str]]] = []
    for task in _tasks(publisher, entries):
        key = _key(task, publisher)
        found = reuse(settings.out, f"{FILES}/{task.name}", key)
        if settings.resume and found.outputs is not None:
            record = f"{RECORDS}/{FILES}/{task.name}.json"
            outputs |= {**found.outputs, record: sha256_file(settings.out / record)}
        else:
            waiting.append((task, key))

    for task, key, content, seconds in _made(waiting, settings.jobs):
        written, reason = _written(publisher, task, content)
        ending = Ending(task.name, FAILED if reason else OK, reason, seconds)
        entry = Entry(task.name, task.name, None, ending)
        if reason:
            failed.append(entry)
        else:
            outputs |= publisher.file_record(entry, written, key)
        on_end(ending)
    return outputs, failed


def _written(publisher: Publisher, task: Task, content: bytes | str) -> tuple[dict[str, str], str]:
    """Hash of the file put in place, or the reason it is not: not made, or held open by another program."""
    if isinstance(content, str):
        return {}, content
    try:
        return publisher.file(task.name, content), ""
    except PermissionError:
        problem = Problem("file_held_open", file=str(publisher.out / task.name))
        return {}, load_catalogue(task.lang).describe(problem)
    except OSError as error:
        problem = system_refusal(error, str(publisher.out / task.name))
        return {}, load_catalogue(task.lang).describe(problem)


def skipped(problems: dict[str, Problem], lang: str) -> list[Entry]:
    """One entry per format that cannot be made here, with the reason."""
    catalogue = load_catalogue(lang)
    return [
        Entry(kind, kind, None, Ending(kind, SKIPPED, catalogue.describe(problem)))
        for kind, problem in problems.items()
    ]


def _tasks(publisher: Publisher, entries: Sequence[Entry]) -> list[Task]:
    settings = publisher.settings
    tasks: list[Task] = []
    if publisher.links.explorer and any(entry.ok for entry in entries):
        tasks.append(Task(EXPLORER, EXPLORER, publisher.root, "", settings.lang, settings.seed))
    for entry in entries:
        for kind in publisher.links.formats if entry.ok else ():
            if kind in PER_SCENARIO:
                assert entry.scenario
                kept = f"{RECORDS}/{entry.stem}.{WORKBOOK}" if kind == "xlsx" else f"{NOTEBOOKS}/{entry.stem}.ipynb"
                title = entry.scenario.label[settings.lang]
                tasks.append(Task(kind, entry.stem, settings.out / kept, title, settings.lang))
    return tasks


def _key(task: Task, publisher: Publisher) -> dict[str, str]:
    """What a file is made of: its source and the code, nothing else."""
    made = {"code": code_hash(), "lock": lock_hash(), "lang": task.lang}
    if task.kind == EXPLORER:
        return {**made, "data": fingerprint(publisher.inputs), "seed": str(task.seed)}
    return {**made, "source": sha256_file(task.source)}


def _made(
    waiting: Sequence[tuple[Task, dict[str, str]]], jobs: int
) -> Iterator[tuple[Task, dict[str, str], bytes | str, float]]:
    """Each task with its content, or with the reason it has none, as soon as it is done."""
    if not waiting:
        return
    # Not forked: this process has threads and a JavaScript engine may sleep in it.
    context = multiprocessing.get_context("spawn")
    files = [pair for pair in waiting if pair[0].kind != EXPLORER]
    pages = [pair for pair in waiting if pair[0].kind == EXPLORER]
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        slugs = explore.world_slugs() if pages else []
        futures = {pool.submit(make, task): (task, key) for task, key in files}
        worlds = [pool.submit(_emulate, task, slug) for task, _ in pages for slug in slugs]
        yield from _as_done(futures)
        wait(worlds)  # the explorer takes from the cache what these have put there
        yield from _as_done({pool.submit(make, task): (task, key) for task, key in pages})


def _as_done(
    futures: Mapping[Future[tuple[bytes | str, float]], tuple[Task, dict[str, str]]],
) -> Iterator[tuple[Task, dict[str, str], bytes | str, float]]:
    for future in as_completed(futures):
        try:
            content, seconds = future.result()
        except Exception as error:  # a dead worker is a failed file, not a failed report
            content, seconds = f"{type(error).__name__}: {error}", 0.0
        yield *futures[future], content, seconds


def _emulate(task: Task, slug: str) -> None:
    """Put one world's emulator into the cache; whatever goes wrong, the page that needs it will say."""
    explore.emulator_of(load_knowledge(task.source), explore.scenario_of(slug), seed=task.seed)


def make(task: Task) -> tuple[bytes | str, float]:
    """The bytes of one file, or one line that says why there are none; and the seconds it took."""
    started = time.monotonic()
    content: bytes | str
    try:
        content = _MAKERS[task.kind](task)
    except CoopsimError as error:
        content = " · ".join(load_catalogue(task.lang).describe(problem) for problem in error.problems)
    except (OSError, ValueError, KeyError) as error:
        content = f"{type(error).__name__}: {error}"
    return content, time.monotonic() - started


def _xlsx(task: Task) -> bytes:
    from sim.report.forms import Workbook
    from sim.report.forms.xlsx import xlsx

    return xlsx(Workbook.from_json(task.source.read_text(encoding="utf-8")))


def _pdf(task: Task) -> bytes:
    from sim.report.forms.pdf import pdf

    return pdf(_sections(task), title=task.title, lang=task.lang)


def _docx(task: Task) -> bytes:
    from sim.report.forms.docx import docx

    return docx(_sections(task), title=task.title, lang=task.lang)


def _sections(task: Task) -> list[str]:
    return list(fragments(json.loads(task.source.read_text(encoding="utf-8"))))


def _explorer(task: Task) -> bytes:
    return explore.explorer_page(load_knowledge(task.source), task.lang, seed=task.seed).encode()


_MAKERS: dict[str, Callable[[Task], bytes]] = {"explorer": _explorer, "pdf": _pdf, "docx": _docx, "xlsx": _xlsx}
