"""Ranks: an order where the draws tell one, shared ranks where they do not."""

from __future__ import annotations

import numpy as np
from hypothesis import given, strategies as st

from sim.analysis.compare import Rank, ranks

RNG = np.random.default_rng(5)
LUCK = RNG.normal(size=4096)


def ranked(**draws: np.ndarray) -> dict[str, Rank]:
    return ranks(draws, {name: float(values.mean()) for name, values in draws.items()})


def test_what_is_higher_in_every_future_stands_alone():
    found = ranked(low=LUCK, high=LUCK + 2, middle=LUCK + 1)
    assert {name: (rank.first, rank.last) for name, rank in found.items()} == {
        "high": (1, 1), "middle": (2, 2), "low": (3, 3)
    }  # fmt: skip
    assert found["high"].highest and found["low"].lowest and not found["middle"].highest


def test_equal_scenarios_share_their_ranks_and_none_is_marked_best():
    found = ranked(a=LUCK, b=LUCK.copy(), c=LUCK.copy())
    assert set(found.values()) == {Rank(1, 3)}


def test_luck_alone_does_not_make_an_order():
    found = ranked(a=RNG.normal(size=2000), b=RNG.normal(size=2000), far=RNG.normal(size=2000) - 9)
    assert (found["a"].first, found["a"].last) == (found["b"].first, found["b"].last) == (1, 2)
    assert found["far"] == Rank(3, 3, lowest=True)


def test_a_group_holds_together_by_its_first_and_the_next_begins_where_the_draws_tell():
    noise = RNG.normal(size=(4, 3000))
    found = ranked(a=noise[0] + 5, b=noise[1] + 5, c=noise[2], d=noise[3])
    assert [(found[name].first, found[name].last) for name in "abcd"] == [(1, 2), (1, 2), (3, 4), (3, 4)]


def test_a_sample_worth_little_tells_less_apart():
    draws = {"a": LUCK + 0.1 * RNG.normal(size=LUCK.size) + 0.05, "b": LUCK}
    figures = {"a": 1.0, "b": 0.0}
    assert ranks(draws, figures)["b"] == Rank(2, 2, lowest=True)
    assert ranks(draws, figures, effective_draws=20)["b"] == Rank(1, 2)


def test_chances_are_ranked_by_their_error_though_most_futures_are_equal():
    draws = {"often": (LUCK > -0.1).astype(float), "seldom": (LUCK > 0.1).astype(float)}
    figures = {name: float(values.mean()) for name, values in draws.items()}
    assert ranks(draws, figures, chance=True)["seldom"] == Rank(2, 2, lowest=True)
    assert ranks(draws, figures, chance=True, effective_draws=20)["seldom"] == Rank(1, 2)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=8))
def test_ranks_cover_every_place_once(levels: list[int]):
    found = ranks(
        {str(n): LUCK[:256] + level for n, level in enumerate(levels)}, {str(n): v for n, v in enumerate(levels)}
    )
    groups = {(rank.first, rank.last) for rank in found.values()}
    assert sorted(place for first, last in groups for place in range(first, last + 1)) == list(
        range(1, len(levels) + 1)
    )
