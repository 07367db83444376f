"""Checks that can fail do fail, each for the fault it is there for."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest

from sim.domain import Calibration
from sim.ensemble import Posterior
from sim.evidence import (
    FAIL,
    LEAST_EFFECTIVE,
    PASS,
    REVIEW,
    Check,
    Checked,
    Effort,
    Hindcast,
    Knowledge,
    Past,
    Truths,
    effective_size_check,
    hindcast,
    hindcast_check,
    impossible,
    past_scores as hindcasts,
    prior_predictive,
)
from sim.evidence.checks import _coverage, _predictive
from sim.run import credibility

#: Enough for signs; the full effort runs whenever the checks do.
SMALL = Effort(fit_size=1 << 13, rounds=10, size=1 << 14, rows=1 << 12, wanted=100.0)


def with_value(calibration: Calibration, name: str, value: float) -> Calibration:
    """The history with one figure printed otherwise."""
    changed = (replace(match, value=value) if match.id == name else match for match in calibration.matches)
    return replace(calibration, matches=tuple(changed))


@pytest.fixture(scope="module")
def held_back(knowledge: Knowledge) -> dict[str, Hindcast]:
    """2023 as it would have been predicted from figures to the end of 2022."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hindcasts, "CHECK_EFFORT", SMALL)
        return {item.match.id: item for item in hindcast(knowledge.calibration, knowledge.register)}


def test_the_year_held_back_is_not_peeked_at(knowledge: Knowledge, held_back: dict[str, Hindcast], monkeypatch):
    monkeypatch.setattr(hindcasts, "CHECK_EFFORT", SMALL)
    other = with_value(knowledge.calibration, "registered-2023", 900.0)
    found = {item.match.id: item for item in hindcast(other, knowledge.register)}
    assert found["registered-2023"].quantiles == held_back["registered-2023"].quantiles
    assert not found["registered-2023"].inside, "a year nobody could expect lies outside"


def test_most_of_2023_lies_where_it_was_expected(held_back: dict[str, Hindcast]):
    assert sum(item.inside for item in held_back.values()) >= 0.6 * len(held_back)


def test_naive_rules_are_scored_by_hand(knowledge: Knowledge, held_back: dict[str, Hindcast]):
    """"No change" repeats 473 of 2022; "last growth rate" goes on from 441 to 473."""
    printed = {match.id: match.value for match in knowledge.calibration.matches}
    before, then, now = (printed[f"registered-{year}"] for year in (2021, 2022, 2023))
    found = held_back["registered-2023"]
    assert found.no_change == pytest.approx(now - then)
    assert found.last_growth == pytest.approx(abs(now - then * then / before))


@pytest.mark.parametrize("rule", ["no_change", "last_growth"])
def test_losing_to_either_naive_rule_calls_for_a_look(knowledge: Knowledge, held_back, monkeypatch, rule: str):
    lost = tuple(
        replace(item, **{rule: 0.0}) if getattr(item, rule) is not None else item for item in held_back.values()
    )
    monkeypatch.setattr("sim.evidence.checks.hindcast", lambda *_: lost)
    assert hindcast_check(knowledge).verdict == REVIEW


def test_a_figure_outside_all_the_assumptions_would_print_fails(knowledge: Knowledge):
    good = prior_predictive(Past(knowledge.calibration, knowledge.register))
    assert _predictive("prior_predictive", good).verdict == PASS
    strange = with_value(knowledge.calibration, "active-2023", 40.0)
    found = _predictive("prior_predictive", prior_predictive(Past(strange, knowledge.register)))
    assert found.verdict == FAIL and found.figures["worst"] == "active-2023"


def covering(shares: dict[str, float]) -> tuple[list[Checked], Truths]:
    """Truths of which each indicator's ranges hold the given share."""
    count, keys = 100, [(name, 2024) for name in shares]
    values = [np.where(np.arange(count) < round(share * count), 0.0, 9.0) for share in shares.values()]
    inside = dict(zip(keys, values, strict=True))
    ranges = {key: np.array([-2.0, -1.0, 1.0, 2.0]) for key in keys}
    return [Checked({}, 500.0, ranges)] * count, Truths(np.zeros((1, count)), {}, inside)


def test_one_indicator_whose_ranges_are_wrong_does_not_hide_in_the_average():
    found = _coverage("coverage", *covering({"htx_active": 0.86, "htx_revenue": 0.84, "htx_worker_income": 0.66}))
    assert found.verdict == FAIL and found.figures["worst"] == "htx_worker_income"
    assert 0.73 < found.figures["eighty"] < 0.87, "the average alone would have passed"
    assert _coverage("coverage", *covering({"htx_active": 0.82, "htx_revenue": 0.78})).verdict == PASS


def test_what_cannot_be_is_counted():
    fine = {
        "htx_active": np.array([400.0, 410.0]), "htx_registered": np.array([500.0, 505.0]),
        "htx_worker_income": np.array([48.0, 50.0]), "htx_revenue": np.array([895.0, 900.0]),
        "lhhtx_member_htx": np.array([18.0, 18.0]), "htx_workers": np.array([9400.0, 9500.0]),
    }  # fmt: skip
    assert not any(impossible(fine).values())
    for name, value, limit in [
        ("htx_active", 600.0, "negative_stock"), ("htx_revenue", np.nan, "not_finite"),
        ("htx_worker_income", -1.0, "income_not_positive"), ("lhhtx_member_htx", 700.0, "unions_over_registered"),
    ]:  # fmt: skip
        broken = {**fine, name: np.array([fine[name][0], value])}
        assert impossible(broken)[limit] == 1, name


def test_a_thin_posterior_fails():
    def worth(effective: float, tail: float) -> Posterior:
        return Posterior((), np.empty((0, 1), np.float32), {}, effective=effective, key="", tail=tail)

    assert effective_size_check(worth(LEAST_EFFECTIVE, 0.5)).verdict == PASS
    assert effective_size_check(worth(LEAST_EFFECTIVE - 1, 0.5)).verdict == FAIL
    assert effective_size_check(worth(9.0 * LEAST_EFFECTIVE, 0.8)).verdict == REVIEW  # a few draws may carry it


def test_a_failed_check_stands_above_every_answer_until_it_is_mended(knowledge: Knowledge, monkeypatch):
    monkeypatch.setattr(credibility, "expired", lambda *_: ())
    for verdict, stands in ((FAIL, True), (PASS, False)):
        monkeypatch.setattr(credibility, "standing", lambda _, verdict=verdict: [Check("coverage", verdict)])
        for lang in ("vi", "en"):
            kinds = [kind for kind, _ in credibility.notices(knowledge, lang)]
            assert ("fail" in kinds) is stands


def test_assumptions_past_their_review_date_raise_a_banner(knowledge: Knowledge, monkeypatch):
    monkeypatch.setattr(credibility, "standing", lambda _: [])
    late = max(knowledge.register[key].review_by for key in knowledge.register)
    after = datetime.date.fromisoformat(late) + datetime.timedelta(days=1)
    assert set(credibility.expired(knowledge.register, after)) == set(knowledge.register)
    assert not credibility.expired(knowledge.register, datetime.date(2024, 1, 1))
    key = next(iter(knowledge.register))
    monkeypatch.setattr(credibility, "expired", lambda *_: (key,))
    [(kind, text)] = credibility.notices(knowledge, "vi")
    assert kind == "review" and knowledge.register[key].label["vi"] in text
