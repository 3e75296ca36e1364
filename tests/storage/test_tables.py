"""How many rows there are, of every table, also while nobody can say."""

from orchd.storage import Database, count_rows


async def test_all_tables_are_counted(store: Database) -> None:
    rows = await count_rows(store)
    assert {"conversation", "task"} <= set(rows)
    assert all(count is not None and count >= 0 for count in rows.values())
