"""Bad YAML, plans, worlds, scenarios and registers: each is refused at its line, with the way out."""

from __future__ import annotations

import shutil
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from sim.domain import InputError, Problem
from sim.inputs.pack import load_register
from sim.inputs.scenarios import Background, load_background, load_plan, load_scenario, load_world
from sim.inputs.text import source_data
from sim.inputs.yaml import load_catalogue, parse_yaml
from tests.support.caches import own_cache

PLAN = """\
slug: my-plan
label: {vi: "Phương án", en: "Plan"}
price_basis: nominal
fund: {2024: 12.3, 2025: 12.3}
lines:
  establishment: {2024: 3, 2025: 3}
  capacity: {2024: 3, 2025: 3}
  market: {2024: 3, 2025: 3}
  survey: {2024: 3, 2025: 3}
repeat_last: true
"""
WORLD = """\
slug: my-world
label: {vi: "Bối cảnh", en: "World"}
overrides:
  disbursement_rate: {p10: 0.5, p50: 0.6, p90: 0.7, reason: {vi: "chậm", en: "slow"}}
"""
SCENARIO = """\
slug: my-scenario
label: {vi: "Kịch bản", en: "Scenario"}
plan: fund-12.3
world: central
horizon: 2030
"""


WORDS = {language: load_catalogue(language) for language in ("vi", "en")}


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_cache(tmp_path / "cache", monkeypatch)


@pytest.fixture(scope="module")
def background() -> Background:
    return load_background(source_data())


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    """What the reader alone has to say."""
    raw = text.encode() if isinstance(text, str) else text
    try:
        return parse_yaml(raw, file="a.yaml").problems
    except InputError as error:
        return error.problems


def refused(call, *args, **kwargs) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        call(*args, **kwargs)
    for problem in caught.value.problems:
        told_in_both_languages(problem)
    return caught.value.problems


def told_in_both_languages(problem: Problem) -> None:
    sentences = {language: WORDS[language].describe(problem) for language in ("vi", "en")}
    for sentence in sentences.values():
        assert "{" not in sentence.replace("{…}", "").replace(str(problem.value), "")
        assert "None" not in sentence
        if problem.line:
            assert f"{problem.file}:{problem.line}:" in sentence
        if problem.suggestion:
            assert problem.suggestion in sentence
    assert sentences["vi"] != sentences["en"]


def written(tmp_path: Path, text: str | bytes, name: str = "a.yaml") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# -- the reader -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scalar", "key", "suggestion"),
    [
        ("no", "yaml_word", 'false | "no"'),
        ("Yes", "yaml_word", 'true | "Yes"'),
        ("on", "yaml_word", 'true | "on"'),
        ("OFF", "yaml_word", 'false | "OFF"'),
        ("y", "yaml_word", 'true | "y"'),
        ("n", "yaml_word", 'false | "n"'),
        ("12:30", "yaml_time", '"12:30"'),
        ("0123", "yaml_leading_zero", '"0123" | 123'),
        ("-007.5", "yaml_leading_zero", '"-007.5" | 7.5'),
        ("1_000", "yaml_underscore", "1000"),
        ("2021-01-01", "yaml_date", '"2021-01-01"'),
        ("2021-01-01 10:00", "yaml_date", '"2021-01-01 10:00"'),
        ("01/07/2025", "yaml_date", '"01/07/2025"'),
        ("0x1F", "yaml_other_base", ""),
        ("0o17", "yaml_other_base", ""),
        (".inf", "yaml_not_finite", ""),
        ("-.INF", "yaml_not_finite", ""),
        (".nan", "yaml_not_finite", ""),
        ("NaN", "yaml_not_finite", ""),
        ("1e400", "yaml_exponent", ""),
        ("1E5", "yaml_exponent", ""),
        ("12,3", "yaml_decimal_comma", "12.3"),
        ("-12,3", "yaml_decimal_comma", "-12.3"),
        ("1,234", "yaml_decimal_comma", "1.234 | 1234"),
        ("1.234.567,8", "yaml_decimal_comma", "1234567.8"),
        (".5", "yaml_bare_point", "0.5"),
        ("5.", "yaml_bare_point", "5.0"),
        ("１２", "yaml_number_like", '12 | "１２"'),
        ("٣", "yaml_number_like", '3 | "٣"'),
        ("−5", "yaml_number_like", '-5 | "−5"'),
        ("(5)", "yaml_number_like", '"(5)"'),
        ("12%", "yaml_number_like", '"12%"'),
        ("1 234", "yaml_number_like", '1234 | "1 234"'),
        ("1.2.3", "yaml_number_like", '"1.2.3"'),
        ("1" * 40, "yaml_too_many_digits", ""),
    ],
)
def test_a_value_some_reader_takes_for_another_type_is_refused_with_the_right_spelling(scalar, key, suggestion):
    (problem,) = problems_of(f"first: 1\nvalue: {scalar}\n")
    assert (problem.key, problem.line, problem.column, problem.place) == (key, 2, 8, "value")
    assert problem.suggestion == suggestion
    told_in_both_languages(problem)


