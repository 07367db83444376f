"""The planning year: the present one of a pack; what is over before it; what begins with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import sim
from sim.analysis.answer import answer_for
from sim.analysis.split import allocate, attribute, default_objective, judged_outcomes, response_surface, seek
from sim.cli import main
from sim.domain import LINES, FixedFund, InputError, Observation, scenario_fingerprint
from sim.ensemble import Outcome, evaluate, plan_money, run
from sim.evidence import Knowledge, draws_for, load_knowledge
from sim.inputs.pack import in_year, load_province
from sim.inputs.scenarios import list_scenarios, load_scenario
from sim.inputs.text import source_data
from sim.inputs.yaml import load_catalogue
from sim.planner import Planner
from sim.report import notebook as show
from sim.run import scenario_bytes, understand_scenario

YEAR = 2026
PAST, OPEN = range(2024, YEAR), range(YEAR, 2031)


@pytest.fixture(autouse=True)
def no_year_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COOPSIM_YEAR", raising=False)


@pytest.fixture
def known() -> Iterator[Knowledge]:
    """What is known of the shipped province, planned in 2026, as long as the test runs."""
    with in_year(YEAR):
        yield load_knowledge()


def words(page: object) -> str:
    text = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", str(page), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def province_of(root: Path, *changes: tuple[str, str]) -> Path:
    """A data root with the shipped province, its pack.yaml changed; the rest is the shipped one's."""
    pack, shipped = root / "provinces" / "lao-cai", source_data()
    pack.mkdir(parents=True)
    for folder in shipped.iterdir():
        if folder.name != "provinces":
            (root / folder.name).symlink_to(folder)
    for name in ("observations.csv", "sources.csv", "pack.yaml"):
        text = (shipped / "provinces" / "lao-cai" / name).read_text(encoding="utf-8")
        for old, new in changes if name == "pack.yaml" else ():
            assert old in text
            text = text.replace(old, new, 1)
        (pack / name).write_text(text, encoding="utf-8")
    return pack


# -- Which year it is --------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "year"), [("lao-cai", 2024), ("yen-bai", 2025), ("lao-cai-2025", 2027)])
def test_the_shipped_packs_are_planned_in_their_years(slug: str, year: int) -> None:
    assert load_province(slug).planning_year == year


@pytest.mark.parametrize(
    ("period", "status", "until", "year"),
    [
        ("end", "actual", None, 2025),
        ("mid", "actual", None, 2024),  # half a year is not over
        ("end", "target", None, 2024),  # nor is what somebody wants a figure
        ("end", "actual", "2023-12-31", 2024),  # a later figure the pack does not use
    ],
)
def test_the_year_after_the_last_year_end_figures_is_planned(
    tmp_path: Path, period: str, status: str, until: str | None, year: int
) -> None:
    line = 'conditioned_to: "2023-12-31"\n'
    pack = province_of(tmp_path, *(() if until else ((line, ""),)))
    with (pack / "observations.csv").open("a", encoding="utf-8") as file:
        file.write(f"Lào Cai,VN-02,2024,{period},HTX,htx_total,530,HTX,{status},laocai-plan-2024,\n")
    assert load_province(root=tmp_path).planning_year == year


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("year", ["2023", "2054", "1990"])
@pytest.mark.parametrize("door", ["project", "compare", "allocate", "seek", "sensitivity", "report"])
def test_a_year_that_cannot_be_planned_is_refused_in_words(
    door: str, year: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"compare": ["fund-12.3", "no-support"], "seek": ["fund-12.3", "--target", "founded-2024"]}
    out = ["-o", str(tmp_path / "out")] if door == "report" else []
    assert main([door, *asked.get(door, ["fund-12.3"]), *out, "--year", year, "--lang", lang]) == 2
    told = capsys.readouterr().err
    assert "F68" in told and "--year" in told and year in told and "2024 … 2053" in told
    assert {"vi": "năm gốc là 2023", "en": "its base year is 2023"}[lang] in told


@pytest.mark.parametrize("year", [2023, 2054, "2026", True, 2026.0])
def test_python_refuses_the_same_years(year: object) -> None:
    for ask in (sim.load_province, lambda **asked: sim.run("fund-12.3", draws=16, **asked)):
        with pytest.raises(InputError) as refused:
            ask(year=year)
        wrong = "planning_year" if type(year) is int else "parameter_kind"
        assert [problem.key for problem in refused.value.problems] == [wrong]


