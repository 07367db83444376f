"""The first screen is short: a planner reads it whole; what is behind it stands below."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from sim.analysis.answer import ScenarioAnswer, answer_for, came_in, headline_of, since
from sim.evidence import load_knowledge
from sim.inputs.pack import load_province, load_register
from sim.inputs.scenarios import list_scenarios, load_scenario
from sim.report.pages import sections
from sim.report.print import LANGUAGES, LEGEND, Figure, Node, Wording, parse

DRAWS = 128
#: What half a minute of reading holds: 473 words, 80 numbers and 43 marks stood here once.
WORDS, NUMBERS, MARKS = 280, 45, 16
#: Elements that end a word.
_APART = frozenset({"p", "div", "li", "h1", "h2", "h3", "a", "span", "b"})


@cache
def answer(slug: str) -> ScenarioAnswer:
    references = [load_scenario(name) for name in ("no-support", "fund-12.3")]
    return answer_for(load_province("lao-cai"), load_register(), load_scenario(slug), references, draws=DRAWS, seed=7)


@cache
def first_screen(slug: str, lang: str) -> Node:
    root = parse(str(sections.answer(answer(slug), lang)))
    return next(node for node in root.walk() if node.attributes.get("id") == "answer")


def read(node: Node) -> str:
    """What is read without a click, marks included."""
    if node.tag == "":
        return node.text
    if node.tag == "details":
        return ""
    return "".join(map(read, node.children)) + (" " if node.tag in _APART else "")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", list_scenarios())
def test_the_first_screen_of_every_scenario_is_read_in_half_a_minute(slug: str, lang: str) -> None:
    text = read(first_screen(slug, lang)).replace("\u2060", "")
    marks = "".join(mark.symbol for mark in LEGEND if mark.symbol != "?")
    assert len(re.findall(f"[{marks}]", text)) <= MARKS
    bare = re.sub(f"[{marks}]", "", text)
    assert len(re.findall(r"\d[\d.,/]*", bare)) <= NUMBERS
    assert len(re.findall(r"\w[\w.,/–%-]*", bare)) <= WORDS


def of_class(node: Node, cls: str) -> list[Node]:
    return [found for found in node.walk() if cls in found.classes]


def number(text: str) -> int:
    return int(re.sub(r"[^0-9-]", "", text.replace("\u2212", "-")))


@pytest.mark.parametrize("slug", list_scenarios())
def test_level_reference_and_difference_of_a_card_subtract_as_printed(slug: str) -> None:
    """A planner who takes one number from the other gets the third: 616 less 540 was told as 81."""
    told, w = 0, Wording("vi")
    for card in of_class(first_screen(slug, "vi"), "card"):
        change = [node for node in of_class(card, "dif") if re.search(r"[+\u2212]\d", node.content)]
        if change:
            level, reference = of_class(card, "big")[0].content, of_class(card, "range")[0].content.rpartition(": ")[2]
            assert number(level) - number(reference) == number(change[0].content.split("\u00a0")[0])
            told += 1
    words = {w.text(key) for key in ("no_difference", "not_distinguished", "nearly_equal")}
    worded = [node for node in of_class(first_screen(slug, "vi"), "dif") if node.content in words]
    assert told + len(worded) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_level_of_evidence_is_said_once_and_with_what_may_be_done(lang: str) -> None:
    text, w = read(first_screen("fund-12.3", lang)), Wording(lang)
    name = {"vi": "Mức độ bằng chứng", "en": "Level of evidence"}[lang]
    assert len(re.findall(name, text, re.IGNORECASE)) == 1
    assert w.term("use_E") in text and not of_class(first_screen("fund-12.3", lang), "chip")


def test_what_left_the_first_screen_stands_below_it() -> None:
    told = sections.answer(answer("fund-12.3"), "vi")
    below = next(node for node in parse(str(told)).walk() if node.attributes.get("id") == "headline")
    assert len(of_class(below, "card")) == 4 and of_class(below, "why")
    for card in answer("fund-12.3").cards:
        assert Figure.of_range(card.range).ends.text(Wording("vi")) in below.content
    targets = sections.targets(answer("fund-12.3"), "vi")
    assert all(one.target.label["vi"] in parse(str(targets)).content for one in answer("fund-12.3").chances)


@pytest.mark.parametrize(
    ("lang", "said"), [("vi", "với số liệu đến hết tháng 6/2024"), ("en", "with figures to the end of 6/2024")]
)
def test_a_chance_that_newer_figures_have_changed_is_not_told_without_theirs(lang: str, said: str) -> None:
    """Half-year figures of 2024 are known: a first screen with the chance of January alone would mislead."""
    known, found = load_knowledge(province="lao-cai"), answer("fund-12.3")
    came = came_in(known, found.scenario, draws=DRAWS, seed=7)
    later = since(came, headline_of(found.chances))
    assert came is not None and later is not None and later.moment == (2024, 6)
    assert later.chance.probability < came.steps[0].chances[0].probability
    screen = read(parse(str(sections.answer(replace(found, since=later), lang))))
    chance = " ".join(Figure.of_target_chance(later.chance).text(Wording(lang)).split())
    assert f"{said}: {chance}" in " ".join(screen.replace("\u2060", "").split()).replace(" :", ":")
    assert since(replace(came, used=len(came.steps) - 1), headline_of(found.chances)) is None, "told already"
    assert since(None, headline_of(found.chances)) is None and said not in read(first_screen("fund-12.3", lang))
