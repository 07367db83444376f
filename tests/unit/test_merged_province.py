"""The province since July 2025 is two areas: own assumptions, one sum, nothing joined, nothing said twice."""

from __future__ import annotations

import csv
from decimal import Decimal

import numpy as np
import pytest

from sim.analysis.answer import ScenarioAnswer, answer_for, history
from sim.analysis.split import has_money
from sim.domain import FANS, INDICATOR, LINES, Distribution, Override, World
from sim.ensemble import run
from sim.evidence import Knowledge, load_knowledge
from sim.inputs.pack import AREA_COLUMNS, load_province, load_register
from sim.inputs.scenarios import load_background, load_scenario
from sim.inputs.text import source_data
from sim.inputs.yaml import LANGUAGES
from sim.report.forms.terminal import comparison
from sim.report.pages.areas import _SHOWN, area_figures
from sim.report.print import Figure, Wording, together

SLUG, PARTS = "lao-cai-2025", {"VN-02": "lao-cai", "VN-06": "yen-bai"}
DRAWS = 2048


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(province=SLUG)


@pytest.fixture(scope="module")
def answer(known: Knowledge) -> ScenarioAnswer:
    background = load_background(province=SLUG)
    plan, nothing = (load_scenario(name, background=background) for name in ("fund-12.3", "no-support"))
    return answer_for(known.province, known.register, plan, [nothing], posterior=known.posterior, draws=DRAWS, seed=1)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_terminal_tells_shares_of_areas_by_name_and_in_per_cent(known: Knowledge, lang: str) -> None:
    whole, halves = (load_scenario(name, background=load_background(province=SLUG)) for name in ("fund-31.7", "halves"))
    ran = run(known.province, known.register, [whole, halves], draws=16, seed=1)
    table = next(iter(comparison(Wording(lang), ran)))
    (told,) = {row[-1] for row in table.rows}
    names = [Wording(lang).label(area.label) for area in known.province.areas]
    assert told == ", ".join(f"{name} {Wording(lang).with_unit('50', '%')}" for name in names)


# -- the register ------------------------------------------------------------------------------------


def test_what_history_or_a_pack_made_of_an_assumption_stands_once_per_area(known: Knowledge) -> None:
    register = known.register
    for key in ("stopping_rate", "foundings_reference", "base_regular_workers"):
        assert register.versions(key) == tuple(f"{key}_{code}" for code in ("vn_02", "vn_06")), key
        assert key not in register.entries and register[key].of == ""
    assert register["stopping_rate_vn_06"].label["vi"].endswith(" · Yên Bái cũ")
    assert (
        register["foundings_reference_vn_06"].distribution.p50 != register["foundings_reference_vn_02"].distribution.p50
    )
    # What support does was measured nowhere, and certainly not twice.
    assert register.versions("phi_establishment_founding") == ("phi_establishment_founding",)


def test_every_assumption_by_area_keeps_a_column_of_its_own() -> None:
    register = load_register(province=SLUG)
    columns = [register[key].column for key in register]
    assert len(set(columns)) == len(columns)
    common = load_register(province="lao-cai")
    assert max(common[key].column for key in common) < AREA_COLUMNS
    for place, code in enumerate(PARTS, start=1):
        entry = register[f"stopping_rate_{code.lower().replace('-', '_')}"]
        assert entry.column == common["stopping_rate"].column + place * AREA_COLUMNS


def test_a_province_of_one_area_has_nothing_by_area() -> None:
    for slug in PARTS.values():
        register = load_register(province=slug)
        assert not register.common and not any(register[key].area for key in register)


def test_a_world_states_an_assumption_everywhere_or_in_one_area(known: Knowledge) -> None:
    def world(**values: float) -> World:
        stated = {key: Override(key, Distribution(value, value, value), {}) for key, value in values.items()}
        return World("stated", {}, {}, stated)

    scenario = load_scenario("no-support", background=load_background(province=SLUG))

    def stopped(of: World) -> np.ndarray:
        from dataclasses import replace

        ran = run(known.province, known.register, [replace(scenario, world=of)], draws=256, seed=1)
        return ran.series(scenario.slug, "htx_stopped")[0].sum(axis=-1)

    assert (stopped(world(stopping_rate=0.0)) == 0).all()
    one = stopped(world(stopping_rate=0.0, stopping_rate_vn_06=0.5))
    assert one[0] == 0 and one[1] > 0


# -- where it starts ---------------------------------------------------------------------------------