def test_the_environment_and_the_pack_are_refused_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for text in ("abc", "2023", "20 26"):
        monkeypatch.setenv("COOPSIM_YEAR", text)
        with pytest.raises(InputError) as refused:
            load_province()
        assert "COOPSIM_YEAR" in refused.value.problems[0].place
    monkeypatch.delenv("COOPSIM_YEAR")
    province_of(tmp_path, ("base_year: 2023", "base_year: 2023\nplanning_year: 2023"))
    with pytest.raises(InputError) as refused:
        load_province(root=tmp_path)
    (problem,) = refused.value.problems
    assert (problem.key, problem.place, problem.allowed) == ("planning_year", "planning_year", "2024 … 2053")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_scenario_that_ends_before_the_planning_year_is_told_so(lang: str, capsys: pytest.CaptureFixture) -> None:
    assert main(["project", "fund-12.3", "--year", "2031", "--lang", lang]) == 2
    told = capsys.readouterr().err
    assert "horizon" in told and "2031" in told and {"vi": "đã qua", "en": "is over"}[lang] in told


def test_the_year_asked_for_ends_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("COOPSIM_YEAR", "2025")
    assert main(["check", "data/plans/fund-12.3.yaml", "--year", "2026"]) == 0
    assert os.environ["COOPSIM_YEAR"] == "2025" and load_province().planning_year == 2025
    with in_year(2027):
        assert load_province().planning_year == 2027


# -- What is over -----------------------------------------------------------------------------------


def test_at_the_pack_s_own_year_no_plan_is_touched() -> None:
    for slug in list_scenarios():
        with in_year(2024):
            asked = load_scenario(slug)
        assert asked == load_scenario(slug) and scenario_fingerprint(asked) == scenario_fingerprint(load_scenario(slug))


def test_every_plan_has_the_money_of_the_base_plan_and_its_own_from_the_planning_year_on() -> None:
    base = load_scenario("fund-12.3").plan
    for slug in list_scenarios():
        own = load_scenario(slug).plan
        with in_year(YEAR):
            plan = load_scenario(slug).plan
        if own.price_basis != base.price_basis:
            assert plan == own, "money in other prices stays its own"
            continue
        for line in LINES:
            assert [plan.line_budget(line, year) for year in PAST] == [base.line_budget(line, y) for y in PAST]
            later = range(YEAR, 2036 if own.repeat_last else 2031)
            expected = [own.line_budget(line, year) for year in later]
            assert [plan.line_budget(line, year) for year in later] == expected, "what is over is not repeated"


def test_a_plan_need_not_say_what_is_over() -> None:
    mine = sim.Plan.split("mine", fund=15, years=YEAR, market=1.0)
    with pytest.raises(InputError):
        sim.run(load_scenario("fund-12.3").with_plan(mine), draws=16)
    result = sim.run(load_scenario("fund-12.3").with_plan(mine), draws=16, year=YEAR)
    plan = result.run_of("mine").scenario.plan
    assert plan.annual_budget(2025) == 12_300_000_000 and plan.annual_budget(2030) == 15_000_000_000


def test_plans_do_not_differ_before_the_planning_year(known: Knowledge) -> None:
    plans = [load_scenario(slug) for slug in ("fund-12.3", "no-support", "market-first")]
    result = run(known.province, known.register, plans, draws=128, seed=7, posterior=known.posterior)
    for indicator in ("htx_active", "htx_founded", "htx_revenue"):
        basis = "nominal" if indicator == "htx_revenue" else ""
        ours, theirs, third = (result.series(one.slug, indicator, basis) for one in plans)
        assert np.array_equal(ours[: len(PAST)], theirs[: len(PAST)]) and np.array_equal(ours[:2], third[:2])
        assert not np.array_equal(ours[len(PAST)], theirs[len(PAST)])
    # The negative control: asked as it was when the plan was made, they differ from the first year on.
    with in_year(2024):
        plans = [load_scenario(slug) for slug in ("fund-12.3", "no-support")]
    result = run(known.province, known.register, plans, draws=128, seed=7, posterior=known.posterior)
    first, second = (result.series(one.slug, "htx_founded")[0] for one in plans)
    assert not np.array_equal(first, second)


# -- What is suggested -------------------------------------------------------------------------------


def spent(plan: sim.Plan) -> list[int]:
    return [plan.line_budget(line, year) for line in LINES for year in PAST]


