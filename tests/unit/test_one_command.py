"""What one command says or sets is over with it: the next one in the same process begins as the first did."""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path

import pytest

from sim.cli import main
from sim.domain import InputError, Problem
from sim.inputs.text import go_without, made_anew, source_data

FIGURES = str(source_data() / "provinces" / "lao-cai" / "observations.csv")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COOPSIM_PROVINCE", raising=False)


def test_a_province_that_was_named_holds_for_its_command_alone(capsys: pytest.CaptureFixture[str]) -> None:
    before = dict(os.environ)
    main(["--province", "yen-bai", "project", "fund-12.3", "--draws", "16"])
    assert dict(os.environ) == before
    assert "Lào Cai" not in capsys.readouterr().out
    main(["project", "fund-12.3", "--draws", "16"])
    assert "Yên Bái" not in capsys.readouterr().out


def test_the_language_of_a_command_is_not_that_of_a_later_error() -> None:
    said = str(InputError(Problem("file_empty", file="a.csv")))
    main(["--lang", "en", "check", FIGURES])
    assert str(InputError(Problem("file_empty", file="a.csv"))) == said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_are_handled_as_before(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    main(["--lang", "en", "check", FIGURES])
    assert signal.getsignal(number) is before


def test_a_log_that_was_asked_for_leaves_the_logger_as_it_was() -> None:
    log = logging.getLogger("coopsim")
    before = log.disabled, log.propagate, log.level, list(log.handlers)
    main(["--lang", "en", "-v", "check", FIGURES])
    assert (log.disabled, log.propagate, log.level, log.handlers) == before


def test_what_an_earlier_command_went_without_is_not_told_by_a_later_one(capsys: pytest.CaptureFixture[str]) -> None:
    go_without("flush")
    main(["--lang", "en", "check", FIGURES])
    assert "eject" not in capsys.readouterr().err


def test_a_damaged_entry_is_told_once_by_each_command_that_meets_one(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        main(["--lang", "en", "check", FIGURES])
        made_anew(Path("x.npy"))
        made_anew(Path("y.npy"))
        assert capsys.readouterr().err.count("x.npy") == 1