@pytest.mark.parametrize(
    ("text", "key", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate_key", 3, 1),
        ('a: {x: 1, "x": 2}\n', "duplicate_key", 1, 11),
        ('"\\u0061": 1\na: 2\n', "duplicate_key", 2, 1),
        ("a: &x 1\nb: *x\n", "yaml_alias", 1, 4),
        ("a: [1]\nb: *x\n", "yaml_alias", 2, 4),
        ("a: !!python/object:os.system x\n", "yaml_tag", 1, 4),
        ("a: !!str 1\n", "yaml_tag", 1, 4),
        ("a: ! x\n", "yaml_tag", 1, 4),
        ("a: !own {b: 1}\n", "yaml_tag", 1, 4),
        ("a:\n  <<: {b: 1}\n", "yaml_merge", 2, 3),
        ("a: 1\n---\nb: 2\n", "yaml_many_documents", 2, 1),
        ("%YAML 1.1\n---\na: 1\n", "yaml_directive", 2, 1),
        ("? [a]\n: 1\n", "yaml_complex_key", 1, 3),
        ("a: 1\ntrue: 2\n", "yaml_bad_key", 2, 1),
        ("a: 1\n1.5: 2\n", "yaml_bad_key", 2, 1),
        ("a: 1\n  b: 2\n", "yaml_colon", 2, 4),
        ("a:\n\t- b\n", "yaml_tab", 2, 1),
        ('a: 1\nb: "x\n', "yaml_unclosed_quote", 2, 4),
        ("a: 1\nb: [1, 2\n", "yaml_unclosed_bracket", 2, 4),
        ("a: 1\nb: @x\n", "yaml_special_character", 2, 4),
        (" a: 1\nb: 2\n", "yaml_indentation", 2, 1),
        ("- a\n- b\n", "yaml_not_a_mapping", 1, 1),
        ('a: 1\nb: "\\u202e"\n', "hidden_character", 2, 4),
        ('a: 1\nb: "x\\0"\n', "control_character", 2, 4),
        ("a: 1\nb: x\u202ey\n", "hidden_character", 2, 5),
        ("a: 1 # x\u2066\n", "hidden_character", 1, 9),
        ("a: 1\nb\u200b: 2\n", "hidden_character", 2, 2),
        ("a: 1\nb: \0\n", "control_character", 2, 4),
        ("a: 1\nb: x\ufffd\n", "lost_character", 2, 5),
        ("a: {2024: 12,3, 2025: 12}\n", "yaml_decimal_comma", 1, 15),
    ],
)
def test_what_is_not_plain_yaml_is_refused_at_its_place(text, key, line, column):
    (problem,) = problems_of(text)
    assert (problem.key, problem.line, problem.column) == (key, line, column)
    told_in_both_languages(problem)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"", "file_empty"),
        (b"# only a comment\n", "file_empty"),
        (b"a: \xc3\x28\n", "encoding_unknown"),
        ("a: Lào Cai\n".encode("cp1258", errors="replace"), "encoding_unknown"),
        ("a: 1\n".encode("utf-16"), "encoding_utf16"),
        (b'a: "\\U00110000"\n', "yaml_syntax"),
        (b"a: " + b"x" * 300_000, "file_too_large"),
    ],
)
def test_what_is_no_utf8_text_of_reasonable_size_is_refused(raw, key):
    (problem,) = problems_of(raw)
    assert problem.key == key
    told_in_both_languages(problem)


