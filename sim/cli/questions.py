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

from sim.cli import libraries
from sim.cli.arguments import factor, number, pointed, port, positive, probability, whole

#: What an answer is printed as.
FORMATS = ("table", "csv", "json")
#: Exit codes others rely on: all fine, some scenarios failed, refused before running, interrupted.
DONE, SOME_FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


#: These start threads or processes of their own, and keep as many of linear algebra as there are.
_THREADED = ("report", "batch", "brief", "planner", "credibility")


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
    examples : command lines behind the name, as one would type them
    actions : commands below it
    """

    name: str
    help: str
    arguments: tuple[Argument | Either, ...] = ()
    does: str = ""
    examples: tuple[str, ...] = ()
    actions: "tuple[Verb, ...]" = ()

    def run(self, arguments: argparse.Namespace) -> int:
        """Do what is asked; returns the exit code."""
        self._settle()
        return int(imported(self.does)(arguments))

    def _settle(self) -> None:
        """Let a short command start nothing it does not need: threads of linear algebra, all of `scipy.special`.

        Threads cost more than small matrices; how many a user asked for stays.
        """
        if self.name in _THREADED:
            return
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        libraries.put_off()


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
        self._settle()
        return int(imported("sim.cli.answers:answer")(self, arguments))


def imported(place: str) -> Any:
    """What stands at ``module:name``."""
    module, name = place.split(":")
    return getattr(import_module(module), name)


_NAME = "tên trong data/scenarios, hoặc đường dẫn · slug of data/scenarios, or a path"
_SCENARIO = Argument("scenario", metavar="SCENARIO", help=_NAME)
_SCENARIOS = Argument("scenarios", nargs="+", metavar="SCENARIO", help=_NAME)
_MAYBE_SCENARIO = Argument("scenario", nargs="?", metavar="SCENARIO", help=_NAME)
_OUT = Argument("-o", "--out", metavar="DIR", help="ghi các bảng CSV vào đây · write the CSV tables here")
_RESULTS = Argument("-o", "--out", metavar="DIR", default="results",
                    help="thư mục của báo cáo (results) · folder of the report (results)")  # fmt: skip
_DRAWS = Argument("--draws", type=positive, metavar="N", help="số lần mô phỏng (8192) · simulated futures (8192)")
_SAMPLING = (
    _DRAWS,
    Argument("--seed", type=whole, metavar="S", help="số khởi tạo ngẫu nhiên (20240101) · seed (20240101)"),
)
_JOBS = Argument("--jobs", type=positive, default=min(os.cpu_count() or 1, 4), metavar="N",
                 help="số việc chạy cùng lúc (số nhân, tối đa 4) · at a time (cores, at most 4)")  # fmt: skip
_TABLES = (
    Argument("--format", choices=FORMATS, default=FORMATS[0], help="dạng in ra (table) · what is printed (table)"),
    _OUT, *_SAMPLING,
)  # fmt: skip
_INDICATORS = Argument("--indicators", metavar="ID,ID", help="mã chỉ tiêu · ids of indicators (sim.indicators())")
_GOAL = "htx_revenue_total"
_FORMATS = "html,explorer,pdf,docx,xlsx"
_PAGES = (
    Argument("--notebook", action="append", default=[], metavar="FILE.ipynb",
             help="đưa sổ tính của mình thành một trang · one's own notebook as a page, several times"),
    Argument("--only", choices=("page",), help="page: chỉ trang kịch bản · page: no overview pages"),
    Argument("--formats", metavar="LIST", default="html",
             help=f"các dạng tệp, cách nhau bằng dấu phẩy: {_FORMATS} · formats, comma-separated: {_FORMATS}"),
    Either((
        Argument("--resume", action="store_true", help="chỉ chạy phần thay đổi (mặc định) · run only what changed"),
        Argument("--fresh", action="store_true", help="chạy lại tất cả · run everything again"),
    )),
    Argument("--cluster", metavar="ADDRESS",
             help="cụm Dask, ví dụ tcp://host:8786 · Dask scheduler, e.g. tcp://host:8786"),
    *_SAMPLING,
)  # fmt: skip
_UNKNOWNS = "sim.analysis.unknowns"
_LEDGER = Argument("--ledger", metavar="FILE",
         help="mặc định: sổ của gói dữ liệu và ledger/forecasts.jsonl · default: those of the pack and "
              "ledger/forecasts.jsonl")

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
    examples=("fund-12.3 market-first", "no-support fund-12.3 --years 2027,2030 --indicators htx_active --format csv"),
)  # fmt: skip
SENSITIVITY = Question(
    "sensitivity", "khoảng rộng do đâu, nên đo gì trước · what drives the range, what to measure",
    (_SCENARIO, *_TABLES),
    compute="sim.cli.answers:sensitivity",
    tables=(CsvTable("sensitivity.csv", f"{_UNKNOWNS}:SENSITIVITY_COLUMNS", f"{_UNKNOWNS}:sensitivity_rows"),),
    sections="sim.report.forms.terminal:sensitivity",
    examples=("fund-12.3",),
)  # fmt: skip
ROBUST = Question(
    "robust", "phương án nào đứng vững ở mọi bối cảnh · plans across worlds",
    (
        Argument("scenarios", nargs="*", metavar="SCENARIO",
                 help="mặc định: phương án đang thực hiện · default: the plan in force"),
        Argument("--worlds", nargs="+", metavar="WORLD", help="mặc định: tất cả · default: all"),
        Argument("--threshold", type=number, default=0.9, metavar="P",
                 help="phần mức tăng tốt nhất · share of best gain"),
        *_TABLES,
    ),
    compute="sim.cli.answers:robust",
    tables=(CsvTable("robust.csv", f"{_UNKNOWNS}:ROBUST_COLUMNS", "sim.cli.answers:regrets"),),
    sections="sim.report.forms.terminal:robustness",
    examples=("", "fund-12.3 market-first --worlds central weak-markets"),
)  # fmt: skip
ALLOCATE = Question(
    "allocate", "tìm cách chia quỹ · best split of the fund",
    (
        _SCENARIO,
        Argument("--goal", metavar="ID", default=_GOAL, help="chỉ tiêu năm cuối · last year's indicator"),
        Argument("--target", metavar="T", help="khả năng đạt chỉ tiêu này · chance of this target instead"),
        Argument("--weights", metavar="ID=N,…", help="nhiều mục tiêu · several goals instead"),
        Argument("--rule", choices=("mean", "p10", "tail", "regret"), default="mean",
                 help="chọn theo (mean) · chosen by (mean)"),
        Argument("--worlds", metavar="W,W", help="cho --rule regret · for --rule regret, default all"),
        Argument("--within", metavar="PERCENT", default="30",
                 help="đổi nhiều nhất (30), none: không giới hạn · largest change (30), none: no limit"),
        Argument("--lock", action="append", default=[], metavar="LINE", help="giữ nguyên dòng · keep a line"),
        Argument("--floor", action="append", default=[], metavar="LINE=TỶ", help="ít nhất · at least"),
        Argument("--cap", action="append", default=[], metavar="LINE=TỶ", help="nhiều nhất · at most"),
        Argument("--step", type=pointed, choices=("2.5", "5"), default="2.5", metavar="PERCENT",
                 help="bước chia: 2.5 (mặc định) | 5 · step: 2.5 (default) | 5"),
        *_TABLES,
    ),
    compute="sim.cli.answers:allocate",
    tables=(CsvTable("allocate.csv", "sim.cli.answers:ALLOCATE_COLUMNS", "sim.cli.answers:allocate_rows"),),
    sections="sim.report.forms.terminal:allocation",
    examples=("fund-12.3", "fund-12.3 --goal htx_active --lock survey --floor market=2,5"),
)  # fmt: skip
SEEK = Question(
    "seek", "ít tiền nhất để đạt chỉ tiêu · least money for a target",
    (
        _SCENARIO,
        Either((
            Argument("--target", metavar="T",
                     help="mã chỉ tiêu, hoặc htx_active>=600@2030 · id of a target, or htx_active>=600@2030"),
            Argument("--break-even", metavar="SCENARIO", help="bằng kịch bản này · do as much as this one"),
        ), required=True),
        Argument("--probability", type=probability, default=0.5, metavar="P",
                 help="khả năng muốn có (0.5) · probability wanted (0.5)"),
        Argument("--goal", metavar="ID", default=_GOAL, help="cho --break-even · for --break-even"),
        Argument("--up-to", type=factor, default=3.0, metavar="X", help="lần kinh phí · times the plan's money"),
        *_SAMPLING,
    ),
    compute="sim.cli.answers:seek", sections="sim.report.forms.terminal:least_money",
    examples=("fund-12.3 --target founded-2024 --probability 0.6", "market-first --break-even fund-12.3"),
)  # fmt: skip
ATTRIBUTE = Question(
    "attribute", "phần đóng góp của từng dòng · each line's part", (_SCENARIO, _INDICATORS, *_TABLES),
    compute="sim.cli.answers:attribute",
    tables=(CsvTable("attribute.csv", "sim.cli.answers:ATTRIBUTE_COLUMNS", "sim.cli.answers:attribute_rows"),),
    sections="sim.report.forms.terminal:contributions",
    examples=("fund-12.3 --indicators htx_active",),
)  # fmt: skip
CURVE = Question(
    "curve", "thêm, bớt tiền từng dòng · more or less on each line",
    (_SCENARIO, _INDICATORS, *_TABLES, Argument("--lines", metavar="LINE,LINE",
             help="mặc định cả bốn · default all four")),
    compute="sim.cli.answers:curve",
    tables=(CsvTable("curve.csv", "sim.cli.answers:CURVE_COLUMNS", "sim.cli.answers:curve_rows"),),
    sections="sim.report.forms.terminal:curves",
    examples=("fund-12.3 --lines market,capacity",),
)  # fmt: skip
CREDIBILITY = Question(
    "credibility", "kiểm tra độ tin cậy của các khoảng · check the ranges",
    (
        Argument("--full", action="store_true", help="chạy cả phép kiểm tra chậm · run the slow checks too"),
        Argument("--truths", type=positive, metavar="N", help="số sự thật giả lập · synthetic truths (300)"),
        _JOBS,
    ),
    compute="sim.cli.answers:credibility", sections="sim.report.forms.terminal:checks",
    examples=("", "--full"), code="sim.cli.answers:verdict",
)  # fmt: skip

VERBS = (
    Verb("check", "kiểm tra tệp kịch bản, phương án, giả định · check input files",
         (Argument("files", nargs="+", metavar="FILE", help="tệp YAML, CSV, Excel · YAML, CSV or Excel files"),),
         "sim.cli.verbs:check", ("my-scenario.yaml", "data/plans/*.yaml")),
    Verb("project", "tính dự báo, ghi CSV · project scenarios",
         (_SCENARIOS, _OUT, *_SAMPLING),
         "sim.cli.verbs:project", ("fund-12.3", "fund-12.3 no-support --draws 65536 -o out")),
    Verb("report", "lập báo cáo HTML · make the report pages",
         (Argument("scenarios", nargs="*", metavar="SCENARIO", help="mặc định: tất cả · default: all"),
          _RESULTS, _JOBS, *_PAGES),
         "sim.cli.verbs:report", ("", "fund-12.3 my-scenario.yaml -o mine --formats html,docx,xlsx")),
    Verb(
        "batch", "lập báo cáo cho một lưới kịch bản · report on a grid of scenarios",
        (
            Argument("file", metavar="FILE.yaml", help="lưới kịch bản · grid of scenarios"), _RESULTS, _JOBS,
            Argument("--yes", action="store_true", help="chạy dù nhiều kịch bản · run however many"),
            *_PAGES,
        ),
        "sim.cli.verbs:batch",
        ("grid.yaml -o grid",),
    ),
    Verb(
        "new", "tạo tệp mới để tự viết tiếp · begin a file of one's own",
        actions=(
            Verb("notebook", "sổ tính có sẵn ô tham số · a notebook with its cell of parameters",
                 (Argument("name", metavar="NAME", help="tên tệp · name of the file"),),
                 "sim.cli.verbs:new_notebook", ("my-question",)),
        ),
    ),
    Verb(
        "brief", "lập tờ trình so sánh các phương án · one document for a decision",
        (
            _SCENARIOS,
            Argument("-o", "--out", metavar="FILE.docx|FILE.pdf", required=True, help="tệp cần ghi · file to write"),
            Argument("--goal", metavar="ID", default="htx_active",
                     help="xếp thứ tự theo chỉ tiêu này (htx_active) · put in order by (htx_active)"),
            Argument("--force", action="store_true", help="ghi đè tệp đã có · replace an existing file"),
            *_SAMPLING,
        ),
        "sim.cli.verbs:brief",
        ("fund-12.3 market-first founding-first -o to-trinh.docx", "no-support fund-12.3 -o brief.pdf --lang en"),
    ),
    Verb(
        "export", "ghi một kịch bản ra Excel hoặc YAML · a scenario as Excel or YAML",
        (
            _MAYBE_SCENARIO,
            Argument("--figures", type=positive, nargs="+", metavar="YEAR", help="mẫu nhập số liệu · entry sheet"),
            Argument("--period", metavar="PART", help="phần của năm · part of the year: q1 h1 9m to-MM month-MM"),
            Argument("-o", "--out", metavar="FILE.xlsx|FILE.yaml", required=True, help="tệp cần ghi · file to write"),
            Argument("--force", action="store_true", help="ghi đè tệp đã có · replace an existing file"),
        ),
        "sim.cli.verbs:export",
        ("fund-12.3 -o mine.xlsx", "--figures 2024 -o figures.xlsx", "--figures 2027 --period h1 -o h1.xlsx"),
    ),
    Verb(
        "import", "đọc tệp Excel hoặc CSV của mình vào · read one's own file in",
        (
            Argument("file", metavar="FILE.xlsx|FILE.csv", help="tệp của mình · one's own file"),
            Argument("-o", "--out", metavar="FILE.yaml",
                     help="mặc định: scenarios/<slug>.yaml · default: scenarios/<slug>.yaml"),
            Argument("--pack", metavar="SLUG", help="gói dữ liệu mới từ bảng số liệu · new data pack from figures"),
            Argument("--area", metavar="CODE", help="mã địa bàn · area code"),
            Argument("--name", metavar="NAME", help="tên tỉnh · name of the province"),
            Argument("--base-year", type=positive, metavar="YEAR", help="năm gốc · base year"),
            Argument("--sources", metavar="SOURCES.csv", help="nguồn của các số · where the figures were printed"),
            Argument("--new-base", type=positive, metavar="YEAR", help="số thực hiện, năm gốc mới · outturns"),
            Argument("--add", action="store_true",
                     help="thêm số liệu trong năm vào gói · add figures of the year to the pack"),
            Argument("--assist", action="store_true",
                     help="bảng của cơ quan: nhận tiêu đề, hỏi chỗ chưa rõ · an office's table: matched, asked"),
            Argument("--map", action="append", default=[], metavar="NAME=MEANING",
                     help="cột, dòng (*: cả bảng) nghĩa là gì · what a column, row (*: the table) means"),
            Argument("--heading-row", type=positive, metavar="N", help="dòng tiêu đề · heading row"),
            Argument("--leave-out", action="store_true",
                     help="bỏ mọi cột, dòng không nhận ra · leave out what nobody knows"),
            Argument("--save-map", action="store_true",
                     help="nhớ các câu trả lời cho tháng sau · keep the answers for next month"),
            Argument("--sheet", metavar="NAME", help="trang tính cần đọc · sheet to read"),
            Argument("--table", choices=("px",), help="bảng của cơ quan thống kê · table of the statistics office"),
            Argument("--boundary", choices=("before", "from"),
                     help="địa giới của bảng, trước hay từ 01/7/2025 · boundaries before or from 1 July 2025"),
            Argument("--yes", action="store_true", help="ghi mà không hỏi · write without asking"),
        ),
        "sim.cli.verbs:bring_in",
        ("mine.xlsx", "figures.xlsx --new-base 2024", "h1.xlsx --add",
             "bao-cao.xlsx --assist", 'bao-cao.xlsx --assist --sheet 2026 --map "Doanh thu=htx_avg_revenue" --yes',
             "figures.csv --pack my-province --name X --area VN-99 --base-year 2024"),
    ),
    Verb("verify", "kiểm tra từng byte của báo cáo · check every byte of a report",
         (Argument("folder", metavar="DIR", help="thư mục báo cáo · folder of a report"),),
         "sim.cli.verbs:verify", ("results",)),
    Verb(
        "planner", "mở bảng lập phương án · open the interactive planner",
        (
            _MAYBE_SCENARIO,
            Argument("--port", type=port, default=8866, metavar="N", help="cổng (8866) · port (8866)"),
            Argument("--no-browser", action="store_true", help="chỉ in địa chỉ · print the address only"),
            _DRAWS,
        ),
        "sim.cli.verbs:planner",
        ("", "fund-12.3 --port 9000"),
    ),
    Verb("refit", "cập nhật giả định theo số liệu của tỉnh · update assumptions on the figures",
         (Argument("pack", nargs="?", metavar="PROVINCE", help="gói dữ liệu tỉnh · data pack"),),
         "sim.cli.verbs:refit", ("", "my-province")),
    COMPARE, SENSITIVITY, ROBUST, ALLOCATE, SEEK, ATTRIBUTE, CURVE, CREDIBILITY,
    Verb(
        "ledger", "sổ dự báo đã công bố · ledger of published forecasts",
        actions=(
            Verb("add", "ghi một dự báo vào sổ · freeze a forecast", (_SCENARIO, *_SAMPLING, _LEDGER),
                 "sim.cli.verbs:ledger_add", ("fund-12.3",)),
            Verb("score", "chấm dự báo bằng số thực hiện · score against outturns",
                 (Argument("file", metavar="FILE", nargs="?", help="số thực hiện; không có thì lấy số của gói dữ liệu "
                           "· outturns; without it the figures of the data pack"), _LEDGER),
                 "sim.cli.verbs:ledger_score", ("", "outturns.csv")),
        ),
    ),
)  # fmt: skip
