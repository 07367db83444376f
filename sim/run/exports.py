"""Other formats beside the pages: made from what a run left, so that one more format runs no notebook again."""

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from sim.domain import CoopsimError, Problem, Scenario, fingerprint
from sim.evidence import load_knowledge
from sim.inputs.text import data_root, listed, nearest, refuse
from sim.inputs.yaml import load_catalogue
from sim.report import forms
from sim.run import explore
from sim.run.entries import Entry, Settings, reuse
from sim.run.files import FORMATS, OF_A_PAGE, PER_SCENARIO, sha256_file
from sim.run.job import FAILED, OK, SKIPPED, WORKBOOK, Ending
from sim.run.publish import EXPLORER, FILES, NOTEBOOKS, Publisher, fragments
from sim.run.record import RECORDS, code_hash, lock_hash

OnEnd = Callable[[Ending], None]
#: Programs that formats are made with, by what finds them.
_TOOLS = {"pdf": "find_browser", "docx": "find_pandoc"}


@dataclass(frozen=True)
class Task:
    """One file of the report folder to make from a source; `key` has {part: fingerprint} of source and code alone.

    Attributes
    ----------
    scenarios : of the report, which the planner's file offers
    """

    kind: str
    name: str
    source: Path
    title: str
    lang: str
    key: dict[str, str]
    draws: int = 0
    seed: int = 0
    own: bool = False
    scenarios: tuple[Scenario, ...] = ()


#: A task with its content, or one line on why there is none, and the seconds it took.
Made = tuple[Task, bytes | str, float]


def formats_of(text: str) -> tuple[str, ...]:
    """The formats named in ``html,pdf``; the pages are always among them.

    Raises
    ------
    InputError
        When one is unknown.
    """
    names = listed(text, "--formats")
    allowed = ", ".join(FORMATS)
    refuse(
        Problem("unknown_format", place="--formats", value=name, allowed=allowed, suggestion=nearest(name, FORMATS))
        for name in names
        if name not in FORMATS
    )
    return tuple(name for name in FORMATS if name == FORMATS[0] or name in names)


def skipped(settings: Settings) -> list[Entry]:
    """An entry for each format that cannot be made on this computer, with what to install."""
    catalogue = load_catalogue(settings.lang)
    found = []
    for kind in settings.formats:
        try:
            if kind in _TOOLS:
                getattr(forms, _TOOLS[kind])()
        except CoopsimError as error:
            reason = catalogue.describe(error.problems[0])
            found.append(Entry(kind, kind, ending=Ending(kind, SKIPPED, reason)))
    return found


def make_files(
    publisher: Publisher, entries: Sequence[Entry], on_end: OnEnd, on_more: Callable[[int], None]
) -> list[Entry]:
    """Make the files of every scenario that has a page; returns those that could not be made."""
    settings, good = publisher.settings, [entry for entry in entries if entry.ok]
    made = {"code": code_hash(), "lock": lock_hash(), "lang": settings.lang}
    tasks, waiting, failed = list[Task](), list[Task](), list[Entry]()
    if publisher.links.explorer and good:
        tasks.append(_planner_file(publisher, good, made))
    for entry in good:
        of_this = PER_SCENARIO if entry.scenario else OF_A_PAGE
        for kind in (kind for kind in publisher.links.formats if kind in of_this):
            kept = f"{RECORDS}/{entry.stem}.{WORKBOOK}" if kind == "xlsx" else f"{NOTEBOOKS}/{entry.stem}.ipynb"
            source = settings.out / kept
            key = {**made, "source": sha256_file(source)}
            name, title = f"{entry.stem}.{kind}", publisher.title(entry)
            tasks.append(Task(kind, name, source, title, settings.lang, key, own=entry.scenario is None))
    for task in tasks:
        found = reuse(publisher.out, entry := _entry(task))
        if settings.resume and found.outputs is not None:  # the file of an earlier run still stands
            publisher.keep(entry, found.outputs)
        else:
            waiting.append(task)
    on_more(len(waiting))
    for task, content, seconds in _made(waiting, settings.jobs):
        entry = _entry(task)
        entry.ending = Ending(task.name, OK, "", seconds)
        reason = content if isinstance(content, str) else publisher.file(entry, content)
        if reason:
            entry.ending = Ending(task.name, FAILED, reason, seconds)
            failed.append(entry)
            publisher.leave_file(entry)
        on_end(entry.ending)
    _leave_unmakeable(publisher, good)
    return failed


def _planner_file(publisher: Publisher, good: Sequence[Entry], made: dict[str, str]) -> Task:
    """The planner as one file, which offers the scenarios of the report."""
    settings, shown = publisher.settings, tuple(entry.scenario for entry in good if entry.scenario)
    key = {**made, "data": fingerprint(publisher.inputs), "scenarios": fingerprint(shown)}
    key |= {"draws": str(settings.draws), "seed": str(settings.seed)}
    named = EXPLORER, f"{EXPLORER}.html", data_root(), "", settings.lang, key
    return Task(*named, settings.draws, settings.seed, scenarios=shown)


def _leave_unmakeable(publisher: Publisher, good: Sequence[Entry]) -> None:
    """Files of formats that this computer cannot make stay where an earlier run made them."""
    for entry in good:
        for kind in OF_A_PAGE:
            if kind in publisher.settings.formats and kind not in publisher.links.formats:
                name = f"{entry.stem}.{kind}"
                reason = load_catalogue(publisher.settings.lang).text("batch.format_unmakeable", kind=kind)
                publisher.leave_file(Entry(name, name, stem=f"{FILES}/{name}", ending=Ending(name, SKIPPED, reason)))


def _entry(task: Task) -> Entry:
    return Entry(task.name, task.name, stem=f"{FILES}/{task.name}", key=task.key)


def _made(waiting: Sequence[Task], jobs: int) -> Iterator[Made]:
    """Each task with its content, or with the reason it has none, as soon as it is done."""
    if not waiting:
        return
    # Not forked: this process has threads and a JavaScript engine may sleep in it.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        futures = {pool.submit(make, task): task for task in waiting}
        for future in as_completed(futures):
            try:
                content, seconds = future.result()
            except Exception as error:  # a dead worker is a failed file, not a failed report
                content, seconds = f"{type(error).__name__}: {error}", 0.0
            yield futures[future], content, seconds


def make(task: Task) -> tuple[bytes | str, float]:
    """The bytes of one file, or one line that says why there are none; and the seconds it took."""
    from sim.report.forms import Workbook
    from sim.report.forms.docx import docx
    from sim.report.forms.pdf import pdf
    from sim.report.forms.xlsx import xlsx

    started = time.monotonic()
    content: bytes | str
    try:
        if task.kind == EXPLORER:
            known = load_knowledge(task.source)
            content = explore.explorer_page(known, task.lang, task.scenarios, draws=task.draws, seed=task.seed).encode()
        elif task.kind == "xlsx":
            content = xlsx(Workbook.from_json(task.source.read_text(encoding="utf-8")))
        else:
            sections = list(fragments(json.loads(task.source.read_text(encoding="utf-8")), task.lang, own=task.own))
            content = (pdf if task.kind == "pdf" else docx)(sections, title=task.title, lang=task.lang)
    except CoopsimError as error:
        content = " · ".join(load_catalogue(task.lang).describe(problem) for problem in error.problems)
    except (OSError, ValueError, KeyError) as error:
        content = f"{type(error).__name__}: {error}"
    return content, time.monotonic() - started
