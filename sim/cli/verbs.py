"""Verbs that do something, and how far they are."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import sim.run as jobs
from sim.cli.arguments import sampling, say, text, warn
from sim.cli.questions import DONE, REFUSED, SOME_FAILED
from sim.domain import PERCENT, CoopsimError, InputError, Problem, count_of
from sim.inputs.yaml import load_catalogue

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from sim.analysis.answer import CameIn
    from sim.cli.assisting import Assisted
    from sim.inputs.office import Aim
    from sim.run import Ending

#: Fewer blocks than this are done before a bar could be read.
_WORTH_SHOWING = 9
#: Chances below this, or above what is left, are told in words, as on every page.
_RARE = 0.05


@contextlib.contextmanager
def blocks(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress callback over blocks of draws; short runs show nothing and load nothing."""
    with contextlib.ExitStack() as stack:
        shown: list[Progress] = []

        def advance(done: int, total: int) -> None:
            if total < _WORTH_SHOWING:
                return
            if not shown:
                shown.append(stack.enter_context(_bar(_console())))
                shown[0].add_task(title, total=total)
            shown[0].update(shown[0].task_ids[0], completed=done)

        yield advance


@contextlib.contextmanager
def notebooks(
    lang: str,
) -> "Iterator[tuple[Callable[[Ending], None], Callable[[str, str, str], None], Callable[[int], None]]]":
    """Callbacks of a report: how a part ended, a notice on what an earlier one left, how many more parts will end."""
    console = _console()
    catalogue = load_catalogue(lang)
    with _bar(console) as bar:
        task = bar.add_task(catalogue.text("cli.reporting"), total=0)
        ordinary: set[str] = set()

        def on_more(parts: int) -> None:
            bar.update(task, total=(bar.tasks[0].total or 0) + parts)

        def on_end(ending: "Ending") -> None:
            if ending.slower and ending.slower not in ordinary:  # the same reason holds for every notebook
                ordinary.add(ending.slower)
                console.print(catalogue.text("cli.ordinary_kernel", why=ending.slower), markup=False)
            state = catalogue.text(f"cli.state_{ending.state}")
            note = f" — {ending.reason}" if ending.reason else f" ({ending.seconds:.1f} s)"
            if ending.kept:
                state, note = catalogue.text("cli.state_kept"), ""
            console.print(f"{ending.slug}: {state}{note}", markup=False)
            bar.advance(task)

        def on_notice(why: str, slug: str, parts: str) -> None:
            console.print(catalogue.text(f"cli.again_{why}", slug=slug, parts=parts), markup=False)

        yield on_end, on_notice, on_more


def _console() -> "Console":
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def _bar(console: "Console") -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def check(arguments: argparse.Namespace) -> int:
    """`coopsim check`: what every file is, or what is wrong with it."""
    from sim.inputs.scenarios import check_file

    catalogue = load_catalogue(arguments.lang)
    refused = False
    for path in dict.fromkeys(arguments.files):
        notes: list[Problem] = []
        try:
            kind = check_file(path, notes)
            notes += jobs.questions_of_file(Path(path)) if kind == "observations" else []
        except InputError as error:
            refused = True
            print(*catalogue.describe_all(error), sep="\n", file=sys.stderr)
            continue
        print(catalogue.text("cli.check_fine", path=path, kind=catalogue.text(f"cli.kind_{kind}")))
        for note in notes:
            print(f"  {catalogue.describe(note)}")
    return REFUSED if refused else DONE


def project(arguments: argparse.Namespace) -> int:
    """`coopsim project`: the summary printed, or written with the record of what it was made of."""
    from contextlib import nullcontext

    from sim.run.project import project

    started, out = jobs.now(), Path(arguments.out) if arguments.out else None
    with jobs.projection_folder(out) if out else nullcontext():
        with blocks(text(arguments, "cli.projecting")) as progress:
            projection = project(arguments.scenarios, **sampling(arguments), progress=progress)
        if out:
            jobs.write_projection(projection, out, started=started)
    for slug, came in projection.arrived.items():
        _tell_arrived(arguments, slug, came)
    if out:
        warn(arguments, "cli.wrote", path=str(out / "summary.csv"))
    else:
        sys.stdout.write(projection.summary)
    return DONE


