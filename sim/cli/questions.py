"""The register of the command line: every verb, its arguments, what computes its answer and how that is written.

A question is one entry here. The parser, the files of ``-o``, the CSV and the tables of the terminal all come
from it; what it names as ``module:name`` is imported when it is asked, so that ``coopsim --help`` loads nothing.
Help texts stand here in both languages, not in ``data/labels``: reading the catalogue would make ``--help``
several times as slow.
"""

import argparse
import os
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

from sim.cli.arguments import factor, number, pointed, port, positive, probability, whole

#: Exit codes others rely on: all fine, some scenarios failed, refused before running, interrupted.
DONE, SOME_FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


class Argument:
    """An argument as `argparse` takes it."""

    def __init__(self, *names: str, **settings: Any) -> None:
        self.names, self.settings = names, settings


class Either(NamedTuple):
    """Options of which one excludes the others."""

    arguments: tuple[Argument, ...]
    required: bool = False


class CsvTable(NamedTuple):
    """A table of an answer as a file: its name, and where its columns and the rows of an answer come from."""

    file: str
    columns: str
    rows: str


@dataclass(frozen=True)
class Verb:
    """A command.

    Attributes
    ----------
    help : in Vietnamese · English
    does : ``module:name`` of a function of the parsed arguments that returns an exit code
    actions : commands below it
    """

    name: str
    help: str
    arguments: tuple[Argument | Either, ...] = ()
    does: str = ""
    actions: "tuple[Verb, ...]" = ()

    def run(self, arguments: argparse.Namespace) -> int:
        """Do what is asked; returns the exit code."""
        return int(imported(self.does)(arguments))


@dataclass(frozen=True)
class Question(Verb):
    """A command whose answer is computed once and written as asked; `import sim` offers a call of the same name.

    Attributes
    ----------
    compute : of a function from the parsed arguments to the answer, or to a tuple of its parts; the other functions
        take them one by one
    tables : files of ``-o``; ``--format csv`` prints the first
    sections : of a function from wording and answer to what the terminal prints, tables and sentences
    code : of a function from the answer to the exit code; default all fine
    """

    compute: str = ""
    tables: tuple[CsvTable, ...] = ()
    sections: str = ""
    code: str = ""

    def run(self, arguments: argparse.Namespace) -> int:
        """Compute the answer and write it; returns the exit code."""
        return int(imported("sim.cli.answers:answer")(self, arguments))


def imported(place: str) -> Any:
    """What stands at ``module:name``."""
    module, name = place.split(":")
    return getattr(import_module(module), name)


_SCENARIO = Argument("scenario", metavar="SCENARIO")
_SCENARIOS = Argument("scenarios", nargs="+", metavar="SCENARIO")
_MAYBE_SCENARIO = Argument("scenario", nargs="?", metavar="SCENARIO")
_OUT = Argument("-o", "--out", metavar="DIR")
_RESULTS = Argument("-o", "--out", metavar="DIR", default="results")
_DRAWS = Argument("--draws", type=positive, metavar="N")
_SAMPLING = (_DRAWS, Argument("--seed", type=whole, metavar="S"))
_JOBS = Argument("--jobs", type=positive, default=min(os.cpu_count() or 1, 4), metavar="N")
_TABLES = (Argument("--format", choices=("table", "csv"), default="table"), _OUT, *_SAMPLING)
_INDICATORS = Argument("--indicators", metavar="ID,ID")
_GOAL = "htx_revenue_total"
_PAGES = (
    Argument("--formats", metavar="LIST", default="html",
             help="các dạng tệp, cách nhau bằng dấu phẩy · formats, comma-separated: html,explorer,pdf,docx,xlsx"),
    Either((
        Argument("--resume", action="store_true", help="chỉ chạy phần thay đổi (mặc định) · run only what changed"),
        Argument("--fresh", action="store_true", help="chạy lại tất cả · run everything again"),
    )),
    Argument("--cluster", metavar="ADDRESS", help="cụm Dask · Dask scheduler, e.g. tcp://host:8786"),
    *_SAMPLING,
)  # fmt: skip
_UNKNOWNS = "sim.analysis.unknowns"
_LEDGER = Argument("--ledger", metavar="FILE", help="mặc định · default: ledger/forecasts.jsonl")

