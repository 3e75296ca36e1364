"""From a request to the function that answers it, and what such a function is given."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import Identity
from orchd.protocol.types import ClientPayload


class Peer(Protocol):
    """A connection as features see it: somewhere to put frames, in order, without ever waiting.

    `frame` is always a whole WebSocket message made by `FrameType.frame`.
    """

    @property
    def congested(self) -> bool:
        """Whether so much is unsent that what can be merged or left out should be. False once closed."""

    def put(self, frame: bytes) -> None:
        """Send after everything put before; dropped once the connection is closed."""

    def gather(self) -> AbstractContextManager[None]:
        """Send what is put within a block all at once at its end; nothing may wait in it."""

    def put_latest(self, key: str, frame: bytes) -> None:
        """Send when the connection keeps up; until then only the newest frame of a `key` is kept."""

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Call `callback` once, soon after everything has been sent; never if the connection closes first."""


class Context(Protocol):
    """The request on whose behalf a handler runs."""

    @property
    def id(self) -> str | None:
        """The request's id, which stands on every frame sent on its behalf."""

    @property
    def identity(self) -> Identity:
        """Who asks."""

    @property
    def address(self) -> str:
        """From where, as people read it; empty where that is not known."""

    @property
    def peer(self) -> Peer:
        """The connection that the request came from."""

    @property
    def over(self) -> bool:
        """Whether its final frame has been put, or never will be."""

    def emit(self, kind: FrameType[Payload], payload: Payload) -> None:
        """Send a frame of this request, before its final one."""

    def after_reply(self, callback: Callable[[], None]) -> None:
        """Call `callback` right after the request's final frame has been put, before anything else can be."""

    def on_cancel(self, cancel: Callable[[], Awaitable[None]]) -> None:
        """End the request by `cancel` instead of cancelling its task.

        `cancel` is awaited when the client cancels the request; it returns when what the request holds
        outside the daemon is let go. The handler then still returns its reply.
        """


Serve: TypeAlias = Callable[[Context, ClientPayload], Awaitable[bytes]]
"""Answers a request: returns its final frame, a whole WebSocket message."""


def with_demand(
    serves: Mapping[str, Serve], kinds: Iterable[str], demand: Callable[[], Awaitable[None]]
) -> dict[str, Serve]:
    """Return what answers requests, with `demand` awaited before those of some types: what it raises refuses them."""

    def after(serve: Serve) -> Serve:
        async def call(context: Context, data: ClientPayload) -> bytes:
            await demand()
            return await serve(context, data)

        return call

    return {**serves, **{kind: after(serves[kind]) for kind in kinds}}


class Router:
    """What answers each type of request. Raises `ValueError` unless it is exactly `types` that are answered."""

    def __init__(self, serves: Mapping[str, Serve], types: Iterable[str]) -> None:
        if wrong := serves.keys() ^ {*types}:
            raise ValueError(f"declared and not answered, or answered and not declared: {sorted(wrong)}")
        self._serves = dict(serves)

    def serve(self, kind: str) -> Serve:
        """Return what answers requests of a type."""
        return self._serves[kind]
