"""What is asked of a database by somebody who looks after it: is it whole, how large is it, can it be smaller?"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple


class TableSize(NamedTuple):
    """Of one table; `size` in bytes with its indexes, None where only the whole database's is known."""

    name: str
    rows: int
    size: int | None


class DatabaseSize(NamedTuple):
    """`size`: bytes on the disk, of which `unused` are free for new rows; both None where the server doesn't tell."""

    tables: Sequence[TableSize]
    size: int | None
    unused: int | None


class DatabaseUpkeep(ABC):
    """Of one database, over one connection."""

    @abstractmethod
    async def faults(self) -> list[str]:
        """Return what is damaged, or refers to nothing; empty where all is well. Takes long. Raises `Unavailable`."""

    @abstractmethod
    async def measure(self) -> DatabaseSize:
        """Return how large it is. Raises `Unavailable`."""

    @abstractmethod
    async def compact(self) -> None:
        """Give what is unused back to the disk. Takes long. Raises `Unavailable`, also where others write."""
