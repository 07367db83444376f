"""Two areas with rates of their own are found apart; one rate for both shows as a misfit; a sum tells no difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from sim.domain import Area, Calibration, Observation, Province, Register
from sim.ensemble import Posterior, run
from sim.evidence import Knowledge, joint_posterior, nowcast
from sim.inputs.pack import load_register, of_areas
from tests.support import tiny

CODES = ("A00", "A01")
RATE = "foundings_reference"
IDS = tuple(f"{RATE}_{code.lower()}" for code in CODES)
#: New HTX a year at reference funding in each area, and years of history that were counted.
PLANTED, COUNTED = (22.0, 75.0), 6
#: A good or bad year would hide what luck alone leaves of so few years.
QUIET = {**tiny.AT_REFERENCE, "founding_lumpiness": 0.0, "phi_establishment_founding": 0.0}
ROWS = 1 << 15


def register_of(bounds: tuple[float, float] = (0, 400)) -> Register:
    """The tiny register with a rate that history updates, and the errors of measurement."""
    entries = dict(tiny.register(QUIET).entries)
    entries[RATE] = replace(entries[RATE], conditioned=True, bounds=bounds)
    measured = {key: one for key, one in load_register().entries.items() if one.role == "measurement"}
    return Register({**measured, **entries})


def learnt(counts: Sequence[int], key: str) -> Posterior:
    """What yearly counts say of a rate, exactly: Gamma; in ascending order, so that only a shuffle unties two."""
    drawn = np.sort(np.random.default_rng(len(key)).gamma(sum(counts), 1.0 / len(counts), ROWS))
    return Posterior((RATE,), drawn[None].astype(np.float32), {}, float(ROWS), key)


def part(code: str, counts: Sequence[int]) -> Knowledge:
    """What is known of one of the provinces."""
    province = Province(**{**vars(tiny.province()), "areas": (Area(code, {}, 1.0),)})
    return Knowledge(province, register_of(), Calibration(2023, (), (), ()), learnt(counts, code))


def merged(counts: Sequence[Sequence[int]]) -> Knowledge:
    """Two areas that were provinces, each with its own counts."""
    areas = tuple(Area(code, {}, 1.0, "tiny") for code in CODES)
    parts = {code: part(code, some) for code, some in zip(CODES, counts, strict=True)}
    common = register_of()
    register = of_areas(common, common, areas, {code: one.register for code, one in parts.items()})
    province = Province(**{**vars(tiny.province(2)), "areas": areas, "code": "SUM"})
    posterior = joint_posterior(province, register, parts, {})
    return Knowledge(province, register, Calibration(2023, (), (), ()), posterior)


def joined(counts: Sequence[Sequence[int]]) -> Knowledge:
    """One rate for both, halved between them: what one joined series would say."""
    areas = tuple(Area(code, {}, 0.5) for code in CODES)
    province = Province(**{**vars(tiny.province(2)), "areas": areas, "code": "SUM"})
    together = [sum(year) for year in zip(*counts, strict=True)]
    posterior = learnt(together, "joined")
    shuffled = np.random.default_rng(1).permutation(posterior.values[0])[None]
    return Knowledge(province, register_of(), Calibration(2023, (), (), ()), replace(posterior, values=shuffled))


def counts_of(seed: int) -> list[list[int]]:
    """Yearly foundings as two provinces with the planted rates would print them."""
    rng = np.random.default_rng(seed)
    return [rng.poisson(rate, COUNTED).tolist() for rate in PLANTED]


def founded(known: Knowledge) -> np.ndarray:
    """New HTX of the next year by area, (area, draw)."""
    return run(known.province, known.register, [tiny.scenario(years=1)], draws=8192, posterior=known.posterior).series(
        "reference", "htx_founded"
    )[0, :2]


@pytest.mark.parametrize("seed", range(4))
def test_the_planted_rates_are_found_area_by_area(seed: int) -> None:
    posterior = merged(counts_of(seed)).posterior
    low, high = np.quantile([posterior.values[posterior.ids.index(one)] for one in IDS], [0.01, 0.99], axis=1)
    assert (low < PLANTED).all() and (PLANTED < high).all()
    assert high[0] < low[1]
    assert posterior.effective == ROWS


def test_what_is_known_of_one_area_says_nothing_of_the_other() -> None:
    """Both samples come in ascending order: rows paired as they came would move together."""
    known = merged(counts_of(0))
    first, second = (known.posterior.values[known.posterior.ids.index(one)] for one in IDS)
    assert abs(np.corrcoef(first, second)[0, 1]) < 5 / np.sqrt(ROWS)
    alone = part(CODES[0], counts_of(0)[0]).posterior.values[0]
    np.testing.assert_array_equal(np.sort(first), alone)  # nothing is lost or said twice


def test_each_area_lives_on_its_own_rate_and_one_rate_for_both_shows_as_a_misfit() -> None:
    """The negative control: a joined series expects of each area what neither does."""
    counts = [[round(rate)] * COUNTED for rate in PLANTED]
    ours, theirs = founded(merged(counts)), founded(joined(counts))
    ends = [np.quantile(found, [0.01, 0.99], axis=1).T for found in (ours, theirs)]
    assert all(low <= rate <= high for (low, high), rate in zip(ends[0], PLANTED, strict=True))
    assert not any(low <= rate <= high for (low, high), rate in zip(ends[1], PLANTED, strict=True))
    # The sum is right either way: only the areas can tell.
    for found in (ours, theirs):
        assert found.sum(axis=0).mean() == pytest.approx(sum(PLANTED), rel=0.02)


def test_a_figure_of_the_sum_tells_the_sum_and_hardly_who_founds_them() -> None:
    counts = [[60], [60]]  # a single year each: little is known
    known = merged(counts)
    figure = Observation("", "SUM", 2024, "year", "HTX", "htx_new", 150.0, "count", "actual", "a-page", "", 9999)
    told = replace(known, posterior=nowcast(known, [figure], scenario=tiny.scenario(years=1)))

    def rates(one: Knowledge) -> np.ndarray:
        return np.stack([one.posterior.values[one.posterior.ids.index(key)] for key in IDS]).astype(float)

    before, after = rates(known), rates(told)
    # Gamma sums are Gamma: 120 founded in one year and 150 in the next, by both together.
    assert after.sum(axis=0).mean() == pytest.approx((120 + 150) / 2, abs=1.0)
    assert after.sum(axis=0).std() == pytest.approx(np.sqrt(120 + 150) / 2, rel=0.08)
    assert (after[0] - after[1]).std() > 0.9 * (before[0] - before[1]).std()


def test_an_areas_own_figure_moves_that_area_alone() -> None:
    known = merged([[40], [40]])
    figure = Observation("", CODES[0], 2024, "year", "HTX", "htx_new", 60.0, "count", "actual", "a-page", "", 9999)
    told = nowcast(known, [figure], scenario=tiny.scenario(years=1))
    first, second = (told.values[told.ids.index(key)].astype(float) for key in IDS)
    assert first.mean() == pytest.approx(50, abs=1.0) and second.mean() == pytest.approx(40, abs=0.5)
