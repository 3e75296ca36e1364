"""MariaDB under stress: a server that dies, hangs, comes late, refuses, or lets transactions collide."""

import pytest
import trio

from orchd.errors import StartError, TooLarge, Unavailable
from orchd.storage import Database, MysqlUrl, SqlValue, Statement, Steps, open_database, parse_url
from orchd.storage.database import Health
from orchd.storage.mysql.mysql_database import MysqlDatabase
from orchd.storage.readiness import running
from tests.fix_mariadb import LIMITED, MariaServer
from tests.fix_storage import MakeMigrations

HANG_SECONDS = 90.0


def add_note(title: str, body: str = "", number: int = 0) -> Steps[int]:
    added = yield Statement("INSERT INTO note (title, body, number) VALUES (?, ?, ?)", (title, body, number))
    return added.last_id


def titles() -> Steps[list[SqlValue]]:
    found = yield Statement("SELECT title FROM note WHERE id > 1 ORDER BY id")
    return [row[0] for row in found.rows]


def run(sql: str, *params: SqlValue) -> Steps[list[tuple[SqlValue, ...]]]:
    found = yield Statement(sql, params)
    return found.rows


def session() -> Steps[int]:
    found = yield Statement("SELECT CONNECTION_ID()")
    return int(found.rows[0][0])


async def ready(database: Database) -> None:
    with trio.fail_after(HANG_SECONDS):
        await database.wait_ready()


def is_clean(error: BaseException, server: MariaServer) -> bool:
    """Whether the text for the client is free of what the driver knows."""
    text = str(error)
    return not any(word in text for word in ("127.0.0.1", str(server.port), "p@ss", "MySQL", "errno", "note", "("))


