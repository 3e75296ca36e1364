"""A thousand clients come and go, in every way there is: no task, socket, thread or memory stays behind."""

import gc
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import trio

from tests.fix_daemon import App, Daemon, Listening, StartApp, StartDaemon, running_tasks
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS, METRICS_SECONDS

ROUNDS = 40
SPARE = 5
"""Objects or descriptors more than before, far fewer than the clients that came: what is still about to go, or was
not there yet, such as a connection to the model server that is kept for the next request."""

GROWTH_BYTES = 16 * 1024 * 1024
"""Below 16 KiB for each of a thousand: an allocator keeps some, a leaked connection would keep more."""


async def close(one: Listening) -> None:
    await (await one.connect()).aclose()


async def cut(one: Listening) -> None:
    client = await one.connect()
    client.cut()


async def hang_up(one: Listening) -> None:
    """End of file without a close frame."""
    client = await one.connect_rudely()
    await client.stream.aclose()


async def leave_mid_stream(one: Listening) -> None:
    client = await one.connect_rudely()
    await client.send("chat:send", {"message": "[[simulate: tokens=2]]", "onDisconnect": "cancel"})
    client.cut()


async def half_a_head(one: Listening) -> None:
    stream = await trio.open_tcp_stream("127.0.0.1", int(one.url.rpartition(":")[2]))
    await stream.send_all(b"GET /ws HTTP/1.1\r\nHost: 127")
    await stream.aclose()


async def ask_a_page(one: Listening) -> None:
    stream = await trio.open_tcp_stream("127.0.0.1", int(one.url.rpartition(":")[2]))
    await stream.send_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert (await stream.receive_some(4096)).startswith(b"HTTP/1.1 200")
    await stream.aclose()


WAYS = (close, cut, hang_up, leave_mid_stream, half_a_head)
EACH = 5


async def come_and_go(one: Listening, rounds: int) -> None:
    """`rounds` times, all ways at once, `EACH` of them."""
    with trio.fail_after(6 * HANG_SECONDS):
        for _ in range(rounds):
            async with trio.open_nursery() as nursery:
                for way in WAYS * EACH:
                    nursery.start_soon(way, one)
    await ask_a_page(one)


def descriptors(one: Daemon) -> list[str]:
    """What the daemon's open descriptors lead to."""
    found = []
    for each in Path(f"/proc/{one.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.append(str(each.readlink()))
    return sorted(found)


async def settled(one: Daemon, count: int) -> list[str]:
    """The daemon's descriptors once there are hardly more than before, or what is left after a while."""
    with trio.move_on_after(HANG_SECONDS):
        while len(descriptors(one)) > count:  # noqa: ASYNC110 - another process's
            await trio.sleep(0.05)
    return descriptors(one)


async def test_the_process_is_as_before(daemon: StartDaemon, simulator: RunningSimulator) -> None:
    # Further connections to the database are opened when several read at once, and kept.
    one = await daemon(simulator.url, settings={"log": {"level": "warning"}, "database": {"poolSize": 1}})
    watcher = await one.connect()
    await come_and_go(one, 4)
    await watcher.until_connections(1)
    process = psutil.Process(one.pid)
    before, threads, memory = descriptors(one), process.num_threads(), process.memory_info().rss
    await come_and_go(one, ROUNDS)
    await watcher.until_connections(1)
    after = await settled(one, len(before) + SPARE)
    assert len(after) <= len(before) + SPARE, (before, after)
    assert process.num_threads() <= threads + 2, "worker threads may come and go, a few at most"
    assert process.memory_info().rss - memory < GROWTH_BYTES
    with trio.fail_after(HANG_SECONDS):
        while (await watcher.metrics())["daemon"]["generations"]:  # noqa: ASYNC110 - another process's
            await trio.sleep(METRICS_SECONDS)


def live_objects() -> Counter[str]:
    """How many objects there are of each of the server's and the chat's classes."""
    gc.collect()
    kinds = (type(thing) for thing in gc.get_objects())
    ours = (kind for kind in kinds if str(kind.__module__).startswith(("orchd.server", "orchd.feat")))
    return Counter(kind.__qualname__ for kind in ours)


async def test_no_task_and_no_object_stays_behind(app: StartApp, simulator: RunningSimulator) -> None:
    one: App = await app(simulator.url)
    watcher = await one.connect()
    await come_and_go(one, 1)
    await watcher.until_connections(1)
    await simulator.until(lambda stats: stats.running == 0)
    before, objects = Counter(running_tasks()), live_objects()
    await come_and_go(one, 4)
    await watcher.until_connections(1)
    with trio.move_on_after(HANG_SECONDS):
        while not Counter(running_tasks()) <= before:  # noqa: ASYNC110 - tasks end without a word
            await trio.sleep(0.01)
    assert Counter(running_tasks()) <= before, "a probe that ran before may have ended; nothing may have come"
    more = live_objects() - objects  # also of kinds that were not there: a last sample, an answer about to be stored
    assert not {kind: count for kind, count in more.items() if count > SPARE}
