"""The words of a table of figures that stand for its codes: Vietnamese and English names, read and written exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from sim.inputs import excel
from sim.inputs.figures import observations
from sim.inputs.yaml import LANGUAGES, Catalogue, load_catalogue, unit_key

_UNITS = (
    "count", "persons", "HTX", "THT", "LHHTX", "%", "million VND/yr", "million VND/month", "billion VND",
    "billion VND/yr",
)  # fmt: skip
_MONTHS = range(1, 13)


def coded(table: excel.Table) -> excel.Table:
    """A table in which names stand as the codes they are of; what is no name of ours stays as it was typed."""
    names = _names()
    rows = tuple(
        {
            column: replace(cell, text=names[column].get(excel.folded(cell.text), cell.text))
            if column in names
            else cell
            for column, cell in row.items()
        }
        for row in table.rows
    )
    return replace(table, rows=rows)


def worded(column: str, code: str, words: Catalogue) -> str:
    """The name of a code in a language; the code itself where it has none that leads back to it alone."""
    name = _spelt(words).get(column, {}).get(code, "")
    return name if name and _names()[column].get(excel.folded(name)) == code else code


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """{column: {name, folded: code}} of every language; a name of several codes stands for the first."""
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        for column, spelt in _spelt(load_catalogue(language)).items():
            for code, name in spelt.items():
                found.setdefault(column, {}).setdefault(excel.folded(name), code)
    return found


def _spelt(words: Catalogue) -> dict[str, dict[str, str]]:
    """{column: {code: name}} of one language."""
    terms = words.section("terms")
    parts = {name: words.text(f"figures.part_{name}") for name in (*observations.PERIODS, "plan")}
    months = {f"month-{month:02d}": words.text("figures.part_month", month=month) for month in _MONTHS}
    until = {f"to-{month:02d}": words.text("figures.part_to", month=month) for month in _MONTHS}
    return {
        "status": {name: words.text(f"figures.status_{name}") for name in observations.STATUSES},
        "entity": {name: words.text(f"figures.entity_{name}") for name in observations.ENTITIES},
        "period": {**parts, **months, **until},
        "indicator": {key.removeprefix("page_"): name for key, name in terms.items() if key.startswith("page_")},
        "unit": {unit: terms[unit_key(unit)] for unit in _UNITS},
    }


