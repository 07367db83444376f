"""Twenty scenarios, five broken in five ways: fifteen pages, five names with reason and advice, nothing lost."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.cli import main
from sim.inputs.scenarios import list_scenarios
from sim.report.print import Node, parse
from sim.run import (
    FAILED,
    FAILED_FOLDER,
    INVALID,
    KILLED,
    OK,
    OVERVIEWS,
    TIMEOUT,
    Entry,
    Job,
    Limits,
    kernels,
    verify,
)
from tests.support.tiny_report import LOG, TRAPS, half_written, report_module, tiny_notebooks

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "data/schemas/record.schema.json").read_text(encoding="utf-8"))
OWN, MISSPELT = ("mine-1", "mine-2", "mine-3"), "misspelt"
#: Code that a notebook runs half-way, the state it ends in, and what its reason says; the report's main one among them.
BROKEN = {
    "fund-24.6": ("raise ValueError('no such market')", FAILED, "cell 4: ValueError: no such market"),
    "no-support": ("import time; time.sleep(600)", TIMEOUT, "more than 5 seconds"),
    "fund-12.3": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", KILLED, "the kernel was ended half-way"),
    "indexed": ("import sys; sys.exit(0)", FAILED, "the end marker is missing"),
}
#: Words of the advice that each reason has to give, the misspelt file's included.
ADVICE = {
    "fund-24.6": "look at this cell there",
    "no-support": "lower --draws",
    "fund-12.3": "run again",
    "indexed": "remove exit, quit or sys.exit",
    f"{MISSPELT}.yaml": "horizon",
}
OVERRUN = Limits(cell=5)


@dataclass
class Made:
    """One run of the command: exit code, what it printed, whose notebooks began, and what the folder holds."""

    code: int
    told: str
    begun: list[str]
    record: dict[str, Any]
    index: Node
    pages: dict[str, str]
    partial: dict[str, str]
    checked: int
    damaged: list[str]


@dataclass
class Desk:
    """A folder with four scenarios of someone's own, one of them misspelt, to be reported on with the shipped ones."""

    folder: Path
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        shipped = (ROOT / "data/scenarios/market-first.yaml").read_text(encoding="utf-8")
        for slug in (*OWN, MISSPELT):
            text = shipped.replace('slug: "market-first"', f'slug: "{slug}"')
            self.own(slug).write_text(text.replace("horizon", "horizn") if slug == MISSPELT else text, encoding="utf-8")
        self.names = [*list_scenarios(), *(str(self.own(slug)) for slug in (*OWN, MISSPELT))]
        self.traps.write_text(json.dumps({slug: code for slug, (code, *_) in BROKEN.items()}), encoding="utf-8")

    def own(self, slug: str) -> Path:
        """A scenario file of theirs."""
        return self.folder / f"{slug}.yaml"

    @property
    def traps(self) -> Path:
        """What the notebooks run into."""
        return self.folder / "traps.json"

    def mend(self) -> None:
        """Do what the reasons ask for."""
        text = self.own(MISSPELT).read_text(encoding="utf-8")
        self.own(MISSPELT).write_text(text.replace("horizn", "horizon"), encoding="utf-8")
        self.traps.write_text("{}", encoding="utf-8")

    def report(self, kernel: str = "") -> Made:
        """Run the command on all of them."""
        out, log = self.folder / "out", self.folder / "log"
        log.write_text("", encoding="utf-8")
        told = io.StringIO()
        said = redirect_stdout(told), redirect_stderr(told)
        with pytest.MonkeyPatch.context() as patch, tiny_notebooks(OVERVIEWS["index"]), said[0], said[1]:
            patch.setenv(TRAPS, str(self.traps))
            patch.setenv(LOG, str(log))
            patch.setenv(kernels.VARIABLE, kernel)
            patch.setattr(report_module._Run, "job", _hurried)
            options = ("-o", str(out), "--draws", "16", "--jobs", "2", "--lang", "en")
            code = main(["report", *self.names, *options])
        return Made(
            code,
            told.getvalue(),
            sorted(set(log.read_text(encoding="utf-8").split()) - set(OVERVIEWS)),
            json.loads((out / "record.json").read_text(encoding="utf-8")),
            parse((out / "index.html").read_text(encoding="utf-8")),
            {path.stem: path.read_text(encoding="utf-8") for path in out.glob("*.html") if path.stem not in OVERVIEWS},
            {path.stem: path.read_text(encoding="utf-8") for path in out.glob(f"{FAILED_FOLDER}/*")},
            verify(out),
            half_written(out),
        )


_job = report_module._Run.job


