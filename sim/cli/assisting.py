"""`coopsim import --assist`: an office's table, shown as it is understood; what is not sure is asked, or refused."""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sim.run as jobs
from sim.cli.arguments import say, text
from sim.domain import InputError, Problem
from sim.inputs.office import Aim, Reading
from sim.inputs.text import XLSX, limit, nearest, read_file, shown, shown_path
from sim.inputs.yaml import load_catalogue
from sim.report.forms import question_content, reading_content, reading_lines


@dataclass(frozen=True)
class Assisted:
    """A table about which nothing is left to ask."""

    assistant: jobs.Assistant
    reading: Reading
    answers: dict[str, str]
    lasting: bool

    @property
    def reader(self) -> jobs.Reader:
        """Reads exactly what was shown."""
        return jobs.reader_of(self.reading)

    def remember(self, arguments: argparse.Namespace) -> None:
        """Keep the answers for next month, where somebody gave them at a terminal or asked for it."""
        if self.lasting and self.answers:
            say(arguments, "assist.kept", path=self.assistant.remember(self.reading, self.answers))


def assisted(arguments: argparse.Namespace, aim: Aim) -> Assisted:
    """The table of a file, after everything about it was answered.

    Raises
    ------
    InputError
        When something is still open and nobody is there to ask.
    """
    path = Path(arguments.file)
    if path.suffix.lower() != XLSX:
        raise InputError(Problem("assist_not_excel", file=str(path), place="--assist"))
    raw = read_file(path, max_bytes=limit("xlsx_bytes"))
    assistant = jobs.open_workbook(raw, shown_path(path), aim, folder=Path("scenarios"))
    answers = answers_of(arguments.map)
    talking = sys.stdin.isatty() and not arguments.yes
    sheet = arguments.sheet
    if sheet is None and talking and len(assistant.offered) > 1:
        sheet = _sheet(arguments, assistant)

    def read() -> Reading:
        return assistant.read(answers, sheet=sheet, heading=arguments.heading_row, leave_out=arguments.leave_out)

    for note in assistant.notes:
        print(load_catalogue(arguments.lang).describe(note), file=sys.stderr)
    reading = read()
    while talking and reading.questions:
        answered = _answer(arguments, reading)
        before = dict(answers)
        if not answered:
            break
        add_answer(answers, reading.questions[0].name, answered)
        try:
            reading = read()
        except InputError as error:
            print(*load_catalogue(arguments.lang).describe_all(error), sep="\n", file=sys.stderr)
            answers.clear()
            answers.update(before)
    print(*reading_lines(reading_content(reading, arguments.lang), arguments.lang), sep="\n")
    found = Assisted(assistant, reading, answers, talking or arguments.save_map)
    if not reading.settled:
        raise InputError(*reading.problems, *jobs.open_questions(reading))
    return found


def answers_of(typed: Iterable[str]) -> dict[str, str]:
    """{label: meaning} of ``NAME=MEANING``; several for one label are taken together.

    Raises
    ------
    InputError
        When one has no equals sign, or nothing before or behind it.
    """
    found: dict[str, str] = {}
    for one in typed:
        name, equals, meaning = one.rpartition("=")
        if not equals or not name.strip() or not meaning.strip():
            raise InputError(Problem("assist_map", place="--map", value=shown(one)))
        add_answer(found, name.strip(), meaning.strip())
    return found


def add_answer(answers: dict[str, str], name: str, meaning: str) -> None:
    """One more answer for a label beside those there are."""
    answers[name] = f"{answers[name]}, {meaning}" if name in answers else meaning


def _answer(arguments: argparse.Namespace, reading: Reading) -> str:
    """What somebody at the terminal answers: the number of an option, or words; "" to stop."""
    told = question_content(reading.questions[0], reading.areas, arguments.lang)
    print(f"{told['place']}: {told['text']}")
    for number, option in enumerate(told["options"], start=1):
        print(f"  {number}. {option['text']}")
    typed = input(text(arguments, "assist.answer")).strip()
    if typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= len(told["options"]):
        return str(told["options"][int(typed) - 1]["answer"])
    return typed


def _sheet(arguments: argparse.Namespace, assistant: jobs.Assistant) -> str:
    """Which sheet is read, by its number or name."""
    say(arguments, "assist.ask_sheet")
    names = (*assistant.offered, jobs.EVERY)
    for number, name in enumerate(names, start=1):
        print(f"  {number}. {text(arguments, 'assist.option_every') if name == jobs.EVERY else shown(name)}")
    typed = input(text(arguments, "assist.answer")).strip()
    if typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= len(names):
        return names[int(typed) - 1]
    return typed if typed in names else nearest(typed, names) or typed
