"""What does not fit a public call is refused in words: names, places and kinds of values, at every one of them."""

from __future__ import annotations

import inspect
import multiprocessing
import pickle
import pydoc
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.domain import InputError, Miscalled, answering
from sim.inputs.yaml import speak

#: Every public call, and the methods that makes of scenarios, plans and results offer.
CALLS = sorted({*sim.__all__, "attribute", "curve", "robust", "ledger", "planner"} - {"__version__", "Result"})
METHODS = ("Plan.split", "Plan.with_money", "Plan.with_areas", "Scenario.with_world", "Scenario.with_plan",
           "Scenario.with_target", "Scenario.without_target", "Result.summary", "Result.values", "Result.targets",
           "Result.tidy", "Result.to_xarray", "Result.to_parquet", "Result.from_parquet", "Result.to_pyam",
           "Result.plot")  # fmt: skip
#: These take any further name: a line's money.
OPEN = ("Plan.split", "Plan.with_money")


def reached(name: str) -> Callable[..., Any]:
    """What stands behind a dotted name of `sim`."""
    found: Any = sim
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.fixture(params=["vi", "en"])
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language in turn; Vietnamese afterwards."""
    speak(request.param)
    yield request.param
    speak("vi")


def told(call: Callable[[], object]) -> str:
    """The sentences of a refusal that is an error of both families."""
    with pytest.raises(Miscalled) as refused:
        call()
    assert isinstance(refused.value, InputError) and isinstance(refused.value, TypeError)
    text = str(refused.value)
    assert not any(line.startswith(problem.key) for problem in refused.value.problems for line in text.splitlines())
    return text


@pytest.mark.parametrize("name", sorted({*CALLS, *METHODS} - {*OPEN}))
def test_a_misspelt_name_is_told_with_those_there_are(name: str, lang: str) -> None:
    if name == "planner":  # what it takes beside a scenario are the parameters of its notebook
        with pytest.raises(InputError, match="drws.*draws"):
            sim.planner(drws=4)
        return
    call = reached(name)
    known = [one for one in inspect.signature(call).parameters if one not in ("self", "cls")]
    wrong = f"{known[-1]}x" if known else "drws"
    text = told(lambda: call(**{wrong: 1}))
    assert f"“{wrong}”" in text and f"{name.split('.')[-1]}()" in text
    assert all(one in text for one in known)
    assert ("nên viết: " if lang == "vi" else "write: ") + known[-1] in text if known else True


@pytest.mark.parametrize("name", sorted({*CALLS, *METHODS}))
def test_a_value_too_many_is_told(name: str, lang: str) -> None:
    text = told(lambda: reached(name)(*[None] * 20))
    assert f"{name.split('.')[-1]}()" in text and "None" in text


@pytest.mark.parametrize("name", sorted({*CALLS, *METHODS}))
def test_signatures_and_help_stay(name: str) -> None:
    call = reached(name)
    parameters = inspect.signature(call).parameters.values()
    assert name == "planner" or name in OPEN or not any(one.kind is one.VAR_KEYWORD for one in parameters)
    if not inspect.ismodule(call):  # a room of the same name has words of its own
        shown = pydoc.plain(pydoc.render_doc(call))
        assert all(one.name in shown for one in parameters)


#: {what: (call, words of the refusal)}
KINDS: dict[str, tuple[Callable[[], object], tuple[str, ...]]] = {
    "a number as scenario": (lambda: sim.run(5), ("“asked”", "int", "str, Scenario")),  # type: ignore[arg-type]
    "no scenario": (lambda: sim.run(None), ("“asked”", "None")),  # type: ignore[arg-type]
    "a number among scenarios": (lambda: sim.run(["fund-12.3", 5]), ("“asked[1]”", "“5”")),  # type: ignore[list-item]
    "draws as text": (lambda: sim.run("fund-12.3", draws="64"), ("“draws”", ": 64")),  # type: ignore[arg-type]
    "draws that are true": (lambda: sim.run("fund-12.3", draws=True), ("“draws”", "bool")),
    "a year as text": (lambda: sim.load_province(year="2025"), ("“year”", ": 2025")),  # type: ignore[arg-type]
    "one indicator bare": (lambda: sim.attribute("fund-12.3", "htx_active"), ("['htx_active']",)),
    "one line bare": (lambda: sim.curve("fund-12.3", lines="market"), ("['market']",)),
    "one scenario bare": (lambda: sim.robust("fund-12.3"), ("['fund-12.3']",)),
    "a share as text": (lambda: sim.robust(["fund-12.3"], threshold="0,8"), ("0.8",)),  # type: ignore[arg-type]
    "a target as text": (lambda: sim.seek("fund-12.3", "x"), ("Chance",)),  # type: ignore[arg-type]
    "an objective's name": (lambda: sim.allocate("fund-12.3", "Mean"), ("Objective",)),  # type: ignore[arg-type]
    "an objective not made": (
        lambda: sim.allocate("fund-12.3", sim.objectives()["Mean"]), ("Mean(…)",),  # type: ignore[arg-type]
    ),
    "money as fund": (lambda: sim.allocate("fund-12.3", fund=12.3), ("FixedFund",)),  # type: ignore[arg-type]
    "a name as result": (lambda: sim.summarise("fund-12.3"), ("Result",)),  # type: ignore[arg-type]
    "a plan's name as plan": (
        lambda: sim.load_scenario("fund-12.3").with_plan("indexed"), ("Plan",),  # type: ignore[arg-type]
    ),
    "a number as world": (lambda: sim.load_scenario("fund-12.3").with_world(5), ("World",)),  # type: ignore[arg-type]
}  # fmt: skip


def split(**asked: Any) -> sim.Plan:
    return sim.Plan.split("mine", **{"fund": 10, "years": 2024, **asked})


#: What makes a plan, given what it cannot take: {what: (call, words of each sentence)}
PLANS: dict[str, tuple[Callable[[], object], tuple[str, ...]]] = {
    "more than the fund": (lambda: split(market=0.7, capacity=0.6), ("F27 Plan.split(market, capacity)|1.3|≤ 1",)),
    "two wrong shares": (lambda: split(market=1.2, capacity=-0.2), ("F66 market|1.2|0 … 1", "F66 capacity|0.2|0 … 1")),
    "a percentage": (lambda: split(market=40), ("F66 market|40|0 … 1|0.4",)),
    "a share as text": (lambda: split(market="0,3"), ("F54 Plan.split()|“market”|float|0.3",)),
    "a share that is true": (lambda: split(market=True), ("F54 Plan.split()|“market”|bool",)),
    "a misspelt line": (lambda: split(markt=0.3), ("F52 Plan.split()|“markt”|survey|write: market",)),
    "areas as a list": (lambda: split(areas=[0.5, 0.5]), ("F54 Plan.split()|“areas”|Mapping",)),
    "no year": (lambda: split(years=[]), ("F15 years",)),
    "money on a misspelt line": (
        lambda: split(market=0.3).with_money(years=2024, markt=3), ("F52 Plan.with_money()|“markt”|write: market",),
    ),
    "money as text": (
        lambda: split(market=0.3).with_money(years=2024, market="3"), ("F54 Plan.with_money()|“market”|write: 3",),
    ),
    "money before the plan": (
        lambda: split(market=0.3).with_money(years=[1990, 2025], market=3), ("F66 years|“1990”|≥ 2024",),
    ),
    "areas of a misspelt line": (
        lambda: split(market=0.3).with_areas({"A": 1}, lines=["markt"]), ("F52 lines|“markt”|write: market",),
    ),
    "areas of one line bare": (
        lambda: split(market=0.3).with_areas({"A": 1}, lines="market"), ("F54 Plan.with_areas()|['market']",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANS)
def test_what_makes_a_plan_is_refused_with_place_value_range_and_fix(what: str) -> None:
    call, sentences = PLANS[what]
    speak("en")
    try:
        with pytest.raises(InputError) as refused:
            call()
        said = str(refused.value).splitlines()
    finally:
        speak("vi")
    assert len(said) == len(sentences), said
    for sentence, words in zip(said, sentences, strict=True):
        (code, place), *others = words.split("|")[0].split(" ", 1), *words.split("|")[1:]
        assert sentence.startswith(f"{code}: {place}: ") and all(word in sentence for word in others), sentence


def test_numbers_of_other_libraries_are_shares_too() -> None:
    assert split(market=np.float64(0.5), capacity=Decimal("0.25")).line_budget("market", 2030) == 5_000_000_000


@pytest.mark.parametrize("what", KINDS)
def test_values_of_another_kind_are_told_with_what_is_taken(what: str, lang: str) -> None:
    call, words = KINDS[what]
    text = told(call)
    assert all(word in text for word in words), text


def test_a_year_that_stands_alone_is_told_how_to_write_it() -> None:
    result = sim.run(["no-support", "fund-12.3"], draws=16)
    assert "[2030]" in told(lambda: sim.compare(result, "no-support", years=2030))  # type: ignore[arg-type]
    assert "['htx_active']" in told(lambda: sim.compare(result, "no-support", indicators="htx_active"))
    assert "[2030]" in told(lambda: result.tidy("htx_active", years=2030))  # type: ignore[arg-type]


def test_a_line_there_is_not_is_refused_as_everywhere() -> None:
    with pytest.raises(InputError, match="market"):
        sim.curve("fund-12.3", lines=["markt"], draws=16)


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = told(lambda: sim.seek("fund-12.3", targte=5, yaer=2025))  # type: ignore[call-arg]
    assert len(text.splitlines()) == 3 and all(word in text for word in ("targte", "yaer", ": target", ": year"))


def test_what_fits_goes_through_untouched() -> None:
    @answering
    def call(first: str, *, last: float | None = None, **rest: object) -> tuple[object, ...]:
        return first, last, rest

    assert call("a", last=2, other="x") == ("a", 2, {"other": "x"})
    assert call(first="a") == ("a", None, {})


@pytest.mark.parametrize(
    "years", [np.array([2027, 2030]), pd.Series([2027, 2030]), (year for year in (2027, 2030)), [np.int64(2027), 2030]],
    ids=["array", "column", "generator", "numbers of NumPy"],
)  # fmt: skip
def test_lists_and_numbers_of_other_libraries_are_taken(years: Iterable[int]) -> None:
    result = sim.run((name for name in ("no-support", "fund-12.3")), draws=np.int64(16), seed=np.int32(3))
    plain = sim.run(["no-support", "fund-12.3"], draws=16, seed=3)
    assert result.scenarios == plain.scenarios and result.summary().equals(plain.summary())
    found = sim.compare(result, "no-support", years=years, indicators=np.array(["htx_active"]))  # type: ignore[arg-type]
    assert found.equals(sim.compare(plain, "no-support", years=[2027, 2030], indicators=["htx_active"]))


def test_a_mapping_stands_for_its_keys_where_a_call_goes_through_what_it_is_given() -> None:
    plan = sim.load_scenario("fund-12.3").plan
    years = plan.lines["market"]
    asked = {"slug": "x", "market": Decimal(3)}
    assert plan.with_money(years=years, **asked) == plan.with_money(years=list(years), **asked)  # type: ignore[arg-type]
    for call in (lambda: plan.with_money(years={"a": 1}, **asked), lambda: sim.run({"fund-12.3": 1})):  # type: ignore
        with pytest.raises(InputError, match="F54"):
            call()


def test_what_can_be_read_once_is_not_empty_when_it_is_used() -> None:
    result = sim.run("fund-12.3", draws=8)
    once: Any = (year for year in (2029, 2030))
    assert result.tidy("htx_active", years=once).equals(result.tidy("htx_active", years=[2029, 2030]))
    lines: Any = (line for line in ("market",))
    assert [one.line for one in sim.curve("fund-12.3", lines=lines, draws=8)] == ["market"]


@pytest.mark.parametrize("money", [np.float64(2), np.int64(2), np.float32(2), pd.Series([2.0]).iloc[0]])
def test_money_is_a_number_of_any_library(money: float) -> None:
    plan = sim.load_plan("fund-12.3")
    assert plan.with_money(years=2027, market=money) == plan.with_money(years=2027, market=2)


def test_an_error_of_a_kind_inside_a_call_stays_what_it_is() -> None:
    @answering
    def call(value: object) -> object:
        return value + 1  # type: ignore[operator]

    with pytest.raises(TypeError) as raised:
        call("a")
    assert not isinstance(raised.value, Miscalled)


@pytest.mark.parametrize("name", CALLS)
def test_a_call_can_be_sent_to_another_process(name: str) -> None:
    call = getattr(sim, name)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(call, protocol)) in (call, getattr(sim.verbs, name))


def test_processes_of_their_own_run_scenarios() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (there,) = pool.map(partial(sim.run, draws=16), ["no-support"])
    pd.testing.assert_frame_equal(there.summary(), sim.run("no-support", draws=16).summary())
