"""The table of daemon runs, on both databases."""

from orchd.features.presence import queries
from orchd.features.presence.queries import DaemonRow
from orchd.storage import Database


async def test_registering_again_renews_the_row_and_forgets_old_ones(store: Database) -> None:
    await store.write(queries.register, DaemonRow("old", "elsewhere", 1, 1, 10), 0)
    await store.write(queries.register, DaemonRow("me", "m", 2, 2, 20), 0)
    assert len(await store.read(queries.find, ["old", "me", "unknown"])) == 2
    await store.write(queries.register, DaemonRow("me", "m", 2, 2, 30), 15)
    assert await store.read(queries.find, ["old", "me"]) == [DaemonRow("me", "m", 2, 2, 30)]
    await store.write(queries.register, DaemonRow("neighbour", "m", 3, 3, 10), 0)
    await store.write(queries.register, DaemonRow("me", "m", 2, 2, 40), 35)
    assert len(await store.read(queries.find, ["neighbour"])) == 1, "a step of the clock forgets nobody here"
    await store.write(queries.remove, "me")
    assert await store.read(queries.find, ["me"]) == []
