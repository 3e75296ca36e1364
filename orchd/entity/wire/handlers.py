"""Answers to the frames of an entity."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, NamedTuple, ParamSpec, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Struct

from orchd.clock import unix_now
from orchd.entity import search
from orchd.entity.clauses import SortOrder, camel
from orchd.entity.columns import Kind
from orchd.entity.owner import Belonging, Owner
from orchd.entity.search import SearchEntry
from orchd.entity.table import Table
from orchd.entity.wire.change_queries import Happening, RowChange, note
from orchd.entity.wire.definition import Entity
from orchd.entity.wire.feed import ChangeFeed
from orchd.entity.wire.members import PartItem
from orchd.errors import Conflict, Invalid, NotFound
from orchd.protocol.command import Commands
from orchd.protocol.identity import Identity
from orchd.protocol.page import MAX_REPLY_BYTES, itself, page
from orchd.protocol.router import Context
from orchd.protocol.types import ClientPayload, ServerPayload
from orchd.storage import Database, SqlValue, Steps

R = TypeVar("R", bound=PartItem)
T = TypeVar("T")
P = ParamSpec("P")
H = TypeVar("H")
D = TypeVar("D", bound=ClientPayload)

_Stored: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_TYPES: dict[Kind, Any] = {"integer": _Stored, "real": float, "text": str}

RequireProject: TypeAlias = Callable[[Owner, int], Steps[None]]
"""Raises unless somebody may put rows into a project."""


class EntityRooms(NamedTuple):
    """What the handlers of all entities are given. `max_rows`: how many rows of a kind one user may have."""

    database: Database
    feed: ChangeFeed
    require_project: RequireProject
    max_rows: int


class EntityHandlers(Generic[R]):
    """One method a frame. What is particular to an entity a subclass adds: `check`, `store_more`, further methods."""

    def __init__(self, entity: Entity[R], rooms: EntityRooms) -> None:
        self._entity = entity
        self._database, self._feed, self._require_project, self._max_rows = rooms
        rooms.feed.register(entity)

    async def permit(self, who: Identity, sent: ClientPayload) -> None:
        """Look at what somebody wants to be stored. Raises `Forbidden`."""

    def check(self, row: R) -> None:
        """Look at a row as it is about to be stored, whole. Raises `Invalid`."""

    def store_more(self, old: R | None, new: R, now: int) -> Steps[None]:
        """What else is stored in the transaction that stores a row; `old` is what it was, None for one that is new or
        restored."""
        del old, new, now
        yield from ()

    def add_members(self, old: R | None, sent: Struct) -> Mapping[str, object]:
        """Return what members follow from what was `sent`, to be stored with it; `old` is None for a new row."""
        del old, sent
        return {}

    def changed_at(self, now: int) -> int | None:
        """Return the `updated_at` of a row that a person changes; None: it stays."""
        return now

    async def create(self, context: Context, data: ClientPayload) -> R:
        """Store a row; return it as it is stored."""
        await self.permit(context.identity, data)
        return await self._write(
            self.add, self._entity.owner_of(context.identity), self._entity.as_stored(data), unix_now()
        )

    async def get(self, context: Context, data: ClientPayload) -> R:
        """Return a row."""
        return await self._database.read(self._seen_by(context).get, self._id_of(data))

    async def list(self, context: Context, data: Any) -> Any:
        """Return a page of rows."""
        equal = self._entity.narrowing(data)
        order = self._entity.order(data.order, descending=data.descending)
        seen = self._seen_by(context)
        table = seen.of_removed() if data.deleted else seen
        after = None if data.cursor is None else self._after(order, data.cursor)
        above = self._above_of(self._entity.owner_of(context.identity), equal)
        rows, total = await self._database.read(self._page, table, data, order, after, equal, above)
        items, cursor = page(rows, data.limit, itself, lambda last: _cursor(table.place(last, order)))
        return self._entity.payloads.page(items=items, next_cursor=cursor, total=total)

    async def update(self, context: Context, data: ClientPayload) -> R:
        """Change a row; return it as it is stored."""
        await self.permit(context.identity, data)
        return await self._write(
            self._change, self._entity.owner_of(context.identity), self._entity.as_stored(data), unix_now()
        )

    async def delete(self, context: Context, data: ClientPayload) -> ServerPayload:
        """Remove a row; for some time it can be restored."""
        row_id = self._id_of(data)
        await self._write(self._remove, self._entity.owner_of(context.identity), row_id, unix_now())
        return self._entity.payloads.deleted(**{self._entity.key: row_id})

    async def restore(self, context: Context, data: ClientPayload) -> R:
        """Have a row back."""
        return await self._write(self._restore, self._entity.owner_of(context.identity), self._id_of(data), unix_now())

    async def subscribe(self, context: Context, data: Any) -> Any:
        """Let a connection know what becomes of the rows that it sees, after this reply."""
        start = await self._feed.begin(context, self._entity.kind, data.since)
        return self._entity.payloads.subscribed(number=start.number, recovered=start.recovered)

    async def unsubscribe(self, context: Context, data: ClientPayload) -> ServerPayload:
        """Tell a connection no more."""
        del data
        self._feed.leave(self._entity.kind, context.peer)
        return self._entity.payloads.unsubscribed()

    async def _write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        done = await self._database.write(steps, *args, **kwargs)
        self._feed.look()
        return done

    def _seen_by(self, context: Context) -> Table[R]:
        return self._entity.rows.seen_by(self._entity.owner_of(context.identity))

    def _id_of(self, data: ClientPayload) -> int:
        row_id = getattr(data, self._entity.key)
        assert isinstance(row_id, int)
        return row_id

    def _page(
        self,
        table: Table[R],
        data: Any,
        order: SortOrder,
        after: tuple[SqlValue, ...] | None,
        equal: dict[str, Any],
        above: Mapping[int, Table[Any]],
    ) -> Steps[tuple[Sequence[R], Any]]:
        for row_id, rows_above in above.items():
            yield from rows_above.get(row_id)
        rows = yield from table.page(data.limit + 1, after, order, MAX_REPLY_BYTES, **equal)
        return rows, ((yield from table.count(**equal)) if data.total else UNSET)

    def _above_of(self, owner: Owner, equal: Mapping[str, object]) -> Mapping[int, Table[Any]]:
        """Return the row to which all rows of a list belong, if one is asked for, in the rows that somebody sees."""
        above, parent = equal.get(self._entity.by), self._entity.parent
        return {above: parent.seen_by(owner)} if parent is not None and isinstance(above, int) else {}

    def _after(self, order: SortOrder, cursor: str) -> tuple[SqlValue, ...]:
        """Read a cursor. Raises `Invalid`."""
        kinds = tuple(_TYPES[kind] for kind in self._entity.rows.everybodys.kinds(order))
        try:
            place = msgspec.json.decode(cursor, type=tuple.__class_getitem__(kinds))
        except msgspec.MsgspecError:
            raise Invalid(
                "not a cursor of this list", reason="malformed", field="cursor", path="$.data.cursor"
            ) from None
        assert isinstance(place, tuple)
        return place

    def add(self, owner: Owner, content: Struct, now: int) -> Steps[R]:
        """Store a row of somebody's; return it. Raises what `create` answers with."""
        yield from self._require_relations(owner, content)
        table = yield from self._own_table(owner, content)
        yield from self._require_fewer(table, self._max_rows)
        row = yield from table.add(content, now, **self.add_members(None, content))
        self.check(row)
        yield from self.store_more(None, row, now)
        yield from self._note(row, "created", now)
        return row

    def _require_fewer(self, table: Table[R], number: int) -> Steps[None]:
        """Raise `Conflict` unless there are fewer rows than that."""
        if (yield from table.has_more_than(number - 1)):
            raise Conflict(f"there are {self._max_rows} {self._entity.words} already", reason="too_many_rows")

    def _own_table(self, owner: Owner, content: Struct) -> Steps[Table[R]]:
        """Return the rows of those among which a new one will be."""
        entity = self._entity
        if entity.parent is not None:
            above = getattr(content, entity.by)
            yield from entity.parent.changed_by(owner).get(above)
            return entity.rows.everybodys.of(**{entity.by: above})
        yield from self._require_into(owner, getattr(content, "project_id", None), None)
        return entity.rows.owned_by(owner)

    def _change(self, owner: Owner, patch: Struct, now: int) -> Steps[R]:
        """Whoever takes a row out of a project may not see it afterwards."""
        row_id, version = getattr(patch, self._entity.key), getattr(patch, "version", UNSET)
        old = yield from self._entity.rows.changed_by(owner).get(row_id)
        self._require_version(old, version)
        yield from self._require_relations(owner, patch)
        left = getattr(old, "project_id", None)
        yield from self._require_into(owner, getattr(patch, "project_id", UNSET), left)
        known = None if version is UNSET else version
        new = yield from self._entity.rows.everybodys.change(
            row_id, patch, self.changed_at(now), version=known, **self.add_members(old, patch)
        )
        self.check(new)
        yield from self.store_more(old, new, now)
        yield from self._note(new, "updated", now, left if left != getattr(new, "project_id", None) else None)
        return new

    def _remove(self, owner: Owner, row_id: int, now: int) -> Steps[None]:
        table = self._entity.rows.changed_by(owner)
        row = yield from table.get(row_id)
        yield from table.remove(row_id, now)
        yield from self._note(row, "deleted", now)

    def _restore(self, owner: Owner, row_id: int, now: int) -> Steps[R]:
        row = yield from self._entity.rows.changed_by(owner).restore(row_id)
        yield from self._require_fewer(self._beside(row), self._max_rows + 1)
        yield from self.store_more(None, row, now)
        yield from self._note(row, "restored", now)
        return row

    def _beside(self, row: R) -> Table[R]:
        """Return the rows of those among which a row is, whoever has restored it."""
        entity = self._entity
        of = entity.by if entity.parent is not None else "user_id"
        return entity.rows.everybodys.of(**{of: getattr(row, of)}) if hasattr(row, of) else entity.rows.everybodys

    def _note(self, row: R, happening: Happening, now: int, left: int | None = None) -> Steps[None]:
        """Have what has become of a row found and told."""
        belongs: Belonging = yield from self._entity.whose(row)
        if self._entity.search and happening == "deleted":
            yield from search.remove(self._entity.kind, [row.id])
        elif self._entity.search:
            yield from search.change(SearchEntry(self._entity.kind, row.id, belongs, now))
        yield from note(RowChange(self._entity.kind, row.id, happening, belongs, left), now)

    def _require_relations(self, owner: Owner, content: Struct) -> Steps[None]:
        """Raise `NotFound` for ids of rows that aren't there, or not for whoever sends them."""
        for member, table in self._entity.relations.items():
            row_id = getattr(content, member, UNSET)
            if isinstance(row_id, int) and (yield from table.seen_by(owner).find(row_id)) is None:
                field = camel(member)
                raise NotFound(f"there is no such {table.word}", field=field, path=f"$.data.{field}")

    def _require_into(self, owner: Owner, project_id: object, present: int | None) -> Steps[None]:
        if isinstance(project_id, int) and project_id != present:
            yield from self._require_project(owner, project_id)

    def _require_version(self, old: R, version: object) -> None:
        if version is not UNSET and version != old.version:
            raise Conflict(
                f"the {self._entity.word} was changed meanwhile",
                reason="changed",
                field="version",
                path="$.data.version",
                version=old.version,
                present=msgspec.to_builtins(old),
            )


