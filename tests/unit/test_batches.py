"""Hundreds of scenarios: a few at a time, in their order, with the figures each has alone."""

from dataclasses import replace

import pytest

from sim.inputs.scenarios import list_scenarios, load_scenario
from sim.run import AT_A_TIME, Ask, cells, in_parts
from tests.support.projecting import MOST

NAMES = list_scenarios()


def test_parts_are_small_of_one_horizon_and_in_order():
    one = load_scenario("fund-12.3")
    several = [replace(one, slug=f"s{n}", horizon=2030 if n < 30 else 2028) for n in range(45)]
    parts = list(in_parts(several))
    assert [scenario for part in parts for scenario in part] == several
    assert max(map(len, parts)) == AT_A_TIME
    assert all(len({scenario.horizon for scenario in part}) == 1 for part in parts)


@pytest.mark.parametrize("most", [1, 3])
def test_pages_over_all_scenarios_do_not_depend_on_it_either(most: int, monkeypatch, tmp_path):
    def made(folder):
        folder.mkdir()
        ask = Ask(tuple(NAMES), draws=64, seed=1, folder=str(folder))
        cells.keep_comparison(ask, cells.REFERENCES[0])
        rows = [(row.scenario.slug, row.founded, row.figures) for row in cells.rows(ask)]
        return rows, (folder / "compare.csv").read_bytes()

    together = made(tmp_path / "together")
    assert [slug for slug, *_ in together[0]] == list(NAMES)
    monkeypatch.setattr(MOST, most)
    assert made(tmp_path / "apart") == together


def test_a_page_writes_the_comparison_it_shows_and_no_other(tmp_path):
    """What was compared serves the tables of that page alone: another number of draws is another comparison."""

    def table(folder, draws, shown):
        folder.mkdir()
        ask = Ask(tuple(NAMES), draws=draws, seed=1, folder=str(folder))
        if shown:
            cells.results(ask, cells.REFERENCES[0])
        cells.keep_comparison(ask, cells.REFERENCES[0])
        return (folder / "compare.csv").read_bytes()

    alone = table(tmp_path / "alone", 64, shown=False)
    assert table(tmp_path / "shown", 64, shown=True) == alone
    assert table(tmp_path / "other", 32, shown=False) != alone
    assert len(cells._compared) == 1
