"""Typed arguments of the command line: refused in words, in the user's language.

``coopsim --help`` comes through here: other rooms are reached through their doors when something of them is needed.
"""

import argparse
import math
import re
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from sim import domain
from sim.inputs import text as texts

if TYPE_CHECKING:
    from sim.domain import Problem

#: Refusals that say as much of a typed number as of a cell; of any other the option itself says what it takes.
_TOLD = ("number_foreign_digits", "number_exponent", "number_too_long")


def read_typed(text: str, refused: str, *, percent: bool = False, **params: object) -> "tuple[Decimal | None, Problem]":
    """A number with a comma or a point before its decimals, or why it is none.

    Parameters
    ----------
    refused : catalogue key of the option's own refusal
    percent : whether a percent sign may follow
    params : of that refusal

    Notes
    -----
    ``1.500`` is refused as in a table: it may be one and a half or one thousand five hundred. A
    space between thousands would have to be told where it is read; here it is refused.
    """
    settled = texts.settle_decimal([text])
    if settled.problem == "number_ambiguous":
        fraction, thousands = (domain.Numbers("{}", (Decimal(reading),)) for reading in settled.readings)
        told = {"fraction": fraction, "thousands": thousands, "short": texts.one_reading(text),
                "plain": settled.readings[1]}  # fmt: skip
        return None, domain.Problem("argument_two_readings", told, value=text)
    reading = texts.read_number(text, decimal=settled.decimal or ".", grouped=settled.decimal == ",", percent=percent)
    if reading.value is None or reading.note:
        if reading.problem == "number_not_finite":  # what a cell is told does not fit an option
            return None, domain.Problem("argument_not_finite", value=text)
        key = reading.problem if reading.problem in _TOLD else refused
        return None, domain.Problem(key, {} if key in _TOLD else params, value=text)
    return reading.value, domain.Problem(refused, params, value=text)


def typed(text: str, refused: str, place: str, *, percent: bool = False) -> Decimal:
    """As `read_typed`, for whoever has no more to ask of the number.

    Raises
    ------
    InputError
        When it cannot be read, or in two ways.
    """
    value, problem = read_typed(text, refused, percent=percent)
    if value is None:
        raise domain.InputError(domain.Problem(problem.key, problem.params, place=place, value=text))
    return value


# -- Kinds of argument of the command line, and a parser whose help and refusals are told in the user's language ---
# argparse speaks English and leaves at once; here what is wrong is kept as data until somebody says it.

_MOST_TIMES = 10
_LAST_PORT = 65535
#: argparse's sentences and our message for each; named groups are what the message needs.
_SENTENCES = (
    ("arguments_missing", r"the following arguments are required: (?P<names>.+)"),
    ("one_argument_needed", r"one of the arguments (?P<names>.+) is required"),
    ("arguments_exclude", r"not allowed with argument (?P<other>.+)"),
    ("argument_without_value", r"expected (?:one|at least one|at most one|\d+) arguments?"),
    ("argument_takes_no_value", r"ignored explicit argument '(?P<value>.*)'"),
    ("argument_ambiguous", r"ambiguous option: (?P<value>.+) could match (?P<names>.+)"),
    ("not_one_of", r"invalid choice: '(?P<value>.*)' \(choose from (?P<allowed>.+)\)"),
    ("argument_refused", r"(?P<detail>.*)"),
)
#: argparse's own words in a help text. They stand here, as the help of every command stands in the code:
#: opening the catalogue for them would make ``--help`` several times as slow.
_HELP_WORDS = {
    "vi": {"usage": "cách dùng: ", "positionals": "đối số", "options": "tùy chọn",
           "examples": "ví dụ", "help": "in phần trợ giúp này rồi thoát", "version": "in số phiên bản rồi thoát"},
    "en": {"usage": "usage: ", "positionals": "arguments", "options": "options",
           "examples": "examples", "help": "show this help and exit", "version": "show the version and exit"},
}  # fmt: skip
LANGUAGES = tuple(_HELP_WORDS)


class Misused(Exception):
    """A command line that cannot be understood.

    Attributes
    ----------
    command : what was being read: ``coopsim project``
    problem : what is wrong
    """

    def __init__(self, command: str, problem: "Problem") -> None:
        self.command, self.problem = command, problem
        super().__init__(command, problem)


