"""Requests over one connection, and who waits for what.

Frames are told apart by the request's id: whoever asked waits for the one final frame, and what comes before it (a
streamed answer) is handed to a callback from the reader's task, in order and without a queue.
"""

from collections.abc import Callable
from functools import partial
from itertools import count
from math import inf
from typing import Any

import msgspec
import trio
from trio_websocket import ConnectionClosed, WebSocketConnection

from orchd.client.frames import ConnectionLostError, Frame, ends, error_of, lost_by
from orchd.errors import Timeout, TooLarge, Unavailable

REPLY_SECONDS = 30.0
GREETING_SECONDS = 1.0
"""After this, a daemon that says nothing is asked why."""
PING_SECONDS = 20.0
CLOSE_SECONDS = 2.0


def _nothing(_frame: Frame) -> None:
    """Ignores the frames before a reply."""


def _data_of(final: Frame) -> dict[str, Any]:
    if final.type == "error":
        raise error_of(final.data)
    return final.data


class _Pending:
    """A request in flight."""

    def __init__(self, is_final: Callable[[Frame], bool], on_frame: Callable[[Frame], None]) -> None:
        self.is_final = is_final
        self.on_frame = on_frame
        self.final: Frame | None = None
        self.done = trio.Event()


class Client:
    """One connection; made by `connection`, closed by `aclose` or by the other side."""

    def __init__(self, websocket: WebSocketConnection, on_push: Callable[[Frame], None]) -> None:
        self._socket = websocket
        self._on_push = on_push
        self._pending: dict[str, _Pending] = {}
        self._ids = map(str, count(1))
        self._decode = msgspec.json.Decoder(Frame).decode
        self._reading = trio.CancelScope()
        self.ended = trio.Event()
        """Set as soon as the connection is known to be lost; `lost` says why."""
        self.closed = trio.Event()
        self.session: dict[str, Any] = {}
        self.lost: ConnectionLostError | None = None
        self.reconnect_seconds: float | None = None

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
        return _data_of(await self.exchange(kind, data or {}, on_frame, patience))

    async def exchange(
        self, kind: str, data: dict[str, Any], on_frame: Callable[[Frame], None], seconds: float = inf
    ) -> Frame:
        """Send a request of any kind; return its last frame, which may be an `error`.

        The frames before it are given to `on_frame`. When this is cancelled, so is the request. Raises `Timeout` after
        `seconds`, `TooLarge`, `ConnectionLostError`.
        """
        request_id = next(self._ids)
        try:
            with trio.move_on_after(seconds):
                return await self._ask(request_id, kind, data, _Pending(partial(ends, kind), on_frame))
        except trio.Cancelled:
            with trio.move_on_after(CLOSE_SECONDS, shield=True):
                await self._send(self._write_frame({"type": "cancel", "data": {"id": request_id}}))
            raise
        raise Timeout(f"no answer to {kind} within {seconds:g} s")

    async def answer(self, kind: str, data: dict[str, Any], on_frame: Callable[[Frame], None]) -> dict[str, Any]:
        """Send `chat:send`, `chat:edit`, `chat:regenerate` or `chat:continue`, and wait for the answer.

        Every frame of it but the last is given to `on_frame`, which must not block. Returns the assistant's stored
        message, whatever its status. Waits as long as the answer takes (the daemon has the deadlines, a ping watches
        over the connection). Raises `OrchdError` when it was refused, `ConnectionLostError`.
        """
        return _data_of(await self._ask(next(self._ids), kind, data, _Pending(partial(ends, kind), on_frame)))

    async def cancel_answer(self, message_id: int | None) -> None:
        """Cancel this answer; None: that of the last request sent, which has no id yet. Raises as `request` does."""
        if message_id is not None:
            await self.request("chat:cancel", {"messageId": message_id})
        elif self._pending:
            await self.request("cancel", {"id": next(reversed(self._pending))})

    async def aclose(self) -> None:
        """Close the connection and wait until it is; the other side has a moment to agree."""
        self._end(ConnectionLostError("closed by this client", again=False))
        await self.closed.wait()

    async def wait_greeting(self) -> None:
        """Take the daemon's first frame. Raises `Unauthorized` where it wants to know first who connects, `Unavailable`
        when it is no orchd, `ConnectionLostError`."""
        try:
            with trio.move_on_after(GREETING_SECONDS) as patience:
                first = self._read_frame(await self._socket.get_message())
            if patience.cancelled_caught:  # it may wait for a token; what else it is sent, it answers by saying so
                await self._send(self._write_frame({"type": "ping", "data": {}}))
                first = self._read_frame(await self._socket.get_message())
        except ConnectionClosed as closed:
            raise lost_by(closed) from None
        if first is not None and first.type == "error":
            raise error_of(first.data)
        if first is None or first.type != "session:ready":
            raise Unavailable("what answers there is no orchd daemon")
        self.session = first.data

    async def read(self) -> None:
        """Take frames until the connection ends, then wake all who wait. Raises only what the callbacks raise."""
        try:
            with self._reading:
                while (frame := self._read_frame(await self._socket.get_message())) is not None:
                    self._dispatch(frame)
        except ConnectionClosed as closed:
            self._end(lost_by(closed))
        self._end(ConnectionLostError("it sends what is no frame of this protocol", again=False))

    def _read_frame(self, message: str | bytes) -> Frame | None:
        """None: not a frame. Only this is judged here, so that no failure of a callback is taken for one of the
        wire."""
        try:
            return self._decode(message)
        except (msgspec.MsgspecError, UnicodeError):
            return None

    async def watch(self) -> None:
        """Ping until the connection ends, and end it when no pong comes; runs beside `read`."""
        try:
            while self.lost is None:
                await trio.sleep(PING_SECONDS)
                with trio.fail_after(PING_SECONDS):
                    await self._socket.ping()
        except ConnectionClosed as closed:
            self._end(lost_by(closed))
        except trio.TooSlowError:
            self._end(ConnectionLostError("it does not answer", again=True))

    async def _ask(self, request_id: str, kind: str, data: dict[str, Any], pending: _Pending) -> Frame:
        if self.lost is not None:
            raise self.lost
        text = self._write_frame({"type": kind, "id": request_id, "data": data})
        self._pending[request_id] = pending
        try:
            await self._send(text)
            await pending.done.wait()
        finally:
            del self._pending[request_id]
        if pending.final is None:
            raise self._loss()
        return pending.final

    def _write_frame(self, frame: dict[str, Any]) -> str:
        """The frame's text. One that is too long is refused here: the daemon would close the connection for it."""
        data = msgspec.json.encode(frame)
        longest = self.session.get("limits", {}).get("maxFrameBytes")
        if isinstance(longest, int) and len(data) > longest:
            raise TooLarge(f"that is too long: {len(data)} bytes, and the daemon takes {longest} at most")
        return data.decode()

    async def _send(self, text: str) -> None:
        try:
            with trio.fail_after(REPLY_SECONDS):
                await self._socket.send_message(text)
        except ConnectionClosed as closed:
            self._end(lost_by(closed))
        except trio.TooSlowError:
            self._end(ConnectionLostError("it takes no data", again=True))

    def _dispatch(self, frame: Frame) -> None:
        pending = self._pending.get(frame.id) if frame.id is not None else None
        if frame.type == "session:closing":
            self.reconnect_seconds = frame.data.get("reconnectAfterMs", 1000) / 1000
            self._on_push(frame)
        elif pending is None:
            self._on_push(frame)
        elif pending.is_final(frame):
            pending.final = frame
            pending.done.set()
        else:
            pending.on_frame(frame)

    def _loss(self) -> ConnectionLostError:
        return self.lost or ConnectionLostError("it was closed", again=True)

    def _end(self, lost: ConnectionLostError) -> None:
        self.lost = self.lost or lost
        self.ended.set()
        self._reading.cancel()
        for pending in self._pending.values():
            pending.done.set()
