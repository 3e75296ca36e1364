"""Thousands of wrong log-ins from everywhere at once, beside somebody's chat: it goes on, and people still get in."""

import json
from collections import Counter
from collections.abc import Sequence

import trio

from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.raw_client import RawClient
from tests.wire.client import HANG_SECONDS
from tests.wire.people import PASSWORD, ask, browser, first_user

LOG_INS, AT_ONCE = 2_000, 50


async def guess(daemon: Daemon, number: int) -> int:
    """Try a wrong password from one of many addresses; the status of the answer."""
    body = json.dumps({"name": "maria" if number % 3 else f"nobody{number}", "password": f"wrong {number}"}).encode()
    address = f"198.51.{number % 250}.{number // 250 + 1}"
    head = (
        f"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://127.0.0.1\r\nConnection: close\r\n"
        f"X-Forwarded-For: {address}\r\nX-Forwarded-Proto: https\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    async with await trio.open_tcp_stream("127.0.0.1", int(daemon.url.rpartition(":")[2])) as stream:
        await stream.send_all(head.encode() + body)
        return int((await RawClient(stream).all()).split(b" ")[1])


async def flood(daemon: Daemon, numbers: Sequence[int]) -> Counter[int]:
    """How many guesses were answered with which status."""
    statuses: Counter[int] = Counter()
    places = trio.CapacityLimiter(AT_ONCE)

    async def one(number: int) -> None:
        async with places:
            statuses[await guess(daemon, number)] += 1

    async with trio.open_nursery() as nursery:
        for number in numbers:
            nursery.start_soon(one, number)
    return statuses


async def test_wrong_log_ins_from_everywhere(daemon: StartDaemon, simulator: RunningSimulator) -> None:
    one = await daemon(simulator.url, settings={"server": {"trustedProxies": ["127.0.0.1"]}})
    maria = await first_user(one)
    await ask(maria, "user:create", name="ana", password=PASSWORD)
    ana = await browser(one, "ana")
    found: list[Counter[int]] = []
    chats = 0
    async with trio.open_nursery() as nursery:

        async def attack() -> None:
            found.append(await flood(one, range(LOG_INS)))

        nursery.start_soon(attack)
        with trio.fail_after(HANG_SECONDS * 4):
            while not found:
                answer = await ana.chat("[[simulate: tokens=20]]")
                assert answer["status"] == "complete"
                assert (await ask(ana, "user:me"))["name"] == "ana"
                chats += 1
    (statuses,) = found
    assert set(statuses) <= {401, 429, 503}, statuses
    assert statuses[401], "some were compared"
    assert statuses[429] + statuses[503] > LOG_INS / 2, f"most cost nothing: {statuses}"
    assert chats > 0
    again = await browser(one, "maria")
    assert (await ask(again, "user:me"))["name"] == "maria", "who has logged in from here before is not kept out"
    assert await one.terminate() == 0
