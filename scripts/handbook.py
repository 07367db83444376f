"""Build guide, tutorials, API, recipes, model and decisions as one offline site: ``make site [ARGS=FOLDER]``.

MkDocs with its own theme, whose fonts and scripts lie in the site: nothing is loaded from elsewhere, and pages
open from a folder, a memory stick or a mail without a server. Tutorials are run here, so that what they show is
what they do now.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DOCS, TUTORIALS, DEFAULT = ROOT / "docs", ROOT / "tutorials", ROOT / ".cache" / "site"
TITLE = "coopsim"
#: Where a tutorial lies in the site.
PLACES = {"chuyen_vien_vi": "vi/tutorial.md", "analyst_en": "en/tutorial.md"}
#: Folders of the repository outside of `docs` that pages name: told as text, since the site does not hold them.
_OUTSIDE = re.compile(r"\[([^\]]+)\]\((\.\./(?!vi/|en/|images/|decisions/|model\.md|architecture\.md)[^)]*|[^)]*/)\)")
_VEGALITE = "application/vnd.vegalite.v5+json"
_STYLE = """table{display:block;overflow-x:auto;width:auto}th,td{padding:.2em .6em;border-bottom:1px solid #ccc}
pre.shown{background:none;border:0;border-left:3px solid #ccc}figure svg{max-width:100%;height:auto}"""


def navigation() -> list[dict[str, Any]]:
    """What stands in the menu: one tree a language, then what there is in English alone."""
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    return [
        {"Tiếng Việt": [
            {"Mở đầu": "index.md"}, {"Hướng dẫn sử dụng": "vi/guide.md"}, {"Giờ đầu tiên": "vi/tutorial.md"},
            {"Thẻ mô hình": "vi/model-card.md"}, {"Giả định": "vi/assumptions.md"}, {"Tham số": "vi/parameters.md"},
            {"Python (tiếng Anh)": "en/api.md"}, {"Mô hình (tiếng Anh)": "model.md"},
        ]},
        {"English": [
            {"Guide": "en/guide.md"}, {"A first hour": "en/tutorial.md"}, {"API": "en/api.md"},
            {"Recipes": "en/recipes.md"}, {"Model card": "en/model-card.md"}, {"Assumptions": "en/assumptions.md"},
            {"Parameters": "en/parameters.md"},
        ]},
        {"Model": [{"The model": "model.md"}, {"The house": "architecture.md"}]},
        {"Decisions": [{_heading(path): f"decisions/{path.name}"} for path in decisions]},
    ]  # fmt: skip


def build(target: Path, **parameters: Any) -> Path:
    """Write the site anew; returns its first page.

    Parameters
    ----------
    parameters : of the tutorials, other than they declare
    """
    from mkdocs.commands.build import build as built
    from mkdocs.config import load_config

    with tempfile.TemporaryDirectory() as name:
        sources = Path(name) / "docs"
        _gather(sources, parameters)
        settings = {
            "site_name": TITLE, "docs_dir": str(sources), "site_dir": str(target), "nav": navigation(),
            "theme": {"name": "mkdocs", "highlightjs": False, "user_color_mode_toggle": False, "locale": "en"},
            "plugins": [], "use_directory_urls": False, "extra_css": ["coopsim.css"], "strict": True,
            "markdown_extensions": ["tables", "fenced_code", "toc", "sane_lists", "md_in_html"],
            "validation": {"links": {"anchors": "ignore", "unrecognized_links": "warn"}},
        }  # fmt: skip
        built(load_config(config_file=_empty(Path(name)), **settings))
    for left in ("sitemap.xml", "sitemap.xml.gz", "404.html"):  # for servers: they hold absolute addresses
        (target / left).unlink(missing_ok=True)
    return target / "index.html"


def _empty(folder: Path) -> str:
    """A settings file; everything is given in code."""
    path = folder / "mkdocs.yml"
    path.write_text(f"site_name: {TITLE}\n", encoding="utf-8")
    return str(path)


def _gather(sources: Path, parameters: dict[str, Any]) -> None:
    """Everything the site is made of, in one folder."""
    shutil.copytree(DOCS, sources)
    for notebook, place in PLACES.items():
        (sources / place).write_text(rendered(TUTORIALS / f"{notebook}.ipynb", **parameters), encoding="utf-8")
    (sources / "coopsim.css").write_text(_STYLE, encoding="utf-8")
    (sources / "index.md").write_text(_first_page(), encoding="utf-8")
    for path in sources.rglob("*.md"):
        text = _OUTSIDE.sub(r"\1", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")


def _first_page() -> str:
    """Where to begin, in both languages, by the words of the menu."""
    lines = [f"# {TITLE}\n"]
    for tree in navigation()[:2]:
        for lang, pages in tree.items():
            lines.append(f"## {lang}\n")
            named = [(name, place) for page in pages for name, place in page.items() if place != "index.md"]
            lines += [f"- [{name}]({place})" for name, place in named] + [""]
    return "\n".join(lines)


def _heading(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ").strip()


# -- A notebook as a page --------------------------------------------------------------------------


def executed(notebook: Path, **parameters: Any) -> Any:
    """A notebook run in an empty folder, with other parameters where they are given."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(notebook, as_version=4)
    at = next(place for place, cell in enumerate(book.cells) if "parameters" in cell.metadata.get("tags", ()))
    if parameters:
        given = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
        book.cells.insert(at + 1, nbformat.v4.new_code_cell(given))
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(book, timeout=300, resources={"metadata": {"path": folder}}).execute()
    return book


def rendered(notebook: Path, **parameters: Any) -> str:
    """A notebook as markdown: words, code and what each cell showed; charts as pictures without a script."""
    parts: list[str] = []
    for cell in executed(notebook, **parameters).cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.cell_type == "code":
            parts += [f"```python\n{cell.source}\n```", *(shown for one in cell.outputs for shown in _shown(one))]
    return "\n\n".join(parts) + "\n"


def _shown(output: Any) -> Iterator[str]:
    """One output as markup."""
    if output.output_type == "stream":
        if output.name == "stdout":
            yield _block(output.text)
        return
    data = output.get("data", {})
    if _VEGALITE in data:
        import vl_convert

        yield f"<figure>{_one_line(vl_convert.vegalite_to_svg(data[_VEGALITE]))}</figure>"
    elif "<table" in data.get("text/html", ""):
        html = re.sub(r"<style.*?</style>", "", data["text/html"], flags=re.DOTALL)
        yield f"<div>{_one_line(html)}</div>"
    elif "text/plain" in data:
        yield _block(data["text/plain"])


def _block(text: str) -> str:
    return f'<pre class="shown">{escape(text.rstrip())}</pre>'


def _one_line(markup: str) -> str:
    """Markup that markdown takes as one block."""
    return " ".join(markup.split())


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    print(build(folder.resolve()))
