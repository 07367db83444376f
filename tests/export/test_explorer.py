"""The explorer answers offline, under a policy that lets nothing else run, as close to a run as it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from importlib.resources import files

import numpy as np
import pytest

from sim.analysis.compare import difference
from sim.domain import INDICATOR, NOMINAL, World
from sim.ensemble import SUMMARY_COLUMNS, Outcome, run, summary_rows
from sim.inputs.scenarios import load_scenario, load_world
from sim.report.forms.explorer import explorer
from sim.run import explore
from tests.support.shared_figures import figure, span

SMALL = {"nodes": 3, "draws": 512}
SEED = 7
PAYLOAD = "</script><script>window.ran=1</script><img src=x onerror='window.ran=1'>"


@dataclass
class Screen:
    """The page in a browser without network, and all it asked for or complained about."""

    page: object
    path: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def figures(self, table: str = "figures") -> dict[str, list[str]]:
        found = {}
        for row in self.page.query_selector_all(f"#{table} tbody tr"):
            cells = [cell.inner_text() for cell in row.query_selector_all("td")]
            found[row.get_attribute("data-indicator")] = cells
        return found

    def choose(self, lever: str, value: str) -> None:
        self.page.eval_on_selector(
            f"#{lever}", "(node, value) => { node.value = value; node.dispatchEvent(new Event('input')); }", value
        )


@pytest.fixture(scope="module")
def emulators(knowledge):
    chosen = {**explore.settings(), **SMALL}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explore, "settings", lambda: chosen)
        start = load_scenario("fund-12.3")
        scenarios = [replace(start, slug=slug, world=load_world(slug)) for slug in ("central", "weak-markets")]
        found = [explore.emulator_of(knowledge, one, seed=SEED) for one in scenarios]
        html = explore.explorer_page(knowledge, "vi", seed=SEED, worlds=("central", "weak-markets"))
    return found, html


def show(opened, html: str, folder, *, width: int = 1200) -> Screen:
    path = folder / "explorer.html"
    path.write_text(html, encoding="utf-8")
    context = opened.new_context(viewport={"width": width, "height": 900}, offline=True)
    screen = Screen(context.new_page(), path.as_uri())
    screen.page.on("request", lambda request: screen.requests.append(request.url))
    screen.page.on("console", lambda message: screen.complaints.append(message.text))
    screen.page.on("pageerror", lambda error: screen.complaints.append(str(error)))
    screen.page.goto(screen.path)
    screen.page.wait_for_selector("body[data-answered]", timeout=60_000)
    return screen


@pytest.fixture(scope="module")
def screen(browser, emulators, tmp_path_factory) -> Screen:
    return show(browser, emulators[1], tmp_path_factory.mktemp("explorer"))


@pytest.fixture(autouse=True)
def fresh(request) -> None:
    if "screen" in request.fixturenames:
        request.getfixturevalue("screen").page.reload()
        request.getfixturevalue("screen").page.wait_for_selector("body[data-answered]", timeout=60_000)


def project(knowledge, world: World, indicator: str, year: int) -> np.ndarray:
    """Mean and four quantiles of the last year as the published rows of a projection to that year give them."""
    scenario = replace(load_scenario("fund-12.3"), world=world, horizon=year)
    result = run(
        knowledge.province, knowledge.register, [scenario], draws=int(SMALL["draws"]), seed=SEED,
        posterior=knowledge.posterior,
    )  # fmt: skip
    rows = [dict(zip(SUMMARY_COLUMNS, row, strict=True)) for row in summary_rows(result)]
    wanted = (indicator, year, "nominal" if indicator == "htx_revenue_total" else "")
    found = next(row for row in rows if (row["indicator"], row["year"], row["price_basis"]) == wanted)
    return np.array([found[name] for name in ("mean", "p10", "p25", "p75", "p90")])


def unit_of(text: str) -> float:
    """Half of the last printed digit's worth."""
    digits = re.sub(r"[^\d,]", "", text)
    decimals = len(digits.partition(",")[2])
    zeros = 0 if decimals else len(digits) - len(digits.rstrip("0"))
    return 0.5 * 10.0 ** (zeros if not decimals else -decimals)


