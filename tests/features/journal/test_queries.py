"""The table of the journal, on both databases."""

from contextlib import suppress

from orchd.features import journal
from orchd.features.journal import JournalRow
from orchd.features.journal.queries import CHARACTERS_PER_STATEMENT, ROWS_PER_STATEMENT, DoubtfulRows, append
from orchd.storage import Database, Result


async def test_rows_come_back_in_order_for_their_message_from_a_position_on(store: Database) -> None:
    rows = [
        JournalRow(1, 3, "content", "naïve 🦜\u2028 \x00"),
        JournalRow(2, 0, "content", "other"),
        JournalRow(1, 0, "reasoning", "hm\n"),
    ]
    await store.write_relaxed(append, rows, [])
    assert await store.read(journal.read, 1) == [rows[2], rows[0]]
    assert await store.read(journal.read, 1, 1) == [rows[0]]
    assert await store.read(journal.read, 1, 4) == []
    assert await store.read(journal.read, 3) == []


async def test_more_rows_than_one_statement_takes(store: Database) -> None:
    rows = [JournalRow(1, number, "content", "x") for number in range(2 * ROWS_PER_STATEMENT + 1)]
    await store.write_relaxed(append, rows, [])
    assert await store.read(journal.read, 1) == rows


async def test_cuts_make_room_for_the_same_rows_again(store: Database) -> None:
    first, second = JournalRow(1, 0, "content", "ab"), JournalRow(1, 2, "content", "cd")
    other = JournalRow(2, 2, "content", "zz")
    await store.write_relaxed(append, [first, second, other], [])
    longer = JournalRow(1, 2, "content", "cdef")
    for _ in range(2):
        await store.write_relaxed(append, [longer], [DoubtfulRows(1, 2)])
    assert await store.read(journal.read, 1) == [first, longer]
    assert await store.read(journal.read, 2) == [other]


async def test_removing_leaves_the_others(store: Database) -> None:
    rows = [JournalRow(message_id, 0, "content", "x") for message_id in (1, 2)]
    await store.write_relaxed(append, rows, [])
    await store.write(journal.remove, 1)
    assert await store.read(journal.read, 1) == []
    assert await store.read(journal.read, 2) == [rows[1]]


def test_a_statement_is_bounded_in_rows_and_in_characters() -> None:
    rows = [JournalRow(1, number, "content", "x" * length) for number, length in enumerate([1] * 450 + [60_000] * 3)]
    statements = []
    steps = append(rows, [])
    with suppress(StopIteration):
        statement = next(steps)
        while True:
            statements.append(statement)
            statement = steps.send(Result([], 0, 0))
    sizes = [(len(each.params) // 4, sum(len(str(text)) for text in each.params[3::4])) for each in statements]
    assert [count for count, _ in sizes] == [200, 200, 51, 1, 1]
    assert all(size <= CHARACTERS_PER_STATEMENT for _, size in sizes)
    written = [each.params[start : start + 4] for each in statements for start in range(0, len(each.params), 4)]
    assert written == [tuple(row) for row in rows]
