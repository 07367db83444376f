"""Thousands of damaged files and hostile names: each is read or refused in words, soon, in little memory."""

from __future__ import annotations

import io
import random
import resource
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import openpyxl
import pytest

from sim.domain import CoopsimError
from sim.inputs.figures import COLUMNS, load_figures
from sim.inputs.scenarios import Background, load_background, load_plan, load_scenario
from sim.inputs.yaml import load_catalogue, scenario_text
from sim.planner import Refusal, slug_of
from sim.run import page_stem, scenario_bytes

#: What a file may take at most [s, MB]; hit only by a file that should have been refused at once.
LONGEST, LARGEST = 3.0, 512
#: How much longer than its own work a reader may wait: machines that run tests are shared, and reading waits for
#: nothing of ours. Only a reader that sleeps or hangs without working is caught by it.
PATIENCE = 20
FEW, MANY = 100, 2100
SPICE = [
    "nan",
    "1e400",
    "12,3",
    "1.234",
    "=1+1",
    "#REF!",
    "\u202e",
    "\x00",
    "!!python/object:x",
    "&a",
    "*a",
    "<<: ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "\t",
    "\n",
    "no",
    "0123",
    "12:30",
    "None",
    "</script>",
    "../..",
    "٣",
    "\ufeff",
    "sep=;\n",
    ",,,,",
    ";",
    "-",
    "9" * 40,
    "đ",
    "🙂",
    "%",
    "VN-06",
    "2O23",
]
WORDS = {language: load_catalogue(language) for language in ("vi", "en")}


@cache
def background() -> Background:
    return load_background()


@cache
def sound(kind: str) -> bytes:
    """A sound file of a kind."""
    scenario = load_scenario("fund-12.3--weak-markets")
    if kind == "scenario.yaml":
        return scenario_text(scenario).encode()
    if kind == "plan.yaml":
        return (Path(__file__).resolve().parents[2] / "data" / "plans" / "front-loaded.yaml").read_bytes()
    if kind == "scenario.xlsx":
        return scenario_bytes(scenario, Path(kind), lang="vi")
    rows = [
        ["Lào Cai", "VN-02", year, "year", "HTX", "htx_total", 500, "count", "actual", "p1", ""]
        for year in (2022, 2023)
    ]
    if kind == "figures.csv":
        return "\n".join(",".join(map(str, row)) for row in [COLUMNS, *rows]).encode()
    book = openpyxl.Workbook()
    for row in [COLUMNS, *rows]:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def damaged(raw: bytes, rng: random.Random) -> bytes:
    """Bytes with a few places cut, doubled, flipped or spiced."""
    for _ in range(rng.choice((1, 1, 2, 4, 12))):
        at, length = rng.randrange(len(raw) + 1), rng.choice((0, 1, 2, 8, 60))
        middle = rng.choice(
            (
                b"",
                rng.randbytes(1),
                rng.choice(SPICE).encode(),
                raw[at : at + length] * 2,
                rng.choice(SPICE).encode() * 30,
            )
        )
        raw = raw[:at] + middle + raw[at + length :]
    return raw


def damaged_book(raw: bytes, rng: random.Random) -> bytes:
    """A workbook damaged as an archive, or in the text of one of its parts."""
    if rng.random() < 0.25:
        return damaged(raw, rng)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        chosen = rng.choice([name for name in source.namelist() if name.endswith(".xml")])
        for name in source.namelist():
            content = source.read(name)
            made.writestr(name, damaged(content, rng) if name == chosen else content)
    return stream.getvalue()


