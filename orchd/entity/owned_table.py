"""A table whose rows belong to somebody.

It can't be read or changed as it is, but `seen_by` an owner, `changed_by` one, `owned_by` one, or as `everybodys`: for
the daemon's own work.

    MESSAGES = OwnedTable(Table("chat_message", ...), CONVERSATIONS, "conversation_id")
    message = await database.read(MESSAGES.seen_by(owner).get, 7)

A statement that is written by hand has the condition from `seen` or `changeable`; `tests/house/test_owners.py` finds
those that have none.
"""

from typing import Any, Generic, TypeVar

from msgspec import Struct

from orchd.entity.owner import DAEMON_OWNER, Condition, Owner
from orchd.entity.table import Table

R = TypeVar("R", bound=Struct)

_EVERY, _NONE = Condition("1 = 1", ()), Condition("1 = 0", ())


class OwnedTable(Generic[R]):
    """A table whose rows belong to users, and to projects where it has a `project_id`; or to whoever the row of
    `parent` belongs to that the column `by` names; or to nobody, where it has no `user_id`."""

    def __init__(self, table: Table[R], parent: "OwnedTable[Any] | None" = None, by: str = "") -> None:
        self.name, self.word, self.everybodys = table.name, table.word, table
        """`everybodys`: all rows, for the daemon's own work, and after the owner has been checked."""
        self.columns_as, self.read = table.columns_as, table.read
        """As a table's: they reach no rows."""
        self._parent, self._by = parent, by
        own: bool = "project_id" in (*table.row.__struct_fields__, *table.unread)
        self._shared: bool = own if parent is None else parent._shared
        self._nobodys = parent is None and "user_id" not in (*table.row.__struct_fields__, *table.unread)
        self.keeps_removed = "deleted_at" in table.row.__struct_fields__
        """Whether what is removed stays for some time; what is below it is as if it were gone, too."""

    def visible(self, owner: Owner, alias: str = "") -> Condition:
        """Return that somebody may see a row, for a statement which calls the table `alias`, or by its name."""
        if self._nobodys:
            return _EVERY if owner == DAEMON_OWNER else _NONE
        if self._parent is None:
            return owner.visible(alias or self.name, shared=self._shared)
        return self._below(self._parent.visible(owner), alias)

    def changeable(self, owner: Owner, alias: str = "") -> Condition:
        """Return that somebody may change a row, as `visible` does."""
        if self._nobodys:
            return self.visible(owner, alias)
        if self._parent is None:
            return owner.changeable(alias or self.name, shared=self._shared)
        return self._below(self._parent.changeable(owner), alias)

    def seen_by(self, owner: Owner) -> Table[R]:
        """Return the rows that somebody may see."""
        return self.everybodys.as_allowed(self.visible(owner))

    def changed_by(self, owner: Owner) -> Table[R]:
        """Return the rows that somebody may change; one that they only see is `Forbidden`."""
        return self.everybodys.as_allowed(self.changeable(owner), self.seen_by(owner) if self._shared else None)

    def owned_by(self, owner: Owner) -> Table[R]:
        """Return the rows that somebody made: what is added is theirs, and only their names are taken."""
        return self.changed_by(owner) if self._nobodys else self.everybodys.of(user_id=owner.user_id)

    def _below(self, whose: Condition, alias: str) -> Condition:
        assert self._parent is not None
        above, called = self._parent.name, alias or self.name
        there = f" AND {above}.deleted_at IS NULL" if self._parent.keeps_removed else ""
        return Condition(
            f"EXISTS (SELECT 1 FROM {above} WHERE {above}.id = {called}.{self._by}{there} AND {whose.sql})",
            whose.values,
        )