@pytest.mark.parametrize("indicator", ["htx_active", "htx_revenue_total", "htx_founded"])
@pytest.mark.parametrize(("place", "world", "year"), [("0", "central", 2030), ("1", "weak-markets", 2027)])
def test_its_figures_are_a_projections_within_the_stated_error(knowledge, screen, indicator, place, world, year):
    screen.choose("world", place)
    screen.choose("horizon", str(year))
    mean, half, most, error, _ = screen.figures()[indicator]
    exact = project(knowledge, load_world(world), indicator, year)
    low, high = span(most)
    quarter, three_quarters = span(half)
    for shown, true in zip((figure(mean), low, quarter, three_quarters, high), exact, strict=True):
        assert abs(shown - true) <= figure(error) + max(unit_of(mean), unit_of(most)), (shown, true)


@pytest.mark.parametrize(("indicator", "basis"), [("htx_active", ""), ("htx_revenue_total", "nominal")])
def test_no_end_of_a_range_is_printed_finer_than_a_step_that_its_own_error_allows(emulators, screen, indicator, basis):
    found = emulators[0][0]
    for year in range(2024, 2031):
        screen.choose("horizon", str(year))
        mean, half, most, *_ = screen.figures()[indicator]
        error, e10, e25, e75, e90 = found.levels.printed_error[:, found.outcomes.index(Outcome(indicator, year, basis))]
        for text, least in ((mean, error), (half, max(e25, e75)), (most, max(e10, e90))):
            for end in text.split("–"):
                assert 10 * unit_of(end) >= 0.99 * least, (year, text, least)  # one place finer adds nothing


def compared(knowledge, plan: str, world: World, year: int, indicator: str):
    """The paired difference from no support as `coopsim compare` gives it."""
    scenarios = [replace(load_scenario(name), world=world, horizon=year) for name in ("no-support", plan)]
    result = run(
        knowledge.province, knowledge.register, scenarios, draws=int(SMALL["draws"]), seed=SEED,
        posterior=knowledge.posterior,
    )  # fmt: skip
    basis = NOMINAL if INDICATOR[indicator].money else ""
    return difference(result, "no-support", plan, indicator, year=year, price_basis=basis)


@pytest.mark.parametrize("indicator", ["htx_active", "htx_revenue_total", "htx_revenue", "htx_worker_income"])
@pytest.mark.parametrize(("place", "world", "year"), [("0", "central", 2030), ("1", "weak-markets", 2027)])
def test_what_money_changes_is_a_comparisons_within_the_stated_error(knowledge, screen, indicator, place, world, year):
    screen.choose("world", place)
    screen.choose("horizon", str(year))
    told, most, error, _, _ = screen.figures("gains")[indicator]
    exact = compared(knowledge, "fund-12.3", load_world(world), year, indicator)
    low, high = span(most)
    assert abs(low - exact.p10) <= figure(error) + unit_of(most)
    assert abs(high - exact.p90) <= figure(error) + unit_of(most)
    if told == "khó phân biệt":
        mixed = exact.p_better is not None and 0.38 < exact.p_better < 0.62  # as the pages tell it
        assert mixed or abs(exact.mean) <= max(2 * figure(error), 4 * exact.mcse)
    else:
        assert abs(figure(told) - exact.mean) <= figure(error) + unit_of(told)


def test_a_difference_whose_range_holds_zero_is_not_called_one(screen):
    rows = screen.figures("gains")
    for told, most, _, _, reading in rows.values():
        low, high = span(most)
        assert ("Chưa" in reading) == (low <= 0 <= high or told == "khó phân biệt")
    assert {"Cao hơn" in row[4] for row in rows.values()} == {True, False}
    assert "So với không hỗ trợ, năm 2030, HTX đang hoạt động: +" in screen.page.inner_text("#headline")


