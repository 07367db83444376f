"""Bad tables: every row that cannot be read in one way only is refused at its place, with the way out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sim.domain import InputError, Observation, Problem
from sim.inputs.excel import parse_table
from sim.inputs.figures import (
    COLUMNS,
    gaps,
    last_month,
    load_observations,
    parse_observations,
    parse_sources,
)
from sim.inputs.text import read_number, settle_decimal, source_data
from sim.inputs.yaml import load_catalogue
from tests.support.caches import own_cache

HEADER = ",".join(COLUMNS)
ROW = "Lào Cai,VN-02,2023,year,HTX,htx_total,502,count,actual,page-1,"
SOURCES = {"page-1", "page-2"}


WORDS = {language: load_catalogue(language) for language in ("vi", "en")}


def parsed(raw: bytes, **options) -> tuple[Observation, ...]:
    return parse_observations(parse_table(raw, COLUMNS, file="o.csv"), **options)


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_cache(tmp_path / "cache", monkeypatch)


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows, "")).encode()


def row(**changes: str) -> str:
    cells = dict(zip(COLUMNS, ROW.split(","), strict=True)) | changes
    return ",".join(f'"{text}"' if "," in text else text for text in cells.values())


def refused(raw: bytes, **options) -> tuple[Problem, ...]:
    options.setdefault("sources", SOURCES)
    with pytest.raises(InputError) as caught:
        parsed(raw, **options)
    for problem in caught.value.problems:
        told_in_both_languages(problem)
    return caught.value.problems


def told_in_both_languages(problem: Problem) -> None:
    sentences = {language: WORDS[language].describe(problem) for language in ("vi", "en")}
    for sentence in sentences.values():
        assert "{" not in sentence and "None" not in sentence
        if problem.line:
            assert f"o.csv:{problem.line}:" in sentence
    assert sentences["vi"] != sentences["en"]


def values(raw: bytes, **options) -> list[float]:
    options.setdefault("sources", SOURCES)
    return [figure.value for figure in parsed(raw, **options)]


# -- one number --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "value"),
    [
        ("12.3", {}, "12.3"),
        ("502", {}, "502"),
        ("-5", {}, "-5"),
        ("−5", {}, "-5"),
        ("+5", {}, "5"),
        ("0.123", {}, "0.123"),
        ("1 234", {}, "1234"),
        ("1\u00a0234.5", {}, "1234.5"),
        ("1\u202f234\u202f567", {}, "1234567"),
        ("12,3", {"decimal": ","}, "12.3"),
        ("1.234.567,8", {"decimal": ",", "grouped": True}, "1234567.8"),
        ("1,234.5", {"decimal": ".", "grouped": True}, "1234.5"),
        ("12%", {"percent": True}, "12"),
        ("12 %", {"percent": True}, "12"),
    ],
)
def test_a_number_is_read_exactly(text, options, value):
    assert str(read_number(text, **options).value) == value


@pytest.mark.parametrize(
    ("text", "options", "problem", "hint"),
    [
        ("12,3", {}, "number_other_decimal", "12.3"),
        ("12.3", {"decimal": ",", "grouped": True}, "number_other_decimal", "12,3"),
        ("1,234.5", {}, "number_other_decimal", ""),
        ("12.34.567", {"decimal": ",", "grouped": True}, "number_other_decimal", ""),
        ("0.123", {"decimal": ",", "grouped": True}, "number_other_decimal", "0,123"),
        ("1 23", {}, "number_unreadable", ""),
        ("1  234", {}, "number_unreadable", ""),
        ("(5)", {}, "number_parentheses", "-5"),
        ("１２", {}, "number_foreign_digits", ""),
        ("٣", {}, "number_foreign_digits", ""),
        ("1_000", {}, "number_foreign_digits", ""),
        ("nan", {}, "number_not_finite", ""),
        ("-Infinity", {}, "number_not_finite", ""),
        ("1e400", {}, "number_exponent", ""),
        ("1E5", {}, "number_exponent", ""),
        ("12%", {}, "number_percent", ""),
        ("#REF!", {}, "number_formula_error", ""),
        ("#N/A", {}, "number_formula_error", ""),
        ("=1+1", {}, "number_unreadable", ""),
        ("about 5", {}, "number_unreadable", ""),
        ("2,69 tỷ", {}, "number_with_words", ""),
        ("2690 triệu", {"decimal": ","}, "number_with_words", ""),
        ("5.", {}, "number_unreadable", ""),
        (".5", {}, "number_unreadable", ""),
        ("9" * 30, {}, "number_too_long", ""),
    ],
)
def test_what_has_not_one_reading_is_refused(text, options, problem, hint):
    reading = read_number(text, **options)
    assert (reading.value, reading.problem, reading.hint) == (None, problem, hint)


@pytest.mark.parametrize(
    ("texts", "decimal"),
    [
        (["12", "502"], "."),
        (["12.3", "1.234"], "."),
        (["12,3", "1.234"], ","),
        (["1.234.567,8"], ","),
        (["0.123", "1.234"], "."),
        (["0,123"], ","),
        (["1.234", "12,5", "7"], ","),
    ],
)
def test_a_column_is_settled_by_a_text_with_one_reading(texts, decimal):
    assert settle_decimal(texts).decimal == decimal


@pytest.mark.parametrize(
    ("texts", "problem", "rows", "readings"),
    [
        (["7", "1.234"], "number_ambiguous", (1,), ("1.234", "1234")),
        (["1,234"], "number_ambiguous", (0,), ("1.234", "1234")),
        (["5", "12,3", "12.3"], "number_mixed_decimals", (2, 1), ()),
        (["1,234.5"], "number_undeclared_groups", (0,), ()),
        (["1,234,567"], "number_undeclared_groups", (0,), ()),
    ],
)
def test_a_column_nothing_settles_is_refused(texts, problem, rows, readings):
    settled = settle_decimal(texts)
    assert (settled.decimal, settled.problem, settled.rows, settled.readings) == ("", problem, rows, readings)


# -- the table ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"", "file_empty"),
        (b"\n\n", "file_empty"),
        ((HEADER + "\n").encode(), "csv_header_only"),
        ((HEADER + "\n,,,,,,,,,,\n").encode(), "csv_header_only"),
        (table(ROW).replace(b",", b";"), "csv_one_column"),
        (table(ROW).replace(b",", b"\t"), "csv_one_column"),
        (b"PK\x03\x04abc", "csv_is_binary"),
        (b"\xd0\xcf\x11\xe0abc", "csv_is_binary"),
        (table(ROW).replace(b"502", b"5\x0002"), "control_character"),
        (table(row(area="Lào\u200b Cai")), "hidden_character"),
        (table(row(area="\u202eLào Cai")), "hidden_character"),
        ("\n".join((HEADER, ROW)).encode("cp1258", errors="replace"), "encoding_unknown"),
        (table(ROW).replace("à".encode(), b"\xb5"), "encoding_legacy"),
    ],
)
def test_what_is_no_table_is_refused_with_its_own_words(raw, key):
    assert [problem.key for problem in refused(raw)] == [key]


def test_the_five_ways_of_being_empty_or_foreign_read_differently():
    raws = [b"", (HEADER + "\n").encode(), table(ROW).replace(b",", b";"), b"PK\x03\x04"]
    told = {WORDS["vi"].describe(refused(raw)[0]) for raw in raws}
    assert len(told) == len(raws)


def test_undecodable_bytes_are_shown_with_their_place():
    (problem,) = refused(table(ROW).replace("à".encode(), b"\xb5"))
    assert (problem.line, problem.column) == (2, 2)
    assert problem.params["bytes"].startswith("B5")
    assert "UTF-8" in WORDS["vi"].describe(problem)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + table(ROW),
        table(ROW).decode().encode("utf-16"),
        ("sep=,\n" + table(ROW).decode()).encode(),
        ("sep=;\n" + table(ROW).decode().replace(",", ";")).encode(),
        ("sep=;\r\n" + table(ROW).decode().replace(",", ";")).encode("utf-16"),
        table(ROW).decode().replace(",", "\t").encode("utf-16"),
        table(ROW).replace(b"\n", b"\r\n"),
        table(ROW).replace(b"\n", b"\r"),
        table(ROW).rstrip(b"\n"),
        table(ROW, "", ",,,,,,,,,,", ""),
        table(row(area="\u00a0Lào Cai ", unit=" count")),
        table(row(area="La\u0300o Cai")),
        table(ROW).replace(b"502", b' "502" '),
    ],
)
def test_what_excel_and_other_systems_write_is_read_alike(raw):
    (observation,) = parsed(raw, sources=SOURCES)
    assert (observation.area, observation.value, observation.unit) == ("Lào Cai", 502.0, "count")


def test_a_declared_decimal_comma_is_read():
    income = row(indicator="htx_avg_revenue", unit="million VND/yr")
    raw = ("sep=;\ndecimal=,\n" + table(income).decode().replace(",", ";").replace("502", "1.012,5")).encode()
    assert values(raw) == [1012.5]


@pytest.mark.parametrize(
    ("header", "key", "suggestion"),
    [
        (HEADER.replace("value", "valeu"), "csv_unknown_column", "value"),
        (HEADER.replace("value,", "") + ",remark", "csv_missing_column", ""),
        (HEADER.replace("area_code", "area"), "csv_duplicate_column", ""),
    ],
)
def test_wrong_columns_are_refused_with_the_nearest_name(header, key, suggestion):
    found = {problem.key: problem for problem in refused(table(ROW, header=header))}
    assert found[key].suggestion == suggestion and found[key].line == 1


def test_columns_may_stand_in_any_order():
    header = ",".join(reversed(COLUMNS))
    assert values(table(",".join(reversed(ROW.split(","))), header=header)) == [502.0]


def test_an_unquoted_decimal_comma_is_refused_by_field_count_and_the_row_is_shown():
    (problem,) = refused(table(ROW, ROW.replace("502", "12,3")))
    assert (problem.key, problem.line) == ("csv_field_count", 3)
    assert problem.params == {"fields": 12, "columns": 11} and problem.value.startswith("Lào Cai,VN-02")


@pytest.mark.parametrize("stray", ['Lào "Cai"', '"Lào" Cai', '"Lào Cai'])
def test_a_stray_quote_is_refused_at_its_line(stray):
    (problem,) = refused(table(ROW, ROW.replace("Lào Cai", stray, 1)))
    assert (problem.key, problem.line) == ("csv_stray_quote", 3)


def test_quoted_commas_quotes_and_line_ends_are_kept_and_counted():
    raw = table(ROW[:-1] + ',"one, ""two""\nthree"', row(period="end", value="oops"))
    (problem,) = refused(raw)
    assert problem.line == 4
    note = parsed(raw.replace(b"oops", b"1"), sources=SOURCES)[0].note
    assert note == 'one, "two"\nthree'


# -- the rows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "key", "place", "suggestion"),
    [
        ({"year": "2O23"}, "bad_year", "year", ""),
        ({"year": "23"}, "bad_year", "year", ""),
        ({"year": "2023.0"}, "bad_year", "year", "2023"),
        ({"year": "03/04/2023"}, "bad_year", "year", ""),
        ({"year": "1989"}, "bad_year", "year", ""),
        ({"year": "2101"}, "bad_year", "year", ""),
        ({"year": ""}, "bad_year", "year", ""),
        ({"year": str(date.today().year + 1)}, "observed_in_future", "year", ""),
        ({"period": "yaer"}, "not_one_of", "period", "year"),
        ({"period": "to-13"}, "not_one_of", "period", ""),
        ({"period": "month-6"}, "not_one_of", "period", ""),
        ({"status": "actuals"}, "not_one_of", "status", "actual"),
        ({"entity": "htx"}, "not_one_of", "entity", "HTX"),
        ({"source_id": "page-3"}, "source_not_listed", "source_id", "page-2"),
        ({"value": ""}, "cell_missing", "value", ""),
        ({"value": "-"}, "cell_missing", "value", ""),
        ({"value": "12,3"}, "number_other_decimal", "value", "12.3"),
        ({"value": "nan"}, "number_not_finite", "value", ""),
        ({"value": "12%"}, "number_percent", "value", ""),
        ({"value": "-3"}, "value_negative", "value", ""),
        ({"value": "-3", "unit": "million VND/yr", "indicator": "htx_worker_income"}, "value_negative", "value", ""),
        ({"value": "400.5"}, "count_not_whole", "value", ""),
        ({"value": "5000.5", "unit": "persons", "indicator": "htx_members"}, "count_not_whole", "value", ""),
        ({"value": "40.5", "status": "target", "period": "plan"}, "count_not_whole", "value", ""),
        ({"unit": ""}, "cell_missing", "unit", ""),
        ({"area": " "}, "cell_missing", "area", ""),
        ({"area_code": "VN-0А"}, "id_not_ascii", "area_code", ""),
        ({"indicator": "htx_tоtal"}, "id_not_ascii", "indicator", ""),
    ],
)
def test_a_row_with_one_mistake_is_refused_at_its_cell(change, key, place, suggestion):
    (problem,) = refused(table(ROW, row(**{"period": "end"} | change)))
    assert (problem.key, problem.line, problem.place, problem.suggestion) == (key, 3, place, suggestion)


def test_a_key_given_twice_tells_both_rows():
    (problem,) = refused(table(ROW, row(period="end"), row(value="7")))
    assert (problem.key, problem.line, problem.params["first"]) == ("duplicate_row", 4, 2)
    assert "dòng 2" in WORDS["vi"].describe(problem)


def test_two_sources_may_give_two_values_for_one_figure():
    assert values(table(ROW, row(source_id="page-2", value="510"))) == [502.0, 510.0]


def test_every_mistake_is_told_at_once():
    found = refused(table(row(year="23"), row(value="x", period="end"), row(status="?", period="mid")))
    assert [problem.line for problem in found] == [2, 3, 4]


def test_a_loss_and_a_decline_may_be_negative():
    rows = [
        row(indicator="htx_avg_profit", unit="million VND/yr", value="-3"),
        row(indicator="htx_net_change", value="−3"),
        row(indicator="htx_total_growth", unit="%", value="-1.5%"),
    ]
    assert values(table(*rows)) == [-3.0, -3.0, -1.5]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "derived"},
        {"indicator": "htx_avg_members", "unit": "persons"},
        {"indicator": "members_per_htx", "unit": "persons"},
        {"indicator": "htx_active_share", "unit": "share", "value": "0.5"},
        {"indicator": "htx_avg_revenue", "unit": "million VND/yr"},
        {"unit": "persons/org/yr"},
    ],
)
def test_averages_shares_and_what_was_worked_out_may_have_parts(change):
    assert values(table(row(**{"value": "14.9"} | change)))[0] % 1


def test_names_that_look_like_missing_values_stay_text():
    (observation,) = parsed(table(row(area="NA", note="None", area_code="0123")), sources=SOURCES)
    assert (observation.area, observation.area_code, observation.note) == ("NA", "0123", "None")


def test_unit_aliases_are_read_as_the_printed_unit():
    (observation,) = parsed(table(row(unit="mVND/yr", value="895")), sources=SOURCES)
    assert observation.unit == "million VND/yr"


def test_a_planners_own_column_is_settled_or_refused():
    assert values(table(row(value="12,3", unit="billion VND")), decimal=None) == [12.3]
    (problem,) = refused(table(ROW, row(period="end", value="1.234")), decimal=None)
    assert (problem.key, problem.line, problem.params["readings"]) == ("number_ambiguous", 3, "1.234 | 1234")
    (problem,) = refused(table(row(value="12,3"), row(period="end", value="12.3")), decimal=None)
    assert (problem.key, problem.params["rows"]) == ("number_mixed_decimals", "3, 2")


def test_a_spaced_number_is_read_and_told():
    notes: list[Problem] = []
    assert values(table(row(value="1\u00a0234")), notes=notes) == [1234.0]
    assert [(note.key, note.warning, note.line) for note in notes] == [("number_spaced", True, 2)]
    told_in_both_languages(notes[0])


def test_figures_set_aside_may_lie_in_the_future():
    assert values(table(row(period="plan", status="target", year="2030"))) == [502.0]


def test_a_gap_between_years_is_flagged_and_not_filled():
    raw = table(row(year="2021"), row(year="2023"), row(year="2022", indicator="htx_active"))
    notes: list[Problem] = []
    observations = parsed(raw, notes=notes)
    assert gaps(observations) == {3: (2022,)} and len(observations) == 3
    assert [(note.key, note.line, note.warning) for note in notes] == [("years_missing", 3, True)]
    told_in_both_languages(notes[0])


@pytest.mark.parametrize("changes", [{"status": "target"}, {"status": "plan"}, {"period": "norm"}])
def test_a_plan_for_a_later_year_leaves_no_gap_behind_it(changes):
    raw = table(row(year="2021"), row(year="2025", **changes))
    observations = parsed(raw)
    assert not gaps(observations)


@pytest.mark.parametrize(
    ("period", "month"), [("year", 12), ("end", 12), ("h2", 12), ("mid", 6), ("h1", 6), ("to-10", 10), ("month-02", 2)]
)
def test_a_period_ends_in_its_month(period, month):
    assert last_month(2023, period) == (2023, month)


@pytest.mark.parametrize("period", ["plan", "norm", "multi-year", "undated"])
def test_periods_set_aside_have_no_month(period):
    assert last_month(2023, period) is None


def test_sources_need_an_id_of_their_own():
    with pytest.raises(InputError) as caught:
        parse_sources("id,title,url,note\na,A,,\na,B,,\nà b,C,,\nd,,,\n".encode(), file="o.csv")
    found = caught.value.problems
    assert [(problem.key, problem.line) for problem in found] == [
        ("duplicate_row", 3),
        ("id_not_ascii", 4),
        ("cell_missing", 5),
    ]
    for problem in found:
        told_in_both_languages(problem)


def test_the_shipped_figures_are_read_whole():
    folder = source_data() / "provinces" / "lao-cai"
    sources = {row[0] for row in parse_sources((folder / "sources.csv").read_bytes(), file="sources.csv")}
    observations = load_observations(folder / "observations.csv", sources=sources)
    lines = (folder / "observations.csv").read_text(encoding="utf-8").count("\n")
    assert len(observations) == lines - 1
    assert observations[-1].line == lines
