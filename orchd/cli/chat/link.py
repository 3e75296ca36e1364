"""The daemon that a conversation is with: whoever waits for it hears what goes on, and not for ever."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import trio

from orchd.cli.reaching.connecting import reach
from orchd.client import THIS_MACHINE, Client, ConnectionLostError, Frame, Trust
from orchd.errors import Unavailable

ATTEMPTS = 8
"""So many times somebody waits for another connection."""


class _Waiter:
    """Somebody who needs the daemon now."""

    def __init__(self) -> None:
        self.scope = trio.CancelScope()
        self.attempt = 0


class Link:
    """A connection to the daemon at `url` that comes back, run in `nursery`. Pushed frames go to `on_push`."""

    def __init__(
        self,
        url: str,
        nursery: trio.Nursery,
        on_push: Callable[[Frame], None],
        waiting: Callable[[str], None],
        trust: Trust = THIS_MACHINE,
    ) -> None:
        """`waiting` is told what is being tried, while somebody needs it."""
        self._url = url
        self._trust = trust
        self._nursery = nursery
        self._on_push = on_push
        self._waiting = waiting
        self._client: Client | None = None
        self._loss: ConnectionLostError | None = None
        self._waiters: list[_Waiter] = []

    @property
    def current(self) -> Client | None:
        """The client if it is connected now."""
        return self._client if self._client is not None and self._client.typed.link.connected is not None else None

    @property
    def is_final(self) -> bool:
        """Whether the daemon has refused this client for good."""
        return self._client is not None and self._client.lost is not None

    async def client(self) -> Client:
        """The client, whether it is connected just now or not. Raises, the first time, as `reach` does."""
        if self._client is None:
            self._client = await reach(
                self._nursery, self._url, self._on_push, self._trust, tries=None, told_loss=self._lose
            )
        return self._client

    @contextmanager
    def patience(self) -> Iterator[None]:
        """A block in which the daemon is needed. Raises `Unavailable` when it is gone after all attempts."""
        waiter = _Waiter()
        self._waiters.append(waiter)
        try:
            if self._client is not None and self.current is None and not self.is_final:
                self._try(waiter)
            with waiter.scope:
                yield
        finally:
            self._waiters.remove(waiter)
        if waiter.scope.cancelled_caught:
            raise Unavailable(f"the daemon at {self._url} is gone ({ATTEMPTS} attempts)")

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _lose(self, error: ConnectionLostError, attempt: int) -> None:
        self._loss = error
        for waiter in self._waiters:
            waiter.attempt = 0 if attempt == 1 else waiter.attempt
            self._try(waiter)

    def _try(self, waiter: _Waiter) -> None:
        waiter.attempt += 1
        if waiter.attempt > ATTEMPTS:
            waiter.scope.cancel()
        else:
            told = f"(connection lost: {self._loss}; reconnecting, attempt {waiter.attempt} of {ATTEMPTS})"
            self._waiting(told)
