"""Targets of one's own: the same through every door, refused in words, beside the province's, changing no figure."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import sim
from sim.analysis.answer import answer_for, headline_of, target_chances
from sim.analysis.split import chance_of
from sim.cli import main
from sim.domain import InputError, Scenario, own_target, scenario_fingerprint
from sim.ensemble import Outcome, evaluate, plan_money, run
from sim.evidence import Knowledge, draws_for, load_knowledge
from sim.inputs.scenarios import load_scenario
from sim.inputs.yaml import load_catalogue
from sim.planner import Planner
from sim.report import notebook as show
from sim.run import scenario_bytes, understand_scenario
from sim.run.entries import scenario_part

HEAD = 'slug: mine\nlabel: {vi: "Của tôi", en: "Mine"}\nplan: market-first\nworld: central\nhorizon: 2030\ntargets:\n'


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge()


def mine() -> Scenario:
    """A scenario with a target of each kind: a level, a band, at most, money, a name."""
    found = replace(load_scenario("market-first"), slug="mine")
    found = found.with_target("htx_active", 2028, 560).with_target("htx_founded", 2024, 38, 44, name="Tên tôi đặt")
    return found.with_target("htx_stopped", 2027, 12).with_target("htx_worker_income", 2026, 55.5)


def test_a_target_changes_no_figure_and_no_hash(known: Knowledge) -> None:
    plain = replace(mine(), targets=())
    assert scenario_fingerprint(plain) == scenario_fingerprint(mine())
    assert scenario_part(plain) != scenario_part(mine()), "but its page is made again"
    both = run(
        known.province, known.register, [replace(plain, slug="plain"), mine()], draws=64, seed=1,
        posterior=known.posterior,
    )  # fmt: skip
    assert np.array_equal(both.series("plain", "htx_active"), both.series("mine", "htx_active"))


def test_a_chance_is_the_share_of_futures_whose_printed_figure_meets_the_target(known: Knowledge) -> None:
    result = run(known.province, known.register, [mine()], draws=512, seed=4, posterior=known.posterior)
    found = {chance.target.id: chance.probability for chance in target_chances(result, "mine") if chance.target.own}

    def printed(indicator: str, year: int, basis: str = "") -> np.ndarray:
        return result.printed("mine", indicator, basis)[year - 2024, -1]

    founded = printed("htx_founded", 2024)
    assert found == {
        "htx_active@2028": np.mean(printed("htx_active", 2028) >= 560),
        "htx_founded@2024": np.mean((founded >= 38) & (founded <= 44)),
        "htx_stopped@2027": np.mean(printed("htx_stopped", 2027) <= 12),
        "htx_worker_income@2026": np.mean(printed("htx_worker_income", 2026, "nominal") >= 55.5),
    }
    assert all(0.0 < share < 1.0 for share in found.values()), "none is certain, or nothing would be shown"


def test_the_province_s_headline_leads_where_there_is_one(known: Knowledge) -> None:
    result = run(known.province, known.register, [mine()], draws=64, seed=4, posterior=known.posterior)
    assert headline_of(target_chances(result, "mine")).target.id == "founded-2024"
    later = replace(result, province=replace(known.province, planning_year=2026))
    assert headline_of(target_chances(later, "mine")) is None, "no target for new HTX is left"
    asked = replace(mine(), targets=(own_target("htx_founded", 2026, 40),))
    ahead = run(later.province, known.register, [asked], draws=64, seed=4, posterior=known.posterior)
    assert headline_of(target_chances(ahead, "mine")).target.year == 2026
    band = replace(mine(), targets=(own_target("htx_founded", 2026, 40, 45),))
    within = run(later.province, known.register, [band], draws=64, seed=4, posterior=known.posterior)
    assert headline_of(target_chances(within, "mine")) is None, "a band is not 'so many or more'"


def test_seek_aims_at_it_by_the_figure_the_page_tells(known: Knowledge) -> None:
    scenario, draws = mine(), 256
    common = draws_for(known, scenario, draws=draws, seed=4)
    result = run(known.province, known.register, [scenario], draws=draws, seed=4, posterior=known.posterior)
    money = plan_money(scenario.plan, range(2024, 2031))[None]
    for chance in (one for one in target_chances(result, "mine") if one.target.own):
        aim = chance_of(chance.target)
        met = aim.met(evaluate(common, scenario, money, [aim.outcome])[0, 0])
        assert met.mean() == pytest.approx(chance.probability, abs=2 / draws), chance.target.id
    assert isinstance(aim.outcome, Outcome)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("suffix", [".yaml", ".xlsx"])
def test_targets_come_back_from_every_file_as_they_were(suffix: str, lang: str, tmp_path: Path) -> None:
    path = tmp_path / f"mine{suffix}"
    path.write_bytes(scenario_bytes(mine(), path, lang=lang))
    back = understand_scenario(path, None).scenario
    ends = ({one.id: (one.low, one.high) for one in scenario.targets} for scenario in (back, mine()))
    assert next(ends) == next(ends)
    assert [dict(one.label) for one in back.targets] == [dict(one.label) for one in mine().targets]
    assert scenario_fingerprint(back) == scenario_fingerprint(mine())


def test_a_workbook_from_before_there_were_targets_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(scenario_bytes(mine(), path, lang="vi"))
    book = openpyxl.load_workbook(path)
    del book[load_catalogue("vi").text("workbook.sheet_targets")]
    book.save(path)
    assert understand_scenario(path, None).scenario.targets == ()


#: (a target as YAML, code, the key it is told at, value): refused in a file, a workbook, the planner and Python.
REFUSED = [
    ({"indicator": "htx_actve", "year": 2027, "level": 5}, "F52", "indicator", "htx_actve"),
    ({"indicator": "htx_active", "year": 2027, "level": 560.5}, "F66", "level", "560"),
    ({"indicator": "htx_active", "year": 2027, "level": -5}, "F66", "level", "5"),
    ({"indicator": "htx_active", "year": 2027, "level": 99_000_000}, "F66", "level", "99"),
    ({"indicator": "htx_active", "year": 2027, "level": 600, "high": 500}, "", "high", "500"),
    ({"indicator": "htx_stopped", "year": 2027, "level": 10, "high": 12}, "F66", "high", "12"),
    ({"indicator": "htx_active", "year": 2023, "level": 5}, "F68", "year", "2023"),
    ({"indicator": "htx_active", "year": 2031, "level": 5}, "F68", "year", "2031"),
]
IDS = [f"{target['indicator']}-{key}-{value}" for target, _, key, value in REFUSED]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("target", "code", "key", "value"), REFUSED, ids=IDS)
def test_a_file_with_an_impossible_target_is_refused_at_its_place(
    target: dict, code: str, key: str, value: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    stated = ", ".join(f"{name}: {told}" for name, told in target.items())
    path.write_text(f"{HEAD}- {{{stated}}}\n", encoding="utf-8")
    assert main(["check", str(path), "--lang", lang]) == 2
    told = capsys.readouterr().err
    assert code in told and "mine.yaml:7" in told and f"targets.0.{key}" in told and value in told


@pytest.mark.parametrize(("target", "code", "key", "value"), REFUSED, ids=IDS)
def test_python_refuses_the_same(target: dict, code: str, key: str, value: str) -> None:
    with pytest.raises(InputError) as refused:
        sim.run(load_scenario("market-first").with_target(**target), draws=16)
    assert all(key in problem.place for problem in refused.value.problems)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("target", "code", "key", "value"), REFUSED, ids=IDS)
def test_a_workbook_refuses_the_same_at_its_cell(
    target: dict, code: str, key: str, value: str, lang: str, tmp_path: Path
) -> None:
    path, columns = tmp_path / "mine.xlsx", {"indicator": "A", "year": "B", "level": "C", "high": "D"}
    path.write_bytes(scenario_bytes(replace(mine(), targets=()), path, lang=lang))
    book = openpyxl.load_workbook(path)
    for name, told in target.items():
        book[load_catalogue(lang).text("workbook.sheet_targets")][f"{columns[name]}6"] = told
    book.save(path)
    with pytest.raises(InputError) as refused:
        understand_scenario(path, None)
    (told,) = load_catalogue(lang).describe_all(refused.value)
    assert code in told and f"!{columns[key]}6" in told and value in told


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_planner_sets_edits_and_removes_targets_with_their_chance_at_once(lang: str) -> None:
    session = Planner("fund-12.3", draws=256, lang=lang)._session
    session.wish("target", {"indicator": "htx_active", "year": 2028, "level": "560", "high": "", "name": ""})
    bottom = session.view.answer["bottom"]
    assert 'data-target="htx_active@2028"' in bottom and load_catalogue(lang).text("planner.target_own") in bottom
    (listed,) = session.view.levers["targets"]["list"]
    assert (listed["indicator"], listed["year"], listed["level"]) == ("htx_active", 2028, "560")

    def chance() -> str:
        return re.search(r'data-target="htx_active@2028">(.*?)</b>', session.view.answer["bottom"]).group(1)

    before = chance()
    session.wish("target", {"indicator": "htx_active", "year": 2028, "level": "600", "high": "", "name": "Tên <b>tôi"})
    assert len(session.state.scenario.targets) == 1 and chance() != before
    assert "Tên &lt;b&gt;tôi" in session.view.answer["bottom"]
    session.wish("undo")
    assert chance() == before
    session.wish("horizon", 2027)
    assert session.state.scenario.targets == () and "2027" in session.view.status["notice"]
    session.wish("undo")
    session.wish("target_remove", ["htx_active", 2028])
    assert session.state.scenario.targets == () and "htx_active@2028" not in session.view.answer["bottom"]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("target", "code", "key", "value"), [REFUSED[at] for at in (1, 4, 5, 6)])
def test_the_planner_refuses_the_same_in_the_words_of_its_fields(
    target: dict, code: str, key: str, value: str, lang: str
) -> None:
    session = Planner("fund-12.3", draws=64, lang=lang)._session
    level = str(target["level"]).replace(".", "," if lang == "vi" else ".")
    typed = {"level": level, "high": str(target.get("high", ""))}
    session.wish("target", {**target, **typed, "name": ""})
    told = session.view.status["notice"]
    assert load_catalogue(lang).text(f"planner.target_{key}") in told and value in told
    assert session.state.scenario.targets == ()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_shows_them_beside_the_province_s_and_says_whose_they_are(known: Knowledge, lang: str) -> None:
    references = [load_scenario(name) for name in ("no-support", "fund-12.3")]
    found = answer_for(
        known.province, known.register, mine(), references, posterior=known.posterior, draws=128, seed=9
    )  # fmt: skip
    page = str(show.targets(found, lang))
    marked = load_catalogue(lang).text("report.own_target")
    assert page.count(f">{marked}<") == 4 and "Tên tôi đặt" in page and "560" in page
    assert load_catalogue(lang).text("terms.htx_stopped") in page
    theirs = page[: page.index(f">{marked}<")]
    assert "40" in theirs, "the province's own stand first"
