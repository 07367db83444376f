"""Where data are found, what the loaders yield, what is remembered, and the words problems are told in."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from sim.domain import INDICATOR, LINES, InputError, Problem
from sim.inputs.figures import load_indicator_map
from sim.inputs.pack import list_provinces, load_province, load_register
from sim.inputs.scenarios import list_scenarios, load_background, load_plan, load_scenario, load_world
from sim.inputs.text import another_command, data_root, gone_without, known_slugs, source_data
from sim.inputs.yaml import CODE_OF, catalogue, load_catalogue, placeholders, read_yaml, schemas
from tests.support.caches import cache, clock

SOURCE = source_data().parent
WORDS = [load_catalogue(language) for language in catalogue.LANGUAGES]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("COOPSIM_CACHE", str(folder))
    monkeypatch.delenv("COOPSIM_DATA", raising=False)
    cache.forget()
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the shipped data that a test may spoil."""
    folder = tmp_path / "data"
    shutil.copytree(source_data(), folder)
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
    return folder


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(call, *args, **kwargs) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        call(*args, **kwargs)
    for problem in caught.value.problems:
        for words in WORDS:
            sentence = words.describe(problem)
            assert "{" not in sentence and "None" not in sentence
    return caught.value.problems


# -- data roots --------------------------------------------------------------------------------------------


def test_the_data_root_is_the_stated_one_then_the_nearest_parent_then_the_source_tree(tmp_path, monkeypatch):
    inner = tmp_path / "office" / "work"
    inner.mkdir(parents=True)
    (tmp_path / "office" / "data" / "provinces").mkdir(parents=True)
    (tmp_path / "other" / "data" / "provinces").mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert data_root() == tmp_path / "office" / "data"
    for stated in (tmp_path / "other", tmp_path / "other" / "data"):
        monkeypatch.setenv("COOPSIM_DATA", str(stated))
        assert data_root() == tmp_path / "other" / "data"
    monkeypatch.delenv("COOPSIM_DATA")
    monkeypatch.chdir(tmp_path)
    assert data_root() == source_data()


def test_a_stated_root_without_data_is_refused_and_no_other_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("COOPSIM_DATA", str(tmp_path))
    (problem,) = refused(data_root)
    assert (problem.key, problem.value) == ("data_root_missing", str(tmp_path))


# -- shipped data ------------------------------------------------------------------------------------------


def test_every_shipped_scenario_plan_and_world_is_read():
    background = load_background(source_data())
    names = list_scenarios(source_data())
    assert "fund-12.3" in names
    for name in names:
        scenario = load_scenario(name, background=background)
        assert scenario.slug == name
        for year in range(background.base_year + 1, scenario.horizon + 1):
            assert scenario.plan.unallocated(year) >= 0
    for slug in known_slugs(source_data() / "plans"):
        assert load_plan(slug, root=source_data()).slug == slug
    for slug in known_slugs(source_data() / "worlds"):
        assert load_world(slug, root=source_data()).slug == slug


def test_the_shipped_province_starts_from_the_printed_figures():
    province = load_province(root=source_data())
    base = {indicator: rows["VN-02"].value for indicator, rows in province.base.items()}
    assert (base["htx_registered"], base["htx_active"], base["htx_inactive"]) == (502, 405, 97)
    assert province.base["htx_inactive"]["VN-02"].status == "derived"
    assert (province.reference_fund, province.reference_fund_source) == (12_300_000_000, "laocai-plan-2024")
    assert province.boundary["vi"] == "địa giới trước 01/7/2025, số liệu đến 2023"
    targets = {target.id: (target.low, target.high, target.headline) for target in province.targets}
    assert targets["founded-2024"] == (40, None, True)
    assert targets["founded-2024-band"] == (40, 45, False)
    assert len(province.traps) == 7
    assert set(base) <= set(INDICATOR)


def test_the_shipped_register_has_every_column_once():
    register = load_register(source_data())
    columns = [register[key].column for key in register]
    assert len(set(columns)) == len(register)
    assert register["foundings_reference"].distribution.p50 == 36
    split = [register[key].distribution for key in register if register[key].distribution.simplex]
    assert len(split) == len(LINES) and abs(sum(part.mean for part in split) - 1) < 1e-12


