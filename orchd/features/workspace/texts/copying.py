"""Copies of rows: for an entity whose rows have a name that is unique."""

from collections.abc import Iterator
from itertools import count, islice
from typing import Any, TypeVar

from msgspec import Struct

from orchd.clock import unix_now
from orchd.entity import Owner, owner_of
from orchd.entity.wire import Entity, EntityHandlers, OwnedItem
from orchd.errors import Conflict
from orchd.protocol.router import Context
from orchd.storage import Steps

R = TypeVar("R", bound=OwnedItem)

MAX_NAME = 200
MAX_TRIES = 100
"""How many names are tried for a copy."""


class CopyingHandlers(EntityHandlers[R]):
    """Those of an entity, and a copy of a row that somebody sees: their own, in no project."""

    async def _copy(self, context: Context, row_id: int, name: str | None) -> R:
        """Store a copy, called so or as `names_of_copies` says; return it. Raises `Conflict` where that is taken."""
        return await self._write(self._add_copy, owner_of(context.identity), row_id, name, unix_now())

    def _add_copy(self, owner: Owner, row_id: int, name: str | None, now: int) -> Steps[R]:
        row = yield from self._entity.rows.seen_by(owner).get(row_id)
        called = name or (yield from free_name(self._entity, owner, getattr(row, "name")))  # noqa: B009  # of any row
        return (yield from self.add(owner, content_of(self._entity, row, name=called), now))


def content_of(entity: Entity[Any], row: Struct, **changes: object) -> Struct:
    """Return what creates a row like this one, in no project, but for `changes`."""
    members = entity.payloads.create.__struct_fields__
    kept = {member: getattr(row, member) for member in members if member != "project_id"}
    return entity.payloads.create(**{**kept, **changes})


def free_name(entity: Entity[Any], owner: Owner, name: str) -> Steps[str]:
    """Return a name for a copy that none of somebody's rows has. Raises `Conflict` when many copies are there."""
    own = entity.rows.owned_by(owner)
    for candidate in islice(names_of_copies(name), MAX_TRIES):
        if not (yield from own.page(1, name=candidate)):
            return candidate
    raise Conflict(
        f"there are many copies of this {entity.word} already; say a name",
        reason="taken",
        field="name",
        path="$.data.name",
    )


def names_of_copies(name: str) -> Iterator[str]:
    """Yield what copies are called, the first one first."""
    for number in count(1):
        ending = " (copy)" if number == 1 else f" (copy {number})"
        yield f"{name[: MAX_NAME - len(ending)].rstrip()}{ending}"
