"""How long a planner waits after moving a slider: in the kernel alone, and up to the repaint in a browser.

    python -m benchmarks.planner_latency [--moves N] [--no-browser] [--before FOLDER]

Goal: a median of at most 50 ms from slider to repaint, in JupyterLab and in Voilà, at the 8,192 draws of a report.
What was not taken is timed beside it, on the same machine and in the same minute: the usual way of ipywidgets, a
slider and an Output widget into which the answer is written anew – in its favour, without any chart.

A slider's run alone is processor time, in turns with the version in FOLDER where one is given; of both, glibc keeps all
memory it was given, so that neither takes fresh pages.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.commands import ROOT
from benchmarks.interleave import Line, judged, lines_table

GOAL_MS = 50.0
#: A slider's run takes at most so much of what f50b368 took.
GOAL_OF_BEFORE = 0.55
DRAWS = 8192
_MOVES, _WARM_UP = 40, 8
_STEP = 50

#: Moves a slider by its own event and waits until the new answer is painted: the view says so within the frame
#: that shows it, and a task set then runs once that frame is drawn.
_TIMED_MOVE = """
step => new Promise(resolve => {
    const view = document.querySelector('.cs-view');
    const slider = document.querySelector('[data-line=market] input[type=range]');
    const watcher = new MutationObserver(() => {
        watcher.disconnect();
        setTimeout(() => resolve(performance.now() - start), 0);
    });
    watcher.observe(view, {attributes: true, attributeFilter: ['data-painted']});
    const start = performance.now();
    slider.value = Number(slider.value) + step;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
})
"""


#: The usual way of ipywidgets: a slider, and the same answer, but for its charts, written anew in an Output widget.
_OUTPUT_WAY = """
import ipywidgets
from IPython.display import HTML, clear_output, display
from benchmarks.planner_latency import DRAWS
from sim.planner import Planner

session = Planner(draws=DRAWS)._session
slider = ipywidgets.IntSlider(value=3700, max=12300, step=50, continuous_update=True)
output = ipywidgets.Output()

def redraw(change):
    session.wish("line", ["market", change["new"]], live=True)
    with output:
        clear_output(wait=True)
        display(HTML(session.view.answer["top"]))
        display(HTML(session.view.answer["bottom"] + '<i class="drawn">%d</i>' % session.view.revision))

slider.observe(redraw, "value")
redraw({"new": 3700})
display(ipywidgets.VBox([slider, output]))
"""
_TIMED_REDRAW = """
key => new Promise(resolve => {
    const before = document.querySelector('.drawn').textContent;
    const watcher = new MutationObserver(() => {
        const drawn = document.querySelector('.drawn');
        if (!drawn || drawn.textContent === before) return;
        watcher.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start), 0));
    });
    watcher.observe(document.body, {subtree: true, childList: true, characterData: true});
    const start = performance.now();
    const pressed = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
    document.querySelector('.noUi-handle').dispatchEvent(pressed);
})
"""


#: Steps of a slider [million VND].
STEPS: Mapping[str, int] = {"small": _STEP, "large": 20 * _STEP}
#: Runs of moved plans, whenever a line is read: three steps of a line up and three down, then the next line's.
_RUNS = """
import sys, time
from dataclasses import replace
from sim.domain import LINES
from sim.planner import Planner
from sim.planner.answer import CURRENT

