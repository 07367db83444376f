"""What the planner keeps of unsaved work, without a browser: it comes back whole, tabs share it, and damage is said."""

from __future__ import annotations

import json
import multiprocessing
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from sim.cli import command_line
from sim.inputs.text import data_root
from sim.planner import Content, KeptFile, KeptTry, Planner, parse

DRAWS = 64
TAB, OTHER = "0123456789abcdef", "fedcba9876543210"


def page(folder: Path, tab: str = TAB, kept: Any = None, **asked: Any) -> Any:
    """A planner's session as a browser's page meets it."""
    session = Planner(**{"draws": DRAWS, "folder": str(folder), **asked})._session
    wish(session, "resume", {"tab": tab, "kept": kept})
    return session


def wish(session: Any, name: str, value: Any = None, live: bool = False) -> None:
    session.view._heard(None, {"wish": name, "value": value, "live": live}, [])


def rest(session: Any) -> list[dict[str, Any]]:
    """The strip, once all has come."""
    for _ in range(100):
        wish(session, "more", session.view.revision)
        if not session.view.more["rest"]:
            return list(session.view.more["tries"])
    raise AssertionError("it never ends")


def names(strip: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["name"], one["note"]) for one in strip]


def told(session: Any) -> str:
    return str(session.view.status.get("unkept", ""))


def kept(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "planner-lao-cai.json").read_text(encoding="utf-8")))


def test_all_that_was_chosen_comes_back(tmp_path: Path) -> None:
    before = page(tmp_path)
    rest(before)
    wish(before, "line", ["market", 5000])
    rest(before)
    wish(before, "say", {"key": "try-2", "name": "Chợ trước", "note": "  hỏi lại\n Sở Tài chính "})
    wish(before, "pin")
    for name, value in (
        ("world", "weak-markets"), ("horizon", 2029),
        ("target", {"indicator": "htx_active", "year": 2028, "level": "600"}),
        ("limits", ["capacity", "1", "6,5"]), ("lock", ["survey", True]), ("year", 2027), ("line", ["market", 6000]),
        ("prices", "real_2023"),
    ):  # fmt: skip
        wish(before, name, value)
    after = page(tmp_path)
    assert after.state == before.state and after.prices == before.prices
    assert after.view.status["resumed"]["text"].startswith("Tiếp tục việc đang làm")
    assert ("Chợ trước", "hỏi lại Sở Tài chính") in names(rest(after))
    wish(after, "undo")
    assert after.state == after.start, "one step back is where it was opened"


def test_the_notice_of_work_taken_up_stays_until_it_is_put_away_or_the_start_is_wanted(tmp_path: Path) -> None:
    wish(page(tmp_path), "line", ["market", 5000])
    for end in ("resumed_away", "reset"):
        after = page(tmp_path)
        wish(after, "line", ["market", 7000])  # as the browser asks again for what nobody answered
        wish(after, "line", ["market", "no number"])
        assert after.view.status["notice"] and after.view.status["resumed"]["text"].startswith("Tiếp tục việc đang làm")
        wish(after, "language", "en")
        assert after.view.status["resumed"]["text"].startswith("Going on with your work")
        wish(after, end)
        assert after.view.status["resumed"] == {}
        wish(after, "language", "vi")
        assert after.view.status["resumed"] == {}
        wish(after, "line", ["market", 5000])


def test_what_is_answered_is_kept_and_what_a_held_slider_passes_is_not(tmp_path: Path) -> None:
    session = page(tmp_path)
    wish(session, "line", ["market", 5000], live=True)
    assert "market: {2024: 5," not in kept(tmp_path)["works"][-1]["yaml"]
    wish(session, "settled")
    assert "market: {2024: 5," in kept(tmp_path)["works"][-1]["yaml"]


def test_nothing_is_kept_before_a_page_is_there(tmp_path: Path) -> None:
    session = Planner(draws=DRAWS, folder=str(tmp_path))._session
    wish(session, "line", ["market", 5000])
    rest(session)
    assert not list(tmp_path.iterdir()) and not session.view.parting["kept"]