def refit(arguments: argparse.Namespace) -> int:
    """`coopsim refit`: what the printed figures made of the assumptions."""
    from sim.report.forms import refitted, show
    from sim.report.print import Wording

    with blocks(text(arguments, "cli.refitting")) as progress:
        found = jobs.refit(arguments.pack or None, progress=progress)
    w = Wording(arguments.lang)
    show(w, refitted(w, found.known, found.moved))
    return DONE


def _tell_arrived(arguments: argparse.Namespace, slug: str, came: "CameIn") -> None:
    """One sentence a target on what figures of the year made of its chance; without the rooms of pages."""

    def told(chance: float) -> str:
        near = min(max(chance, _RARE), 1.0 - _RARE)
        shown = text(arguments, "report.percent", value=f"{PERCENT * near:.0f}")
        key = "chance_rare" if chance < near else "chance_near_all"
        return shown if chance == near else text(arguments, f"report.{key}", bound=shown)

    first, last = came.steps[0], came.steps[-1]
    for before, after in zip(first.chances, last.chances, strict=True):
        if last.figures and before.target.high is None and before.probability != after.probability:
            year, month = last.figures[-1].moment
            chances = {"before": told(before.probability), "after": told(after.probability)}
            name = before.target.label[arguments.lang]
            warn(arguments, "cli.arrived", scenario=slug, month=f"{month}/{year}", target=name, **chances)
    for problem in came.refused:
        reason = load_catalogue(arguments.lang).describe(problem)
        warn(arguments, "report.arrived_refused", reason=reason)


def planner(arguments: argparse.Namespace) -> int:
    """`coopsim planner`: the interactive planner, until it is stopped."""
    from sim.inputs.scenarios import load_scenario
    from sim.inputs.text import is_path
    from sim.planner import Service
    from sim.planner.serve import serve

    name = arguments.scenario or ""
    if name:  # refused here rather than on the page
        load_scenario(name)
    asked = {"scenario": str(Path(name).resolve()) if is_path(name) else name, "draws": arguments.draws}
    parameters = {key: value for key, value in asked.items() if value is not None}
    parameters |= {"lang": arguments.lang, "folder": str(Path("scenarios").resolve())}
    serve(Service(parameters, arguments.lang, arguments.port, browser=not arguments.no_browser))
    return DONE


def report(arguments: argparse.Namespace, *, made: Mapping[str, str] | None = None) -> int:
    """`coopsim report`: pages of scenarios; `made` are files a grid of them was written to."""
    from sim.run.report import report

    settings = jobs.Settings(
        Path(arguments.out), lang=arguments.lang, jobs=arguments.jobs, resume=not arguments.fresh,
        cluster=arguments.cluster or "", formats=jobs.formats_of(arguments.formats), made=made or {},
        notebooks=tuple(map(Path, arguments.notebook)), only=arguments.only or "", year=arguments.year or 0,
        **sampling(arguments),
    )  # fmt: skip
    with notebooks(arguments.lang) as (on_end, on_notice, on_more):
        entries = report(arguments.scenarios, settings, on_end=on_end, on_notice=on_notice, on_more=on_more)
    failed = [entry for entry in entries if not entry.ok]
    pages = sorted(settings.out.glob("*.html"), key=lambda path: path.name != "index.html")
    index, fine = str(pages[0] if pages else settings.out), len(entries) - len(failed)
    say(arguments, "cli.report_done", path=index, ok=fine, failed=len(failed))
    return SOME_FAILED if failed else DONE


def new_notebook(arguments: argparse.Namespace) -> int:
    """`coopsim new notebook`: a starter with the cell of parameters."""
    from sim.run import new_notebook

    say(arguments, "cli.wrote", path=str(new_notebook(arguments.name)))
    return DONE


