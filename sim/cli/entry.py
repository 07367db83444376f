"""The command line: argv → one call → exit code. Everything heavy is imported by the verb that needs it."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.cli import console
from sim.cli.arguments import LANGUAGES, Misused, Parser, in_language, whole
from sim.cli.questions import DONE, INTERRUPTED, REFUSED, VERBS, Argument, Either, Verb

if TYPE_CHECKING:
    from sim.domain import CoopsimError, Problem

#: The language, and the planning year, for whoever types none.
_LANG, _YEAR = "COOPSIM_LANG", "COOPSIM_YEAR"
#: Modules that hold what a command says; looked at only where they are loaded.
_MACHINE, _ERRORS = "sim.inputs.text.machine", "sim.domain.errors"
#: What every command takes, before its name or behind it.
_EVERYWHERE: dict[str, dict[str, Any]] = {
    "--province": {"metavar": "SLUG", "help": "gói dữ liệu tỉnh (COOPSIM_PROVINCE) · data pack (COOPSIM_PROVINCE)"},
    "--year": {"metavar": "YYYY", "type": whole, "help": "năm kế hoạch (COOPSIM_YEAR) · planning year (COOPSIM_YEAR)"},
    "--lang": {"choices": LANGUAGES, "help": "ngôn ngữ (COOPSIM_LANG, vi) · language (COOPSIM_LANG, vi)"},
    "-v --verbose": {"action": "store_true", "help": "in cả dữ liệu, bộ nhớ tạm, số giây · log data, cache, seconds"},
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code and never lets a traceback out for a user's mistake."""
    console.ready()
    lang = _language(argv)
    with _nothing_left():
        try:
            code = _run(argv, lang)
        except SystemExit as ended:  # --help and --version leave in this way
            ended.code = _handed_over(DONE, lang)
            raise
        return _handed_over(code, lang)


@contextmanager
def _nothing_left() -> Iterator[None]:
    """What a command sets for itself and what it starts – words, variables, signals – reaches no other of this process.

    Nor does what it said: a notice that is said once is said once a command.
    """
    if _MACHINE in sys.modules:
        sys.modules[_MACHINE].another_command()
    words = _said() if _ERRORS in sys.modules else (None, frozenset())
    variables = dict(os.environ)
    main = threading.current_thread() is threading.main_thread()
    handlers = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)} if main else {}
    try:
        yield
    finally:
        if _ERRORS in sys.modules:
            _say(*words)
        for name in {*os.environ, *variables}:
            if os.environ.get(name) != variables.get(name):
                os.environ.pop(name, None)
                os.environ.update({name: variables[name]} if name in variables else {})
        for one, handler in handlers.items():
            if handler is not None:  # one that was not set from Python cannot be set again
                signal.signal(one, handler)


def _said() -> tuple[Any, frozenset[str]]:
    """How errors are put into words, and which options they may name."""
    errors = sys.modules[_ERRORS].CoopsimError
    return errors.in_words, errors.options


def _say(in_words: Any, options: frozenset[str]) -> None:
    errors = sys.modules[_ERRORS].CoopsimError
    errors.in_words, errors.options = in_words, options


def _handed_over(code: int, lang: str) -> int:
    """The exit code, once all that was printed has left us; a full disk behind a redirection refuses."""
    if _MACHINE in sys.modules:  # something may have been read or written
        _tell_losses(lang)
    error = console.hand_over()
    if error is None or code == REFUSED:
        return code
    from sim.domain import CoopsimError
    from sim.run import system_refusal

    return _refused(CoopsimError(system_refusal(error)), lang)


def _tell_losses(lang: str) -> None:
    from sim.inputs.text import gone_without, tell_damage
    from sim.inputs.yaml import load_catalogue

    tell_damage()
    for step in gone_without():
        print(load_catalogue(lang).text(f"cli.without_{step}"), file=sys.stderr)


def _tell_clock(lang: str) -> None:
    """Say once that the clock is off, instead of refusing every figure as one of the future."""
    from sim.inputs.text import this_year, today

    if this_year() is None:
        from sim.domain import Problem
        from sim.inputs.yaml import load_catalogue

        told = Problem("clock_off", {"day": today().isoformat()}, warning=True)
        print(load_catalogue(lang).describe(told), file=sys.stderr)


