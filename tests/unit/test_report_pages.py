"""Whole pages of the shipped province: what a planner reads, in both languages, through the gate."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from sim.analysis.answer import ScenarioAnswer, answer_for
from sim.domain import Province, Register
from sim.ensemble import run
from sim.inputs.pack import load_province, load_register
from sim.inputs.scenarios import load_scenario
from sim.report import notebook as show
from sim.report.pages import header, sections
from sim.report.print import LANGUAGES, Node, Wording, check_fragment, page, parse, spoken, unmarked_numbers

DRAWS = 512
SLUGS = ("fund-12.3", "no-support", "fund-12.3--adverse-weather-disease")
#: Claims no page may make; "chắc chắn" stands only where it is denied.
OVERCLAIMS = re.compile(
    r"chứng minh|(?<!chưa )(?<!không )chắc chắn|dự báo chính xác|đã kiểm định|\bvalidated\b|\bproves\b|\bproven\b",
    re.IGNORECASE,
)
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)> & {n} **b** ${x}'


@cache
def pack() -> tuple[Province, Register]:
    return load_province("lao-cai"), load_register()


@cache
def answer(slug: str) -> ScenarioAnswer:
    references = [load_scenario(name) for name in ("no-support", "fund-12.3")]
    return answer_for(*pack(), load_scenario(slug), references, draws=DRAWS, seed=7)


@cache
def fragments(slug: str, lang: str) -> tuple[str, ...]:
    told = answer(slug)
    names = ("answer", "growth", "futures", "money", "targets", "basis", "world", "assumptions", "context")
    parts = [getattr(sections, name)(told, lang) for name in names]
    return tuple(map(str, [*parts, sections.provenance(told, lang, hashes={"code": "4f2c" * 16})]))


@cache
def whole(slug: str, lang: str) -> str:
    return page("x", fragments(slug, lang), lang)


def visible(html: str) -> str:
    """What a reader sees or hears: text, and the alternative texts of pictures."""
    root = parse(html)
    body = next((node for node in root.walk() if node.tag == "body"), root)
    said = [node.attributes.get("aria-label", "") for node in body.walk()]
    return re.sub(r"\s+", " ", body.content + " ".join(said))


def nodes(html: str, tag: str) -> list[Node]:
    return [node for node in parse(html).walk() if node.tag == tag]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_passes_the_gate_and_claims_nothing_it_cannot(slug: str, lang: str):
    text = visible(whole(slug, lang))
    assert not OVERCLAIMS.search(text), OVERCLAIMS.search(text)
    assert "{" not in text and "None" not in text and "nan" not in text.split()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_no_chance_beyond_five_to_ninety_five_percent_is_a_figure(slug: str, lang: str):
    """Chances stand in the target table, the lead and the cards' words of how often."""
    html = fragments(slug, lang)[0]
    often = [node.content for node in parse(html).walk() if "often" in node.classes]
    figures = [int(found) for text in often for found in re.findall(r"(\d+)\s?%", text)]
    assert all(5 <= figure <= 95 for figure in figures)


@pytest.mark.parametrize("slug", SLUGS)
def test_only_80_and_50_percent_ranges_are_named(slug: str):
    plain = {node.content for node in parse(whole(slug, "vi")).walk() if "plain" in node.classes}
    ranges = {text for text in plain if re.fullmatch(r"\d+\s?%", text)}
    assert ranges <= {
        "80\u00a0%",
        "50\u00a0%",
        "10\u00a0%",
        "90\u00a0%",
    }  # the last two: what low and high of a spread mean
    assert not re.search(r"\b(90|95)\u00a0% \(|khoảng (90|95)\u00a0%", visible(whole(slug, "vi")))


def test_the_first_screen_says_what_to_expect_how_sure_and_why_averages_may_fall():
    html = fragments("fund-12.3", "vi")[0]
    text = visible(html)
    assert "địa giới trước 01/7/2025, số liệu đến 2023" in text
    for needed in (
        "HTX thành lập mới",
        "Khả năng đạt",
        "không hỗ trợ",
        "Mức độ bằng chứng",
        "mức D–E",
        "Điều làm đổi câu trả lời",
        "Đồng tiếp theo",
    ):
        assert needed in text
    assert "Vì sao bình quân có thể giảm khi từng HTX đều lớn lên?" in text
    assert {"Do từng HTX lớn lên", "Do HTX mới đuổi kịp", "Do HTX nhỏ mới gia nhập và HTX rút khỏi"} <= {
        node.content for node in parse(html).walk() if "bar-name" in node.classes
    }


def test_the_title_is_the_finding_and_follows_the_figures():
    w = Wording("vi")
    assert "tăng thêm khoảng" in sections.finding(w, answer("fund-12.3")) and "ít hơn" in sections.finding(
        w, answer("no-support")
    )
    told = answer("fund-12.3")
    sure = replace(told, chances=tuple(replace(one, probability=0.9) for one in told.chances))
    assert "nhiều khả năng đạt" in sections.finding(w, sure)
    hard = replace(told, chances=tuple(replace(one, probability=0.1) for one in told.chances))
    assert "khó đạt" in sections.finding(w, hard)
    assert "HTX mới" not in sections.finding(w, replace(told, chances=()))


