"""An answer on its way to a program that knows another API: as one value, or as the events of a stream."""

from contextlib import aclosing
from typing import Any, Protocol

import msgspec

from orchd.features.gateway.bodies import RelayBody
from orchd.features.gateway.service import Gateway
from orchd.features.gateway.sources import RelayRemark, StreamScribe
from orchd.protocol.identity import Identity

COMPLETIONS = "/chat/completions"
"""What everything is translated into, under the address of a server's API."""


class AnswerScribe(StreamScribe, Protocol):
    """Writes one answer in the words of an API: bytes of a stream while it comes, and at the end all of it."""

    thoughts: bool
    """Whether reasoning is wanted."""

    def whole(self) -> dict[str, Any]:
        """Return the answer as one value, once it is over."""


async def whole_answer(gateway: Gateway, who: Identity, body: RelayBody, scribe: AnswerScribe) -> bytes:
    """Return the answer to a question as one value. Raises what the question does."""
    source = await gateway.texts(who, COMPLETIONS, body, thoughts=scribe.thoughts)
    async with aclosing(source.events()) as events:
        async for some in events:
            for event in some:
                scribe.take(event)
    return msgspec.json.encode(scribe.whole())


encode_text = msgspec.json.Encoder().encode
"""Returns a text as JSON."""


def around_text(member: str, event: bytes) -> tuple[bytes, bytes]:
    """Return what stands before and after the value of a member that is an empty text, the last of its name in an
    event: many follow that differ in nothing else."""
    before, name, after = event.rpartition(b'"%b":""' % member.encode())
    return before + name[:-2], after


def comment(remark: RelayRemark) -> bytes:
    """Return what an answer waits for as a comment of a stream, which clients pass over."""
    place = "" if remark.position is None else f" {remark.position}"
    eta = "" if remark.eta_ms is None else f", about {-(-remark.eta_ms // 1000)} s"
    return f": {remark.phase}{place}{eta}\n\n".encode()


def event_bytes(name: str, members: dict[str, Any]) -> bytes:
    """Return an event of a stream; its name is the `type` of its data, too. Lines of what is said again of a request
    are joined: in a stream each would begin something else."""
    data = msgspec.json.encode({"type": name, **members}).replace(b"\n", b" ").replace(b"\r", b" ")
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)
