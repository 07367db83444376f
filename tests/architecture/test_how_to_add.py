"""The lists of docs/architecture.md are whole: three of the changes are made in a copy, only in the files they name."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "architecture.md"
COPIED = ("sim", "data", "notebooks", "pyproject.toml", "requirements.lock")


def files_named(title: str) -> str:
    """The list of docs/architecture.md below a bold title that is marked as proved."""
    guide = GUIDE.read_text(encoding="utf-8")
    return guide.split(f"**{title}** ✓", 1)[1].split("\n**", 1)[0]


class Copy:
    """A copy of the program, changed only in files that a list names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)

    def change(self, named: str, path: str, old: str, new: str) -> None:
        """Put one text for another in a file, which the list must name."""
        shown = re.sub(r"(vi|en)\.yaml$", "{vi,en}.yaml", path) if "{vi,en}" in named else path
        assert shown in named, f"{path} is changed but docs/architecture.md does not name it"
        text = (self.folder / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old, text.count(old))
        (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *argv: str) -> str:
        """Run ``coopsim`` of the copy; its standard output."""
        own = {name: text for name, text in os.environ.items() if name not in ("COOPSIM_DATA", "PYTHONPATH")}
        done = subprocess.run(
            [sys.executable, "-m", "sim", *argv], cwd=self.folder, capture_output=True, text=True, timeout=240,
            env={**own, "PYTHONPATH": str(self.folder), "COLUMNS": "80"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "house")


def test_an_indicator_is_one_row_one_line_and_its_names(copy: Copy) -> None:
    named = files_named("An indicator")
    copy.change(
        named, "sim/domain/indicators.py", '    Indicator("tht_count", "THT", count=True',
        '    Indicator(\n        "htx_profit_total", "billion VND/yr", money=True, better=1,\n'
        '        made_of=("htx_profit", "htx_active"), formula="average x active / 1000",\n'
        "        places=Places(fans=9, compared=9),\n    ),\n"
        '    Indicator("tht_count", "THT", count=True',
    )  # fmt: skip
    copy.change(
        named, "sim/ensemble/results.py", '    "htx_revenue_total": lambda',
        '    "htx_profit_total": lambda average, active: average * active / domain.MILLION_PER_BILLION,\n'
        '    "htx_revenue_total": lambda',
    )  # fmt: skip
    for lang, name in (("vi", "Tổng lợi nhuận thử"), ("en", "Total profit tried")):
        path = f"data/labels/{lang}.yaml"
        old = re.search(r"^  htx_revenue_total: .*\n", (copy.folder / path).read_text("utf-8"), re.MULTILINE)
        assert old
        new = f'  htx_profit_total: "{name}"\n  short_htx_profit_total: "{name}"\n'
        copy.change(named, path, old.group(), old.group() + new)
    copy.run("report", "fund-12.3", "no-support", "-o", "out", "--draws", "64", "--formats", "xlsx", "--lang", "vi")
    with (copy.folder / "out" / "summary.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == "htx_profit_total"]
    assert {row["price_basis"] for row in rows} == {"nominal", "real_2023"} and len({row["year"] for row in rows}) == 8
    assert "Tổng lợi nhuận thử" in (copy.folder / "out" / "fund-12.3.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(copy.folder / "out" / "fund-12.3.xlsx", read_only=True)
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert "Tổng lợi nhuận thử" in cells


def test_a_page_section_is_a_function_its_two_names_a_cell_and_its_words(copy: Copy) -> None:
    named = files_named("A page section")
    module = copy.folder / "sim" / "report" / "pages" / "tried.py"
    assert "sim/report/pages/NAME.py" in named
    module.write_text(
        '"""A section that was added."""\n\nfrom markupsafe import Markup\n\n'
        "from sim.analysis.answer import ScenarioAnswer\nfrom sim.report.print import Wording, section\n\n\n"
        'def tried(answer: ScenarioAnswer, lang: str = "vi") -> Markup:\n'
        '    w = Wording(lang)\n    return section("tried", w.text("tried_title"), w.html("tried_text"))\n',
        encoding="utf-8",
    )
    copy.change(
        named, "sim/report/pages/sections.py", "\n__all__ = [\n",
        "from sim.report.pages.tried import tried\n\n__all__ = [\n",
    )  # fmt: skip
    copy.change(
        named, "sim/report/notebook.py", "money = _shown(_sections.money)\n",
        "money = _shown(_sections.money)\ntried = _shown(_sections.tried)\n",
    )  # fmt: skip
    notebook = "notebooks/02_scenario_report.ipynb"
    assert "`notebooks/NN_*.ipynb`" in named
    cells = json.loads((copy.folder / notebook).read_text(encoding="utf-8"))
    place = next(at for at, cell in enumerate(cells["cells"]) if "show.money" in "".join(cell["source"]))
    cells["cells"].insert(place + 1, {**cells["cells"][place], "id": "tried", "source": "show.tried(answer, ask.lang)"})
    (copy.folder / notebook).write_text(json.dumps(cells), encoding="utf-8")
    for lang in ("vi", "en"):
        path = f"data/labels/{lang}.yaml"
        new = 'report:\n  tried_title: "Mục thử"\n  tried_text: "Đoạn văn được thêm vào."\n'
        copy.change(named, path, "\nreport:\n", "\n" + new)
    copy.run("report", "fund-12.3", "-o", "out", "--draws", "64")
    page = (copy.folder / "out" / "fund-12.3.html").read_text(encoding="utf-8")
    assert 'id="tried"' in page and "Đoạn văn được thêm vào." in page


def test_a_command_is_an_entry_and_the_function_it_names(copy: Copy) -> None:
    named = files_named("A command")
    copy.change(
        named, "sim/cli/questions.py", "\nVERBS = (\n",
        '\nVERBS = (\n    Verb("tried", "thử · tried", (_SCENARIO,), "sim.cli.verbs:tried"),\n',
    )  # fmt: skip
    copy.change(
        named, "sim/cli/verbs.py", "\ndef check(",
        '\ndef tried(arguments: argparse.Namespace) -> int:\n    print("tried", arguments.scenario)\n    return 0\n\n\n'
        "def check(",
    )  # fmt: skip
    assert copy.run("tried", "fund-12.3") == "tried fund-12.3\n"
    assert "tried" in copy.run("--help") or "tried" in copy.run("tried", "--help")


def test_a_change_elsewhere_is_found(copy: Copy) -> None:
    with pytest.raises(AssertionError, match="does not name it"):
        copy.change(files_named("A command"), "sim/domain/plan.py", "LINES = ", "LINES = ")


def test_every_file_the_page_names_exists() -> None:
    guide = GUIDE.read_text(encoding="utf-8").replace("{vi,en}", "vi")
    named = set(re.findall(r"`((?:sim|data|docs|notebooks|tests)/[\w./*-]+)`", guide))
    missing = [
        name for name in sorted(named)
        if not any(sign in name for sign in ("NAME", "NN_", "SLUG")) and not list(ROOT.glob(name.rstrip("/")))
    ]  # fmt: skip
    assert named and not missing
    tops = ("sim", "data", "tests", "scripts", "notebooks", "benchmarks")
    endings = {path.relative_to(ROOT).as_posix() for top in tops for path in (ROOT / top).rglob("*")}
    short = {name for name in re.findall(r"`([\w./-]+\.(?:py|js|css|j2|json))`", guide) if "NAME" not in name}
    assert not [name for name in sorted(short) if not any(f"/{path}".endswith(f"/{name}") for path in endings)]
