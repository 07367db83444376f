"""How far a long computation is, told to whoever watches it; nobody has to."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
#: Takes how many steps are done, and of how many.
Tell = Callable[[int, int], None]

_watcher: ContextVar[Tell | None] = ContextVar("watcher", default=None)


def steps(items: Sequence[T]) -> Iterator[T]:
    """The items one by one; whoever watches is told after each."""
    tell = _watcher.get()
    for done, item in enumerate(items, start=1):
        yield item
        if tell:
            tell(done, len(items))


@contextmanager
def watched(tell: Tell | None) -> Iterator[None]:
    """Let somebody watch what is computed inside."""
    token = _watcher.set(tell)
    try:
        yield
    finally:
        _watcher.reset(token)
