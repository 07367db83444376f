"""The engine that makes a picture of a chart: in this process, or in one that draws for many.

It is written in JavaScript, and to start it takes as long as ten pictures do. A kernel lives for one page only, so that
a worker draws for the kernels it starts: with a warm engine, and each picture once however many pages show it.
"""

import hashlib
import json
import os
import re
import socket
import struct
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

#: Vega-Lite release the charts are written in; vl-convert carries it.
VEGALITE = "5.20"
LOCALES = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u00a0\u20ab"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["\u20ab\u00a0", ""]},
}
#: Variable that names the process which draws for this one.
DRAWN_BY = "COOPSIM_DRAWN_BY"
#: Seconds a picture may be waited for before it is drawn here, and those a request may take to arrive.
_PATIENCE, _ARRIVAL = 60.0, 5.0
_CHUNK = 1 << 16
#: How every whole picture ends.
_END = b"</svg>"
#: Of the Linux kernel: process, user and group at the other end of a socket.
_PEER = struct.Struct("3i")


def vl_convert() -> Any:
    """The engine, started when first used."""
    import vl_convert

    return vl_convert


def plain(chart: Mapping[str, Any]) -> dict[str, Any]:
    """A specification as it is drawn: its NumPy numbers are plain ones.

    It goes to the engine as a dictionary: that reads a text's numbers less exactly than Python does.
    """
    read: dict[str, Any] = json.loads(_text(chart))
    return read


def _text(chart: Mapping[str, Any]) -> str:
    return json.dumps(chart, default=lambda value: value.item())


def drawn(chart: Mapping[str, Any], lang: str) -> str:
    """A chart as SVG in a language's numbers, drawn here where nobody draws for this process.

    Raises
    ------
    ValueError
        When it is no valid chart.
    """
    request = json.dumps([lang, _text(chart)]).encode()
    if name := os.environ.get(DRAWN_BY):
        with suppress(OSError):
            if picture := _asked(name, request):
                return picture
    return _draw(request)


def _draw(request: bytes) -> str:
    lang, chart = json.loads(request)
    charted = json.loads(chart)
    if charted.get("usermeta") == OURS and (picture := _quickly(charted, lang)):
        return picture
    given = {"vl_version": VEGALITE, "format_locale": LOCALES[lang]}
    return str(vl_convert().vegalite_to_svg(json.loads(chart), **given))


