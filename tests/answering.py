"""A feature's commands as tests ask them that want no session: a payload in, the payload of the reply out."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from orchd.protocol.command import AnyCommand
from orchd.protocol.router import Context, Serve
from orchd.protocol.types import ClientPayload

R = TypeVar("R", bound=Struct)


def body(message: bytes) -> bytes:
    """The JSON of a frame that is a whole WebSocket message."""
    return message[message.index(b'{"type"') :]


class Answering:
    """What answers a feature's commands."""

    def __init__(self, commands: Iterable[AnyCommand], serves: Mapping[str, Serve]) -> None:
        self._commands = {command.payload: command for command in commands}
        self._serves = serves

    async def ask(self, context: Context, payload: ClientPayload, kind: type[R]) -> R:
        """The payload of the final frame, which must be of this class."""
        command = self._commands[type(payload)]
        message = await self._serves[command.type](context, payload)
        frame: Any = msgspec.json.decode(body(message), type=command.reply.envelope)
        assert isinstance(frame.data, kind)
        return frame.data