def test_a_duplicate_key_tells_both_lines():
    (problem,) = problems_of("a: 1\nb: 2\na: 3\n")
    assert problem.params["first"] == 1 and problem.line == 3
    sentence = WORDS["vi"].describe(problem)
    assert sentence.startswith("F48 a.yaml:3:1: a: ") and "dòng 1" in sentence


def test_several_bad_values_are_told_at_once():
    assert [problem.line for problem in problems_of("a: no\nb: 12,3\nc: 0123\nb: 1\n")] == [1, 2, 3, 4]


def test_an_alias_bomb_is_refused_before_anything_is_built():
    bomb = 'a: &a ["x","x","x","x"]\n' + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
    )
    problems_of("warm: up\n")
    start = time.process_time()  # the processor's time is ours alone, whoever else is on the machine
    (problem,) = problems_of(bomb)
    assert time.process_time() - start < 0.05
    assert problem.key == "yaml_alias"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_three_thousand_levels_of_nesting_are_refused_quickly(opening):
    start = time.process_time()
    (problem,) = problems_of("a:\n  " + opening * 3000)
    assert problem.key in ("yaml_too_deep", "yaml_complex_key")
    assert time.process_time() - start < 3


@pytest.mark.parametrize("text", ["[1,", "a,", '"x": ', "#", "\n", "- ", ":", "!", "&", "*", "|", ">", "\\", "'", '"'])
def test_no_file_within_the_size_limit_keeps_anyone_waiting(text):
    start = time.process_time()
    problems_of("a: [" + text * (250_000 // len(text)))
    assert time.process_time() - start < 5


def test_numbers_are_read_exactly():
    data = parse_yaml(b"a: 1.10\nb: -0.1\nc: 12345678901234567.8\nd: 2024\ne: +3\n", file="a.yaml").data
    assert [str(value) for value in data.values()] == ["1.10", "-0.1", "12345678901234567.8", "2024", "3"]


@pytest.mark.parametrize(
    "value",
    ['he said "no"', "back\\slash", "two\nlines", '"""', "${HOME}", "{x.__class__}", "</script>", "$$x$$", "[x](y)"],
)
def test_awkward_text_survives_reading_unchanged(value):
    import json

    assert parse_yaml(f"a: {json.dumps(value)}\n".encode(), file="a.yaml").data["a"] == value


def test_text_is_composed_and_trimmed_and_a_byte_order_mark_is_dropped():
    decomposed = '\ufeffa: "  La\u0300o Cai\u00a0 "\n'
    assert parse_yaml(decomposed.encode(), file="a.yaml").data == {"a": "Lào Cai"}


# -- plans -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "place", "suggestion"),
    [
        ("price_basis: nominal", "price_bases: nominal", "unknown_key", 3, "price_bases", "price_basis"),
        ("price_basis: nominal", "price_basis: norminal", "not_one_of", 3, "price_basis", "nominal"),
        ("price_basis: nominal\n", "", "missing_key", 1, "price_basis", ""),
        ("price_basis: nominal", "price_basis:", "empty_value", 3, "price_basis", ""),
        ("  market:", "  maket:", "unknown_key", 8, "lines.maket", "market"),
        ("  market: {2024: 3, 2025: 3}\n", "", "missing_key", 5, "lines.market", ""),
        ("2024: 12.3", '2024: "12.3"', "expected_money", 4, "fund.2024", "12.3"),
        ("2024: 12.3", '2024: "12,3"', "expected_money", 4, "fund.2024", "12.3"),
        ("2024: 12.3", "2024: true", "expected_money", 4, "fund.2024", ""),
        ("2024: 12.3", '"2024": 12.3', "expected_whole", 4, "fund.2024", "2024"),
        ("2024: 12.3", "2024: 12300", "money_out_of_range", 4, "fund.2024", ""),
        ("2024: 12.3", "2024: 12.3 triệu đồng", "expected_money", 4, "fund.2024", ""),
        ("2024: 12.3", "2024: -1", "out_of_range", 4, "fund.2024", ""),
        ("2024: 12.3", "24: 12.3", "out_of_range", 4, "fund.24", ""),
        ("2024: 12.3", "2024: 12.30000000001", "money_too_fine", 4, "fund.2024", ""),
        ("2024: 12.3", "2024: 11.9", "lines_exceed_fund", 4, "fund.2024", ""),
        ("2024: 12.3", "2024: 12,3", "yaml_decimal_comma", 4, "fund.3", "12.3"),
        ("repeat_last: true", 'repeat_last: "true"', "expected_truth", 10, "repeat_last", "true"),
        ("repeat_last: true", "repeat_last: yes", "yaml_word", 10, "repeat_last", 'true | "yes"'),
        ("slug: my-plan", "slug: My Plan", "bad_slug", 1, "slug", "my-plan"),
        ("slug: my-plan", "slug: fund-12,3", "bad_slug", 1, "slug", "fund-12-3"),
        ("slug: my-plan", "slug: Quỹ Đổi mới", "bad_slug", 1, "slug", "quy-doi-moi"),
        ("slug: my-plan", "slug: plans/mine.yaml", "bad_slug", 1, "slug", ""),
        ("slug: my-plan", "slug: 5", "expected_text", 1, "slug", ""),
        ('label: {vi: "Phương án", en: "Plan"}', 'label: "Plan"', "expected_mapping", 2, "label", ""),
        (', en: "Plan"', "", "missing_key", 2, "label.en", ""),
        ("repeat_last: true", "x; import os: 1", "unknown_key", 10, "x; import os", ""),
    ],
)
def test_a_plan_with_one_mistake_is_refused_at_that_line(tmp_path, old, new, key, line, place, suggestion):
    assert old in PLAN
    (problem,) = refused(load_plan, written(tmp_path, PLAN.replace(old, new, 1)))
    assert (problem.key, problem.line, problem.place, problem.suggestion) == (key, line, place, suggestion)


def test_an_amount_out_of_range_tells_the_range(tmp_path):
    (problem,) = refused(load_plan, written(tmp_path, PLAN.replace("2024: 12.3", "2024: 12300")))
    assert problem.value == "12300"
    assert "0 … 1.000" in WORDS["vi"].describe(problem) and "0 … 1,000" in WORDS["en"].describe(problem)


def test_lines_above_the_fund_are_told_to_the_dong(tmp_path):
    text = PLAN.replace("2025: 12.3", "2025: 11.999999999")
    (problem,) = refused(load_plan, written(tmp_path, text))
    asked, fund, over = (Decimal(text) for text in ("12", "11.999999999", "0.000000001"))
    assert problem.params == {"year": 2025, "asked": asked, "fund": fund, "over": over}
    assert "11,999999999" in WORDS["vi"].describe(problem) and "0,000000001" in WORDS["vi"].describe(problem)


@pytest.mark.parametrize(
    ("changes", "place", "years"),
    [
        ([("market: {2024: 3, 2025: 3}", "market: {2024: 3}"), ("repeat_last: true\n", "")], "lines.market", "2025"),
        ([("market: {2024: 3, 2025: 3}", "market: {2025: 3}")], "lines.market", "2024"),
        ([("fund: {2024: 12.3, 2025: 12.3}", "fund: {2024: 12.3, 2027: 12.3}")], "fund", "2025, 2026"),
    ],
)
def test_a_missing_year_is_an_error_unless_later_years_repeat_the_last(tmp_path, changes, place, years):
    text = PLAN
    for old, new in changes:
        text = text.replace(old, new)
    (problem,) = refused(load_plan, written(tmp_path, text))
    assert (problem.key, problem.place, problem.params["years"]) == ("missing_year", place, years)


def test_a_line_that_ends_sooner_repeats_its_last_year_when_the_plan_says_so(tmp_path):
    text = PLAN.replace("market: {2024: 3, 2025: 3}", "market: {2024: 2.5}")
    plan = load_plan(written(tmp_path, text))
    assert plan.line_budget("market", 2025) == 2_500_000_000
    assert plan.unallocated(2025) == 12_300_000_000 - 11_500_000_000


def test_a_year_only_a_line_names_is_checked_against_the_fund(tmp_path):
    text = PLAN.replace("market: {2024: 3, 2025: 3}", "market: {2024: 3, 2025: 3, 2026: 9}")
    (problem,) = refused(load_plan, written(tmp_path, text))
    assert (problem.key, problem.params["year"]) == ("lines_exceed_fund", 2026)


def test_every_mistake_of_a_plan_is_told_at_once_in_reading_order(tmp_path):
    text = PLAN.replace("nominal", "norminal").replace("2025: 12.3", "2025: 11").replace("repeat", "repet")
    found = refused(load_plan, written(tmp_path, text))
    assert [(problem.line, problem.key) for problem in found] == [
        (3, "not_one_of"),
        (4, "lines_exceed_fund"),
        (10, "unknown_key"),
    ]


def test_money_is_kept_to_the_dong(tmp_path):
    plan = load_plan(written(tmp_path, PLAN.replace("2024: 12.3", "2024: 12.000000001")))
    assert plan.fund[2024] == 12_000_000_001
    assert plan.unallocated(2024) == 1


# -- worlds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "place", "suggestion"),
    [
        (
            "  disbursement_rate:",
            "  disbursment_rate:",
            "unknown_assumption",
            "overrides.disbursment_rate",
            "disbursement_rate",
        ),
        ("p90: 0.7", "p90: 1.7", "outside_bounds", "overrides.disbursement_rate.p90", ""),
        ("p10: 0.5", "p10: 0.65", "quantile_order", "overrides.disbursement_rate.p10", ""),
        ("p50: 0.6, ", "", "missing_key", "overrides.disbursement_rate.p50", ""),
        (', reason: {vi: "chậm", en: "slow"}', "", "missing_key", "overrides.disbursement_rate.reason", ""),
        ("p10: 0.5, p50: 0.6, p90: 0.7", "value: 0.2", "outside_bounds", "overrides.disbursement_rate.value", ""),
        ("p10: 0.5, ", "value: 0.5, ", "unknown_key", "overrides.disbursement_rate.p50", ""),
        (
            "  disbursement_rate:",
            "  reference_split_market:",
            "override_of_simplex",
            "overrides.reference_split_market",
            "",
        ),
        ("  disbursement_rate:", "  error_workers:", "override_of_measurement", "overrides.error_workers", ""),
    ],
)
def test_a_world_with_one_mistake_is_refused_at_that_line(tmp_path, background, old, new, key, place, suggestion):
    assert old in WORLD
    path = written(tmp_path, WORLD.replace(old, new))
    found = refused(load_world, path, root=background.root, register=background.register)
    problem = next(problem for problem in found if problem.key == key)
    assert (problem.line, problem.place, problem.suggestion) == (4, place, suggestion)