def _asked(name: str, request: bytes) -> str:
    """The picture another process of this user drew; empty where it could not."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(_PATIENCE)
        line.connect(f"\0{name}")
        if not _ours(line):
            return ""
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        found = _received(line)
        return found.decode() if found.endswith(_END) else ""  # who drew it may have been ended half-way


def _received(line: socket.socket) -> bytes:
    return b"".join(iter(lambda: line.recv(_CHUNK), b""))


def _ours(line: socket.socket) -> bool:
    """Whether the other end belongs to this user."""
    user: int = _PEER.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))[1]
    return user == os.getuid()


class Draughtsman:
    """Draws for every process that is started after it, on Linux; elsewhere each draws for itself.

    It listens under a name that no file stands for and that is gone with this process. Of several of one name the first
    draws for all: to start the engine takes as long as thirty pictures.

    Parameters
    ----------
    name : to listen under, drawn anew for each report (only the user's own processes get in); empty for one of its own

    Attributes
    ----------
    folder : where pictures are kept as long as a report is made; None keeps none
    """

    def __init__(self, name: str = "") -> None:
        self.folder: Path | None = None
        if sys.platform != "linux":
            return
        os.environ[DRAWN_BY] = name = name or f"coopsim-{os.urandom(16).hex()}"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._listener.bind(f"\0{name}")
        except OSError:  # another draws under it
            return self._listener.close()
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            line, _ = self._listener.accept()
            with line, suppress(OSError):
                line.settimeout(_ARRIVAL)
                if _ours(line):
                    request = _received(line)
                    line.settimeout(_PATIENCE)
                    line.sendall(self._picture(request).encode())

    def _picture(self, request: bytes) -> str:
        """A picture, kept or drawn; empty where it cannot be drawn: whoever asked finds out why."""
        kept = self.folder / hashlib.sha256(request).hexdigest() if self.folder else None
        with suppress(OSError):
            if kept and kept.is_file():
                return kept.read_text(encoding="utf-8")
        try:
            picture = _draw(request)
        except Exception:  # one that got away would end the drawing, and every other page would wait for its pictures
            return ""
        with suppress(OSError):
            if kept:
                kept.parent.mkdir(exist_ok=True)
                part = kept.with_name(f".{kept.name}-{os.getpid()}")
                part.write_text(picture, encoding="utf-8")
                part.replace(kept)
        return picture


# -- Half the work, the same picture -----------------------------------------------------------------
# The engine opens a font's file four times for every letter it measures, twice for each label: before and after it has
# made room for them. What it compiles of two charts of a kind differs only in rows, and in ends and ticks of axes.

#: What a chart of `drawing.finish` says of itself; of charts that others made nothing is taken for granted.
OURS = {"made by": "coopsim"}
#: Kinds of charts, as each is compiled, that are kept; a report has about ten.
_KINDS = 32
#: Layouts that are kept, of charts whose labels are as long.
_LAYOUTS = 256
#: Width of a small letter and of any other [of its size]: more than the letters of a label have on average.
_SMALL, _LARGE = 0.6, 1.0
#: Where words stand that begin at one side of the picture and run towards the other.
_INWARDS = (({"value": 0}, "left"), ({"value": "width"}, "right"))
_NO_WORDS = re.compile(r"(<text[^>]*)/>")
#: A picture up to its frame: its size, where the frame stands, how wide and how high that is.
_HEAD = re.compile(r'<svg.*?"M0,0h([\d.]+)v([\d.]+)h', re.DOTALL)
_DIGIT = re.compile(r"\d")
_heads: dict[tuple[str, str], str] = {}


def _quickly(chart: dict[str, Any], lang: str) -> str:
    """A chart of ours from what its kind was compiled to, with the words within it put in at the end; empty if not."""
    (words, beside), rows, numbers = _words_within(chart), chart.pop("datasets"), _numbers(chart)
    chart["params"] = [{"name": f"n{place}", "value": 0} for place in range(len(numbers))]
    vega = dict(_compiled(kind := json.dumps(chart)))
    vega["data"] = [source | {"values": rows[source["name"]]} if source["name"] in rows else source
                    for source in vega["data"]]  # fmt: skip
    vega["signals"] = [{"name": f"n{place}", "value": number} for place, number in enumerate(numbers)]
    ticks = [number for number in numbers if isinstance(number, list)]
    alike = kind, _DIGIT.sub("0", json.dumps([lang, ticks, beside]))
    picture, waiting = _laid_out(vega, alike, lang), iter(words)
    if len(_NO_WORDS.findall(picture)) != len(words):
        return ""
    return _NO_WORDS.sub(lambda found: _worded(found, next(waiting)), picture)


def _laid_out(vega: dict[str, Any], alike: tuple[str, str], lang: str) -> str:
    """A picture, at once with the room another had whose labels are as long, where it comes out even.

    The smaller a frame, the more do labels reach beyond it. So if a picture with a frame of the size that another was
    given ends up as large as asked, with its frame in the same place, it is the one that would be given that frame.
    """

    def picture(**layout: Any) -> str:
        return str(vl_convert().vega_to_svg(vega | layout, format_locale=LOCALES[lang]))

    if kept := _HEAD.match(_heads.get(alike, "")):
        width, height = map(float, kept.groups())
        found = picture(autosize={"type": "pad", "contains": "padding"}, width=width, height=height)
        if found.startswith(kept.group()):
            return found
    found = picture()
    head = _HEAD.match(found)
    if len(_heads) >= _LAYOUTS:
        _heads.clear()
    _heads[alike] = head.group() if head and alike not in _heads else ""  # once it did not fit, none is tried again
    return found


def _worded(found: re.Match[str], words: str) -> str:
    return f"{found.group(1)}>{escape(words, quote=False)}</text>" if words else found.group()


def _words_within(chart: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Take out words that stay within the picture, so that nothing is laid out by them.

    Returns
    -------
    all that are missing then, and those that are left
    """
    missing, left = list[str](), list[str]()
    for layer in chart["layer"]:
        look, channels = layer["mark"], layer["encoding"]
        if look["type"] == "text":
            words = [str(row[channels["text"]["field"]]).strip() for row in chart["datasets"][layer["data"]["name"]]]
            within = (channels.get("x"), look.get("align")) in _INWARDS
            if within and all(_reach(one) * look["fontSize"] < chart["width"] for one in words):
                channels["text"], missing = {"value": ""}, missing + words
            else:
                left, missing = left + words, missing + [one for one in words if not one]
    return missing, left


def _reach(words: str) -> float:
    """How far words run at most [of the size of their letters]."""
    return sum(_SMALL if letter.islower() or letter == " " else _LARGE for letter in words)


def _numbers(chart: dict[str, Any]) -> list[Any]:
    """Put names in the place of the ends and ticks of all axes; what they stand for, equal ones once."""
    found: list[Any] = []

    def named(value: Any) -> dict[str, str]:
        if value not in found:
            found.append(value)
        return {"expr": f"n{found.index(value)}"}

    for layer in chart["layer"]:
        for channel in (layer["encoding"].get(side, {}) for side in ("x", "y")):
            ends, ticks = channel.get("scale"), channel.get("axis")
            if ends and "domain" in ends:
                ends["domain"] = [named(end) for end in ends["domain"]]
            if ticks and "values" in ticks:
                ticks["values"] = named(ticks["values"])
    return found


@lru_cache(maxsize=_KINDS)
def _compiled(kind: str) -> dict[str, Any]:
    return dict(vl_convert().vegalite_to_vega(json.loads(kind), vl_version=VEGALITE))