def edited_book(raw: bytes, rng: random.Random) -> bytes:
    """A workbook with some cells changed by someone who means well."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    page = rng.choice(book.worksheets)
    for _ in range(rng.choice((1, 3, 9))):
        cell = page.cell(rng.randint(1, 14), rng.randint(1, 11))
        value = rng.choice((*SPICE, -1, 0, 1e300, 2023.5, True, None, 12.3))
        cell.value = value.replace("\x00", "").replace("\ufeff", "") if isinstance(value, str) else value
    if rng.random() < 0.2:
        page.merge_cells("B6:C7")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


READERS: dict[str, Callable[[Path], object]] = {
    "plan.yaml": lambda path: load_plan(path),
    "scenario.yaml": lambda path: load_scenario(path, background=background()),
    "scenario.xlsx": lambda path: load_scenario(path, background=background()),
    "figures.csv": lambda path: load_figures(path),
    "figures.xlsx": lambda path: load_figures(path),
}


def try_files(count: int, folder: Path, seed: int) -> tuple[int, float, float]:
    """Read `count` damaged files; returns how many were refused, the most processor time and the longest wait [s]."""
    rng = random.Random(seed)
    refused, busiest, longest = 0, 0.0, 0.0
    for number in range(count):
        kind = list(READERS)[number % len(READERS)]
        change = rng.choice((damaged_book, edited_book)) if kind.endswith("xlsx") else damaged
        path = folder / kind
        path.write_bytes(change(sound(kind), rng))
        started, worked = time.perf_counter(), time.process_time()
        try:
            READERS[kind](path)
        except CoopsimError as error:
            refused += 1
            assert error.problems and all(words.describe_all(error) for words in WORDS.values())
        busiest = max(busiest, time.process_time() - worked)
        longest = max(longest, time.perf_counter() - started)
    return refused, busiest, longest


def test_a_sample_of_damaged_files_is_read_or_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COOPSIM_CACHE", str(tmp_path / "cache"))
    refused, busiest, _ = try_files(FEW, tmp_path, seed=1)
    assert refused > FEW // 4  # the damage is real
    assert busiest < LONGEST


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_two_thousand_damaged_files_give_no_traceback_in_time_and_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COOPSIM_CACHE", str(tmp_path / "cache"))
    # In a process of its own: the peak memory of this one holds what other tests needed.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        refused, busiest, longest, largest = executor.submit(try_many, tmp_path).result()
    assert refused > MANY // 4
    assert busiest < LONGEST  # the processor's time is ours alone, whoever else is on the machine
    assert longest < LONGEST * PATIENCE
    assert largest < LARGEST


def try_many(folder: Path) -> tuple[int, float, float, float]:
    """As `try_files` for very many files, and the peak memory [MiB]."""
    # Not `ru_maxrss`: Linux hands the peak of the process that started this one on to it.
    return *try_files(MANY, folder, seed=2), peak_memory()


def peak_memory() -> float:
    """The most memory this program ever held [MiB]."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:")) / 1024


def hostile_names(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    parts = [
        "..",
        "/",
        "\\",
        "C:",
        "con",
        "NUL",
        "aux.",
        "com1",
        "lpt9.txt",
        " ",
        ".",
        "-",
        "a",
        "Quỹ",
        "quỹ",
        "fund-12.3",
        "đ",
        "é",
        "e\u0301",
        "\u202e",
        "\x00",
        "?",
        "*",
        "<",
        "|",
        ":",
        "🙂",
        "index",
        "record",
        "‥",
        "／",
        "s3://",
        "%2e%2e",
        "~",
        "$HOME",
        "x" * 90,
        "12",
        "A",
    ]
    return sorted({"".join(rng.choice(parts) for _ in range(rng.randint(1, 6))) for _ in range(count * 2)})[:count]


RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}


def safe(stem: str, folder: Path) -> bool:
    inside = (folder / f"{stem}.html").resolve().parent == folder.resolve()
    return inside and stem.split(".")[0].lower() not in RESERVED and not set(stem) & set('<>:"/\\|?*\x00')


def test_ten_thousand_names_stay_inside_take_no_reserved_name_and_never_collide(tmp_path: Path):
    names = hostile_names(10_000, seed=3)
    stems = [page_stem(name) for name in names]
    assert len(names) == 10_000 and all(safe(stem, tmp_path) for stem in stems)
    assert len({stem.casefold() for stem in stems}) == len(stems)


def test_a_name_the_planner_takes_is_safe_and_any_other_is_refused_in_words(tmp_path: Path):
    taken = 0
    for name in hostile_names(3_000, seed=4):
        try:
            slug = slug_of(name)
        except Refusal:
            continue
        taken += 1
        assert safe(slug, tmp_path) and page_stem(slug) == slug
    assert taken > 50
