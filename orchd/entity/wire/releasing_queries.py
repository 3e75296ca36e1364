"""Rows that stop being shared, since their project ends."""

from orchd.entity.owned import OWNED_TABLES
from orchd.entity.shared_rows import release_shared
from orchd.storage import Statement, Steps


def release_rows(project_id: int, now: int) -> Steps[None]:
    """Make all rows of a project those of their makers alone, and note it for whoever follows them."""
    for table, owned in OWNED_TABLES.items():
        if owned.shared and owned.kept:
            yield from _note_released(table, project_id, now)
    yield from release_shared(project_id)


def _note_released(table: str, project_id: int, now: int) -> Steps[None]:
    """Note that all rows of an entity leave a project, each under a number of its own. An entity that belongs to users
    is called as its table is."""
    there = f"FROM {table} WHERE project_id = ? AND deleted_at IS NULL"
    yield Statement(f"UPDATE change_number SET number = number + (SELECT COUNT(*) {there}) WHERE id = 1", (project_id,))
    yield Statement(
        "INSERT INTO entity_change (number, kind, row_id, happening, user_id, project_id, left_project_id, created_at)"
        " SELECT c.number - o.later, ?, o.id, 'updated', o.user_id, NULL, ?, ? FROM change_number c JOIN"
        f" (SELECT id, user_id, ROW_NUMBER() OVER (ORDER BY id DESC) - 1 AS later {there}) AS o WHERE c.id = 1",
        (table, project_id, now, project_id),
    )
