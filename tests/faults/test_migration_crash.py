"""Killed at any moment, a migration is applied by the next start, once and whole; on both databases."""

import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from orchd.storage import Statement, Steps, migrate, migration_status, open_database
from tests.examples import examples
from tests.faults.test_restore_crash import run
from tests.fix_mariadb import MariaServer
from tests.fix_storage import MakeMigrations
from tests.starting import Starter

DRAWN = 12
STEPS = (
    "CREATE TABLE b (id INTEGER PRIMARY KEY, n INTEGER NOT NULL); INSERT INTO b (id, n) VALUES (1, 1)",
    "ALTER TABLE b ADD COLUMN c INTEGER; UPDATE b SET n = n + 1; CREATE UNIQUE INDEX b_n ON b (n)",
    "ALTER TABLE b DROP COLUMN c; INSERT INTO b (id, n) VALUES (2, 7)",
    "UPDATE b SET n = n * 3; DELETE FROM note; CREATE TABLE d (id INTEGER); DROP TABLE d; UPDATE b SET n = n + 1",
)
"""Whatever changes tables, and rows so that it shows when it is done twice, or not at all."""
ROWS = [(1, 7), (2, 22)]


def rows() -> Steps[list[tuple[object, ...]]]:
    return (yield Statement("SELECT id, n FROM b ORDER BY id")).rows


@pytest.fixture(params=["sqlite", "mariadb"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes URLs of databases that don't exist yet."""
    if request.param == "mariadb":
        server: MariaServer = request.getfixturevalue("mariadb")
        return server.new_url
    return lambda: f"sqlite://{tmp_path}/{random.randrange(10**9)}.db"


async def test_a_migration_is_never_left_half(
    new_url: Callable[[], str], make_migrations: MakeMigrations, starter: Starter
) -> None:
    directory = make_migrations(*STEPS)
    code, printed = run(starter, "tests.faults.dying_migration", new_url(), str(directory))
    assert code == 0
    for _ in range(examples(DRAWN)):
        moment, url = random.randrange(int(printed)), new_url()
        died, _ = run(starter, "tests.faults.dying_migration", url, str(directory), str(moment))
        assert died == -signal.SIGKILL
        await migrate(url, migrations=directory)
        assert (await migration_status(url, migrations=directory)).pending == []
        async with open_database(url, pool_size=1, timeout=10, migrations=directory) as database:
            await database.wait_ready()
            assert await database.read(rows) == ROWS, f"killed at {moment} of {printed}"
