"""An analyst's own notebook is a page, a PDF and a Word file; what no page may hold is refused by its cell."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

import sim
from sim.cli import main
from sim.domain import InputError
from sim.inputs.yaml import load_catalogue
from sim.report.pages import Refused, own_sections
from sim.run import Ending, new_notebook
from tests.security.payloads import ALL, CONTROL
from tests.support.tiny_report import tiny_report

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 16).decode()


def executed(*cells: dict[str, Any]) -> dict[str, Any]:
    """A notebook as it is after its run."""
    return {"cells": [{"metadata": {}, "outputs": [], **cell} for cell in cells]}


def code(**data: Any) -> dict[str, Any]:
    """A code cell that shows something under MIME types (slashes written as double underscores)."""
    shown = {name.replace("__", "/"): value for name, value in data.items()}
    return {"cell_type": "code", "source": "", "outputs": [{"output_type": "display_data", "data": shown}]}


def markdown(text: str, **more: Any) -> dict[str, Any]:
    """A markdown cell."""
    return {"cell_type": "markdown", "source": text, **more}


def sections(*cells: dict[str, Any], everything: bool = True) -> str:
    """The markup of cells."""
    return "".join(html for _, html in own_sections(executed(*cells), "vi", everything=everything))


def test_frames_charts_pictures_markdown_and_text_become_parts_of_a_page() -> None:
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["<b>x</b>", "y"]})
    chart = alt.Chart(frame).mark_bar().encode(x="b:N", y="a:Q").to_dict()
    shown = sections(
        code(text__html=frame._repr_html_(), text__plain="…"),
        code(**{"application/vnd.vegalite.v5+json": chart}),
        code(image__png=PIXEL),
        markdown(
            "## Câu hỏi 1\n\nMột **đậm**, [liên kết](https://example.org/a)\n\n- 81 HTX\n\n"
            "| a | b |\n|---|---|\n| 1 | 2 |"
        ),
        {
            "cell_type": "code",
            "source": "",
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "3 dòng\n<x>"}],
        },
    )
    assert "&lt;b&gt;x&lt;/b&gt;" in shown and "<td>2.5</td>" in shown
    assert "<svg" in shown and f"data:image/png;base64,{PIXEL}" in shown
    assert "<h2>Câu hỏi 1</h2>" in shown and "<strong>đậm</strong>" in shown and 'rel="noreferrer"' in shown
    assert "<li><span>81 HTX</span></li>" in shown and shown.count("<table") == 2
    assert "<code>3 dòng<br>&lt;x&gt;</code>" in shown
    assert shown.count(load_catalogue("vi").text("report.own_note")) == 1


@pytest.mark.parametrize(
    "cell",
    [
        code(text__html="<script>alert(1)</script>"),
        code(text__html="<table><tr><td><img src=x onerror=alert(1)></td></tr></table>"),
        code(text__html="<p>21 HTX</p>"),
        code(text__html="<table></table><table></table>"),
        code(**{"image/svg+xml": "<svg onload='alert(1)'/>"}),
        code(**{"application/javascript": "alert(1)"}),
        code(**{"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}),
        code(**{"application/vnd.vegalite.v5+json": {"data": {"url": "http://example.org/a.csv"}, "mark": "bar"}}),
        code(**{"application/vnd.vegalite.v5+json": {"mark": "no such mark", "data": {"values": []}}}),
        markdown("<script>alert(1)</script>"),
        markdown("a <b onclick='x'>b</b>"),
        markdown("![x](https://example.org/x.png)"),
    ],
)
def test_what_no_page_may_hold_is_refused_by_its_cell(cell: dict[str, Any]) -> None:
    """Counted as whoever wrote it counts: the cell Papermill puts in is none of theirs."""
    injected = {"cell_type": "code", "source": "", "metadata": {"tags": ["injected-parameters"]}}
    with pytest.raises(Refused) as refused:
        sections(markdown("# a"), injected, cell)
    assert refused.value.cell == 2


def test_no_payload_becomes_markup() -> None:
    """Whatever stands in markdown, frames or printed text is text, or refused."""
    for text in [*ALL, *CONTROL]:
        printed = {
            "cell_type": "code",
            "source": "",
            "outputs": [{"output_type": "stream", "name": "stdout", "text": text}],
        }
        for cell in (markdown(text), printed, code(text__html=text), code(text__plain=text), code(text__markdown=text)):
            try:
                shown = sections(cell)
            except Refused:
                continue
            assert "<script" not in shown.lower() and "onerror=" not in shown.replace("&#34;", "").split("<p")[0]


def test_markdown_of_a_shipped_notebook_is_shown_where_it_is_tagged() -> None:
    assert sections(markdown("Câu hỏi của ô"), everything=False) == ""
    assert "Ghi chú" in sections(markdown("Ghi chú", metadata={"tags": ["page"]}), everything=False)


def notebook(path: Path, *sources: str) -> Path:
    """A notebook without a cell of parameters, as somebody else's are."""
    cells = [nbformat.v4.new_markdown_cell("# Của tôi"), *(nbformat.v4.new_code_cell(source) for source in sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_a_starter_and_a_plain_notebook_become_pages_and_a_bad_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert new_notebook("mine").exists()
    with pytest.raises(InputError):
        new_notebook("mine")
    notebook(tmp_path / "plain.ipynb", "import pandas as pd\npd.DataFrame({'n': [1]})")
    notebook(tmp_path / "bad.ipynb", "1 + 1", "from IPython.display import HTML\nHTML('<p>x</p>')")
    asked = [
        "report",
        "no-support",
        "-o",
        "out",
        "--draws",
        "64",
        "--only",
        "page",
        "--formats",
        "docx",
        "--lang",
        "en",
    ]
    for name in ("mine", "plain", "bad"):
        asked += ["--notebook", f"{name}.ipynb"]
    assert main(asked) == 1
    told = capsys.readouterr()
    assert "cell 3" in told.out + told.err
    out = tmp_path / "out"
    assert {path.name for path in out.glob("*.html")} == {"no-support.html", "mine.html", "plain.html"}
    assert "<svg" in (out / "mine.html").read_text(encoding="utf-8")
    assert 'href="mine.html"' in (out / "no-support.html").read_text(encoding="utf-8")
    assert zipfile.is_zipfile(out / "plain.docx")
    assert main(["verify", "out"]) == 0
    record = json.loads((out / "record.json").read_text(encoding="utf-8"))
    assert "mine.html" in record["outputs"]
    # Nothing has changed: nothing runs again. A changed notebook runs alone.
    capsys.readouterr()
    notebook(tmp_path / "plain.ipynb", "import pandas as pd\npd.DataFrame({'n': [2]})")
    main(asked)
    assert "<td>2</td>" in (out / "plain.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": [{"cell_type": "x", "source": ""}]}'])
def test_a_file_that_is_no_notebook_is_refused(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(content, encoding="utf-8")
    assert main(["report", "no-support", "-o", str(tmp_path / "out"), "--notebook", str(path)]) == 2
    assert "x.ipynb" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_bar_of_a_report_knows_how_much_will_end(tmp_path: Path) -> None:
    """As many parts end as were announced: pages, one's own notebooks and files, also when most of it stands."""
    notebook(tmp_path / "plain.ipynb", "1 + 1")
    for formats in (("html",), ("html", "docx"), ("html", "docx")):
        ended, announced = list[Ending](), list[int]()
        tiny_report(
            tmp_path / "out", on_end=ended.append, on_more=announced.append, scenarios=("fund-12.3", "no-support"),
            formats=formats, notebooks=(tmp_path / "plain.ipynb",),
        )  # fmt: skip
        assert len(ended) == sum(announced) > 0


def test_a_notebook_sent_on_names_no_folder_user_or_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made whole or left unfinished: what Papermill noted down, what a cell printed, what a traceback shows."""
    home = tmp_path / "home" / "nguyen-van-x"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    notebook(home / "plain.ipynb", "from pathlib import Path\nprint(Path.home() / 'a', Path.cwd())")
    notebook(home / "broken.ipynb", "from pathlib import Path", "raise ValueError(str(Path.home()))")
    made = (home / "plain.ipynb", home / "broken.ipynb")
    tiny_report(home / "out", scenarios=("no-support",), notebooks=made)
    sent = [*(home / "out" / "notebooks").glob("*.ipynb"), *(home / "out" / "failed").glob("*.ipynb")]
    assert {path.stem for path in sent} >= {"no-support", "plain", "broken", "index"}
    for path in sent:
        text = path.read_text(encoding="utf-8")
        nbformat.validate(nbformat.reads(text, as_version=4))
        for trace in (str(tmp_path), "nguyen-van-x", "token", "for_report =", str(Path(sim.__file__).parents[1])):
            assert trace not in text, (path.name, trace)