def _run(argv: Sequence[str] | None, lang: str) -> int:
    parser = command_line(lang)
    parser.set_defaults(lang=os.environ.get(_LANG) or LANGUAGES[0])
    try:
        arguments = parser.parse_args(argv)
    except Misused as misused:
        return _print_misuse(misused, lang)
    if not hasattr(arguments, "run"):
        parser.print_help()
        return REFUSED
    from sim.domain import CoopsimError, InputError, Problem

    # Ctrl-C and a polite request to end both interrupt, also where a shell started us with them ignored.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    if getattr(arguments, "province", None):
        os.environ["COOPSIM_PROVINCE"] = arguments.province  # notebooks' kernels inherit it
    try:
        if arguments.lang not in LANGUAGES:  # one typed is refused as it is read: this comes from the environment
            allowed = ", ".join(LANGUAGES)
            raise InputError(Problem("unknown_language", place=_LANG, value=arguments.lang, allowed=allowed))
        _say(partial(_in_words, arguments.lang), arguments.options)
        _tell_clock(arguments.lang)
        from sim.cli.journal import told

        with told(arguments), _in_year(getattr(arguments, "year", None)):
            return int(arguments.run(arguments))
    except CoopsimError as error:
        return _refused(error, arguments.lang)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        console.gone()
        return DONE
    except OSError as error:
        from sim.run import system_refusal

        return _refused(CoopsimError(system_refusal(error)), arguments.lang)


@contextmanager
def _in_year(year: int | None) -> Iterator[None]:
    """The planning year of everything a command reads; notebooks' kernels inherit it."""
    if year is None:
        yield
        return
    before = os.environ.get(_YEAR)
    os.environ[_YEAR] = str(year)
    try:
        yield
    finally:
        os.environ.pop(_YEAR, None) if before is None else os.environ.update({_YEAR: before})


def _language(argv: Sequence[str] | None) -> str:
    """The language of help, and of the refusal of a command line that could not be read as a whole."""
    asked = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    asked.add_argument("--lang", nargs="?", default=os.environ.get(_LANG))
    return _known(asked.parse_known_args(argv)[0].lang)


def _known(lang: str | None) -> str:
    """A language there is; any other is refused in the first."""
    return lang if lang in LANGUAGES else LANGUAGES[0]


def _print_misuse(misused: Misused, lang: str) -> int:
    from sim.inputs.yaml import load_catalogue

    catalogue = load_catalogue(lang)
    told = catalogue.describe(misused.problem), catalogue.text("cli.see_help", command=misused.command)
    print(*told, sep="\n", file=sys.stderr)
    return REFUSED


def _in_words(lang: str, problem: "Problem") -> str:
    """What is told on the way, by whoever knows no language: the catalogue is loaded only then."""
    from sim.inputs.yaml import load_catalogue

    return load_catalogue(lang).describe(problem)


def _refused(error: "CoopsimError", lang: str) -> int:
    from sim.inputs.yaml import load_catalogue

    # A file named twice, or one that two scenarios share, has its mistakes once.
    print(*dict.fromkeys(load_catalogue(_known(lang)).describe_all(error)), sep="\n", file=sys.stderr)
    return REFUSED


def command_line(lang: str) -> Parser:
    """The parser of every verb of the register, its headings in a language."""
    from sim import __version__

    about = "Mô phỏng chính sách kinh tế tập thể Lào Cai · Policy simulator for cooperatives"
    parser = Parser(lang=lang, prog="coopsim", description=in_language(about, lang))
    parser.add_version(__version__)
    everywhere = [Argument(*name.split(), **settings) for name, settings in _EVERYWHERE.items()]
    _fill(parser, everywhere, lang)
    _add(parser.add_subparsers(title=in_language("lệnh · commands", lang), metavar=""), VERBS, lang)
    if "_ARGCOMPLETE" in os.environ:  # a shell asks what may follow
        import argcomplete

        argcomplete.autocomplete(parser)
    return parser


def _add(commands: Any, verbs: Sequence[Verb], lang: str) -> None:
    """Verbs below a parser, with what every one of them takes."""
    for verb in verbs:
        commands.add_later(verb.name, partial(_complete, verb, lang), in_language(verb.help, lang))


def _complete(verb: Verb, lang: str, command: Parser) -> None:
    """Give the parser of a verb its arguments."""
    _fill(command, verb.arguments, lang)
    command.add_examples(verb.examples)
    # Also behind the command; what stands before it, or the usual, holds where nothing does.
    behind = (Argument(*name.split(), **settings, default=argparse.SUPPRESS) for name, settings in _EVERYWHERE.items())
    _fill(command, tuple(behind), lang)
    if verb.actions:
        names, title = "|".join(action.name for action in verb.actions), in_language("việc · actions", lang)
        _add(command.add_subparsers(title=title, metavar=names, required=True), verb.actions, lang)
    else:
        command.set_defaults(run=verb.run, options=frozenset(command._option_string_actions))


def _fill(command: Any, arguments: Sequence[Argument | Either], lang: str) -> None:
    for one in arguments:
        if isinstance(one, Either):
            _fill(command.add_mutually_exclusive_group(required=one.required), one.arguments, lang)
        else:
            command.add_argument(*one.names, **one.settings | {"help": in_language(one.settings["help"], lang)})


if __name__ == "__main__":
    sys.exit(main())