def test_the_shipped_data_give_no_warning_but_of_the_years_nobody_printed():
    notes: list[Problem] = []
    load_register(source_data(), notes=notes)
    assert notes == []
    load_province(root=source_data(), notes=notes)
    assert {note.key for note in notes} == {"years_missing"}
    series = {note.params["series"]: note.params["years"] for note in notes}
    assert series["VN-02, HTX, htx_active"] == "2021" and series["VN-02, THT, tht_count"] == "2021–2022"


def test_the_map_of_terms_leads_to_published_indicators():
    terms = load_indicator_map(source_data())
    assert terms["htx_total"].indicator == "htx_registered" and terms["union_total"].indicator == "lhhtx_count"
    assert all(mapped.indicator in INDICATOR and mapped.factor > 0 for mapped in terms.values())


# -- data packs --------------------------------------------------------------------------------------------

PACK = Path("provinces") / "lao-cai" / "pack.yaml"
OBSERVATIONS = Path("provinces") / "lao-cai" / "observations.csv"


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "suggestion"),
    [
        (PACK, 'slug: "lao-cai"', 'slug: "laocai"', "slug_not_file", "lao-cai"),
        (PACK, "indicator: htx_total,", "indicator: htx_totl,", "row_not_found", "htx_total"),
        (PACK, "htx_registered: {entity: HTX", "htx_registered: {entity: THT", "row_not_found", ""),
        (PACK, "  htx_members: {", "  htx_member: {", "unknown_key", "htx_members"),
        (PACK, "indicator: htx_avg_profit,", "indicator: htx_members,", "wrong_unit", ""),
        (
            PACK,
            "indicator: support_budget_total, year: 2024",
            "indicator: htx_new_low, year: 2024",
            "row_not_found",
            "",
        ),
        (PACK, "founding_share: 1", "founding_share: 0.9", "shares_not_one", ""),
        (PACK, "headline: true", "headline: false", "one_headline", ""),
        (PACK, "indicator: htx_founded", "indicator: htx_fouded", "unknown_indicator", "htx_founded"),
        (PACK, "htx_new_high, year: 2024, period: plan", "htx_new_high, year: 2024, period: paln", "row_not_found", ""),
        (
            PACK,
            "high: {entity: HTX, indicator: htx_new_high",
            "high: {entity: LHHTX, indicator: union_new",
            "target_order",
            "",
        ),
        (PACK, "indicators: [tht_count", "indicators: [tht_cont", "unknown_term", "tht_count"),
        (PACK, "world: weak-markets", "world: week-markets", "unknown_world", "weak-markets"),
        (PACK, "lines: [capacity]", "lines: [capacities]", "not_one_of", "capacity"),
        (PACK, "id: split-unpublished", "id: income-2021", "duplicate_key", ""),
        (PACK, '"before-2025-07-01"', '"before-2025-13-01"', "bad_date", ""),
        (PACK, '"before-2025-07-01"', '"2025-07-01"', "bad_vintage", ""),
        (PACK, '"VN-02"', '"vn-02"', "bad_area_code", ""),
        (PACK, '"before-2025-07-01"', '"before-2023-07-01"', "other_boundary", ""),
        (PACK, "base_year: 2023", "base_year: 2022", "row_not_found", ""),
        (OBSERVATIONS, "htx_active,405,", "htx_active,503,", "active_above_registered", ""),
        (OBSERVATIONS, "htx_active,405,", "htx_active,0,", "base_zero", ""),
        (OBSERVATIONS, "htx_worker_income,48,", "htx_worker_income,0,", "base_zero", ""),
        (OBSERVATIONS, "htx_active,405,count,estimate", "htx_active,405.5,count,derived", "count_not_whole", ""),
        (OBSERVATIONS, "support_budget_total,12.3,", "support_budget_total,0,", "fund_zero", ""),
        (OBSERVATIONS, "support_budget_total,12.3,", "support_budget_total,12300,", "out_of_range", ""),
        (OBSERVATIONS, "support_budget_total,12.3,", "support_budget_total,12.30000000015,", "money_too_fine", ""),
    ],
)
def test_a_data_pack_with_one_mistake_is_refused_at_that_line(root, file, old, new, key, suggestion):
    spoil(root / file, old, new)
    found = refused(load_province, root=root)
    problem = next(problem for problem in found if problem.key == key)
    assert problem.line and problem.suggestion == suggestion
    if file == PACK and key not in ("row_not_found", "target_order", "other_boundary", "duplicate_key"):
        line = (root / file).read_text(encoding="utf-8").splitlines()[problem.line - 1]
        assert new.split(":")[0].strip("{[ ") in line or key in ("shares_not_one", "one_headline")


