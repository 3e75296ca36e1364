"""The common dialect: what is translated, and that it means the same on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchd.errors import Conflict
from orchd.storage import Database, Result, SqlValue, Statement, Steps, open_database
from orchd.storage.dialect import split_statements, to_format
from tests.examples import examples
from tests.fix_storage import MakeMigrations

TEXTS = ("😀 𝔘𝔫𝔦", "a\0b\0", "line\u2028para\u2029nel\x85", "back\\slash \\' \" ' %s %(a)s ? `;` --", "\r\n\t\x1a", "")
LARGEST = 2**53 - 1


PIECES = st.sampled_from(
    ["'a?%;b'", '"q?;"', "'it''s'", "`x;?`", "/* ; ? */", "-- ?;'\n", "# ;\n", "SELECT 1", " ", "?", "%"]
)


def add_note(title: str, body: str = "", number: int | None = None) -> Steps[int]:
    added = yield Statement("INSERT INTO note (title, body, number) VALUES (?, ?, ?)", (title, body, number))
    return added.last_id


def find_body(title: str) -> Steps[str | None]:
    found = yield Statement("SELECT body FROM note WHERE title = ?", (title,))
    return found.rows[0][0] if found.rows else None


def one(sql: str, *params: SqlValue) -> Steps[Result]:
    return (yield Statement(sql, params))


def test_placeholders_are_translated_outside_literals_only() -> None:
    assert to_format("SELECT ?, '?', \"?\", `?` /* ? */ -- ?") == "SELECT %s, '?', \"?\", `?` /* ? */ -- ?"
    assert to_format("SELECT 'it''s ?', ?") == "SELECT 'it''s ?', %s"


def test_percent_signs_survive_formatting() -> None:
    assert to_format("SELECT a % ?, 'x%?' FROM t") % (7,) == "SELECT a % 7, 'x%?' FROM t"


@given(st.lists(PIECES))
def test_formatting_gives_the_statement_back(pieces: list[str]) -> None:
    sql = "".join(pieces)
    count = pieces.count("?")
    assert to_format(sql) % (("?",) * to_format(sql).replace("%%", "").count("%s")) == sql
    assert to_format(sql).replace("%%", "").count("%s") == count


@given(st.lists(PIECES))
def test_splitting_loses_nothing(pieces: list[str]) -> None:
    statements = ["SELECT 'x" + str(index) + "' " + piece + "\n" for index, piece in enumerate(pieces)]
    assert list(split_statements(";".join(statements))) == [statement.strip() for statement in statements]


def test_splitting_leaves_out_what_is_no_statement() -> None:
    script = "-- head; er\n;\n/* ; */ CREATE TABLE a (b TEXT DEFAULT ';'); ; # end\n\n INSERT INTO a VALUES ('--;');"
    script += "-- bye; bye\n"
    assert list(split_statements(script)) == [
        "CREATE TABLE a (b TEXT DEFAULT ';')",
        "INSERT INTO a VALUES ('--;')",
    ]


@pytest.mark.parametrize("text", TEXTS)
async def test_texts_come_back_as_they_were(database: Database, text: str) -> None:
    await database.write(add_note, "a", text)
    assert await database.read(find_body, "a") == text
    found = await database.read(one, "SELECT title FROM note WHERE body = ?", text)
    assert found.rows == [("a",)]


async def test_lengths_are_in_bytes(database: Database) -> None:
    """Pages and contexts are bounded by them, also where a text begins with a NUL."""
    for text in ("", "\0" * 9, "\0x\0", "é😀", "a" * 5000, *TEXTS):
        await database.write(one, "UPDATE note SET body = ?", text)
        found = await database.read(one, "SELECT LENGTH(n.body), LENGTH(body) + LENGTH(body) FROM note n")
        assert found.rows == [(len(text.encode()), 2 * len(text.encode()))], text


async def test_a_text_of_5_mib_comes_back(database: Database) -> None:
    text = "å😀\\'" * (5 * 1024 * 1024 // 8)
    assert len(text.encode()) >= 5 * 1024 * 1024
    await database.write(add_note, "long", text)
    assert await database.read(find_body, "long") == text


async def test_numbers_and_bytes_come_back(database: Database) -> None:
    raw = bytes(range(256)) * 3
    sql = "INSERT INTO note (title, body, number, ratio, raw) VALUES (?, ?, ?, ?, ?)"
    values: tuple[tuple[int | None, float | None, bytes | None], ...] = (
        (LARGEST, 0.1, raw),
        (-LARGEST, 1e300, b""),
        (0, -2.5, b"\0"),
        (None, None, None),
    )
    for index, (number, ratio, blob) in enumerate(values):
        await database.write(one, sql, str(index), "", number, ratio, blob)
    found = await database.read(one, "SELECT number, ratio, raw FROM note WHERE id > 1 ORDER BY id")
    assert found.rows == list(values)
    assert [type(value) for value in found.rows[0]] == [int, float, bytes]


ROWS = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.binary(max_size=40),
    ),
    max_size=20,
)


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
async def test_any_value_comes_back(
    database_url: str, make_migrations: MakeMigrations, rows: list[tuple[str, int, float, bytes]]
) -> None:
    def there_and_back(row: tuple[SqlValue, ...]) -> Steps[tuple[SqlValue, ...]]:
        sql = "INSERT INTO note (title, body, number, ratio, raw) VALUES ('h', ?, ?, ?, ?)"
        added = yield Statement(sql, row)
        found = yield Statement("SELECT body, number, ratio, raw FROM note WHERE id = ?", (added.last_id,))
        yield Statement("DELETE FROM note WHERE id = ?", (added.last_id,))
        back: tuple[SqlValue, ...] = found.rows[0]
        return back

    async with open_database(database_url, pool_size=2, timeout=10, migrations=make_migrations()) as database:
        await database.wait_ready()
        for row in rows:
            assert await database.write(there_and_back, row) == row


async def test_the_common_dialect(database: Database) -> None:
    await database.write(one, "UPDATE note SET number = ?, body = ?", 3, "50%_\\x")

    async def value(sql: str, *params: SqlValue) -> object:
        return (await database.read(one, sql, *params)).rows[0][0]

    assert await value("SELECT 'a' || ? || 'it''s'", "b") == "abit's"
    assert await value("SELECT '\\n?%'") == "\\n?%"
    assert await value('SELECT n."number" FROM "note" AS n WHERE n."title" LIKE ?', "it's;%") == 3
    assert await value("SELECT COUNT(*) FROM note WHERE body LIKE ? ESCAPE '!'", "50!%!_\\x") == 1
    assert await value("SELECT COUNT(*) FROM note WHERE body LIKE '50%'") == 1
    assert type(await value("SELECT SUM(number) FROM note")) is int
    assert type(await value("SELECT AVG(number) FROM note")) is float
    assert await value("SELECT CASE WHEN ? > 2 THEN 'x' ELSE 'y' END", 3) == "x"
    assert await value("SELECT title FROM note WHERE id IN (?, ?) ORDER BY id LIMIT ? OFFSET ?", 1, 2, 5, 0)


@pytest.mark.parametrize("count", [1, 3, 200, 32_766 // 2])
async def test_many_rows_in_one_statement(database: Database, count: int) -> None:
    values = tuple(value for index in range(count) for value in (f"n{index}", "50% ?, (it's)"))
    sql = "INSERT INTO note (title, body) VALUES " + ", ".join(["(?, ?)"] * count)
    assert (await database.write_relaxed(one, sql, *values)).changed == count
    found = await database.read(one, "SELECT title, body FROM note WHERE id > 1 ORDER BY id")
    assert [value for row in found.rows for value in row] == list(values)


async def test_many_rows_are_all_inserted_or_none(database: Database) -> None:
    sql = "INSERT INTO note (title, body) VALUES (?, ''), (?, ''), (?, '')"
    with pytest.raises(Conflict):
        await database.write(one, sql, "a", "b", "a")
    assert (await database.read(one, "SELECT COUNT(*) FROM note")).rows == [(1,)]


async def test_results_mean_the_same(database: Database) -> None:
    added = await database.write(one, "INSERT INTO note (title, body) VALUES ('x', '')")
    assert (added.rows, added.changed) == ([], 1)
    assert added.last_id > 1
    same = await database.write(one, "UPDATE note SET body = ? WHERE title = 'x'", "")
    assert same == Result([], 0, 1)  # matched, though nothing differs
    assert await database.write(one, "UPDATE note SET body = 'y' WHERE title = 'none'") == Result([], 0, 0)
    assert await database.write(one, "DELETE FROM note WHERE title = 'x'") == Result([], 0, 1)
    selected = await database.read(one, "SELECT id FROM note")
    assert (selected.rows, selected.last_id) == ([(1,)], 0)
    again = await database.write(one, "INSERT INTO note (title, body) VALUES ('x', '')")
    assert again.last_id > added.last_id  # an id is never used twice
