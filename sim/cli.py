"""The command line: argv → one call → exit code. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from typing import Callable, Sequence

#: Exit codes others rely on.
DONE, SOME_FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130
LANGUAGES = ("vi", "en")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code and never lets a traceback out for a user's mistake."""
    arguments = _parser().parse_args(argv)
    if not hasattr(arguments, "run"):
        _parser().print_help()
        return REFUSED
    from sim.domain.errors import CoopsimError

    _interruptible()
    try:
        return arguments.run(arguments)
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
        print(f"coopsim: {error}", file=sys.stderr)
        return REFUSED


def _interruptible() -> None:
    """Ctrl-C and a polite request to end both interrupt, also where a shell started us with them ignored."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _tell_problems(error: Exception, lang: str) -> None:
    from sim.inputs.catalogue import load_catalogue

    catalogue = load_catalogue(lang)
    for problem in error.problems:
        print(catalogue.describe(problem), file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="coopsim", description="Mô phỏng chính sách kinh tế tập thể Lào Cai · Policy simulator for cooperatives"
    )
    from sim import __version__

    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="lệnh · commands", metavar="")
    check = _command(commands, "check", _check, "kiểm tra tệp kịch bản, phương án, giả định · check input files")
    check.add_argument("files", nargs="+", metavar="FILE")
    project = _command(commands, "project", _project, "tính dự báo, ghi CSV · project scenarios")
    project.add_argument("scenarios", nargs="+", metavar="SCENARIO")
    project.add_argument("-o", "--out", metavar="DIR")
    _draws(project)
    report = _command(commands, "report", _report, "lập báo cáo HTML · make the report pages")
    report.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    report.add_argument("-o", "--out", metavar="DIR", default="results")
    report.add_argument("--jobs", type=_positive, default=min(os.cpu_count() or 1, 4), metavar="N")
    _again(report)
    _draws(report)
    batch = _command(commands, "batch", _batch, "lập báo cáo cho một lưới kịch bản · report on a grid of scenarios")
    batch.add_argument("file", metavar="FILE.yaml")
    batch.add_argument("-o", "--out", metavar="DIR", default="results")
    batch.add_argument("--jobs", type=_positive, default=min(os.cpu_count() or 1, 4), metavar="N")
    batch.add_argument("--yes", action="store_true", help="chạy dù nhiều kịch bản · run however many")
    _again(batch)
    _draws(batch)
    verify = _command(commands, "verify", _verify, "kiểm tra từng byte của báo cáo · check every byte of a report")
    verify.add_argument("folder", metavar="DIR")
    compare = _command(commands, "compare", _compare, "so sánh với kịch bản đầu tiên · paired differences from the first")
    compare.add_argument("scenarios", nargs="+", metavar="SCENARIO")
    compare.add_argument("--format", choices=("table", "csv"), default="table")
    compare.add_argument("-o", "--out", metavar="DIR")
    _draws(compare)
    checks = _command(commands, "credibility", _credibility, "kiểm tra độ tin cậy của các khoảng · check the ranges")
    checks.add_argument("--full", action="store_true", help="chạy cả phép kiểm tra chậm · run the slow checks too")
    checks.add_argument("--truths", type=_positive, metavar="N", help="số sự thật giả lập · synthetic truths (300)")
    checks.add_argument("--jobs", type=_positive, default=min(os.cpu_count() or 1, 4), metavar="N")
    ledger = _command(commands, "ledger", None, "sổ dự báo đã công bố · ledger of published forecasts")
    actions = ledger.add_subparsers(title="việc · actions", metavar="", required=True)
    add = _command(actions, "add", _ledger_add, "ghi một dự báo vào sổ · freeze a forecast")
    add.add_argument("scenario", metavar="SCENARIO")
    _draws(add)
    score = _command(actions, "score", _ledger_score, "chấm dự báo bằng số thực hiện · score against outturns")
    score.add_argument("file", metavar="FILE")
    for action in (add, score):
        action.add_argument("--ledger", metavar="FILE", help="mặc định · default: ledger/forecasts.jsonl")
    return parser


def _command(commands, name: str, run: Callable[[argparse.Namespace], int] | None, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    if run:
        command.set_defaults(run=run)
    command.add_argument("--lang", choices=LANGUAGES, default=os.environ.get("COOPSIM_LANG", LANGUAGES[0]))
    return command


def _again(command: argparse.ArgumentParser) -> None:
    again = command.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="chỉ chạy phần thay đổi (mặc định) · run only what changed")
    command.add_argument("--cluster", metavar="ADDRESS", help="cụm Dask · Dask scheduler, e.g. tcp://host:8786")
    again.add_argument("--fresh", action="store_true", help="chạy lại tất cả · run everything again")


def _draws(command: argparse.ArgumentParser) -> None:
    command.add_argument("--draws", type=_positive, metavar="N")
    command.add_argument("--seed", type=_whole, metavar="S")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError(text)
    return value


def _check(arguments: argparse.Namespace) -> int:
    from sim.domain.errors import InputError, Problem
    from sim.inputs.catalogue import load_catalogue
    from sim.inputs.check import check_file

    catalogue = load_catalogue(arguments.lang)
    refused = False
    for path in arguments.files:
        notes: list[Problem] = []
        try:
            kind = check_file(path, notes)
        except InputError as error:
            refused = True
            print(*catalogue.describe_all(error), sep="\n", file=sys.stderr)
            continue
        print(catalogue.text("cli.check_fine", path=path, kind=catalogue.text(f"cli.kind_{kind}")))
        for note in notes:
            print(f"  {catalogue.describe(note)}")
    return REFUSED if refused else DONE


def _sampling(arguments: argparse.Namespace) -> dict[str, int]:
    from sim.domain.errors import InputError, Problem
    from sim.ensemble.runner import DEFAULT_DRAWS, DEFAULT_SEED, MAX_DRAWS

    draws = arguments.draws or DEFAULT_DRAWS
    if draws > MAX_DRAWS:
        raise InputError(Problem("out_of_bounds", place="--draws", value=draws, allowed=f"1–{MAX_DRAWS}"))
    if draws & (draws - 1):
        print(_text(arguments, "cli.draws_not_power_of_two", draws=draws), file=sys.stderr)
    return {"draws": draws, "seed": DEFAULT_SEED if arguments.seed is None else arguments.seed}


def _text(arguments: argparse.Namespace, key: str, **params: object) -> str:
    from sim.inputs.catalogue import load_catalogue

    return load_catalogue(arguments.lang).text(key, **params)


def _project(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.batch.progress import blocks
    from sim.batch.project import project, write_projection
    from sim.batch.record import now

    started = now()
    with blocks(_text(arguments, "cli.projecting")) as progress:
        projection = project(arguments.scenarios, **_sampling(arguments), progress=progress)
    if arguments.out:
        write_projection(projection, Path(arguments.out), started=started)
        print(_text(arguments, "cli.wrote", path=str(Path(arguments.out) / "summary.csv")), file=sys.stderr)
    else:
        sys.stdout.write(projection.summary)
    return DONE


def _compare(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.batch.files import write_atomic
    from sim.batch.project import compare_csv, compared

    result = compared(arguments.scenarios, **_sampling(arguments))
    if arguments.out:
        write_atomic(Path(arguments.out) / "compare.csv", compare_csv(result))
    elif arguments.format == "csv":
        sys.stdout.write(compare_csv(result))
    if arguments.format == "table":
        from sim.report.terminal import comparison_table

        comparison_table(result, lang=arguments.lang)
    return DONE


def _report(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.batch.progress import notebooks
    from sim.batch.entries import Settings
    from sim.batch.report import report

    settings = Settings(
        Path(arguments.out), lang=arguments.lang, jobs=arguments.jobs, resume=not arguments.fresh,
        cluster=arguments.cluster or "", **_sampling(arguments),
    )
    with notebooks(arguments.lang) as (told, said):
        entries = report(arguments.scenarios, settings, told=told, said=said)
    failed = [entry for entry in entries if not entry.outcome.ok]
    print(_text(arguments, "cli.report_done", path=str(settings.out / "index.html"), ok=len(entries) - len(failed), failed=len(failed)))
    return SOME_FAILED if failed else DONE


def _batch(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.batch.grid import estimate, write_grid

    names = write_grid(arguments.file, Path(arguments.out), yes=arguments.yes)
    found = estimate(names, draws=_sampling(arguments)["draws"], years=10, jobs=arguments.jobs)
    print(_text(arguments, "cli.batch_estimate", count=found.scenarios, memory=found.memory), file=sys.stderr)
    arguments.scenarios = names
    return _report(arguments)


def _verify(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.batch.verify import verify

    print(_text(arguments, "cli.verified", count=verify(Path(arguments.folder)), path=arguments.folder))
    return DONE


def _credibility(arguments: argparse.Namespace) -> int:
    from concurrent.futures import ProcessPoolExecutor

    from sim.batch import credibility
    from sim.evidence.checks import FAIL, Size
    from sim.evidence.knowledge import load_knowledge
    from sim.report.credibility import checks_table

    known = load_knowledge()
    slow = credibility.stored(known)
    if arguments.full or arguments.truths:
        size = Size() if not arguments.truths else Size(arguments.truths, max(1, arguments.truths // 3))
        with ProcessPoolExecutor(arguments.jobs) as executor:
            slow = credibility.run_full(known, size, executor, keep=arguments.full)
    checks = [*credibility.quick(known), *(slow.checks if slow else ())]
    checks_table(checks, arguments.lang, status=credibility.status(slow, arguments.lang))
    return SOME_FAILED if any(check.verdict == FAIL for check in checks) else DONE


def _ledger_add(arguments: argparse.Namespace) -> int:
    from sim.batch.ledger import add

    digest = add(arguments.scenario, arguments.ledger, **_sampling(arguments))
    print(_text(arguments, "cli.ledger_added", scenario=arguments.scenario, digest=digest[:12]))
    return DONE


def _ledger_score(arguments: argparse.Namespace) -> int:
    from sim.batch.ledger import score_file
    from sim.report.ledger import score_table

    for published, scored in score_file(arguments.file, arguments.ledger):
        score_table(published, scored, arguments.lang)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
