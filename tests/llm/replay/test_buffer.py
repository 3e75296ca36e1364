"""Whether a server keeps answers is seen by what only the real thing says; what it keeps is read, and dropped."""

import httpx
import pytest
import trio

from orchd.errors import NotFound, Unavailable
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.streams import StreamNotes
from orchd.llm.probing.address import ServerLocation, read_address
from orchd.llm.replay.buffer import ReplayBuffer
from orchd.llm.replay.place import StreamPlace
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import Exchange, Upstream, reply

LOOKUP, READ = "POST /v1/streams/lookup", "GET /v1/stream"
MISSED = reply(400, {"error": {"code": 400, "message": "Missing conversation id in path"}})
PLACE = StreamPlace("box", "m", "orchd-1")


def buffer_of(upstream: Upstream, *, possible: bool = True) -> ReplayBuffer:
    client = httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False)
    return ReplayBuffer(client, ServerLocation(read_address(upstream.url)), "box", possible=possible)


@pytest.mark.parametrize(
    ("routes", "there"),
    [
        ({LOOKUP: reply(200, []), READ: MISSED}, True),
        ({LOOKUP: reply(200, []), READ: reply(404, {"error": "no"})}, False),
        ({LOOKUP: reply(200, []), READ: reply(400, b"what?")}, False),
        ({LOOKUP: reply(200, {}), READ: MISSED}, False),
        ({LOOKUP: reply(404, {"error": "no"}), READ: MISSED}, False),
        ({LOOKUP: reply(401, {"error": "key"}), READ: MISSED}, False),
    ],
)
async def test_it_is_there_when_both_pages_say_so(
    memory_upstream: Upstream, routes: dict[str, bytes], there: bool
) -> None:
    buffer = buffer_of(memory_upstream)
    memory_upstream.routes = routes
    await buffer.find_out("llamacpp")
    assert buffer.there == there
    asked = len(memory_upstream.requests)
    await buffer.find_out("llamacpp")
    assert len(memory_upstream.requests) == asked, "it is known by now"
    buffer.forget()
    assert (buffer.there, buffer.known) == (False, False)


async def test_other_kinds_and_processes_of_our_own_are_not_asked(memory_upstream: Upstream) -> None:
    for kind in ("openai", "ollama", "lmstudio"):
        await buffer_of(memory_upstream).find_out(kind)
    await buffer_of(memory_upstream, possible=False).find_out("llamacpp")
    assert memory_upstream.requests == []


async def test_one_that_does_not_answer_is_asked_again(memory_upstream: Upstream, autojump_clock: object) -> None:
    async def silent(exchange: Exchange) -> None:
        await trio.sleep_forever()

    buffer = buffer_of(memory_upstream)
    memory_upstream.script = silent
    await buffer.find_out("llamacpp")
    assert (buffer.there, buffer.known) == (False, False)


async def test_what_is_not_there_is_not_found(memory_upstream: Upstream) -> None:
    memory_upstream.routes["GET /v1/stream?conv_id=orchd-1&from=7"] = reply(404, {"error": "no"})
    with pytest.raises(NotFound):
        await buffer_of(memory_upstream).read("orchd-1", 7)


async def test_the_rest_is_read_from_any_byte(memory_upstream: Upstream) -> None:
    memory_upstream.routes["GET /v1/stream?conv_id=orchd-1&from=7"] = reply(200, b"rest", "text/event-stream")
    body = await buffer_of(memory_upstream).read("orchd-1", 7)
    assert await body.read_up_to(10) == b"rest"
    await body.aclose()


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("ends", ["well", "badly", "cancelled", "unreached"])
async def test_it_is_dropped_unless_the_answer_ends_well_or_is_left(
    memory_upstream: Upstream, ends: str, left: bool
) -> None:
    keep = StreamNotes(Transcript(), "me", 1, None, lambda stream, seq: None)
    keep.left = left
    memory_upstream.routes["DELETE /v1/stream?conv_id=orchd-1"] = reply(204, b"")
    with trio.CancelScope() as scope:
        try:
            async with buffer_of(memory_upstream).keeping(PLACE, keep):
                if ends == "cancelled":
                    scope.cancel()
                    await trio.sleep_forever()
                elif ends != "well":
                    raise Unavailable("no", reason="connect" if ends == "unreached" else None)
        except Unavailable:
            pass
    dropped = ["DELETE /v1/stream?conv_id=orchd-1"] if ends == "badly" or (ends == "cancelled" and not left) else []
    assert memory_upstream.paths() == dropped


async def test_dropping_takes_no_longer_than_it_may(memory_upstream: Upstream, autojump_clock: object) -> None:
    async def silent(exchange: Exchange) -> None:
        await trio.sleep_forever()

    memory_upstream.script = silent
    with trio.CancelScope() as scope:
        scope.cancel()
        assert not await buffer_of(memory_upstream).drop("orchd-1")


async def test_ids_can_t_be_guessed(memory_upstream: Upstream) -> None:
    buffer = buffer_of(memory_upstream)
    ids = {buffer.new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(each) > 32 for each in ids)