def test_a_bound_itself_is_inside(tmp_path, background):
    text = WORLD.replace("p10: 0.5", "p10: 0.3").replace("p90: 0.7", "p90: 1")
    world = load_world(written(tmp_path, text), root=background.root, register=background.register)
    assert world.overrides["disbursement_rate"].distribution.p10 == 0.3


def test_a_range_without_width_is_told_but_not_refused(tmp_path, background):
    text = WORLD.replace("p10: 0.5, p50: 0.6, p90: 0.7", "p10: 0.5, p50: 0.5, p90: 0.5")
    for _ in ("cold", "warm"):
        notes: list[Problem] = []
        load_world(written(tmp_path, text), root=background.root, register=background.register, notes=notes)
        assert [(note.key, note.warning, note.line) for note in notes] == [("zero_width", True, 4)]
        told_in_both_languages(notes[0])


# -- scenarios ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "suggestion"),
    [
        ("plan: fund-12.3", "plan: fund-12.4", "unknown_plan", 3, "fund-12.3"),
        ("world: central", "world: centrl", "unknown_world", 4, "central"),
        ("world: central", "world: data/worlds/central.yaml", "bad_slug", 4, ""),
        ("world: central", "world: Central", "bad_slug", 4, "central"),
        ("plan: fund-12.3", "plan: fund-12,3", "bad_slug", 3, "fund-12.3"),
        ("world: central", "world: 3", "expected_text", 4, ""),
        ("horizon: 2030", "horizon: 2023", "horizon_out_of_range", 5, ""),
        ("horizon: 2030", "horizon: 2054", "horizon_out_of_range", 5, ""),
        ("horizon: 2030", "horizon: 2523", "out_of_range", 5, ""),
        ("horizon: 2030", "horizon: 2030.0", "expected_whole", 5, "2030"),
        ("horizon: 2030", "horizon: 2030-12-31", "yaml_date", 5, '"2030-12-31"'),
        ("horizon: 2030", "horizen: 2030", "unknown_key", 5, "horizon"),
        (
            "plan: fund-12.3\nworld: central\nhorizon: 2030",
            "plan: front-loaded\nworld: central\nhorizon: 2031",
            "plan_too_short",
            5,
            "",
        ),
    ],
)
def test_a_scenario_with_one_mistake_is_refused_at_that_line(tmp_path, background, old, new, key, line, suggestion):
    assert old in SCENARIO
    path = written(tmp_path, SCENARIO.replace(old, new))
    found = refused(load_scenario, path, background=background)
    problem = next(problem for problem in found if problem.key == key)
    assert (problem.line, problem.suggestion) == (line, suggestion)