def in_language(help_text: str | None, lang: str) -> str | None:
    """One language's half of a help text written as Vietnamese · English; a text without halves is for both."""
    if not help_text or " · " not in help_text:
        return help_text
    return help_text.split(" · ")[LANGUAGES.index(lang)]


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose help is in a language, and that raises `Misused` where its base prints and leaves.

    Parameters
    ----------
    lang : language of headings and of the options every parser has; commands below take it over
    settings : as of the base
    """

    def __init__(self, *, lang: str, **settings: Any) -> None:
        self.lang = lang
        words = _HELP_WORDS[lang]
        super().__init__(**settings, add_help=False, formatter_class=partial(_Formatter, usage=words["usage"]))
        # The base names its two groups by itself and offers no other way to name them.
        self._positionals.title, self._optionals.title = words["positionals"], words["options"]
        self.add_argument("-h", "--help", action="help", help=words["help"])
        self.register("action", "parsers", _Commands)
        self.register("action", None, _Once)
        self.given: dict[str, Any] = {}

    def add_examples(self, commands: Sequence[str]) -> None:
        """Command lines below the help of a command."""
        lines = [f"  {self.prog} {command}".rstrip() for command in commands]
        self.epilog = "\n".join([f"{_HELP_WORDS[self.lang]['examples']}:", *lines]) if lines else None

    def add_subparsers(self, **settings: Any) -> Any:
        """As the base does; the commands speak this parser's language."""
        settings["parser_class"] = partial(Parser, lang=self.lang)
        return super().add_subparsers(**settings)

    def add_version(self, version: str) -> None:
        """The option that prints the version."""
        self.add_argument("--version", action="version", version=version, help=_HELP_WORDS[self.lang]["version"])

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As the base does, but nothing may be left over: the command that does not know it says so."""
        self.given.clear()
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            near = texts.nearest(rest[0], re.findall(r"--[a-z-]+", self.format_usage()))
            told = texts.shown(" ".join(rest))
            raise Misused(self.prog, domain.Problem("argument_unknown", value=told, suggestion=near))
        # An option given as "" is a variable of a script that was not set: no default may stand in for it.
        for action in self._actions:
            given = getattr(found, action.dest, None)
            values = given if isinstance(given, list) else [given]
            if given != action.default and any(isinstance(one, str) and not one.strip() for one in values):
                place = "/".join(action.option_strings) or str(action.metavar or action.dest)
                raise Misused(self.prog, domain.Problem("argument_empty", place=place, value=""))
        return found, rest

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the command line."""
        found = sys.exc_info()[1]
        raise Misused(self.prog, _problem(message, found if isinstance(found, argparse.ArgumentError) else None))


class _Once(argparse._StoreAction):
    """An option that has one value: of two neither is surely meant."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        if option_string and parser.given.setdefault(self.dest, values) != values:
            name = "/".join(self.option_strings)
            raise Misused(parser.prog, domain.Problem("argument_twice", {"name": option_string}, place=name))
        super().__call__(parser, namespace, values, option_string)


class _Made(dict[str, Any]):
    """{name of a command: its parser}, each made when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        found = super().__getitem__(name)
        if not isinstance(found, Parser):
            self[name] = found = found()
        return found


class _Commands(argparse._SubParsersAction):
    """Commands below a parser: a command line uses one of them, and a help text their names."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._name_parser_map = self.choices = _Made()

    def add_later(self, name: str, fill: Callable[["Parser"], None], help_text: str) -> None:
        """A command that `fill` gives its arguments."""

        def make() -> Any:
            parser = self._parser_class(prog=f"{self._prog_prefix} {name}", description=help_text)
            fill(parser)
            return parser

        self._choices_actions.append(self._ChoicesPseudoAction(name, (), help_text))
        self._name_parser_map[name] = make


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """A formatter that puts a word of our own before how a command is used."""

    def __init__(self, *args: Any, usage: str, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._usage = usage

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """As the base does; a prefix that is given, also an empty one, stays."""
        super().add_usage(usage, actions, groups, self._usage if prefix is None else prefix)


class _Refused(argparse.ArgumentTypeError):
    """A value of an argument that is refused, as the message's key and parameters."""

    def __init__(self, key: str, value: str, **params: object) -> None:
        self.key, self.value, self.params = key, value, params
        super().__init__(key)


