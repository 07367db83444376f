"""The command line: argv → one call → exit code. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.cli.arguments import LANGUAGES, Misused, Parser, factor, number, pointed, port, positive, probability, whole

if TYPE_CHECKING:
    from sim.domain import CoopsimError

#: Exit codes others rely on; commands give the first two themselves (`sim.cli.commands`).
DONE, REFUSED, INTERRUPTED = 0, 2, 130
#: The language, for whoever types none.
_LANG = "COOPSIM_LANG"
#: Where the commands that help choose a plan are.
_CHOICES = "sim.cli.choices"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code and never lets a traceback out for a user's mistake."""
    lang = _language(argv)
    parser = _parser(lang)
    try:
        arguments = parser.parse_args(argv)
    except Misused as misused:
        return _tell_misuse(misused, lang)
    if not hasattr(arguments, "run"):
        parser.print_help()
        return REFUSED
    from sim.domain import CoopsimError

    _interruptible()
    if getattr(arguments, "province", None):
        os.environ["COOPSIM_PROVINCE"] = arguments.province  # notebooks' kernels inherit it
    try:
        _require_language(arguments.lang)
        run = getattr(import_module(arguments.module), arguments.run)
        return run(arguments)
    except CoopsimError as error:
        _tell_problems(error, arguments.lang)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return DONE
    except OSError as error:
        from sim.run import system_refusal

        _tell_problems(CoopsimError(system_refusal(error)), arguments.lang)
        return REFUSED


