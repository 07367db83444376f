"""What each command of the command line does: one call into the layer below, and an exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

#: Exit codes others rely on.
DONE, SOME_FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


def check_command(arguments: argparse.Namespace) -> int:
    from sim.domain import InputError, Problem
    from sim.inputs.scenarios import check_file
    from sim.inputs.yaml import load_catalogue

    catalogue = load_catalogue(arguments.lang)
    refused = False
    for path in dict.fromkeys(arguments.files):
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


def _sampling(arguments: argparse.Namespace) -> dict[str, Any]:
    from sim.domain import InputError, Numbers, Problem, count_of
    from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED, MAX_DRAWS

    draws = arguments.draws or DEFAULT_DRAWS
    if draws > MAX_DRAWS:
        raise InputError(Problem("out_of_bounds", place="--draws", value=draws, allowed=Numbers("1–{}", (MAX_DRAWS,))))
    if draws & (draws - 1):
        print(_text(arguments, "cli.draws_not_power_of_two", draws=count_of(draws)), file=sys.stderr)
    return {"draws": draws, "seed": DEFAULT_SEED if arguments.seed is None else arguments.seed}


def _text(arguments: argparse.Namespace, key: str, **params: object) -> str:
    from sim.inputs.yaml import load_catalogue

    return load_catalogue(arguments.lang).text(key, **params)


def project_command(arguments: argparse.Namespace) -> int:
    from contextlib import nullcontext
    from pathlib import Path

    from sim.cli.progress import blocks
    from sim.run import now, taken, write_projection
    from sim.run.project import project

    started, out = now(), Path(arguments.out) if arguments.out else None
    with taken(out) if out else nullcontext():
        with blocks(_text(arguments, "cli.projecting")) as progress:
            projection = project(arguments.scenarios, **_sampling(arguments), progress=progress)
        if out:
            write_projection(projection, out, started=started)
    if out:
        print(_text(arguments, "cli.wrote", path=str(out / "summary.csv")), file=sys.stderr)
    else:
        sys.stdout.write(projection.summary)
    return DONE


def planner_command(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.inputs.text import is_path
    from sim.planner import Service
    from sim.planner.serve import serve

    name = arguments.scenario
    asked = {"scenario": str(Path(name).resolve()) if name and is_path(name) else name, "draws": arguments.draws}
    parameters = {key: value for key, value in asked.items() if value is not None}
    parameters |= {"lang": arguments.lang, "folder": str(Path("scenarios").resolve())}
    serve(Service(parameters, arguments.lang, arguments.port, browser=not arguments.no_browser))
    return DONE


def compare_command(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.cli.asked import indicators_asked, years_asked
    from sim.domain import InputError, Problem
    from sim.run import compare_csv, compared, inputs_csv, require_no_report_table, write_atomic

    if len(set(arguments.scenarios)) < 2:
        raise InputError(Problem("nothing_to_compare", value=arguments.scenarios[0]))
    indicators = indicators_asked(arguments.indicators)
    require_no_report_table(arguments.out, "compare.csv")
    result = compared(arguments.scenarios, **_sampling(arguments))
    chosen: dict[str, Any] = {"years": years_asked(arguments.years, result.years[1:]), "indicators": indicators}
    if arguments.out:
        write_atomic(Path(arguments.out) / "compare.csv", compare_csv(result, **chosen))
        write_atomic(Path(arguments.out) / "inputs.csv", inputs_csv(result))
    elif arguments.format == "csv":
        sys.stdout.write(compare_csv(result, **chosen))
    if arguments.format == "table":
        from sim.report.forms import comparison_table

        comparison_table(result, lang=arguments.lang, **chosen)
    return DONE


def sensitivity_command(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.evidence import load_knowledge
    from sim.inputs.scenarios import load_scenario
    from sim.run import require_no_report_table, unknowns as uncertainty, write_atomic

    require_no_report_table(arguments.out, "sensitivity.csv")
    sampling = _sampling(arguments)
    uncertainty.require_enough(sampling["draws"])
    found = uncertainty.examined(load_knowledge(), load_scenario(arguments.scenario), **sampling)
    if arguments.out:
        write_atomic(Path(arguments.out) / "sensitivity.csv", uncertainty.sensitivity_csv(found))
    elif arguments.format == "csv":
        sys.stdout.write(uncertainty.sensitivity_csv(found))
    if arguments.format == "table":
        from sim.report.forms import sensitivity_tables

        sensitivity_tables(found, lang=arguments.lang)
    return DONE


def robust_command(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.evidence import load_knowledge
    from sim.run import MAIN, require_no_report_table, unknowns as uncertainty, write_atomic

    require_no_report_table(arguments.out, "robust.csv")
    names = arguments.scenarios or [MAIN]
    asked = {"threshold": arguments.threshold, **_sampling(arguments)}
    runs, found, worlds = uncertainty.robust(load_knowledge(), names, arguments.worlds or (), **asked)
    if arguments.out:
        write_atomic(Path(arguments.out) / "robust.csv", uncertainty.robust_csv(found))
    elif arguments.format == "csv":
        sys.stdout.write(uncertainty.robust_csv(found))
    if arguments.format == "table":
        from sim.report.forms import robust_tables

        plans = {plan.slug: plan for plan in runs.alternatives.plans}
        robust_tables(found, plans, worlds, lang=arguments.lang)
    return DONE


def report_command(arguments: argparse.Namespace, *, made: Mapping[str, str] | None = None) -> int:
    from pathlib import Path

    from sim.cli.progress import notebooks
    from sim.run import Settings, formats_of
    from sim.run.report import report

    settings = Settings(
        Path(arguments.out),
        lang=arguments.lang,
        jobs=arguments.jobs,
        resume=not arguments.fresh,
        cluster=arguments.cluster or "",
        formats=formats_of(arguments.formats),
        made=made or {},
        **_sampling(arguments),
    )
    with notebooks(arguments.lang) as (on_end, on_notice):
        entries = report(arguments.scenarios, settings, on_end=on_end, on_notice=on_notice)
    failed = [entry for entry in entries if not (entry.ending and entry.ending.ok)]
    print(
        _text(
            arguments,
            "cli.report_done",
            path=str(settings.out / "index.html"),
            ok=len(entries) - len(failed),
            failed=len(failed),
        )
    )
    return SOME_FAILED if failed else DONE


def batch_command(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.domain import count_of
    from sim.run import estimate, formats_of, write_grid

    formats_of(arguments.formats)  # refused before any scenario file is written
    grid = write_grid(arguments.file, Path(arguments.out), yes=arguments.yes)
    found = estimate(grid.names, draws=_sampling(arguments)["draws"], years=10, jobs=arguments.jobs)
    print(
        _text(arguments, "cli.batch_estimate", count=count_of(found.scenarios), memory=count_of(found.memory)),
        file=sys.stderr,
    )
    arguments.scenarios = grid.names
    return report_command(arguments, made=grid.made)


def export_command(arguments: argparse.Namespace) -> int:
    from sim.cli.exchange import export_file

    return export_file(arguments)


def import_command(arguments: argparse.Namespace) -> int:
    from sim.cli.exchange import import_file

    return import_file(arguments)


def verify_command(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.run import verify

    print(_text(arguments, "cli.verified", count=verify(Path(arguments.folder)), path=arguments.folder))
    return DONE


def credibility_command(arguments: argparse.Namespace) -> int:
    from sim.evidence import FAIL, Size, load_knowledge
    from sim.report.pages import checks_table
    from sim.run import credibility

    known = load_knowledge()
    slow = credibility.stored(known)
    if arguments.full or arguments.truths:
        size = Size() if not arguments.truths else Size(arguments.truths, max(1, arguments.truths // 3))
        with credibility.workers(arguments.jobs) as executor:
            slow = credibility.run_full(known, size, executor, keep=arguments.full)
    checks = [*credibility.quick(known), *(slow.checks if slow else ())]
    checks_table(checks, arguments.lang, status=credibility.status(slow, arguments.lang))
    return SOME_FAILED if any(check.verdict == FAIL for check in checks) else DONE


def ledger_add_command(arguments: argparse.Namespace) -> int:
    from sim.run import add

    digest = add(arguments.scenario, arguments.ledger, **_sampling(arguments))
    print(_text(arguments, "cli.ledger_added", scenario=arguments.scenario, digest=digest[:12]))
    return DONE


def ledger_score_command(arguments: argparse.Namespace) -> int:
    from sim.report.forms import score_table
    from sim.run import score_file

    for published, scored in score_file(arguments.file, arguments.ledger):
        score_table(published, scored, arguments.lang)
    return DONE