def _problem(message: str, found: argparse.ArgumentError | None) -> "Problem":
    place = (found.argument_name or "") if found else ""
    refused = found.__context__ if found else None
    if isinstance(refused, _Refused):
        return domain.Problem(refused.key, refused.params, place=place, value=texts.shown(refused.value))
    sentence = str(found.message) if found else message
    key, told = next((key, match) for key, text in _SENTENCES if (match := re.fullmatch(text, sentence, re.DOTALL)))
    parts = {name: texts.shown(text) for name, text in told.groupdict().items()}
    if key != "not_one_of":
        return domain.Problem(key, parts, place=place, value=parts.pop("value", None))
    allowed = [name.strip("'") for name in told["allowed"].split(", ")]  # newer versions leave the quotes out
    near, among = texts.nearest(told["value"], allowed), ", ".join(allowed)
    key = key if place else "unknown_command"
    return domain.Problem(key, place=place, value=parts["value"], allowed=among, suggestion=near)


# -- What every verb says and how many futures it looks at -----------------------------------------


def text(arguments: argparse.Namespace, key: str, **params: object) -> str:
    """Words of the catalogue in the language of a command."""
    from sim.inputs.yaml import load_catalogue

    return load_catalogue(arguments.lang).text(key, **params)


def say(arguments: argparse.Namespace, key: str, **params: object) -> None:
    """Print words of the catalogue."""
    print(text(arguments, key, **params))


def warn(arguments: argparse.Namespace, key: str, **params: object) -> None:
    """Print words of the catalogue beside the answer, on standard error."""
    print(text(arguments, key, **params), file=sys.stderr)


def sampling(arguments: argparse.Namespace, *, kept: bool = False) -> dict[str, Any]:
    """Draws and seed as asked, with a notice where draws are no power of two.

    Parameters
    ----------
    kept : whether all draws are kept side by side

    Raises
    ------
    InputError
        When there are more draws than there may be.
    """
    from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED, MAX_DRAWS

    draws = arguments.draws or DEFAULT_DRAWS
    if kept:
        from sim.run import require_kept

        require_kept(draws)
    if draws > MAX_DRAWS:
        most = domain.Numbers("1–{}", (MAX_DRAWS,))
        raise domain.InputError(domain.Problem("out_of_bounds", place="--draws", value=draws, allowed=most))
    if draws & (draws - 1):
        warn(arguments, "cli.draws_not_power_of_two", draws=domain.count_of(draws))
    return {"draws": draws, "seed": DEFAULT_SEED if arguments.seed is None else arguments.seed}


# -- Kinds of argument -----------------------------------------------------------------------------


def pointed(text: str) -> str:
    """One of a few numbers to choose from, with a decimal point however it was typed."""
    return text.replace(",", ".")


def positive(text: str) -> int:
    """A whole number from 1 up, in plain digits."""
    return _at_least(text, 1)


def whole(text: str) -> int:
    """A whole number from 0 up, in plain digits."""
    return _at_least(text, 0)


def port(text: str) -> int:
    """A port of this machine; 0, which asks the system for any, would be printed as the address."""
    return _at_least(text, 1, "argument_port", most=_LAST_PORT)


def number(text: str) -> float:
    """Any number, with a comma or a point."""
    return _fitting(text, math.isfinite, "argument_number")


def probability(text: str) -> float:
    """A number between 0 and 1."""
    return _fitting(text, lambda value: 0.0 < value < 1.0, "argument_probability")


def factor(text: str) -> float:
    """A number of times: above 0, and not so large that nobody can mean it."""
    return _fitting(text, lambda value: 0.0 < value <= _MOST_TIMES, "argument_factor", most=_MOST_TIMES)


def _at_least(text: str, least: int, key: str = "argument_whole", **params: Any) -> int:
    if text.isascii() and text.isdigit():
        digits = texts.limit("number_digits")
        if len(text.lstrip("0")) > digits:  # Python itself gives up at some thousand digits, in English
            raise _Refused("argument_too_long", text, most=digits)
        if least <= int(text) <= params.get("most", math.inf):
            return int(text)
    raise _Refused(key, text, least=least, **params)


def _fitting(text: str, fits: Callable[[float], bool], key: str, **params: Any) -> float:
    value, problem = read_typed(text, key, **params)
    if value is None or not fits(float(value)):
        raise _Refused(problem.key, text, **problem.params)
    return float(value)