def test_without_money_there_is_no_difference_and_with_very_little_none_to_tell(screen):
    lines = ("establishment", "capacity", "market", "survey")
    for line in lines:
        screen.choose(f"line-{line}", "0")
    assert {row[0] for row in screen.figures("gains").values()} == {"không khác"}
    assert "chính là phương án không hỗ trợ" in screen.page.inner_text("#headline")
    screen.choose("line-survey", "1")
    found = screen.figures("gains")["htx_active"]
    assert found[0] == "khó phân biệt" and "sai số nội suy" in found[4]
    assert "khó phân biệt" in screen.page.inner_text("#headline")


def test_it_loads_nothing_and_breaks_no_rule_of_its_policy(screen):
    screen.choose("line-market", "10")
    assert set(screen.requests) == {screen.path}
    assert screen.complaints == []


def test_moving_a_slider_by_keyboard_changes_the_figures(screen):
    before = screen.figures()
    screen.page.focus("#line-establishment")
    screen.page.keyboard.press("End")
    after = screen.figures()
    assert figure(after["htx_active"][0]) > figure(before["htx_active"][0])
    assert screen.page.input_value("#plan") == ""


def test_a_plan_started_from_keeps_its_exact_money(screen):
    assert "3,075" in screen.page.inner_text("#money-establishment")
    assert "12,3\u25cb tỷ đồng" in screen.page.inner_text("#fund")


def test_every_lever_has_a_name_and_says_its_value(screen):
    levers = screen.page.query_selector_all("#levers input, #levers select")
    assert len(levers) == 7 and all(lever.get_attribute("aria-label") for lever in levers)
    assert "tỷ đồng" in screen.page.get_attribute("#line-survey", "aria-valuetext")


def test_money_beyond_experience_is_marked_for_review(screen):
    assert not screen.page.is_visible("#review")
    screen.choose("line-survey", screen.page.get_attribute("#line-survey", "max"))
    assert "CẦN XEM LẠI" in screen.page.inner_text("#review")


def test_each_figure_has_its_range_error_and_grade_and_each_chart_its_words(screen):
    assert all(len(row) == 5 and row[4] in "ABCDE" for row in screen.figures().values())
    words = [node.get_attribute("aria-label") for node in screen.page.query_selector_all(".chart")]
    assert len(words) == 4 and all("80 %" in text for text in words)
    assert screen.page.locator(".chart svg").count() == 4


def test_it_fits_a_phone_and_an_e_mail(browser, emulators, tmp_path):
    html = emulators[1]
    assert len(html.encode()) < explore.settings()["most_bytes"]
    phone = show(browser, html, tmp_path, width=390)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_text_of_a_world_never_becomes_code(browser, emulators, knowledge, tmp_path):
    found = emulators[0][0]
    label = {"vi": PAYLOAD, "en": PAYLOAD}
    world = replace(found.scenario.world, label=label, description=label)
    plan = replace(found.scenario.plan, label=label)
    spoilt = replace(found, scenario=replace(found.scenario, world=world, plan=plan))
    grades = {world.slug: {"htx_active": PAYLOAD}}
    html = explorer(
        [spoilt], grades, [spoilt.scenario], gain_grades=grades, lang="vi", settings=explore.settings(),
        province=replace(knowledge.province, label=label),
    )  # fmt: skip
    screen = show(browser, html, tmp_path)
    assert screen.page.evaluate("window.ran") is None
    assert screen.page.evaluate("document.images.length") == 0 and screen.complaints == []
    assert PAYLOAD in screen.page.inner_text("#figures") and PAYLOAD in screen.page.inner_text("#gains")


def test_the_policy_names_one_script_and_no_way_to_make_more(emulators):
    html = emulators[1]
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy and "unsafe-eval" not in policy.group(1)
    assert "sha256-" in policy.group(1) and policy.group(1).startswith("default-src &#39;none&#39;")
    assert "usermeta" not in html.split('id="lattice"')[1].split("</script>")[0]
    assert html.count("<script") == 2


def test_axe_finds_nothing_serious(screen):
    axe = pytest.importorskip("axe_playwright_python")
    screen.page.evaluate(files(axe).joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = screen.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
