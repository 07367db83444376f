"""What the report may print of a number: language, digits, chances, differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from markupsafe import Markup

from sim.analysis.answer import Range
from sim.analysis.compare import Difference, Estimate, indicator_difference, paired_difference
from sim.report.print import (
    NEARLY_ALWAYS,
    RARE,
    Figure,
    Wording,
    change_place,
    described,
    direction,
    last_place,
    level_place,
    rounded,
)

VI, EN = Wording("vi"), Wording("en")
COUNTS = ("htx_active", "htx_members")


def difference(mean: float, *, p_better: float | None = 0.9, clear: bool = True, identical: bool = False) -> Difference:
    return Difference(mean, mean - 5, mean, mean + 5, 0.4, p_better, identical, clear)


def ends(found: Difference) -> str:
    """The range of a difference as printed."""
    return Figure.of_draws(found, "htx_active").ends.text(VI)


def printed(found: Difference, indicator: str) -> str:
    """A difference with its unit, or the words that stand for it."""
    return Figure.of_difference(found, indicator).with_unit().text(VI)


def chance(probability: float, mcse: float) -> str:
    """A probability as printed."""
    return Figure.of_chance(probability, mcse).text(VI)


def futures(found: Difference, indicator: str, draws: float = math.inf) -> str:
    """In how many futures a scenario lies higher or lower; empty where nothing is told."""
    phrase = direction(found, indicator, draws=draws)
    return phrase.text(VI) if phrase else ""


def test_vietnamese_and_english_write_numbers_their_own_way():
    assert Figure.of_level("htx_revenue", 1396.4, 9.0).text(VI) == "1.400"
    assert Figure.of_level("htx_members", 7505.0, 3.0).text(VI) == "7.505"
    assert Figure.of_level("htx_members", 7505.0).text(VI) == "7.510"  # without an error three digits are enough
    assert VI.exact(1396.0) == "1.396" and EN.exact(1396.0) == "1,396"
    assert VI.percent(6.4, -1) == "6,4\u00a0%" and EN.percent(6.4, -1) == "6.4%"
    assert VI.with_unit("12,3", VI.unit("billion VND")) == "12,3\u00a0tỷ\u00a0đồng"
    assert VI.with_unit("895", VI.unit_of("htx_revenue")) == "895\u00a0triệu\u00a0đồng/năm"
    assert VI.percent(-2.0) == "\u22122\u00a0%"


def test_plan_money_is_printed_to_the_dong():
    assert VI.money(3_075_000_000) == "3,075"
    assert VI.money(12_300_000_001) == "12,300000001"
    assert EN.money(1_000_000_000_000) == "1,000"


@given(st.floats(-1e7, 1e7), st.floats(1e-6, 1e5))
def test_rounding_adds_at_most_one_monte_carlo_error_and_no_digit_says_less_than_that(value: float, mcse: float):
    place = last_place(value, mcse)
    assert abs(float(rounded(value, place)) - value) <= mcse * (1 + 1e-9)
    assert 10.0 ** (place + 1) / 2 > mcse * (1 - 1e-12), "a coarser place would do as well"


@given(st.floats(0.05, 0.95), st.floats(1e-4, 0.1))
def test_a_share_reads_the_same_from_its_estimate_and_as_a_chance(share: float, mcse: float):
    """One share was printed 17 % and 20 % in one paragraph: five errors."""
    as_chance, limit = Figure.of_chance(share, mcse), max(100 * mcse, 0.5) * (1 + 1e-9)
    if as_chance.clear:
        assert abs(float(as_chance.as_printed()) - 100 * share) <= limit
    as_share = Figure.of_share(Estimate(share, mcse))
    if as_share.clear:
        assert abs(float(as_share.as_printed()) - 100 * share) <= limit
    if mcse < 0.05 and as_share.clear and as_chance.clear:
        assert as_share.as_printed() == as_chance.as_printed()


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e3), st.sampled_from(["htx_active", "htx_members", "htx_revenue"]))
def test_levels_and_differences_are_rounded_by_one_error_or_to_their_finest_digit(value, mcse, indicator):
    for place, finest in ((level_place(indicator, value, mcse), 0 if indicator in COUNTS else -1),
                          (change_place(value, mcse), -2)):  # fmt: skip
        assert abs(float(rounded(value, place)) - value) <= max(mcse, 10.0**finest / 2) * (1 + 1e-9)


def test_a_range_of_positive_ends_takes_a_dash_and_one_with_signs_takes_words():
    assert Figure.of_range(Range("htx_founded", 2024, "", 39, 26.2, 33, 39, 45, 52.8, 0.2)).ends.text(VI) == "26–53"
    assert ends(Difference(1, -1.2, 1, 6.0, 0.05, 0.7, False, True)) == "−1,2 đến +6,0"
    assert ends(Difference(3, 0.0, 3, 6.2, 0.05, 0.7, False, True)) == "0,0–6,2"


def test_both_ends_of_a_range_are_told_to_one_place_and_whole_ones_as_whole_things():
    def told(low: float, high: float, mcse: float) -> str:
        return ends(Difference((low + high) / 2, low, 0, high, mcse, 0.7, False, True))

    assert told(0.0, 1.0, 0.005) == "0–1"
    assert told(-1.0, 0.0, 0.005) == "−1 đến 0"
    assert told(-1.0, 2.0, 0.005) == "−1 đến +2"
    assert told(0.0, 0.35, 0.005) == "0,00–0,35"
    assert told(-0.004, 1.25, 0.005) == "0,00–1,25"
    assert told(0.0, 1262.0, 3.0) == "0–1.262"


@given(st.floats(-1e5, 1e5).filter(lambda mean: abs(mean) > 0.005), st.floats(1e-3, 1e3))
def test_a_difference_that_is_told_never_reads_as_zero(mean: float, mcse: float):
    """A curve would read two, almost unchanged, ten."""
    if abs(mean) > 3 * mcse:
        assert rounded(mean, change_place(mean, mcse)) != 0


@pytest.mark.parametrize(
    ("lang", "share", "tenth", "half"),
    [("vi", "dưới 1 %", "dưới 0,1 %", "1 %"), ("en", "below 1%", "below 0.1%", "1%")],
)
def test_what_is_too_small_for_a_digit_is_below_the_first_and_not_nothing(lang, share, tenth, half):
    words = Wording(lang)
    assert [words.share(value).replace("\u00a0", " ") for value in (0.0004, 0.0049, 0.005)] == [share, share, half]
    assert words.percent(0.04, -1).replace("\u00a0", " ") == tenth
    assert Figure.assumed(0.0004, "share").text(words).replace("\u00a0", " ") == tenth
    assert words.share(0.0).replace("\u00a0", " ").rstrip(" %") == "0"


def test_chances_beyond_five_and_ninety_five_percent_are_told_in_words():
    assert chance(0.01, 0.001) == "dưới 5\u00a0%" and chance(0.999, 0.001) == "trên 95\u00a0%"
    assert chance(0.41, 0.005) == "41\u00a0%"
    assert chance(0.41, 0.02) == "41\u00a0%" and chance(0.41, 0.06) == "40\u00a0%"
    assert chance(0.41, 0.5) == "quá ít lần mô phỏng để nói"


@given(st.floats(0, 1), st.floats(0, 0.5))
def test_no_chance_outside_the_band_is_ever_a_figure(probability: float, mcse: float):
    text = chance(probability, mcse)
    if not RARE <= probability <= NEARLY_ALWAYS:
        assert text.startswith(("dưới", "trên"))
    assert not text.startswith(("0\u00a0", "100"))


def test_what_the_draws_cannot_tell_apart_is_told_in_words():
    assert printed(difference(0.0, identical=True, clear=False), "htx_active") == "không khác"
    assert printed(difference(3.0, clear=False), "htx_active") == "khó phân biệt"
    cell = Markup(Figure.of_difference(difference(3.0, clear=False), "htx_active").cell(VI))
    assert cell.striptags() == "khó phân biệt (−2 đến +8)"
    assert printed(difference(80.2), "htx_active") == "+80,2\u00a0HTX"
    assert printed(difference(-44.0), "htx_revenue") == "−44,0\u00a0triệu\u00a0đồng/năm"


def test_a_difference_without_a_better_direction_is_still_a_number():
    assert printed(difference(4.0, p_better=None), "htx_dissolved") == "+4,0\u00a0HTX"


def test_a_mean_that_most_draws_contradict_is_hard_to_tell_apart():
    """−2 HTX, 58 % of draws higher: an error to a reader."""
    draws = np.concatenate([np.full(580, 1.0), np.full(420, -6.142857)])
    found = indicator_difference("htx_active", np.tile(draws, 8))
    assert found.p_better == pytest.approx(0.58) and found.mean == pytest.approx(-2.0, abs=1e-3)
    assert abs(found.mean) > 3 * found.mcse
    assert printed(found, "htx_active") == "khó phân biệt" and futures(found, "htx_active") == ""
    assert ends(found) == "−6,14 đến +1,00"


@given(st.floats(-3, 3), st.floats(0.1, 5), st.integers(0, 99))
def test_higher_is_told_only_of_a_mean_beyond_its_error_that_three_fifths_of_the_draws_share(shift, shape, seed):
    draws = np.random.default_rng(seed).gamma(shape, 1.0, 400) - shape + shift
    for better, indicator in ((1, "htx_active"), (-1, "htx_stopped"), (0, "htx_dissolved")):
        found = paired_difference(draws, better)
        side = float((draws * np.sign(found.mean) > 0).mean())
        assert found.distinguished == (abs(found.mean) > 3 * found.mcse and side > 0.6)
        told = futures(found, indicator)
        assert bool(told) == (found.distinguished and better != 0)
        assert ("cao hơn" in told) == (found.distinguished and better != 0 and found.mean > 0)


def test_direction_is_told_from_the_quantity_not_from_what_is_better():
    assert "thấp hơn" in futures(difference(-3.0, p_better=0.8), "htx_stopped")
    assert "cao hơn" in futures(difference(3.0, p_better=0.8), "htx_active")
    assert futures(difference(3.0, clear=False), "htx_active") == ""


def test_equal_draws_are_no_different_and_one_draw_is_not_told_apart():
    import numpy as np

    assert printed(paired_difference(np.zeros(100), 1), "htx_active") == "không khác"
    mixed = paired_difference(np.array([-1.0, 1.0] * 50), 1)
    assert printed(mixed, "htx_active") == "khó phân biệt"


@pytest.mark.parametrize("w", [VI, EN])
def test_a_label_inside_a_sentence_keeps_abbreviations(w: Wording):
    assert w.mention("Không hỗ trợ") == "không hỗ trợ"
    assert w.mention("VND 12.3 billion fund") == "VND 12.3 billion fund"
    assert w.mention("HTX mới") == "HTX mới"


def test_text_put_into_a_sentence_is_escaped_and_stars_are_emphasis():
    html = VI.html("lead_other", target="<script>**x**", chance="{y}")
    assert str(html) == "&lt;script&gt;**x**: {y}"
    assert "<b>" in VI.html("growth_text") and "**" not in VI.text("growth_text")


def test_a_difference_too_small_to_print_is_told_in_words_not_as_zero():
    tiny = Difference(0.004, -1.0, 0.0, 1.0, 0.02, 0.59, False, True)
    assert printed(tiny, "htx_worker_income") == "gần như không đổi"


def test_the_digits_of_how_often_follow_what_the_sample_is_worth():
    found = difference(3.0, p_better=0.63)
    assert "63\u00a0%" in futures(found, "htx_active", draws=8192)
    assert "60\u00a0%" in futures(found, "htx_active", draws=60)


def test_the_central_figure_of_a_level_is_the_mean_so_that_levels_subtract():
    """Medians do not subtract: 616 and 540 stood beside a difference of 81."""
    rng = np.random.default_rng(4)
    theirs = rng.gamma(900.0, 0.6, 8192)
    ours = theirs + rng.gamma(1.5, 54.0, 8192)
    levels = [described("htx_active", 2030, draws, math.inf) for draws in (ours, theirs)]
    gain = indicator_difference("htx_active", ours - theirs)
    assert levels[0].mean - levels[1].mean == pytest.approx(gain.mean, rel=1e-12)
    assert [Figure.of_range(found).value for found in levels] == [found.mean for found in levels]
    assert abs(levels[0].p50 - levels[1].p50 - gain.mean) > 10 * gain.mcse  # what was printed
