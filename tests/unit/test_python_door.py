"""What the command line refuses, Python refuses, in words; what it gives goes on to other tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.domain import Distribution, InputError, Override, Plan, Scenario, World
from sim.ensemble import summary_rows
from sim.inputs.yaml import speak

DRAWS = 32


@pytest.fixture(autouse=True)
def in_vietnamese() -> None:
    """Whatever language another test of this process spoke last."""
    speak("vi")


@pytest.fixture(scope="module")
def fund() -> Scenario:
    """The scenario of the 2024 fund."""
    return sim.load_scenario("fund-12.3")


@pytest.fixture(scope="module")
def result() -> Any:
    """Two scenarios on common draws."""
    return sim.run(["no-support", "fund-12.3"], draws=DRAWS)


def stated(key: str, value: float) -> World:
    """A world that states one number."""
    override = Override(key, Distribution(value, value, value), {"vi": "x", "en": "x"})
    return World("mine", {"vi": "x", "en": "x"}, {"vi": "", "en": ""}, {key: override})


Misuse = Callable[[Scenario, Any], object]
LABEL = {"vi": "x", "en": "x"}
#: {what somebody does: (how, a word of the refusal)}
MISUSES: dict[str, tuple[Misuse, str]] = {
    "tỷ where đồng are meant": (lambda f, r: Plan("x", LABEL, "nominal", {2024: 12.3}, {}), "12.3"),  # type: ignore[dict-item]
    "negative money": (lambda f, r: Plan("x", LABEL, "nominal", {2024: -5}, {}), "-5"),
    "a truth value as money": (lambda f, r: Plan("x", LABEL, "nominal", {2024: True}, {}), "True"),
    "text as money": (lambda f, r: Plan("x", LABEL, "nominal", {2024: "12"}, {}), "12"),  # type: ignore[dict-item]
    "a line there is not": (lambda f, r: Plan("x", LABEL, "nominal", {2024: 5}, {"markt": {2024: 1}}), "markt"),
    "a price basis there is not": (lambda f, r: Plan("x", LABEL, "real", {2024: 5}, {}), "real_2023"),
    "lines above the fund": (lambda f, r: Plan("x", LABEL, "nominal", {2024: 5}, {"market": {2024: 9}}), "2024"),
    "a split above one": (lambda f, r: Plan.split("x", fund=5, years=2024, market=0.8, survey=0.5), "1,3"),
    "a negative share": (lambda f, r: Plan.split("x", fund=5, years=2024, market=-0.1), "market"),
    "a share in percent": (lambda f, r: Plan.split("x", fund=5, years=2024, market=30), "30"),
    "a split of a line there is not": (lambda f, r: Plan.split("x", fund=5, years=2024, markt=0.1), "markt"),
    "a negative fund": (lambda f, r: Plan.split("x", fund=-5, years=2024), "-5"),
    "a fund that is no number": (lambda f, r: Plan.split("x", fund=float("nan"), years=2024), "nan"),
    "a fund finer than a đồng": (lambda f, r: Plan.split("x", fund=1e-10, years=2024), "1e-10"),
    "money of a line there is not": (lambda f, r: f.plan.with_money(markt=4.0, years=2027), "markt"),
    "text as tỷ": (lambda f, r: f.plan.with_money(market="4", years=2027), "market"),  # type: ignore[arg-type]
    "negative tỷ": (lambda f, r: f.plan.with_money(market=-4.0, years=2027), "market"),
    "more than any fund": (lambda f, r: sim.run(f.with_plan(Plan.split("x", fund=1e6, years=2024)), DRAWS), "fund"),
    "a year out of reach": (lambda f, r: sim.run(f.with_plan(Plan.split("x", fund=5, years=1800)), DRAWS), "1800"),
    "a slug with a blank": (lambda f, r: sim.run(replace(f, slug="a b"), DRAWS), "slug"),
    "a slug that is a path": (lambda f, r: sim.run(replace(f, slug="../x"), DRAWS), "slug"),
    "a label without a language": (lambda f, r: sim.run(replace(f, label={"vi": "x"}), DRAWS), "label"),
    "a world there is not": (lambda f, r: f.with_world("weak"), "weak-markets"),
    "inflation of 500 %": (lambda f, r: sim.run(replace(f, world=stated("inflation", 5.0)), DRAWS), "inflation"),
    "a share of 1.2": (lambda f, r: sim.run(replace(f, world=stated("shell_share", 1.2)), DRAWS), "shell_share"),
    "an assumption there is not": (lambda f, r: sim.run(replace(f, world=stated("inflaton", 0.1)), DRAWS), "inflation"),
    "a horizon of 2500": (lambda f, r: sim.run(replace(f, horizon=2500), DRAWS), "2500"),
    "a horizon in the past": (lambda f, r: sim.run(replace(f, horizon=2020), DRAWS), "2020"),
    "a horizon as text": (lambda f, r: sim.run(replace(f, horizon="2030"), DRAWS), "horizon"),  # type: ignore[arg-type]
    "a scenario there is not": (lambda f, r: sim.run("fund-12.4", DRAWS), "fund-12.3"),
    "one scenario twice": (lambda f, r: sim.run([f, f], DRAWS), "fund-12.3"),
    "one slug twice": (lambda f, r: sim.run([f, replace(f, world=stated("inflation", 0.05))], DRAWS), "fund-12.3"),
    "two horizons": (lambda f, r: sim.run([f, replace(f, slug="x", horizon=2028)], DRAWS), "2028"),
    "no scenario": (lambda f, r: sim.run([], DRAWS), "scenarios"),
    "a plan as scenario": (lambda f, r: sim.run([f.plan], DRAWS), "Plan"),  # type: ignore[list-item]
    "no draws": (lambda f, r: sim.run(f, 0), "draws"),
    "draws as text": (lambda f, r: sim.run(f, "64"), "draws"),  # type: ignore[arg-type]
    "too many draws": (lambda f, r: sim.run(f, 1 << 21), "draws"),
    "a negative seed": (lambda f, r: sim.run(f, DRAWS, seed=-1), "seed"),
    "the base year compared": (lambda f, r: sim.compare(r, "no-support", years=[2023]), "2024"),
    "a year before it": (lambda f, r: sim.compare(r, "no-support", years=[2022]), "2022"),
    "a year behind it": (lambda f, r: sim.compare(r, "no-support", years=[2031]), "2030"),
    "names instead of a result": (lambda f, r: sim.compare(["no-support"], "no-support"), "result"),
    "a reference that was not run": (lambda f, r: sim.compare(r, "market-first"), "no-support"),
    "an indicator there is not": (lambda f, r: sim.compare(r, "no-support", indicators=["htx_activ"]), "htx_active"),
    "values of none": (lambda f, r: r.values("htx_activ"), "htx_active"),
    "values in a basis there is not": (lambda f, r: r.values("htx_revenue", "real"), "real_2023"),
    "rows of a year there is not": (lambda f, r: r.tidy("htx_active", years=[2050]), "2050"),
    "a chart of an area there is not": (lambda f, r: r.plot("htx_active", area="VN-99"), "VN-02"),
    "an attribution of nothing": (lambda f, r: sim.attribute(f, ["active"], draws=DRAWS), "active"),
    "a language there is not": (lambda f, r: sim.indicators("fr"), "fr"),
}


@pytest.mark.parametrize("what", MISUSES)
def test_python_refuses_in_words(what: str, fund: Scenario, result: Any) -> None:
    how, word = MISUSES[what]
    with pytest.raises(InputError) as refused:
        how(fund, result)
    assert word in str(refused.value)
    assert not str(refused.value).startswith(tuple(problem.key for problem in refused.value.problems))


def test_a_plan_is_built_in_one_line_and_adds_up(fund: Scenario) -> None:
    """Other money on a line moves the fund by as much; every other year and line stays."""
    plan = fund.plan.with_money(market=4.0, years=2027)
    assert plan.slug == "fund-12.3.market-4-2027"
    assert plan.line_budget("market", 2027) == 4_000_000_000
    for year in range(2024, 2031):
        assert plan.unallocated(year) == fund.plan.unallocated(year)
        if year != 2027:
            assert plan.annual_budget(year) == fund.plan.annual_budget(year)
    mine = Plan.split("mine", fund=15, years=2024, establishment=0.4, market=0.3)
    assert [mine.line_budget(line, 2030) for line in ("establishment", "market")] == [6_000_000_000, 4_500_000_000]
    assert mine.unallocated(2024) == 4_500_000_000
    scenario = fund.with_plan(mine).with_world("weak-markets")
    assert scenario.slug == "mine--weak-markets"
    assert sim.run(scenario, DRAWS).scenarios == ("mine--weak-markets",)


def test_a_scenario_made_in_python_gives_the_figures_of_its_file(fund: Scenario, tmp_path: Path) -> None:
    from sim.inputs.yaml import scenario_text

    made = fund.with_plan(fund.plan.with_money(market=4.0, years=[2026, 2027]))
    path = tmp_path / f"{made.slug}.yaml"
    path.write_text(scenario_text(made), encoding="utf-8")
    assert list(summary_rows(sim.run(made, DRAWS))) == list(summary_rows(sim.run(str(path), DRAWS)))


def test_results_go_on(result: Any, tmp_path: Path) -> None:
    """Frames, arrays, files and charts hold what `values` holds."""
    values = result.values("htx_active")
    rows = result.tidy("htx_active", years=[2030])
    assert len(rows) == 2 * DRAWS
    assert np.array_equal(rows.htx_active.to_numpy(), values[:, :, -1, 0].ravel())
    assert result.to_xarray(["htx_active"]).htx_active.sel(scenario="fund-12.3", year=2030).shape == (DRAWS, 1)
    result.to_parquet(tmp_path / "a.parquet")
    assert type(result).from_parquet(tmp_path / "a.parquet").equals(result.summary())
    (tmp_path / "b.parquet").write_bytes(b"no table")
    with pytest.raises(InputError):
        type(result).from_parquet(tmp_path / "b.parquet")
    iamc = result.to_pyam()
    assert set(iamc.columns) == {"model", "scenario", "region", "variable", "unit", "year", "value"}
    assert not iamc.duplicated(["model", "scenario", "region", "variable", "year"]).any()
    chart = result.plot("htx_revenue").to_dict()
    assert {layer["mark"]["type"] for layer in chart["layer"]} == {"area", "line"}


def test_values_print_short(result: Any, fund: Scenario) -> None:
    """Showing a result printed 670 kB."""
    for one in (result, fund, fund.plan, fund.world, sim.load_province()):
        assert len(repr(one)) < 300
    for one in (result, fund, fund.plan):
        assert "<script" not in one._repr_html_() and len(one._repr_html_()) < 5_000
    assert "<td>3.075</td>" in fund._repr_html_()
    hostile = replace(fund.plan, slug="<script>")
    assert "<script" not in hostile._repr_html_()


def test_public_names_are_the_fields() -> None:
    assert sim.list_plans() and sim.load_plan("fund-12.3").slug == "fund-12.3"
    assert "central" in sim.list_worlds() and sim.load_world("central").overrides == {}
    assert set(sim.indicators().indicator) >= {"htx_active", "htx_revenue"}
    assert "Mean" in sim.objectives()


def test_what_verbs_return_prints_short_and_as_a_table(fund: Scenario) -> None:
    """A best split printed its whole surface; the checks printed every figure they rest on."""
    best, checks = sim.allocate(fund), sim.credibility()
    parts = sim.attribute(fund, ["htx_active"], draws=DRAWS)
    (curve,) = sim.curve(fund, ["htx_active"], ["market"], draws=DRAWS)
    several = sim.robust(["fund-12.3"], draws=256)
    for one in (best, best.surface, checks, parts, curve, next(iter(several.values()))):
        assert repr(one).startswith(f"<{type(one).__name__}") and len(repr(one)) < 400, repr(one)
    assert isinstance(checks, tuple) and checks[0].verdict in repr(checks)
    for one in (best, checks):
        shown = one._repr_html_()
        assert "<table" in shown and "<script" not in shown and len(shown) < 10_000
    assert set(best.to_frame().split) >= {"best", "plan"}
    assert sim.run(fund.with_plan(best.plan_of_best), DRAWS).scenarios == (best.plan_of_best.slug,), "goes on"
    shares = best.to_frame()[list(fund.plan.lines)]
    assert shares.sum(axis=1).between(99.5, 100.5).all()


def test_long_computations_tell_whoever_watches_and_give_the_same(fund: Scenario) -> None:
    from sim.domain import watched

    told: list[tuple[int, int]] = []
    result = sim.run(["no-support", "fund-12.3", "market-first"], draws=DRAWS)
    plain = sim.compare(result, "no-support", indicators=["htx_active"])
    with watched(lambda done, total: told.append((done, total))):
        again = sim.compare(result, "no-support", indicators=["htx_active"])
    assert told == [(1, 2), (2, 2)]
    assert again.equals(plain)


def test_a_bar_is_shown_in_a_notebook_alone_and_only_of_what_takes_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import IPython

    from sim import results
    from sim.domain import steps

    def compute() -> str:
        with results.bar():
            list(steps(range(3)))
        return capsys.readouterr().err

    monkeypatch.setattr(results, "_PATIENCE", -1.0)
    assert not compute()
    monkeypatch.setattr(IPython, "get_ipython", lambda: type("Shell", (), {"kernel": None})())
    assert "/3" in compute()
    monkeypatch.setattr(results, "_PATIENCE", 60.0)
    assert not compute()