def test_suggestions_leave_past_years_as_they_were(known: Knowledge) -> None:
    scenario = load_scenario("fund-12.3")
    surface = response_surface(known, scenario, fund=FixedFund(parts=20), draws=64)
    best = allocate(surface, default_objective(scenario), FixedFund().bounds)
    assert surface.splits.years == tuple(OPEN)
    assert spent(best.plan_of_best) == spent(scenario.plan)
    assert any(
        best.plan_of_best.line_budget(line, YEAR) != scenario.plan.line_budget(line, YEAR) for line in LINES
    ), "the control: it is another split"
    draws = draws_for(known, scenario, draws=256, seed=1)
    target = sim.analysis.split.Chance(Outcome("htx_active", 2030), 640)
    found = seek(draws, scenario, target)
    assert found.plan is not None and spent(found.plan) == spent(scenario.plan) and found.first == YEAR
    assert found.plan.annual_budget(YEAR) != scenario.plan.annual_budget(YEAR)


def test_a_table_of_the_open_years_is_the_plan_behind_the_facts(known: Knowledge) -> None:
    scenario = load_scenario("market-first")
    draws = draws_for(known, scenario, draws=128, seed=3)
    wanted = [Outcome("htx_active", 2030), Outcome("htx_founded", YEAR)]
    whole = plan_money(scenario.plan, range(2024, 2031))[None]
    short = plan_money(scenario.plan, known.province.open_years(2030))[None]
    assert np.array_equal(evaluate(draws, scenario, whole, wanted), evaluate(draws, scenario, short, wanted))
    nothing = (evaluate(draws, scenario, 0 * money, wanted) for money in (whole, short))
    assert not np.array_equal(*nothing), "the control: what is over stays where the plan gives nothing"


def test_the_lines_parts_add_up_to_what_the_pages_say_beside_no_support(known: Knowledge) -> None:
    scenario, nothing = load_scenario("fund-12.3"), load_scenario("no-support")
    draws = draws_for(known, scenario, draws=256, seed=5)
    outcomes = judged_outcomes(known.province, scenario)
    assert all(outcome.year >= YEAR for outcome in outcomes), "the target of 2024 is no goal any more"
    parts = attribute(draws, scenario, outcomes[:1])
    both = run(known.province, known.register, [scenario, nothing], draws=256, seed=5, posterior=known.posterior)
    ours, theirs = (both.series(one.slug, outcomes[0].indicator)[-1, -1] for one in (scenario, nothing))
    assert np.allclose(parts.total[0], (ours - theirs), rtol=1e-4)


# -- What is shown -----------------------------------------------------------------------------------


