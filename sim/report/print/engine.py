"""The engine that makes a picture of a chart: in this process, or in one that draws for many.

It is written in JavaScript, and to start it takes as long as ten pictures do. A kernel lives for one page only, so that
a worker draws for the kernels it starts: with a warm engine, and each picture once however many pages show it.
"""

import hashlib
import json
import os
import socket
import struct
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
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
        return _received(line).decode()


def _received(line: socket.socket) -> bytes:
    return b"".join(iter(lambda: line.recv(_CHUNK), b""))


def _ours(line: socket.socket) -> bool:
    """Whether the other end belongs to this user."""
    user: int = _PEER.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))[1]
    return user == os.getuid()


class Draughtsman:
    """Draws for every process that is started after it, on Linux; elsewhere each draws for itself.

    It listens under a name that no file stands for and that is gone with this process.

    Attributes
    ----------
    folder : where pictures are kept as long as a report is made; None keeps none
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        if sys.platform != "linux":
            return
        name = f"coopsim-{os.urandom(16).hex()}"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(f"\0{name}")
        self._listener.listen()
        os.environ[DRAWN_BY] = name
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
        except (ValueError, KeyError, TypeError):
            return ""
        with suppress(OSError):
            if kept:
                kept.parent.mkdir(exist_ok=True)
                part = kept.with_name(f".{kept.name}-{os.getpid()}")
                part.write_text(picture, encoding="utf-8")
                part.replace(kept)
        return picture
