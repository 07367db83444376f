"""A history built from printed figures alone: which are used, and that what was planted is found in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from sim.domain import Calibration, Observation, Register
from sim.evidence import Effort, Knowledge, Past, condition, frozen_posterior, load_knowledge
from sim.evidence.past import log_part_of_year, part_of_year
from sim.inputs.figures import grain
from sim.inputs.pack import history_of, load_register

#: Quick searches: enough to say whether what was planted lies inside a range.
SMALL = Effort(fit_size=1 << 14, rounds=12, size=1 << 16, rows=1 << 12, wanted=200.0)
AREA = "VN-99"
YEARS = range(2021, 2025)


@pytest.fixture(scope="module")
def register() -> Register:
    """The common register, without a pack's own entries."""
    found = load_register(province="lao-cai")
    own = ("start_", "error_registered_2", "error_active_", "error_revenue_2", "error_revenue_growth_2")
    return Register({key: found[key] for key in found if not key.startswith(own)})


def row(
    indicator: str, year: int, value: float, period: str = "year", *, unit: str = "count", **more: str
) -> Observation:
    """A printed figure of the made-up area."""
    about = {"status": "actual", "source_id": "page", "area_code": AREA, "entity": "HTX", **more}
    return Observation(
        area="",
        year=year,
        period=period,
        indicator=indicator,
        value=value,
        unit=unit,
        note="",
        line=next(_LINES),
        **about,
    )


_LINES = iter(range(10**6))
PRICES = [
    row("cpi_inflation", year, 3.0, unit="%", area_code="VN", entity="macro") for year in range(2020, 2026)
]  # fmt: skip


def matched(rows: Iterable[Observation], register: Register) -> dict[str, float]:
    """{match: value} of a history that ends with a year."""
    found = history_of(AREA, 2022, [*PRICES, *rows], register)
    return {match.id: match.value for match in found.matches}


START = (row("htx_total", 2020, 400), row("htx_avg_revenue", 2020, 800, unit="million VND/yr"))


def test_the_shipped_history_is_what_was_listed_by_hand(knowledge: Knowledge) -> None:
    found = {match.id: (match.value, match.error, match.relative) for match in knowledge.calibration.matches}
    assert found["registered-2021"] == (441.0, 6.0, False) and found["registered-2022"] == (473.1, 4.0, False)
    assert found["active-mid-2022"] == (334.0, 8.0, False) and found["founded-h1-2023"] == (22.0, 0.0, False)
    assert found["revenue-growth-2023"] == (pytest.approx(0.064), 0.035, False)
    assert found["revenue-mid-2022"] == (765.0, 0.08, True) and found["members-2023"] == (7500.0, 0.03, True)
    assert len(found) == 19 and knowledge.calibration.start_year == 2020


def test_a_year_end_goes_before_a_mid_year_and_an_average_keeps_both(register: Register) -> None:
    rows = [*START, row("htx_total", 2022, 455, "mid"), row("htx_total", 2022, 470), row("htx_total", 2021, 420, "mid")]
    rows += [
        row("htx_avg_revenue", 2022, 765, "mid", unit="million VND/yr"),
        row("htx_avg_revenue", 2022, 841, unit="million VND/yr"),
    ]
    found = matched(rows, register)
    assert found == {
        "registered-mid-2021": 420.0, "registered-2022": 470.0, "revenue-mid-2022": 765.0, "revenue-2022": 841.0
    }  # fmt: skip


def test_a_part_of_a_year_is_not_counted_beside_one_that_holds_it(register: Register) -> None:
    rows = [
        *START,
        row("htx_new", 2022, 0, "month-06"),
        row("htx_new", 2022, 15, "h1"),
        row("htx_new", 2021, 3, "month-02"),
    ]
    assert matched(rows, register) == {"founded-h1-2022": 15.0, "founded-month-02-2021": 3.0}
    assert matched([*rows, row("htx_new", 2022, 33)], register)["founded-2022"] == 33.0
    assert "founded-h1-2022" not in matched([*rows, row("htx_new", 2022, 33)], register)


def test_pages_that_print_the_same_figure_are_one_as_uncertain_as_they_differ(register: Register) -> None:
    pages = [row("htx_new", 2022, value, source_id=name) for name, value in (("a", 112), ("b", 113), ("c", 120))]
    (one,) = list(history_of(AREA, 2022, [*PRICES, *START, *pages], register).matches)
    (alone,) = list(history_of(AREA, 2022, [*PRICES, *START, pages[1]], register).matches)
    assert one.value == pytest.approx(115.0) and one.error > alone.error