def test_a_horizon_tells_the_years_it_may_be(tmp_path, background):
    (problem,) = refused(load_scenario, written(tmp_path, SCENARIO.replace("2030", "2054")), background=background)
    assert problem.allowed == "2024 … 2053"


def test_mistakes_of_scenario_plan_and_world_are_told_together(tmp_path, background):
    text = SCENARIO.replace("fund-12.3", "fund-99").replace("central", "cntral").replace("2030", "2090")
    found = refused(load_scenario, written(tmp_path, text), background=background)
    assert [problem.key for problem in found] == ["unknown_plan", "unknown_world", "horizon_out_of_range"]


def inline(text: str, key: str) -> str:
    body = "".join(f"  {line}\n" for line in text.splitlines())
    return f"{key}:\n{body}"


def test_a_plan_and_a_world_may_be_written_inside_a_scenario(tmp_path, background):
    text = SCENARIO.replace("plan: fund-12.3\n", inline(PLAN, "plan")).replace(
        "world: central\n", inline(WORLD, "world")
    )
    scenario = load_scenario(written(tmp_path, text), background=background)
    assert scenario.plan.annual_budget(2030) == 12_300_000_000
    assert scenario.world.overrides["disbursement_rate"].distribution.p50 == 0.6
    assert (scenario.plan.slug, scenario.world.slug) == ("my-plan", "my-world")


