"""Room for series, used again: to be given fresh pages of memory costs as much as a third of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Elements that are worked on together: what is made of them stays in cache, and a call of NumPy takes longer to work
#: than to begin.
WIDTH = 1 << 15

#: At most so many bytes wait to be used again.
_MOST = 1 << 26
#: Arrays that are held together stand on one piece up to so many bytes.
_TOGETHER = 1 << 23
#: Pieces that no array stands on any more, by their size. Taking and putting back is one step each, so that threads
#: need no lock, which the end of an array within it would wait for in vain.
_waiting: dict[int, list[Array]] = {}


class _Lent:
    """A piece of memory that waits to be used again once the last array on it, or on a part of it, is gone."""

    def __init__(self, piece: Array) -> None:
        self._piece, self.__array_interface__ = piece, piece.__array_interface__

    def __del__(self) -> None:
        size = self._piece.nbytes
        if sum(one * len(pieces) for one, pieces in list(_waiting.items())) + size > _MOST:
            for other in [one for one in _waiting if one != size]:
                _waiting.pop(other, None)
        pieces = _waiting.setdefault(size, [])
        if (len(pieces) + 1) * size <= _MOST:
            pieces.append(self._piece)


def _bytes(shape: Sequence[int]) -> int:
    """How many bytes an array takes; `numpy.prod` would take longer than all the rest."""
    size = 8
    for one in shape:
        size *= one
    return size


def room(shape: Sequence[int]) -> Array:
    """An array of a shape, whatever stands in it, as `numpy.empty`; on memory that was used before if any waits."""
    size = _bytes(shape)
    try:
        piece = _waiting[size].pop()
    except (KeyError, IndexError):
        piece = np.empty(size // 8)
    return np.asarray(_Lent(piece)).reshape(shape)


def rooms(count: int, shape: Sequence[int]) -> Sequence[Array]:
    """So many arrays of a shape that are held together: on one piece of memory where that is small."""
    if count * _bytes(shape) > _TOGETHER:
        return [room(shape) for _ in range(count)]
    return list(room((count, *shape)))


def slabs(years: int, areas: int, draws: int) -> Iterator[slice]:
    """Years in their order, as many together as stay in cache."""
    some = max(1, WIDTH // (areas * draws))
    return (slice(first, first + some) for first in range(0, years, some))


#: Constants stand in so many places; of larger arrays there are few.
_LEVEL = 1 << 16
_levels: dict[tuple[float, np.dtype[np.floating]], NDArray[np.floating]] = {}


def level(value: float, like: NDArray[np.floating]) -> NDArray[np.floating] | float:
    """One of the model's few constants in every place of an array, not to be written to.

    NumPy takes the larger of two arrays in a third of the time it takes over an array and one number.
    """
    if like.size > _LEVEL:
        return value
    key = value, like.dtype
    if key not in _levels:
        _levels[key] = np.full(_LEVEL, value, like.dtype)
        _levels[key].flags.writeable = False
    return _levels[key][: like.size].reshape(like.shape)


def same(ours: NDArray[np.floating], theirs: NDArray[np.floating]) -> bool:
    """Whether two arrays hold the same numbers to the last bit."""
    if ours is theirs or ours.shape != theirs.shape or ours.flat[0] != theirs.flat[0]:
        return ours is theirs
    return np.array_equal(ours, theirs)
