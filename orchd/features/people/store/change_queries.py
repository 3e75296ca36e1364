"""SQL of the table `access_change`: what each daemon run must apply to those it has let in."""

from typing import NamedTuple

from orchd.features.people.store.queries import is_there_any
from orchd.storage import Statement, Steps

PAGE = 1000


class AccessChange(NamedTuple):
    """Something about a user has changed; None: about who must be somebody at all."""

    id: int
    user_id: int | None


class Glance(NamedTuple):
    """What is new since the last look."""

    changes: list[AccessChange]
    users_exist: bool


def note_change(user_id: int | None, now: int) -> Steps[None]:
    """Tell all daemon runs that what this user may do has changed."""
    yield Statement("INSERT INTO access_change (user_id, created_at) VALUES (?, ?)", (user_id, now))


def newest_change() -> Steps[int]:
    """Return the id of the newest change, 0 when there was none."""
    found = yield Statement("SELECT id FROM access_change ORDER BY id DESC LIMIT 1")
    return found.rows[0][0] if found.rows else 0


def look_for_changes(after: int, *, users_exist: bool) -> Steps[Glance]:
    """Return the changes with greater ids, and whether there is a user, unless that is known already."""
    found = yield Statement("SELECT id, user_id FROM access_change WHERE id > ? ORDER BY id LIMIT ?", (after, PAGE))
    known = users_exist or (yield from is_there_any())
    return Glance([AccessChange(*row) for row in found.rows], known)


def forget_changes(before: int) -> Steps[None]:
    """Delete the changes with smaller ids; the newest stays, so that no id is given out twice."""
    newest = yield from newest_change()
    yield Statement("DELETE FROM access_change WHERE id < ?", (min(before, newest),))
