"""The command line: argv → one call → exit code. Everything heavy is imported by the verb that needs it."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.cli.arguments import LANGUAGES, Misused, Parser
from sim.cli.questions import DONE, INTERRUPTED, REFUSED, VERBS, Argument, Either, Verb

if TYPE_CHECKING:
    from sim.domain import CoopsimError

#: The language, for whoever types none.
_LANG = "COOPSIM_LANG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code and never lets a traceback out for a user's mistake."""
    lang = _language(argv)
    parser = command_line(lang)
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
        return int(arguments.run(arguments))
    except CoopsimError as error:
        return _refused(error, arguments.lang)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return DONE
    except OSError as error:
        from sim.run import system_refusal

        return _refused(CoopsimError(system_refusal(error)), arguments.lang)


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


def _refused(error: "CoopsimError", lang: str) -> int:
    from sim.inputs.yaml import load_catalogue

    # A file named twice, or one that two scenarios share, has its mistakes once.
    print(*dict.fromkeys(load_catalogue(_known(lang)).describe_all(error)), sep="\n", file=sys.stderr)
    return REFUSED


def command_line(lang: str) -> Parser:
    """The parser of every verb of the register, its headings in a language."""
    from sim import __version__

    about = "Mô phỏng chính sách kinh tế tập thể Lào Cai · Policy simulator for cooperatives"
    parser = Parser(lang=lang, prog="coopsim", description=about)
    parser.add_version(__version__)
    _add(parser.add_subparsers(title="lệnh · commands", metavar=""), VERBS)
    return parser


def _add(commands: Any, verbs: Sequence[Verb]) -> None:
    """Verbs below a parser, with what every one of them takes."""
    for verb in verbs:
        command = commands.add_parser(verb.name, help=verb.help, description=verb.help)
        _fill(command, verb.arguments)
        command.add_argument("--province", metavar="SLUG", help="gói dữ liệu tỉnh · data pack (COOPSIM_PROVINCE)")
        command.add_argument("--lang", choices=LANGUAGES, default=os.environ.get(_LANG) or LANGUAGES[0])
        if verb.actions:
            names = "|".join(action.name for action in verb.actions)
            _add(command.add_subparsers(title="việc · actions", metavar=names, required=True), verb.actions)
        else:
            command.set_defaults(run=verb.run)


def _fill(command: Any, arguments: Sequence[Argument | Either]) -> None:
    for one in arguments:
        if isinstance(one, Either):
            _fill(command.add_mutually_exclusive_group(required=one.required), one.arguments)
        else:
            command.add_argument(*one.names, **one.settings)


if __name__ == "__main__":
    sys.exit(main())
