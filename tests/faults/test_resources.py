"""Too much, too little, no room: refused with code, place, value, reason and the way out, in both languages."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.domain import InputError, Problem, RunError
from sim.ensemble import require_finite
from sim.inputs.text import limit
from sim.inputs.yaml import load_catalogue
from sim.run import Job, check_folder

LANGUAGES = ("vi", "en")


def told(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 2) -> str:
    """What the command line says when it refuses."""
    try:
        found = main([str(argument) for argument in arguments])
    except SystemExit as left:
        found = left.code
    said_there = capsys.readouterr().err
    assert found == status and "Traceback" not in said_there
    return said_there


@pytest.mark.parametrize("lang, reason", [("vi", "cần một số nguyên"), ("en", "must be a whole number")])
@pytest.mark.parametrize("value", ["1e9", "0", "-1", "1.5", "１２"])
def test_66_draws_that_are_no_whole_number_from_one_up(capsys, value, lang, reason):
    said_there = told(capsys, "project", "fund-12.3", f"--draws={value}", "--lang", lang)
    assert all(part in said_there for part in ("F66", "--draws", value, reason))


@pytest.mark.parametrize(
    "lang, reason, allowed", [("vi", "nằm ngoài khoảng", "1–1.048.576"), ("en", "outside", "1–1,048,576")]
)
def test_66_more_draws_than_there_can_be(capsys, lang, reason, allowed):
    said_there = told(capsys, "project", "fund-12.3", "--draws", "1048577", "--lang", lang)
    assert all(part in said_there for part in ("F66", "--draws", "1048577", allowed, reason))


@pytest.mark.parametrize("lang, reason, fix", [("vi", "kịch bản", "--yes"), ("en", "scenarios", "--yes")])
def test_67_more_scenarios_than_a_batch_may_have_without_saying_so(capsys, tmp_path, lang, reason, fix):
    most = limit("grid_scenarios")
    horizons = list(range(2024, 2054))
    file = tmp_path / "grid.yaml"
    file.write_text(_grid(f"plans: [no-support, fund-12.3, indexed]\nhorizons: {horizons}\n"), encoding="utf-8")
    said_there = told(capsys, "batch", file, "-o", tmp_path / "out", "--lang", lang)
    assert all(part in said_there for part in ("F67", "grid.yaml", str(3 * len(horizons)), str(most), reason, fix))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("lang, reason", [("vi", "không có kịch bản"), ("en", "no scenario")])
def test_67_a_grid_of_nothing(capsys, tmp_path, lang, reason):
    file = tmp_path / "grid.yaml"
    file.write_text(_grid("plans: []\n"), encoding="utf-8")
    said_there = told(capsys, "batch", file, "-o", tmp_path / "out", "--lang", lang)
    assert "F67" in said_there and "grid.yaml" in said_there and reason in said_there


def _grid(rest: str) -> str:
    return 'slug: grid\nlabel: {vi: "Lưới", en: "Grid"}\n' + rest


@pytest.mark.parametrize("lang", LANGUAGES)
def test_68_a_horizon_more_than_thirty_years_away(capsys, tmp_path, lang):
    file = tmp_path / "far.yaml"
    file.write_text('slug: far\nlabel: {vi: "Xa", en: "Far"}\nplan: fund-12.3\nworld: central\nhorizon: 2054\n')
    said_there = told(capsys, "project", file, "--lang", lang)
    assert all(part in said_there for part in ("F68", "far.yaml", "horizon", "2054", "2053"))


@pytest.mark.parametrize(
    "key, code, params, words",
    [
        ("run_cell_timeout", "F70", {"seconds": 300}, {"vi": "quá 300 giây", "en": "more than 300 seconds"}),
        ("run_timeout", "F70", {"seconds": 900}, {"vi": "quá 900 giây", "en": "more than 900 seconds"}),
        ("run_out_of_memory", "F71", {"detail": "MemoryError"}, {"vi": "hết bộ nhớ", "en": "out of memory"}),
        ("run_not_published", "F72", {"detail": "x"}, {"vi": "kiểm tra ổ đĩa", "en": "check the disk"}),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_70_to_72_a_run_that_met_a_limit_says_which_and_what_to_do(lang, key, code, params, words):
    reason = Job("x", Path("02_scenario_report.ipynb"), {"lang": lang}, Path("x")).reason(key, **params)
    assert reason.startswith(f"{code} 02_scenario_report.ipynb: ") and words[lang] in reason


@pytest.mark.parametrize("lang, reason, fix", [("vi", "ổ đĩa không nhận", "giải phóng"), ("en", "refuses", "free")])
def test_72_a_full_disk_ends_with_two_and_leaves_no_half_file(capsys, tmp_path, monkeypatch, lang, reason, fix):
    def refuse(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "out" / "summary.csv"))

    monkeypatch.setattr(os, "fsync", refuse)
    said_there = told(capsys, "project", "no-support", "--draws", "16", "-o", tmp_path / "out", "--lang", lang)
    assert all(part in said_there for part in ("F72", "summary.csv", "No space left", reason, fix))
    left = [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert left == [".lock"], "what kept others out of the folder is empty, and no part of what is verified"


@pytest.mark.parametrize("lang, fix", [("vi", "chuyển hay đổi tên"), ("en", "move or rename")])
def test_73_a_folder_that_takes_no_files_is_found_before_anything_runs(tmp_path, lang, fix):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError) as refused:
        check_folder(tmp_path / "file" / "out")
    message = load_catalogue(lang).describe(refused.value.problems[0])
    assert all(part in message for part in ("F73", str(tmp_path / "file" / "out"), "Not a directory", fix))


@pytest.mark.parametrize("lang, fix", [("vi", "xóa liên kết"), ("en", "remove the link")])
def test_64_a_linked_folder_in_the_output_folder_is_refused_before_anything_is_written(tmp_path, lang, fix):
    outside, out = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    out.mkdir()
    check_folder(out)
    (out / "notebooks").symlink_to(outside, target_is_directory=True)
    with pytest.raises(InputError) as refused:
        check_folder(out)
    message = load_catalogue(lang).describe(refused.value.problems[0])
    assert all(part in message for part in ("F64", str(out / "notebooks"), fix))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_92_a_result_that_is_no_number_names_its_draw_and_parameters(wrong):
    series = {"htx_revenue": np.ones((3, 1, 8))}
    parameters = {"inflation": np.linspace(0.01, 0.08, 8), "shared": np.array([0.5])}
    asked = {"scenario": "fund-12.3", "seed": 7, "first": 2048}
    require_finite(series, parameters, **asked)
    series["htx_revenue"][2, 0, 3] = wrong
    with pytest.raises(RunError) as refused:
        require_finite(series, parameters, **asked)
    problem = refused.value.problems[0]
    assert isinstance(problem, Problem) and problem.place == "htx_revenue"
    told = {"vi": ("không phải là số", "số khởi tạo ngẫu nhiên 7"), "en": ("no number", "seed 7")}
    for lang, (word, seed) in told.items():
        message = load_catalogue(lang).describe(problem)
        parts = ("F92", "fund-12.3", "2051", seed, "inflation=0.04", "shared=0.5", word)
        assert all(part in message for part in parts), message