def test_an_inline_plan_without_a_name_takes_the_scenarios(tmp_path, background):
    nameless = "".join(PLAN.splitlines(keepends=True)[2:])
    text = SCENARIO.replace("plan: fund-12.3\n", inline(nameless, "plan"))
    plan = load_scenario(written(tmp_path, text), background=background).plan
    assert (plan.slug, plan.label["vi"]) == ("my-scenario", "Kịch bản")


def test_mistakes_inside_inline_parts_keep_their_lines(tmp_path, background):
    text = SCENARIO.replace("plan: fund-12.3\n", inline(PLAN.replace("2025: 12.3", "2025: 1"), "plan"))
    text = text.replace("world: central\n", inline(WORLD.replace("p90: 0.7", "p90: 7"), "world"))
    found = refused(load_scenario, written(tmp_path, text), background=background)
    assert [(problem.key, problem.line, problem.place) for problem in found] == [
        ("lines_exceed_fund", 7, "plan.fund.2025"),
        ("outside_bounds", 18, "world.overrides.disbursement_rate.p90"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "place", "suggestion", "allowed"),
    [
        ("  market:", "  maket:", "plan.lines.maket", "market", "establishment, capacity, market, survey"),
        ('en: "Plan"', 'eng: "Plan"', "plan.label.eng", "en", "vi, en"),
        ('en: "slow"', 'eng: "slow"', "world.overrides.disbursement_rate.reason.eng", "en", "vi, en"),
        ("p90:", "p9:", "world.overrides.disbursement_rate.p9", "p90", "p10, p50, p90, reason"),
        ("price_basis:", "price_bases:", "plan.price_bases", "price_basis", "price_basis"),
    ],
)
def test_a_misspelt_key_inside_inline_parts_is_told_with_the_keys_there_are(
    tmp_path, background, old, new, place, suggestion, allowed
):
    text = SCENARIO.replace("plan: fund-12.3\n", inline(PLAN, "plan"))
    text = text.replace("world: central\n", inline(WORLD, "world"))
    assert old in text
    (problem,) = refused(load_scenario, written(tmp_path, text.replace(old, new)), background=background)
    assert (problem.key, problem.place, problem.suggestion) == ("unknown_key", place, suggestion)
    assert allowed in problem.allowed


