"""Puts results in place: a page and its record as soon as a run is done, tables and the run's record last."""

import contextlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.domain import Problem
from sim.evidence import Knowledge
from sim.inputs.text import shipped
from sim.inputs.yaml import load_catalogue
from sim.report.pages import Refused, own_sections, title_of
from sim.report.print import FRAGMENT, downloads, el, file_links, marked_stale, page, without_links
from sim.run.entries import Entry, Settings
from sim.run.files import OF_A_PAGE, PER_SCENARIO, merge_csv, sha256_file, write_all, write_atomic
from sim.run.job import EXECUTED, FAILED, OK, WORKBOOK, Ending, Job, one_line
from sim.run.own_files import GIVEN, PLAN, drop_old_outputs, made_at, standing, system_refusal, unchanged
from sim.run.own_notebooks import OwnNotebook, shareable
from sim.run.record import RECORD, RECORDS, build_record, row_of, write_record

#: Where the notebooks lie; git keeps them without outputs.
TEMPLATES = shipped("notebooks")
SCENARIO = "02_scenario_report"
#: Pages over all scenarios and their notebooks, in the order of the navigation.
OVERVIEWS = {
    "index": "00_start_here", "compare": "03_compare", "decisions": "04_allocation",
    "uncertainty": "05_uncertainty", "data": "01_data", "credibility": "06_credibility",
    "ledger": "07_ledger",
}  # fmt: skip
#: Those of them that stand for themselves, whatever the scenarios.
ABOUT = ("data", "credibility", "ledger")
#: Those of them that take longest, the longest first: begun so, none ends a report with one worker alone.
LONG = ("decisions", "uncertainty", "compare")

FAILED_FOLDER = "failed"
#: Below the records: those of single files in other formats.
FILES = "files"
#: Executed notebooks, from which pages and other formats are made.
NOTEBOOKS = "notebooks"
#: Tables a run leaves in its folder: joined over all scenarios, or published as they are.
_JOINED = ("summary.csv", "targets.csv")
_ALONE = ("compare.csv", "sensitivity.csv", "robust.csv")
#: What a report may be held to: pages of scenarios, without the overviews.
PAGE = "page"
INDEX, EXPLORER, LEDGER = "index", "explorer", "ledger"


@dataclass
class Links:
    """What is offered beside the pages: formats made here, and {stem: label} of scenarios in the index's order.

    `own` has {stem: title} of an analyst's notebooks; without overviews, pages stand `alone`. Missing are names of
    files that were asked for but could not be made; an earlier run's `older` ones stand there.
    """

    formats: tuple[str, ...] = ()
    missing: set[str] = field(default_factory=set)
    older: set[str] = field(default_factory=set)
    scenarios: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False

    def pages(self, lang: str) -> dict[str, str]:
        """{stem: name} of what every page leads to: overviews, then an analyst's own; none where pages stand alone."""
        catalogue = load_catalogue(lang)
        overviews = {} if self.alone else {stem: catalogue.text(f"cli.page_{stem}") for stem in OVERVIEWS}
        return {**overviews, **self.own}

    def of(self, stem: str) -> tuple[str, ...]:
        """Formats of one scenario that have a file."""
        made = [kind for kind in self.formats if f"{stem}.{kind}" not in self.missing]
        return tuple(kind for kind in PER_SCENARIO if kind in made or f"{stem}.{kind}" in self.older)

    def files(self, stem: str) -> list[str]:
        """Their names."""
        return [f"{stem}.{kind}" for kind in self.of(stem)]

    @property
    def explorer(self) -> bool:
        """Whether there is an explorer page."""
        return EXPLORER in self.formats and f"{EXPLORER}.html" not in self.missing

    def key(self, stem: str) -> str:
        """What the links of a page depend on, for its content key."""
        alone = stem in self.scenarios or stem in self.own
        named: Sequence[str] = (stem,) if alone else tuple(self.scenarios) if stem == INDEX else ()
        shown = [file + "?" * (file in self.older) for name in named for file in self.files(name)]
        beside = [f"{name}={title}" for name, title in self.own.items()] + ["alone"] * self.alone
        return " ".join([*shown, *([EXPLORER] if named and self.explorer else []), *beside])

    def section(self, stem: str, lang: str) -> Markup | None:
        """The last part of a scenario's page or of the index; None where nothing is offered."""
        if stem in self.scenarios:
            return file_links(stem, self.of(stem), lang, explorer=self.explorer, older=self.older)
        if stem in self.own:
            kinds = tuple(kind for kind in self.of(stem) if kind in OF_A_PAGE)
            return file_links(stem, kinds, lang, explorer=False, older=self.older)
        if stem == INDEX:
            rows = [(label, name, self.of(name)) for name, label in self.scenarios.items()]
            return downloads(rows, lang, explorer=self.explorer, older=self.older)
        return None


