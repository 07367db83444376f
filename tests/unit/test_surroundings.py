"""What a caller set of decimals, NumPy and warnings changes no figure and ends no question."""

from __future__ import annotations

import decimal
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import sim
from sim.domain import InputError, own_surroundings
from tests.support.caches import cache


@contextmanager
def few_digits() -> Iterator[None]:
    with decimal.localcontext() as context:
        context.prec, context.rounding, context.traps[decimal.Inexact] = 3, decimal.ROUND_UP, True
        yield


@contextmanager
def nothing_refused() -> Iterator[None]:
    with decimal.localcontext(decimal.Context(prec=1, traps=[])):
        yield


@contextmanager
def every_float_error() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


@contextmanager
def every_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def answer() -> tuple[Any, ...]:
    """Money, draws and a comparison, as an analyst asks for them."""
    result = sim.run(["fund-12.3", "no-support"], draws=32)
    plan = sim.load_plan("fund-12.3")
    pairs = sim.compare(result, "no-support")
    return plan, sim.load_scenario("fund-12.3"), result.summary().to_csv(), pairs.to_csv(), repr(sim.load_province())


@pytest.fixture(scope="module")
def usual() -> tuple[Any, ...]:
    return answer()


@pytest.mark.parametrize("setting", [few_digits, nothing_refused, every_float_error, every_warning])
def test_a_callers_settings_change_no_figure(
    setting: Callable[[], Any], usual: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_load", lambda _: None)  # read anew, not from what was read in calm
    cache.forget()
    with setting():
        assert answer() == usual


def test_the_callers_settings_are_as_before_afterwards() -> None:
    with few_digits(), every_float_error():
        sim.load_plan("fund-12.3")
        with pytest.raises(InputError):
            sim.load_plan("nowhere")
        assert decimal.getcontext().prec == 3 and np.geterr()["under"] == "raise"


def test_another_thread_has_its_own() -> None:
    seen: list[int] = []
    with own_surroundings():
        decimal.getcontext().prec = 7
        thread = threading.Thread(target=lambda: seen.append(decimal.getcontext().prec))
        thread.start(), thread.join()
    assert seen == [28]


def test_a_public_verb_keeps_its_name_its_words_and_is_one() -> None:
    assert sim.load_plan is sim.load_plan and sim.load_plan.__name__ == "load_plan"
    assert "plan" in (sim.load_plan.__doc__ or "")
