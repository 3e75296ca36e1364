"""All rows of a project, whatever features they belong to."""

from collections.abc import Iterator

from orchd.entity.owned import OWNED_TABLES
from orchd.storage import Statement, Steps


def count_shared(project_id: int) -> Steps[dict[str, int]]:
    """Return how many rows a project has, by table; those of which there are none are left out, and so is what was
    removed and can be restored."""
    counts = {}
    for table in _shared_tables():
        if OWNED_TABLES[table].follows:
            continue
        there = " AND deleted_at IS NULL" if OWNED_TABLES[table].kept else ""
        found = yield Statement(f"SELECT COUNT(*) FROM {table} WHERE project_id = ?{there}", (project_id,))
        counts[table] = int(found.rows[0][0])
    return {table: count for table, count in counts.items() if count}


def release_shared(project_id: int) -> Steps[None]:
    """Make all rows of a project those of their makers alone."""
    for table in _shared_tables():
        owned = OWNED_TABLES[table]
        anew = ", version = version + 1" if owned.versioned else ", listed = 0" if owned.follows else ""
        yield Statement(f"UPDATE {table} SET project_id = NULL{anew} WHERE project_id = ?", (project_id,))


def _shared_tables() -> Iterator[str]:
    return (table for table, owned in OWNED_TABLES.items() if owned.shared)
