"""An entity as one value: its rows' struct, its table, its frames."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import UNSET, Struct, structs

from orchd.entity.clauses import Holding, SortOrder, camel
from orchd.entity.owned_table import OwnedTable
from orchd.entity.owner import Belonging, Owner, daemon_owner_of, owner_of
from orchd.entity.search import SearchedRow, TableSource
from orchd.entity.table import Table
from orchd.entity.wire.change_queries import Happening, RowChange, note
from orchd.entity.wire.members import DaemonItem, OwnedItem, OwnItem, PartItem
from orchd.entity.wire.payloads import About, ListMembers, Payloads, filter_name, is_list, make_payloads, rules
from orchd.errors import NotFound, TooLarge
from orchd.protocol.command import CHANGE, LOOKUP, Command, Errors, SubscriptionTerms
from orchd.protocol.frame_type import FrameType
from orchd.protocol.identity import DAEMON_USER_ID, Identity, Scope
from orchd.protocol.rights import Right
from orchd.protocol.types import ClientPayload, unix_milliseconds
from orchd.storage import Steps

R = TypeVar("R", bound=PartItem)
S = TypeVar("S", bound=Struct)


class EntityCommands(NamedTuple, Generic[R]):
    """What a client may ask of an entity."""

    create: Command[ClientPayload, R]
    get: Command[ClientPayload, R]
    list: Command[ClientPayload, Any]
    update: Command[ClientPayload, R]
    delete: Command[ClientPayload, Any]
    restore: Command[ClientPayload, R]
    subscribe: Command[ClientPayload, Any]
    unsubscribe: Command[ClientPayload, Any]


class Entity(Generic[R]):
    """What people create, change, list, remove and follow. Immutable.

    `kind` is how its frames begin, `words` what people call several of it, `table` where its rows stand, if not in one
    of that name. What is `unique`, perhaps members together, is so among the rows of one user, or of one `parent`.
    `filters` are members by which lists can be narrowed (by a word that they hold), `orders` those by which they are
    ordered, some before others; the first one, `descending` or not, unless a client says otherwise. `long` members are
    measured before a page is read. `relations`: members that are ids of rows of other tables, which whoever sends them
    must see. `parent`: whose row the member `by` names, to which this one belongs. `defaults`: what a new row has
    besides. `search`: members that are searched for words, first the one that is its title. `also`: a struct of members
    that `create` and `update` take besides, which are not stored. Raises `TypeError` for a struct that has no table.
    """

    def __init__(
        self,
        kind: str,
        row: type[R],
        *,
        words: str = "",
        scope: Scope = "workspace",
        table: str = "",
        unique: tuple[str | tuple[str, ...], ...] = (),
        filters: Sequence[str] = (),
        orders: Sequence[str | tuple[str, ...]] = ("id",),
        descending: bool = False,
        long: tuple[str, ...] = (),
        relations: Mapping[str, OwnedTable[Any]] | None = None,
        parent: OwnedTable[Any] | None = None,
        by: str = "",
        defaults: Mapping[str, object] | None = None,
        search: tuple[str, ...] = (),
        also: type[Struct] | None = None,
        errors: Errors = (),
    ) -> None:
        self.kind, self.word, name = kind, kind.replace(":", " "), kind.replace(":", "_")
        self.words, self.key = words or f"{self.word}s", f"{name}_id"  # `key`: by which requests name a row
        self.relations, self.parent, self.by, self.search = relations or {}, parent, by, search
        self.filters = (*filters, *(member for member in ("project_id", by) if member in row.__struct_fields__))
        self._orders, self._rules, self.unique = _by_first(orders), rules(row), unique
        self.orders = tuple(self._orders)
        filled, others, stands = {**_absent(row), **(defaults or {})}, _names(also), table or name
        rows = Table(stands, row, self.word, key=self.key, unique=unique, long=long, defaults=filled, elsewhere=others)
        self.rows: OwnedTable[R] = OwnedTable(rows, parent, by)
        listing = ListMembers(self.filters, self.orders, descending)
        self.payloads = make_payloads(row, About(kind, self.word, self.words, self.key, listing, also))
        self.changed: FrameType[Any] = FrameType(f"{kind}:changed", self.payloads.changed)
        ending = EntityErrors.of(row, long=bool(long), part=parent is not None, also=errors)
        self.commands = _commands(kind, row, self.payloads, self.changed, scope, ending)

    def owner_of(self, who: Identity) -> Owner:
        """Return whose rows somebody asks for."""
        return daemon_owner_of(who) if issubclass(self.rows.everybodys.row, DaemonItem) else owner_of(who)

    def as_stored(self, sent: S) -> S:
        """Return what was sent, its members as they are stored. Raises `Invalid`."""
        values = {
            member: rule.apply(value, camel(member))
            for member, rule in self._rules.items()
            if (value := getattr(sent, member, UNSET)) is not UNSET and value is not None
        }
        return structs.replace(sent, **values) if values else sent

    def order(self, member: str, *, descending: bool) -> SortOrder:
        """Return the order of a list by a member as the wire calls it."""
        members = self._orders[member]
        return SortOrder(members if members == ("id",) else (*members, "id"), descending)

    def narrowing(self, asked: Struct) -> dict[str, object]:
        """Return what a list is asked for by its filters: by member, what it is or holds; None where it is anything."""
        equal: dict[str, object] = {}
        for member in self.filters:
            value = getattr(asked, filter_name(self.rows.everybodys.row, member))
            holds = value is not None and is_list(self.rows.everybodys.row, member)
            equal[member] = Holding.of(value) if holds else value
        return equal

    def note_change(self, row_id: int, happening: Happening, belongs: Belonging, now: int) -> Steps[None]:
        """Store what other code has done to a row, for those who follow it; the last thing that a transaction does."""
        yield from note(RowChange(self.kind, row_id, happening, belongs), now)

    def find_present(self, row_id: int) -> Steps[tuple[R | None, Belonging | None]]:
        """Return a row as it is now, and whom it belongs to; None for one that isn't there."""
        row = yield from self.rows.everybodys.find(row_id)
        if row is None:
            return None, None
        try:
            return row, (yield from self.whose(row))
        except NotFound:  # what it belongs to was removed
            return None, None

    def change_frame(self, number: int, happening: Any, row_id: int | None, item: R | None) -> bytes:
        """Encode a change of a row."""
        told = {"number": number, "change": happening, self.key: row_id, "item": item}
        return self.changed.frame(self.payloads.changed(**told))

    def search_row(self, row: R) -> SearchedRow:
        """Return what of a row is searched for words."""
        title, *texts = (str(getattr(row, member) or "") for member in self.search)
        return SearchedRow(row.id, title, "\n".join(filter(None, texts)), unix_milliseconds(row.updated_at))

    @property
    def source(self) -> TableSource[R]:
        """Where its rows come from when they are searched."""
        return TableSource(self.kind, self.rows, self.search_row, self.whose)

    def whose(self, row: R) -> Steps[Belonging]:
        """Return whom a row belongs to. Raises `NotFound` where what it belongs to is gone."""
        if self.parent is not None:
            above = yield from self.parent.everybodys.get(getattr(row, self.by))
            return _belonging(above)
        return _belonging(row)


