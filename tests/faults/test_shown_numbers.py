"""A percent is what its cell shows: whatever the format, the figure that is read is the one the planner sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.domain import InputError
from sim.inputs.excel import Doubtful, shown_value
from sim.inputs.figures import COLUMNS, read_figures
from sim.inputs.yaml import LANGUAGES, load_catalogue

CPI = {
    "area": "Vietnam", "area_code": "VN", "year": 2024, "period": "year", "entity": "macro",
    "indicator": "cpi_inflation", "value": 3.63, "unit": "%", "status": "actual", "source_id": "p", "note": None,
}  # fmt: skip


def book(path: Path, value: Any, number_format: str, **changes: Any) -> Path:
    """A sheet of one figure."""
    made = openpyxl.Workbook()
    page = made.active
    page.append(list(COLUMNS))
    page.append([{**CPI, "value": value, **changes}[name] for name in COLUMNS])
    page.cell(2, COLUMNS.index("value") + 1).number_format = number_format
    made.save(path)
    return path


def problem_of(path: Path) -> Any:
    """The one refusal of a sheet."""
    with pytest.raises(InputError) as refused:
        read_figures(path)
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("stored", "number_format"),
    [
        (3.63, "General"),
        (3.63, "0.00"),
        (0.0363, "0.00%"),
        (0.0363, '0.00%;-0.00%;"-"'),
        (0.0363, "0.00%;[Red]-0.00%"),
        (3.63, r"0.00\%"),
        (3.63, '0.00"%"'),
        (3.63, '0.00" %"'),
        (0.0363, "0.0%_)"),
        (0.0363, "_(* 0.00%_);_(* (0.00%);_(* \"-\"??_);_(@_)"),
        (0.0363, '0.0% "so với 2022"'),
        (3.63, '0.0"% so với 2022"'),
        (0.0363, "[Blue]0.0%"),
        (0.0363, "[<1]0.0%;0.0"),
        (3.63, "[<1]0.0%;0.0"),
        (0.0363, "0.00%;;;@"),
    ],
)
def test_one_rate_of_price_rises_is_read_however_it_is_shown(tmp_path: Path, stored: float, number_format: str) -> None:
    _, (figure,) = read_figures(book(tmp_path / "f.xlsx", stored, number_format))
    assert figure.value == pytest.approx(3.63, rel=1e-12)


def test_a_cell_below_zero_is_read_by_its_own_section() -> None:
    assert shown_value(-0.045, "0.0%;-0.0%") == "-4.5%"
    assert shown_value(-4.5, "0.0%;-0.0") == -4.5
    assert shown_value(0.0, '0.0%;-0.0%;"-"') == 0.0
    assert shown_value(0.0, "0.0%") == "0%"


@pytest.mark.parametrize(
    ("stored", "number_format", "shown"),
    [
        (12_300_000_000.0, "#,##0.0,,,", "12.3"),
        (12_300_000.0, "#,##0,", "12300"),
        (12_300_000.0, "0,,.0", "12.3"),
        (0.0363, "0.00%%", "363"),
        (0.0363, '0.00%"%"', "3.63"),
    ],
)
def test_a_number_shown_as_another_is_refused_with_both(
    tmp_path: Path, stored: float, number_format: str, shown: str
) -> None:
    found = shown_value(stored, number_format)
    assert isinstance(found, Doubtful) and f"{found.shown:f}" == shown
    fund = {"entity": "budget", "indicator": "fund", "unit": "billion VND"}
    problem = problem_of(book(tmp_path / "f.xlsx", stored, number_format, **fund))
    assert (problem.key, problem.place) == ("xlsx_shown_otherwise", "Sheet!G2")
    for language in LANGUAGES:
        told = load_catalogue(language).describe(problem)
        assert "F16" in told and number_format in told and "Sheet!G2" in told


@pytest.mark.parametrize("number_format", ["#,##0", "#,##0.0", "0", "#,##0_);(#,##0)", "# ##0,0", "@", "0.00E+00"])
def test_formats_that_show_the_number_itself_change_nothing(number_format: str) -> None:
    """The negative control."""
    assert shown_value(1512.5, number_format) == 1512.5


@pytest.mark.parametrize(("value", "meant"), [(0.0363, "3.63"), (363, "3.63"), (-363, "")])
def test_a_hundredfold_rate_is_refused_with_the_right_one(tmp_path: Path, value: float, meant: str) -> None:
    problem = problem_of(book(tmp_path / "f.xlsx", value, "General"))
    assert (problem.key, problem.place, problem.suggestion) == ("percent_implausible", "Sheet!G2 (value)", meant)
    for language in LANGUAGES:
        assert "0.0363" in load_catalogue(language).describe(problem)


@pytest.mark.parametrize(
    ("indicator", "value"),
    [("htx_share_effective", 6000), ("htx_share_effective", -3), ("profit_margin", 120), ("htx_total_growth", 6100)],
)
def test_no_part_is_more_than_the_whole(tmp_path: Path, indicator: str, value: float) -> None:
    assert problem_of(book(tmp_path / "f.xlsx", value, "General", indicator=indicator)).key == "percent_implausible"


@pytest.mark.parametrize(
    ("indicator", "value"),
    [("cpi_inflation", 0.63), ("cpi_inflation", 23), ("cpi_inflation", 0), ("htx_total_growth", -4.5),
     ("share_of_gdp", 0.2), ("htx_share_effective", 100), ("htx_total_growth", 0.05)],
)  # fmt: skip
def test_rates_that_were_or_could_be_are_taken(tmp_path: Path, indicator: str, value: float) -> None:
    """The negative control: figures of the shipped packs and years that were."""
    _, (figure,) = read_figures(book(tmp_path / "f.xlsx", value, "General", indicator=indicator))
    assert figure.value == value


def test_a_percent_in_a_row_of_another_unit_is_refused(tmp_path: Path) -> None:
    problem = problem_of(book(tmp_path / "f.xlsx", 0.12, "0%", indicator="htx_total", unit="count", entity="HTX"))
    assert problem.key == "number_percent"


def test_a_percent_cell_does_not_settle_how_typed_numbers_are_read(tmp_path: Path) -> None:
    """3,5 typed as text beside a cell that shows 3.63 %: both are read."""
    path = book(tmp_path / "f.xlsx", 0.0363, "0.00%")
    made = openpyxl.load_workbook(path)
    made.active.append([{**CPI, "value": "3,5", "year": 2023}[name] for name in COLUMNS])
    made.save(path)
    _, figures = read_figures(path)
    assert [figure.value for figure in figures] == [pytest.approx(3.63), 3.5]
