"""What is saved, to be opened again: scenarios of the folder, newest first, and tries that are out of sight."""

import datetime
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.domain import InputError, Scenario
from sim.inputs.scenarios import load_scenario
from sim.inputs.text import File
from sim.inputs.yaml import load_catalogue
from sim.planner.opening import Opened, setting
from sim.planner.state import State, Try
from sim.planner.tries import Whole, try_name
from sim.planner.words import Refusal, Words

_YAML = (".yaml", ".yml")


def shelf_rows(opened: Opened, words: Words, state: State, tries: list[Try]) -> list[dict[str, Any]]:
    """A row each: what it is called, its split in words, when it was saved, or why it cannot be opened.

    Parameters
    ----------
    tries : out of sight, oldest first
    """
    rows: list[dict[str, Any]] = []
    for path, saved in _files(opened.folder):
        row = {"file": path.name, "key": "", "name": path.name, "when": moment(words, saved), "told": "", "problem": ""}
        try:
            found = _read(opened, path)
        except (InputError, OSError) as error:
            row["problem"] = _why(words, error)
        else:
            whole = Whole.of(found.plan, range(state.present, found.horizon + 1))
            row["name"] = words.label(found.label)
            row["told"] = words.say("shelf_told", split=whole.in_words(words), world=words.label(found.world.label))
        rows.append(row)
    for one in reversed(tries[-setting("shelf_rows") :]):
        told = words.say(
            "shelf_told", split=Whole.of(one.plan, state.years).in_words(words), world=words.label(one.world.label)
        )
        when = moment(words, one.at) if one.at else ""
        rows.append(
            {"file": "", "key": one.key, "name": try_name(words, one), "when": when, "told": told, "problem": ""}
        )
    return rows


def take_down(opened: Opened, name: str) -> Scenario:
    """A saved scenario by the name of its file, which must be one of the folder's.

    Raises
    ------
    Refusal
        When it is not there (any more).
    InputError
        When it is refused.
    """
    path = next((path for path, _ in _files(opened.folder) if path.name == name), None)
    if path is None:
        raise Refusal("shelf_gone", file=name)
    return _read(opened, path)


def report_command(opened: Opened, path: Path) -> str:
    """The command that makes the report of a saved scenario, as this system's command line takes it from any folder."""
    file = str(path.resolve())
    quoted = f'"{file}"' if os.name == "nt" or not set(file) & set('"$`!\\') else shlex.quote(file)
    command = f"coopsim report {quoted} --province {opened.province.slug}"
    return f"{command} --year {opened.province.planning_year}" if opened.province.past_years else command


def _files(folder: Path) -> list[tuple[Path, float]]:
    """Scenario files of a folder and when each was written, newest first."""

    def found() -> Iterator[tuple[Path, float]]:
        for path in folder.iterdir():
            if path.suffix.lower() in _YAML and not path.name.startswith(".") and path.is_file():
                yield path, path.stat().st_mtime

    try:
        return sorted(found(), key=lambda item: (-item[1], item[0].name))[: setting("shelf_rows")]
    except OSError:
        return []


def _read(opened: Opened, path: Path) -> Scenario:
    return load_scenario(File.at(path), background=opened.background)


def _why(words: Words, error: Exception) -> str:
    """The first thing that is wrong with a file."""
    if isinstance(error, InputError):
        return load_catalogue(words.lang).describe(error.problems[0])
    return words.say("failed", detail=type(error).__name__)


def moment(words: Words, seconds: float) -> str:
    """Day and minute as they are written here."""
    return datetime.datetime.fromtimestamp(seconds).strftime(words.say("moment"))
