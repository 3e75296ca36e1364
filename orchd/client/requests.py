"""Requests by their types, with data as JSON has it, for commands that show what came.

Whoever knows which request they make has it as a method of `Client.typed`, the Python client that everybody gets.
"""

from collections.abc import Callable
from math import inf
from typing import Any

import trio

from orchd import orchd_client
from orchd.client.failures import ConnectionLostError, error_of, explain
from orchd.errors import Timeout
from orchd.orchd_client import Frame
from orchd.orchd_client.facts import FACTS

REPLY_SECONDS = 30.0


def _nothing(_frame: Frame) -> None:
    """Ignores the frames before a reply."""


class Client:
    """A daemon that is reached; made by `connection`, and let go by `aclose`."""

    def __init__(self, typed: orchd_client.Client, on_push: Callable[[Frame], None]) -> None:
        self.typed = typed
        self._on_push = on_push
        self._leaving = trio.Event()
        self.closed = trio.Event()
        assert typed.link.connected is not None
        self._greeting = typed.link.connected.greeting
        typed.link.listen(self)

    @property
    def session(self) -> dict[str, Any]:
        """What the daemon said first."""
        greeting: dict[str, Any] = self._greeting.plain
        return greeting

    @property
    def lost(self) -> ConnectionLostError | None:
        """Why there is no connection, and won't be; None while there is one, or may be again."""
        failure = self.typed.link.failure
        return None if failure is None else _loss(failure)

    async def wait_lost(self) -> ConnectionLostError:
        """Wait until there is no connection any more for good; return why."""
        return _loss(await self.typed.link.ended())

    async def request(
        self,
        kind: str,
        data: dict[str, Any] | None = None,
        on_frame: Callable[[Frame], None] = _nothing,
        seconds: float | None = None,
    ) -> dict[str, Any]:
        """Send a request and return its reply's data; frames before the reply are given to `on_frame`.

        When this is cancelled, so is the request. Raises the `OrchdError` that the daemon answers with, `Timeout` after
        `seconds`, `TooLarge`, `ConnectionLostError`.
        """
        patience = REPLY_SECONDS if seconds is None else seconds
        final = await self.exchange(kind, data or {}, on_frame, patience)
        reply: dict[str, Any] = final.plain
        if final.type == FACTS.error:
            raise error_of(reply)
        return reply

    async def exchange(
        self, kind: str, data: dict[str, Any], on_frame: Callable[[Frame], None], seconds: float = inf
    ) -> Frame:
        """Send a request of any kind; return its last frame, which may be an `error`. Otherwise as `request`."""
        try:
            await self.typed.link.session()  # waiting for a connection is another patience
            with trio.move_on_after(seconds):
                return await self.typed.request(kind, data, on_frame)
        except orchd_client.RequestError as error:
            if isinstance(error.frame, Frame):
                return error.frame
            raise explain(error) from error
        except orchd_client.OrchdError as error:
            raise await self.reason_of(error) from error
        raise Timeout(f"no answer to {kind} within {seconds:g} s")

    async def reason_of(self, error: orchd_client.OrchdError) -> Exception:
        """Return what an error of the wire's is to a command; of a connection that won't come back, why it ended."""
        link = self.typed.link
        if isinstance(error, orchd_client.DisconnectedError) and link.tries == 0:
            return _loss(await link.ended())
        return explain(link.failure if link.failure is not None and _is_loss(error) else error)

    async def wait_leaving(self) -> None:
        """Wait until somebody calls `aclose`; for whoever has the connection open."""
        await self._leaving.wait()

    async def aclose(self) -> None:
        """Close the connection and wait until it is; the other side has a moment to agree."""
        self._leaving.set()
        await self.closed.wait()

    def take(self, frame: Frame) -> bool:
        """Hand on what was sent without being asked."""
        if frame.id is None:
            self._on_push(frame)
        return frame.id is None

    def lose(self) -> None:
        """It is heard of elsewhere."""


def _is_loss(error: orchd_client.OrchdError) -> bool:
    return isinstance(error, orchd_client.DisconnectedError)


def _loss(error: orchd_client.OrchdError) -> ConnectionLostError:
    found = explain(error)
    return found if isinstance(found, ConnectionLostError) else ConnectionLostError(str(found), again=False)