def test_an_area_without_active_htx_is_no_mistake_where_another_has_some(root):
    """An upland district may have none; only a province without any leaves averages without a denominator."""
    lines = (root / OBSERVATIONS).read_text(encoding="utf-8").splitlines()
    base = [line for line in lines if ",VN-02,2023,year," in line and ",laocai-plan-2024," in line]
    twins = [re.sub(r"(,htx_active),[0-9]+,", r"\1,0,", line.replace(",VN-02,", ",VN-02-A,")) for line in base]
    (root / OBSERVATIONS).write_text("\n".join([*lines, *twins, ""]), encoding="utf-8")
    spoil(root / PACK, "founding_share: 1", "founding_share: 0.9")
    twin = '  - {code: "VN-02-A", label: {vi: "Vùng cao", en: "Upland"}, founding_share: 0.1}\nbase:'
    spoil(root / PACK, "\nbase:", f"\n{twin}")
    spoil(root / PACK, "reference_fund: {", "reference_fund: {area_code: VN-02, ")
    text = (root / PACK).read_text(encoding="utf-8")
    text = re.sub(r"(low|high): {", r"\1: {area_code: VN-02, ", text)
    (root / PACK).write_text(text, encoding="utf-8")
    assert load_province(root=root).base["htx_active"]["VN-02-A"].value == 0


def test_mistakes_in_all_three_files_are_told_together(root):
    spoil(root / PACK, "headline: true", "headline: false")
    spoil(root / OBSERVATIONS, "THT,tht_count,3958,count,estimate", "THT,tht_count,3958,count,estimated")
    spoil(root / "provinces" / "lao-cai" / "sources.csv", "laocai-plan-2024,", "báo,")
    found = {(Path(problem.file).name, problem.key) for problem in refused(load_province, root=root)}
    assert ("sources.csv", "id_not_ascii") in found
    assert ("observations.csv", "not_one_of") in found


def test_a_monthly_income_is_turned_into_a_yearly_one(root):
    spoil(root / OBSERVATIONS, "htx_worker_income,48,million VND/yr", "htx_worker_income,4.1,million VND/month")
    row = load_province(root=root).base["htx_worker_income"]["VN-02"]
    assert (row.value, row.unit, row.status) == (pytest.approx(49.2), "million VND/yr", "derived")


def test_a_figure_of_the_old_area_after_the_merger_is_refused(root):
    path = root / OBSERVATIONS
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "x,VN-02,2025,mid,HTX,htx_total,1,count,actual,laocai-plan-2024,\n", encoding="utf-8")
    assert load_province(root=root).observations[-1].value == 1
    path.write_text(text + "x,VN-02,2025,to-07,HTX,htx_total,1,count,actual,laocai-plan-2024,\n", encoding="utf-8")
    (problem,) = refused(load_province, root=root)
    assert (problem.key, problem.line) == ("other_boundary", text.count("\n") + 1)


def test_a_province_must_be_named_when_there_are_several(root):
    (root / "provinces" / "DEFAULT").unlink()
    shipped = tuple(sorted(path.name for path in (root / "provinces").iterdir() if path.is_dir()))
    assert list_provinces(root) == shipped and len(shipped) > 1
    assert refused(load_province, root=root)[0].allowed == ", ".join(shipped)
    assert refused(load_province, "lao-cay", root=root)[0].suggestion == "lao-cai"
    assert load_province("lao-cai", root=root).slug == "lao-cai"