COMPARE = Question(
    "compare", "so sánh với kịch bản đầu tiên · paired differences from the first",
    (
        _SCENARIOS,
        Argument("--years", metavar="Y,Y", help="mặc định năm đầu và năm cuối · default first and last"),
        Argument("--indicators", metavar="ID,ID", help="mặc định tất cả · default all"), *_TABLES,
    ),
    compute="sim.cli.answers:compare",
    tables=(
        CsvTable("compare.csv", "sim.analysis.compare:COMPARE_COLUMNS", "sim.cli.answers:differences"),
        CsvTable("inputs.csv", "sim.analysis.compare:INPUT_COLUMNS", "sim.cli.answers:inputs"),
    ),
    sections="sim.report.forms.terminal:comparison",
)  # fmt: skip
SENSITIVITY = Question(
    "sensitivity", "khoảng rộng do đâu, nên đo gì trước · what drives the range, what to measure",
    (_SCENARIO, *_TABLES),
    compute="sim.cli.answers:sensitivity",
    tables=(CsvTable("sensitivity.csv", f"{_UNKNOWNS}:SENSITIVITY_COLUMNS", f"{_UNKNOWNS}:sensitivity_rows"),),
    sections="sim.report.forms.terminal:sensitivity",
)  # fmt: skip
ROBUST = Question(
    "robust", "phương án nào đứng vững ở mọi bối cảnh · plans across worlds",
    (
        Argument("scenarios", nargs="*", metavar="SCENARIO", help="mặc định · default: fund-12.3"),
        Argument("--worlds", nargs="+", metavar="WORLD", help="mặc định: tất cả · default: all"),
        Argument("--threshold", type=number, default=0.9, metavar="P",
                 help="phần mức tăng tốt nhất · share of best gain"),
        *_TABLES,
    ),
    compute="sim.cli.answers:robust",
    tables=(CsvTable("robust.csv", f"{_UNKNOWNS}:ROBUST_COLUMNS", "sim.cli.answers:regrets"),),
    sections="sim.report.forms.terminal:robustness",
)  # fmt: skip
ALLOCATE = Question(
    "allocate", "tìm cách chia quỹ · best split of the fund",
    (
        _SCENARIO,
        Argument("--goal", metavar="ID", default=_GOAL, help="chỉ tiêu năm cuối · last year's indicator"),
        Argument("--target", metavar="T", help="khả năng đạt chỉ tiêu này · chance of this target instead"),
        Argument("--weights", metavar="ID=N,…", help="nhiều mục tiêu · several goals instead"),
        Argument("--rule", choices=("mean", "p10", "tail", "regret"), default="mean"),
        Argument("--worlds", metavar="W,W", help="cho --rule regret · for --rule regret, default all"),
        Argument("--within", metavar="PERCENT", default="30", help="none: không giới hạn · no limit"),
        Argument("--lock", action="append", default=[], metavar="LINE"),
        Argument("--floor", action="append", default=[], metavar="LINE=TỶ"),
        Argument("--cap", action="append", default=[], metavar="LINE=TỶ"),
        Argument("--step", type=pointed, choices=("2.5", "5"), default="2.5", metavar="PERCENT", help="2.5 | 5"),
        *_TABLES,
    ),
    compute="sim.cli.answers:allocate",
    tables=(CsvTable("allocate.csv", "sim.cli.answers:ALLOCATE_COLUMNS", "sim.cli.answers:allocate_rows"),),
    sections="sim.report.forms.terminal:allocation",
)  # fmt: skip
SEEK = Question(
    "seek", "ít tiền nhất để đạt chỉ tiêu · least money for a target",
    (
        _SCENARIO,
        Either((
            Argument("--target", metavar="T", help="mã chỉ tiêu, hoặc · or htx_active>=600@2030"),
            Argument("--break-even", metavar="SCENARIO", help="bằng kịch bản này · do as much as this one"),
        ), required=True),
        Argument("--probability", type=probability, default=0.5, metavar="P"),
        Argument("--goal", metavar="ID", default=_GOAL, help="cho --break-even · for --break-even"),
        Argument("--up-to", type=factor, default=3.0, metavar="X", help="lần kinh phí · times the plan's money"),
        *_SAMPLING,
    ),
    compute="sim.cli.answers:seek", sections="sim.report.forms.terminal:least_money",
)  # fmt: skip
ATTRIBUTE = Question(
    "attribute", "phần đóng góp của từng dòng · each line's part", (_SCENARIO, _INDICATORS, *_TABLES),
    compute="sim.cli.answers:attribute",
    tables=(CsvTable("attribute.csv", "sim.cli.answers:ATTRIBUTE_COLUMNS", "sim.cli.answers:attribute_rows"),),
    sections="sim.report.forms.terminal:contributions",
)  # fmt: skip
CURVE = Question(
    "curve", "thêm, bớt tiền từng dòng · more or less on each line",
    (_SCENARIO, _INDICATORS, *_TABLES, Argument("--lines", metavar="LINE,LINE")),
    compute="sim.cli.answers:curve",
    tables=(CsvTable("curve.csv", "sim.cli.answers:CURVE_COLUMNS", "sim.cli.answers:curve_rows"),),
    sections="sim.report.forms.terminal:curves",
)  # fmt: skip
CREDIBILITY = Question(
    "credibility", "kiểm tra độ tin cậy của các khoảng · check the ranges",
    (
        Argument("--full", action="store_true", help="chạy cả phép kiểm tra chậm · run the slow checks too"),
        Argument("--truths", type=positive, metavar="N", help="số sự thật giả lập · synthetic truths (300)"),
        _JOBS,
    ),
    compute="sim.cli.answers:credibility", sections="sim.report.forms.terminal:checks", code="sim.cli.answers:verdict",
)  # fmt: skip