@pytest.mark.parametrize(
    ("name", "key", "suggestion"),
    [
        ("fund-12,3", "bad_name", "fund-12.3"),
        ("fund-12-3", "unknown_scenario", "fund-12.3"),
        ("Fund-12.3", "bad_name", "fund-12.3"),
        ("‥／x", "bad_name", ""),
        ("a:b", "bad_name", ""),
        ("x\n", "bad_name", ""),
        ("", "bad_name", ""),
        ("s" * 121, "bad_name", ""),
        ("../../etc/x", "file_missing", ""),
        ("/abs/none", "file_missing", ""),
        ("C:\\x", "file_missing", ""),
        ("http://h", "file_missing", ""),
        ("fund-12.3.yaml", "file_missing", ""),
        ("fund-12.3.YML", "file_missing", ""),
        ("a/\0.yaml", "file_missing", ""),
        ("a/" + "b" * 5000, "file_unreadable", ""),
        (".", "bad_name", ""),
        ("./", "file_not_regular", ""),
    ],
)
def test_a_name_is_a_slug_or_a_path_and_never_one_for_the_other(background, name, key, suggestion):
    (problem,) = refused(load_scenario, name, background=background)
    assert (problem.key, problem.suggestion) == (key, suggestion)


def test_a_slug_never_finds_a_file_beside_the_user(tmp_path, background, monkeypatch):
    written(tmp_path, SCENARIO, "my-scenario.yaml")
    written(tmp_path, SCENARIO, "my-scenario")
    monkeypatch.chdir(tmp_path)
    (problem,) = refused(load_scenario, "my-scenario", background=background)
    assert problem.key == "unknown_scenario"
    assert load_scenario("my-scenario.yaml", background=background).slug == "my-scenario"


# -- the register ------------------------------------------------------------------------------------------

ENTRY = """\
{id}:
  label: {{vi: "a", en: "a"}}
  question: {{vi: "a?", en: "a?"}}
  unit: share
  distribution: {distribution}
  bounds: [0, 1]
  kind: judgement
  grade: D
  source: none
  reason: {{vi: "a", en: "a"}}
  owner: {{vi: "a", en: "a"}}
  date: "2026-11-23"
  review_by: "2027-06-30"
  column: {column}
"""


def entry(name: str = "one", column: int = 0, distribution: str = "{p10: 0, p50: 0.1, p90: 0.3}") -> str:
    return ENTRY.format(id=name, column=column, distribution=distribution)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "assumptions").mkdir(parents=True)
    for path in ("effects.csv", "provinces"):
        source = source_data() / path
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / path)
    return folder


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "place", "suggestion"),
    [
        ("p10: 0,", "p10: 0.2,", "quantile_order", 5, "one.distribution.p10", ""),
        ("p90: 0.3", "p90: 1.3", "outside_bounds", 5, "one.distribution.p90", ""),
        ("p10: 0,", "p1: 0,", "unknown_key", 5, "one.distribution.p1", "p10"),
        ("bounds: [0, 1]", "bounds: [1, 0]", "bounds_order", 6, "one.bounds", ""),
        ("bounds: [0, 1]", "bounds: [0]", "list_too_short", 6, "one.bounds", ""),
        ("bounds: [0, 1]", "bounds: [0, 0,8]", "list_too_long", 6, "one.bounds", ""),
        ("kind: judgement", "kind: judgment", "not_one_of", 7, "one.kind", "judgement"),
        ("grade: D", "grade: F", "not_one_of", 8, "one.grade", ""),
        ("source: none", "source: E99", "unknown_source", 9, "one.source", "E9"),
        ("source: none", "source: laocai-plan-2042", "unknown_source", 9, "one.source", "laocai-plan-2024"),
        ('"2026-11-23"', "2026-11-23", "yaml_date", 12, "one.date", '"2026-11-23"'),
        ('"2026-11-23"', '"2026-13-23"', "bad_date", 12, "one.date", ""),
        ('"2026-11-23"', '"23/11/2026"', "bad_date", 12, "one.date", ""),
        ('"2027-06-30"', '"2020-06-30"', "review_before_date", 13, "one.review_by", ""),
        ("column: 0", "column: -1", "out_of_range", 14, "one.column", ""),
        ("column: 0", "column: true", "expected_whole", 14, "one.column", ""),
        ("  unit: share\n", "", "missing_key", 1, "one.unit", ""),
        ("one:", "One-1:", "bad_id", 1, "One-1", ""),
    ],
)
def test_an_assumption_with_one_mistake_is_refused_at_that_line(root, old, new, key, line, place, suggestion):
    text = entry()
    assert old in text
    written(root / "assumptions", text.replace(old, new))
    found = refused(load_register, root)
    problem = next(problem for problem in found if problem.key == key)
    assert (problem.line, problem.place, problem.suggestion) == (line, place, suggestion)