def batch(arguments: argparse.Namespace) -> int:
    """`coopsim batch`: pages of a grid of scenarios."""
    jobs.formats_of(arguments.formats)  # refused before any scenario file is written
    grid = jobs.write_grid(arguments.file, Path(arguments.out), yes=arguments.yes)
    found = jobs.estimate(grid.names, draws=sampling(arguments)["draws"], years=10, jobs=arguments.jobs)
    warn(arguments, "cli.batch_estimate", count=count_of(found.scenarios), memory=count_of(found.memory))
    arguments.scenarios = grid.names
    return report(arguments, made=grid.made)


def verify(arguments: argparse.Namespace) -> int:
    """`coopsim verify`: whether a report is still as it was written."""
    say(arguments, "cli.verified", count=jobs.verify(Path(arguments.folder)), path=arguments.folder)
    return DONE


def ledger_add(arguments: argparse.Namespace) -> int:
    """`coopsim ledger add`: a forecast kept before its years are known."""
    digest = jobs.freeze_forecast(arguments.scenario, arguments.ledger, **sampling(arguments))
    say(arguments, "cli.ledger_added", scenario=arguments.scenario, digest=digest[:12])
    return DONE


def ledger_score(arguments: argparse.Namespace) -> int:
    """`coopsim ledger score`: every kept forecast against what came in."""
    from sim.report.forms import scores, show
    from sim.report.print import Wording

    w = Wording(arguments.lang)
    for one in jobs.score_forecasts(arguments.file, arguments.ledger):
        show(w, scores(w, one))
    return DONE


# -- Files that go out and come in: what is asked, what is shown, what is written -------------------

def brief(arguments: argparse.Namespace) -> int:
    """`coopsim brief`: one document for a decision between scenarios."""
    from sim.cli.asked import indicator_named

    goal = indicator_named(arguments.goal, "--goal")
    asked = {"goal": goal, "force": arguments.force, "lang": arguments.lang, **sampling(arguments, kept=True)}
    jobs.write_brief(arguments.scenarios, Path(arguments.out), **asked)
    warn(arguments, "cli.wrote", path=arguments.out)
    return DONE


def export(arguments: argparse.Namespace) -> int:
    """`coopsim export`: a scenario, or the sheet to enter figures in."""
    if arguments.figures:
        asked = {"lang": arguments.lang, "force": arguments.force, "part": arguments.period or "year"}
        jobs.export_figures(arguments.figures, Path(arguments.out), **asked)
        say(arguments, "exchange.exported", path=arguments.out)
        return DONE
    if not arguments.scenario:
        raise InputError(Problem("arguments_missing", {"names": "SCENARIO"}))
    jobs.export_scenario(arguments.scenario, Path(arguments.out), lang=arguments.lang, force=arguments.force)
    say(arguments, "exchange.exported", path=arguments.out)
    return DONE


def bring_in(arguments: argparse.Namespace) -> int:
    """`coopsim import`: a scenario, a table of figures, or outturns of a newer year."""
    if into_pack := _into_pack(arguments):
        CoopsimError.options -= {"-o", "--out"}
        return into_pack(arguments)
    understood = jobs.understand_scenario(Path(arguments.file), Path(arguments.out) if arguments.out else None)
    from sim.report.forms import scenario_preview

    print(*scenario_preview(understood.scenario, understood.notes, arguments.lang), sep="\n")
    target = {"path": understood.target.as_posix()}
    say(arguments, "exchange.preview_replaces" if understood.replaces else "exchange.preview_target", **target)
    if not _agreed(arguments):
        return REFUSED
    jobs.write_scenario(understood, lang=arguments.lang)
    say(arguments, "exchange.exported", **target)
    return DONE


def _into_pack(arguments: argparse.Namespace) -> Callable[[argparse.Namespace], int] | None:
    """What brings in a file that goes into a pack, not to ``-o``; None for a scenario's."""
    from sim.inputs.figures import is_px, is_table

    if arguments.new_base:
        return _import_outturns
    if arguments.add or (arguments.assist and not arguments.pack):
        return _add_figures
    if arguments.table or is_px(Path(arguments.file)):
        return _import_px
    return _import_figures if arguments.pack or is_table(Path(arguments.file)) else None


