"""Messages between a zygote and its clients: JSON objects, one a line, over a Unix socket."""

import json
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_CHUNK = 65536
#: Descriptors that travel with one message: standard output and standard error.
DESCRIPTORS = 2


class Line:
    """One end of a connection: keeps what has arrived until a whole line is there."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.descriptors: list[int] = []
        self._arrived = b""

    def send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send a message, and open files with it."""
        data = json.dumps(message).encode() + b"\n"
        sent = socket.send_fds(self.socket, [data], descriptors) if descriptors else 0
        self.socket.sendall(data[sent:])

    def receive(self) -> list[dict[str, Any]]:
        """Messages completed by one read, often none.

        Raises
        ------
        EOFError
            When the other end is gone.
        OSError
            When nothing arrived in the socket's own time limit, or the connection broke.
        """
        data, descriptors, _, _ = socket.recv_fds(self.socket, _CHUNK, DESCRIPTORS)
        self.descriptors.extend(descriptors)
        if not data:
            raise EOFError
        *lines, self._arrived = (self._arrived + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def close_descriptors(self) -> None:
        """Close the files that came over the connection."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = []

    def close(self) -> None:
        """Close the connection and the files that came over it."""
        self.close_descriptors()
        self.socket.close()


@dataclass(frozen=True)
class Order:
    """A kernel to become: what `client.fork_kernel` sent, and the connection it came over."""

    line: Line
    arguments: list[str]
    environment: dict[str, str]
    folder: str
    leftovers: list[str]
