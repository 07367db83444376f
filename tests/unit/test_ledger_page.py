"""The page of earlier forecasts: what was said, what came, and no more than that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.evidence import Judged, skill
from sim.inputs.pack import load_province
from sim.report.pages import ledger, sections
from sim.report.print import Wording, parse, printed, unmarked_numbers
from sim.run import score_forecasts

PROVINCE = load_province("lao-cai")


@pytest.fixture(scope="module")
def judged() -> Judged:
    """The forecast that knows no figure of 2024."""
    return score_forecasts(own=Path("absent.jsonl"))[0]


def text_of(html: str) -> str:
    return " ".join(parse(html).content.split())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_first_sentence_says_what_was_forecast_and_what_came(judged: Judged, lang: str) -> None:
    html = printed(ledger, [judged], PROVINCE, lang)
    head = next(node for node in parse(html).walk() if node.tag == "h1").content
    assert "20" in head and "10–30" in head and "14" in head
    assert not unmarked_numbers(html)


@pytest.mark.parametrize(
    ("lang", "ahead", "after"),
    [("vi", "trước khi có số thực hiện", "phép thử lại"), ("en", "before the outturns", "after the fact")],
)
def test_a_forecast_put_on_record_when_its_time_was_over_is_no_word_ahead(
    judged: Judged, lang: str, ahead: str, after: str
) -> None:
    early = replace(judged, published=replace(judged.published, vintage="2024-01-15T00:00:00Z"))
    assert after in text_of(printed(ledger, [judged], PROVINCE, lang))
    told = text_of(printed(ledger, [early], PROVINCE, lang))
    assert ahead in told and after not in told
    first, *rest = judged.scored
    ahead_of_one = replace(first, observation=replace(first.observation, year=judged.published.frozen_on.year + 1))
    some = text_of(printed(ledger, [replace(judged, scored=(ahead_of_one, *rest))], PROVINCE, lang))
    assert {"vi": "với các kỳ sau", "en": "for the rest"}[lang] in some and ahead not in some


def test_every_line_stands_on_the_page_with_what_came_and_whether_it_held(judged: Judged) -> None:
    w = Wording("en")
    rows = [node.content for node in parse(printed(ledger, [judged], PROVINCE, "en")).walk() if node.tag == "tr"]
    for line in (*judged.lines, *judged.behind_breaks):
        name, value = w.page_term(line.observation.indicator), w.exact(line.value)
        assert any(name in row and value in row and ("yes" if line.inside else "no") in row for row in rows), name


def test_the_skill_line_is_the_one_of_the_lines_that_count(judged: Judged) -> None:
    w, found = Wording("en"), skill([one for one in judged.lines if not one.derived])
    text = text_of(printed(ledger, [judged], PROVINCE, "en"))
    assert found == judged.skill
    for share in (found.ours, found.no_change.rule, found.last_growth.rule):
        assert w.percent(share, -1) in text.replace("\u2060", "").replace("◐", "")
    assert "prove little" in text


def test_series_that_broke_stand_apart(judged: Judged) -> None:
    html = printed(ledger, [judged], PROVINCE, "en")
    before, after = text_of(html).split("Apart: series that broke")
    assert "Cooperative groups" not in before and "2,700" in after
    none = replace(judged, scored=judged.lines)
    assert "Apart" not in text_of(printed(ledger, [none], PROVINCE, "en"))


def test_pages_say_so_where_nothing_was_kept_or_nothing_came_in(judged: Judged) -> None:
    assert "coopsim ledger add" in text_of(printed(ledger, [], PROVINCE, "en"))
    waiting = replace(judged, scored=())
    text = text_of(printed(ledger, [waiting], PROVINCE, "en"))
    assert "No outturn has come in" in text and "coopsim ledger add" not in text


def test_the_newest_forecast_comes_first(judged: Judged) -> None:
    made = replace(judged.published, data_end="2024-12-31", label={"vi": "Sau", "en": "Later"})
    later = replace(judged, published=made)
    text = text_of(printed(ledger, [judged, later], PROVINCE, "en"))
    assert text.index("“Later") < text.index("VND 12.3 billion fund")


def test_that_all_missed_on_one_side_is_said_and_only_then(judged: Judged) -> None:
    said = "Every outturn lies below the forecast"
    assert all(line.error < 0 for line in judged.counted)
    assert said in text_of(printed(ledger, [judged], PROVINCE, "en"))
    first, *others = judged.scored
    mixed = replace(judged, scored=(replace(first, error=2.0), *others))
    assert "Every outturn" not in text_of(printed(ledger, [mixed], PROVINCE, "en"))


def test_the_data_page_lists_what_came_in_after_the_pack_stops() -> None:
    """7,568 members in mid-2024 start no projection; a pack that uses all it has lists none of them there."""
    html = printed(sections.observations, PROVINCE, "en")
    later = next(node for node in parse(html).walk() if node.attributes.get("id") == "use-later").content
    assert "7,568" in later and "7,500" not in later and "9,229 " not in later
    free = replace(PROVINCE, conditioned_to=None)
    assert "use-later" not in printed(sections.observations, free, "en")


def test_a_whole_years_foundings_lead_the_page_even_behind_a_break(judged: Judged) -> None:
    """"Last year we said 40, 34 came": what the law of 2023 changed in the counting is said beside it."""
    first = next(one for one in judged.lines if one.indicator == "htx_founded")
    year = replace(first.observation, period="year", value=34.0)
    forecast = next(one for one in judged.published.forecasts if one.indicator == "htx_founded")
    quantiles = {float(level): value for level, value in forecast.quantiles["2024"].items()}
    law = tuple(one for one in PROVINCE.breaks if one.id == "law-2023")
    mean = forecast.means["2024"]
    line = replace(
        first, observation=year, value=34.0, breaks=law, quantiles=quantiles, expected=mean, error=34.0 - mean
    )
    html = printed(ledger, [replace(judged, scored=(*judged.scored, line))], PROVINCE, "en")
    head = next(node for node in parse(html).walk() if node.tag == "h1").content
    assert "40" in head and "34" in head and "27–54" in head
    assert "stands behind a change of counting" in text_of(html)
    assert "stands behind" not in text_of(printed(ledger, [judged], PROVINCE, "en"))