def test_another_scenario_or_year_is_opened_as_it_is_and_has_the_tries(tmp_path: Path) -> None:
    first = page(tmp_path)
    wish(first, "line", ["market", 5000])
    rest(first)
    second = page(tmp_path, OTHER, scenario="no-support")
    assert second.state == second.start and not second.view.status.get("resumed")
    assert "lần thử 1" in [name for name, _ in names(rest(second))]


def test_two_tabs_share_tries_and_keep_their_own_work(tmp_path: Path) -> None:
    one, two = page(tmp_path, TAB), page(tmp_path, OTHER)
    wish(one, "line", ["market", 5000])
    rest(one)
    wish(two, "line", ["market", 7000])
    rest(two)
    key = next(each["key"] for each in rest(two) if each["current"])
    wish(two, "say", {"key": key, "name": "của thẻ hai", "note": ""})
    wish(one, "line", ["capacity", 2000])
    assert "của thẻ hai" in [name for name, _ in names(rest(one))]
    numbers = [each["number"] for each in kept(tmp_path)["tries"]]
    assert numbers == sorted(set(numbers))
    assert page(tmp_path, TAB).state.plan == one.state.plan and page(tmp_path, OTHER).state.plan == two.state.plan
    again = page(tmp_path, "00000000ffffffff")
    assert again.state.plan == one.state.plan, "a page nobody knows goes on with what was changed last"


def test_the_same_plan_tried_in_two_tabs_is_one_try(tmp_path: Path) -> None:
    one, two = page(tmp_path, TAB), page(tmp_path, OTHER)
    for session in (one, two):
        wish(session, "line", ["market", 5000])
        rest(session)
    marks = [each["mark"] for each in kept(tmp_path)["tries"]]
    assert len(marks) == len(set(marks))


def _many(folder: str, start: int) -> None:
    file = KeptFile(Path(folder), "lao-cai")
    for number in range(start, start + 20):
        one = KeptTry(number=0, at=number, mark=f"{number:064x}", yaml="x")
        file.change(lambda content, one=one: content.with_try(one))


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_many, args=(str(tmp_path), 100 * place)) for place in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    content = KeptFile(tmp_path, "lao-cai").read()
    assert [one.number for one in content.tries] == list(range(1, 61)) and content.last == 60


