"""A client within the daemon: its requests take the way of those that come by a socket, without one.

Each is held against the same table of rights, read by the same types and answered by the same handler; what comes back
is the frame that a socket would be sent. So a tool can do nothing that its caller could not do by `/ws`, and it knows
features by what they say to clients alone.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from orchd.errors import Forbidden, Invalid, OrchdError, Unauthorized
from orchd.guard import guarded
from orchd.hub import Hub
from orchd.protocol.command import AnyCommand
from orchd.protocol.identity import Identity
from orchd.protocol.rights import refusal
from orchd.protocol.router import Router
from orchd.protocol.websocket import text_in
from orchd.server.request import RunningRequest

T = TypeVar("T", bound=Struct)

MAX_TOLD = 300
"""Characters of what is said to be wrong with members: names of unknown ones may be as long as a body."""


class FrameRooms(NamedTuple):
    """What answers frames, as the server's sessions have it."""

    commands: Mapping[str, AnyCommand]
    router: Router
    hub: Hub
    tell_refusal: Callable[[Identity, str, str], None]
    """Told of requests that somebody may not make: who, from which address, and the type."""

    def refusal(self, who: Identity, kind: str) -> OrchdError | None:
        """Return why somebody may not make a request of this type, None where they may."""
        command = self.commands[kind]
        return refusal(command.right, command.scope, who)


class _Frame(Struct):
    type: str
    data: msgspec.Raw


_decode = msgspec.json.Decoder(_Frame).decode


class InnerPeer:
    """Where frames for such a client go: to whom it has listen, and nowhere else. It is never behind, and keeps
    nothing. Satisfies `orchd.protocol.router.Peer`."""

    congested = False

    def __init__(self) -> None:
        self.listeners: dict[str, Callable[[msgspec.Raw], None]] = {}

    def put(self, frame: bytes) -> None:
        """Give a frame to whom listens for its type. Raises nothing: whoever puts it has others to tell, too."""
        with guarded("frame for a tool"):
            told = _decode(text_in(frame))
            listener = self.listeners.get(told.type)
            if listener is not None:
                listener(told.data)

    def gather(self) -> AbstractContextManager[None]:
        """Nothing is sent, so nothing is gathered."""
        return nullcontext()

    def put_latest(self, key: str, frame: bytes) -> None:
        """The newest is always taken at once."""
        self.put(frame)

    def when_drained(self, callback: Callable[[], None]) -> None:
        """It is so already."""
        callback()


class InnerClient:
    """Somebody's requests. To be closed, which ends what it follows; requests that run are cancelled by whoever awaits
    them."""

    def __init__(self, rooms: FrameRooms, who: Identity, address: str) -> None:
        self.identity = who
        self.peer = InnerPeer()
        self._rooms = rooms
        self._address = address
        self._asked = 0

    def listen(self, kind: str, payload: type[T], take: Callable[[T], None]) -> None:
        """Have frames of a type read as `payload`, which names the members that are wanted, and taken."""
        decode = msgspec.json.Decoder(payload).decode
        self.peer.listeners[kind] = lambda data: take(decode(data))

    async def ask(self, kind: str, reply: type[T], members: Mapping[str, Any]) -> T:
        """Make a request of this type; return its last frame, read as `reply`. A member that is None is left out.

        Raises what its handler does, `Forbidden`, `Unauthorized`, or `Invalid` for what its type has no room for."""
        self.permit(kind)
        command = self._rooms.commands[kind]
        try:
            payload = msgspec.convert(_without_none(members), command.payload)
        except msgspec.ValidationError as error:
            raise Invalid(str(error)[:MAX_TOLD]) from None
        self._asked += 1
        context = RunningRequest(str(self._asked), self.identity, self.peer, None, self._address)
        final = await self._rooms.router.serve(kind)(context, payload)
        context.ended.set()
        context.note_reply()
        return msgspec.json.decode(_decode(text_in(final)).data, type=reply)

    def permit(self, kind: str) -> Identity:
        """Return who asks, where they may make a request of this type. Raises `Forbidden`, `Unauthorized` or
        `Unavailable`."""
        refused = self._rooms.refusal(self.identity, kind)
        if refused is None:
            return self.identity
        if isinstance(refused, Forbidden | Unauthorized):
            self._rooms.tell_refusal(self.identity, self._address, kind)
        raise refused

    def renew(self, who: Identity) -> None:
        """Whoever asks is this one from now on."""
        self.identity = who
        self._rooms.hub.renew(self.peer, who)

    def close(self) -> None:
        """Follow nothing any more."""
        self.peer.listeners.clear()
        self._rooms.hub.forget(self.peer)


def _without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
