"""The check of a table knows what its figures can be: look-alike names, units of another kind, impossible sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.domain import InputError
from sim.inputs.figures import load_figures
from sim.inputs.pack import load_province
from sim.inputs.scenarios import check_file
from sim.inputs.yaml import load_catalogue

HEAD = "area,area_code,year,period,entity,indicator,value,unit,status,source_id,note"
ROW = "Mẫu,VN-99,2023,year,{entity},{indicator},{value},{unit},actual,p,"
GOOD = {"entity": "HTX", "indicator": "htx_total", "value": "300", "unit": "count"}

#: (change, key, column, code, suggestion)
DOUBTFUL = [
    ({"indicator": "htx_totaI"}, "name_alike", "indicator", "F38", "htx_total"),
    ({"indicator": "htx_t0tal"}, "name_alike", "indicator", "F38", "htx_total"),
    ({"indicator": "tht_c0unt", "entity": "THT"}, "name_alike", "indicator", "F38", "tht_count"),
    ({"indicator": "tht_count", "entity": "THT", "unit": "VND"}, "wrong_unit", "unit", "F95", ""),
    ({"indicator": "htx_avg_revenue", "unit": "persons"}, "wrong_unit", "unit", "F95", ""),
    ({"indicator": "htx_members", "unit": "million VND/yr"}, "wrong_unit", "unit", "F95", ""),
    ({"indicator": "tht_count", "entity": "THT", "value": "395800000000"}, "figure_implausible", "value", "F17", ""),
    ({"value": "2000000"}, "figure_implausible", "value", "F17", ""),
    ({"indicator": "htx_avg_revenue", "value": "1512500", "unit": "million VND/yr"}, "figure_implausible", "value",
     "F17", ""),
]  # fmt: skip


@pytest.mark.parametrize(("change", "key", "column", "code", "suggestion"), DOUBTFUL)
def test_a_figure_that_cannot_be_right_is_refused_by_the_check(
    change: dict[str, str], key: str, column: str, code: str, suggestion: str, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{HEAD}\n{ROW.format(**GOOD | change)}\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        check_file(str(path), [])
    (problem,) = refused.value.problems
    assert (problem.key, problem.line, problem.place, problem.suggestion) == (key, 2, column, suggestion)
    for lang in ("vi", "en"):
        message = load_catalogue(lang).describe(problem)
        assert message.startswith(f"{code} ") and "t.csv:2" in message and suggestion in message


def test_an_area_spelt_with_a_letter_for_a_digit_is_refused(tmp_path: Path) -> None:
    rows = [ROW.format(**GOOD), ROW.format(**GOOD | {"indicator": "htx_new"}).replace("VN-99", "VN-9O")]
    rows[0] = rows[0].replace("VN-99", "VN-90")
    (tmp_path / "t.csv").write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_figures(tmp_path / "t.csv")
    (problem,) = refused.value.problems
    assert (problem.key, problem.value, problem.suggestion) == ("name_alike", "VN-9O", "VN-90")


@pytest.mark.parametrize("typed", ["-0", "−0", "-0.0"])
def test_no_minus_stands_before_nothing(typed: str, tmp_path: Path) -> None:
    change = {"indicator": "htx_avg_profit", "value": typed, "unit": "million VND/yr"}
    (tmp_path / "t.csv").write_text(f"{HEAD}\n{ROW.format(**GOOD | change)}\n", encoding="utf-8")
    (figure,) = load_figures(tmp_path / "t.csv")
    assert str(figure.value) == "0.0"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("tht_count,3958,count", "tht_count,395800000000,count", "figure_implausible"),
        ("tht_count,3958,count", "tht_count,3958,million VND/yr", "wrong_unit"),
        ("tht_count,3958,count", "tht_c0unt,3958,count", "name_alike"),
    ],
)
def test_the_reader_of_a_pack_knows_what_the_check_knows(old: str, new: str, key: str, own_data: Path) -> None:
    file = own_data / "provinces" / "lao-cai" / "observations.csv"
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_province("lao-cai")
    assert key in {problem.key for problem in refused.value.problems}
