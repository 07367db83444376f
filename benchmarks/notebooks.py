"""How fast notebooks run: ours against Papermill one after the other, here and where a start costs twice as much.

    python -m benchmarks.notebooks [NOTEBOOKS]      and what one of them leaves for the next to see, trace by trace
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.interleave import Line, judged, lines_table, table
from scripts.package_source import pip_settings, uv_environment
from sim.run import Job, Limits, Worker, crew_of, kernels, run_jobs
from tests.support.kernels import execute, printed
from tests.support.traces import TRACES, leaving, looking

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = Path(__file__).with_name("small.ipynb")
#: An environment as the same libraries resolve to without the cap on jsonschema (decision 0001).
UNCAPPED = ROOT / ".cache" / "uncapped"
#: Notebooks in all, in so many turns; and notebooks of ours at a time.
NOTEBOOKS, TURNS, AT_A_TIME = 20, 4, 3
GOALS = {"papermill, same lock": 6.0, "papermill, without the cap": 12.0}
_PATIENT = Limits(cell=600, notebook=900, start=300)
_SERIAL = """
import sys, papermill
source, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for number in range(count):
    papermill.execute_notebook(source, f"{folder}/{number}.ipynb", kernel_name="python3", progress_bar=False,
                               start_timeout=300)
"""


def main(arguments: list[str]) -> None:
    """Print the two tables."""
    count = int(arguments[0]) if arguments else NOTEBOOKS
    print(lines_table(f"{count} small notebooks, {AT_A_TIME} of ours at a time", lines(count)), end="\n\n")
    with tempfile.TemporaryDirectory() as name:
        print(isolation_table(Path(name)))


def lines(count: int = NOTEBOOKS) -> list[Line]:
    """Seconds of a notebook of each way, taking turns."""
    with tempfile.TemporaryDirectory() as name:
        per = seconds_each(Path(name), count)
    ours = per["coopsim"]
    found = [Line("a small notebook, coopsim", f"{ours:.2f} s")]
    for name in (one for one in per if one in GOALS):
        goal = judged(per[name] / ours, GOALS[name], "× ours", at_least=True)
        found.append(Line(f"a small notebook, {name}", f"{per[name]:.2f} s", f"{per[name] / ours:.1f} × ours", goal))
    return found


def seconds_each(folder: Path, count: int) -> dict[str, float]:
    """Seconds per notebook of each way, {way: seconds}, taking turns."""
    uncapped = uncapped_python()
    with crew_of([Worker(folder / "log") for _ in range(AT_A_TIME)]) as crew:
        ways: dict[str, Callable[[int], None]] = {
            "coopsim": lambda some: _ours(crew, folder / "ours", some),
            "papermill, same lock": lambda some: _serial(sys.executable, folder / "same", some),
        }
        if uncapped:
            ways["papermill, without the cap"] = lambda some: _serial(str(uncapped), folder / "uncapped", some)
        for work in ways.values():
            work(AT_A_TIME)  # not counted: compiled modules, the zygote and the workers are there afterwards
        seconds = dict.fromkeys(ways, 0.0)
        for _ in range(TURNS):
            for name, work in ways.items():
                started = time.perf_counter()
                work(count // TURNS)
                seconds[name] += time.perf_counter() - started
    return {name: total / (count // TURNS * TURNS) for name, total in seconds.items()}


def _ours(crew: list[Worker], folder: Path, count: int) -> None:
    asked = {"scenario": "fund-12.3", "draws": 256}
    jobs = [Job(str(number), NOTEBOOK, asked, folder / str(number), _PATIENT) for number in range(count)]
    outcomes = run_jobs(jobs, crew, lambda _, outcome: outcome)
    assert all(outcome.ok for outcome in outcomes), outcomes


def _serial(python: str, folder: Path, count: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [python, "-c", _SERIAL, NOTEBOOK, folder, str(count)]
    subprocess.run(command, check=True, cwd=folder, env=environment, stderr=subprocess.PIPE)


def uncapped_python() -> Path | None:
    """Interpreter of the second environment, made when missing; None, loudly, when it cannot be had."""
    python = UNCAPPED / "bin" / "python"
    wanted = UNCAPPED / "requirements.txt"
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = re.findall(r"^([A-Za-z0-9._-]+==[^ \\\n]+(?: ; [^\\\n]+)?)", lock, re.MULTILINE)
    text = "\n".join([one.strip() for one in names if not one.startswith("jsonschema==")] + ["jsonschema>=4.25", ""])
    if python.exists() and wanted.exists() and wanted.read_text(encoding="utf-8") == text:
        return python
    shutil.rmtree(UNCAPPED, ignore_errors=True)
    uv = Path(sys.executable).with_name("uv")
    environment = uv_environment(pip_settings(sys.executable), os.environ)
    try:
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, UNCAPPED], check=True, env=environment)
        (UNCAPPED / "asked.txt").write_text(text, encoding="utf-8")
        command = [uv, "pip", "install", "--quiet", "--python", python, "-r", UNCAPPED / "asked.txt"]
        subprocess.run(command, check=True, env=environment)
        subprocess.run([python, "-c", "import rfc3987_syntax"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"!!! SKIPPED: papermill without the cap on jsonschema; no second environment: {error}", file=sys.stderr)
        return None
    (UNCAPPED / "asked.txt").rename(wanted)
    return python


def isolation_table(folder: Path) -> str:
    """What a notebook leaves behind, and in which kernels the next one sees it."""
    os.environ.update(kernels.kernel_environment())
    kernel = kernels.available()
    fresh = printed(looking(), folder, kernels.STOCK)
    execute(leaving(), kernel, folder)
    after = printed(looking(), folder, kernel)
    twice = leaving()
    twice.cells.append(looking().cells[-1])
    reused = printed(twice, folder, kernel)
    kernels.release()
    said = {True: "clean", False: "LEAKS"}
    rows = [
        (trace.name, "clean", said[ours == new], said[again == new])
        for trace, new, ours, again in zip(TRACES, fresh, after, reused, strict=True)
    ]
    names = ("left behind", "new interpreter", f"kernel “{kernel}”", "kernel used twice")
    return table("Isolation: is what one notebook leaves seen by the next?", names, rows)


if __name__ == "__main__":
    main(sys.argv[1:])