def _absent(row: type[Struct]) -> dict[str, object]:
    """Return the members that a new row has nothing in, unless it is said."""
    return dict.fromkeys(member for member in ("deleted_at", "project_id") if member in row.__struct_fields__)


def _by_first(orders: Sequence[str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the members of each order, by the first one as the wire calls it."""
    members = [(order,) if isinstance(order, str) else order for order in orders]
    return {camel(order[0]): order for order in members}


class EntityErrors(NamedTuple):
    """What may end the requests of an entity, besides what may end any."""

    listing: Errors
    storing: Errors
    """By `create` and `update`: the database may refuse what is `long`."""
    removal: Errors

    @classmethod
    def of(cls, row: type[PartItem], *, long: bool, part: bool, also: Errors) -> "EntityErrors":
        """Return them by what rows are like: a `part` is listed by the row that it belongs to, which may be missing,
        and what the configuration has (`DaemonItem`) is not to be removed. `also`: what may end `create` and `update`
        besides."""
        removal = CHANGE if issubclass(row, DaemonItem) else LOOKUP
        storing = (*CHANGE, TooLarge) if long else CHANGE
        return cls(LOOKUP if part else (), (*storing, *also), removal)


def _commands(
    kind: str, row: type[R], made: Payloads, changed: FrameType[Any], scope: Scope, errors: EntityErrors
) -> EntityCommands[R]:
    reads, changes = _rights(row)
    grows = not issubclass(row, DaemonItem)  # admins may have to change these to get on
    return EntityCommands(
        Command(f"{kind}:create", made.create, row, right=changes, scope=scope, errors=errors.storing, grows=grows),
        Command(f"{kind}:get", made.get, row, right=reads, scope=scope, errors=LOOKUP),
        Command(f"{kind}:list", made.list, made.page, right=reads, scope=scope, errors=errors.listing),
        Command(f"{kind}:update", made.update, row, right=changes, scope=scope, errors=errors.storing, grows=grows),
        Command(f"{kind}:delete", made.delete, made.deleted, right=changes, scope=scope, errors=errors.removal),
        Command(f"{kind}:restore", made.restore, row, right=changes, scope=scope, errors=CHANGE),
        Command(
            f"{kind}:subscribe",
            made.subscribe,
            made.subscribed,
            right=reads,
            scope=scope,
            pushes=(changed,),
            subscription=SubscriptionTerms(f"{kind}:unsubscribe", numbered=True),
        ),
        Command(f"{kind}:unsubscribe", made.unsubscribe, made.unsubscribed, right=reads, scope=scope),
    )


def _names(also: type[Struct] | None) -> tuple[str, ...]:
    return () if also is None else also.__struct_fields__


def _rights(row: type[PartItem]) -> tuple[Right, Right]:
    """Return what it needs to see rows, and to change them."""
    if issubclass(row, DaemonItem):
        return "admin", "admin"
    return "read", "own" if issubclass(row, OwnItem) and not issubclass(row, OwnedItem) else "change"


def _belonging(row: Struct) -> Belonging:
    if isinstance(row, DaemonItem):
        return Belonging(DAEMON_USER_ID)
    return Belonging(getattr(row, "user_id"), getattr(row, "project_id", None))  # noqa: B009  # any owned row has one
