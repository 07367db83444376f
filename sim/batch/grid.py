"""`coopsim batch FILE`: a grid of scenarios as scenario files, and what running them will take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.batch.exchange import known_parts
from sim.batch.files import write_atomic
from sim.domain.errors import InputError
from sim.inputs.grids import Grid, load_grid, too_large
from sim.inputs.scenario_text import scenario_text
from sim.inputs.scenarios import load_background

#: Folder of the written scenario files, in the report folder.
FOLDER = "scenarios"
#: Series a run keeps (a test counts them), and runs of one page: itself, two references, one more per line.
SERIES, _RUNS_PER_PAGE = 25, 7
_BYTES = 8
#: What a kernel holds before it projects anything [MB], measured (benchmarks/README.md).
_KERNEL_MB = 350


@dataclass(frozen=True)
class Estimate:
    """What a grid will take: how many scenarios, and memory of all kernels together [MB]."""

    scenarios: int
    memory: int


def write_grid(file: str, out: Path, *, yes: bool) -> list[str]:
    """Write one scenario file per combination; returns the names to report on.

    Raises
    ------
    InputError
        When the file is refused, or holds more scenarios than a batch may have without ``--yes``.
    """
    grid = load_grid(Path(file), load_background())
    refused = too_large(grid, file)
    if refused and not yes:
        raise InputError(refused)
    return [*_written(grid, out), *grid.named]


def _written(grid: Grid, out: Path) -> list[str]:
    plans, worlds = known_parts()
    names = []
    for scenario in grid.scenarios:
        path = out / FOLDER / f"{scenario.slug}.yaml"
        write_atomic(path, scenario_text(scenario, plans=plans, worlds=worlds))
        names.append(str(path))
    return names


def estimate(names: list[str], *, draws: int, years: int, jobs: int) -> Estimate:
    """Memory of a report before it starts: kernels side by side, each with its draws."""
    page = draws * years * SERIES * _BYTES * _RUNS_PER_PAGE / 1e6
    return Estimate(len(names), round(min(jobs, len(names)) * (_KERNEL_MB + page)))
