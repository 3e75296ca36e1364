"""All rows of a project, whatever features they belong to.

A table with a column `project_id` that says who shares its rows is named here: `tests/house/test_owned_rows.py`
compares the list with the migrations.
"""

from orchd.storage import Statement, Steps

SHARED_TABLES: tuple[str, ...] = ("conversation", "task", "assistant", "credential")
VERSIONED: tuple[str, ...] = ("task", "credential")
"""Tables whose rows have a version, by which it shows that they have changed."""


def count_shared(project_id: int) -> Steps[dict[str, int]]:
    """Return how many rows a project has, by table; those of which there are none are left out."""
    counts = {}
    for table in SHARED_TABLES:
        found = yield Statement(f"SELECT COUNT(*) FROM {table} WHERE project_id = ?", (project_id,))
        counts[table] = int(found.rows[0][0])
    return {table: count for table, count in counts.items() if count}


def release_shared(project_id: int) -> Steps[None]:
    """Make all rows of a project those of their makers alone."""
    for table in SHARED_TABLES:
        anew = ", version = version + 1" if table in VERSIONED else ""
        yield Statement(f"UPDATE {table} SET project_id = NULL{anew} WHERE project_id = ?", (project_id,))
