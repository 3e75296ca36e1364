"""Answers that a server keeps: asked for so, and taken up when whoever asked is no longer there to hear them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from orchd.errors import NotFound, OrchdError
from orchd.llm.accounting import tally_here
from orchd.llm.answers.failures import map_errors
from orchd.llm.asking.stream import AttemptSpec, Watch, hear
from orchd.llm.replay.buffer import ReplayBuffer
from orchd.llm.replay.place import START, PlaceListener, StreamMark, StreamPlace
from orchd.llm.replay.repeat import RepeatListener
from orchd.llm.types import Channel, Listener, Outcome, Prompt


class LostAnswer(NamedTuple):
    """What is known of an answer that is to be taken up: where it is, and from where on it is heard again.

    `size` bytes of its text were told before `mark`, and the texts `known` after that. `echo` is what it goes on with,
    `max_bytes` what its text may have in all.
    """

    place: StreamPlace
    max_bytes: int
    mark: StreamMark = START
    size: int = 0
    known: Sequence[tuple[Channel, str]] = ()
    echo: str = ""


@asynccontextmanager
async def keep_stream(buffer: ReplayBuffer, prompt: Prompt, ask: AttemptSpec) -> AsyncIterator[AttemptSpec]:
    """Have the server keep the answer, if somebody wants that and it can: gives what to ask it then.

    Unless the block ends well, or the answer is left to somebody else, it is dropped at the server.
    """
    if prompt.keep is None:
        yield ask
        return
    place = None
    if buffer.there:
        relayed = ask.relayed is not None
        place = StreamPlace(
            *(ask.backend, ask.model, buffer.new_id(), ask.continued, bool(ask.echo), relayed, buffer.url)
        )
        ask = ask._replace(stream_id=place.id, keep=prompt.keep)
    prompt.keep.on_place(place)
    async with buffer.keeping(place, prompt.keep):
        yield ask


async def take_up(
    buffer: ReplayBuffer, lost: LostAnswer, watch: Watch, listener: Listener, keep: PlaceListener
) -> Outcome:
    """Tell `listener` the rest of an answer, as it comes, and return how it ended; to be called within `watch.bounds`.

    Raises NotFound when the server does not have it any more, or has another one; once something of it was told, as
    `stream.generate` does. Unless it ends well, it is dropped at the server.
    """
    place, mark = lost.place, lost.mark
    repeat = RepeatListener(listener, lost.known, place.server)
    ask = AttemptSpec(
        *(place.server, b"", place.model, False, lost.max_bytes),
        continued=place.continued or place.relayed,
        echo=lost.echo if place.echoes else "",
        stream_id=place.id,
        keep=keep,
    )
    async with buffer.keeping(place, keep):
        body = await buffer.read(place.id, mark.offset)
        tally_here().on_call()  # whoever sent the request did not live to count it
        try:
            with map_errors(place.server):
                return await hear(body, "text/event-stream", ask, watch, repeat, mark, lost.size)
        except OrchdError as error:
            if repeat.caught_up:
                raise
            raise NotFound(f"{place.server} does not have the whole of that answer", backend=place.server) from error
        finally:
            await body.aclose()
