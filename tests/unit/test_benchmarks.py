"""What cannot be measured here is told in its line, and loses no other's."""

from __future__ import annotations

import os
import signal

import pytest

from benchmarks import __main__ as bench, commands
from benchmarks.commands import Command, Cost, Failed
from benchmarks.interleave import Line


def ends(error: BaseException):
    def part() -> list[Line]:
        raise error

    return part


@pytest.mark.parametrize("error", [RuntimeError("no browser\nhere"), SystemExit(2), OSError("full")])
def test_a_part_that_fails_says_why_and_the_others_are_printed(monkeypatch, capsys, error) -> None:
    parts = {"first": lambda: [Line("one", "1 s")], "second": ends(error), "third": lambda: [Line("three", "3 s")]}
    monkeypatch.setattr(bench, "PARTS", parts)
    monkeypatch.setattr(bench.growth, "main", lambda argv: print("grown"))
    bench.main([])
    told = capsys.readouterr()
    for wanted in ("1 s", "left out: second", type(error).__name__, "3 s", "grown"):
        assert wanted in told.out
    assert told.err.index("first") < told.err.index("left out: second") < told.err.index("third")


def test_a_part_does_not_see_the_memory_of_the_one_before_it(monkeypatch, capsys, tmp_path) -> None:
    seen = tmp_path / "seen"

    def large() -> list[Line]:
        held = bytearray(200_000_000)
        held[:: 1 << 12] = b"x" * len(held[:: 1 << 12])
        return [Line("large", "1 s")]

    def small() -> list[Line]:
        cost = commands.once(commands.ROOT, Command(("-c", "pass")), tmp_path)
        with seen.open("a") as file:
            print(cost.memory, file=file)
        return [Line("small", "1 s")]

    monkeypatch.setattr(bench, "PARTS", {"before": small, "large": large, "after": small})
    bench.main(["before", "large", "after"])
    before, after = map(float, seen.read_text().split())
    assert after < before + 100.0, capsys.readouterr().out


def test_a_part_that_is_killed_is_told_and_the_others_go_on(monkeypatch, capsys) -> None:
    parts = {"first": lambda: os.kill(os.getpid(), signal.SIGKILL), "second": lambda: [Line("two", "2 s")]}
    monkeypatch.setattr(bench, "PARTS", parts)
    bench.main(["first", "second"])
    told = capsys.readouterr().out
    assert "left out: first" in told and "2 s" in told


def test_what_was_measured_is_printed_when_the_rest_is_stopped(monkeypatch, capsys) -> None:
    parts = {"first": lambda: [Line("one", "1 s")], "second": ends(KeyboardInterrupt())}
    monkeypatch.setattr(bench, "PARTS", parts)
    with pytest.raises(KeyboardInterrupt):
        bench.main([])
    assert "1 s" in capsys.readouterr().out


def test_a_command_that_fails_says_why_and_one_measured_by_it_has_no_verdict(tmp_path) -> None:
    broken = Command(("-c", "raise SystemExit('no such plan')"), most=1.0)
    (tmp_path / broken.kept).mkdir()
    why = commands.tried(commands.ROOT, broken, tmp_path)
    assert isinstance(why, Failed)
    found = {("now", "broken"): commands.middle([Cost(1.0, 1.0, 1.0), why]), ("now", "by it"): Cost(3.0, 4.0, 5.0)}
    assert "ended with 1; no such plan" in commands.told("broken", broken, "now", found).seen
    by_it = commands.told("by it", Command(("-c", "pass"), most=2.0, against="broken"), "now", found)
    assert by_it.seen.startswith("3.00 s CPU") and not by_it.goal
    assert commands.middle([Cost(1.0, 2.0, 3.0), Cost(3.0, 1.0, 3.0), Cost(2.0, 9.0, 3.0)]) == Cost(2.0, 2.0, 3.0)
