"""Reports on tiny notebooks: everything real but the pages, so that hundreds of them can be made and spoilt.

    python -m tests.support.tiny_report OUT JOBS
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from typing import Any
from unittest.mock import patch

from nbformat.v4 import new_code_cell, new_notebook, writes

from sim.run import RECORDS, Ending, Entry, Settings, publish as templates, report as report_module, worker

#: How the process is named that runs notebooks.
WORKER = worker.__name__
SCENARIOS = ("fund-12.3", "no-support", "market-first", "indexed", "survey-first")
#: Names a file to which every notebook adds a line when it starts.
LOG = "COOPSIM_TEST_LOG"
#: Names a JSON file {stem of a page: code} that its notebook runs half-way; the notebook itself stays the same.
TRAPS = "COOPSIM_TEST_TRAPS"

_START = f"""
import os
from pathlib import Path
from unittest.mock import patch
from sim.run import cells
from sim.run import write_atomic
from sim.report import notebook as show
ask = cells.read(globals())
if "{LOG}" in os.environ:
    with open(os.environ["{LOG}"], "a") as log:
        log.write(Path(ask.folder).name + "\\n")
"""
_TABLES = """
from sim.analysis.answer import TARGET_COLUMNS, target_rows
from sim.run import csv_text
from sim.ensemble import SUMMARY_COLUMNS, summary_rows
result = cells.results(ask, ask.scenarios[0])
write_atomic(Path(ask.folder) / "summary.csv", csv_text(SUMMARY_COLUMNS, summary_rows(result)))
write_atomic(Path(ask.folder) / "targets.csv", csv_text(TARGET_COLUMNS, target_rows(result)))
"""
_TRAP = f"""
if "{TRAPS}" in os.environ:
    import json
    exec(json.loads(Path(os.environ["{TRAPS}"]).read_text()).get(Path(ask.folder).name, ""))
"""
_SHOWN, _END = "show.Fragment('<h1>tiny</h1>')", "cells.finish(ask)"


def write_notebooks(folder: Path) -> None:
    """A tiny notebook for each that a report runs, the same to the last byte whenever it is written."""
    names = {templates.SCENARIO: _TABLES, **dict.fromkeys(templates.OVERVIEWS.values(), "")}
    for name, tables in names.items():
        cells = [new_code_cell(source) for source in ("for_report: str = ''", _START + tables, _TRAP, _SHOWN, _END)]
        cells[0].metadata["tags"] = ["parameters"]
        for place, cell in enumerate(cells):
            cell["id"] = str(place)  # a new one by chance each time would make every report a changed one
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        (folder / f"{name}.ipynb").write_text(writes(new_notebook(cells=cells, metadata={"kernelspec": spec})))


@contextmanager
def tiny_notebooks(*real: str) -> Iterator[None]:
    """Reports of this process are made with tiny notebooks, but for those that are to be the real ones."""
    with tempfile.TemporaryDirectory() as name:
        write_notebooks(Path(name))
        for kept in real:
            copy(templates.template(kept), name)
        with patch.object(templates, "TEMPLATES", Path(name)), patch.object(report_module, "TEMPLATES", Path(name)):
            yield


def tiny_report(
    out: Path, jobs: int = 2, *, on_end: Callable[[Ending], None] = lambda _: None, cluster: str = "",
    scenarios: tuple[str, ...] = SCENARIOS, on_more: Callable[[int], None] = lambda _: None, **asked: Any,
) -> list[Entry]:  # fmt: skip
    """Make a report with tiny notebooks; the caller's process keeps them."""
    settings = Settings(out, draws=16, seed=3, jobs=jobs, cluster=cluster, **asked)
    with tiny_notebooks():
        return report_module.report(scenarios, settings, on_end=on_end, on_notice=lambda *_: None, on_more=on_more)


def result_hash(out: Path) -> str:
    """Hash of all pages and tables; notebooks and records hold times."""
    digest = hashlib.sha256()
    for path in sorted([*out.glob("*.html"), *out.glob("*.csv")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def half_written(out: Path) -> list[str]:
    """Final files that are not whole."""
    found = [str(path) for path in out.glob("*.html") if not path.read_text(encoding="utf-8").endswith("</html>\n")]
    found += [str(path) for path in out.rglob("*.csv") if WORK not in path.parts and path.read_bytes()[-1:] != b"\n"]
    for path in [*out.glob("*.json"), *out.glob(f"{RECORDS}/*.json"), *out.glob("notebooks/*.ipynb")]:
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found.append(str(path))
    return found


WORK = report_module.WORK

if __name__ == "__main__":
    states = [entry.ending.state for entry in tiny_report(Path(sys.argv[1]), int(sys.argv[2])) if entry.ending]
    print(json.dumps(states))
    os._exit(0 if set(states) == {"ok"} else 1)
