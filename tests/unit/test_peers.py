"""Figures of other provinces: what feeds a prior and what never does, and what a province without history rests on."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.peers import HEAD, priors
from sim.domain import Distribution, InputError, Observation
from sim.evidence import FAIL, PASS, REVIEW, LeftOut, load_peers, peers_check, quantities
from sim.inputs.figures import load_indicator_map
from sim.inputs.pack import (
    Asked,
    PeerPrior,
    draft_pack,
    load_peer_priors,
    load_peer_rows,
    load_peer_rules,
    load_register,
    peers_behind,
    per_inactive,
    updated,
)
from sim.inputs.text import PEERS, source_data
from sim.inputs.yaml import yaml_text

HOME = ("VN-02", "VN-06")


def row(
    area: str = "VN-90", year: int = 2020, term: str = "htx_total", value: float = 200.0, **more: object
) -> Observation:  # fmt: skip
    where = {"area": area, "area_code": area, "year": year, "period": "end", "entity": "HTX", "indicator": term}
    what = {"value": value, "unit": "count", "status": "actual", "source_id": "s", "note": "", "line": 2}
    return Observation(**{**where, **what, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def rules():
    return load_peer_rules(source_data())


def found(rows, rules) -> dict[str, tuple]:
    return {one.id: one.cells for one in quantities(rows, rules)}


FLOW = row(year=2020, term="htx_new", value=20.0, period="year")
STOCK = row(year=2019)


def test_a_flow_is_divided_by_the_stock_it_started_from(rules):
    (cell,) = found([FLOW, STOCK], rules)["entry_rate"]
    assert (cell.value, cell.of, cell.error) == (20, 200, 0)
    # counted at the end of the year, the new ones stand in the stock and those that left do not
    gone = row(year=2020, term="htx_dissolved", value=5.0, period="year")
    (cell,) = found([FLOW, gone, row(year=2020, value=215.0)], rules)["entry_rate"]
    assert cell.of == 200


@pytest.mark.parametrize(
    "change",
    [
        {"status": "plan"}, {"status": "target"}, {"area_code": "VN"}, {"area_code": "VN-R2"}, {"area_code": "VN-NMM"},
        {"area_code": "VN-35-d"}, {"area_code": "VN-07-2025"}, {"area_code": "VN-02"}, {"area_code": "VN-06"},
        {"period": "undated"}, {"period": "plan"}, {"period": "month-06"}, {"year": 2010}, {"entity": "sector"},
    ],
    ids=lambda change: "-".join(map(str, change.values())),
)  # fmt: skip
def test_what_is_no_count_of_a_province_never_feeds_a_prior(rules, change):
    area = change.get("area_code", FLOW.area_code)
    rows = [replace(FLOW, **change), row(area=area, year=2019), row(area=area, year=2009)]
    assert not found(rows, rules)["entry_rate"]
    assert found([FLOW, STOCK], rules)["entry_rate"]


def test_another_concept_never_stands_in_for_active(rules):
    total = row(year=2020, source_id="s")
    for term in ("htx_with_results", "htx_effective", "htx_share_with_results"):
        assert not found([total, row(term=term, value=60.0)], rules)["active_share"]
    assert [cell.level for cell in found([total, row(term="htx_active", value=160.0)], rules)["active_share"]] == [0.8]


def test_pages_that_disagree_are_one_year_with_a_spread(rules):
    other = replace(FLOW, value=30.0, source_id="t")
    (cell,) = found([FLOW, other, STOCK], rules)["entry_rate"]
    assert cell.value == 25 and cell.error > 0.2 and len(cell.rows) == 2


def test_part_of_a_year_is_known_less_well_than_the_year(rules):
    half = replace(FLOW, period="h1", value=10.0)
    (cell,) = found([half, STOCK], rules)["entry_rate"]
    assert cell.level == pytest.approx(0.1) and 0.2 < cell.error < 0.35


def test_an_average_is_told_in_prices_of_2023_or_not_at_all(rules):
    money = row(year=2022, term="htx_avg_revenue", value=1000.0, unit="million VND/yr", period="year")
    prices = [row("VN", 2023, "cpi_inflation", 3.25, entity="macro", unit="%", period="year")]
    (cell,) = found([money, *prices], rules)["average_revenue"]
    assert cell.value == pytest.approx(1032.5)
    assert not found([money], rules)["average_revenue"]


def test_the_shipped_rows_hold_neither_home_province_and_say_how_many_they_are():
    for one in load_peers(source_data()):
        assert not set(HOME) & set(one.areas)
        assert all(line.status not in ("plan", "target") for cell in one.cells for line in cell.rows)
    counts = {one.id: (len(one.areas), len(one.cells)) for one in load_peers(source_data())}
    assert counts == {"entry_rate": (17, 23), "exit_rate": (7, 9), "active_share": (7, 8), "average_revenue": (14, 19)}


def test_clean_up_years_are_inside_what_a_province_may_do():
    exits = load_peer_priors(root=source_data())["exit_rate"]
    assert exits.distribution.p10 < 0.025 and exits.distribution.p90 > 0.10


def test_the_priors_are_what_the_script_fits_today():
    """The fit again, against the file: every digit, since the fit draws nothing."""
    assert (source_data() / PEERS / "priors.yaml").read_text(encoding="utf-8") == HEAD + yaml_text(priors())


def test_no_effect_of_money_comes_from_other_provinces():
    register = load_register(source_data(), province="yen-bai")
    resting = {key for key in register if "peers" in register[key].source}
    assert resting and not {
        key for key in resting if key.startswith(("phi_", "effect_", "doubling", "persistence", "prior_"))
    }


# -- A table of figures becomes a pack that rests on them ------------------------------------------------


def test_a_province_never_rests_on_its_own_figures():
    everyone, without = (load_peer_priors(area, source_data())["entry_rate"] for area in ("", "VN-25"))
    assert "VN-25" in everyone.areas and without.provinces == everyone.provinces - 1
    assert without.distribution.p50 > everyone.distribution.p50  # the lowest of all is left out


FIGURES = [
    row("VN-99", 2023, "htx_total", 300.0, period="year"),
    row("VN-99", 2023, "htx_worker_income", 49.2, period="year", unit="million VND/yr"),
    row("VN-99", 2023, "htx_avg_revenue", 1512.5, period="year", unit="million VND/yr"),
    row("VN-02", 2024, "support_budget_total", 12.3, entity="budget", period="plan", status="plan", unit="billion VND"),
]


def drafted(*more: Observation, drop: str = ""):
    figures = [one for one in FIGURES if one.indicator != drop] + list(more)
    asked = Asked("mau", "Mẫu", "VN-99", 2023)
    return draft_pack(asked, figures, terms=load_indicator_map(), register=load_register(province="lao-cai"), file="f")


def middle(entry) -> float:
    return float(entry["distribution"]["p50"])


def test_a_single_year_of_figures_rests_on_other_provinces():
    draft = drafted()
    assert {key: entry["grade"] for key, entry in draft.rates.items()} == dict.fromkeys(
        ("foundings_reference", "founding_lumpiness", "dissolution_rate", "dissolution_lumpiness"), "B"
    )
    assert draft.assumptions["active_share"]["grade"] == "B" and draft.peers["active_share"] == 7
    assert middle(draft.rates["foundings_reference"]) == pytest.approx(300 * 0.115, abs=1)
    assert "17 tỉnh khác" in draft.rates["foundings_reference"]["reason"]["vi"]


def test_the_own_count_of_the_base_year_moves_the_rate_and_narrows_it():
    few = row("VN-99", 2023, "htx_new", 9.0, period="year")
    told, untold = drafted(few).rates["foundings_reference"], drafted().rates["foundings_reference"]
    assert 9 < middle(told) < middle(untold)
    told, untold = told["distribution"], untold["distribution"]
    assert told["p90"] / told["p10"] < untold["p90"] / untold["p10"]


def test_the_own_count_waits_for_history_where_there_is_some():
    few, earlier = (
        row("VN-99", 2023, "htx_new", 9.0, period="year"),
        row("VN-99", 2022, "htx_total", 295.0, period="year"),
    )
    entry = drafted(few, earlier).rates["foundings_reference"]
    assert entry["conditioned"] and entry["distribution"] == drafted().rates["foundings_reference"]["distribution"]


def test_dissolution_counts_the_inactive_only():
    half_active = row("VN-99", 2023, "htx_active", 150.0, period="year")
    assert middle(drafted(half_active).rates["dissolution_rate"]) < middle(drafted().rates["dissolution_rate"])
    exits = Distribution(0.01, 0.04, 0.1)
    chance = per_inactive(exits, inactive=Distribution(0.2, 0.2, 0.2), reactivation=0.0)
    # as a hazard among the inactive it takes the same share off the register when it is small
    assert 0.2 * chance.p10 == pytest.approx(exits.p10, rel=0.03) and chance.p10 < chance.p50 < chance.p90 < 1


def test_revenue_nobody_printed_rests_on_other_provinces_in_money_of_the_base_year():
    draft = drafted(drop="htx_avg_revenue")
    assert draft.base["htx_revenue"] == {"assumption": "average_revenue"}
    assert middle(draft.assumptions["average_revenue"]) == pytest.approx(2620, rel=0.01)


def test_without_other_provinces_the_wide_placeholders_are_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for entry in source_data().iterdir():
        if entry.name != PEERS:
            (tmp_path / entry.name).symlink_to(entry)
    monkeypatch.setenv("COOPSIM_DATA", str(tmp_path))
    draft = drafted()
    assert draft.assumptions["active_share"]["grade"] == draft.rates["foundings_reference"]["grade"] == "E"
    with pytest.raises(InputError) as caught:
        drafted(drop="htx_avg_revenue")
    assert [problem.key for problem in caught.value.problems] == ["base_figure_missing"]


def test_an_own_count_without_a_prior_to_move_leaves_it():
    prior = PeerPrior(Distribution(0.05, 0.1, 0.2), Distribution(0.2, 0.4, 0.6), ("VN-90",), 1)
    assert updated(prior, [], []) == prior.distribution
    assert updated(prior, [0.0], [0.0]) == prior.distribution
    assert updated(prior, [0.2], [1e6]).p50 > 0.13


def test_a_register_says_how_many_other_provinces_it_rests_on():
    assert peers_behind(load_register(source_data(), province="lao-cai"), root=source_data()) == 0
    behind = peers_behind(load_register(source_data(), province="yen-bai"), "VN-06", source_data())
    assert behind == len(
        {area for one in load_peers(source_data()) for area in one.areas if one.id != "average_revenue"}
    )


# -- Rules and the check that can fail ---------------------------------------------------------------


def test_a_rule_that_cannot_be_is_refused_with_its_place(tmp_path: Path):
    (tmp_path / PEERS).mkdir()
    text = (source_data() / PEERS / "rules.yaml").read_text(encoding="utf-8")
    spoilt = text.replace("stands_for: htx_new}", "stands_for: htx_nwe}", 1).replace("[0.002, 2]", "[2, 0.002]")
    (tmp_path / PEERS / "rules.yaml").write_text(spoilt, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_peer_rules(tmp_path)
    assert {(one.key, one.place) for one in caught.value.problems} == {
        ("bounds_order", "quantities.entry_rate.range"), ("not_one_of", "windows.0.stands_for"),
    }  # fmt: skip


def test_a_cell_that_is_no_number_is_refused(tmp_path: Path, rules):
    head = [
        "area",
        "area_code",
        "year",
        "period",
        "entity",
        "indicator",
        "value",
        "unit",
        "status",
        "source_id",
        "note",
    ]
    text = io.StringIO()
    csv.writer(text).writerows(
        [head, ["A", "VN-90", "2020", "end", "HTX", "htx_total", "khoảng 200", "count", "actual", "s", ""]]
    )
    (tmp_path / "t.csv").write_text(text.getvalue(), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_peer_rows({**rules, "tables": ["t.csv"]}, tmp_path)
    assert [(one.key, one.line) for one in caught.value.problems] == [("number_unreadable", 2)]


LEFT = LeftOut("entry_rate", "1/yr", 10, 20, (0.05, 0.1, 0.2), eighty=0.8, pooled=0.5, score=0.04, naive=0.06)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, PASS),
        ({"eighty": 0.65}, FAIL),
        ({"eighty": 0.95}, FAIL),
        ({"score": 0.07}, FAIL),
        ({"eighty": 0.7}, PASS),
    ],
)  # fmt: skip
def test_the_check_of_left_out_provinces_can_fail(change, verdict):
    assert peers_check([replace(LEFT, **change)]).verdict == verdict


def test_one_quantity_worse_than_the_rule_calls_for_a_look():
    assert peers_check([LEFT, replace(LEFT, quantity="exit_rate", cells=4, score=0.07)]).verdict == REVIEW
