"""Generated pages are what the data say now, and the model card stays short."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import sim
from sim.domain import INDICATORS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Every generated page as it would be written now."""
    spec = importlib.util.spec_from_file_location("docs_script", ROOT / "scripts" / "docs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def test_no_generated_page_is_stale(pages):
    stale = [name for name, text in pages.items() if (ROOT / "docs" / name).read_text(encoding="utf-8") != text]
    assert not stale, f"run `make docs`: {stale}"


def test_there_is_one_of_each_in_both_languages(pages):
    names = {"assumptions.md", "parameters.md", "model-card.md"}
    assert set(pages) == {f"{lang}/{name}" for lang in ("vi", "en") for name in names} | {"en/api.md"}


def test_the_page_of_the_api_has_every_public_name_with_what_it_does(pages):
    page = pages["en/api.md"]
    for name in set(sim.__all__) - {"__version__"}:
        assert f"`sim.{name}`\n" in page
    for method in ("Result.summary", "Result.values", "Result.tidy", "Result.plot", "Plan.split", "Plan.with_money",
                   "Scenario.with_world", "Scenario.with_plan"):  # fmt: skip
        assert f"### `{method}`\n" in page
    entries = re.split(r"^#{2,3} `", page, flags=re.M)[1:]
    told = {entry.split("`")[0]: re.sub(r"```.*?```", "", entry.partition("\n")[2], flags=re.S) for entry in entries}
    bare = [name for name, text in told.items() if not text.strip()]
    assert not bare, f"without a docstring: {bare}"
    assert "object at 0x" not in page and "/" + "work" not in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_model_card_fits_two_pages_and_says_what_it_has_not(pages, lang):
    card = pages[f"{lang}/model-card.md"]
    assert len(card.split()) <= 900
    assert "chưa có" in card


def test_every_assumption_is_in_the_register(pages, knowledge):
    assert all(f"`{key}`" in pages["en/assumptions.md"] for key in knowledge.register)


def test_every_computed_indicator_has_its_formula_on_the_model_page():
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    for row in INDICATORS:
        assert bool(row.formula) == bool(row.made_of or row.part_of), row.id
        assert not row.formula or f"| `{row.id}` | {row.formula} |" in page


def test_every_section_of_the_model_page_that_is_cited_is_there():
    sections = set(re.findall(r"^## (\d+)\.", (ROOT / "docs" / "model.md").read_text(encoding="utf-8"), re.M))
    texts = [path.read_text(encoding="utf-8") for room in ("sim", "tests") for path in (ROOT / room).rglob("*.py")]
    cited = {number for text in texts for number in re.findall(r"docs/model\.md section (\d+)", text)}
    assert cited and cited <= sections


#: Pages that say where things are.
_GUIDES = ["docs/architecture.md", "CONTRIBUTING.md", "data/README.md", "docs/model.md"]
_ROOMS = ("benchmarks", "data", "docs", "notebooks", "scripts", "sim", "tests", "tutorials")
_PATH = re.compile(r"`([a-z_][a-z0-9_./-]*[.](?:css|csv|html|ipynb|js|json|jsonl|md|py|toml|yaml))`")


def missing_paths(page: str, there: set[str]) -> set[str]:
    """Paths a page names, whole or from some folder on, that no file has."""
    ends = {"/".join(path.split("/")[place:]) for path in there for place in range(path.count("/") + 1)}
    return set(_PATH.findall(page)) - ends


@pytest.mark.parametrize("guide", _GUIDES)
def test_every_path_a_guide_names_is_there(guide):
    found = [*ROOT.glob("*.*"), *(path for room in _ROOMS for path in (ROOT / room).rglob("*.*"))]
    there = {path.relative_to(ROOT).as_posix() for path in found}
    text = (ROOT / guide).read_text(encoding="utf-8")
    assert _PATH.search(text) and not missing_paths(text, there)
    assert missing_paths(f"{text} `sim/run/gone.py`", there) == {"sim/run/gone.py"}
