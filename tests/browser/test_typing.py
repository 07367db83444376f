"""What is being typed belongs to its field: no key of it moves the plan, and no answer that arrives takes it away."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sim.planner import Planner
from sim.view import script

pytestmark = pytest.mark.browser

#: The shape of anywidget's model; wishes are kept, and answered only when the test says so.
_MODEL = """
const listeners = {};
window.sent = [];
window.model = {
  get: (name) => told[name],
  on: (event, act) => (listeners[event] ||= []).push(act),
  send: (content) => sent.push(content),
};
window.tell = (changed) => {
  Object.assign(told, changed, { done: told.done + 1 });
  for (const name of [...Object.keys(changed), "done"]) for (const act of listeners[`change:${name}`] || []) act();
};
"""
#: Fields for text that show no figure of the plan.
_NOTES = "#page :is(textarea, input[type=text]:not([data-plan]))"
#: Keys that move the plan elsewhere, or mean something in a text.
_KEYS = (
    "Control+z", "Control+y", "Control+Shift+Z", "Control+b", "Control+Enter", "Delete", "Backspace", "ArrowLeft",
    "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", "Escape",
)  # fmt: skip
QUESTION = {"text": "?", "place": "B2", "key": "column", "options": []}


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """The view before an engine that answers when the test says so."""
    session = Planner(draws=256, reference="no-support", lang="vi")._session
    for _ in range(12):
        session.wish("more", session.view.revision)
    told = {name: getattr(session.view, name) for name in ("levers", "answer", "more", "status")}
    frame = base64.b64encode(session.view.frame).decode()
    made = browser.new_page(viewport={"width": 1366, "height": 768})
    made.set_content("<div id=page></div>")
    made.evaluate(
        f"""() => {{
            const told = {json.dumps({**told, "parting": {}, "done": 0})};
            told.frame = new DataView(Uint8Array.from(atob("{frame}"), (sign) => sign.charCodeAt(0)).buffer);
            window.told = told;
        }}"""
    )
    made.add_script_tag(content=_MODEL + script() + "render({ model, el: document.getElementById('page') });")
    made.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    settle(made)
    yield made
    made.close()


def settle(page: Any) -> None:
    """Every wish is met and moves nothing."""
    page.evaluate("async () => { for (let at = 0; at < 8; at++) { tell({}); await null; } }")


def wishes(page: Any) -> set[str]:
    """What was wished since it was asked last, but for what follows an answer by itself."""
    settle(page)
    found: list[str] = page.evaluate("sent.splice(0).map((one) => one.wish)")
    return {*found} - {"more", "shelf"}


def focused(page: Any) -> str:
    found: str = page.evaluate("document.activeElement.value || document.activeElement.textContent")
    return found


def test_keys_in_a_text_belong_to_it(page: Any) -> None:
    fields = page.locator(_NOTES)
    wishes(page)
    assert fields.count() > 8
    for place in range(fields.count()):
        field = fields.nth(place)
        if not field.is_visible():
            continue
        before = field.input_value()
        field.press_sequentially("ab")
        field.press("Control+z")
        assert field.input_value() == before, "the text takes it back itself"
        for key in _KEYS:
            field.press_sequentially("ab")
            field.press(key)
        assert not wishes(page), place


def test_a_box_of_the_plan_goes_a_step_back_only_while_nothing_is_typed_there(page: Any) -> None:
    box = page.locator(".cs-row[data-line=market] > .cs-box-money")
    wishes(page)
    box.press_sequentially("1")
    box.press("Control+z")
    assert not wishes(page)
    box.press("Control+z")
    box.fill("5")
    box.press("Enter")
    assert wishes(page) == {"line_text"}
    box.press("Control+z")
    assert wishes(page) == {"undo"}


def test_the_negative_control_elsewhere_keys_are_the_plans(page: Any) -> None:
    wishes(page)
    page.locator(".cs-row[data-line=market] input[type=range]").press("Control+z")
    assert wishes(page) == {"undo"}


def test_ctrl_s_in_a_note_keeps_the_note(page: Any) -> None:
    note = page.locator(".cs-try textarea").first
    wishes(page)
    note.fill("hỏi lại Sở Tài chính")
    note.press("Control+s")
    assert wishes(page) == {"say"}


def test_what_is_typed_of_a_try_stays_where_it_is_when_an_answer_arrives(page: Any) -> None:
    note = page.locator(".cs-try textarea").first
    note.press_sequentially("hai dòng")
    page.keyboard.press("ArrowLeft")
    page.evaluate(
        """() => {
            window.field = document.activeElement;
            const [one] = told.more.tries;
            const other = { ...one, key: "try-77", name: "Lần khác" };
            tell({ more: { ...told.more, tries: [other, { ...one, gain: "+1", current: false }] } });
        }"""
    )
    assert page.locator(".cs-try").count() == 2 and page.locator(".cs-try-gain").nth(1).inner_text() == "+1"
    assert page.evaluate("field === document.activeElement && field.selectionStart") == len("hai dòng") - 1
    page.evaluate("tell({ more: { ...told.more, tries: told.more.tries.slice(0, 1) } })")
    assert focused(page) == "hai dòng", "also where its try is out of sight by now"


def test_a_note_that_was_refused_is_still_there_and_one_that_was_kept_folds_up(page: Any) -> None:
    note, fold = page.locator(".cs-try textarea").first, page.locator(".cs-try-say").first
    note.fill("dài  quá")
    note.press("Control+s")
    page.evaluate("tell({ status: { ...told.status, notice: 'dài quá' } })")
    assert note.input_value() == "dài  quá" and fold.evaluate("one => one.open")
    page.evaluate("tell({ more: { tries: told.more.tries.map((one) => ({ ...one, note: 'dài quá' })) } })")
    assert not fold.evaluate("one => one.open") and note.input_value() == "dài quá"


def test_a_proposal_that_arrives_leaves_the_focus_to_who_is_typing(page: Any) -> None:
    page.get_by_label("Tên kịch bản").press_sequentially("Phương")
    page.evaluate("tell({ status: { ...told.status, proposal: '<p>…</p>', acceptable: true } })")
    assert focused(page) == "Phương"
    page.evaluate("tell({ status: { ...told.status, proposal: '', acceptable: false } })")
    page.locator('[data-suggest="ask"]').focus()
    page.evaluate("tell({ status: { ...told.status, proposal: '<p>…</p>', acceptable: true } })")
    assert focused(page) == "Dùng", "elsewhere it is offered"


def test_an_answer_typed_in_the_assistant_outlives_the_answer_to_the_one_before(page: Any) -> None:
    asked = [{**QUESTION, "name": name} for name in ("one", "two", "three")]
    page.evaluate(
        """questions => {
            window.assist = {
                file: "a.xlsx", texts: told.levers.texts, sheets: [], sheet: "", heading: "1", refused: [], terms: [],
                labels: [], unknown: false, settled: false, kinds: [], questions,
            };
            tell({ status: { ...told.status, assist } });
        }""",
        asked,
    )
    fields = page.locator(".cs-assist-ask input")
    fields.nth(1).press_sequentially("chờ")
    page.evaluate("tell({ status: { ...told.status, assist: { ...assist, questions: assist.questions.slice(1) } } })")
    assert fields.count() == 2 and focused(page) == "chờ"
    page.locator(".cs-assist-ask select").nth(1).focus()
    page.evaluate("tell({ status: { ...told.status, assist: { ...assist, questions: assist.questions.slice(2) } } })")
    assert page.evaluate("document.activeElement.dataset.focus") == "answer three"


def test_a_box_about_to_be_ticked_keeps_the_focus_while_pieces_keep_coming(page: Any) -> None:
    page.evaluate("tell({ more: { ...told.more, tries: [{ ...told.more.tries[0], reference: false }] } })")
    tick = page.locator(".cs-ticks input").first
    tick.focus()
    page.evaluate("tell({ more: { ...told.more, tries: [{ ...told.more.tries[0], gain: '+2' }] } })")
    assert page.evaluate("document.activeElement.type") == "checkbox"
    page.evaluate("tell({ more: { ...told.more, tries: [{ ...told.more.tries[0], name: 'Khác' }] } })")
    assert page.evaluate("document.activeElement.type") == "checkbox"


def test_a_slider_walked_by_keys_loses_no_step_to_an_older_answer(page: Any) -> None:
    slider = page.locator(".cs-row[data-line=market] input[type=range]")
    wishes(page)
    first = int(slider.input_value())
    for _ in range(3):
        slider.press("ArrowRight")
        page.evaluate("tell({})")  # the answer to an older place: levers still say the first one
    step = int(slider.get_attribute("step"))
    assert int(slider.input_value()) >= first + 3 * step - step // 2
    settle(page)
    assert int(slider.input_value()) == first, "the last answer holds"