def commands_of(entity: Entity[R]) -> Commands[EntityHandlers[R]]:
    """Return the commands that every entity has, each with the method that answers it."""
    asks = entity.commands
    return Commands(
        asks.create.by(_own(EntityHandlers.create)),
        asks.get.by(_own(EntityHandlers.get)),
        asks.list.by(_own(EntityHandlers.list)),
        asks.update.by(_own(EntityHandlers.update)),
        asks.delete.by(_own(EntityHandlers.delete)),
        asks.restore.by(_own(EntityHandlers.restore)),
        asks.subscribe.by(_own(EntityHandlers.subscribe)),
        asks.unsubscribe.by(_own(EntityHandlers.unsubscribe)),
    )


def daemon_commands_of(entity: Entity[R]) -> Commands[EntityHandlers[R]]:
    """Return the commands of an entity whose rows only the daemon makes and changes."""
    asks = entity.commands
    return Commands(
        asks.get.by(_own(EntityHandlers.get)),
        asks.list.by(_own(EntityHandlers.list)),
        asks.delete.by(_own(EntityHandlers.delete)),
        asks.restore.by(_own(EntityHandlers.restore)),
        asks.subscribe.by(_own(EntityHandlers.subscribe)),
        asks.unsubscribe.by(_own(EntityHandlers.unsubscribe)),
    )


def _own(method: Callable[[H, Context, D], Awaitable[T]]) -> Callable[[H, Context, D], Awaitable[T]]:
    """Return what calls the method of this name, which may be a subclass's."""

    def call(handlers: H, context: Context, data: D) -> Awaitable[T]:
        answer: Awaitable[T] = getattr(handlers, method.__name__)(context, data)
        return answer

    return call


def _cursor(place: tuple[SqlValue, ...]) -> str:
    return msgspec.json.encode(place).decode()