def test_the_variable_names_a_province_and_else_the_data_root_does(root, monkeypatch):
    assert load_province(root=root).slug == "lao-cai"
    monkeypatch.setenv("COOPSIM_PROVINCE", "yen-bai")
    assert load_province(root=root).slug == "yen-bai"


# -- what is remembered ------------------------------------------------------------------------------------

WARM = """
import sys, time
from sim.inputs.scenarios import load_scenario
from sim.inputs.pack import load_province, load_register
from sim.inputs.yaml import load_catalogue
start = time.process_time()
register, province, scenario = load_register(), load_province(), load_scenario("fund-12.3")
print(time.process_time() - start)
load_catalogue("vi")
print([name for name in ("ruamel", "pydantic", "pandas", "numpy", "csv") if name in sys.modules])
print(hash((repr(register), repr(province), repr(scenario))))
"""


def run_warm(folder: Path) -> list[str]:
    environment = {**os.environ, "COOPSIM_CACHE": str(folder), "PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-c", WARM], env=environment, capture_output=True, text=True, check=True, cwd=SOURCE
    )
    return done.stdout.splitlines()


def test_a_warm_start_reads_the_same_without_the_heavy_libraries_and_quickly(own_cache):
    cold = run_warm(own_cache)
    warm = [run_warm(own_cache) for _ in range(3)]
    assert "pydantic" in cold[1] and all(run[1] == "[]" for run in warm)
    assert {run[2] for run in warm} == {cold[2]}
    assert min(float(run[0]) for run in warm) < 0.3  # generous; the speed itself is in benchmarks/


def test_a_changed_byte_is_read_anew(root):
    assert load_plan("fund-12.3", root=root).fund[2024] == 12_300_000_000
    path = root / "plans" / "fund-12.3.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2024: 12.3,", "2024: 12.4,"), encoding="utf-8")
    assert load_plan("fund-12.3", root=root).fund[2024] == 12_400_000_000


def test_an_override_is_checked_against_the_register_of_today(root):
    load_world("adverse-weather-disease", root=root)
    path = next(
        path for path in (root / "assumptions").iterdir() if "disaster_loss:" in path.read_text(encoding="utf-8")
    )
    spoil(path, "disaster_loss:", "disaster_losses:")
    assert refused(load_world, "adverse-weather-disease", root=root)[0].suggestion == "disaster_losses"


def test_a_damaged_entry_is_ignored(own_cache):
    expected = load_plan("fund-12.3", root=source_data())
    entries = list(own_cache.rglob("*.json"))
    assert entries
    for spoiled in ("", "{", "nonsense\n{}", None):
        for entry in entries:
            text = entry.read_text(encoding="utf-8")
            entry.write_text(
                text.replace("12300000000", "12300000001") if spoiled is None else spoiled, encoding="utf-8"
            )
        cache.forget()
        assert load_plan("fund-12.3", root=source_data()) == expected


def test_entries_swapped_between_keys_are_found_made_anew_and_said_once(own_cache, capsys):
    slugs = ("fund-12.3", "no-support")
    expected = [load_plan(slug, root=source_data()) for slug in slugs]
    entries = sorted(own_cache.rglob("*.json"))
    contents = [entry.read_bytes() for entry in entries]
    for entry, content in zip(entries, contents[1:] + contents[:1], strict=True):
        entry.write_bytes(content)
    another_command()
    for said in (1, 0):  # the second time all is mended
        cache.forget()
        assert [load_plan(slug, root=source_data()) for slug in slugs] == expected
        assert capsys.readouterr().err.count("F72") == said


@pytest.mark.parametrize("year", [2026, 2030])
def test_what_was_accepted_in_one_year_is_read_again_in_another(own_cache, root, monkeypatch, year):
    """A figure is refused as one of the future by the day it is read: an entry of another year says nothing."""
    figures = root / "provinces" / "lao-cai" / "observations.csv"
    with figures.open("a", encoding="utf-8") as file:
        file.write("Việt Nam,VN,2031,year,THT,tht_count,3958,count,actual,laocai-plan-2024,\n")
    clock(monkeypatch, 2031)
    load_province(root=root)
    clock(monkeypatch, year)
    assert {problem.key for problem in refused(load_province, root=root)} == {"observed_in_future"}