def test_an_area_starts_from_what_was_printed_and_the_other_from_its_own_past(known: Knowledge) -> None:
    province = known.province
    assert set(province.base["htx_registered"]) == {"VN-06"} and set(province.assumed["htx_registered"]) == {"VN-02"}
    result = run(province, known.register, [load_scenario("no-support", background=load_background(province=SLUG))],
                 draws=DRAWS, seed=1, posterior=known.posterior)  # fmt: skip
    old, other, whole = result.base_values("no-support", "htx_registered")
    assert set(other) == {831.0} and np.array_equal(old + other, whole)
    # 502 at the end of 2023, 515 in the middle of 2024; about 37 founded and few dissolved in a year.
    assert 510 < np.median(old) < 550 and old.std() > 3
    active = result.base_values("no-support", "htx_active")
    assert (active[:2] <= np.stack([old, other])).all()


def test_figures_of_the_sum_tell_the_sum(known: Knowledge) -> None:
    """Over 1,400 HTX and about 41,600 members in the middle of 2025; without them the range is far wider."""
    scenario = load_scenario("fund-12.3", background=load_background(province=SLUG))

    def spread(posterior: object) -> tuple[float, float]:
        ran = run(known.province, known.register, [scenario], draws=4096, seed=1, posterior=posterior)
        middle = (
            ran.base_values(scenario.slug, "htx_members")[-1] + ran.series(scenario.slug, "htx_members")[0, -1]
        ) / 2
        return float(np.median(middle)), float(np.subtract(*np.quantile(middle, [0.9, 0.1])))

    assert known.before is not None
    (before, wide), (after, narrow) = spread(known.before), spread(known.posterior)
    assert abs(after - 41_600) < abs(before - 41_600) and narrow < 0.5 * wide


def test_the_copied_rows_say_what_the_provinces_packs_say() -> None:
    def rows(slug: str) -> dict[tuple[str, ...], tuple[str, ...]]:
        with (source_data() / "provinces" / slug / "observations.csv").open(encoding="utf-8", newline="") as file:
            keys = ("area_code", "entity", "indicator", "year", "period", "source_id")
            return {tuple(row[key] for key in keys): tuple(row.values()) for row in csv.DictReader(file)}

    merged = rows(SLUG)
    for code, slug in PARTS.items():
        theirs = {key: row for key, row in rows(slug).items() if key[0] == code}
        copied = {key: row for key, row in merged.items() if key[0] == code}
        assert copied == theirs, f"run scripts/copy_area_rows.py ({slug})"


def test_two_provinces_pasts_are_not_one_series() -> None:
    province = load_province(SLUG)
    codes = {row.source_id for row in province.observations if row.area_code == province.code}
    for name in FANS:
        assert {point.source_id for point in history(province, name)} <= codes, name
    assert any(history(load_province(slug), "htx_registered") for slug in PARTS.values())


# -- what is printed ---------------------------------------------------------------------------------


def shown(figure: Figure) -> Decimal:
    assert figure.place is not None
    value = figure.shown if figure.shown is not None else Decimal(repr(figure.value))
    return value.quantize(Decimal(1).scaleb(figure.place)) if figure.place < 0 else round(value, -figure.place)


def test_areas_add_up_to_the_printed_digit(answer: ScenarioAnswer) -> None:
    checked = 0
    for year in answer.result.years[1:]:
        for name in _SHOWN:
            *parts, whole = area_figures(answer, name, year)
            if not INDICATOR[name].per:
                assert sum(map(shown, parts)) == shown(whole), (name, year)
                checked += 1
            else:
                assert min(one.value for one in parts) <= whole.value <= max(one.value for one in parts)
    assert checked > 20


def test_rounded_each_for_itself_they_would_not() -> None:
    """The negative control of the test above."""
    parts, whole = [Figure.of_level("htx_active", value) for value in (10.4, 20.4)], Figure.of_level("htx_active", 30.8)
    assert sum(shown(one) for one in parts) != shown(whole)
    assert sum(shown(one) for one in together(parts, whole)) == shown(whole)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_calls_prices_of_2023_those_of_the_base_year(lang: str) -> None:
    """The merged province's base year is 2024; money compared is in prices of 2023 in every pack."""
    words = (source_data() / "labels" / f"{lang}.yaml").read_text(encoding="utf-8").lower()
    assert "giá năm gốc" not in words and "base-year prices" not in words


def test_what_has_money_in_years_that_are_over_only_has_nothing_to_divide(known: Knowledge) -> None:
    background = load_background(province=SLUG)
    plan, nothing = (load_scenario(name, background=background) for name in ("fund-12.3", "no-support"))
    assert any(nothing.plan.line_budget(line, 2026) for line in LINES)
    assert has_money(plan, known.province) and not has_money(nothing, known.province)
