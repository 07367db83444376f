"""Declared dates at which figures change their footing, shared by all packs or a pack's own."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from sim.domain import INDICATOR, InputError, breaks_between
from sim.inputs.pack import load_province
from sim.inputs.text import source_data

PACK = "provinces/lao-cai/pack.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(source_data(), tmp_path / "data", ignore=shutil.ignore_patterns("labels", "schemas"))


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_three_dates_of_every_province_are_declared():
    shared = {one.id: one.date for one in load_province("yen-bai").breaks}
    assert list(shared.values()) == [date(2024, 7, 1), date(2025, 7, 1), date(2026, 7, 23)]
    assert [one.id for one in load_province("yen-bai").breaks if one.boundary] == ["merger-2025"]


def test_every_shift_says_what_it_rests_on_and_none_is_called_measured():
    for one in load_province("lao-cai").breaks:
        assert one.source and set(one.grade) == set(one.reason) == set(one.shift) <= set(INDICATOR)
        assert set(one.grade.values()) <= {"D", "E"}
    decree = load_province("lao-cai").breaks[-1]
    assert decree.note is not None and "mirror" in decree.note["en"]


def test_tht_may_shift_far_more_than_htx():
    for one in load_province("yen-bai").breaks:
        assert one.shift["tht_count"] > 5 * one.shift["htx_registered"]


def test_a_figure_of_the_end_of_june_stands_before_the_first_of_july():
    province = load_province("yen-bai")
    assert not breaks_between(province, "htx_registered", (2023, 12), (2024, 6))
    assert [one.id for one in breaks_between(province, "htx_registered", (2024, 6), (2024, 7))] == ["law-2023"]
    assert not breaks_between(province, "htx_registered", (2024, 7), (2025, 6))
    assert [one.id for one in breaks_between(province, "htx_registered", (2026, 6), (2026, 7))] == ["decree-295-2026"]


def test_a_pack_may_declare_its_own():
    old, new = (load_province(name) for name in ("yen-bai", "lao-cai"))
    assert not breaks_between(old, "tht_count", (2023, 6), (2023, 12))
    assert [one.id for one in breaks_between(new, "tht_count", (2023, 6), (2023, 12))] == ["tht-recount-2023"]
    assert not breaks_between(new, "htx_registered", (2023, 6), (2023, 12))


def test_a_province_that_kept_its_boundaries_has_no_merger(root):
    changed(root / "breaks.yaml", "unaffected: [", "unaffected: [VN-06, ")
    assert "merger-2025" not in [one.id for one in load_province("yen-bai", root=root).breaks]
    assert "merger-2025" in [one.id for one in load_province("lao-cai", root=root).breaks]


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "place"),
    [
        ("breaks.yaml", "2024-07-01", "2024-07-41", "bad_date", "law-2023.date"),
        ("breaks.yaml", "htx_active", "htx_activ", "unknown_indicator", "law-2023.shifts"),
        ("breaks.yaml", "htx_active", "htx_registered", "duplicate_break", "law-2023.shifts"),
        ("breaks.yaml", "sd: 0.06", "sd: 0", "out_of_range", "law-2023.shifts"),
        (PACK, '"2023-07-01"', '"2023-13-01"', "bad_date", "breaks.tht-recount-2023.date"),
        (PACK, "[tht_count, tht_members]\n        sd", "[tht_number]\n        sd", "unknown_indicator", "breaks."),
    ],
)
def test_a_break_that_cannot_be_is_refused_by_its_place(root, file, old, new, key, place):
    changed(root / file, old, new)
    with pytest.raises(InputError) as refused:
        load_province("lao-cai", root=root)
    (problem,) = refused.value.problems
    assert (problem.key, Path(problem.file).name) == (key, Path(file).name) and problem.place.startswith(place)
