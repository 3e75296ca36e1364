"""A table whose rows are one struct: its members are the only list of columns, and mypy sees what is read.

    PROMPTS = Table("prompt", Prompt, "prompt", unique=("name",), key="prompt_id")
    prompt = await database.read(PROMPTS.get, 7)            # a Prompt; raises `NotFound`
    prompt = await database.write(PROMPTS.change, 7, data, now)    # the members of `data` that are not UNSET

Members of some names mean something, where a struct has them: `id` comes from the insert; `created_at` and `updated_at`
are kept; `version` begins at 1 and grows with each change; `deleted_at`: what is removed stays, unseen. What a row
belongs to is a member like any other, and `LINES.of(task_id=7)` is the table as far as that goes: nothing else is read,
changed or counted as a taken name.

Rows that belong to somebody are in an `OwnedTable`, which is no `Table` before it is said whose rows are meant.
"""

from collections.abc import Collection, Mapping
from copy import copy
from itertools import chain
from typing import Any, Generic, Self, TypeVar

from msgspec import UNSET, Struct, structs

from orchd.entity.clauses import Holding, SortOrder, Update, beyond, compare, make_update, reading, row_defaults
from orchd.entity.columns import Column, Kind, Member, members_of
from orchd.entity.owner import Condition
from orchd.entity.refusals import changed_error, missing_error, not_removed_error, read_only_error, taken_error
from orchd.protocol.page import within
from orchd.protocol.types import MAX_INTEGER, timestamp
from orchd.storage import SqlValue, Statement, Steps

R = TypeVar("R", bound=Struct)
S = TypeVar("S", bound=Struct)

_KEPT = ("id", "created_at", "updated_at", "version", "deleted_at")
"""Members that nobody sends to be stored."""


BY_ID = SortOrder()


