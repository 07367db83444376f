"""Series of very many scenarios, kept in a file that is gone with the process: memory stays flat in scenarios."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from sim.ensemble.draws import Array
from sim.inputs.text import cache_dir

#: What is looked at in the file leaves memory again after so many bytes.
_LOOKED_AT = 64 << 20


class NoRoom(Exception):
    """No file can be made, the disk is full, or the file cannot be mapped."""


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NoRoom from error


class Spool:
    """A file of arrays whose draws come block by block.

    The file has no name once it is open, or is deleted as it is closed, so that nothing is left behind.

    Raises
    ------
    NoRoom
        Here and in `put` and `array`.
    """

    def __init__(self) -> None:
        folder = cache_dir()
        with _room():
            self._file = tempfile.TemporaryFile(dir=folder if folder and folder.is_dir() else None)
        self._size = self._seen = 0
        self._map: mmap.mmap | None = None

    def __del__(self) -> None:
        with suppress(OSError, AttributeError):  # what is still to be written, or no file was made
            self._file.close()

    def room(self, shape: Sequence[int]) -> int:
        """Where an array of float64 will stand."""
        start = self._size
        self._size += int(np.prod(shape)) * np.dtype(np.float64).itemsize
        return start

    def put(self, start: int, draws: int, first: int, values: Array) -> None:
        """Write a block of an array.

        Parameters
        ----------
        start : as `room` gave it
        draws : on the last axis of the whole array
        first : of the block's draws
        values : (…, draw of the block)
        """
        rows = np.ascontiguousarray(values, dtype=np.float64).reshape(-1, values.shape[-1])
        with _room():
            for place, row in enumerate(rows):
                self._file.seek(start + (place * draws + first) * row.itemsize)
                self._file.write(row.data)

    def array(self, start: int, shape: Sequence[int]) -> Array:
        """An array whose blocks are all written; it cannot be written to."""
        if self._map is None:
            with _room():
                self._file.flush()
                self._map = mmap.mmap(self._file.fileno(), self._size, access=mmap.ACCESS_READ)
        return np.frombuffer(self._map, np.float64, int(np.prod(shape)), start).reshape(tuple(shape))

    def kept(self, arrays: Mapping[str, Array]) -> Kept:
        """Series by name, some of them in the file."""
        return Kept(arrays, self)

    def looked_at(self, size: int) -> None:
        """Count bytes that will be read, and let those read before leave memory: they stay in the file."""
        self._seen += size
        if self._seen > _LOOKED_AT and self._map is not None:
            self._seen = size
            with suppress(AttributeError, OSError, ValueError):  # not every system lets go of pages
                self._map.madvise(mmap.MADV_DONTNEED)


class Kept(Mapping[str, Array]):
    """Series by name, some of them in a file; copied and sent elsewhere as what they are, a dictionary of arrays."""

    def __init__(self, arrays: Mapping[str, Array], spool: Spool) -> None:
        self._arrays, self._spool = dict(arrays), spool

    def __getitem__(self, name: str) -> Array:
        found = self._arrays[name]
        self._spool.looked_at(found.nbytes)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self._arrays,)
