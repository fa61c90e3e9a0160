"""Sequences and mappings whose values are made when somebody asks for them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeVar, overload

Key = TypeVar("Key")
Value = TypeVar("Value")
Item_co = TypeVar("Item_co", covariant=True)


class Delayed(Sequence[Item_co]):
    """The items that *make* gives, once one of them is wanted; *length* tells before how many there are."""

    __slots__ = ("_items", "_length", "_make")

    def __init__(self, make: Callable[[], Sequence[Item_co]], length: int | None = None) -> None:
        self._make, self._length = make, length
        self._items: Sequence[Item_co] | None = None

    def _made(self) -> Sequence[Item_co]:
        if self._items is None:
            self._items = self._make()
        return self._items

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._made()) if self._length is None else self._length

    @overload
    def __getitem__(self, place: int) -> Item_co: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Item_co]: ...

    def __getitem__(self, place: int | slice) -> Item_co | Sequence[Item_co]:
        """Return the item at *place*, or those."""
        return self._made()[place]

    def __iter__(self) -> Iterator[Item_co]:
        """Return all of them."""
        return iter(self._made())


class DelayedMapping(Mapping[Key, Value]):
    """For each of *keys* the value that *make* gives, made when it is wanted."""

    __slots__ = ("_keys", "_make")

    def __init__(self, keys: Collection[Key], make: Callable[[Key], Value]) -> None:
        self._keys, self._make = keys, make

    def __getitem__(self, key: Key) -> Value:
        """Return the value of *key*."""
        if key not in self._keys:
            raise KeyError(key)
        return self._make(key)

    def __iter__(self) -> Iterator[Key]:
        """Return the keys."""
        return iter(self._keys)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._keys)


class DelayedTable(Mapping[Key, Value]):
    """The mapping that *make* gives, made when something of it is wanted."""

    __slots__ = ("_make", "_table")

    def __init__(self, make: Callable[[], Mapping[Key, Value]]) -> None:
        self._make = make
        self._table: Mapping[Key, Value] | None = None

    def _made(self) -> Mapping[Key, Value]:
        if self._table is None:
            self._table = self._make()
        return self._table

    def __getitem__(self, key: Key) -> Value:
        """Return the value of *key*."""
        return self._made()[key]

    def __iter__(self) -> Iterator[Key]:
        """Return the keys."""
        return iter(self._made())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._made())