class Table(Generic[R]):
    """The rows of one table, as steps of the caller's transaction. Immutable; its SQL is made once, where it can be."""

    def __init__(
        self,
        name: str,
        row: type[R],
        word: str,
        *,
        key: str = "id",
        unique: tuple[str | tuple[str, ...], ...] = (),
        long: tuple[str, ...] = (),
        unread: tuple[str, ...] = (),
        elsewhere: tuple[str, ...] = (),
        defaults: Mapping[str, object] | None = None,
        scope: dict[str, object] | None = None,
    ) -> None:
        """`word` is how people are told of a row, `key` the member by which requests name it. What is `unique` is so
        within the scope, some members together as a whole. `long` names members whose texts are measured before they
        are read. `unread` columns are not in the struct: who inserts a row, or wants a page, may name them.
        `elsewhere`: members of what is sent that are no columns here. `defaults` is what a new row has besides what the
        struct says. Raises `TypeError` for a struct that can't be stored."""
        self.name, self.row, self.word, self.key, self.unread = name, row, word, key, unread
        self._unique = [(members,) if isinstance(members, str) else members for members in unique]
        self._long, self._scope = long, scope or {}
        self._members = {member.name: member for member in members_of(row)}
        self._named = self._members | {name: Member(name, (Column(name, "text", True),), None, None) for name in unread}
        """What may be stored and compared."""
        self._elsewhere = {*elsewhere, *row.__struct_fields__} - self._members.keys()
        self._check(dict.fromkeys((*chain(*self._unique), *long)))
        self._defaults = {**row_defaults(row), **(defaults or {})}
        self._sent: dict[type[Struct], list[str]] = {}  # the members of what was ever sent, by its type
        self.all_columns: tuple[Column, ...] = tuple(c for member in self._members.values() for c in member.columns)
        self.columns = ", ".join(column.name for column in self.all_columns)
        """In the order in which `read` wants them."""
        self._reading = reading(self._members.values(), self.columns.split(", "))
        self._inserted = [member for member in self._members if member != "id"]
        self._allowed: Condition | None = None
        self._removed = False
        """Whether those rows are meant that were removed, and not those that are there."""
        self._seen: Table[R] | None = None
        """This table with the rows that are seen and may not be changed besides."""
        self._prepare()

    def _prepare(self) -> None:
        found, self._found_values = self._where(self._scope, self._allowed)
        self._find = f"SELECT {self.columns} FROM {self.name} WHERE id = ?{found}"
        self._delete = f"DELETE FROM {self.name} WHERE id = ?{found}"

    def as_allowed(self, allowed: Condition, seen: "Table[R] | None" = None) -> Self:
        """Return this table with the rows of which a condition holds; `seen`: with those that are seen at least."""
        return self._narrow(_allowed=allowed, _seen=seen)

    def of(self, **scope: object) -> "Table[R]":
        """Return this table as far as these members have these values; what is added to it has them."""
        return self._narrow(_scope={**self._scope, **self._check(scope)})

    def of_removed(self) -> "Table[R]":
        """This table with the rows that were removed and are still kept, in place of the others."""
        return self._narrow(_removed=True, _seen=None if self._seen is None else self._seen.of_removed())

    def _narrow(self, **different: object) -> Self:
        narrowed = copy(self)
        vars(narrowed).update(different)
        narrowed._prepare()
        return narrowed

    def view(self, row: type[S]) -> "Table[S]":
        """Return this table with fewer members, those of another struct."""
        own = {column.name for member in members_of(row) for column in member.columns}
        unread = (*self.unread, *(column.name for column in self.all_columns if column.name not in own))
        return Table(self.name, row, self.word, key=self.key, unread=unread, scope=self._scope)

    def columns_as(self, alias: str) -> str:
        """Return the columns for a statement that calls the table so."""
        return ", ".join(f"{alias}.{column.name}" for column in self.all_columns)

    def read(self, stored: tuple[Any, ...], **elsewhere: object) -> R:
        """Return a row of `columns` as its struct; `elsewhere`: the members that other tables have."""
        values: dict[str, Any] = elsewhere
        for name, start, end, beside, show in self._reading:
            values[name] = stored[start] if show is None else show(*stored[start:end], *[stored[at] for at in beside])
        return self.row(**values)

    def find(self, row_id: int, **elsewhere: object) -> Steps[R | None]:
        """Return one row, None when it does not exist; `elsewhere`: the members that other tables have."""
        found = yield Statement(self._find, (row_id, *self._found_values))
        return self.read(found.rows[0], **elsewhere) if found.rows else None

    def find_all(self, row_ids: Collection[int]) -> Steps[dict[int, R]]:
        """Return those of some rows that exist, by their ids; for as many as a page has."""
        where, values = self._one_of(row_ids)
        found = yield Statement(f"SELECT id, {self.columns} {where}", values)
        return {row[0]: self.read(row[1:]) for row in found.rows}

    def there(self, row_ids: Collection[int]) -> Steps[set[int]]:
        """Return the ids of those of some rows that exist."""
        where, values = self._one_of(row_ids)
        found = yield Statement(f"SELECT id {where}", values)
        return {row[0] for row in found.rows}

    def _one_of(self, row_ids: Collection[int]) -> tuple[str, tuple[SqlValue, ...]]:
        where, values = self._where(self._scope, self._allowed)
        marks = ", ".join("?" * len(row_ids)) or "NULL"
        return f"FROM {self.name} WHERE id IN ({marks}){where}", (*row_ids, *values)

    def get(self, row_id: int, **elsewhere: object) -> Steps[R]:
        """Return one row. Raises `NotFound`; `Forbidden` where it is only seen."""
        found = yield from self.find(row_id, **elsewhere)
        if found is None:
            yield from self._refuse_missing(row_id)
            raise missing_error(self.word, self.key)
        return found

    def _refuse_missing(self, row_id: int) -> Steps[None]:
        """Raise `Forbidden` for a row that is only seen, `Conflict` for one that is there and should be removed."""
        if self._removed and (yield from self._narrow(_removed=False, _seen=None).find(row_id)) is not None:
            raise not_removed_error(self.word, self.key)
        if self._seen is not None and (yield from self._seen.find(row_id)) is not None:
            raise read_only_error(self.word, self.key)

    def insert(self, content: Struct, now: int, **more: object) -> Steps[int]:
        """Store what is in `content` and `more`, and for the rest what the struct says; return the new row's id.

        Raises `Conflict` for a name that is taken, `TypeError` for members that are missing or unknown.
        """
        values = {**self._defaults, **self._values_of(content), **(self._check(more) if more else {}), **self._scope}
        values |= self._times("created_at", "updated_at", now=now)
        yield from self._check_unique(values, 0)
        inserted = [*self._inserted, *(name for name in self.unread if name in values)]
        columns = self._columns(inserted)
        done = yield Statement(
            f"INSERT INTO {self.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            self._to_columns(inserted, values),
        )
        return done.last_id

    def add(self, content: Struct, now: int, **more: object) -> Steps[R]:
        """Store a row as `insert` does; return it as it is stored."""
        row_id = yield from self.insert(content, now, **more)
        return (yield from self.get(row_id))

    def change(self, row_id: int, patch: Struct, now: int | None, version: int | None = None, **more: Any) -> Steps[R]:
        """Store the members that `patch` and `more` give: UNSET ones stay, None clears. Return the row as it is stored.

        `now` None leaves the time of its last change alone. Raises `NotFound`; `Conflict` for a name that is taken, or
        when the row is not of this `version` any more.
        """
        old = yield from self.get(row_id)
        self._check_version(old, version)
        values = {**self._values_of(patch), **self._check(more)}
        yield from self._check_unique(values, row_id, old)
        changed = yield from self._set(row_id, values, now, version)
        if version is not None and not changed:  # by somebody else, whom this transaction has waited for
            raise changed_error(self.word)
        return (yield from self.get(row_id))

    def remove(self, row_id: int, now: int | None = None) -> Steps[None]:
        """Delete a row, or note `now` where its struct has `deleted_at`. Raises `NotFound`."""
        if "deleted_at" in self._members:
            yield from self.get(row_id)
            if now is None:
                raise TypeError(f"say when the {self.word} is removed")
            yield from self._set(row_id, self._times("deleted_at", now=now), None)
            return
        done = yield Statement(self._delete, (row_id, *self._found_values))
        if not done.changed:
            yield from self._refuse_missing(row_id)
            raise missing_error(self.word, self.key)

    def restore(self, row_id: int) -> Steps[R]:
        """Have a row back as it was. Raises `NotFound`; `Conflict` where its name is taken by now, or it was not
        removed."""
        old = yield from self.of_removed().get(row_id)
        yield from self._check_unique(structs.asdict(old), row_id)
        yield from self._set(row_id, {"deleted_at": None}, None)
        return (yield from self.get(row_id))

    def purge(self, before: int, limit: int) -> Steps[int]:
        """Delete for good up to `limit` rows that were removed before a time; return how many."""
        found = yield Statement(f"SELECT id FROM {self.name} WHERE deleted_at < ? LIMIT ?", (before, limit))
        for (row_id,) in found.rows:
            yield Statement(f"DELETE FROM {self.name} WHERE id = ? AND deleted_at IS NOT NULL", (row_id,))
        return len(found.rows)

    def ids_after(self, row_id: int, limit: int) -> Steps[list[int]]:
        """Return the ids of up to `limit` rows after one, in order."""
        where, values = self._where(self._scope, self._allowed)
        found = yield Statement(
            f"SELECT id FROM {self.name} WHERE id > ?{where} ORDER BY id LIMIT ?", (row_id, *values, limit)
        )
        return [row[0] for row in found.rows]

    def count(self, **equal: object) -> Steps[int]:
        """Return how many rows there are whose members are `equal` (None: any)."""
        where, values = self._where(self._scope | self._narrowing(equal), self._allowed)
        found = yield Statement(f"SELECT COUNT(*) FROM {self.name} WHERE id > 0{where}", values)
        return int(found.rows[0][0])

    def has_more_than(self, number: int, **equal: object) -> Steps[bool]:
        """Return whether there are more rows than that, without counting all."""
        where, values = self._where(self._scope | self._narrowing(equal), self._allowed)
        found = yield Statement(f"SELECT id FROM {self.name} WHERE id > 0{where} LIMIT 1 OFFSET ?", (*values, number))
        return bool(found.rows)

    def kinds(self, order: SortOrder) -> tuple[Kind, ...]:
        """Return of what kinds the values are by which an order goes."""
        return tuple(column.kind for name in order.members for column in self._named[name].columns)

    def place(self, row: R, order: SortOrder) -> tuple[SqlValue, ...]:
        """Return where a row stands in an order: what a page may go on after."""
        return self._to_columns(order.members, {name: getattr(row, name) for name in order.members})

    def page(
        self,
        limit: int,
        after: tuple[SqlValue, ...] | None = None,
        order: SortOrder = BY_ID,
        room: int | None = None,
        **equal: object,
    ) -> Steps[list[R]]:
        """Return up to `limit` rows in an order, those after one that has there the values `after`, and whose members
        are `equal` (None: any). With `room`, only as many as have that many bytes together in their `long` members,
        at least one, and one more, so that a page of a reply can tell that there is more."""
        tail, values = yield from self._listing(self._scope | self._narrowing(equal), order, after, limit)
        if room is not None and self._long:
            lengths = " + ".join(f"COALESCE(LENGTH({name}), 0)" for name in self._columns(self._long))
            sizes = yield Statement(f"SELECT {lengths} {tail}", (*values, limit))
            limit = within([row[0] for row in sizes.rows], room) + 1
        found = yield Statement(f"SELECT {self.columns} {tail}", (*values, limit))
        return [self.read(row) for row in found.rows]

    def all(self, order: SortOrder = BY_ID, **equal: object) -> Steps[list[R]]:
        """Return the rows whose members are `equal`, in an order; for where there are few of them."""
        return (yield from self.page(MAX_INTEGER, None, order, None, **equal))

    def _listing(
        self, equal: Mapping[str, object], order: SortOrder, after: tuple[SqlValue, ...] | None, limit: int
    ) -> Steps[tuple[str, tuple[SqlValue, ...]]]:
        """Return what follows the columns in a statement that lists rows, and its values but for the limit. Where rows
        are allowed in more than one way each way gives its first ones, by its index, and they are merged."""
        columns = self._columns(order.members)
        direction = " DESC" if order.down else ""
        ordered = f"ORDER BY {', '.join(name + direction for name in columns)} LIMIT ?"
        later, compared = ("", []) if after is None else beyond(columns, after, order.down)
        found: dict[int, tuple[Any, ...]] = {}
        ways = () if self._allowed is None else self._allowed.ways
        for way in ways or (self._allowed,):
            where, values = self._where(equal, way)
            found_by = f"{where}{later}".removeprefix(" AND ") or "id > 0"  # `id > 0` besides would lure MariaDB
            tail = f"FROM {self.name} WHERE {found_by} {ordered}"
            if not ways:
                return tail, (*values, *compared)
            some = yield Statement(f"SELECT id, {', '.join(columns)} {tail}", (*values, *compared, limit))
            found |= {row[0]: row[1:] for row in some.rows}
        first = sorted(found, key=lambda row_id: found[row_id], reverse=order.down)[:limit] or [0]
        where, values = self._where({}, self._allowed)
        marks = ", ".join("?" * len(first))
        return f"FROM {self.name} WHERE id IN ({marks}){where} {ordered}", (*first, *values)

    def update_of(self, *members: str, where: str = "id = ?", also: str = "") -> Update:
        """Return what makes the statement that stores these members where a condition holds; for frequent
        transactions: it checks nothing, and keeps nothing but what is named. Values in `also` come before those in
        `where`."""
        sets = [f"{name} = ?" for name in self._columns(members)]
        sql = f"UPDATE {self.name} SET {', '.join([*sets, also] if also else sets)} WHERE {where}"
        return make_update(sql, members, [self._members[name].store for name in members])

    def set(self, row_id: int, now: int | None, patch: Struct | None = None, /, **more: object) -> Steps[None]:
        """Store the members that `patch` and `more` give of a row that is there, whatever names are taken."""
        values = {} if patch is None else self._values_of(patch)
        yield from self._set(row_id, {**values, **self._check(more)}, now)

    def _set(
        self, row_id: int, values: Mapping[str, object], now: int | None, version: int | None = None
    ) -> Steps[int]:
        """Store members of a row, only in a `version` if that is given; return how many rows that were."""
        if now is not None:
            values = {**values, **self._times("updated_at", now=now)}
        sets = [f"{name} = ?" for name in self._columns(values)]
        if "version" in self._members:
            sets.append("version = version + 1")
        if not sets:
            return 1
        only, of = ("", ()) if version is None else (" AND version = ?", (version,))
        done = yield Statement(
            f"UPDATE {self.name} SET {', '.join(sets)} WHERE id = ?{only}",
            (*self._to_columns(values, values), row_id, *of),
        )
        return done.changed

    def _values_of(self, content: Struct) -> dict[str, object]:
        sent = self._sent.get(type(content))
        if sent is None:
            left = (self.key, *_KEPT, *self._elsewhere)
            sent = [name for name in content.__struct_fields__ if name not in left]
            self._check(dict.fromkeys(sent))
            self._sent[type(content)] = sent
        return {name: value for name in sent if (value := getattr(content, name)) is not UNSET}

    def _narrowing(self, equal: Mapping[str, object]) -> dict[str, object]:
        return {name: value for name, value in self._check(equal).items() if value is not None}

    def _check(self, values: Mapping[str, object]) -> dict[str, object]:
        unknown = values.keys() - self._named.keys()
        if unknown:
            raise TypeError(f"{self.name} has no {', '.join(sorted(unknown))}")
        return dict(values)

    def _times(self, *names: str, now: int) -> dict[str, object]:
        kept = [self._members[name] for name in names if name in self._members]
        return {member.name: now if member.show is None else timestamp(now) for member in kept}

    def _columns(self, members: Any) -> list[str]:
        return [column.name for name in members for column in self._named[name].columns]

    def _to_columns(self, members: Any, values: Mapping[str, Any]) -> tuple[SqlValue, ...]:
        stored: list[SqlValue] = []
        for name in members:
            if name not in values:
                raise TypeError(f"a {self.word} needs {name}")
            store = self._named[name].store
            value = values[name]
            stored += value if isinstance(value, Holding) else (value,) if store is None else store(value)
        return tuple(stored)

    def _where(self, equal: Mapping[str, object], allowed: Condition | None) -> tuple[str, tuple[SqlValue, ...]]:
        """Return conditions to follow another one, and their values."""
        named = list(equal)
        conditions = [compare(column, equal[name]) for name in named for column in self._columns([name])]
        if "deleted_at" in self._members:
            conditions.append(f" AND deleted_at IS {'NOT ' if self._removed else ''}NULL")
        if allowed is None:
            return "".join(conditions), self._to_columns(named, equal)
        conditions.append(f" AND {allowed.sql}")
        return "".join(conditions), (*self._to_columns(named, equal), *allowed.values)

    def _check_unique(self, values: Mapping[str, Any], own_id: int, old: Struct | None = None) -> Steps[None]:
        """Names are taken among the rows of one user: of whoever has the row, not of whoever changes it."""
        if not self._unique:
            return
        row = values if old is None else structs.asdict(old)
        scope = self._scope | ({"user_id": row["user_id"]} if "user_id" in self._members else {})
        for members in self._unique:
            wanted = {name: values.get(name, row.get(name)) for name in members}
            same = old is not None and all(row[name] == value for name, value in wanted.items())
            if same or all(value is None for value in wanted.values()):
                continue
            where, compared = self._where({**scope, **wanted}, allowed=None)
            found = yield Statement(f"SELECT id FROM {self.name} WHERE id <> ?{where}", (own_id, *compared))
            if found.rows:
                raise taken_error(self.word, members[0])

    def _check_version(self, old: R, version: int | None) -> None:
        present = getattr(old, "version", None)
        if version is not None and present != version:
            error = changed_error(self.word)
            error.tell(version=present)
            raise error
