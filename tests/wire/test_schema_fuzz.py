"""Requests drawn from the schema, by several people at once, to a real daemon on both databases.

Nothing is `internal`; each reply is valid and the one that was due (the client's referee sees to that); what the schema
doesn't admit is refused; the daemon stays small, and ends in order. A seed has the same requests again, not always in
the same order.
"""

import json
import os
import secrets
from collections import Counter
from typing import Any

import psutil
import pytest
import trio
from trio_websocket import ConnectionClosed

from tests.examples import examples
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_mariadb import MariaServer
from tests.fix_simulator import RunningSimulator
from tests.schema_draws import Drawer
from tests.wire.client import Client
from tests.wire.people import PASSWORD, UNAUTHORIZED, ask, browser, first_user
from tests.wire.referee import Frame
from tests.wire_schema import published, validator

FRAMES = examples(2_500)
SEED = int(os.environ.get("ORCHD_FUZZ_SEED", "0")) or secrets.randbelow(10**9)
AT_ONCE = 8
"""Requests that one person has under way."""
SPOILT = 0.35
"""The share of requests in which something may be wrong."""
GROWTH_BYTES = 200 * 2**20
"""By which the daemon may be larger at the end than after a quarter of the requests."""
PEOPLE = {"ana": "member", "bob": "member", "eve": "viewer"}


@pytest.fixture(params=["sqlite", "mariadb"])
def database(request: pytest.FixtureRequest) -> str | None:
    """Where the daemon keeps everything; None for its own file."""
    if request.param == "sqlite":
        return None
    server: MariaServer = request.getfixturevalue("mariadb")
    return server.new_url()


class Guest:
    """Somebody who sends drawn requests, by a connection that is opened again when one of them has ended it."""

    def __init__(self, daemon: Daemon, name: str) -> None:
        self.daemon, self.name = daemon, name
        self.client: Client | None = None

    async def connection(self) -> Client:
        """Return what is open."""
        if self.client is None or self.client.closed.is_set():
            self.client = await browser(self.daemon, self.name)
        return self.client

    async def send(self, drawn: list[tuple[str, Frame]]) -> list[Frame | None]:
        """Send requests at once; the final frame of each, None where the connection has ended."""
        client = await self.connection()
        client.frames.clear()
        sent: list[str] = []
        finals: list[Frame | None] = []
        try:
            for kind, frame in drawn:
                sent.append(await _send(client, kind, frame))
        except ConnectionClosed:
            await client.wait_closed()
        for request_id in sent:
            try:
                finals.append((await client.answer(request_id))[-1])
            except AssertionError:
                if not client.closed.is_set():
                    raise
                finals.append(None)
        assert client.close_code in (None, UNAUTHORIZED), client.frames[-3:]
        return [*finals, *[None] * (len(drawn) - len(finals))]


class Fuzz:
    """One run: what is drawn, and what has come of it."""

    def __init__(self, daemon: Daemon, drawer: Drawer, guests: list[Guest], frames: int) -> None:
        self.daemon, self.drawer, self.guests = daemon, drawer, guests
        self.left, self.frames = frames, frames
        self.codes: Counter[str] = Counter()
        self.begun_with = 0

    async def run(self) -> None:
        """Let all guests send until all frames are sent."""
        async with trio.open_nursery() as nursery:
            for guest in self.guests:
                nursery.start_soon(self._visit, guest)

    async def _visit(self, guest: Guest) -> None:
        while self.left > 0:
            self.left -= AT_ONCE
            drawn = [self.drawer.draw(spoilt=self.drawer.random.random() < SPOILT) for _ in range(AT_ONCE)]
            for (kind, frame), final in zip(drawn, await guest.send([*drawn]), strict=True):
                self._judge(guest, kind, frame, final)
            if not self.begun_with and self.left < 0.75 * self.frames:
                self.begun_with = self.size()

    def _judge(self, guest: Guest, kind: str, frame: Frame, final: Frame | None) -> None:
        if final is None:
            self.codes["closed"] += 1
            return
        refused = final["type"] == "error"
        code = final["data"]["code"] if refused else "ok"
        self.codes[code] += 1
        what = f"{guest.name} asked {str(frame)[:3_000]} and got {str(final)[:1_000]}"
        assert code != "internal", what
        assert code != "unavailable" or "database" not in final["data"]["message"], what
        fits = validator("ClientFrame", kind, strict=False).is_valid({**frame, "id": "r"})
        assert fits or refused or has_null(frame), f"the schema doesn't admit it: {what}"
        if not refused:
            self.drawer.memory.look(final["data"], kind.rpartition(":")[0].rpartition(":")[2])

    def size(self) -> int:
        """Bytes of memory that the daemon has."""
        return int(psutil.Process(self.daemon.pid).memory_info().rss)


async def _send(client: Client, kind: str, frame: Frame) -> str:
    """Send a request whatever its data are, also none at all."""
    request_id = f"f{secrets.token_hex(8)}"
    client.referee.asked(kind, request_id)
    await client.send_text(json.dumps({**frame, "id": request_id}))
    return request_id


def has_null(value: Any) -> bool:
    """Whether there is a null, which stands for a member that is left out."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is None or any(map(has_null, inner))


async def make_guests(daemon: Daemon) -> tuple[list[Guest], set[int]]:
    """An admin, members and a viewer; and their ids."""
    admin = await first_user(daemon)
    users = [await ask(admin, "user:create", name=name, role=role, password=PASSWORD) for name, role in PEOPLE.items()]
    everybody = (await ask(admin, "user:list"))["items"]
    assert len(everybody) == len(users) + 1
    return [Guest(daemon, user["name"]) for user in everybody], {user["id"] for user in everybody}


@pytest.mark.timeout(3_000)
async def test_whatever_the_schema_admits_or_does_not(
    daemon: StartDaemon, simulator: RunningSimulator, database: str | None
) -> None:
    print(f"ORCHD_FUZZ_SEED={SEED}")  # noqa: T201  # to have the same requests again
    settings = {"server": {"framesPerSecond": 0}, "workspace": {"maxRows": 500}}
    one = await daemon(simulator.url, settings=settings, database=database)
    guests, ids = await make_guests(one)
    fuzz = Fuzz(one, Drawer(published(), SEED, ids), guests, FRAMES)
    await fuzz.run()
    print(fuzz.codes)  # noqa: T201  # what has come of them
    assert fuzz.codes["ok"] > FRAMES / 10, fuzz.codes
    assert fuzz.size() - fuzz.begun_with < GROWTH_BYTES
    assert (await one.get("/readyz")).status_code == 200
    assert await one.terminate() == 0, one.stderr