VERBS = (
    Verb("check", "kiểm tra tệp kịch bản, phương án, giả định · check input files",
         (Argument("files", nargs="+", metavar="FILE"),), "sim.cli.verbs:check"),
    Verb("project", "tính dự báo, ghi CSV · project scenarios",
         (_SCENARIOS, _OUT, *_SAMPLING), "sim.cli.verbs:project"),
    Verb("report", "lập báo cáo HTML · make the report pages",
         (Argument("scenarios", nargs="*", metavar="SCENARIO"), _RESULTS, _JOBS, *_PAGES), "sim.cli.verbs:report"),
    Verb(
        "batch", "lập báo cáo cho một lưới kịch bản · report on a grid of scenarios",
        (
            Argument("file", metavar="FILE.yaml"), _RESULTS, _JOBS,
            Argument("--yes", action="store_true", help="chạy dù nhiều kịch bản · run however many"),
            *_PAGES,
        ),
        "sim.cli.verbs:batch",
    ),
    Verb(
        "export", "ghi một kịch bản ra Excel hoặc YAML · a scenario as Excel or YAML",
        (
            _MAYBE_SCENARIO,
            Argument("--figures", type=positive, nargs="+", metavar="YEAR", help="mẫu nhập số liệu · entry sheet"),
            Argument("-o", "--out", metavar="FILE.xlsx|FILE.yaml", required=True),
            Argument("--force", action="store_true", help="ghi đè tệp đã có · replace an existing file"),
        ),
        "sim.cli.verbs:export",
    ),
    Verb(
        "import", "đọc tệp Excel hoặc CSV của mình vào · read one's own file in",
        (
            Argument("file", metavar="FILE.xlsx|FILE.csv"),
            Argument("-o", "--out", metavar="FILE.yaml", help="mặc định · default: scenarios/<slug>.yaml"),
            Argument("--pack", metavar="SLUG", help="gói dữ liệu mới từ bảng số liệu · new data pack from figures"),
            Argument("--area", metavar="CODE", help="mã địa bàn · area code"),
            Argument("--name", metavar="NAME", help="tên tỉnh · name of the province"),
            Argument("--base-year", type=positive, metavar="YEAR", help="năm gốc · base year"),
            Argument("--sources", metavar="SOURCES.csv", help="nguồn của các số · where the figures were printed"),
            Argument("--new-base", type=positive, metavar="YEAR", help="số thực hiện, năm gốc mới · outturns"),
            Argument("--sheet", metavar="NAME", help="trang tính cần đọc · sheet to read"),
            Argument("--yes", action="store_true", help="ghi mà không hỏi · write without asking"),
        ),
        "sim.cli.verbs:bring_in",
    ),
    Verb("verify", "kiểm tra từng byte của báo cáo · check every byte of a report",
         (Argument("folder", metavar="DIR"),), "sim.cli.verbs:verify"),
    Verb(
        "planner", "mở bảng lập phương án · open the interactive planner",
        (
            _MAYBE_SCENARIO,
            Argument("--port", type=port, default=8866, metavar="N"),
            Argument("--no-browser", action="store_true", help="chỉ in địa chỉ · print the address only"),
            _DRAWS,
        ),
        "sim.cli.verbs:planner",
    ),
    COMPARE, SENSITIVITY, ROBUST, ALLOCATE, SEEK, ATTRIBUTE, CURVE, CREDIBILITY,
    Verb(
        "ledger", "sổ dự báo đã công bố · ledger of published forecasts",
        actions=(
            Verb("add", "ghi một dự báo vào sổ · freeze a forecast", (_SCENARIO, *_SAMPLING, _LEDGER),
                 "sim.cli.verbs:ledger_add"),
            Verb("score", "chấm dự báo bằng số thực hiện · score against outturns",
                 (Argument("file", metavar="FILE"), _LEDGER), "sim.cli.verbs:ledger_score"),
        ),
    ),
)  # fmt: skip
