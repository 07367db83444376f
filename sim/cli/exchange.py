"""`coopsim export` and `coopsim import`: what the command line asks, what is shown, what is written."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sim.inputs.yaml import load_catalogue

DONE, REFUSED = 0, 2


def export_file(arguments: argparse.Namespace) -> int:
    """`coopsim export`: a scenario, or the sheet to enter figures in."""
    from sim.domain import InputError, Problem
    from sim.run import export, export_figures

    if arguments.figures:
        export_figures(arguments.figures, Path(arguments.out), lang=arguments.lang, force=arguments.force)
        print(_text(arguments, "exchange.exported", path=arguments.out))
        return DONE
    if not arguments.scenario:
        raise InputError(Problem("missing_key", {"key": "SCENARIO"}, place="SCENARIO"))
    export(arguments.scenario, Path(arguments.out), lang=arguments.lang, force=arguments.force)
    print(_text(arguments, "exchange.exported", path=arguments.out))
    return DONE


def import_file(arguments: argparse.Namespace) -> int:
    """`coopsim import`: a scenario, a table of figures, or outturns of a newer year."""
    if arguments.new_base:
        return _import_outturns(arguments)
    if arguments.pack or _holds_figures(Path(arguments.file)):
        return _import_figures(arguments)
    from sim.report.forms import scenario_preview
    from sim.run import keep, understand

    understood = understand(Path(arguments.file), Path(arguments.out) if arguments.out else None)
    print(*scenario_preview(understood.scenario, understood.notes, arguments.lang), sep="\n")
    target = {"path": understood.target.as_posix()}
    print(_text(arguments, "exchange.preview_replaces" if understood.replaces else "exchange.preview_target", **target))
    if not _agreed(arguments):
        return REFUSED
    keep(understood, lang=arguments.lang)
    print(_text(arguments, "exchange.exported", **target))
    return DONE


def _holds_figures(path: Path) -> bool:
    """Whether a file is a table of figures and no scenario; a file that cannot be read is told by its reader."""
    from sim.inputs.figures import is_table

    return is_table(path)


def _import_figures(arguments: argparse.Namespace) -> int:
    """A table of figures as a new data pack: shown first, written when agreed to."""
    from sim.report.forms import figures_preview
    from sim.run import asked_of, understand_figures, write_pack

    asked = asked_of(arguments.pack, arguments.name, arguments.area, arguments.base_year)
    sources = Path(arguments.sources) if arguments.sources else None
    understood = understand_figures(Path(arguments.file), asked, sheet=arguments.sheet, sources=sources)
    lines = figures_preview(understood.draft, understood.notes, arguments.lang, path=arguments.file)
    print(*lines, _text(arguments, "figures.will_write", path=str(understood.target)), sep="\n")
    if not _agreed(arguments):
        return REFUSED
    write_pack(understood)
    print(_text(arguments, "figures.wrote", path=str(understood.target), slug=asked.slug))
    return DONE


def _import_outturns(arguments: argparse.Namespace) -> int:
    """Outturns of a newer year as a new start; the forecast made before them stays in the ledger."""
    from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED
    from sim.report.forms import figures_preview
    from sim.run import understand_outturns, write_new_base

    path = Path(arguments.file)
    new = understand_outturns(path, arguments.new_base, slug=arguments.pack, sheet=arguments.sheet)
    draft, target = new.understood.draft, str(new.understood.target)
    lines = figures_preview(draft, new.understood.notes, arguments.lang, path=arguments.file)
    print(*lines, _text(arguments, "figures.will_write", path=target), sep="\n")
    print(_text(arguments, "figures.will_freeze", year=new.old.base_year))
    if not _agreed(arguments):
        return REFUSED
    digest = write_new_base(new, draws=DEFAULT_DRAWS, seed=DEFAULT_SEED)
    if digest:
        print(_text(arguments, "figures.frozen", digest=digest[:12], file=arguments.file))
    print(_text(arguments, "figures.wrote", path=target, slug=draft.asked.slug))
    return DONE


def _agreed(arguments: argparse.Namespace) -> bool:
    """Whether what was shown may be written: said on the command line, or answered."""
    if arguments.yes:
        return True
    if sys.stdin.isatty():
        allowed = _text(arguments, "exchange.ask_yes").split(", ")
        if input(_text(arguments, "exchange.ask")).strip().casefold() in allowed:
            return True
    print(_text(arguments, "exchange.not_written"), file=sys.stderr)
    return False


def _text(arguments: argparse.Namespace, key: str, **params: object) -> str:
    return load_catalogue(arguments.lang).text(key, **params)