step, draws = map(int, sys.argv[1:])
session = Planner(draws=draws)._session
state, plans = session.state, []
for move in range(6 * len(LINES)):
    line = LINES[move // 6]
    money = int(state.plan.lines[line][session.opened.province.planning_year])
    state = state.with_line(line, money + (step if move % 6 < 3 else -step) * 10**6)
    plans.append(replace(state.scenario, slug=CURRENT))
for _ in sys.stdin:
    started = time.process_time()
    for plan in plans:
        session.engine._run(plan, draws)
    print((time.process_time() - started) / len(plans) / draws, flush=True)
"""
#: Memory that was given is kept.
_WARM = {"MALLOC_TRIM_THRESHOLD_": "4000000000", "MALLOC_MMAP_THRESHOLD_": "4000000000"}


def runs(versions: Mapping[str, Path], step: int, rounds: int) -> dict[str, float]:
    """Processor time of a slider's run [s a draw], the median of turns after one that is not counted, by version."""
    with ExitStack() as stack:
        started = {name: stack.enter_context(_running(root, step)) for name, root in versions.items()}
        samples: dict[str, list[float]] = {name: [] for name in versions}
        for _ in range(rounds + 1):
            for name, process in started.items():
                print(file=process.stdin, flush=True)
                samples[name].append(float(process.stdout.readline()))
    return {name: statistics.median(times[1:]) for name, times in samples.items()}


def _running(root: Path, step: int) -> Any:
    environment = {**os.environ, **_WARM, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(root)}
    command = [root / ".venv" / "bin" / "python", "-c", _RUNS, str(step), str(DRAWS)]
    return subprocess.Popen(
        command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip


def run_lines(before: Path | None = None, rounds: int = 15) -> list[Line]:
    """A slider's run by the size of its steps, beside that of another version."""
    versions = {"now": ROOT} | ({"before": before.resolve()} if before else {})
    found = []
    for name, step in STEPS.items():
        seconds = runs(versions, step, rounds)
        ratio = seconds["now"] / seconds.get("before", seconds["now"])
        beside, goal = f"{ratio:.2f} of before", judged(ratio, GOAL_OF_BEFORE, "× f50b368")
        told = (beside, goal) if before else ("", "")
        found.append(Line(f"a slider's run, {name} steps", f"{1e6 * seconds['now']:.2f} µs a draw", *told))
    return found


def milliseconds(act: Callable[[], object]) -> float:
    """Wall time of one call [ms]."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000.0


def _line(name: str, times: list[float], *, goal: bool = False) -> Line:
    """Median and 90th percentile of one measure."""
    median, tail = statistics.median(times), sorted(times)[int(0.9 * (len(times) - 1))]
    told = judged(median, GOAL_MS, "ms") if goal else ""
    return Line(name, f"{median:.0f} ms", f"nine in ten within {tail:.0f}", told)


def in_kernel(moves: int) -> dict[str, list[float]]:
    """A slider move as the kernel sees it, whole and in parts."""
    from sim.planner import Planner

    session = Planner(draws=DRAWS)._session
    times: dict[str, list[float]] = {"run": [], "answer": [], "whole": []}
    _timed(session.engine, "compare", times["run"])
    _timed(session._reader, "answer", times["answer"])
    for place in range(moves + _WARM_UP):
        million = 3000 + place % 20 * _STEP
        times["whole"].append(
            milliseconds(lambda million=million: session.wish("line", ["market", million], live=True))
        )
    return {name: measured[_WARM_UP:] for name, measured in times.items()}


def _timed(owner: Any, name: str, times: list[float]) -> None:
    real = getattr(owner, name)

    def measured(*arguments: Any) -> Any:
        start = time.perf_counter()
        found = real(*arguments)
        times.append((time.perf_counter() - start) * 1000.0)
        return found

    setattr(owner, name, measured)


def on_page(page: Any, moves: int) -> list[float]:
    """Moves of a slider to the frame after the repaint, once the page has come to rest."""
    page.wait_for_selector(".cs-view[data-painted]", timeout=120_000)
    times = []
    for place in range(moves + _WARM_UP):
        page.wait_for_function("document.querySelector('.cs-view').dataset.more !== ''", timeout=120_000)
        times.append(float(page.evaluate(_TIMED_MOVE, _STEP if place % 20 < 10 else -_STEP)))
    return times[_WARM_UP:]


@contextmanager
def _page() -> Iterator[Any]:
    from tests.browser.lab import running_browser, watched_page

    with running_browser() as browser, watched_page(browser) as watched:
        yield watched


def in_lab(moves: int) -> list[float]:
    """In JupyterLab."""
    from tests.browser.lab import open_notebook, run_all, running_lab

    notebook = "planner.ipynb"
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder), notebook) as lab, _page() as watched:
        open_notebook(watched.page, lab, notebook)
        run_all(watched.page)
        return on_page(watched.page, moves)


def in_app(moves: int) -> list[float]:
    """In the application (Voilà)."""
    from tests.browser.app import running_app

    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app, _page() as watched:
        watched.page.goto(app.door)
        return on_page(watched.page, moves)


def the_output_way(moves: int) -> list[float]:
    """In JupyterLab, with an Output widget."""
    from tests.browser.lab import open_notebook, run_all, running_lab

    cell = {
        "cell_type": "code",
        "id": "a",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": _OUTPUT_WAY,
    }
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "output.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        with running_lab(Path(folder), "output.ipynb", Path(folder)) as lab, _page() as watched:
            open_notebook(watched.page, lab, "output.ipynb")
            run_all(watched.page)
            watched.page.wait_for_selector(".drawn", state="attached", timeout=120_000)
            times = []
            for place in range(moves + _WARM_UP):
                watched.page.wait_for_timeout(400)
                key = "ArrowRight" if place % 20 < 10 else "ArrowLeft"
                times.append(float(watched.page.evaluate(_TIMED_REDRAW, key)))
    return times[_WARM_UP:]


def lines(moves: int = _MOVES, *, browser: bool = True, before: Path | None = None) -> list[Line]:
    """A run, the kernel by its parts; with a browser, slider to repaint, and the usual way beside it."""
    kernel = in_kernel(moves)
    found = [
        *run_lines(before),
        _line("slider move, kernel: the changed scenario run on kept draws", kernel["run"]),
        _line("slider move, kernel: the answer read off the draws", kernel["answer"]),
        _line("slider move, kernel: wish to answer, all of it", kernel["whole"]),
    ]
    if browser:
        found.append(_line("slider to repaint, Voilà", in_app(moves), goal=True))
        found.append(_line("slider to repaint, JupyterLab", in_lab(moves), goal=True))
        found.append(_line("not taken: slider and Output widget, to repaint", the_output_way(moves)))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Latency of the interactive planner.")
    parser.add_argument("--moves", type=int, default=_MOVES)
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--before", type=Path, help="folder of another version, set up, for a slider's run")
    options = parser.parse_args()
    title = f"a moved slider at {DRAWS:,} draws"
    print(lines_table(title, lines(options.moves, browser=not options.no_browser, before=options.before)))


if __name__ == "__main__":
    main()
