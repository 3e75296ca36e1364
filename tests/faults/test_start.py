"""What keeps the daemon from starting: a clear sentence, and the exit code."""

import sqlite3
from pathlib import Path

from tests.fix_daemon import StartDaemon


async def test_the_port_is_in_use(daemon: StartDaemon) -> None:
    first = await daemon()
    port = int(first.url.rpartition(":")[2])
    second = await daemon(data="second", port=port, launch=False)
    await second.launch()
    assert await second.ended() == 1
    assert f"orchd: can't listen on 127.0.0.1:{port}: an orchd daemon (" in second.stderr
    assert "--port" in second.stderr
    assert second.stdout == ""


async def test_a_newer_schema(daemon: StartDaemon, tmp_path: Path) -> None:
    one = await daemon()
    await one.terminate()
    (database,) = (tmp_path / "data").glob("*.db")
    connection = sqlite3.connect(database)
    connection.execute(
        "INSERT INTO schema_migration SELECT 9999, '9999_later.sql', checksum, appliedAt FROM schema_migration LIMIT 1"
    )
    connection.commit()
    connection.close()
    await one.launch()
    assert await one.ended() == 1
    assert "orchd: " in one.stderr
    assert "newer" in one.stderr
    assert "will be restarted" not in one.stderr, "one thing is wrong, and it is said once"
    assert one.stdout == ""


async def test_a_bad_configuration(daemon: StartDaemon) -> None:
    one = await daemon(settings={"server": {"maxInFlihgt": 3}}, launch=False)
    await one.launch()
    assert await one.ended() == 2
    assert "maxInFlight" in one.stderr, "the nearest name should be offered"
