"""Tutorials run as they stand, recipes work with the tools they name, and the site loads nothing from elsewhere."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from scripts import handbook

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = sorted((ROOT / "tutorials").glob("*.ipynb"))
#: {tag: attribute} whose address a browser loads by itself; a link is followed by a reader alone.
LOADED = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "object": "data", "use": "href"
}  # fmt: skip
_IN_STYLES = re.compile(r"(?:url\(|@import\s+)\s*['\"]?((?:https?:)?//[^'\")]+)")


class Addresses(HTMLParser):
    """What a page loads, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get(LOADED.get(tag, "")):
            self.loaded.append(given[LOADED[tag]])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])


def outside(text: str, *, page: bool) -> list[str]:
    """Addresses of other machines that a page or a style sheet loads by itself."""
    loaded = Addresses(text).loaded if page else []
    return [one for one in loaded if re.match(r"(?:[a-z]+:)?//", one)] + _IN_STYLES.findall(text)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, its tutorials run on few draws."""
    target = tmp_path_factory.mktemp("site")
    handbook.build(target, draws=256)
    return target


def code_cells(path: Path) -> Iterator[dict[str, Any]]:
    """The code of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    yield from (cell for cell in cells if cell["cell_type"] == "code")


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_is_made_of_short_cells_and_defines_nothing(path: Path) -> None:
    for cell in code_cells(path):
        source = "".join(cell["source"])
        assert cell["outputs"] == [] and cell["execution_count"] is None
        assert len([line for line in source.splitlines() if line.strip()]) <= 10, source
        found = ast.walk(ast.parse(source.rstrip(";")))
        assert not [node for node in found if isinstance(node, (ast.FunctionDef, ast.ClassDef))]


@pytest.mark.slow
def test_the_site_holds_both_languages_with_what_tutorials_showed(site: Path) -> None:
    assert {path.stem for path in TUTORIALS} == set(handbook.PLACES)
    for place in handbook.PLACES.values():
        text = (site / place).with_suffix(".html").read_text(encoding="utf-8")
        assert text.count("<svg") >= 2, "charts"
        assert "<table" in text and "Traceback" not in text and "F66" in text
    for name in ("vi/guide", "en/guide", "en/api", "en/recipes", "model", "architecture", "index"):
        assert (site / f"{name}.html").exists()
    assert len(list((site / "decisions").glob("*.html"))) == len(list((ROOT / "docs" / "decisions").glob("*.md")))


@pytest.mark.slow
def test_the_site_loads_nothing_from_elsewhere_and_its_links_lead_somewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 25
    for path in [*pages, *site.rglob("*.css")]:
        assert not outside(path.read_text(encoding="utf-8"), page=path.suffix == ".html"), path
    for page in pages:
        found = Addresses(page.read_text(encoding="utf-8"))
        for address in {*found.loaded, *found.links}:
            parts = urlsplit(address)
            if not parts.scheme and not parts.netloc and parts.path:
                assert (page.parent / unquote(parts.path)).exists(), (page.name, address)
    told = "".join(path.read_text(encoding="utf-8", errors="ignore") for path in pages)
    assert str(ROOT) not in told


@pytest.mark.slow
@pytest.mark.browser
def test_opened_from_a_folder_without_network_a_page_asks_for_nothing_else(site: Path, browser: Any) -> None:
    context = browser.new_context(offline=True)
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for place in ("index.html", "vi/tutorial.html", "en/api.html"):
        page.goto((site / place).as_uri())
        page.wait_for_timeout(200)
        assert page.locator("h1").first.is_visible()
    context.close()
    assert asked and not [one for one in asked if not one.startswith((site.as_uri(), "data:"))]


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ('<script src="https://cdn.example/x.js"></script>', True),
        ('<link rel="stylesheet" href="//fonts.example/x.css">', True),
        ("<style>@import 'https://fonts.example/x'</style>", True),
        ("a{background:url(https://x.example/a.png)}", False),
    ],
)
def test_an_outside_address_would_be_found(text: str, page: bool) -> None:
    assert outside(text, page=page)
    assert not outside('<a href="https://example.org">x</a><img src="a.png">', page=True)


def blocks() -> list[str]:
    """Code of the recipes, in order."""
    text = (ROOT / "docs" / "en" / "recipes.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.slow
def test_recipes_run_one_after_the_other_in_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    checks = """
assert indices["ST"][LINES.index("establishment")] > 0
assert (experiments.assign(**outcomes).groupby(["market", "world"]).revenue.nunique() == 1).all()
assert set(iamc.columns) == {"model", "scenario", "region", "variable", "unit", "year", "value"}
assert set(found) == {"no-support", "fund-12.3", "market-first"} and found["fund-12.3"] > found["no-support"]
import pathlib
written = "no-support.ipynb", "market-first.ipynb", "htx.svg", "iamc.csv"
assert all(pathlib.Path(name).stat().st_size for name in written)
"""
    (tmp_path / "recipes.py").write_text("\n".join([*blocks(), checks]), encoding="utf-8")
    env = {**os.environ, "COOPSIM_DATA": str(ROOT / "data")}
    done = subprocess.run([sys.executable, "recipes.py"], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_model_for_ema_workbench_takes_ten_lines() -> None:
    (block,) = [block for block in blocks() if "ema_workbench" in block]
    around = "from ", "print", "with ", "    exp"
    assert len([line for line in block.splitlines() if line.strip() and not line.startswith(around)]) <= 10
