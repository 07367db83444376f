"""A second province is a data pack and nothing else: what it never printed is assumed, or said to be missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.domain import INDICATORS, REAL, InputError
from sim.ensemble import run
from sim.evidence import Knowledge, load_knowledge
from sim.inputs.scenarios import load_scenario

ROOT = Path(__file__).resolve().parents[2]
DRAWS = 512


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(province="yen-bai")


@pytest.fixture(scope="module")
def result(known: Knowledge):
    scenarios = [load_scenario("fund-12.3"), load_scenario("no-support")]
    return run(known.province, known.register, scenarios, draws=DRAWS, seed=1, posterior=known.posterior)


def test_code_names_no_province():
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "sim").rglob("*.py"))
    assert not [word for word in ("lao-cai", "VN-02", "yen-bai", "VN-06") if word in text]


def test_the_missing_active_count_is_a_share_of_other_provinces_and_never_more_than_registered(known, result):
    assert known.province.assumed["htx_active"]["VN-06"].id == "active_share"
    assert known.register["active_share"].grade == "B"
    active = result.base_values("fund-12.3", "htx_active")[-1]
    registered = result.base_values("fund-12.3", "htx_registered")[-1]
    assert np.unique(active).size > DRAWS // 10 and np.all(active <= registered) and np.all(active == np.rint(active))
    assert np.array_equal(result.base_values("fund-12.3", "htx_inactive")[-1], registered - active)


def test_an_assumed_figure_narrows_when_its_assumption_does(known):
    """The negative control: with the share settled, the base year is one number."""
    stated = known.register["active_share"]
    settled = replace(stated, distribution=replace(stated.distribution, p10=0.7, p50=0.7, p90=0.7))
    register = type(known.register)({**known.register.entries, "active_share": settled})
    found = run(known.province, register, [load_scenario("no-support")], draws=64, seed=1)
    assert set(found.base_values("no-support", "htx_active")[-1]) == {round(0.7 * 831)}


def test_unions_without_figures_are_not_projected(result):
    rows = result.summary()
    assert {"lhhtx_count", "lhhtx_member_htx"}.isdisjoint(rows.indicator)
    assert set(rows.indicator) == {one.id for one in INDICATORS} - {"lhhtx_count", "lhhtx_member_htx"}
    assert not rows[["mean", "p10", "p50", "p90"]].isna().any().any()


def test_real_money_is_of_2023_whatever_the_base_year(result):
    nominal = result.base_values("fund-12.3", "htx_revenue")[-1]
    real = result.base_values("fund-12.3", "htx_revenue", REAL)[-1]
    assert np.allclose(real, nominal / 1.0363)
    rows = result.series("fund-12.3", "htx_revenue", REAL)[0] / result.series("fund-12.3", "htx_revenue")[0]
    inflation = result.run_of("fund-12.3").parameters["inflation"]
    assert np.allclose(rows, 1 / (1.0363 * (1 + inflation)))


def test_four_years_of_figures_move_what_they_speak_of_and_nothing_else(known):
    """Registered HTX nearly doubled since 2020: the founding rate is learnt, the wage of newcomers is not."""
    assert {match.id for match in known.calibration.matches} >= {"registered-2024", "founded-2024"}
    before = known.register["foundings_reference"].distribution
    rows = dict(zip(known.before.ids, known.before.values, strict=True))
    low, high = np.quantile(rows["foundings_reference"], (0.1, 0.9))
    assert high - low < 0.6 * (before.p90 - before.p10)
    wage = known.register["relative_wage_new"].distribution
    low, high = np.quantile(rows["relative_wage_new"], (0.1, 0.9))
    assert high - low > 0.9 * (wage.p90 - wage.p10)
    assert set(known.before.latent) == {"htx_registered", "htx_revenue", "htx_worker_income"}


def test_money_of_other_boundaries_never_joins(known):
    own = {area.code for area in known.province.areas}
    assert own == {"VN-06"}
    assert {row.area_code for rows in known.province.base.values() for row in rows.values()} == own


def test_a_pack_that_rests_on_an_unknown_assumption_is_refused(known):
    from sim.inputs.pack import refuse_unknown

    lacking = type(known.register)({key: known.register[key] for key in known.register if key != "active_share"})
    with pytest.raises(InputError) as caught:
        refuse_unknown(known.province, lacking)
    assert caught.value.problems[0].key == "unknown_assumption"


def test_the_slow_checks_of_history_are_refused_where_there_is_none(known):
    from dataclasses import replace

    from sim.evidence import Size
    from sim.run import run_full

    bare = replace(known, calibration=replace(known.calibration, matches=()))
    with pytest.raises(InputError) as caught:
        run_full(bare, Size(1, 1), None, keep=False)
    assert caught.value.problems[0].key == "no_history_to_check"
