"""A fund is never told as if another province's were its own: what stands for it, and what it does per active HTX."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.answer import PER, Funding, per_htx, per_htx_of
from sim.domain import AssumedFund, Distribution, InputError, Register
from sim.ensemble import run
from sim.inputs.pack import load_province
from sim.inputs.text import source_data
from sim.report.pages import funding_lines, size_of
from sim.report.print import Wording, spoken
from tests.support import tiny

FUND_ID = "reference_fund"
DRAWS = 2000


def register_with(p10: float, p50: float, p90: float) -> Register:
    fund = tiny.assumption(FUND_ID, Distribution(p10, p50, p90), (1.0, 100.0), 400, "E")
    return Register({**tiny.register().entries, FUND_ID: replace(fund, unit="billion VND/yr")})


MERGED = load_province("lao-cai-2025")
ASSUMED = replace(tiny.province(), assumed_fund=AssumedFund(FUND_ID, "lao-cai"))


def scenarios(money: float) -> list:
    return [tiny.scenario("none", tiny.times(0.0), years=3), tiny.scenario("fund", tiny.times(money), years=3)]


def test_an_assumed_fund_that_is_certain_and_equal_to_the_printed_one_changes_nothing() -> None:
    plain = run(tiny.province(), tiny.register(), scenarios(1.0), draws=DRAWS, seed=1)
    assumed = run(ASSUMED, register_with(12.3, 12.3, 12.3), scenarios(1.0), draws=DRAWS, seed=1)
    for name in ("htx_active", "htx_revenue"):
        np.testing.assert_array_equal(assumed.series("fund", name), plain.series("fund", name))


def test_twice_the_reference_fund_makes_the_same_money_half_as_much() -> None:
    plain = run(tiny.province(), tiny.register(), scenarios(1.0), draws=DRAWS, seed=1)
    doubled = run(ASSUMED, register_with(24.6, 24.6, 24.6), scenarios(2.0), draws=DRAWS, seed=1)
    np.testing.assert_allclose(doubled.series("fund", "htx_active"), plain.series("fund", "htx_active"))
    np.testing.assert_allclose(doubled.runs[1].spending, plain.runs[1].spending)


def test_control_the_same_money_against_twice_the_fund_does_less() -> None:
    register = register_with(24.6, 24.6, 24.6)
    found = run(
        ASSUMED, register, [*scenarios(1.0), tiny.scenario("twice", tiny.times(2.0), years=3)], draws=DRAWS, seed=1
    )
    same, scaled = (per_htx_of(found, "none", slug).change.mean for slug in ("fund", "twice"))
    assert 0 < same < scaled


def test_per_htx_is_the_difference_over_the_active_htx_at_the_start() -> None:
    found = run(tiny.province(), tiny.register(), scenarios(1.0), draws=DRAWS, seed=1)
    more = found.series("fund", "htx_active")[-1, -1] - found.series("none", "htx_active")[-1, -1]
    one = per_htx_of(found, "none", "fund")
    assert one.change.mean == pytest.approx(PER * more.mean() / 405)
    assert (one.active, one.years, one.fund) == (405, 3, pytest.approx(12.3))
    assert one.million_per_htx == pytest.approx(12_300 / 405)
    again = per_htx(tiny.province(), scenarios(1.0)[1], more, np.inf)
    assert again.change.mean == pytest.approx(one.change.mean)


def funding(multiple: float) -> Funding:
    register = register_with(18.0, 24.6, 33.0)
    found = run(ASSUMED, register, scenarios(2 * multiple), draws=DRAWS, seed=1)
    old = run(load_province("lao-cai"), tiny.register(), scenarios(1.0), draws=DRAWS, seed=1)
    return Funding(per_htx_of(found, "none", "fund"), per_htx_of(old, "none", "fund"), register[FUND_ID])


@pytest.mark.parametrize(
    ("multiple", "keys"), [(0.5, ["fund_small"]), (1.0, []), (1.4, []), (2.0, ["fund_large"]), (0.0, ["fund_small"])]
)
def test_a_fund_small_or_large_for_its_province_is_said_to_be(multiple: float, keys: list[str]) -> None:
    found = funding(multiple)
    assert found.multiple == pytest.approx(multiple) and size_of(found) == keys


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_lines_tell_the_assumption_its_grade_and_both_effects_per_htx(lang: str) -> None:
    w = Wording(lang)
    lines = [spoken(line) for line in funding_lines(w, ASSUMED, funding(0.5))]
    comma = "," if lang == "vi" else "."
    assert len(lines) == 3
    for part in ("25", "18", "33", "E", f"12{comma}3", "405"):
        assert part in lines[0], part
    many = replace(funding(0.5), ours=replace(funding(0.5).ours, active=1141.3, province=MERGED))
    told = str(funding_lines(w, ASSUMED, many)[0])  # whole and assumed, as the base year is told below
    assert f"1{'.' if lang == 'vi' else ','}141" in told and told.count('data-mark="assumption"') == 4
    assert "100" in lines[1] and "30" in lines[1] and lines[1].count("+") == 2
    assert f"0{comma}5" in lines[2]


def test_no_support_is_told_no_effect_and_a_printed_fund_needs_no_line() -> None:
    w = Wording("vi")
    assert len(funding_lines(w, ASSUMED, funding(0.0))) == 1
    assert funding_lines(w, load_province("lao-cai"), None) == []
    (borrowed,) = funding_lines(w, load_province("yen-bai"), None)
    assert "VN-02" in spoken(borrowed)


class TestPack:
    """`reference_fund` of pack.yaml names both the assumption and the pack it was scaled from, and both exist."""

    @pytest.fixture
    def pack(self, tmp_path: Path) -> Path:
        import shutil

        shutil.copytree(source_data() / "provinces", tmp_path / "provinces")
        shutil.copytree(source_data() / "worlds", tmp_path / "worlds")
        return tmp_path / "provinces" / "yen-bai" / "pack.yaml"

    @pytest.mark.parametrize(
        ("lines", "key"),
        [
            ("  assumption: reference_fund\n  pack: lao-cai\n", ""),
            ("  assumption: reference_fund\n", "missing_key"),
            ("  pack: lao-cai\n", "missing_key"),
            ("  assumption: reference_fund\n  pack: lao-kai\n", "unknown_province"),
        ],
    )
    def test_half_a_statement_and_an_unknown_pack_are_refused(self, pack: Path, lines: str, key: str) -> None:
        text = pack.read_text(encoding="utf-8")
        pack.write_text(text.replace("targets: []", f"{lines}targets: []"), encoding="utf-8")
        if not key:
            assert load_province("yen-bai", root=pack.parents[2]).assumed_fund == AssumedFund(FUND_ID, "lao-cai")
            return
        with pytest.raises(InputError) as refused:
            load_province("yen-bai", root=pack.parents[2])
        assert [problem.key for problem in refused.value.problems] == [key]
