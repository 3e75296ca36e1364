"""All rows of a user, whatever features they belong to: adopted, given to somebody else, or deleted."""

from collections.abc import Callable

from orchd.entity.owned import OWNED_TABLES
from orchd.entity.owner import LOCAL_OWNER
from orchd.errors import Conflict
from orchd.storage import Statement, Steps


def count_rows_of(user_id: int) -> Steps[dict[str, int]]:
    """Return how many rows a user has, by table; those of which there are none are left out."""
    counts = {}
    for table in _tables():
        found = yield Statement(f"SELECT COUNT(*) FROM {table} WHERE user_id = ?", (user_id,))
        counts[table] = int(found.rows[0][0])
    return {table: count for table, count in counts.items() if count}


def give_rows(user_id: int, to: int) -> Steps[None]:
    """Make all rows of a user another one's. Raises `Conflict` where both have one that a user may have only once."""
    for table in OWNED_TABLES:
        if OWNED_TABLES[table].distinct and not OWNED_TABLES[table].yields:
            yield from _require_distinct(table, user_id, to)
        if OWNED_TABLES[table].yields:
            yield from _give_way(table, user_id, to)
        anew = ", listed = 0" if OWNED_TABLES[table].follows else ""
        yield Statement(f"UPDATE {table} SET user_id = ?{anew} WHERE user_id = ?", (to, user_id))


def adopt_rows(user_id: int) -> Steps[None]:
    """Make all that the local owner has the first user's: their rows, and what they have set for themselves."""
    yield from give_rows(LOCAL_OWNER.user_id, user_id)
    yield Statement("UPDATE setting SET holder_id = ? WHERE holder_id IS NULL AND everybody = 0", (user_id,))


def delete_rows(user_id: int, limit: int, release: Callable[[int], Steps[None]]) -> Steps[int]:
    """Delete up to `limit` rows of a user from each table, after all rows of their projects were released; return how
    many were deleted."""
    deleted = 0
    for table in _tables():
        found = yield Statement(f"SELECT id FROM {table} WHERE user_id = ? ORDER BY id LIMIT ?", (user_id, limit))
        for (row_id,) in found.rows:
            if table == "project":  # what others have in it stays theirs
                yield from release(row_id)
            yield Statement(f"DELETE FROM {table} WHERE id = ? AND user_id = ?", (row_id, user_id))
        deleted += len(found.rows)
    return deleted


def _give_way(table: str, user_id: int, to: int) -> Steps[None]:
    """Delete those rows of a user for whose things the other one has some."""
    same = " AND ".join(f"a.{column} = b.{column}" for column in OWNED_TABLES[table].distinct)
    found = yield Statement(
        f"SELECT a.id FROM {table} AS a JOIN {table} AS b ON {same} WHERE a.user_id = ? AND b.user_id = ?",
        (user_id, to),
    )
    for (row_id,) in found.rows:
        yield Statement(f"DELETE FROM {table} WHERE id = ? AND user_id = ?", (row_id, user_id))


def _require_distinct(table: str, user_id: int, to: int) -> Steps[None]:
    owned = OWNED_TABLES[table]
    same = " AND ".join(f"a.{column} = b.{column}" for column in owned.distinct)
    both = f"{same} AND a.deleted_at IS NULL AND b.deleted_at IS NULL" if owned.kept else same
    found = yield Statement(
        f"SELECT a.id FROM {table} AS a JOIN {table} AS b ON {both} WHERE a.user_id = ? AND b.user_id = ? LIMIT 1",
        (user_id, to),
    )
    if found.rows:
        word = table.replace("_", " ")
        raise Conflict(
            f"both users have a {word} for the same thing; rename or delete one of the two first",
            reason="taken",
            field="to",
            path="$.data.to",
            table=table,
        )


def _tables() -> list[str]:
    return [table for table, owned in OWNED_TABLES.items() if not owned.follows]
