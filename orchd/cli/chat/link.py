"""The connection of a client that stays: opened again when it is lost, and it is said what goes on."""

from collections.abc import Callable

import trio

from orchd.cli.reaching.connecting import reach
from orchd.client import THIS_MACHINE, Client, ConnectionLostError, Frame, Trust
from orchd.errors import Unavailable

ATTEMPTS = 8
BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF = 10.0


class Link:
    """A connection to the daemon at `url`, run in `nursery`. Pushed frames go to `on_push`."""

    def __init__(
        self,
        url: str,
        nursery: trio.Nursery,
        on_push: Callable[[Frame], None],
        waiting: Callable[[str], None],
        trust: Trust = THIS_MACHINE,
    ) -> None:
        """`waiting` is told what is being tried."""
        self._url = url
        self._trust = trust
        self._nursery = nursery
        self._on_push = on_push
        self._waiting = waiting
        self._client: Client | None = None

    @property
    def current(self) -> Client | None:
        """The connection if there is one now."""
        return self._client if self._client is not None and self._client.lost is None else None

    @property
    def is_final(self) -> bool:
        """Whether the daemon has refused this client for good."""
        return self._client is not None and self._client.lost is not None and not self._client.lost.again

    async def client(self) -> Client:
        """The connection, opened again when it is lost.

        Raises `Unavailable` when there is no daemon at the start, or none any more after the last attempt.
        """
        if self.current is not None:
            return self.current
        if self._client is None:
            return await self._connect()
        lost, pause = self._client.lost, self._client.reconnect_seconds or BACKOFF_SECONDS
        if lost is not None and not lost.again:
            raise lost
        for attempt in range(1, ATTEMPTS + 1):
            self._waiting(f"(connection lost: {lost}; reconnecting, attempt {attempt} of {ATTEMPTS})")
            await trio.sleep(pause)
            try:
                return await self._connect()
            except (Unavailable, ConnectionLostError):
                pause = min(pause * 2, LONGEST_BACKOFF)
        raise Unavailable(f"the daemon at {self._url} is gone ({ATTEMPTS} attempts)")

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _connect(self) -> Client:
        self._client = await reach(self._nursery, self._url, self._on_push, self._trust)
        return self._client
