"""A kept file somebody else wrote: nothing of it runs, leaves its folder, hangs the planner or becomes a traceback."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from sim.inputs.scenarios import load_scenario
from sim.inputs.yaml import scenario_text
from sim.planner import DAMAGED, Content, KeptFile, Planner, Unreadable, parse

TAB = "0123456789abcdef"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
YAMLS = [
    "!!python/object/apply:os.system ['touch was-run']", BOMB, "[" * 5000, "slug: x\nplan: ../../../etc/passwd\n",
    "slug: '../../x'\nlabel: {vi: a, en: a}\nplan: fund-12.3\nworld: central\nhorizon: 2030\n", "\x00", "{" * 100,
    "slug: x\nlabel: {vi: a, en: a}\nplan: /etc/passwd\nworld: central\nhorizon: 99999999999\n",
]  # fmt: skip


def page(folder: Path, kept: Any = None) -> Any:
    session = Planner(draws=16, folder=str(folder))._session
    session.view._heard(None, {"wish": "resume", "value": {"tab": TAB, "kept": kept}}, [])
    return session


def content(**changed: Any) -> dict[str, Any]:
    """A sound file of one try and one page, with parts of it replaced."""
    yaml = scenario_text(load_scenario("market-first"))
    one = {"number": 1, "at": 1, "mark": "0" * 64, "yaml": yaml, "name": "", "note": ""}
    work = {
        "tab": TAB, "at": 1, "start": "fund-12.3", "present": 2024, "yaml": yaml, "edited": True, "draws": 16,
        "reference": "no-support",
    }  # fmt: skip
    whole: dict[str, Any] = {"format": "coopsim-planner", "version": 1, "province": "lao-cai", "last": 1}
    whole |= {"tries": [one], "works": [work]}
    for name, value in changed.items():
        place, _, key = name.partition("__")
        target = {"tries": one, "works": work}.get(place, whole)
        target[key or place] = value
    return whole


def written(folder: Path, whole: Any) -> Path:
    path = folder / "planner-lao-cai.json"
    path.write_text(whole if isinstance(whole, str) else json.dumps(whole), encoding="utf-8")
    return path


def test_the_sound_file_is_taken(tmp_path: Path) -> None:
    """The control: every refusal below is of what was changed."""
    written(tmp_path, content())
    assert page(tmp_path).state.plan.slug == "market-first"
    assert page(tmp_path / "empty", kept=json.dumps(content())).state.plan.slug == "market-first"


@pytest.mark.parametrize("yaml", YAMLS)
@pytest.mark.parametrize("door", ["file", "browser"])
def test_a_hostile_scenario_in_it_is_refused_in_words(
    yaml: str, door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hostile, began = content(works__yaml=yaml, tries__yaml=yaml), time.process_time()
    if door == "file":
        written(tmp_path, hostile)
    session = page(tmp_path, kept=None if door == "file" else json.dumps(hostile))
    assert session.state == session.start and session.view.status["state"] == "ready"
    assert session.view.status["resumed"]["text"] and "Traceback" not in session.view.status["resumed"]["text"]
    assert time.process_time() - began < 10
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"version": "1"}, {"version": True}, {"format": "x"}, {"province": "yen-bai"}, {"last": -1}, {"more": 1},
        {"tries__number": 2**80}, {"tries__mark": "../x"}, {"tries__name": "x" * 5000}, {"tries__yaml": "x" * 300_000},
        {"tries__name": {"a": 1}}, {"works__tab": "<script>"}, {"works__tab": "../../x"}, {"works__prices": "x"},
        {"works__locked": ["x"]}, {"works__floors": {"market": -1}}, {"works__caps": {"market": 1e308}},
        {"works__year": -3}, {"works__draws": 1.5}, {"tries": "x"}, {"works": [1]}, {"works__edited": "yes"},
        {"tries__at": 2**53}, {"works__at": 2**53},
    ],
)  # fmt: skip
def test_what_is_not_of_its_shape_is_put_aside(changed: dict[str, Any], tmp_path: Path) -> None:
    path = written(tmp_path, content(**changed))
    text = path.read_text(encoding="utf-8")
    with pytest.raises(Unreadable):
        parse(text, "lao-cai")
    session = page(tmp_path)
    assert session.state == session.start and "được để riêng" in session.view.status["unkept"]
    (aside,) = tmp_path.glob(f"planner-lao-cai.{DAMAGED}-*.json")
    assert aside.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "changed",
    [
        {"works__reference": "try-999999999999"}, {"works__reference": "../../etc"}, {"works__draws": 10**9},
        {"works__year": 1999}, {"works__floors": {"market": 10**11}}, {"works__area_line": "market"},
        {"works__caps": {"market": 0}, "works__floors": {"market": 10**9}},
    ],
)  # fmt: skip
def test_what_means_nothing_here_is_left_out(changed: dict[str, Any], tmp_path: Path) -> None:
    written(tmp_path, content(**changed))
    session = page(tmp_path)
    assert session.state.plan.slug == "market-first" and session.view.status["state"] == "ready"
    session.view._heard(None, {"wish": "line", "value": ["market", 100]}, [])
    assert session.view.status["state"] == "ready"


NO_FILES = ["[" * 200_000, '{"a":' * 200_000, "\ufeff{}", "null", "7", '"x"', '{"version": 1e999}']


@pytest.mark.parametrize("text", NO_FILES)
def test_no_json_text_is_more_than_damaged(text: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        parse(text, "lao-cai")
    assert page(tmp_path, kept=text).view.status["state"] == "ready"


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")
@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "huge"])
def test_what_is_no_file_of_ours_is_not_followed_read_or_replaced(kind: str, tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside.json", tmp_path / "scenarios"
    outside.write_text(json.dumps(content()), encoding="utf-8")
    folder.mkdir()
    path = folder / "planner-lao-cai.json"
    if kind == "link":
        path.symlink_to(outside)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(2**33)
    before = outside.read_bytes()
    session = page(folder)
    session.view._heard(None, {"wish": "line", "value": ["market", 100]}, [])
    assert session.state.plan.slug == "fund-12.3" and outside.read_bytes() == before
    assert path.is_file() and not path.is_symlink()
    assert (folder / f"planner-lao-cai.{DAMAGED}-1.json").lstat()


@pytest.mark.parametrize("tab", ["../../x", "", None, {"a": 1}, "x" * 99, "0123456789ABCDEF"])
def test_a_page_that_does_not_say_who_it_is_keeps_nothing(tab: Any, tmp_path: Path) -> None:
    session = Planner(draws=16, folder=str(tmp_path))._session
    session.view._heard(None, {"wish": "resume", "value": {"tab": tab, "kept": None}}, [])
    session.view._heard(None, {"wish": "line", "value": ["market", 100]}, [])
    assert not list(tmp_path.iterdir())


def test_names_and_notes_stay_texts(tmp_path: Path) -> None:
    payload = "<img src=x onerror=alert(1)>\ud800 =cmd|' /C calc'!A0"
    session = page(tmp_path)
    for _ in range(20):
        session.view._heard(None, {"wish": "more", "value": session.view.revision}, [])
    session.view._heard(None, {"wish": "say", "value": {"key": "try-1", "name": payload, "note": payload}}, [])
    (strip,) = session.view.more["tries"]
    assert strip["name"] == strip["note"] == payload.replace("\ud800", "?")
    assert "<img" not in session.view.answer["top"] + session.view.answer["bottom"]
    assert KeptFile(tmp_path, "lao-cai").read().tries[0].name == strip["name"]
    assert isinstance(KeptFile(tmp_path, "lao-cai").read(), Content)
