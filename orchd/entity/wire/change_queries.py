"""What has become of rows, in order: the tables `entity_change` and `change_number`."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from orchd.entity.owner import Belonging, Owner
from orchd.storage import Statement, Steps

Happening: TypeAlias = Literal["created", "updated", "deleted", "restored"]

_CHANGE = "number, kind, row_id, happening, user_id, project_id, left_project_id"


class LoggedChange(NamedTuple):
    """A change, as it is stored; `left_project_id`: of the project in which the row was until then."""

    number: int
    kind: str
    row_id: int
    happening: Happening
    user_id: int
    project_id: int | None
    left_project_id: int | None

    def is_seen_by(self, owner: Owner) -> bool:
        """Whether the row was theirs to see after the change."""
        return owner.sees(self.user_id, self.project_id)

    def is_missed_by(self, owner: Owner) -> bool:
        """Whether they saw the row before the change, and not after it."""
        return self.left_project_id in owner.reads and not self.is_seen_by(owner)


class RowChange(NamedTuple):
    """A row that has changed, and from which project it was taken, if from one."""

    kind: str
    row_id: int
    happening: Happening
    belongs: Belonging
    left_project_id: int | None = None


def note(changed: RowChange, now: int) -> Steps[None]:
    """Store a change under the next number; the last thing that a transaction does.

    Numbers grow in the order in which transactions end: whoever takes one holds its row until then.
    """
    yield Statement("UPDATE change_number SET number = number + 1 WHERE id = 1")
    yield Statement(
        f"INSERT INTO entity_change ({_CHANGE}, created_at) SELECT number, ?, ?, ?, ?, ?, ?, ? FROM change_number"
        " WHERE id = 1",
        (
            changed.kind,
            changed.row_id,
            changed.happening,
            *changed.belongs,
            changed.left_project_id,
            now,
        ),
    )


def latest() -> Steps[int]:
    """Return the number of the latest change, 0 before the first."""
    found = yield Statement("SELECT number FROM change_number WHERE id = 1")
    return int(found.rows[0][0])


def changes_after(number: int, limit: int, kinds: Iterable[str]) -> Steps[list[LoggedChange]]:
    """Return up to `limit` changes of these kinds after a number, in order."""
    wanted = tuple(kinds)
    marks = ", ".join("?" * len(wanted)) or "NULL"
    found = yield Statement(
        f"SELECT {_CHANGE} FROM entity_change WHERE number > ? AND kind IN ({marks}) ORDER BY number LIMIT ?",
        (number, *wanted, limit),
    )
    return [LoggedChange(*row) for row in found.rows]


def first_kept() -> Steps[int | None]:
    """Return the number of the oldest change that is still known, None when there is none."""
    found = yield Statement("SELECT MIN(number) FROM entity_change")
    return None if found.rows[0][0] is None else int(found.rows[0][0])


def forget_changes(before: int, limit: int) -> Steps[int]:
    """Delete up to `limit` of the oldest changes that are from before a time, and all before them, whatever the clock
    said then: so none is missing between two that are kept. Return how many were found."""
    found = yield Statement(
        "SELECT number FROM entity_change WHERE created_at < ? ORDER BY number LIMIT ?", (before, limit)
    )
    if found.rows:
        yield Statement("DELETE FROM entity_change WHERE number <= ?", (found.rows[-1][0],))
    return len(found.rows)