def test_a_refusal_is_not_remembered(root, own_cache):
    spoil(root / "plans" / "fund-12.3.yaml", "nominal", "norminal")
    for _ in range(2):
        assert refused(load_plan, "fund-12.3", root=root)[0].key == "not_one_of"
    assert not any("norminal" in entry.read_text(encoding="utf-8") for entry in own_cache.rglob("*.json"))


@pytest.mark.parametrize("place", ["a file", "below a file"])
def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path, monkeypatch, place):
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("COOPSIM_CACHE", str(blocked if place == "a file" else blocked / "deeper"))
    assert load_plan("fund-12.3", root=source_data()).fund[2024] == 12_300_000_000
    assert gone_without() == ("cache",)


HOMELESS = """
import os, sys
from pathlib import Path
from sim.inputs.text import cache_dir
from sim.inputs.scenarios import load_plan
load_plan("fund-12.3")
print(cache_dir(), len(list(cache_dir().glob("*.json"))), os.environ["COOPSIM_CACHE"])
if "killed" in sys.argv:
    os.kill(os.getpid(), 9)
"""


def homeless(tmp_path: Path, *arguments: str) -> list[str]:
    """Folder of the cache, number of its entries, and where children look, of a process whose HOME takes no file."""
    (tmp_path / "file").touch()
    unset = {"COOPSIM_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"HOME": str(tmp_path / "file" / "home"), "TMPDIR": str(tmp_path), "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, "-uc", HOMELESS, *arguments], env=environment, capture_output=True, text=True, cwd=tmp_path
    )
    return done.stdout.split()


@pytest.mark.skipif(os.name == "nt", reason="HOME of POSIX")
def test_where_home_takes_no_file_a_command_and_what_it_starts_share_a_cache_that_goes_with_it(tmp_path):
    folder, entries, told = homeless(tmp_path)
    assert Path(folder).is_relative_to(told) and int(entries) > 0 and not Path(folder).exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_cache_of_a_command_that_was_killed_goes_when_the_next_begins(tmp_path):
    left = Path(homeless(tmp_path, "killed")[2])
    assert left.is_dir()
    homeless(tmp_path)
    assert not left.exists()


def test_the_cache_keeps_a_bounded_number_of_entries(own_cache):
    for number in range(450):
        cache.remembered("test", [str(number).encode()], dict)
    assert len(list(own_cache.rglob("*.json"))) == 400
    assert not list(own_cache.rglob("*.tmp"))


# -- words -------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_texts_with_the_same_placeholders():
    vi, en = load_catalogue("vi"), load_catalogue("en")
    assert list(vi) == list(en)
    for key in vi:
        assert placeholders(vi.texts[key]) == placeholders(en.texts[key]), key


def test_every_error_has_words_that_differ_between_the_languages():
    vi, en = load_catalogue("vi"), load_catalogue("en")
    for key, text in vi.section("errors").items():
        assert text != en.texts[f"errors.{key}"], key


def _problem_keys(path: Path) -> set[str]:
    """Literal keys of every problem that is made in a module."""
    makers = {"Problem", "problem", "_problem", "tell", "_note", "_stop", "Refusal"}
    keys = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        given = [node.args[0]] if node.args and name in makers else []
        given += [word.value for word in node.keywords if name == "Reading" and word.arg == "problem"]
        for value in given:
            branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            keys |= {
                branch.value
                for branch in branches
                if isinstance(branch, ast.Constant) and isinstance(branch.value, str)
            }
    return keys


def test_every_problem_the_program_can_tell_has_words():
    texts = load_catalogue("vi")
    inputs = {key for path in (SOURCE / "sim" / "inputs").rglob("*.py") for key in _problem_keys(path)}
    others = {
        value.value
        for path in (SOURCE / "sim").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and node.args
        for value in node.args[:1]
        if isinstance(value, ast.Constant)
    }
    assert len(inputs) > 60
    assert {key for key in inputs | others if key and f"errors.{key}" not in texts} == set()