def test_the_oldest_that_nobody_spoke_of_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    content = Content(province="lao-cai")
    monkeypatch.setattr("sim.planner.kept.setting", lambda name: 5)
    for number in range(1, 10):
        one = KeptTry(number=0, at=0, mark=f"{number:064x}", yaml="x", note="nhớ" if number == 2 else "")
        content = content.with_try(one)
    assert [one.number for one in content.tries] == [2, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("text", "key"),
    [("{", "bị hỏng"), ('{"format": "coopsim-planner", "version": 99}', "bản mới hơn"), ("", "bị hỏng")],
)
def test_a_file_that_cannot_be_read_is_put_aside_and_said(text: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "planner-lao-cai.json"
    path.write_text(text, encoding="utf-8")
    session = page(tmp_path)
    assert key in told(session)
    (aside,) = tmp_path.glob("planner-lao-cai.*-1.json")
    assert aside.name in told(session) and aside.read_text(encoding="utf-8") == text
    wish(session, "line", ["market", 5000])
    rest(session)
    assert kept(tmp_path)["tries"]
    path.write_text(text, encoding="utf-8")
    again = page(tmp_path)
    assert len(list(tmp_path.glob("planner-lao-cai.*-?.json"))) == 2 and key in told(again)


def test_a_folder_that_cannot_be_written_is_said_and_the_browser_s_copy_brings_all_back(tmp_path: Path) -> None:
    (tmp_path / "no-folder").write_text("", encoding="utf-8")
    session = page(tmp_path / "no-folder")
    wish(session, "line", ["market", 5000])
    rest(session)
    wish(session, "say", {"key": "try-1", "name": "chưa giữ được", "note": ""})
    wish(session, "pin")
    wish(session, "line", ["market", 6000])
    assert "Chưa giữ được việc đang làm" in told(session)
    copy = json.dumps(session.view.parting["kept"])
    after = page(tmp_path / "elsewhere", kept=copy)
    assert after.state.plan == session.state.plan and not told(after)
    assert "chưa giữ được" in [name for name, _ in names(rest(after))]
    assert after.state.reference.plan.label["vi"] == "chưa giữ được"


def test_once_the_folder_can_be_written_again_what_waited_is_kept(tmp_path: Path) -> None:
    blocked = tmp_path / "folder"
    blocked.write_text("", encoding="utf-8")
    session = page(blocked)
    wish(session, "line", ["market", 5000])
    rest(session)
    blocked.unlink()
    wish(session, "line", ["market", 6000])
    rest(session)
    assert not told(session) and len(kept(blocked)["tries"]) == 2


def test_what_today_s_data_refuse_stays_in_the_file_and_the_rest_is_shown(tmp_path: Path) -> None:
    first = page(tmp_path)
    wish(first, "line", ["market", 5000])
    rest(first)
    path = tmp_path / "planner-lao-cai.json"
    path.write_text(path.read_text(encoding="utf-8").replace("capacity:", "gone:"), encoding="utf-8")
    second = page(tmp_path)
    assert second.state == second.start and second.view.status["resumed"]["text"], "why, in words"
    wish(second, "line", ["market", 6000])
    assert not second.view.status["resumed"]["calm"] and "gone" in second.view.status["resumed"]["text"]
    rest(second)
    assert any("gone:" in one["yaml"] for one in kept(tmp_path)["tries"])


def test_what_is_saved_is_listed_and_opened(tmp_path: Path) -> None:
    session = page(tmp_path)
    wish(session, "line", ["market", 5000])
    rest(session)
    wish(session, "save", {"name": "Chợ trước", "overwrite": False})
    (tmp_path / "hong.yaml").write_text("plan: [", encoding="utf-8")
    wish(session, "reset")
    wish(session, "shelf", True)
    rows = {row["name"]: row for row in session.view.levers["shelf"]}
    assert "quỹ 12,3 tỷ đồng mỗi năm: thành lập mới" in rows["Chợ trước"]["told"]
    assert "ngày" in rows["Chợ trước"]["when"]
    assert rows["hong.yaml"]["problem"] and not rows["hong.yaml"]["told"]
    wish(session, "take_down", "cho-truoc.yaml")
    assert session.state.scenario.slug == "cho-truoc" and not session.state.edited
    for name in ("../cho-truoc.yaml", "hong.txt", str(tmp_path / "cho-truoc.yaml"), "planner-lao-cai.json"):
        before = session.state
        wish(session, "take_down", name)
        assert session.state == before and "không còn trong thư mục" in session.view.status["notice"]


@pytest.mark.parametrize("folder", ["Kịch bản năm 2027", "plain", "it's $HOME `x`"])
def test_the_printed_command_is_one_the_command_line_takes(folder: str, tmp_path: Path) -> None:
    session = page(tmp_path / folder, year=2027)
    wish(session, "save", {"name": "Năm sau", "overwrite": False})
    command = shlex.split(session.view.status["saved"].partition(": ")[2])
    assert command[0] == "coopsim"
    asked = command_line("vi").parse_args(command[1:])
    assert Path(asked.scenarios[0]).is_file() and (asked.province, asked.year) == ("lao-cai", 2027)


def test_a_try_is_told_the_same_whatever_year_is_edited(tmp_path: Path) -> None:
    session = page(tmp_path)
    wish(session, "year", 2026)
    wish(session, "line", ["market", 9000])
    wish(session, "fund", 20_000)
    strips = []
    for year in (2026, 2030):
        wish(session, "year", year)
        strips.append([(one["fund"], one["split"], one["left"]) for one in rest(session)])
    assert strips[0] == strips[1] and strips[0][0][0] == "tổng quỹ 93,8 tỷ đồng, 2024–2030"


def test_the_kept_file_says_nothing_of_who_and_where(tmp_path: Path) -> None:
    session = page(tmp_path / "của tôi")
    rest(session)
    content = (tmp_path / "của tôi" / "planner-lao-cai.json").read_text(encoding="utf-8")
    for private in (str(tmp_path), str(Path.home()), str(data_root()), "của tôi"):
        assert private not in content
    parse(content, "lao-cai")
    shutil.rmtree(tmp_path / "của tôi")