def test_equal_plans_are_no_different_and_never_a_figure():
    twin = replace(load_scenario("fund-12.3"), slug="twin", plan=replace(load_scenario("fund-12.3").plan, slug="twin"))
    result = run(*pack(), [load_scenario("fund-12.3"), twin], draws=64, seed=7)
    text = visible(str(sections.comparison(result, "fund-12.3", "vi")))
    assert "không khác" in text and not re.search(r"[+−]\d", text)


def test_every_chart_says_its_message_and_has_its_figures_behind_it():
    for part in fragments("fund-12.3", "vi"):
        for figure in nodes(part, "figure"):
            picture = next(node for node in figure.walk() if node.tag == "svg")
            caption = next(node for node in figure.walk() if node.tag == "figcaption")
            message = next(node for node in caption.walk() if node.tag == "b")
            assert picture.attributes["aria-label"] == " ".join(spoken(message.content).split())
    behind = [
        sum(node.tag == "details" for node in figure.walk())
        for figure in nodes("".join(fragments("fund-12.3", "vi")), "figure")
    ]
    assert sum(behind) >= len(behind) - 1  # the histogram's figures are the target table beside it


def test_years_on_axes_have_no_thousands_point():
    texts = {node.content for part in fragments("fund-12.3", "vi") for node in nodes(part, "text")}
    assert {"2024", "2030"} <= texts and "2.030" not in texts and "1.500" in texts | {"1.500"}


def test_money_of_the_table_adds_up_to_the_fund():
    table = next(node for node in nodes(fragments("fund-12.3", "vi")[3], "table"))
    planned = {
        row.children[0].content: row.children[1].content
        for row in table.walk()
        if row.tag == "tr" and row.parent.tag == "tbody"
    }
    amounts = [float(text.replace(",", ".")) for text in planned.values()]
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1]) and planned["Chưa phân bổ"] == "0"


def test_a_plan_outside_experience_is_flagged():
    told = answer("fund-12.3")
    far = tuple(replace(one, money=replace(one.money, outside_experience=True)) for one in told.margins)
    text = visible(str(sections.money(replace(told, margins=far), "vi")))
    assert "CẦN XEM LẠI" in text and "cần xem lại" in text
    assert "CẦN XEM LẠI" not in visible(fragments("fund-12.3", "vi")[3])


def test_the_world_states_its_overrides_with_reasons():
    text = visible(fragments("fund-12.3--adverse-weather-disease", "vi")[6])
    world = load_scenario("fund-12.3--adverse-weather-disease").world
    assert all(override.reason["vi"] in text for override in world.overrides.values())
    assert "không điều chỉnh giả định nào" in visible(fragments("fund-12.3", "vi")[6])


def test_every_assumption_the_model_reads_is_listed():
    table = nodes(fragments("fund-12.3", "vi")[7], "table")[0]
    rows = [node for node in table.walk() if node.tag == "tr" and node.parent.tag == "tbody"]
    used = [entry for entry in pack()[1].entries.values() if entry.role != "measurement"]
    assert len(rows) == len(used)


def test_every_trap_is_told_somewhere_on_the_page():
    text = visible(whole("fund-12.3", "vi"))
    assert all(trap.text["vi"] in text for trap in pack()[0].traps)


def test_no_text_of_a_file_can_become_markup():
    told = answer("fund-12.3")
    label = {"vi": HOSTILE, "en": HOSTILE}
    world = replace(told.scenario.world, label=label, description=label)
    scenario = replace(told.scenario, label=label, world=world, plan=replace(told.scenario.plan, label=label))
    hostile = replace(told, scenario=scenario)
    parts = [
        sections.answer(hostile, "vi", notices=[("fail", HOSTILE)]),
        sections.world(hostile),
        sections.context(hostile),
    ]
    row = sections.row_of(answer("fund-12.3").result, "fund-12.3", href="fund-12.3.html")
    parts += [
        sections.failures([sections.FailedScenario(HOSTILE, label, HOSTILE)]),
        sections.scenario_table([replace(row, scenario=scenario)]),
    ]
    for part in parts:
        check_fragment(str(part))
        assert "<script" not in part and "<img" not in part


