"""Finished notebooks become pages in their folder."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.domain import inputs_fingerprint, scenario_fingerprint
from sim.evidence import Knowledge
from sim.inputs.yaml import load_catalogue
from sim.report.print import FRAGMENT, downloads, file_links, page
from sim.run.entries import Entry, Settings
from sim.run.files import merge_csv, sha256_file, write_atomic
from sim.run.job import EXECUTED, FAILED, OK, WORKBOOK
from sim.run.own_files import GIVEN, PLAN, drop_old_outputs
from sim.run.record import RECORD, RECORDS, build_record, data_hashes, write_record

# -- Which notebook makes which page ---------------------------------------------------------------

#: Where the notebooks lie; git keeps them without outputs.
TEMPLATES = Path(__file__).resolve().parents[2] / "notebooks"
SCENARIO = "02_scenario_report"
#: Pages over all scenarios and their notebooks, in the order of the navigation.
OVERVIEWS = {
    "index": "00_start_here",
    "compare": "03_compare",
    "decisions": "04_allocation",
    "uncertainty": "05_uncertainty",
    "data": "01_data",
    "credibility": "06_credibility",
}
#: Those of them that stand for themselves, whatever the scenarios.
ABOUT = ("data", "credibility")


def template(name: str) -> Path:
    """The notebook of that name."""
    return TEMPLATES / f"{name}.ipynb"


# -- Which other formats stand beside the pages, and the part of a page that leads to them ---------

#: Formats with a file of each scenario, in the order they are offered.
PER_SCENARIO = ("pdf", "docx", "xlsx")
INDEX, EXPLORER = "index", "explorer"


@dataclass
class Links:
    """What is offered beside the pages.

    Attributes
    ----------
    formats : that are made in this run and can be made here
    missing : file names that were asked for but could not be made
    scenarios : {stem: label} in the order of the index
    """

    formats: tuple[str, ...] = ()
    missing: set[str] = field(default_factory=set)
    scenarios: Mapping[str, str] = field(default_factory=dict)

    def of(self, stem: str) -> tuple[str, ...]:
        """Formats of one scenario that have a file."""
        return tuple(kind for kind in PER_SCENARIO if kind in self.formats and f"{stem}.{kind}" not in self.missing)

    @property
    def explorer(self) -> bool:
        """Whether there is an explorer page."""
        return EXPLORER in self.formats and f"{EXPLORER}.html" not in self.missing

    def key(self, stem: str) -> str:
        """What the links of a page depend on, for its content key."""
        named: Sequence[str] = (stem,) if stem in self.scenarios else tuple(self.scenarios) if stem == INDEX else ()
        shown = [f"{name}.{kind}" for name in named for kind in self.of(name)]
        return " ".join([*shown, *([EXPLORER] if named and self.explorer else [])])

    def section(self, stem: str, lang: str) -> Markup | None:
        """The last part of a scenario's page or of the index; None where nothing is offered."""
        if stem in self.scenarios:
            return file_links(stem, self.of(stem), lang, explorer=self.explorer)
        if stem == INDEX:
            rows = [(label, name, self.of(name)) for name, label in self.scenarios.items()]
            return downloads(rows, lang, explorer=self.explorer)
        return None


# -- A page from an executed notebook: what its cells showed, in order, and nothing else -----------

def page_of(
    executed: bytes, *, title: str, lang: str, nav: Sequence[tuple[str, str]] = (), foot: object = None
) -> str:
    """One self-contained, script-free page.

    Parameters
    ----------
    executed : an executed notebook whose cells showed report fragments
    title : plain text of the browser's title
    nav : (name, file name beside this page)
    foot : a last section as markup, or None

    Raises
    ------
    sim.report.print.gate.Unsafe
        When the page would run or load something, or print a number without provenance.
    """
    shown: list[object] = list(fragments(json.loads(executed)))
    return page(title, [*shown, foot] if foot else shown, lang=lang, nav=nav)


