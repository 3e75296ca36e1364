"""All rows of a user are counted, given to another one, or deleted with what is below them; on both databases."""

import pytest

from orchd.entity.owned import OWNED_TABLES
from orchd.entity.owned_rows import count_rows_of, delete_rows, give_rows
from orchd.entity.shared_rows import release_shared
from orchd.errors import Conflict
from orchd.storage import Database, Statement, Steps
from tests.entities import ENTITIES

COLUMNS: dict[str, str] = {
    **{
        entity.rows.name: ", ".join(
            column.name
            for column in entity.rows.everybodys.all_columns
            if not column.optional and column.name not in ("id", "user_id")
        )
        for entity in ENTITIES.values()
        if entity.parent is None
    },
    "conversation_import": "version, name, status, imported, skipped, failed, messages, bytes, epoch, created_at,"
    " updated_at",
    "notification": "version, kind, source, title, text, is_read, created_at, updated_at",
    "verification": "outcome, confidence, report_json, created_at",
    "file": "version, name, description, type, size, sha256, created_at, updated_at",
    "file_upload": "name, size, received, created_at, updated_at",
    "text_job": "body, instruction, created_at, updated_at",
    "project": "name, description, version, created_at, updated_at",
    "task": "title, description, priority, status, waits_for, reason, wish, ready, version, round, planned, auto_run,"
    " calls, tokens, seconds, result_notes, links_json, created_at, updated_at",
}
"""What a row can't do without; all of it may be 1."""
MARKS = {"message_rating": "message_id, rating, created_at", "message_reaction": "message_id, emoji, created_at"}
"""Those of a message, which must be there."""


def add(table: str, user_id: int, value: int = 1) -> Steps[int]:
    columns = COLUMNS[table].split(",")
    marks = ", ".join("?" * (len(columns) + 1))
    done = yield Statement(
        f"INSERT INTO {table} (user_id, {COLUMNS[table]}) VALUES ({marks})", (user_id, *[value] * len(columns))
    )
    return done.last_id


def below(task_id: int, conversation_id: int) -> Steps[None]:
    yield Statement("INSERT INTO task_log (task_id, level, message, created_at) VALUES (?, 'i', 'm', 1)", (task_id,))
    yield Statement(
        "INSERT INTO chat_message (conversation_id, role, content, reasoning, status, created_at, updated_at)"
        " VALUES (?, 'user', 'c', '', 'complete', 1, 1)",
        (conversation_id,),
    )


def count(table: str) -> Steps[int]:
    found = yield Statement(f"SELECT COUNT(*) FROM {table}")
    return int(found.rows[0][0])


async def test_rows_of_all_tables_are_given(store: Database) -> None:
    counted = {table for table, owned in OWNED_TABLES.items() if not owned.follows}
    assert COLUMNS.keys() >= counted - {"credential", "conversation_draft", *MARKS}
    for table in COLUMNS:
        await store.write(add, table, 5)
        await store.write(add, table, 6, 2)
    everything = dict.fromkeys(COLUMNS, 1)
    assert await store.read(count_rows_of, 5) == everything
    await store.write(give_rows, 5, 6)
    assert await store.read(count_rows_of, 5) == {}
    assert await store.read(count_rows_of, 6) == dict.fromkeys(COLUMNS, 2)


@pytest.mark.parametrize(
    "table", sorted(table for table, owned in OWNED_TABLES.items() if owned.distinct and table in COLUMNS)
)
async def test_what_both_have_once_is_not_given(store: Database, table: str) -> None:
    await store.write(add, "conversation", 5)
    for user_id in (5, 6):
        await store.write(add, table, user_id)
    with pytest.raises(Conflict) as refused:
        await store.write(give_rows, 5, 6)
    assert (refused.value.path, refused.value.details["table"]) == ("$.data.to", table)
    assert (await store.read(count_rows_of, 5)).keys() == {"conversation", table}


@pytest.mark.parametrize("table", MARKS)
async def test_of_two_marks_for_the_same_the_present_one_stays(store: Database, table: str) -> None:
    conversation = await store.write(add, "conversation", 7)
    for _ in range(2):
        await store.write(below, await store.write(add, "task", 7), conversation)
    for user_id, message_id in ((5, 1), (5, 2), (6, 1)):
        await store.write(mark, table, user_id, message_id)
    await store.write(give_rows, 5, 6)
    assert await store.read(count_rows_of, 5) == {}
    assert await store.read(marks_of, table) == [(2, 2), (3, 1)]


def mark(table: str, user_id: int, message_id: int) -> Steps[None]:
    yield Statement(
        f"INSERT INTO {table} (user_id, {MARKS[table]}) VALUES (?, ?, ?, ?)", (user_id, message_id, "up", 1)
    )


def marks_of(table: str) -> Steps[list[tuple[int, int]]]:
    found = yield Statement(f"SELECT id, message_id FROM {table} WHERE user_id = 6 ORDER BY id")
    return [(row_id, message_id) for row_id, message_id in found.rows]


async def test_rows_are_deleted_some_at_a_time_with_what_is_below(store: Database) -> None:
    tasks = [await store.write(add, "task", 5) for _ in range(5)]
    conversation = await store.write(add, "conversation", 5)
    other = await store.write(add, "conversation", 6)
    await store.write(below, tasks[0], conversation)
    await store.write(below, tasks[1], other)
    assert await store.write(delete_rows, 5, 3, release_shared) == 4
    assert await store.write(delete_rows, 5, 3, release_shared) == 2
    assert await store.write(delete_rows, 5, 3, release_shared) == 0
    assert [await store.read(count, table) for table in ("task", "task_log", "conversation", "chat_message")] == [
        0,
        0,
        1,
        1,
    ]
