"""The machine's clock is set while people are connected: what has ended stays ended, and nothing else ends."""

import pytest

from orchd.clock import unix_now
from orchd.features.people import service
from orchd.protocol.types import timestamp
from tests.fix_daemon import StartApp
from tests.wire.people import UNAUTHORIZED, ask, browser, first_user, program, status_of

HOUR_MS = 3_600_000


class Wall:
    """The machine's clock, some hours off."""

    hours = 0.0

    def now(self) -> int:
        """Return the present, as the machine has it."""
        return unix_now() + round(self.hours * HOUR_MS)


async def test_a_clock_that_jumps(app: StartApp, monkeypatch: pytest.MonkeyPatch) -> None:
    wall = Wall()
    monkeypatch.setattr(service, "unix_now", wall.now)
    daemon = await app()
    maria = await first_user(daemon)
    soon, late = unix_now() + HOUR_MS, unix_now() + 30 * 24 * HOUR_MS
    tokens = [
        (await ask(maria, "token:create", name="t", scopes=["read"], expiresAt=timestamp(end)))["token"]
        for end in (soon, late)
    ]
    brief, lasting = [await program(daemon, token) for token in tokens]
    wall.hours = -48.0
    assert [await status_of(daemon, token) for token in tokens] == [200, 200], "set back: nothing ends, nothing waits"
    made = await ask(maria, "token:create", name="t", scopes=["read"], expiresAt=timestamp(soon))
    assert await status_of(daemon, made["token"]) == 200
    wall.hours = 2.0
    assert await brief.wait_closed() == UNAUTHORIZED
    assert [await status_of(daemon, token) for token in tokens] == [401, 200]
    wall.hours = -1000.0
    assert [await status_of(daemon, token) for token in tokens] == [401, 200], "set back: it stays ended"
    assert await status_of(daemon, made["token"]) == 401
    assert (await ask(lasting, "user:me"))["name"] == "maria"
    wall.hours = 24 * 365.0
    assert await lasting.wait_closed() == UNAUTHORIZED
    assert await maria.wait_closed() == UNAUTHORIZED, "a browser's session ends by time, too"
    wall.hours = 0.0
    assert await status_of(daemon, tokens[1]) == 401
    again = await browser(daemon, "maria")
    assert (await ask(again, "user:me"))["role"] == "admin"