def test_a_code_belongs_to_a_known_message_and_a_row_of_the_list_of_faults():
    texts = load_catalogue("vi")
    for key, code in CODE_OF.items():
        assert f"errors.{key}" in texts
        assert re.fullmatch("F[0-9]{2,3}", code) and 1 <= int(code[1:]) <= 119


def test_an_unknown_key_is_an_error_of_the_program():
    with pytest.raises(KeyError):
        load_catalogue("vi").text("errors.no_such_thing")
    with pytest.raises(KeyError):
        load_catalogue("vi").text("errors.unknown_key")


def test_a_value_with_braces_is_put_in_as_it_is():
    text = load_catalogue("vi").text("errors.unknown_key", key="{p.__class__} {key} %s")
    assert "“{p.__class__} {key} %s”" in text


def test_a_value_cannot_be_reached_into():
    class Secret:
        token = "secret"

        def __str__(self) -> str:
            return "plain"

    hostile = catalogue.Catalogue("vi", {"errors.x": "{p.token}", "errors.y": "{p}"})
    assert hostile.text("errors.y", p=Secret()) == "plain"
    with pytest.raises(AttributeError):
        hostile.text("errors.x", p=Secret())


@pytest.mark.parametrize("template", ["{p.token}", "{p[0]}", "{p!r}", "{p:>9}", "{}", "{0}", "{p", "p}", "{tên}"])
def test_a_label_file_may_only_hold_plain_placeholders(tmp_path, template):
    (tmp_path / "vi.yaml").write_text(f'errors:\n  x: "{template}"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_catalogue("vi", folder=tmp_path)
    (problem,) = caught.value.problems
    assert (problem.key, problem.line, problem.place) == ("bad_placeholder", 2, "errors.x")
    assert load_catalogue("en").describe(problem)


def test_an_unknown_language_is_refused():
    (problem,) = refused(load_catalogue, "fr")
    assert problem.allowed == "vi, en"


def test_a_problem_is_told_with_code_place_value_reason_range_and_fix():
    problem = Problem(
        "unknown_key",
        {"key": "maket"},
        file="plans/a.yaml",
        line=8,
        column=3,
        place="lines.maket",
        value="maket",
        allowed="market, survey",
        suggestion="market",
    )
    assert load_catalogue("vi").describe(problem) == (
        "F52 plans/a.yaml:8:3: lines.maket: giá trị “maket”: không có khóa tên “maket” ở đây; "
        "cho phép: market, survey; nên viết: market"
    )
    assert (
        load_catalogue("en")
        .describe(problem)
        .endswith("there is no key “maket” here; allowed: market, survey; write: market")
    )


# -- schemas for editors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", schemas.FILES)
def test_the_schema_files_are_current(name):
    shipped = (source_data() / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert shipped == schemas.text(name), "run: python -m sim.inputs.yaml.schemas"


def _json_like(value):
    if isinstance(value, dict):
        return {str(key): _json_like(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json_like(item) for item in value]
    return value if isinstance(value, (str, bool, int, type(None))) else float(value)


@pytest.mark.parametrize("name", schemas.FILES)
def test_an_editor_accepts_every_shipped_file_and_marks_a_wrong_one(name):
    validator = jsonschema.Draft202012Validator(schemas.schema(name))
    validator.check_schema(validator.schema)
    paths = sorted(SOURCE.glob(schemas.FILES[name]))
    assert paths
    for path in paths:
        data = _json_like(read_yaml(path).data)
        assert not list(validator.iter_errors(data)), path.name
        spoiled = {key: (value | {"unknown": 1} if isinstance(value, dict) else value) for key, value in data.items()}
        assert list(validator.iter_errors(spoiled | {"Unknown": 1}))


def test_the_editor_settings_name_every_schema():
    settings = json.loads((SOURCE / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings["yaml.schemas"] == {
        f"./data/schemas/{name}.schema.json": files for name, files in schemas.FILES.items()
    }


def test_every_limit_says_its_unit_and_its_reason():
    entries = json.loads((source_data() / "schemas" / "limits.json").read_text(encoding="utf-8"))
    for name, entry in entries.items():
        assert set(entry) == {"value", "unit", "reason"} and entry["value"] > 0, name
