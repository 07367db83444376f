"""A mapping that cannot be changed and can travel to another process (a mappingproxy cannot)."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Frozen(Mapping[K, V]):
    """Read-only copy of a mapping, in its order."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        return key in self._items  # the inherited one raises and catches for every key that is not there

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Frozen({self._items!r})"

    def __reduce__(self) -> "tuple[type[Frozen[K, V]], tuple[dict[K, V]]]":
        return Frozen, (self._items,)


def freeze(value: object, *names: str) -> None:
    """Replace mappings among the fields of a frozen dataclass by read-only copies, as it is made."""
    for name in names:
        object.__setattr__(value, name, Frozen(getattr(value, name)))
