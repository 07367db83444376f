"""The page's session says what the planner's says, string by string: on answers that Python made for both."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from pytest import MonkeyPatch

from sim.domain import NOMINAL, Distribution, Override
from sim.inputs.scenarios import list_scenarios, load_scenario
from sim.inputs.text import legacy
from sim.inputs.yaml import scenario_text
from sim.planner import Words, frame
from tests.faults.test_legacy_text import OLD, OLD_TEXTS, TEXTS_OF_TODAY
from tests.support.v8 import V8
from tests.twin.both import Session, Twin, answers_of, planner

#: What is told of a try of one's own, and what a planner does in a morning: (wish, value).
MORNING = (
    ("line", ["market", 5000]), ("line_text", ["capacity", "2,5"]), ("line_text", ["capacity", "2.5"]),
    ("line_text", ["capacity", "một"]), ("lock", ["market", True]), ("fund", 15000), ("fund_text", "16,25"),
    ("fund_text", "1"), ("spread", None), ("year", 2026), ("line", ["survey", 100]), ("world", "weak-markets"),
    ("horizon", 2028), ("prices", "real_2023"), ("basis", "real_2023"), ("pin", None), ("same", None),
    ("fund_text", "15,8535"), ("line_text", ["survey", "1,000000001"]),
    ("line", ["market", 90000]), ("limits", ["market", "1,5", "4"]), ("limits", ["market", "5", "4"]),
    ("target", {"indicator": "htx_active", "year": 2028, "level": "700", "high": "", "name": "thử <b>"}),
    ("target", {"indicator": "htx_inactive", "year": 2027, "level": "70", "high": "", "name": ""}),
    ("target", {"indicator": "htx_revenue", "year": 2028, "level": "1500,5", "high": "2000", "name": ""}),
    ("language", "en"), ("undo", None), ("redo", None), ("start", "front-loaded"), ("reference", "fund-24.6"),
    ("previous", None), ("target_remove", ["htx_active", 2028]),
    ("cut", ["market", False]), ("undo", None), ("cut", ["survey", True]), ("double", "capacity"), ("delay", None),
    ("assume_more", "targeting_gain"), ("assume", ["targeting_gain", 30]), ("assume", ["targeting_gain", 9000]),
    ("assume", ["no_such", 1]), ("world", "digital-uptake"), ("assume_free", "targeting_gain"), ("disburse", None),
    ("world", "central"), ("nonsense", 1), ("language", "vi"), ("reset", None),
)  # fmt: skip


#: What is refused, in the order it is met: amounts, limits, targets, names, tries, questions, years.
_TARGET = {"indicator": "htx_active", "year": 2028, "level": "700", "high": "", "name": ""}
_LESS, _MONEY = {**_TARGET, "indicator": "htx_inactive"}, {**_TARGET, "indicator": "htx_revenue"}
REFUSED = (
    *(("line_text", ["market", text]) for text in (
        "999", "-1", "", "(2)", "1_0", "12:30", "0,0000000001", "5%", "1 000", "9" * 50, "1.234,5", "２",
        "1.500", "-1.500", "1.234.567", "0.500", "12.300,25",
    )),
    ("fund_text", "99999"), ("fund_text", "tỷ"), ("limits", ["market", "20", ""]), ("limits", ["market", "x", ""]),
    ("target", {**_TARGET, "year": 2040}),
    *(("target", {**_TARGET, "level": text}) for text in ("nhiều", "-5", "99999999", "700,5")),
    ("target", {**_TARGET, "high": "650"}), ("target", {**_TARGET, "level": "700,5", "high": "99999999,5"}),
    ("target", {**_LESS, "high": "90"}), ("target", {**_LESS, "level": "1,5"}), ("target", {**_MONEY, "level": "1e5"}),
    ("target", {**_MONEY, "level": "10000000,5"}), ("target", {**_MONEY, "level": "1500,25", "high": "1500,125"}),
    *(("save", {"name": name, "overwrite": False}) for name in ("", "a/b", "x" * 500, "???", "index", "fund-12.3")),
    *(("save", {"name": name, "overwrite": False}) for name in OLD.values()),
    ("say", {"key": "try-99", "name": "a", "note": ""}), ("say", {"key": "try-1", "name": "a", "note": "x" * 5000}),
    ("say", {"key": "try-1", "name": "x" * 500, "note": ""}),
    ("open", "try-99"), ("horizon", 2199), ("draws", 7), ("assume", ["stopping_rate", 10**6]), ("suggestion", None),
    ("fund_text", "900"), ("double", "market"), ("double", "capacity"),
    ("cut", ["survey", False]), ("double", "survey"),
)  # fmt: skip


def pair(scenario: str = "fund-12.3", lang: str = "vi") -> tuple[Session, Twin]:
    """A planner and its twin, on few draws."""
    session = planner(lang, scenario=scenario, draws=1024)
    return session, Twin(session)


def same(session: Session, twin: Twin) -> None:
    """Everything the view is told is the same, but what only a kernel does."""
    levers, theirs = (json.loads(json.dumps(one)) for one in (session.view.levers, twin.get("levers")))
    texts = levers.pop("texts")
    assert {key: text for key, text in theirs.pop("texts").items() if key in texts}.items() <= texts.items()
    for name in {*levers.pop("can")} ^ {*theirs.pop("can")}:
        levers.pop(name, None)  # a piece of the view that needs a kernel
        theirs.pop(name, None)  # or that stands for those
    for one in (levers, theirs):
        one["choosers"]["draws"].pop("options")
    assert theirs == levers
    answer, shown = json.loads(json.dumps(dict(session.view.answer))), twin.get("answer")
    for one in (answer, shown):
        one.pop("revision")
    assert shown == answer
    told, status = dict(session.view.status), twin.get("status")
    assert {key: status.get(key, "") for key in ("state", "message", "notice")} == {
        key: told.get(key, "") for key in ("state", "message", "notice")
    }


def opened_in_nominal_prices(session: Session, twin: Twin) -> object:
    """Both show what stands on the screen in nominal prices; the session's answer, which the twin opened with."""
    with answers_of(session) as made:
        session.wish("prices", NOMINAL)
        twin.tell(answer=made[-1])
        twin.open()
    twin.wish("prices", NOMINAL)
    return made[-1]