def fragments(notebook: dict[str, Any]) -> Iterator[str]:
    """The sections that an executed notebook's cells showed."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            fragment = output.get("data", {}).get(FRAGMENT)
            if fragment is not None:
                yield fragment["html"]


# -- Putting results in place: a page and its record as soon as a run is done, tables and the run's record last ---

FAILED_FOLDER = "failed"
#: Below the records: those of single files in other formats.
FILES = "files"
#: Executed notebooks, from which pages and other formats are made.
NOTEBOOKS = "notebooks"
#: Tables a run leaves in its folder: joined over all scenarios, or published as they are.
_JOINED = ("summary.csv", "targets.csv")
_ALONE = ("compare.csv", "sensitivity.csv", "robust.csv")


@dataclass
class Publisher:
    """Writes into the report folder, atomically, and tells the hash of every file it wrote.

    Attributes
    ----------
    given : files of the folder that the report was made from and did not make
    """

    settings: Settings
    known: Knowledge
    root: Path
    started: str
    links: Links = field(default_factory=Links)
    given: set[str] = field(default_factory=set)
    _inputs: dict[str, str] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        """The report folder."""
        return self.settings.out

    @property
    def inputs(self) -> dict[str, str]:
        """{path: SHA-256} of every data file a run may read."""
        self._inputs = self._inputs or data_hashes(self.root)
        return self._inputs

    def page(self, folder: Path, stem: str, title: str) -> dict[str, str]:
        """Write the page, the executed notebook and the tables of one run.

        Raises
        ------
        OSError, ValueError
            When the disk or the page's gate refuses; nothing half-written is left.
        """
        executed = (folder / EXECUTED).read_bytes()
        contents = {f"{stem}.html": self._html(executed, stem, title), f"{NOTEBOOKS}/{stem}.ipynb": executed}
        for name in (*_JOINED, WORKBOOK):
            if (folder / name).is_file():
                contents[f"{RECORDS}/{stem}.{name}"] = (folder / name).read_bytes()
        contents |= {name: (folder / name).read_bytes() for name in _ALONE if (folder / name).is_file()}
        with contextlib.suppress(OSError):
            (self.out / FAILED_FOLDER / f"{stem}.ipynb").unlink()
        return self._write(contents)

    def again(self, stem: str, title: str) -> dict[str, str]:
        """Write a page again from its kept notebook, with the links that hold now."""
        executed = (self.out / NOTEBOOKS / f"{stem}.ipynb").read_bytes()
        return self._write({f"{stem}.html": self._html(executed, stem, title)})

    def file(self, name: str, content: bytes) -> dict[str, str]:
        """Write one file of another format."""
        return self._write({name: content})

    def file_record(self, entry: Entry, outputs: Mapping[str, str], key: Mapping[str, str]) -> dict[str, str]:
        """Write the record of such a file; returns its outputs, the record among them."""
        self._record_of(f"{FILES}/{entry.slug}", self._row(entry), outputs, key)
        name = f"{RECORDS}/{FILES}/{entry.slug}.json"
        return {**outputs, name: sha256_file(self.out / name)}

    def failure(self, folder: Path, stem: str) -> dict[str, str]:
        """Keep the partial notebook of a failure, and no page that says otherwise."""
        (self.out / f"{stem}.html").unlink(missing_ok=True)
        partial = folder / EXECUTED
        return self._write({f"{FAILED_FOLDER}/{stem}.ipynb": partial.read_bytes()}) if partial.is_file() else {}

    def scenario_record(self, entry: Entry, outputs: Mapping[str, str], key: Mapping[str, str]) -> dict[str, str]:
        """Write the record of one scenario, its last file; returns all its outputs with it."""
        return self._record_of(entry.stem, self._row(entry), outputs, key)

    def overview_record(self, entry: Entry, outputs: Mapping[str, str], key: Mapping[str, str]) -> dict[str, str]:
        """Write the record of one overview page."""
        return self._record_of(entry.slug, self._row(entry), outputs, key)

    def tables(self, entries: Sequence[Entry]) -> dict[str, str]:
        """Join the scenarios' tables into DIR/summary.csv and DIR/targets.csv."""
        good = sorted((entry for entry in entries if entry.ok), key=lambda entry: entry.slug)
        joined = {}
        for name in _JOINED:
            texts = [(self.out / RECORDS / f"{entry.stem}.{name}").read_text(encoding="utf-8") for entry in good]
            if texts:
                joined[name] = merge_csv(texts).encode()
        return self._write(joined)

    def record(self, entries: Sequence[Entry], outputs: Mapping[str, str]) -> list[str]:
        """Write the run's record, the last file of a report, and remove what it no longer holds: what that was."""
        stems = [*(entry.stem for entry in entries), *OVERVIEWS]
        records = {name: self.out / name for name in (f"{RECORDS}/{stem}.json" for stem in stems)}
        whole = {**outputs, **{name: sha256_file(path) for name, path in records.items() if path.is_file()}}
        dropped = drop_old_outputs(self.out, whole)
        rows = [self._row(entry) for entry in entries]
        state = OK if all(row["state"] == OK for row in rows) else FAILED
        given = {GIVEN: sorted(self.given)} if self.given else {}
        write_record(self.out / RECORD, {**self._build(rows, whole, state), **given})
        return dropped

    def names(self, parts: Iterable[str]) -> str:
        """Parts of a content key, in the language of the report."""
        catalogue = load_catalogue(self.settings.lang)
        known = (f"cli.part_{part}" for part in parts)
        return ", ".join(catalogue.text(key) if key in catalogue else key.removeprefix("cli.part_") for key in known)

    def _html(self, executed: bytes, stem: str, title: str) -> bytes:
        lang = self.settings.lang
        foot = self.links.section(stem, lang)
        return page_of(executed, title=title, lang=lang, nav=self._navigation(stem), foot=foot).encode()

    def _write(self, contents: Mapping[str, bytes]) -> dict[str, str]:
        for name, content in contents.items():
            write_atomic(self.out / name, content)
        return {name: sha256_file(self.out / name) for name in contents}

    def _record_of(
        self, stem: str, row: dict[str, str], outputs: Mapping[str, str], key: Mapping[str, str]
    ) -> dict[str, str]:
        write_record(self.out / RECORDS / f"{stem}.json", self._build([row], outputs, row["state"], key))
        return dict(outputs)

    def _build(
        self,
        rows: Sequence[dict[str, str]],
        outputs: Mapping[str, str],
        state: str,
        key: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        asked = {
            "command": "report",
            "draws": self.settings.draws,
            "seed": self.settings.seed,
            "lang": self.settings.lang,
            "formats": list(self.settings.formats),
        }
        return build_record(
            settings=asked,
            inputs=self.inputs,
            scenarios=rows,
            outputs=outputs,
            started=self.started,
            state=state,
            key=key,
        )

    def _row(self, entry: Entry) -> dict[str, str]:
        assert entry.ending
        row = {"slug": entry.slug, "state": entry.ending.state, "reason": entry.ending.reason}
        row["inputs"] = inputs_fingerprint(self.known.province, self.known.register)
        if entry.ending.kernel:
            row["kernel"] = entry.ending.kernel
        if entry.scenario:
            row |= {"scenario": scenario_fingerprint(entry.scenario), "page": f"{entry.stem}.html"}
        return row

    def _navigation(self, stem: str) -> list[tuple[str, str]]:
        catalogue = load_catalogue(self.settings.lang)
        return [(catalogue.text(f"cli.page_{name}"), "" if name == stem else f"{name}.html") for name in OVERVIEWS]


def files_of(entries: Sequence[Entry], settings: Settings) -> list[str]:
    """Names of every file a report writes where a person may keep files of the same name."""
    stems = [entry.stem for entry in entries if entry.scenario]
    names = [PLAN, RECORD, *_JOINED, *_ALONE]
    for stem in (*stems, *OVERVIEWS):
        names += [f"{stem}.html", f"{NOTEBOOKS}/{stem}.ipynb", f"{FAILED_FOLDER}/{stem}.ipynb"]
    names += [f"{stem}.{kind}" for stem in stems for kind in PER_SCENARIO if kind in settings.formats]
    return names + ([f"{EXPLORER}.html"] if EXPLORER in settings.formats else [])


def links_of(entries: Sequence[Entry], settings: Settings, unmakeable: Collection[str]) -> Links:
    """What the pages can lead to, before anything is made."""
    formats = tuple(kind for kind in settings.formats if kind not in unmakeable)
    labels = {entry.stem: entry.scenario.label[settings.lang] for entry in entries if entry.scenario}
    return Links(formats, scenarios=labels)