def answered(known: Knowledge, slug: str = "market-first", **changed: object):
    province = replace(known.province, **changed)  # type: ignore[arg-type]
    references = [load_scenario(name) for name in ("no-support", "fund-12.3")]
    return answer_for(
        province, known.register, load_scenario(slug), references, posterior=known.posterior, draws=256, seed=9
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_first_screen_speaks_of_the_planning_year(known: Knowledge, lang: str) -> None:
    found = answered(known)
    assert found.founded.year == YEAR and [parts.year for parts in found.parts] == list(OPEN)
    assert not found.chances and all([*margin.money.planned] == list(OPEN) for margin in found.margins)
    page = str(show.answer(found, lang))
    first = words(page[: page.index('id="past"')])
    assert str(YEAR) in first and re.search(rf"{YEAR} ?– ?2030", first) and "2024" not in first
    past = words(page[page.index('id="past"') :])
    assert {"vi": "ước tính", "en": "estimated"}[lang] in past and "2024" in past and "12" in past


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_at_the_pack_s_own_year_nothing_is_said_of_past_years(lang: str) -> None:
    with in_year(2024):
        page = str(show.answer(answered(load_knowledge()), lang))
    assert 'id="past"' not in page


@pytest.mark.parametrize(("founded", "met"), [(34.0, "past_missed"), (41.0, "past_met")])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_outturns_of_past_years_stand_where_there_are_any(
    known: Knowledge, founded: float, met: str, lang: str
) -> None:
    source = known.province.targets[0].source_id
    row = Observation("Lào Cai", "VN-02", 2024, "year", "HTX", "htx_new", founded, "HTX", "actual", source, "", 10_000)
    page = str(show.answer(answered(known, observations=(*known.province.observations, row)), lang))
    past = words(page[page.index('id="past"') :])
    assert re.search(rf"\b{founded:.0f}\S* ?●", past) and "◐" in past
    told = load_catalogue(lang).text(f"report.{met}", value="#").partition("#")[2].strip(": ")
    assert told in past


def test_the_growth_table_takes_levels_and_parts_of_the_same_years(known: Knowledge) -> None:
    found = answered(known)
    page = words(show.growth(found, "en"))
    first = next(fan for fan in found.fans if fan.indicator == "htx_revenue").ranges[len(PAST)]
    assert first.year == YEAR and f"{first.mean:,.0f}"[:3] in page


# -- Planner and workbook ----------------------------------------------------------------------------


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COOPSIM_YEAR", str(YEAR))
    return Planner("market-first", draws=128, lang="vi")._session


def test_the_planner_moves_money_of_the_planning_year_and_later(session) -> None:
    before = spent(session.state.plan)
    years = [value for _, value in session.view.levers["choosers"]["year"]["options"]]
    assert years == [0, *OPEN] and "2024: 12,3; 2025: 12,3" in session.view.levers["past"]
    for wish, value in (("line", ["market", 5_000]), ("fund", 20_000), ("same", None), ("spread", None)):
        session.wish(wish, value)
    assert spent(session.state.plan) == before and session.state.plan.annual_budget(YEAR) != 12_300_000_000
    assert session.state.plan.annual_budget(2025) == 12_300_000_000
    session.wish("year", 2027)
    session.wish("line", ["market", 1_000])
    assert spent(session.state.plan) == before


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_says_that_the_money_of_a_plan_was_handed_out(lang: str) -> None:
    """It is what the base plan holds: nobody printed 31.7 tỷ for 2025, and a plan of 2024 is no account of it."""
    words = (source_data() / "labels" / f"{lang}.yaml").read_text(encoding="utf-8")
    for claim in {"vi": ("đã giao", "là số liệu thực tế, không"), "en": ("handed out", "is a fact")}[lang]:
        assert claim not in words.lower()
    assert {"vi": "không phải số quyết toán", "en": "not a settled account"}[lang] in words


@pytest.mark.parametrize(("lang", "told"), [("vi", "Năm 2024 đã qua"), ("en", "2024 is over")])
def test_the_planner_refuses_a_past_year_in_words(session, lang: str, told: str) -> None:
    session.wish("language", lang)
    session.wish("year", 2024)
    assert session.view.status["notice"].startswith(told) and session.state.year is None


def test_a_suggestion_of_the_planner_leaves_the_past(session) -> None:
    before = spent(session.state.plan)
    session.wish("suggest")
    session.wish("accept")
    assert spent(session.state.plan) == before


def test_the_planner_opens_in_the_year_it_is_asked() -> None:
    session = Planner("fund-12.3", draws=64, year=2027)._session
    assert session.state.years[0] == 2027 and "2027" in words(session.view.answer["top"])
    assert Planner("fund-12.3", draws=64)._session.state.years[0] == 2024, "and in the pack's own when it is not"
    refused = words(Planner("fund-12.3", draws=64, year=2023).children[0].value)
    assert "2024 … 2053" in refused


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_workbook_marks_past_years_and_refuses_a_changed_one(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOPSIM_YEAR", str(YEAR))
    scenario, path = replace(load_scenario("market-first"), slug="mine"), tmp_path / "mine.xlsx"
    path.write_bytes(scenario_bytes(scenario, path, lang=lang))
    assert scenario_fingerprint(understand_scenario(path, None).scenario) == scenario_fingerprint(scenario)
    book = openpyxl.load_workbook(path)
    money = book.worksheets[1]
    notes = [money.cell(row, 8).value for row in (6, 7, 8)]
    assert str(YEAR) in notes[0] and notes[0] == notes[1] and notes[2] is None
    assert money["B6"].fill.fgColor.rgb != money["B8"].fill.fgColor.rgb
    money["D7"] = 1.5
    book.save(path)
    with pytest.raises(InputError) as refused:
        understand_scenario(path, None)
    told = load_catalogue(lang).describe_all(refused.value)
    assert len(told) == 1 and "F68" in told[0] and "D7" in told[0] and "2025" in told[0] and str(YEAR) in told[0]
    assert {"vi": "3,69", "en": "3.69"}[lang] in told[0], "the old number is named"


def test_a_file_with_other_money_of_past_years_is_told_and_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(scenario_bytes(replace(load_scenario("market-first--weak-markets"), slug="mine"), path, lang="vi"))
    path.write_text(path.read_text().replace('plan: "market-first"', "plan:" + _inline()), encoding="utf-8")
    assert not _notes(path)
    monkeypatch.setenv("COOPSIM_YEAR", str(YEAR))
    assert {note.key for note in _notes(path)} == {"past_money_replaced"}
    assert load_scenario(str(path)).plan.line_budget("market", 2025) == 3_690_000_000


def _inline() -> str:
    from sim.inputs.yaml import plan_data, yaml_text

    text = yaml_text(plan_data(load_scenario("market-first").plan))
    return "\n" + "".join(f"  {line}\n" for line in text.splitlines())


def _notes(path: Path) -> list:
    notes: list = []
    load_scenario(str(path), notes=notes)
    return notes