def template(name: str) -> Path:
    """The notebook of that name."""
    return TEMPLATES / f"{name}.ipynb"


def fragments(notebook: Mapping[str, Any], lang: str, *, own: bool = False) -> Iterator[str]:
    """The sections that an executed notebook's cells showed, an analyst's own cells in their places.

    Parameters
    ----------
    own : whether the whole notebook is an analyst's own

    Raises
    ------
    sim.report.print.Unsafe
        For a cell that shows what no page may hold.
    """
    others = dict(own_sections(notebook, lang, everything=own))
    if own:
        yield str(el("h1", title_of(notebook) or "…"))
    for at, cell in enumerate(notebook["cells"]):
        shown = [output.get("data", {}).get(FRAGMENT, {}).get("html", "") for output in cell.get("outputs", ())]
        yield from filter(None, [*shown, others.get(at, "")])


@dataclass
class Publisher:
    """Writes into the report folder, atomically, and keeps account of it.

    Attributes
    ----------
    inputs : {path: SHA-256} of every data file a run may read
    given : files of the folder that the report was made from and did not make
    outputs : {path: SHA-256} of all that belongs to the report so far, made now or kept
    """

    settings: Settings
    known: Knowledge
    inputs: Mapping[str, str]
    started: str
    links: Links
    given: set[str] = field(default_factory=set)
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        """The report folder."""
        return self.settings.out

    def page(self, entry: Entry, job: Job, ending: Ending) -> None:
        """Put one run's page in place, then its record; a page or a disk that refuses is a failure like any other."""
        written: dict[str, str] = {}
        stem, folder = entry.stem, job.folder
        failed = f"{FAILED_FOLDER}/{stem}.ipynb"
        if ending.ok:
            places = {name: f"{RECORDS}/{stem}.{name}" for name in (*_JOINED, WORKBOOK)}
            places |= {name: name for name in _ALONE}
            try:
                executed = shareable((folder / EXECUTED).read_bytes(), folder)
                left = {place: folder / name for name, place in places.items() if (folder / name).is_file()}
                tables = {place: path.read_bytes() for place, path in left.items()}
                made = {f"{NOTEBOOKS}/{stem}.ipynb": executed, f"{stem}.html": self._html(entry, executed)}
                written = self._write(tables | made)
                with contextlib.suppress(OSError):
                    (self.out / failed).unlink()
            except Refused as error:
                reason = job.reason("cell_not_shown", cell=error.cell, what=one_line(error.what))
                ending = replace(ending, state=FAILED, reason=reason)
            except (OSError, ValueError) as error:
                reason = job.reason("run_not_published", detail=one_line(error))
                ending = replace(ending, state=FAILED, reason=reason)
        entry.ending = ending
        if not ending.ok:
            written = self._left(entry)
            if (folder / EXECUTED).is_file():  # the partial notebook is kept
                self._write({failed: self._partial(folder)})
        self._record(entry, written)

    def _partial(self, folder: Path) -> bytes:
        """What there is of a notebook that failed; as it is where it cannot be read."""
        raw = (folder / EXECUTED).read_bytes()
        try:
            return shareable(raw, folder)
        except (ValueError, KeyError, TypeError):
            return raw

    def leave(self, entry: Entry) -> bool:
        """Keep what an earlier run left of a page that is not made this time; False where there was none."""
        outputs = self._left(entry)
        if outputs:
            self._record(entry, outputs)
        return bool(outputs)

    def _left(self, entry: Entry) -> dict[str, str]:
        """{path: SHA-256} of what an earlier run left of a page that failed; the page says on its first line it is old.

        Where the disk has no room even for that line the page stays as it is; the index says the same.
        """
        page = f"{entry.stem}.html"
        names = standing(self.out, entry.stem, page)
        if page in names:
            entry.stale, path = made_at(self.out, entry.stem), self.out / page
            with contextlib.suppress(OSError, ValueError):
                marked = marked_stale(path.read_text(encoding="utf-8"), entry.ended.reason, self.settings.lang)
                write_atomic(path, marked)
        left = {name: sha256_file(self.out / name) for name in names}
        self.outputs |= left
        return {name: digest for name, digest in left.items() if not name.startswith(f"{RECORDS}/{FILES}/")}

    def again(self, entry: Entry, outputs: Mapping[str, str]) -> None:
        """Write a page again from its kept notebook, with the links that hold now; the rest of its outputs stands."""
        executed = (self.out / NOTEBOOKS / f"{entry.stem}.ipynb").read_bytes()
        self._record(entry, {**outputs, **self._write({f"{entry.stem}.html": self._html(entry, executed)})})

    def file(self, entry: Entry, content: bytes) -> str:
        """Write one file of another format and its record; returns why it could not be written, or nothing."""
        path = self.out / entry.name
        try:
            written = self._write({entry.name: content})
        except PermissionError:
            return load_catalogue(self.settings.lang).describe(Problem("file_held_open", file=str(path)))
        except OSError as error:
            return load_catalogue(self.settings.lang).describe(system_refusal(error, str(path)))
        self._record(entry, written)
        return ""

    def leave_file(self, entry: Entry) -> None:
        """Keep an earlier run's file in place of one that could not be made; its link and its record say it is old.

        Parameters
        ----------
        entry : of the file, with how making it ended
        """
        if names := unchanged(self.out, [entry.name]):
            self.links.older.add(entry.name)
            entry.stale = made_at(self.out, entry.stem)
            self._record(entry, {name: sha256_file(self.out / name) for name in names})

    def keep(self, entry: Entry, outputs: Mapping[str, str]) -> None:
        """Count what an earlier run wrote, and its record, to the report."""
        name = f"{RECORDS}/{entry.stem}.json"
        self.outputs |= {**outputs, name: sha256_file(self.out / name)}

    def finish(self, entries: Sequence[Entry], failed: Sequence[Entry]) -> list[str]:
        """Write the joined tables and, last of all, the run's record; removes what the report no longer holds.

        Parameters
        ----------
        entries : of the scenarios
        failed : of other pages and files that were not made

        Returns
        -------
        list of str
            Names of the files removed.
        """
        good = sorted((entry for entry in entries if entry.ok), key=lambda entry: entry.slug)
        for name in _JOINED if good else ():
            texts = [(self.out / RECORDS / f"{entry.stem}.{name}").read_text(encoding="utf-8") for entry in good]
            self._write({name: merge_csv(texts).encode()})
        if not good:
            self.outputs |= {name: sha256_file(self.out / name) for name in unchanged(self.out, _JOINED)}
        stems = (*(entry.stem for entry in entries), *self.links.pages(self.settings.lang))
        records = [f"{RECORDS}/{stem}.json" for stem in stems]
        self.outputs |= {name: sha256_file(self.out / name) for name in records if (self.out / name).is_file()}
        dropped = drop_old_outputs(self.out, self.outputs)
        rows = [self._row(entry) for entry in (*entries, *failed)]
        state = OK if all(row["state"] == OK for row in rows) else FAILED
        given = {GIVEN: sorted(self.given)} if self.given else {}
        write_record(self.out / RECORD, {**self._built(rows, self.outputs, state, None), **given})
        return dropped

    def title(self, entry: Entry) -> str:
        """Title of a scenario's or an overview page."""
        lang = self.settings.lang
        return entry.scenario.label[lang] if entry.scenario else self.links.pages(lang)[entry.stem]

    def parts(self, names: Iterable[str]) -> str:
        """Parts of a content key, in the language of the report."""
        catalogue = load_catalogue(self.settings.lang)
        keys = {name: f"cli.part_{name}" for name in names}
        return ", ".join(catalogue.text(key) if key in catalogue else name for name, key in keys.items())

    def _html(self, entry: Entry, executed: bytes) -> bytes:
        """One self-contained, script-free page of what an executed notebook's cells showed, and its links."""
        lang, stem = self.settings.lang, entry.stem
        pages = self.links.pages(lang)
        nav = [(name, "" if place == stem else f"{place}.html") for place, name in pages.items()]
        shown: list[object] = list(fragments(json.loads(executed), lang, own=stem in self.links.own))
        if self.links.alone:
            shown = [without_links(str(one), OVERVIEWS) for one in shown]
        foot = self.links.section(stem, lang)
        return page(self.title(entry), [*shown, foot] if foot else shown, lang=lang, nav=nav).encode()

    def _write(self, contents: Mapping[str, bytes]) -> dict[str, str]:
        write_all({self.out / name: content for name, content in contents.items()})
        written = {name: sha256_file(self.out / name) for name in contents}
        self.outputs |= written
        return written

    def _record(self, entry: Entry, outputs: Mapping[str, str]) -> None:
        """Write the record of one page or file, the last of its files, and count all of them to the report."""
        row = self._row(entry)
        record = self._built([row], outputs, row["state"], entry.key)
        write_record(self.out / RECORDS / f"{entry.stem}.json", record)
        self.keep(entry, outputs)

    def _built(
        self, rows: Sequence[dict[str, str]], outputs: Mapping[str, str], state: str, key: Mapping[str, str] | None
    ) -> dict[str, Any]:
        asked = {"command": "report", **self.settings.asked, "formats": list(self.settings.formats)}
        return build_record(
            settings=asked, inputs=self.inputs, scenarios=rows, outputs=outputs, started=self.started, state=state,
            key=key,
        )  # fmt: skip

    def _row(self, entry: Entry) -> dict[str, str]:
        ending = entry.ended
        more = {"kernel": ending.kernel} if ending.kernel else {}
        if entry.scenario:
            more["page"] = f"{entry.stem}.html"
        if entry.stale:
            more |= {"page": entry.name if of_a_file(entry) else f"{entry.stem}.html", "stale": entry.stale}
        return row_of(self.known, entry.slug, ending.state, entry.scenario, reason=ending.reason, **more)