def _hurried(run: Any, entry: Entry, *of: Any) -> Job:
    """The job of a report; the one that never ends gets little time, the others as much as a busy machine takes."""
    made = _job(run, entry, *of)
    return replace(made, limits=OVERRUN) if BROKEN.get(entry.slug, ("", ""))[1] == TIMEOUT else made


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Made, Made]:
    """The report on all twenty, the same when what was wrong is mended, and once more with the ordinary kernel."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    first = desk.report()
    desk.mend()
    return first, desk.report(), desk.report(kernels.STOCK)


@pytest.fixture(scope="module")
def made(runs: tuple[Made, Made, Made]) -> Made:
    """The first of them."""
    return runs[0]


def test_fifteen_of_twenty_scenarios_have_whole_pages_and_the_command_says_that_not_all_is_well(made):
    states = {entry["slug"]: entry["state"] for entry in made.record["scenarios"]}
    broken = {slug: state for slug, state in states.items() if state != OK}
    assert broken == {f"{MISSPELT}.yaml": INVALID, **{slug: state for slug, (_, state, _) in BROKEN.items()}}
    assert len(states) == 20 and len(states) - len(broken) == 15 and made.code == 1
    assert set(made.pages) == set(states) - set(broken) and not made.damaged and made.checked > 60
    assert made.record["state"] == FAILED and "15" in made.told and "Traceback" not in made.told


def test_the_five_stand_first_on_the_index_each_with_its_reason_and_what_to_do(made):
    sections = [node for node in made.index.walk() if node.tag == "section"]
    assert sections[0].attributes["id"] == "failures"
    told = {_named(item): item.content for item in sections[0].walk() if item.tag == "li"}
    assert set(told) == {f"{MISSPELT}.yaml", *BROKEN}
    for slug, (_, _, reason) in BROKEN.items():
        assert reason in told[slug]
    assert f"{MISSPELT}.yaml:" in told[f"{MISSPELT}.yaml"] and "horizn" in told[f"{MISSPELT}.yaml"]
    assert all(advice in told[slug] for slug, advice in ADVICE.items()), told


def _named(item: Node) -> str:
    return next(node.content for node in item.walk() if node.tag == "code")


def test_the_unfinished_notebook_of_each_that_ran_is_kept(made):
    assert set(made.partial) == set(BROKEN)
    for text in made.partial.values():
        code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        *_, before, broken, shown, end = code
        assert TRAPS in "".join(broken["source"]) and before["execution_count"]
        assert not shown["execution_count"] and not end["execution_count"], "it went on after the cell that broke"


def test_mended_only_the_five_are_made_and_the_report_is_whole(runs):
    first, second, _ = runs
    assert second.code == 0 and second.record["state"] == OK and second.checked > first.checked
    assert second.begun == sorted([MISSPELT, *BROKEN])
    assert len(second.pages) == 20 and first.pages.items() <= second.pages.items()
    assert not second.partial and not second.damaged
    assert not [node for node in second.index.walk() if node.attributes.get("id") == "failures"]


def test_the_record_names_the_kernel_of_every_notebook_that_ran_and_keeps_it(runs):
    first, second, third = ({row["slug"]: row.get("kernel") for row in run.record["scenarios"]} for run in runs)
    ran = kernels.available()
    assert first == {**dict.fromkeys({*second} - {MISSPELT}, ran), f"{MISSPELT}.yaml": None}
    assert set(second.values()) == {ran} and third == second
    for run in runs:
        jsonschema.validate(run.record, SCHEMA)


def test_another_kernel_is_no_reason_to_run_anything_again(runs):
    assert runs[2].code == 0 and not runs[2].begun and runs[2].pages == runs[1].pages


def test_five_files_that_cannot_be_read_are_named_and_the_readable_one_has_its_page(tmp_path):
    good = (ROOT / "data/scenarios/no-support.yaml").read_text(encoding="utf-8")
    broken = {
        "unknown-plan": good.replace("plan: ", "plan: x", 1),
        "misspelt": good.replace("horizon", "horizn"),
        "empty": "",
        "aliases": "a: &a [1]\nb: *a\n",
        "beyond": good.replace("2030", "2300"),
    }
    for name, text in broken.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with tiny_notebooks():
        names = ("market-first", *(str(tmp_path / f"{name}.yaml") for name in broken))
        assert main(["report", *names, "-o", str(tmp_path / "out"), "--draws", "16", "--jobs", "2"]) == 1
    record = json.loads((tmp_path / "out" / "record.json").read_text(encoding="utf-8"))
    states = {entry["slug"]: entry["state"] for entry in record["scenarios"]}
    assert states == {"market-first": OK, **dict.fromkeys((f"{name}.yaml" for name in broken), INVALID)}
