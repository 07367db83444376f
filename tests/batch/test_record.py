"""A record has the shape others rely on, and a projection writes one, however many scenarios are looked at a time."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from sim.inputs.scenarios import list_scenarios
from sim.run import now, verify, write_projection
from tests.support.projecting import MOST, STORED, project

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "data/schemas/record.schema.json").read_text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A projection of two scenarios at few draws."""
    folder = tmp_path_factory.mktemp("projection")
    write_projection(project(["no-support", "fund-12.3"], draws=300, seed=3), folder, started=now())
    return folder


def test_every_record_has_the_published_shape(folder):
    records = [folder / "record.json", *folder.glob(".records/*.json")]
    assert len(records) == 3
    for path in records:
        jsonschema.validate(json.loads(path.read_text()), SCHEMA)


def test_a_record_of_another_shape_is_refused():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"schema": "coopsim-record/1"}, SCHEMA)


def test_a_projection_can_be_verified(folder):
    assert verify(folder) == 6


def test_the_summary_has_the_published_columns_sorted_by_scenario(folder):
    rows = list(csv.reader((folder / "summary.csv").open(encoding="utf-8")))
    assert rows[0] == "scenario,indicator,area,year,unit,price_basis,mean,p10,p25,p50,p75,p90,mcse".split(",")
    assert [row[0] for row in rows[1:]] == sorted(row[0] for row in rows[1:])
    base = next(row for row in rows if row[:4] == ["fund-12.3", "htx_active", "VN-02", "2023"])
    assert base[6:] == ["405.0"] * 6 + ["0.0"]


def test_very_many_draws_are_streamed_to_nearly_the_same_table(folder, monkeypatch):
    monkeypatch.setattr(STORED, 100)
    streamed = project(["no-support", "fund-12.3"], draws=300, seed=3)
    assert 0 < float(streamed.settings["quantile_error"]) < 0.05
    stored = list(csv.reader((folder / "summary.csv").read_text().splitlines()))
    found = list(csv.reader(streamed.summary.splitlines()))
    assert [row[:6] for row in found] == [row[:6] for row in stored]
    for ours, theirs in zip(found[1:], stored[1:], strict=True):
        assert float(ours[6]) == pytest.approx(float(theirs[6]), rel=1e-9)
        spread = float(theirs[12]) * 300**0.5
        for place in range(7, 12):
            assert float(ours[place]) == pytest.approx(float(theirs[place]), abs=0.06 * spread + 1e-9)
    assert streamed.targets == (folder / "targets.csv").read_text()


@pytest.mark.parametrize("most", [1, 3])
def test_tables_do_not_depend_on_how_many_are_projected_at_a_time(most: int, monkeypatch):
    asked = {"draws": 64, "seed": 1}
    together = project(list_scenarios(), **asked)
    monkeypatch.setattr(MOST, most)
    apart = project(list_scenarios(), **asked)
    assert (apart.summary, apart.targets) == (together.summary, together.targets)


def test_progress_counts_the_blocks_of_all_parts(monkeypatch):
    monkeypatch.setattr(MOST, 3)
    told: list[tuple[int, int]] = []
    project(list_scenarios()[:7], draws=64, seed=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
