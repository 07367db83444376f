"""Whatever a person writes stays text: on pages, in notebooks, in code, in paths."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from sim.analysis.answer import Range
from sim.domain import InputError, Problem
from sim.inputs.scenarios import load_scenario
from sim.inputs.text import DATA_VARIABLE
from sim.inputs.yaml import load_catalogue
from sim.report.pages import sections
from sim.report.print import (
    LANGUAGES,
    FanRows,
    Point,
    RangeRow,
    check_page,
    el,
    fan_chart,
    page,
    parse,
    planned_words,
    range_chart,
    svg,
)
from sim.run import cells, filled, page_stem
from tests.browser.offline import Opened, opened
from tests.security.hostile import hostile_data
from tests.security.payloads import ALL, CONTROL, PAYLOADS
from tests.support import notebook_pages

DRAWS = 128
#: A world with overrides first: its page shows reasons too.
SCENARIOS = ("fund-12.3--weak-markets", "no-support", "fund-12.3", "market-first")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def asked(lang: str) -> dict[str, Any]:
    """What every page is asked, with payloads in what a run adds: slugs, labels, reasons, notices."""
    states = [{"slug": slug, "page": f"{slug}.html", "state": "ok", "reason": "", "label": slug} for slug in SCENARIOS]
    for place, text in enumerate(ALL):
        other = ALL[place - 1]
        label = {"vi": text, "en": text}
        states.append({"slug": text, "page": "", "state": "invalid", "reason": other, "label": label})
    return {"scenarios": list(SCENARIOS), "draws": DRAWS, "lang": lang, "states": states,
            "notices": [["fail", text] for text in ALL], "hashes": {"code": ALL[0]}}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Iterator[Path]:
    """A data folder with a payload in every free text, taken as the data root."""
    folder = tmp_path_factory.mktemp("hostile") / "data"
    assert hostile_data(folder) > 10 * len(ALL)
    patch = pytest.MonkeyPatch()
    patch.setenv(DATA_VARIABLE, str(folder))
    cells._known.cache_clear()
    yield folder
    patch.undo()
    cells._known.cache_clear()


@pytest.fixture(scope="module")
def seen_in_notebooks(hostile) -> notebook_pages.Shown:
    """What every notebook shows of that folder; the notebooks are found, not listed."""
    return notebook_pages.all_shown(asked("vi"))


@pytest.fixture(scope="module")
def pages(seen_in_notebooks, tmp_path_factory) -> dict[str, Path]:
    """Every page kind made from it."""
    return notebook_pages.write_pages(tmp_path_factory.mktemp("pages"), seen_in_notebooks, "vi")


def assert_inert(seen: Opened, folder: Path) -> None:
    """Nothing ran, nothing was asked for, nothing had to be refused, also after everything was used."""
    hrefs = seen.touch()
    assert seen.ran() == []
    assert seen.requests == []
    assert seen.refusals == []
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+\.html(#[\w.-]+)?", href) for href in hrefs), hrefs


def test_there_are_enough_payloads_of_every_class():
    assert len(set(ALL)) == len(ALL) >= 60
    assert all(len(texts) >= 5 for texts in PAYLOADS.values())


def test_every_page_kind_is_inert_in_a_browser_without_network(pages, browser):
    assert len(pages) >= 5
    for path in pages.values():
        with opened(browser, path) as seen:
            assert_inert(seen, path.parent)


def test_every_payload_was_there_to_be_read(pages):
    text = " ".join(_squeezed(parse(path.read_text(encoding="utf-8")).content) for path in pages.values())
    assert [payload for payload in ALL if _squeezed(payload) not in text] == []


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_payload_stays_text_in_titles_charts_and_cells(tmp_path, browser):
    bands = [Range("", year, "", 3, 1, 2, 3, 4, 5, 0) for year in (2024, 2025)]
    fan = FanRows([Point(2023, 1, True)], bands, (ALL[0], ALL[1], ALL[2]), [(2.0, text) for text in ALL])
    pictures = [range_chart([RangeRow(text, 1, 0, 2, text) for text in ALL]), fan_chart(fan)]
    failed = [sections.FailedScenario(text, text, text) for text in ALL]
    parts = [
        el("h1", planned_words(ALL[0])),
        *(el("h2", planned_words(text), title=text) for text in ALL),
        el("div", "◐", *(svg(picture, "vi", alt=" ".join(ALL), prefix=f"p{place}") for place, picture in
                         enumerate(pictures)), data_mark="model"),
        sections.failures(failed),
    ]  # fmt: skip
    path = tmp_path / "bench.html"
    path.write_text(page(ALL[5], parts), encoding="utf-8")
    with opened(browser, path) as seen:
        assert_inert(seen, tmp_path)
        assert seen.page.title() == ALL[5]
        heard = seen.page.evaluate("() => [...document.querySelectorAll('svg')].map(e => e.getAttribute('aria-label'))")
        assert heard == [" ".join(ALL)] * len(pictures)


@pytest.mark.parametrize("text", [texts[0] for texts in PAYLOADS.values()])
def test_a_window_title_is_the_text_itself(text: str):
    html = page(text, [el("h1", "x")])
    check_page(html)
    assert next(node for node in parse(html).walk() if node.tag == "title").content == text


def test_the_browser_notices_a_page_that_is_not_safe(tmp_path, browser):
    """The negative control: without escaping, gate and policy the same texts run, load and follow."""
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    script, handler, link, style = (PAYLOADS[name][0] for name in ("script", "handler", "link", "style"))
    bodies = {
        "script": script, "handler": handler, "link": link, "style": style, "svg": PAYLOADS["svg"][0],
        "refused": policy + script + style, "leaves": PAYLOADS["link"][5],
    }  # fmt: skip
    found = {}
    for name, body in bodies.items():
        path = tmp_path / f"{name}.html"
        path.write_text(f"<!doctype html><meta charset=utf-8>{body}", encoding="utf-8")
        with opened(browser, path) as seen:
            before = seen.ran()
            seen.touch()
            found[name] = bool(before), bool(seen.ran()), bool(seen.requests), bool(seen.refusals)
    assert all(found[name][0] for name in ("script", "handler", "svg"))
    assert found["link"][:2] == (False, True), "a link runs only when it is clicked"
    assert found["style"][2] and found["leaves"][2]
    assert found["refused"] == (False, False, False, True)


def test_an_executed_notebook_shown_without_any_policy_is_inert(seen_in_notebooks, tmp_path, browser):
    """nbconvert keeps what cells showed as it is: there is no gate and no policy behind it."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic")
    for notebook, bundles in seen_in_notebooks.items():
        path = tmp_path / f"{notebook}.html"
        path.write_text(_converted(exporter, bundles), encoding="utf-8")
        with opened(browser, path) as seen:
            seen.touch()
            assert (seen.ran(), seen.requests) == ([], []), notebook


