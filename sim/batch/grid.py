"""`coopsim batch FILE`: a grid of scenarios as scenario files, and what running them will take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.batch.exchange import known_parts
from sim.batch.files import sha256_file, write_atomic
from sim.batch.lock import only_one
from sim.batch.owned import made_before, require_replaceable
from sim.batch.preflight import check_folder
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


@dataclass(frozen=True)
class Written:
    """A grid on disk.

    Attributes
    ----------
    names : of all its scenarios, as a report takes them
    made : {name in the report folder: SHA-256} of the files that are the program's own; one that was there
        already, with the same content, and that no earlier run wrote stays its owner's
    """

    names: list[str]
    made: dict[str, str]


def write_grid(file: str, out: Path, *, yes: bool) -> Written:
    """Write one scenario file per combination, where none of them replaces a person's own.

    Raises
    ------
    InputError
        When the file is refused, or holds more scenarios than a batch may have without ``--yes``; when a file
        of one's own has the name of one to be written. Nothing has been written then.
    """
    grid = load_grid(Path(file), load_background())
    refused = too_large(grid, file)
    if refused and not yes:
        raise InputError(refused)
    texts = _texts(grid)
    check_folder(out)
    with only_one(out):
        require_replaceable(out, texts)
        made = made_before(out, texts)
        for name, text in texts.items():
            write_atomic(out / name, text)
    hashes = {name: sha256_file(out / name) for name in texts if name in made}
    return Written([*(str(out / name) for name in texts), *grid.named], hashes)


def _texts(grid: Grid) -> dict[str, str]:
    """{name in the report folder: content} of the scenario files."""
    plans, worlds = known_parts()
    return {
        f"{FOLDER}/{scenario.slug}.yaml": scenario_text(scenario, plans=plans, worlds=worlds)
        for scenario in grid.scenarios
    }


def estimate(names: list[str], *, draws: int, years: int, jobs: int) -> Estimate:
    """Memory of a report before it starts: kernels side by side, each with its draws."""
    page = draws * years * SERIES * _BYTES * _RUNS_PER_PAGE / 1e6
    return Estimate(len(names), round(min(jobs, len(names)) * (_KERNEL_MB + page)))
