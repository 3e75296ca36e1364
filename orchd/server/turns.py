"""What waits until a connection has drained: large replies, the newest frames of their kinds, and whoever asked to be
called. They are taken up by turns and only as far as there is room, so that none starves the others.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import trio


class FrameSink(Protocol):
    """Where frames go."""

    @property
    def congested(self) -> bool:
        """Whether there is no room."""

    def put_now(self, frame: bytes) -> None:
        """Send, whatever waits."""


class _Reply(NamedTuple):
    """A large frame, what to call when it has been put, and whom to tell."""

    frame: bytes
    then: Callable[[], None]
    put: trio.Event


class Turns:
    """What waits for one connection."""

    __slots__ = ("_callbacks", "_latest", "_replies", "_reply_is_next")

    def __init__(self) -> None:
        self._latest: dict[str, bytes] = {}
        self._callbacks: list[Callable[[], None]] = []
        self._replies: list[_Reply] = []
        self._reply_is_next = True

    def keep(self, key: str, frame: bytes) -> None:
        """Keep `frame` in the place of an earlier one of its `key`."""
        self._latest[key] = frame

    def call(self, callback: Callable[[], None]) -> None:
        """Have `callback` called once."""
        self._callbacks.append(callback)

    async def reply(self, frame: bytes, then: Callable[[], None]) -> None:
        """Wait until it is the turn of `frame`; `then` is called right after it was put."""
        put = trio.Event()
        self._replies.append(_Reply(frame, then, put))
        await put.wait()

    def forget(self) -> None:
        """Drop what waits: nothing more is sent."""
        self._latest.clear()
        self._callbacks.clear()
        self._replies.clear()

    def take_up(self, way: FrameSink) -> None:
        """Nothing is unsent: put a reply or what else has waited, the one after the other."""
        if self._replies and (self._reply_is_next or not (self._latest or self._callbacks)):
            self._reply_is_next = False
            reply = self._replies.pop(0)
            way.put_now(reply.frame)
            reply.then()
            reply.put.set()
            return
        self._reply_is_next = True
        while self._latest and not way.congested:
            way.put_now(self._latest.pop(next(iter(self._latest))))
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()