@pytest.mark.parametrize(
    "odd",
    [
        row("htx_total", 2022, 700, "undated"),
        row("htx_total", 2022, 700, "plan", status="plan"),
        row("htx_total", 2022, 700, "mid", status="derived"),
        row("htx_with_results", 2022, 90),
        row("htx_share_effective", 2022, 72, unit="%"),
        row("htx_total", 2022, 700, area_code="VN-98"),
        row("htx_total", 2023, 700),
    ],
    ids=lambda one: f"{one.indicator} {one.period} {one.status} {one.year}",
)
def test_figures_of_another_kind_never_enter(odd: Observation, register: Register) -> None:
    honest = [*START, row("htx_total", 2021, 430)]
    assert matched([*honest, odd], register) == matched(honest, register) == {"registered-2021": 430.0}


# -- what was planted is found ------------------------------------------------------------------------


def province(
    rng: np.random.Generator, *, entry: float, dissolved: float, growth: float, lost: float = 1.0
) -> list[Observation]:
    """Figures of a made-up province with known yearly rates; `lost` is what is left of its register from 2024 on."""
    active, inactive, revenue = 480, 120, 900.0
    rows = [row("htx_total", 2020, active + inactive), row("htx_active", 2020, active)]
    rows.append(row("htx_avg_revenue", 2020, revenue, unit="million VND/yr"))
    for year in YEARS:
        new = rng.poisson(entry)
        shells, stopped = rng.binomial(new, 0.1), rng.binomial(active, 0.05)
        back = rng.binomial(inactive, 0.15)
        gone = rng.binomial(inactive - back, dissolved)
        active += new - shells - stopped + back
        inactive += shells + stopped - back - gone
        revenue *= np.exp(growth + rng.normal(0.0, 0.02)) * 1.03
        printed = lost if year >= 2024 else 1.0
        rows += [
            row("htx_total", year, round((active + inactive) * printed)),
            row("htx_active", year, round(active * np.exp(rng.normal(0.0, 0.02)))),
            row("htx_new", year, new),
            row("htx_dissolved", year, gone),
            row("htx_avg_revenue", year, round(revenue * np.exp(rng.normal(0.0, 0.05))), unit="million VND/yr"),
        ]
    return rows


def found_in(
    rows: Sequence[Observation], register: Register, *, shifts: dict | None = None
) -> tuple[Past, dict[str, np.ndarray]]:
    """The history problem of some rows and the posterior of its assumptions."""
    past = Past(history_of(AREA, 2024, [*PRICES, *rows], register, shifts=shifts), register)
    rng = np.random.default_rng(5)
    weighted = condition(past, past.observed, effort=SMALL, rng=rng)
    posterior = frozen_posterior(past, weighted, SMALL.rows, rng)
    return past, dict(zip(posterior.ids, posterior.values, strict=True))


#: As wide as ignorance, so that what is found comes from the figures.
WIDE = {"foundings_reference": (20.0, 60.0, 110.0), "dissolution_rate": (0.01, 0.1, 0.4)}


@pytest.fixture(scope="module")
def ignorant(register: Register) -> Register:
    entries = dict(register.entries)
    for key, (low, middle, high) in WIDE.items():
        stated = replace(entries[key].distribution, p10=low, p50=middle, p90=high)
        entries[key] = replace(entries[key], distribution=stated, bounds=(0.0, 1.0 if high < 1 else 200.0))
    return Register(entries)


def inside(values: np.ndarray, truth: float) -> bool:
    low, high = np.quantile(values, (0.025, 0.975))
    return bool(low <= truth <= high)


@pytest.mark.parametrize(("entry", "dissolved", "growth"), [(30.0, 0.05, 0.01), (80.0, 0.25, 0.05)])
def test_planted_rates_are_found_and_others_are_not(
    ignorant: Register, entry: float, dissolved: float, growth: float
) -> None:
    rows = province(np.random.default_rng(11), entry=entry, dissolved=dissolved, growth=growth)
    _, found = found_in(rows, ignorant)
    assert inside(found["foundings_reference"], entry) and inside(found["revenue_growth_reference"], growth)
    assert inside(found["dissolution_rate"], dissolved)
    # The other truth lies outside: the range is not merely wide.
    assert not inside(found["foundings_reference"], 110.0 - entry)


def test_a_planted_break_is_found_where_it_is_declared_and_shows_where_it_is_not(ignorant: Register) -> None:
    """A third of the register struck off by a new definition."""
    rows = province(np.random.default_rng(12), entry=50.0, dissolved=0.08, growth=0.03, lost=0.7)
    declared = {"htx_registered": [((2024, 7), "law", 0.3)]}
    past, found = found_in(rows, ignorant, shifts=declared)
    assert past.calibration.shifts == {"htx_registered law": pytest.approx(0.3)}
    assert inside(found["foundings_reference"], 50.0) and inside(found["dissolution_rate"], 0.08)
    _, misled = found_in(rows, ignorant)
    assert not inside(misled["dissolution_rate"], 0.08)