async def test_a_server_that_is_away_at_the_start_is_awaited(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    url = mariadb.new_url()
    mariadb.stop()
    async with open_database(url, pool_size=2, timeout=5, migrations=make_migrations()) as database:
        await trio.sleep(0.2)
        assert database.health() == Health(False, "mysql", "the database is away")
        with pytest.raises(Unavailable, match="away"):
            await database.write(add_note, "early")
        await trio.to_thread.run_sync(mariadb.start)
        await ready(database)
        await database.write(add_note, "a")
        assert await database.read(titles) == ["a"]


async def test_killed_in_the_middle_of_a_transaction_and_back(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    def add_and_kill() -> Steps[None]:
        yield from add_note("lost")
        mariadb.kill()
        yield from add_note("never")

    async with open_database(mariadb.new_url(), pool_size=2, timeout=5, migrations=make_migrations()) as database:
        await ready(database)
        await database.write(add_note, "before")
        with trio.fail_after(HANG_SECONDS), pytest.raises(Unavailable, match="away") as caught:
            await database.write(add_and_kill)
        assert is_clean(caught.value, mariadb)
        assert not database.health().ok
        with pytest.raises(Unavailable, match="away"):
            await database.read(titles)
        await trio.to_thread.run_sync(mariadb.start)
        await ready(database)
        await database.write(add_note, "after")
        assert await database.read(titles) == ["before", "after"]


async def test_a_server_that_hangs_is_unavailable_within_the_deadline(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    async with open_database(mariadb.new_url(), pool_size=2, timeout=1, migrations=make_migrations()) as database:
        await ready(database)
        await database.write(add_note, "before")
        mariadb.pause()
        with trio.fail_after(90), pytest.raises(Unavailable, match="in time"):
            await database.write(add_note, "during")
        with trio.fail_after(90), pytest.raises(Unavailable, match="in time"):
            await database.read(titles)
        assert not database.health().ok
        mariadb.resume()
        await ready(database)
        await database.write(add_note, "after")
        assert (await database.read(titles))[-1] == "after"


async def test_a_restart_between_two_transactions_goes_unnoticed(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    async with open_database(mariadb.new_url(), pool_size=2, timeout=5, migrations=make_migrations()) as database:
        await ready(database)
        await database.write(add_note, "before")
        await trio.to_thread.run_sync(mariadb.stop)
        await trio.to_thread.run_sync(mariadb.start)
        assert await database.read(titles) == ["before"]
        await database.write(add_note, "after")
        assert database.health().ok


async def test_a_connection_killed_while_idle_goes_unnoticed(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    async with open_database(mariadb.new_url(), pool_size=1, timeout=5, migrations=make_migrations()) as database:
        await ready(database)
        first = await database.read(session)
        assert await database.read(session) == first  # it is the same one that is used again
        await mariadb.execute(f"KILL CONNECTION {first}")
        await database.write(add_note, "a")
        assert await database.read(session) != first
        assert await database.read(titles) == ["a"]


async def test_a_deadlock_runs_the_loser_again(mariadb: MariaServer, make_migrations: MakeMigrations) -> None:
    runs: list[str] = []

    def update_both(first: str, second: str) -> Steps[None]:
        runs.append(first)
        yield Statement("UPDATE note SET number = number + 1 WHERE title = ?", (first,))
        yield Statement("SELECT SLEEP(0.3)")  # the other one takes its first row meanwhile
        yield Statement("UPDATE note SET number = number + 1 WHERE title = ?", (second,))

    async with open_database(mariadb.new_url(), pool_size=2, timeout=20, migrations=make_migrations()) as database:
        await ready(database)
        await database.write(add_note, "a")
        await database.write(add_note, "b")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(database.write, update_both, "a", "b")
            nursery.start_soon(database.write, update_both, "b", "a")
        assert len(runs) == 3
        assert await database.read(run, "SELECT number FROM note WHERE id > 1") == [(2,), (2,)]


async def test_a_lock_that_is_not_let_go_is_no_outage(mariadb: MariaServer, make_migrations: MakeMigrations) -> None:
    url = mariadb.new_url()
    held, release = trio.Event(), trio.Event()

    async def hold_lock() -> None:
        async with open_database(url, pool_size=1, timeout=20, migrations=make_migrations()) as other:
            await ready(other)
            token = trio.lowlevel.current_trio_token()

            def hold() -> Steps[None]:
                yield Statement("UPDATE note SET number = 5 WHERE id = 1")
                token.run_sync_soon(held.set)
                yield Statement("SELECT SLEEP(3.5)")

            await other.write(hold)
            release.set()

    async with open_database(url, pool_size=1, timeout=3, migrations=make_migrations()) as database:
        await ready(database)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(hold_lock)
            await held.wait()
            with trio.fail_after(HANG_SECONDS), pytest.raises(Unavailable, match="locked"):
                await database.write(run, "UPDATE note SET number = 6 WHERE id = 1")
            assert database.health().ok
            await release.wait()
        await database.write(run, "UPDATE note SET number = 6 WHERE id = 1")


async def test_no_more_connections_than_the_pool_has(mariadb: MariaServer, make_migrations: MakeMigrations) -> None:
    url = mariadb.new_url()
    count, name = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = ?", mariadb.name_of(url)
    async with open_database(url, pool_size=3, timeout=10, migrations=make_migrations()) as database:
        await ready(database)
        async with trio.open_nursery() as nursery:
            for index in range(20):
                nursery.start_soon(database.write, add_note, str(index))
                nursery.start_soon(database.read, run, "SELECT SLEEP(0.02)")
        assert await mariadb.execute(count, name) == [(3,)]
    await mariadb.until([(0,)], count, name)


async def test_who_finds_every_connection_taken_is_told_so(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    url = parse_url(mariadb.new_url())
    assert isinstance(url, MysqlUrl)
    database = MysqlDatabase(url, pool_size=1, timeout=1, migrations=make_migrations())
    async with running(database):
        await ready(database)
        await database._pool.take_place()  # for longer than any transaction may
        with pytest.raises(Unavailable, match="all database connections are in use"):
            await database.write(add_note, "no place")
        assert database.health().ok
        database._pool.leave_place()
        await database.write(add_note, "a place")


async def test_a_statement_too_large_for_the_server_is_not_an_outage(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    await mariadb.execute("SET GLOBAL max_allowed_packet = 1048576")
    try:
        async with open_database(mariadb.new_url(), pool_size=1, timeout=5, migrations=make_migrations()) as database:
            await ready(database)
            await database.write(add_note, "fits", "x" * 1_000_000)
            with pytest.raises(TooLarge):
                await database.read(run, "SELECT 1 FROM note WHERE body = ?", "x" * 1_100_000)
            assert database.health().ok
            assert await database.read(titles) == ["fits"]
    finally:
        await mariadb.execute("SET GLOBAL max_allowed_packet = 16777216")


async def test_a_dropped_database_is_made_again(mariadb: MariaServer, make_migrations: MakeMigrations) -> None:
    url = mariadb.new_url()
    async with open_database(url, pool_size=2, timeout=5, migrations=make_migrations()) as database:
        await ready(database)
        await database.write(add_note, "lost")
        await mariadb.execute(f"DROP DATABASE {mariadb.name_of(url)}")
        with pytest.raises(Exception, match=r"exist|missing"):
            await database.read(titles)
        await ready(database)
        await database.write(add_note, "a")
        assert await database.read(titles) == ["a"]


async def test_the_unix_socket(mariadb: MariaServer, make_migrations: MakeMigrations) -> None:
    url = mariadb.url("through_socket", socket_path=True).replace(f":{mariadb.port}", ":1")
    async with open_database(url, pool_size=1, timeout=5, migrations=make_migrations()) as database:
        await ready(database)
        await database.write(add_note, "a")
    await mariadb.execute("DROP DATABASE through_socket")


async def test_tls(mariadb: MariaServer, make_migrations: MakeMigrations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(mariadb.certificate))
    url = mariadb.new_url() + "?ssl=1"
    async with open_database(url, pool_size=1, timeout=5, migrations=make_migrations()) as database:
        await ready(database)
        await database.write(add_note, "a", "x" * 100_000)
        cipher = await database.read(run, "SHOW STATUS LIKE 'Ssl_cipher'")
        assert str(cipher[0][1]).startswith("TLS")


@pytest.mark.parametrize("case", ["password", "privileges", "tls"])
async def test_what_only_the_operator_can_mend(
    mariadb: MariaServer, make_migrations: MakeMigrations, case: str
) -> None:
    url = {
        "password": mariadb.url("x", password="wr0ng"),
        "privileges": mariadb.url("x", user=LIMITED),
        "tls": mariadb.url("x") + "?ssl=1",
    }[case]
    async with open_database(url, pool_size=1, timeout=5, migrations=make_migrations()) as database:
        with (
            trio.fail_after(HANG_SECONDS),
            pytest.raises(StartError, match=r"refused|may not|not trusted") as caught,
        ):
            await database.wait_ready()
        assert "wr0ng" not in str(caught.value)
        assert f"127.0.0.1:{mariadb.port}/x" in str(caught.value)
        with pytest.raises(Unavailable) as refused:
            await database.read(titles)
        assert is_clean(refused.value, mariadb)


async def test_a_port_where_no_database_answers(make_migrations: MakeMigrations) -> None:
    async def greet(stream: trio.SocketStream) -> None:
        await stream.send_all(b"SSH-2.0-OpenSSH_9.2p1 and more\r\n")
        await trio.sleep_forever()

    async def keep_silent(stream: trio.SocketStream) -> None:
        await trio.sleep_forever()

    for handler, reason, wait in ((greet, "away", 0.2), (keep_silent, "in time", 0.7)):
        async with trio.open_nursery() as nursery:
            listeners = await nursery.start(trio.serve_tcp, handler, 0)
            port = listeners[0].socket.getsockname()[1]
            url = f"mysql://u:p@127.0.0.1:{port}/n"
            async with open_database(url, pool_size=1, timeout=0.5, migrations=make_migrations()) as database:
                await trio.sleep(wait)
                assert reason in (database.health().reason or "")
            nursery.cancel_scope.cancel()


JOURNAL = """
CREATE TABLE journal (
    noteId INTEGER NOT NULL, seq INTEGER NOT NULL, body VARCHAR(1000) NOT NULL, PRIMARY KEY (noteId, seq),
    FOREIGN KEY (noteId) REFERENCES note (id) ON DELETE CASCADE
)
"""


class Answers:
    """Answers that grow and are journaled together by one task, while others finish them and some are read."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.growing: set[int] = set()
        self.calls = self.runs = self.ticks = 0

    async def begin(self, count: int) -> None:
        marks = ", ".join(["(?, '')"] * count)
        await self.database.write(run, f"INSERT INTO note (title, body) VALUES {marks}", *map(str, range(count)))
        rows = await self.database.read(run, "SELECT id FROM note WHERE id > 1 ORDER BY id")
        self.growing = {int(str(row[0])) for row in rows}

    async def journal(self) -> None:
        while self.growing:
            self.ticks += 1
            self.calls += 1
            await self.database.write_relaxed(self._tick, sorted(self.growing), self.ticks)
            await trio.sleep(0.02)

    def _tick(self, ids: list[int], seq: int) -> Steps[None]:
        self.runs += 1
        rows = [(note, seq, "token " * 20) for note in ids]
        marks = ", ".join(["(?, ?, ?)"] * len(rows))
        yield Statement(
            f"INSERT INTO journal (noteId, seq, body) VALUES {marks}", tuple(value for row in rows for value in row)
        )

    async def finish(self, ids: list[int]) -> None:
        for note in ids:
            await trio.sleep(0.03)
            self.growing.discard(note)
            self.calls += 1
            await self.database.write(self._finish, note)

    def _finish(self, note: int) -> Steps[None]:
        self.runs += 1
        yield Statement("UPDATE note SET body = ? WHERE id = ?", ("whole text " * 100, note))
        yield Statement("DELETE FROM journal WHERE noteId = ?", (note,))

    async def read_history(self) -> None:
        while self.growing:
            await self.database.read(run, "SELECT n.id, j.body FROM note n LEFT JOIN journal j ON j.noteId = n.id")


async def test_no_storm_of_deadlocks_between_a_journal_and_what_ends_its_rows(
    mariadb: MariaServer, make_migrations: MakeMigrations
) -> None:
    migrations = make_migrations(JOURNAL)
    async with open_database(mariadb.new_url(), pool_size=8, timeout=20, migrations=migrations) as database:
        await ready(database)
        answers = Answers(database)
        await answers.begin(200)
        ids = sorted(answers.growing)
        with trio.fail_after(HANG_SECONDS * 2):
            async with trio.open_nursery() as nursery:
                for index in range(20):
                    nursery.start_soon(answers.finish, ids[index::20])
                nursery.start_soon(answers.journal)
                nursery.start_soon(answers.read_history)
        assert answers.ticks > 1
        assert answers.runs - answers.calls <= answers.calls // 4  # runs that lost a deadlock; usually none
        assert await database.read(run, "SELECT COUNT(*) FROM note WHERE body LIKE 'whole text%'") == [(200,)]
        assert database.health().ok