@pytest.mark.parametrize("href", ["javascript:alert(1)", "https://example.org/x.html", "../x.html"])
def test_a_link_of_the_table_leads_beside_the_page_or_nowhere(href: str):
    row = sections.row_of(answer("fund-12.3").result, "fund-12.3", href=href)
    with pytest.raises(ValueError):
        check_fragment(str(sections.scenario_table([row])))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_of_a_run_pass_the_gate(lang: str):
    slugs = ("fund-12.3", "no-support", "market-first", "fund-12.3--weak-markets")
    result = run(*pack(), [load_scenario(slug) for slug in slugs], draws=DRAWS, seed=7)
    rows = [sections.row_of(result, slug, href=f"{slug}.html", grade="D") for slug in slugs]
    failed = [sections.FailedScenario("bad", "Bad 5", "E12: -3")]
    index = [
        sections.failures(failed, lang),
        sections.overview(answer("fund-12.3"), lang, href="fund-12.3.html"),
        sections.scenario_table(rows, lang),
    ]
    compared = [sections.comparison(result, "fund-12.3", lang, hrefs={"market-first": "market-first.html"})]
    data = [sections.observations(pack()[0], lang)]
    for parts in (index, compared, data):
        text = visible(page("x", parts, lang, nav=[("a", "index.html"), ("b", "")]))
        assert not OVERCLAIMS.search(text)
    assert index[0].index("bad") > 0 and "E12" in index[0]


def test_a_comparison_keeps_average_total_and_composition_together():
    result = run(*pack(), [load_scenario(slug) for slug in ("fund-12.3", "no-support")], draws=DRAWS, seed=7)
    captions = " ".join(
        node.content for node in nodes(str(sections.comparison(result, "fund-12.3", "vi")), "figcaption")
    )
    for needed in ("Tổng doanh thu", "Doanh thu bình quân", "Từng HTX lớn lên", "HTX gia nhập và rút khỏi"):
        assert needed in captions


def test_members_of_unions_are_counted_in_htx_and_unions_in_unions():
    w, rows = Wording("vi"), nodes(str(sections.observations(pack()[0], "vi")), "tr")
    cells = [(row.children[0].content, cell.content) for row in rows for cell in row.children[1:] if cell.classes]
    units = {
        term: {
            text.rstrip("●◐○").partition("\u00a0")[2]
            for name, text in cells
            if name.startswith(w.page_term(term))
        }
        for term in ("union_member_htx", "union_new_member_htx", "union_total")
    }
    assert units == {"union_member_htx": {"HTX"}, "union_new_member_htx": {"HTX"}, "union_total": {"liên\u00a0hiệp"}}


def test_the_data_page_shows_every_figure_once():
    province = pack()[0]
    rows = [node for node in nodes(str(sections.observations(province, "vi")), "tr") if node.parent.tag == "tbody"]
    tables = [node for row in rows for node in row.ancestors() if node.tag == "table"]
    assert sum("observed" in table.attributes["class"] for table in tables) == len(province.observations)


@pytest.mark.parametrize(("lang", "told"), [("vi", "thiếu {}"), ("en", "{} missing")])
def test_the_data_page_names_the_years_missing_in_a_series_where_it_goes_on(lang: str, told: str):
    province = pack()[0]
    page_text = str(sections.observations(province, lang))
    rows = [node for node in nodes(page_text, "tr") if node.parent.tag == "tbody"]
    flagged = [row.content for row in rows if re.search(told.format(r"[0-9–]+"), row.content)]
    assert any("2020–2021" in row for row in flagged), "those of another province are flagged as well"
    (groups,) = [row for row in flagged if Wording(lang).page_term("tht_count") in row and "2021–2022" in row]
    assert told.format("2021–2022") in groups and Wording(lang).exact(3958) in groups
    assert unmarked_numbers(page_text) == []


def test_a_notebook_shows_the_same_section_and_its_style_once():
    fragment = show.targets(answer("fund-12.3"), "vi")
    assert str(fragment) == fragments("fund-12.3", "vi")[4]
    assert fragment._repr_html_().startswith('<div class="coopsim">')
    assert "<style>" in show.style()._repr_html_() and unmarked_numbers(fragment.html) == []


def test_a_picture_can_be_printed_without_a_style_sheet():
    from sim.report.pages import fan_rows
    from sim.report.print import PRINTED, fan_chart, png

    told = answer("fund-12.3")
    picture = png(fan_chart(fan_rows(Wording("vi"), told, told.fans[0]), PRINTED), "vi", scale=1)
    assert picture.startswith(b"\x89PNG")


def test_equal_answers_give_equal_pages():
    again = sections.futures(answer("fund-12.3"), "vi")
    assert str(again) == fragments("fund-12.3", "vi")[2]


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("fund-12.3", "12,3 tỷ đồng mỗi năm 2024–2030, tổng 86,1 tỷ đồng"),
        ("front-loaded", "tổng 86,1 tỷ đồng trong các năm 2024–2030"),
        ("indexed", "12,3 tỷ đồng mỗi năm 2024–2030, tổng 86,1 tỷ đồng (giá"),
        ("no-support", ""),
    ],
)
def test_the_first_screen_says_the_money_of_all_years(slug: str, told: str) -> None:
    """The name of a plan tells one year's fund; what it brings is brought by all years' money."""
    html = header(Wording("vi"), answer(slug))
    check_fragment(str(html))
    assert unmarked_numbers(str(html)) == []
    said = spoken(html)
    assert told in said if told else "tỷ đồng" not in said
