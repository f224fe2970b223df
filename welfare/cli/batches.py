"""Cutting a long file into pieces that fit one transaction each."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of at most `size` items, in order, read as they are needed."""
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch
