"""Texts that take long, or that hold the interpreter's lock, hold up nobody else; and they can be given up at once."""

import json
import os
import signal
from collections.abc import Callable

import psutil
import pytest
import trio

from tests.faults.scene import percentile
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish, reply
from tests.wire.client import HANG_SECONDS, Client
from tests.wire.referee import Frame

SENTENCES = "\n".join(
    f"In {1900 + number % 99} the town of Port{number} built {number} bridges, and nobody crossed them before {number}."
    for number in range(600)
)
ANSWER = SENTENCES[:40_000]
RUN = 900_000
"""Bytes of a source, written as JSON: as many as fit into a frame."""

RUNS = (" ", "a", '"', "e\u0301")
PINGS = 5
"""So many, at least, are answered while a heavy text is worked on."""


@pytest.fixture
async def heavy(daemon: StartDaemon, upstream: Upstream) -> Daemon:
    """A daemon and a model that always gives the same long answer."""

    async def answer(exchange: Exchange) -> None:
        judging = "response_format" in exchange.json()
        text = json.dumps({"approved": True}) if judging else ANSWER
        await exchange.send(SSE_HEAD + delta(content=text) + finish() + DONE)

    upstream.routes["GET /v1/models"] = reply(200, {"object": "list", "data": [{"id": "m", "object": "model"}]})
    upstream.script = answer
    return await daemon(settings={"[backends]": {"url": upstream.url, "kind": "openai"}, "chat": {"loopCharacters": 0}})


async def answered(heavy: Daemon) -> tuple[Client, int]:
    client = await heavy.connect()
    return client, (await client.chat("Tell me of the bridges."))["id"]


async def begin(client: Client, message: int, *texts: str) -> str:
    """Have an answer verified by these sources, by nobody else."""
    sources = [{"name": str(number), "text": text} for number, text in enumerate(texts)]
    return await client.send("verify:message", {"messageId": message, "samples": 0, "sources": sources})


async def until(there: Callable[[], object]) -> None:
    with trio.fail_after(HANG_SECONDS):
        while not there():  # noqa: ASYNC110 - another process tells no event
            await trio.sleep(0.01)


def workers(daemon: Daemon) -> list[psutil.Process]:
    return [child for child in psutil.Process(daemon.pid).children() if child.status() != psutil.STATUS_ZOMBIE]


async def at_work(daemon: Daemon) -> psutil.Process:
    """The worker, once it has something to do."""
    await until(lambda: [worker for worker in workers(daemon) if worker.cpu_times().user > 0.4])
    return workers(daemon)[0]


async def pings_until(client: Client, over: Callable[[], bool]) -> list[float]:
    """Ping until something is over, and say how long each took."""
    lags = []
    with trio.fail_after(HANG_SECONDS):
        while not over():
            sent = trio.current_time()
            await client.request("ping")
            lags.append(trio.current_time() - sent)
            await trio.sleep(0.02)
    return lags


async def test_everyone_else_is_served_meanwhile(heavy: Daemon) -> None:
    other, (client, message) = await heavy.connect(), await answered(heavy)
    request = await begin(client, message, (SENTENCES * 25)[:RUN])
    await at_work(heavy)
    lags: list[float] = []

    async def ping() -> None:
        lags.extend(await pings_until(other, lambda: request not in client.referee.asked_types))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ping)
        assert (await heavy.get("/healthz")).status_code == 200
        final = (await client.answer(request))[-1]
    assert (final["type"], final["data"]["claimCount"] > 300) == ("verify:message", True)
    assert len(lags) >= PINGS
    print(f"pings beside a heavy text: {len(lags)}, p50 {percentile(lags, 0.5) * 1000:.1f} ms, most {max(lags):.3f} s")  # noqa: T201
    for unit in RUNS:
        text = "a" + unit * (RUN // (len(json.dumps(unit)) - 2)) + "b"
        request = await begin(client, message, text)
        await pings_until(other, lambda request=request: request not in client.referee.asked_types)  # type: ignore[misc]
        assert (await client.answer(request))[-1]["type"] == "verify:message", unit


async def test_it_is_given_up_at_once_and_one_that_is_killed_costs_one_request(heavy: Daemon) -> None:
    client, message = await answered(heavy)
    request = await begin(client, message, (SENTENCES * 25)[:RUN])
    worker = await at_work(heavy)
    await client.send("cancel", {"id": request})
    assert error_of((await client.answer(request))[-1]) == "cancelled"
    await until(lambda: worker.pid not in [process.pid for process in workers(heavy)])
    request = await begin(client, message, (SENTENCES * 25)[:RUN])
    os.kill((await at_work(heavy)).pid, signal.SIGKILL)
    assert error_of((await client.answer(request))[-1]) == "unavailable"
    request = await begin(client, message, SENTENCES[:10_000])
    assert (await client.answer(request))[-1]["type"] == "verify:message"
    await begin(client, message, (SENTENCES * 25)[:RUN])
    worker = await at_work(heavy)
    assert await heavy.terminate() == 0
    assert heavy.log("a worker for texts died")
    await until(lambda: not worker.is_running())


def error_of(frame: Frame) -> str:
    """The code of an error's frame."""
    assert frame["type"] == "error", frame
    code: str = frame["data"]["code"]
    return code