def _interruptible() -> None:
    """Ctrl-C and a polite request to end both interrupt, also where a shell started us with them ignored."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _language(argv: Sequence[str] | None) -> str:
    """The language of help, and of the refusal of a command line that could not be read as a whole."""
    asked = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    asked.add_argument("--lang", nargs="?", default=os.environ.get(_LANG))
    return _known(asked.parse_known_args(argv)[0].lang)


def _require_language(lang: str) -> None:
    """Refuse a language there is none of: one typed is refused as it is read, so it comes from the environment."""
    from sim.domain import InputError, Problem

    if lang not in LANGUAGES:
        raise InputError(Problem("unknown_language", place=_LANG, value=lang, allowed=", ".join(LANGUAGES)))


def _known(lang: str | None) -> str:
    """A language there is; any other is refused in the first."""
    return lang if lang in LANGUAGES else LANGUAGES[0]


def _tell_misuse(misused: Misused, lang: str) -> int:
    from sim.inputs.yaml import load_catalogue

    catalogue = load_catalogue(lang)
    print(catalogue.describe(misused.problem), file=sys.stderr)
    print(catalogue.text("cli.see_help", command=misused.command), file=sys.stderr)
    return REFUSED


def _tell_problems(error: CoopsimError, lang: str) -> None:
    from sim.inputs.yaml import load_catalogue

    catalogue = load_catalogue(_known(lang))
    # A file named twice, or one that two scenarios share, has its mistakes once.
    for sentence in dict.fromkeys(catalogue.describe_all(error)):
        print(sentence, file=sys.stderr)


def _parser(lang: str) -> argparse.ArgumentParser:
    parser = Parser(
        lang=lang, prog="coopsim",
        description="Mô phỏng chính sách kinh tế tập thể Lào Cai · Policy simulator for cooperatives",
    )  # fmt: skip
    from sim import __version__

    parser.add_version(__version__)
    commands = parser.add_subparsers(title="lệnh · commands", metavar="")
    check = _command(commands, "check", "check", "kiểm tra tệp kịch bản, phương án, giả định · check input files")
    check.add_argument("files", nargs="+", metavar="FILE")
    project = _command(commands, "project", "project", "tính dự báo, ghi CSV · project scenarios")
    project.add_argument("scenarios", nargs="+", metavar="SCENARIO")
    project.add_argument("-o", "--out", metavar="DIR")
    _draws(project)
    report = _command(commands, "report", "report", "lập báo cáo HTML · make the report pages")
    report.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    report.add_argument("-o", "--out", metavar="DIR", default="results")
    report.add_argument("--jobs", type=positive, default=min(os.cpu_count() or 1, 4), metavar="N")
    _again(report)
    _draws(report)
    batch = _command(commands, "batch", "batch", "lập báo cáo cho một lưới kịch bản · report on a grid of scenarios")
    batch.add_argument("file", metavar="FILE.yaml")
    batch.add_argument("-o", "--out", metavar="DIR", default="results")
    batch.add_argument("--jobs", type=positive, default=min(os.cpu_count() or 1, 4), metavar="N")
    batch.add_argument("--yes", action="store_true", help="chạy dù nhiều kịch bản · run however many")
    _again(batch)
    _draws(batch)
    export = _command(commands, "export", "export", "ghi một kịch bản ra Excel hoặc YAML · a scenario as Excel or YAML")
    export.add_argument("scenario", nargs="?", metavar="SCENARIO")
    export.add_argument("--figures", type=positive, nargs="+", metavar="YEAR", help="mẫu nhập số liệu · entry sheet")
    export.add_argument("-o", "--out", metavar="FILE.xlsx|FILE.yaml", required=True)
    export.add_argument("--force", action="store_true", help="ghi đè tệp đã có · replace an existing file")
    _import(commands)
    verify = _command(commands, "verify", "verify", "kiểm tra từng byte của báo cáo · check every byte of a report")
    verify.add_argument("folder", metavar="DIR")
    planner = _command(commands, "planner", "planner", "mở bảng lập phương án · open the interactive planner")
    planner.add_argument("scenario", nargs="?", metavar="SCENARIO")
    planner.add_argument("--port", type=port, default=8866, metavar="N")
    planner.add_argument("--no-browser", action="store_true", help="chỉ in địa chỉ · print the address only")
    planner.add_argument("--draws", type=positive, metavar="N")
    compare = _command(
        commands, "compare", "compare", "so sánh với kịch bản đầu tiên · paired differences from the first"
    )
    compare.add_argument("scenarios", nargs="+", metavar="SCENARIO")
    compare.add_argument("--years", metavar="Y,Y", help="mặc định năm đầu và năm cuối · default first and last")
    compare.add_argument("--indicators", metavar="ID,ID", help="mặc định tất cả · default all")
    _tables(compare)
    sensitivity = _command(
        commands,
        "sensitivity",
        "sensitivity",
        "khoảng rộng do đâu, nên đo gì trước · what drives the range, what to measure",
    )
    sensitivity.add_argument("scenario", metavar="SCENARIO")
    _tables(sensitivity)
    robust = _command(commands, "robust", "robust", "phương án nào đứng vững ở mọi bối cảnh · plans across worlds")
    robust.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="mặc định · default: fund-12.3")
    robust.add_argument("--worlds", nargs="+", metavar="WORLD", help="mặc định: tất cả · default: all")
    robust.add_argument(
        "--threshold", type=number, default=0.9, metavar="P", help="phần mức tăng tốt nhất · share of best gain"
    )
    _tables(robust)
    _allocate(commands)
    _seek(commands)
    _by_line(commands)
    checks = _command(commands, "credibility", "credibility", "kiểm tra độ tin cậy của các khoảng · check the ranges")
    checks.add_argument("--full", action="store_true", help="chạy cả phép kiểm tra chậm · run the slow checks too")
    checks.add_argument("--truths", type=positive, metavar="N", help="số sự thật giả lập · synthetic truths (300)")
    checks.add_argument("--jobs", type=positive, default=min(os.cpu_count() or 1, 4), metavar="N")
    ledger = _command(commands, "ledger", None, "sổ dự báo đã công bố · ledger of published forecasts")
    actions = ledger.add_subparsers(title="việc · actions", metavar="add|score", required=True)
    add = _command(actions, "add", "ledger_add", "ghi một dự báo vào sổ · freeze a forecast")
    add.add_argument("scenario", metavar="SCENARIO")
    _draws(add)
    score = _command(actions, "score", "ledger_score", "chấm dự báo bằng số thực hiện · score against outturns")
    score.add_argument("file", metavar="FILE")
    for action in (add, score):
        action.add_argument("--ledger", metavar="FILE", help="mặc định · default: ledger/forecasts.jsonl")
    return parser


def _command(
    commands: Any, name: str, run: str | None, text: str, *, module: str = "sim.cli.commands"
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    if run:
        command.set_defaults(run=f"{run}_command", module=module)
    command.add_argument("--province", metavar="SLUG", help="gói dữ liệu tỉnh · data pack (COOPSIM_PROVINCE)")
    command.add_argument("--lang", choices=LANGUAGES, default=os.environ.get(_LANG) or LANGUAGES[0])
    return command


def _import(commands: Any) -> None:
    command = _command(commands, "import", "import", "đọc tệp Excel hoặc CSV của mình vào · read one's own file in")
    command.add_argument("file", metavar="FILE.xlsx|FILE.csv")
    command.add_argument("-o", "--out", metavar="FILE.yaml", help="mặc định · default: scenarios/<slug>.yaml")
    command.add_argument("--pack", metavar="SLUG", help="gói dữ liệu mới từ bảng số liệu · new data pack from figures")
    command.add_argument("--area", metavar="CODE", help="mã địa bàn · area code")
    command.add_argument("--name", metavar="NAME", help="tên tỉnh · name of the province")
    command.add_argument("--base-year", type=positive, metavar="YEAR", help="năm gốc · base year")
    command.add_argument("--sources", metavar="SOURCES.csv", help="nguồn của các số · where the figures were printed")
    command.add_argument("--new-base", type=positive, metavar="YEAR", help="số thực hiện, năm gốc mới · outturns")
    command.add_argument("--sheet", metavar="NAME", help="trang tính cần đọc · sheet to read")
    command.add_argument("--yes", action="store_true", help="ghi mà không hỏi · write without asking")


def _allocate(commands: Any) -> None:
    best = _command(commands, "allocate", "allocate", "tìm cách chia quỹ · best split of the fund", module=_CHOICES)
    best.add_argument("scenario", metavar="SCENARIO")
    best.add_argument(
        "--goal", metavar="ID", default="htx_revenue_total", help="chỉ tiêu năm cuối · last year's indicator"
    )
    best.add_argument("--target", metavar="T", help="khả năng đạt chỉ tiêu này · chance of this target instead")
    best.add_argument("--weights", metavar="ID=N,…", help="nhiều mục tiêu · several goals instead")
    best.add_argument("--rule", choices=("mean", "p10", "tail", "regret"), default="mean")
    best.add_argument("--worlds", metavar="W,W", help="cho --rule regret · for --rule regret, default all")
    best.add_argument("--within", metavar="PERCENT", default="30", help="none: không giới hạn · no limit")
    best.add_argument("--lock", action="append", default=[], metavar="LINE")
    best.add_argument("--floor", action="append", default=[], metavar="LINE=TỶ")
    best.add_argument("--cap", action="append", default=[], metavar="LINE=TỶ")
    best.add_argument("--step", type=pointed, choices=("2.5", "5"), default="2.5", metavar="PERCENT", help="2.5 | 5")
    _tables(best)


def _seek(commands: Any) -> None:
    least = _command(
        commands, "seek", "seek", "ít tiền nhất để đạt chỉ tiêu · least money for a target", module=_CHOICES
    )
    least.add_argument("scenario", metavar="SCENARIO")
    question = least.add_mutually_exclusive_group(required=True)
    question.add_argument("--target", metavar="T", help="mã chỉ tiêu, hoặc · or htx_active>=600@2030")
    question.add_argument("--break-even", metavar="SCENARIO", help="bằng kịch bản này · do as much as this one")
    least.add_argument("--probability", type=probability, default=0.5, metavar="P")
    least.add_argument("--goal", metavar="ID", default="htx_revenue_total", help="cho --break-even · for --break-even")
    least.add_argument("--up-to", type=factor, default=3.0, metavar="X", help="lần kinh phí · times the plan's money")
    _draws(least)


def _by_line(commands: Any) -> None:
    parts = _command(
        commands, "attribute", "attribute", "phần đóng góp của từng dòng · each line's part", module=_CHOICES
    )
    curve = _command(
        commands, "curve", "curve", "thêm, bớt tiền từng dòng · more or less on each line", module=_CHOICES
    )
    for command in (parts, curve):
        command.add_argument("scenario", metavar="SCENARIO")
        command.add_argument("--indicators", metavar="ID,ID")
        _tables(command)
    curve.add_argument("--lines", metavar="LINE,LINE")


def _tables(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("table", "csv"), default="table")
    command.add_argument("-o", "--out", metavar="DIR")
    _draws(command)


def _again(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--formats", metavar="LIST", default="html",
        help="các dạng tệp, cách nhau bằng dấu phẩy · formats, comma-separated: html,explorer,pdf,docx,xlsx",
    )  # fmt: skip
    again = command.add_mutually_exclusive_group()
    again.add_argument(
        "--resume", action="store_true", help="chỉ chạy phần thay đổi (mặc định) · run only what changed"
    )
    command.add_argument("--cluster", metavar="ADDRESS", help="cụm Dask · Dask scheduler, e.g. tcp://host:8786")
    again.add_argument("--fresh", action="store_true", help="chạy lại tất cả · run everything again")


def _draws(command: argparse.ArgumentParser) -> None:
    command.add_argument("--draws", type=positive, metavar="N")
    command.add_argument("--seed", type=whole, metavar="S")


if __name__ == "__main__":
    sys.exit(main())
