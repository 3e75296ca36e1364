"""How the daemon hears that people see or change other rows from now on."""

from collections.abc import Callable
from typing import Protocol, TypeAlias, TypeVar

from orchd.storage import Steps

T = TypeVar("T")

Concerning: TypeAlias = Steps[tuple[T, set[int]]]
"""Steps that give something, and the users who are members of other projects afterwards, or with another role."""


class AccessChanges(Protocol):
    """Runs what changes memberships, and applies it; the feature that knows people does."""

    async def change_memberships(self, steps: Callable[[], Concerning[T]]) -> T:
        """Run steps in a transaction which also tells the other daemon runs whom that concerns; when this returns, the
        connections of this run that belong to those know. Raises what the steps do."""
