"""The streams of the command line, made fit for any console once, at the door.

A console may hold few letters (cp1252, cp1258, ASCII), be closed, be full or go away while we write. What it
cannot show is replaced by what comes closest; nothing of it is fatal, and the exit code says how the command went.
"""

import codecs
import contextlib
import os
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

#: Signs that are no letter with marks, and what stands for them where they are missing; as wide where tables need it.
_PLAIN = {
    "đ": "d", "Đ": "D", "₫": "d", "−": "-", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'",
    "·": "-", "×": "x", "≤": "<=", "≥": ">=", "≈": "~", "→": "->", "±": "+/-", "\u00a0": " ", "\u202f": " ",
    "\u2009": " ", "²": "2", "³": "3", "─": "-", "│": "|", "█": "#", "•": "*", "▸": ">",
}  # fmt: skip
#: The five tone marks; a console of Vietnamese has them apart, behind the vowel.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def ready() -> None:
    """Make standard input, output and error usable whatever they are."""
    _open_closed()
    # A file or a pipe takes every letter, unless the user named its encoding; a console takes what it can show.
    named = "PYTHONIOENCODING" in os.environ
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            encoding = stream.encoding if named or stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors=_nearest_in(encoding))
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    if sys.stderr is sys.__stderr__:
        sys.stderr = _Unheard(sys.stderr)


def _open_closed() -> None:
    """Put nothing in the place of closed streams, or the next file that is opened would receive what we print."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            _mute(number)
        if getattr(sys, name) is None:
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we do
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def _mute(number: int) -> None:
    """Let whatever goes to a stream from now on go nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)


def _nearest_in(encoding: str) -> str:
    """The name of what replaces signs that an encoding does not have; codecs' own errors do not always name it."""

    def replace(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        missing = error.object[error.start : error.end]
        return "".join(next(text for text in _readings(sign) if _fits(text, encoding)) for sign in missing), error.end

    name = f"coopsim-nearest-{encoding}"
    codecs.register_error(name, replace)
    return name


def _readings(sign: str) -> Iterator[str]:
    """Ever plainer ways to write a sign; the last fits everywhere."""
    letter, *marks = list(unicodedata.normalize("NFD", sign))
    vowel = unicodedata.normalize("NFC", letter + "".join(mark for mark in marks if mark not in _TONES))
    tone = "".join(mark for mark in marks if mark in _TONES)
    yield vowel + tone
    yield vowel
    yield _PLAIN.get(letter, letter)
    yield "?"


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeError:
        return False
    return True


class _Unheard:
    """Standard error that may go away: what nobody hears changes no exit code."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        try:
            return int(self._stream.write(text))
        except OSError:
            _mute(2)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            _mute(2)


def gone() -> None:
    """The reader of our output went away (`| head`), which is no error of ours: the rest goes nowhere."""
    _mute(1)


def hand_over() -> OSError | None:
    """Give what is still held to whoever reads it; returns what the system refused with, if it did."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        gone()
    except OSError as error:
        _mute(1)
        return error
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
    return None
