"""Reads the worlds beside this file and holds the model to every sentence in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim.analysis.answer import target_chances
from sim.domain import INDICATORS, REAL, Register, Scenario
from sim.ensemble import Result, run
from tests.support import tiny

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
DRAWS, YEARS, SEED = 2048, 7, 23
CLEAR = 3.0
GIVEN = {"uncertain", "assumptions", "plans", "worlds", "years", "draws"}


def read(path: Path) -> Mapping[str, Any]:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Told:
    """A projected world file."""

    result: Result

    def series(self, scenario: str, indicator: str, year: int | None) -> np.ndarray:
        row = -1 if year is None else year - tiny.BASE_YEAR - 1
        return self.result.series(scenario, indicator, REAL)[row, -1]

    def gain(self, claim: Mapping[str, Any], indicator: str) -> float:
        """Mean paired difference in units of its Monte Carlo error."""
        year = claim.get("year")
        paired = self.series(claim["in"], indicator, year) - self.series(claim["than"], indicator, year)
        return float(paired.mean() / (paired.std() / np.sqrt(paired.size) + 1e-300))

    def equal(self, claim: Mapping[str, Any]) -> bool:
        one, other = claim["equal"]
        return all(
            np.array_equal(self.result.series(one, indicator.id), self.result.series(other, indicator.id))
            for indicator in INDICATORS
        )

    def higher(self, claim: Mapping[str, Any]) -> bool:
        return self.gain(claim, claim["higher"]) > CLEAR

    def lower(self, claim: Mapping[str, Any]) -> bool:
        return self.gain(claim, claim["lower"]) < -CLEAR

    def same(self, claim: Mapping[str, Any]) -> bool:
        return np.array_equal(
            self.result.series(claim["in"], claim["same"]), self.result.series(claim["as"], claim["same"])
        )

    def exactly(self, claim: Mapping[str, Any]) -> bool:
        return bool((self.series(claim["in"], claim["exactly"], claim.get("year")) == claim["value"]).all())

    def about(self, claim: Mapping[str, Any]) -> bool:
        mean = self.series(claim["in"], claim["about"], claim.get("year")).mean()
        return abs(mean - claim["value"]) <= claim["within"]

    def chance(self, claim: Mapping[str, Any]) -> bool:
        chances = {found.target.id: found.probability for found in target_chances(self.result, claim["in"])}
        return abs(chances[claim["chance"]] - claim["value"]) <= claim["within"]


#: Each kind of sentence with the other words it may contain.
SENTENCES: dict[str, tuple[Callable[[Told, Mapping[str, Any]], bool], set[str]]] = {
    "equal": (Told.equal, set()),
    "higher": (Told.higher, {"in", "than", "year"}),
    "lower": (Told.lower, {"in", "than", "year"}),
    "same": (Told.same, {"in", "as"}),
    "exactly": (Told.exactly, {"in", "value", "year"}),
    "about": (Told.about, {"in", "value", "within", "year"}),
    "chance": (Told.chance, {"in", "value", "within"}),
}


def register_of(given: Mapping[str, Any]) -> Register:
    """The tiny register with the file's assumptions; a pattern sets every id it fits."""
    changes: dict[str, float] = {}
    for pattern, value in given.get("assumptions", {}).items():
        fitting = [key for key in tiny.ASSUMPTIONS if fnmatch(key, pattern)]
        assert fitting, f"no assumption is called {pattern}"
        changes |= dict.fromkeys(fitting, float(value))
    return tiny.register(changes) if given.get("uncertain") else tiny.certain_register(changes)


def scenario_of(name: str, money: Any, years: int) -> Scenario:
    if isinstance(money, str):
        assert money in ("reference", "reference, real"), money
        return tiny.scenario(name, None, real=money.endswith("real"), years=years)
    assert set(money) <= set(tiny.REFERENCE_SPLIT), name
    return tiny.scenario(name, money, years=years)


def scenarios_of(given: Mapping[str, Any]) -> list[Scenario]:
    """Every plan in the central world, and under every other world of the file."""
    plans = [scenario_of(name, money, given.get("years", YEARS)) for name, money in given["plans"].items()]
    restated = [
        replace(
            plan,
            slug=f"{plan.slug}@{name}",
            world=tiny.world(name, {key: tuple(value) for key, value in changes.items()}),
        )
        for name, changes in given.get("worlds", {}).items()
        for plan in plans
    ]
    return plans + restated


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_the_file_expects_is_what_happens(path: Path) -> None:
    content = read(path)
    given = content["given"]
    assert set(given) <= GIVEN
    told = Told(
        run(tiny.province(), register_of(given), scenarios_of(given), draws=given.get("draws", DRAWS), seed=SEED)
    )
    for claim in content["expect"]:
        (kind,) = set(claim) & set(SENTENCES)
        check, words = SENTENCES[kind]
        assert set(claim) - {kind} <= words, claim
        assert check(told, claim), f"{content['title']['en']}: {dict(claim)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_says_its_claim_in_both_languages(path: Path) -> None:
    content = read(path)
    assert set(content) == {"title", "given", "expect"} and content["expect"]
    assert all(content["title"][language].strip() for language in ("vi", "en"))


@pytest.mark.parametrize(
    "claim",
    [
        {"equal": ["fund", "none"]},
        {"lower": "htx_active", "in": "fund", "than": "none"},
        {"same": "htx_active", "in": "fund", "as": "none"},
        {"exactly": "htx_active", "in": "fund", "value": 405},
        {"about": "htx_revenue", "in": "fund", "value": 100, "within": 1},
        {"chance": "founded", "in": "fund", "value": 0.99, "within": 0.01},
    ],
)
def test_a_sentence_that_is_wrong_is_found_out(claim: Mapping[str, Any]) -> None:
    scenarios = [tiny.scenario("fund"), tiny.scenario("none", {})]
    told = Told(run(tiny.province(), tiny.register(), scenarios, draws=512, seed=SEED))
    (kind,) = set(claim) & set(SENTENCES)
    assert not SENTENCES[kind][0](told, claim)