def test_an_id_or_a_column_given_twice_tells_both_files(root):
    written(root / "assumptions", entry("one", 3), "a.yaml")
    written(root / "assumptions", entry("one", 4) + entry("two", 3), "b.yaml")
    by_key = {problem.key: problem for problem in refused(load_register, root)}
    assert by_key["duplicate_id"].file.endswith("b.yaml")
    assert by_key["duplicate_id"].params["file"].endswith("a.yaml")
    assert (by_key["duplicate_column"].line, by_key["duplicate_column"].params["line"]) == (28, 14)
    assert by_key["duplicate_column"].params["free"] >= 4  # the pack's own assumptions have columns too


def test_shares_of_a_group_add_up_to_exactly_one(root):
    share = "{{simplex: split, mean: {mean}, concentration: {concentration}}}"
    parts = [("a", "0.3", 20), ("b", "0.3", 20), ("c", "0.3", 21)]
    text = "".join(
        entry(name, column, share.format(mean=mean, concentration=concentration))
        for column, (name, mean, concentration) in enumerate(parts)
    )
    written(root / "assumptions", text)
    found = refused(load_register, root)
    assert [(problem.key, problem.value) for problem in found] == [
        ("simplex_sum", Decimal("0.9")),
        ("simplex_concentration", "20, 21"),
    ]


def test_a_sound_entry_is_still_checked_when_another_is_broken(root):
    written(
        root / "assumptions",
        entry("one").replace("grade: D", "grade: X") + entry("two", 1).replace("p10: 0,", "p10: 1,"),
    )
    assert [problem.key for problem in refused(load_register, root)] == ["not_one_of", "quantile_order"]


def test_a_folder_without_assumptions_is_refused(root):
    assert refused(load_register, root)[0].key == "register_missing"


# -- anything at all ---------------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [": ", "\n", "  ", "- ", "{", "}", "[", "]", '"', "'", "&a ", "*a", "!!x ", "<<: ", "#", "|", "\t", "null", "true",
     "12,3", "1e9", "0x1", "no", "\u202e", "\0", "2024", "-1", "1" * 50, "é", "%YAML", "---\n", "? ", "\\", "\ufeff",
     "99999999999999", "\r", "@", "`", "\U0001f600", "fund", "lines", "slug: "]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.one_of(FRAGMENTS, st.text(max_size=4))) + text[end:]
    return text


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=mutated(PLAN))
def test_whatever_is_done_to_a_plan_it_is_read_or_refused_in_words(tmp_path, text):
    try:
        plan = load_plan(written(tmp_path, text.encode("utf-8", errors="surrogatepass")))
    except InputError as error:
        assert error.problems
        for problem in error.problems:
            for language in ("vi", "en"):
                assert WORDS[language].describe(problem)
    else:
        assert all(plan.unallocated(year) >= 0 for year in plan.fund)


INLINE = SCENARIO.replace("plan: fund-12.3\n", inline(PLAN, "plan"))
INLINE = INLINE.replace("world: central\n", inline(WORLD, "world"))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=mutated(INLINE))
def test_whatever_is_done_to_a_scenario_it_is_read_or_refused_in_words(tmp_path, background, text):
    try:
        load_scenario(written(tmp_path, text.encode("utf-8", errors="surrogatepass")), background=background)
    except InputError as error:
        for problem in error.problems:
            for language in ("vi", "en"):
                assert WORDS[language].describe(problem)
