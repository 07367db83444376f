"""Putting results in place: pages and notebooks of what succeeded, tables over all, records last."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from sim.batch.entries import Entry, Settings
from sim.batch.files import page_stem, sha256_file, write_atomic
from sim.batch.job import EXECUTED, FAILED, OK
from sim.batch.pages import page_of
from sim.batch.record import RECORDS, build_record, data_hashes, write_record
from sim.batch.tables import merge_csv
from sim.domain.canonical import inputs_fingerprint, scenario_fingerprint
from sim.evidence.knowledge import Knowledge
from sim.inputs.catalogue import load_catalogue

#: Pages over all scenarios, in the order of the navigation.
OVERVIEWS = ("index", "compare", "data", "credibility")
#: Those of them that stand for themselves, whatever the scenarios.
ABOUT = ("data", "credibility")
FAILED_FOLDER = "failed"
_TABLES = ("summary.csv", "targets.csv")


def publish_page(folder: Path, stem: str, title: str, settings: Settings) -> dict[str, str]:
    """Write the page and the executed notebook of one run; their hashes by path.

    Raises
    ------
    OSError, ValueError
        When the disk or the page's gate refuses; nothing half-written is left.
    """
    executed = (folder / EXECUTED).read_bytes()
    html = page_of(executed, title=title, lang=settings.lang, nav=_navigation(stem, settings.lang))
    names = {f"{stem}.html": html.encode(), f"notebooks/{stem}.ipynb": executed}
    for name, content in names.items():
        write_atomic(settings.out / name, content)
    (settings.out / FAILED_FOLDER / f"{stem}.ipynb").unlink(missing_ok=True)
    return {name: sha256_file(settings.out / name) for name in names}


def _navigation(stem: str, lang: str) -> list[tuple[str, str]]:
    catalogue = load_catalogue(lang)
    return [(catalogue.text(f"cli.page_{name}"), "" if name == stem else f"{name}.html") for name in OVERVIEWS]


def keep_failed(folder: Path, stem: str, settings: Settings) -> None:
    """Keep the partial notebook of a failure, and no page that says otherwise."""
    (settings.out / f"{stem}.html").unlink(missing_ok=True)
    partial = folder / EXECUTED
    if partial.is_file():
        write_atomic(settings.out / FAILED_FOLDER / f"{stem}.ipynb", partial.read_bytes())


def publish_tables(entries: Sequence[Entry], work: Path, settings: Settings) -> dict[str, str]:
    """Join the scenarios' tables into DIR/summary.csv and DIR/targets.csv; their hashes by name."""
    good = sorted((entry for entry in entries if entry.ok), key=lambda entry: entry.slug)
    hashes = {}
    for name in _TABLES:
        texts = [(work / entry.stem / name).read_text(encoding="utf-8") for entry in good]
        if texts:
            write_atomic(settings.out / name, merge_csv(texts))
            hashes[name] = sha256_file(settings.out / name)
    return hashes


def publish_records(
    entries: Sequence[Entry], known: Knowledge, root: Path, settings: Settings, *, outputs: dict[str, str], started: str
) -> None:
    """Write each scenario's record, then the run's: the last file of a report."""
    evidence = inputs_fingerprint(known.province, known.register)
    asked = {"command": "report", "draws": settings.draws, "seed": settings.seed, "lang": settings.lang}
    inputs = data_hashes(root)
    rows = [_row(entry, evidence) for entry in entries]
    for row in rows:
        stem = page_stem(row["slug"])
        own = {name: value for name, value in outputs.items() if name in (f"{stem}.html", f"notebooks/{stem}.ipynb")}
        record = build_record(settings=asked, inputs=inputs, scenarios=[row], outputs=own, started=started, state=row["state"])
        write_record(settings.out / RECORDS / f"{stem}.json", record)
    state = OK if all(row["state"] == OK for row in rows) else FAILED
    record = build_record(settings=asked, inputs=inputs, scenarios=rows, outputs=outputs, started=started, state=state)
    write_record(settings.out / "record.json", record)


def _row(entry: Entry, evidence: str) -> dict[str, str]:
    assert entry.outcome
    row = {"slug": entry.slug, "state": entry.outcome.state, "reason": entry.outcome.reason, "inputs": evidence}
    if entry.scenario:
        row |= {"scenario": scenario_fingerprint(entry.scenario), "page": f"{entry.stem}.html"}
    return row
