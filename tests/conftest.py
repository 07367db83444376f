"""What tests share: a province made in code, and the shipped one with what history says of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sim.domain import Province, Register
from sim.ensemble import Result, run
from sim.evidence import Knowledge, load_knowledge
from sim.inputs.text import DATA_VARIABLE, another_command, source_data
from tests.browser.lab import running_browser
from tests.support import notebook_pages, tiny
from tests.support.workers import MOST, ByFile, Worker

#: Enough draws for signs and orders of magnitude; tests of exact claims use fewer.
DRAWS = 2048
SEED = 7


def pytest_configure(config: pytest.Config) -> None:
    """Several workers share one machine (`tests.support.workers`); a single process needs none of it."""
    if hasattr(config, "workerinput"):
        name = config.workerinput["workerid"]
        config.pluginmanager.register(Worker(Path(config.option.basetemp).parent / "floor", name))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker a core."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Whole files, in the order of `Worker`."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """What an earlier test went without, said or asked for is no later test's: notices, and variables of ours."""
    another_command()
    before = {name: value for name, value in os.environ.items() if name.startswith("COOPSIM_")}
    yield
    for name in [name for name in os.environ if name.startswith("COOPSIM_") and name not in before]:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped data that a test may change; whatever reads data reads it there."""
    root = shutil.copytree(source_data(), tmp_path / "data")
    monkeypatch.setenv(DATA_VARIABLE, str(root))
    return root


@pytest.fixture(scope="session")
def province() -> Province:
    """The tiny province, one stratum."""
    return tiny.province()


@pytest.fixture(scope="session")
def register() -> Register:
    """Every assumption uncertain, as in docs/model.md section 6."""
    return tiny.register()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The shipped province, register and posterior (kept in the user's cache once made)."""
    return load_knowledge()


@pytest.fixture(scope="session")
def result(province: Province, register: Register) -> Result:
    """No support, reference, each line doubled and all doubled, on common draws."""
    plans = {"none": {}, "reference": None, "doubled": tiny.times(2.0)}
    plans |= {f"more-{line}": tiny.times(2.0, line) for line in tiny.REFERENCE_SPLIT}
    return run(province, register, tiny.scenarios_of(plans), draws=DRAWS, seed=SEED)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The one Chromium of a whole run: Playwright cannot be started twice in a process."""
    with running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def shown() -> Callable[[str], notebook_pages.Shown]:
    """What every notebook shows of the shipped data in a language, run once."""
    slugs = ["fund-12.3--weak-markets", "no-support", "fund-12.3", "market-first", "founding-first"]
    states = [{"slug": slug, "page": f"{slug}.html", "state": "ok", "reason": "", "label": slug} for slug in slugs]
    states.append({"slug": "x", "page": "", "state": "invalid", "reason": "F21 x.yaml:3", "label": "x"})
    return cache(lambda lang: notebook_pages.all_shown(
        {"scenarios": slugs, "draws": 256, "lang": lang, "states": states, "notices": [["review", "x"]]}
    ))  # fmt: skip