@pytest.mark.parametrize("scenario", list_scenarios())
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_shipped_scenario_reads_alike(scenario: str, lang: str) -> None:
    session, twin = pair(scenario, lang)
    opened_in_nominal_prices(session, twin)
    same(session, twin)


def test_a_mornings_wishes_are_met_alike() -> None:
    session, twin = pair()
    with answers_of(session) as made:
        session.wish("prices", NOMINAL)
        for place, (wish, value) in enumerate((("settled", None), *MORNING)):
            session.wish(wish, value)
            twin.tell(answer=made[-1])
            if not place:
                twin.open()
            twin.wish(wish, value)
            same(session, twin)
            assert twin.frame() == pytest.approx([None if one != one else one for one in frame(made[-1]).ravel()])


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_refused_is_refused_in_the_same_sentence(lang: str, tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session, twin = pair(lang=lang)
    refused = 0
    with answers_of(session) as made:
        session.wish("pin")
        twin.tell(answer=made[-1])
        twin.open()
        twin.wish("pin")
        for wish, value in REFUSED:
            session.wish(wish, value)
            twin.tell(answer=made[-1])
            twin.wish(wish, value)
            told = session.view.status["notice"]
            assert twin.get("status")["notice"] == told, (wish, value)
            assert "_" not in told.replace("1_0", ""), "names, not ids"
            refused += bool(told)
    assert refused >= len(REFUSED) - 6


def test_text_of_old_encodings_is_read_alike() -> None:
    js = V8()
    js.eval(files("sim.twin").joinpath("legacy.js").read_text(encoding="utf-8"))
    within = [f"HTX {old}, 2024" for old in OLD.values()]
    for text in (*(old for old, _ in OLD_TEXTS), *TEXTS_OF_TODAY, *within, "𝄞 Lµo", "LÃ vẫn, Lµo, TØnh"):
        found = legacy(text)
        expected = found and {"value": found.text, "encoding": found.encoding, "meant": found.meant}
        assert json.loads(js.eval(f"JSON.stringify(legacyIn({json.dumps(text)}))")) == expected, text
    js.close()


def test_assumptions_of_areas_are_set_alike(monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setenv("COOPSIM_PROVINCE", "lao-cai-2025")
    session, twin = pair()
    key = "foundings_reference_vn_06"
    with answers_of(session) as made:
        session.wish("assume_more", key)
        (row,) = session.view.levers["assumptions"]["rows"]
        twin.tell(answer=made[-1])
        twin.open()
        twin.wish("assume_more", key)
        same(session, twin)
        whole, alike = key[:-6], "disaster_loss_vn_06"
        for wish, value in (
            ("assume", [key, row["low"]]), ("assume", [whole, row["high"]]), ("assume_more", alike),
            ("assume", [alike, 10]), ("assume", [f"{key}_x", 1]), ("language", "en"), ("assume_free", key),
        ):  # fmt: skip
            session.wish(wish, value)
            twin.tell(answer=made[-1])
            twin.wish(wish, value)
            same(session, twin)
    assert {*session.state.scenario.world.overrides} == {whole, alike}


def test_an_assumption_that_a_file_sets_for_all_areas_at_once_is_kept(
    monkeypatch: MonkeyPatch, tmp_path: Path
) -> None:
    """Areas have one each since; a try of before, whose world sets the whole, was dropped when the file was opened."""
    monkeypatch.setenv("COOPSIM_PROVINCE", "lao-cai-2025")
    usual, key, path = load_scenario("fund-31.7"), "foundings_reference", tmp_path / "own.yaml"
    set_by_planner = {lang: Words(lang).say("assume_reason") for lang in ("vi", "en")}
    stated = {key: Override(key, Distribution(40.0, 40.0, 40.0), set_by_planner)}
    own = replace(usual, slug="own", world=replace(usual.world, slug="central-own", overrides=stated))
    path.write_text(scenario_text(own), encoding="utf-8")
    session, twin = pair(str(path))
    answer = opened_in_nominal_prices(session, twin)
    same(session, twin)
    rows = twin.get("levers")["assumptions"]["rows"]
    assert key in [row["id"] for row in rows]

    _, later = pair("fund-31.7")
    shown = {"scenario": json.loads(twin.js.eval("JSON.stringify(carried.start)")), "reference": "no-support"}
    kept = json.dumps({"version": 1, "tries": [], "last": 0, "shown": shown})
    later.tell(answer=answer)
    later.js.eval(
        "const btoa = () => ''; session = openSession(carried, stub, {"
        f"storage: {{getItem: () => {json.dumps(kept)}, setItem: () => 0}}, address: {{read: () => '', write: () => 0}}"
        "}); 0"
    )
    assert later.get("levers")["assumptions"]["rows"] == rows


def test_a_wrong_word_or_digit_is_noticed() -> None:
    session, twin = pair()
    with answers_of(session) as made:
        session.wish("prices", NOMINAL)
        twin.tell(answer=made[-1])
        twin.js.eval("carried.words.vi.texts['planner.gain'] += '!'; told.answer.founded.mean += 1;")
        twin.open()
    with pytest.raises(AssertionError):
        same(session, twin)