def _import_figures(arguments: argparse.Namespace) -> int:
    """A table of figures as a new data pack: shown first, written when agreed to."""
    from sim.report.forms import figures_preview

    given = arguments.pack, arguments.name, arguments.area, arguments.base_year
    if not any(given):
        raise InputError(Problem("import_unasked", file=arguments.file))
    asked = jobs.asked_of(*given)
    sources = Path(arguments.sources) if arguments.sources else None
    helped = _helped(arguments, lambda: jobs.aim_of(asked))
    understood = jobs.understand_figures(
        Path(arguments.file), asked, sheet=arguments.sheet, sources=sources, reader=helped.reader if helped else None
    )
    print(*figures_preview(understood.draft, understood.notes, arguments.lang, path=arguments.file), sep="\n")
    say(arguments, "figures.will_write", path=str(understood.target))
    if not _agreed(arguments):
        return REFUSED
    jobs.write_pack(understood)
    say(arguments, "figures.wrote", path=str(understood.target), slug=asked.slug)
    if helped:
        helped.remember(arguments)
    return DONE


def _helped(arguments: argparse.Namespace, aim: "Callable[[], Aim]") -> "Assisted | None":
    """The table of an office as the assistant understood it, where it was asked for."""
    if not arguments.assist:
        return None
    from sim.cli.assisting import assisted

    return assisted(arguments, aim())


def _import_px(arguments: argparse.Namespace) -> int:
    """A table of the statistics office, kept beside the figures of other provinces."""
    from sim.report.forms import px_preview

    understood = jobs.understand_px(Path(arguments.file), side=arguments.boundary, pack=arguments.pack)
    print(*px_preview(understood.table, arguments.lang, path=arguments.file), sep="\n")
    say(arguments, f"figures.px_{'replaces' if understood.replaces else 'target'}", path=str(understood.target))
    if not _agreed(arguments):
        return REFUSED
    say(arguments, "exchange.exported", path=str(jobs.write_px(understood)))
    return DONE


def _add_figures(arguments: argparse.Namespace) -> int:
    """Figures of the current year into the pack: shown with what they do to its targets, written when agreed to."""
    from sim.report.forms import later_preview

    helped = _helped(arguments, jobs.aim_of)
    reader = helped.reader if helped else None
    understood = jobs.understand_later(Path(arguments.file), sheet=arguments.sheet, reader=reader)
    told = understood.province, understood.rows, understood.came, understood.notes
    print(*later_preview(*told, arguments.lang), sep="\n")
    say(arguments, "figures.will_add", path=str(understood.target))
    if not _agreed(arguments):
        return REFUSED
    say(arguments, "figures.added", path=str(jobs.write_later(understood)), count=len(understood.rows))
    if helped:
        helped.remember(arguments)
    return DONE


def _import_outturns(arguments: argparse.Namespace) -> int:
    """Outturns of a newer year as a new start; the forecast made before them stays in the ledger."""
    from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED
    from sim.report.forms import figures_preview

    path = Path(arguments.file)
    helped = _helped(arguments, jobs.aim_of)
    new = jobs.understand_outturns(
        path, arguments.new_base, slug=arguments.pack, sheet=arguments.sheet, reader=helped.reader if helped else None
    )
    draft, target = new.understood.draft, str(new.understood.target)
    print(*figures_preview(draft, new.understood.notes, arguments.lang, path=arguments.file), sep="\n")
    say(arguments, "figures.will_write", path=target)
    say(arguments, "figures.will_freeze", year=new.old.base_year)
    if not _agreed(arguments):
        return REFUSED
    digest = jobs.write_new_base(new, draws=DEFAULT_DRAWS, seed=DEFAULT_SEED)
    if digest:
        say(arguments, "figures.frozen", digest=digest[:12], file=arguments.file)
    say(arguments, "figures.wrote", path=target, slug=draft.asked.slug)
    if helped:
        helped.remember(arguments)
    return DONE


def _agreed(arguments: argparse.Namespace) -> bool:
    """Whether what was shown may be written: said on the command line, or answered."""
    agreed = arguments.yes
    if not agreed and sys.stdin.isatty():
        answer = input(text(arguments, "exchange.ask")).strip().casefold()
        agreed = answer in text(arguments, "exchange.ask_yes").split(", ")
    if not agreed:
        warn(arguments, "exchange.not_written")
    return bool(agreed)
