"""Every table that a feature declares as the members of a struct has just these columns, on both databases."""

from collections.abc import Iterator
from importlib import import_module

from orchd.entity import OwnedTable, Table
from orchd.entity.columns import Kind
from orchd.storage import Database, Statement, Steps
from tests.entities import ALL
from tests.house.source import NAMES

KINDS: dict[str, Kind] = {
    "integer": "integer",
    "bigint": "integer",
    "int": "integer",
    "smallint": "integer",
    "tinyint": "integer",
    "real": "real",
    "double precision": "real",
    "double": "real",
    "text": "text",
    "varchar": "text",
    "mediumtext": "text",
    "longtext": "text",
}
"""What each database calls it."""


def tables() -> Iterator[Table]:  # type: ignore[type-arg]
    """Yield each table once, wherever it is declared."""
    modules = [import_module(name) for name in sorted(NAMES) if name.endswith("queries")]
    found = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, Table)}
    owned = [value.everybodys for module in modules for value in vars(module).values() if isinstance(value, OwnedTable)]
    owned += [entity.rows.everybodys for entity in ALL.values()]
    yield from (found | {table.name: table for table in owned}).values()


TABLES = list(tables())


def sqlite_columns(table: str) -> Steps[dict[str, tuple[str, bool]]]:
    found = yield Statement('SELECT name, type, "notnull" FROM pragma_table_info(?)', (table,))
    return {name: (kind.lower(), not not_null) for name, kind, not_null in found.rows}


def mysql_columns(table: str) -> Steps[dict[str, tuple[str, bool]]]:
    found = yield Statement(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND table_name = ? AND extra NOT LIKE '%GENERATED%'",
        (table,),
    )
    return {name: (kind.lower(), nullable == "YES") for name, kind, nullable in found.rows}


async def test_tables_are_as_their_structs_say(store: Database) -> None:
    assert {table.name for table in TABLES} >= {
        "assistant",
        "conversation",
        "task",
        "subtask",
        "task_approval",
        "task_log",
        "task_step",
    }
    read = sqlite_columns if store.health().kind == "sqlite" else mysql_columns
    for table in TABLES:
        there = await store.read(read, table.name)
        assert there.keys() == {column.name for column in table.all_columns} | set(table.unread), table.name
        for name, kind, optional in table.all_columns:
            told, nullable = there[name]
            assert KINDS[told] == kind, f"{table.name}.{name} is {told}"
            assert name == "id" or nullable == optional, f"{table.name}.{name}: may be NULL here, not there"
