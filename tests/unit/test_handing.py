"""Tries handed over as one document: which variants, under which names, and what is refused."""

from __future__ import annotations

import io

import docx
import pytest

from sim.planner import Planner

CHOICE = {"kind": "docx", "goal": "htx_active"}


@pytest.fixture(scope="module")
def planner() -> Planner:
    made = Planner(scenario="fund-12.3", reference="no-support", draws=256, lang="vi")
    session = made._session
    session.wish("start", "market-first")
    while session.view.more.get("rest", True):
        session.wish("more", session.view.revision)
    return made


def sent(planner: Planner, monkeypatch: pytest.MonkeyPatch, asked: dict) -> tuple[list[tuple[dict, bytes]], str]:
    found: list[tuple[dict, bytes]] = []
    session = planner._session
    monkeypatch.setattr(type(session.view), "send", lambda _, content, buffers=(): found.append((content, buffers[0])))
    session.wish("brief", asked)
    return found, session.view.status.get("notice", "")


def test_the_reference_comes_first_and_what_is_ticked_after_it(planner, monkeypatch):
    keys = [one["key"] for one in planner._session.view.more["tries"]]
    (told,), notice = sent(planner, monkeypatch, {**CHOICE, "keys": keys})
    assert told[0]["file"] == "to-trinh.docx" and not notice
    heads = [cell.text for cell in docx.Document(io.BytesIO(told[1])).tables[1].rows[0].cells]
    assert [head[:2] for head in heads[1:]] == ["A.", "B."]
    assert "Quỹ 12,3" in heads[1] or "Không hỗ trợ" in heads[1]


def test_a_name_that_is_no_file_name_is_handed_over(planner, monkeypatch):
    key = next(one["key"] for one in planner._session.view.more["tries"] if not one["reference"])
    planner._session.wish("say", {"key": key, "name": "50/30/20", "note": ""})
    (told,), notice = sent(planner, monkeypatch, {**CHOICE, "keys": [key]})
    heads = [cell.text for cell in docx.Document(io.BytesIO(told[1])).tables[1].rows[0].cells]
    assert heads[2].startswith("B. 50/30/20") and not notice


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({**CHOICE, "keys": []}, "ít nhất một phương án"),
        ({**CHOICE, "keys": ["try-99"]}, ""),
        ({**CHOICE, "keys": ["try-1"], "kind": "odt"}, ""),
        ({**CHOICE, "keys": ["try-1"], "goal": "__class__"}, ""),
        ({"keys": ["try-1"]}, ""),
    ],
)
def test_what_cannot_be_handed_over_is_said_in_words(planner, monkeypatch, asked, said):
    found, notice = sent(planner, monkeypatch, asked)
    assert not found and notice and said in notice and "Traceback" not in notice
