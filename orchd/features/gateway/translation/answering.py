"""An answer on its way to a program that knows another API: as one value, or as the events of a stream."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Protocol

import msgspec

from orchd.errors import OrchdError
from orchd.features.gateway.bodies import RelayBody
from orchd.features.gateway.places import RequestPlace
from orchd.features.gateway.relay import RelayEvent, RelayRemark
from orchd.features.gateway.routes import EVENTS, JSON
from orchd.features.gateway.service import Gateway
from orchd.protocol.identity import Identity
from orchd.server.entry.page import Page

COMPLETIONS = "/chat/completions"
"""What everything is translated into, under the address of a server's API."""


class AnswerScribe(Protocol):
    """Writes one answer in the words of an API: bytes of a stream while it comes, and at the end all of it."""

    thoughts: bool
    """Whether reasoning is wanted."""

    def begin(self) -> bytes:
        """Return what a stream begins with."""

    def take(self, event: RelayEvent) -> bytes:
        """Return what is written of a piece of the answer, or of what is said while it is awaited."""

    def fail(self, error: OrchdError) -> bytes:
        """Return the last of a stream that has begun, and goes no further."""

    def whole(self) -> dict[str, Any]:
        """Return the answer as one value, once it is over."""


async def answer_page(
    gateway: Gateway, who: Identity, body: RelayBody, scribe: AnswerScribe, place: RequestPlace, *, streams: bool
) -> Page:
    """Answer a question: as one value, after which its place is still taken, or as a stream, which leaves its place
    when it is over. Raises what the question does before it is answered."""
    events = await gateway.texts(who, COMPLETIONS, body, thoughts=scribe.thoughts)
    if not streams:
        async with aclosing(events):
            async for some in events:
                for event in some:
                    scribe.take(event)
        return Page(200, JSON, msgspec.json.encode(scribe.whole()))
    first = await anext(events, ())
    return Page(200, EVENTS, b"", (), _stream(first, events, scribe, place), watched=True)


def failed_page(error: OrchdError, scribe: AnswerScribe) -> Page:
    """Return a stream that says at once why there is no answer, for programs that look for it there."""
    return Page(200, EVENTS, b"", (), _once(scribe.begin() + scribe.fail(error)), watched=True)


async def _once(data: bytes) -> AsyncGenerator[bytes]:
    yield data


async def _stream(
    first: Sequence[RelayEvent], events: AsyncGenerator[Sequence[RelayEvent]], scribe: AnswerScribe, place: RequestPlace
) -> AsyncGenerator[bytes]:
    try:
        async with aclosing(events):
            yield scribe.begin()
            try:
                if written := _join(first, scribe):
                    yield written
                async for some in events:
                    if written := _join(some, scribe):
                        yield written
            except OrchdError as error:
                yield scribe.fail(error)
    finally:
        place.leave()


def _join(events: Sequence[RelayEvent], scribe: AnswerScribe) -> bytes:
    return b"".join(map(scribe.take, events))


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
