"""Bytes to text and back to cells: encodings refused in words, cells that start no formula."""

import codecs
import re
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem, count_of
from sim.inputs.text.places import limit, shown_path

#: Control characters (without tab and line ends), line separators, surrogates: never text.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
#: Zero-width and direction-changing characters, and what a lossy conversion leaves behind.
HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
LOST = "\ufffd"
#: Letters in the order of a Vietnamese dictionary, the marks that make other letters, and the tones in order.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_VOWEL_MARKS = "\u0306\u0302\u031b"
_TONES = "\u0300\u0309\u0303\u0301\u0323"
#: Puts digits and signs before letters.
_BEFORE_LETTERS = 0x110000
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_file(path: Path, *, max_bytes: int) -> bytes:
    """The bytes of a regular file of bounded size.

    Raises
    ------
    InputError
        When the file is missing, is no regular file, cannot be read, is empty or too large.
    """
    try:
        if not path.exists():
            raise InputError(Problem("file_missing", file=shown_path(path)))
        if not path.is_file():
            raise InputError(Problem("file_not_regular", file=shown_path(path)))
        with path.open("rb") as stream:
            raw = stream.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise InputError(Problem("file_unreadable", file=shown_path(path))) from error
    if len(raw) > max_bytes:
        raise InputError(Problem("file_too_large", {"limit": count_of(max_bytes)}, file=shown_path(path)))
    if not raw.strip():
        raise InputError(Problem("file_empty", file=shown_path(path)))
    return raw


def decode(raw: bytes, *, file: str, utf16: bool = False) -> str:
    """Text of UTF-8 bytes (a byte order mark is dropped), or of UTF-16 with its mark if allowed.

    Raises
    ------
    InputError
        For any other encoding (with the offending bytes) and for characters that cannot be seen.
    """
    try:
        if utf16 and raw.startswith(UTF16_MARKS):
            text = raw.decode("utf-16")
        else:
            text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        if raw.startswith(UTF16_MARKS):
            raise InputError(Problem("encoding_utf16", file=file)) from error
        head, offending = raw[: error.start], raw[error.start : error.end + 1].hex(" ").upper()
        line, column = head.count(b"\n") + 1, error.start - head.rfind(b"\n")
        at: dict[str, Any] = {"file": file, "line": line, "column": column}
        from sim.inputs.text.legacy import legacy

        params, key, meant = {"bytes": offending}, "encoding_unknown", ""
        found = legacy(raw.decode("latin-1"))  # text of an old encoding saved as bytes
        if found and found.encoding != "UTF-8":
            params["encoding"], key, meant = found.encoding, "encoding_legacy", shown(found.meant)
        raise InputError(Problem(key, params, value=offending, suggestion=meant, **at)) from error
    problems = hidden_characters(text, file=file)
    if problems:
        raise InputError(*problems)
    return text


def hidden_characters(text: str, *, file: str = "") -> list[Problem]:
    """A problem for the first of each sort of character a reader could not see, or for text of an old encoding."""
    from sim.inputs.text.legacy import legacy  # what is kept was looked at when it was read

    if old := legacy(text):
        line, column = position(text, old.start)
        value, meant = shown(old.text), shown(old.meant)
        at: dict[str, Any] = {"file": file, "line": line, "column": column, "value": value, "suggestion": meant}
        return [Problem("legacy_text", {"encoding": old.encoding}, **at)]
    problems = []
    for key, found in (
        ("control_character", CONTROL.search(text)),
        ("hidden_character", HIDDEN.search(text)),
        ("lost_character", re.search(LOST, text)),
    ):
        if found:
            line, column = position(text, found.start())
            code = f"U+{ord(found.group()):04X}"
            problems.append(Problem(key, {"code": code}, file=file, line=line, column=column, value=code))
    return problems


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a character of the text."""
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, index - max(text.rfind("\n", 0, index), text.rfind("\r", 0, index))


def clean(text: str) -> str:
    """Composed form (NFC) without surrounding blanks, no-break blanks included."""
    return unicodedata.normalize("NFC", text).strip()


def bare(text: str) -> str:
    """Small letters without accents, for names that are to match or to be written in ASCII."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def collation_key(text: str) -> tuple[tuple[int, int], ...]:
    """Sorts as a Vietnamese dictionary does: An, Ăn, Ân, Da, Đà; tones only where letters are alike."""
    letters: list[list[int]] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFD", text.casefold()):
        if char in _TONES:
            tones[-1:] = [_TONES.index(char) + 1]
        elif char in _VOWEL_MARKS and letters:
            base = unicodedata.normalize("NFC", chr(letters[-1][1]) + char)
            letters[-1] = [_ALPHABET.find(base), ord(base)] if base in _ALPHABET else letters[-1]
        else:
            place = _ALPHABET.find(char)
            letters.append([place if place >= 0 else ord(char) - _BEFORE_LETTERS, ord(char)])
            tones.append(0)
    return (*((place, 0) for place, _ in letters), *((-_BEFORE_LETTERS, tone) for tone in tones))


def shown(value: object) -> str:
    """A value as a message repeats it: one line, nothing invisible, not too long."""
    text = value if isinstance(value, str) else str(value)
    text = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
    longest = limit("shown_characters")
    return text if len(text) <= longest else text[:longest] + "…"


#: Not printable to Python, and no command to a terminal: line ends and blanks.
_HARMLESS = frozenset("\n\u00a0\u2009\u202f")


def visible(text: str) -> str:
    """A whole sentence in which nothing commands a terminal, whoever wrote the keys and names in it."""
    return "".join(char if char.isprintable() or char in _HARMLESS else f"\\u{ord(char):04x}" for char in text)


#: First characters a spreadsheet takes for the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: Most characters a cell of a workbook holds.
LONGEST_TEXT = 32_767


def csv_cell(value: object) -> object:
    """A value for a CSV file that people open in Excel: text that looks like a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def csv_words(text: str) -> str:
    """Words of such a file as they were meant: without the apostrophe that kept a spreadsheet from reckoning."""
    return text[1:] if text[:1] == "'" and text[1:2] and text[1:].startswith(FORMULA_STARTS) else text


def put(cell: Any, value: object) -> Any:
    """Put a value into a cell of a workbook: text as text whatever it begins with, numbers as numbers.

    Parameters
    ----------
    cell : openpyxl cell
    value : text, number, truth value or None

    Returns
    -------
    The cell
    """
    if isinstance(value, str):
        cell.value = value[:LONGEST_TEXT]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    elif isinstance(value, Decimal):
        cell.value = float(value) if value % 1 else int(value)
    else:
        cell.value = value
    return cell