def test_a_copied_figure_does_not_sharpen(ignorant: Register) -> None:
    """Revenue of the last year printed as the year before, to the digit."""
    rows = province(np.random.default_rng(13), entry=50.0, dissolved=0.08, growth=0.03)
    before = next(one.value for one in rows if one.indicator == "htx_avg_revenue" and one.year == 2023)
    last = [one for one in rows if one.indicator == "htx_avg_revenue" and one.year == 2024]
    copied = [replace(one, value=before) if one in last else one for one in rows]
    past, found = found_in(copied, ignorant)
    (match,) = [one for one in past.calibration.matches if one.id == "revenue-2024"]
    assert match.fineness == 1.0
    trusting = Past(
        replace(past.calibration, matches=tuple(replace(one, fineness=0.0) for one in past.calibration.matches)),
        ignorant,
    )
    rng = np.random.default_rng(5)
    weighted = condition(trusting, trusting.observed, effort=SMALL, rng=rng)
    taken = frozen_posterior(trusting, weighted, SMALL.rows, rng)
    sharp = dict(zip(taken.ids, taken.values, strict=True))["revenue_growth_reference"]
    honest = found["revenue_growth_reference"]
    # A figure that stood still says growth is low; one that may be copied says it less, and leaves the range wider.
    assert np.median(honest) > np.median(sharp) and honest.std() > sharp.std()


@pytest.mark.parametrize(("founded", "direction"), [(34.0, -1), (60.0, 1)])
def test_foundings_of_a_new_year_move_what_is_expected_of_the_next(
    knowledge: Knowledge, founded: float, direction: int
) -> None:
    """Typed for 2024, they lower or raise the rate; neither leaves what was expected before."""
    known = knowledge.province
    aside = knowledge.calibration.set_aside
    typed = [
        row("htx_new", 2024, founded, area_code="VN-02"),
        row("htx_total", 2024, 502.0 + founded - 7.0, area_code="VN-02"),
        row("htx_active", 2024, 405.0 + round(0.8 * founded) - 4.0, area_code="VN-02"),
    ]
    history = history_of("VN-02", 2024, [*known.observations, *typed], knowledge.register, set_aside=aside)
    assert {match.id for match in history.matches} >= {"founded-2024", "registered-2024", "registered-2023"}
    rng, past = np.random.default_rng(4), Past(history, knowledge.register)
    weighted = condition(past, past.observed, effort=SMALL, rng=rng)
    updated = frozen_posterior(past, weighted, SMALL.rows, rng)
    place = knowledge.posterior.ids.index("foundings_reference")
    before, after = knowledge.posterior.values[place], updated.values[updated.ids.index("foundings_reference")]
    assert direction * (after.mean() - before.mean()) > 0.3
    low, high = np.quantile(before, (0.1, 0.9))
    assert low < np.median(after) < high


def test_the_last_printed_digit_is_read_off_the_figure() -> None:
    """Not off its binary neighbour: 46.8 is printed to the tenth, however near to it a float lies."""
    assert [grain(value) for value in (48.0, 46.8, 63.6, 1400.0, 473.1, 0.05)] == [1.0, 0.1, 0.1, 100.0, 0.1, 0.01]


def test_how_scores_lie_in_memory_moves_nothing(knowledge: Knowledge) -> None:
    past = Past(knowledge.calibration, knowledge.register)
    scores = np.random.default_rng(11).standard_normal((past.dimensions, 4_096))
    usual, turned = (past.predictions(one) for one in (scores, np.asfortranarray(scores)))
    assert all(np.array_equal(usual[one], turned[one]) for one in usual)


def test_a_part_of_a_year_varies_more_than_a_binomial_part() -> None:
    rng = np.random.default_rng(3)
    parts = part_of_year(np.full(200_000, 40.0), 0.5, 12.0, rng)
    assert parts.mean() == pytest.approx(20.0, abs=0.1)
    assert parts.var() == pytest.approx(40 * 0.25 * (12 + 40) / 13, rel=0.02)
    chances = np.array([np.exp(log_part_of_year(k, np.array([40.0]), 0.5, 12.0)[0]) for k in range(41)])
    assert chances.sum() == pytest.approx(1.0)
    assert (parts == 20).mean() == pytest.approx(chances[20], abs=0.003)
    assert log_part_of_year(15, np.array([14.0]), 0.5, 12.0)[0] == -np.inf


@pytest.mark.slow
def test_yen_bai_learns_from_its_own_past() -> None:
    known = load_knowledge(province="yen-bai")
    calibration: Calibration = known.calibration
    assert calibration.years[-1] == known.province.base_year and {m.id for m in calibration.matches} >= {
        "registered-2024"
    }