def _converted(exporter: Any, bundles: Sequence[dict[str, Any]]) -> str:
    import nbformat

    outputs = [nbformat.v4.new_output("display_data", data) for data in bundles]
    cell = nbformat.v4.new_code_cell(json.dumps(asked("vi"), ensure_ascii=False), outputs=outputs)
    body, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    return f"<!doctype html><meta charset=utf-8><title>x</title>{body}"


def test_characters_nobody_can_see_are_refused_where_text_is_read(tmp_path):
    for place, text in enumerate(CONTROL):
        path = tmp_path / f"mine-{place}.yaml"
        lines = [f'slug: "mine-{place}"', f'label: {{vi: "{text}", en: "x"}}', 'plan: "fund-12.3"', 'world: "central"']
        path.write_bytes("\n".join([*lines, "horizon: 2030", ""]).encode("utf-8"))
        with pytest.raises(InputError) as refusal:
            load_scenario(str(path))
        assert all(problem.key.endswith("_character") or "yaml" in problem.key for problem in refusal.value.problems)


def test_a_name_never_becomes_a_path_outside_or_a_key(tmp_path):
    stems = {page_stem(text) for text in (*ALL, *CONTROL)}
    assert len(stems) == len(ALL) + len(CONTROL)
    assert all(_SLUG.fullmatch(stem) and (tmp_path / stem).resolve().parent == tmp_path.resolve() for stem in stems)
    for text in ALL:
        with pytest.raises(InputError):
            load_scenario(text)
        with pytest.raises(InputError):
            cells.read({"__annotations__": {"scenario": str}, "scenario": text})
        with pytest.raises(InputError):
            cells.read({"__annotations__": {"for_report": str}, "for_report": json.dumps({text: "x"})})


def test_parameters_reach_a_notebook_as_literals_and_nothing_else():
    """What Papermill writes into a notebook are assignments of literals that read back unchanged, ours and a user's."""
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    path = notebook_pages.NOTEBOOKS / "02_scenario_report.ipynb"
    for text in [*ALL, *CONTROL, "'''\\\"\"\"\n#"]:
        asked = {"scenario": text, "lang": text, "draws": 64, "notices": [[text, text]], text: text}
        what = filled(path, asked, token=text, folder=text)
        assert set(what) == {"scenario", "lang", "draws", "for_report"}
        done = parameterize_notebook(load_notebook_node(str(path)), what)
        source = next(cell.source for cell in done.cells if "injected-parameters" in cell.metadata.get("tags", ()))
        body = ast.parse(source).body
        assert {type(node) for node in body} == {ast.Assign}
        assert {node.targets[0].id: ast.literal_eval(node.value) for node in body} == what


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("turn", [17, 41, 67])
def test_every_page_kind_is_inert_whatever_text_stands_where(turn: int, tmp_path, browser, monkeypatch):
    """The same with payloads in other places, so that each reaches titles, charts, tables and notes."""
    hostile_data(tmp_path / "data", turn=turn)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    cells._known.cache_clear()
    for lang in LANGUAGES:
        shown = notebook_pages.all_shown(asked(lang))
        for path in notebook_pages.write_pages(tmp_path / lang, shown, lang).values():
            with opened(browser, path) as seen:
                assert_inert(seen, path.parent)
    cells._known.cache_clear()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("command", ["\x1b[31m", "\x1b]0;x\x07", "\x9b2J", "\x08\x08", "\u202e", "\r"])
@pytest.mark.parametrize("field", ["place", "suggestion", "allowed", "file"])
def test_nothing_in_a_refusal_commands_a_terminal(lang, command, field):
    told = load_catalogue(lang).describe(Problem("unknown_key", {"key": command}, **{field: f"k{command}y"}))
    assert command not in told and f"\\u{ord(command[0]):04x}" in told
