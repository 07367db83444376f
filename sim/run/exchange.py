"""Scenarios in and out of files, one by one or as a grid, and the sheet to enter figures in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.domain import InputError, Plan, Problem, Province, Scenario, World, billion_from_vnd
from sim.evidence import plan_in_force
from sim.inputs import scenarios as stored
from sim.inputs.figures import figures_book, period_asked
from sim.inputs.pack import load_province
from sim.inputs.text import XLSX, YAML, data_root, exact_text
from sim.inputs.yaml import load_catalogue, scenario_text
from sim.run.files import sha256_file, write_atomic
from sim.run.own_files import check_folder, made_before, require_replaceable
from sim.run.record import only_one

#: Where imported scenarios go, below the working directory; the planner saves there too.
FOLDER = "scenarios"
FORMATS = (XLSX, YAML, ".yml")


@dataclass(frozen=True)
class ScenarioImport:
    """A file as it was understood, before anything is written to its target; notes refuse nothing."""

    scenario: Scenario
    target: Path
    notes: tuple[Problem, ...]

    @property
    def replaces(self) -> bool:
        """Whether a file stands there already."""
        return self.target.exists()


def export_scenario(name: str, target: Path, *, lang: str, force: bool) -> None:
    """Write a scenario to a file of either kind; a YAML file that is replaced keeps its comments.

    Raises
    ------
    InputError
        When the scenario is refused, the file's kind is none of ours, or it exists and `force` is not set.
    """
    _require_format(target, *FORMATS)
    scenario = stored.load_scenario(name)
    require_free(target, force)
    write_atomic(target, scenario_bytes(scenario, target, lang=lang))


def export_figures(years: Sequence[int], target: Path, *, lang: str, force: bool, part: str = "year") -> None:
    """Write the sheet to enter outturns of some years in, or of a part of each, the plan's money beside what was paid.

    Parameters
    ----------
    part : as `sim.inputs.figures.period_asked` takes it

    Raises
    ------
    InputError
        When the file is no workbook, or exists and `force` is not set; when there is no such part.
    """
    _require_format(target, XLSX)
    period, province, words = period_asked(part), load_province(), load_catalogue(lang)
    require_free(target, force)
    planned = {year: money_planned(province, year, lang) for year in years} if part != "year" else {}
    write_atomic(target, figures_book(province, years, words, period=period, planned=planned))


def money_planned(province: Province, year: int, lang: str) -> dict[str, str]:
    """Money of the plan in force in one year, {line, or "" for the fund: tỷ đồng as printed}; none where it ends."""
    plan = plan_in_force(province).plan
    if not plan.covers(range(year, year + 1)):
        return {}
    money = {"": plan.annual_budget(year), **{line: plan.line_budget(line, year) for line in plan.lines}}
    return {line: exact_text(billion_from_vnd(vnd), lang) for line, vnd in money.items()}


def _require_format(target: Path, *formats: str) -> None:
    if target.suffix.lower() not in formats:
        raise InputError(Problem("not_a_format", value=target.name, place="-o", allowed=", ".join(formats)))


def require_free(target: Path, force: bool) -> None:
    if target.exists() and not force:
        raise InputError(Problem("file_exists", file=target.as_posix(), place="-o"))


def understand_scenario(path: Path, target: Path | None) -> ScenarioImport:
    """Read a scenario's file and say where its YAML would go; nothing is written.

    Raises
    ------
    InputError
        When the file is refused.
    """
    notes: list[Problem] = []
    scenario = stored.load_scenario(path, notes=notes)
    return ScenarioImport(scenario, target or Path(FOLDER) / f"{scenario.slug}{YAML}", tuple(notes))


def write_scenario(understood: ScenarioImport, *, lang: str) -> None:
    """Write a scenario as it was understood."""
    write_atomic(understood.target, scenario_bytes(understood.scenario, understood.target, lang=lang))


def scenario_bytes(scenario: Scenario, target: Path, *, lang: str) -> bytes:
    """The bytes of a scenario's file of the kind its name says."""
    plans, worlds = known_parts()
    if target.suffix.lower() == XLSX:
        from sim.inputs.excel import scenario_book

        pack, register = load_province(), stored.load_background().register
        areas = {area.code: area.label[lang] for area in pack.areas} if len(pack.areas) > 1 else {}
        return scenario_book(
            scenario, load_catalogue(lang), worlds=worlds, register=register, areas=areas, present=pack.planning_year
        )
    kept = target.read_bytes() if target.exists() else b""
    return scenario_text(scenario, plans=plans, worlds=worlds, kept=kept).encode()


def known_parts() -> tuple[dict[str, Plan], dict[str, World]]:
    """Plans and worlds of the data root, by slug."""
    root = data_root()
    plans = {slug: stored.load_plan(slug, root=root) for slug in stored.list_plans(root)}
    return plans, {slug: stored.load_world(slug, root=root) for slug in stored.list_worlds(root)}


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
    """A grid on disk: names as a report takes them, {name in its folder: SHA-256} of the files that are the program's.

    A file that was there already, with the same content, and that no earlier run wrote stays its owner's.
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
    grid = stored.load_grid(Path(file), stored.load_background())
    refused = stored.too_large(grid, file)
    if refused and not yes:
        raise InputError(refused)
    plans, worlds = known_parts()
    texts = {f"{FOLDER}/{one.slug}.yaml": scenario_text(one, plans=plans, worlds=worlds) for one in grid.scenarios}
    check_folder(out)
    with only_one(out):
        require_replaceable(out, texts)
        made = made_before(out, texts)
        for name, text in texts.items():
            write_atomic(out / name, text)
    hashes = {name: sha256_file(out / name) for name in texts if name in made}
    return Written([*(str(out / name) for name in texts), *grid.named], hashes)


def estimate(names: list[str], *, draws: int, years: int, jobs: int) -> Estimate:
    """Memory of a report before it starts: kernels side by side, each with its draws."""
    page = draws * years * SERIES * _BYTES * _RUNS_PER_PAGE / 1e6
    return Estimate(len(names), round(min(jobs, len(names)) * (_KERNEL_MB + page)))