def of_a_file(entry: Entry) -> bool:
    """Whether an entry is of a file in another format, not of a page."""
    return entry.stem.startswith(f"{FILES}/")


def files_of(entries: Sequence[Entry], settings: Settings, owned: Sequence[OwnNotebook] = ()) -> list[str]:
    """Names of every file a report writes where a person may keep files of the same name."""
    stems = [entry.stem for entry in entries if entry.scenario]
    names = [PLAN, RECORD, *_JOINED, *_ALONE]
    for stem in (*stems, *OVERVIEWS, *(own.stem for own in owned)):
        names += [f"{stem}.html", f"{NOTEBOOKS}/{stem}.ipynb", f"{FAILED_FOLDER}/{stem}.ipynb"]
    names += [f"{stem}.{kind}" for stem in stems for kind in PER_SCENARIO if kind in settings.formats]
    names += [f"{own.stem}.{kind}" for own in owned for kind in OF_A_PAGE if kind in settings.formats]
    return names + ([f"{EXPLORER}.html"] if EXPLORER in settings.formats else [])


def links_of(
    entries: Sequence[Entry], settings: Settings, unmakeable: Collection[str], owned: Sequence[OwnNotebook] = ()
) -> Links:
    """What the pages can lead to, before anything is made."""
    formats = tuple(kind for kind in settings.formats if kind not in unmakeable)
    labels = {entry.stem: entry.scenario.label[settings.lang] for entry in entries if entry.scenario}
    titles = {own.stem: own.title for own in owned}
    return Links(formats, scenarios=labels, own=titles, alone=settings.only == PAGE)
