"""Answers that a server keeps: asked for under an id, noted, taken up from any place, and dropped when they are of no
use."""

from collections.abc import Sequence

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import NotFound, UpstreamError
from orchd.llm import (
    START,
    Backends,
    BackendSpec,
    LostAnswer,
    Prompt,
    RelayedPiece,
    RelayedRequest,
    StreamMark,
    StreamPlace,
    Target,
    Turn,
)
from orchd.llm.answers.reply import ReplyParser
from orchd.llm.types import ANY_REQUESTER, Channel, ModelInfo
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Recorder, Upstream, delta, finish, reply, usage
from tests.llm.replay.test_buffer import LOOKUP, MISSED, READ

MODELS = {"data": [{"id": "m", "object": "model", "owned_by": "llamacpp"}]}
PROPS = {"default_generation_settings": {"n_ctx": 4096}, "total_slots": 2, "model_path": "m.gguf"}
PIECES = st.lists(
    st.one_of(
        st.text(min_size=1, max_size=5).map(lambda text: delta(content=text)),
        st.text(min_size=1, max_size=5).map(lambda text: delta(reasoning_content=text)),
        st.sampled_from(["<think>", "</think>", "<", "\n"]).map(lambda text: delta(content=text)),
        st.sampled_from([rb"\ud83d", rb"\ude00"]).map(lambda half: delta(content="?").replace(b"?", half)),
        st.just(b": ping\n\n"),
        st.just(delta(role="assistant")),
    ),
    max_size=12,
)


def characters(texts: Sequence[tuple[Channel, str]]) -> list[tuple[Channel, str]]:
    return [(channel, character) for channel, text in texts for character in text]


def parser(heard: Recorder, thinking: str = "", size: int = 0) -> ReplyParser:
    return ReplyParser("box", "m", heard, "text/event-stream", 10_000, thinking=thinking, size=size)


@given(PIECES, st.data())
def test_from_each_mark_the_rest_is_the_same(pieces: list[bytes], data: st.DataObject) -> None:
    stream = b"".join((*pieces, delta(content="."), finish(), usage(), DONE))
    at = data.draw(st.integers(0, len(stream)))
    first, second = Recorder(), Recorder()
    reply = parser(first)
    reply.feed(stream[:at])
    mark = reply.mark()
    if mark is None:
        return
    end, thinking = mark
    assert end <= at
    told = len(characters(first.texts))
    reply.feed(stream[at:])
    outcome = reply.outcome()
    size = len("".join(text for _, text in first.texts)[:told].encode("utf-8", "replace"))
    again = parser(second, thinking, size)
    again.feed(stream[end:])
    assert again.outcome() == outcome
    assert characters(second.texts) == characters(first.texts)[told:]


class Keeper:
    """Keeps what it hears of where an answer is."""

    def __init__(self) -> None:
        self.places: list[StreamPlace | None] = []
        self.marks: list[StreamMark] = []

    left = False

    def on_place(self, place: StreamPlace | None) -> None:
        self.places.append(place)

    def on_mark(self, mark: StreamMark) -> None:
        self.marks.append(mark)


@pytest.fixture
async def keeping(upstream: Upstream, nursery: trio.Nursery) -> Backends:
    """A server that keeps answers."""
    upstream.routes |= {"GET /v1/models": reply(200, MODELS), "GET /props": reply(200, PROPS)}
    upstream.routes |= {LOOKUP: reply(200, []), READ: MISSED}
    backends = Backends([BackendSpec(upstream.url, "box", "llamacpp")])
    await nursery.start(backends.run)
    await backends.wait_first_probe()
    return backends


def prompt(keeper: Keeper | None) -> Prompt:
    return Prompt((Turn("user", "Hello?"),), keep=keeper)


async def ask(backends: Backends, keeper: Keeper | None, heard: Recorder) -> None:
    await backends.stream(await backends.resolve(None, None, None), prompt(keeper), heard)


async def test_it_is_asked_for_under_an_id_that_is_told_before(keeping: Backends, upstream: Upstream) -> None:
    upstream.says(delta(content="Hi"), finish(), DONE)
    keeper = Keeper()
    await ask(keeping, keeper, Recorder())
    [place] = keeper.places
    assert place is not None
    assert (place.server, place.model, place.url, place.relayed) == ("box", "m", upstream.url, False)
    assert upstream.requests[-1].headers["x-conversation-id"] == place.id
    await ask(keeping, None, Recorder())
    assert "x-conversation-id" not in upstream.requests[-1].headers, "nobody would drop it"
    assert not any(path.startswith("DELETE") for path in upstream.paths())
    await keeping.lost.drop(place)
    assert upstream.paths()[-1] == f"DELETE /v1/stream?conv_id={place.id}"


async def test_a_server_that_keeps_nothing_is_asked_as_ever(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes |= {"GET /v1/models": reply(200, MODELS), "GET /props": reply(200, PROPS)}
    backends, keeper = Backends([BackendSpec(upstream.url, "box", "llamacpp")]), Keeper()
    await nursery.start(backends.run)
    upstream.says(delta(content="Hi"), finish(), DONE)
    await backends.wait_first_probe()
    await ask(backends, keeper, Recorder())
    assert keeper.places == [None]
    assert "x-conversation-id" not in upstream.requests[-1].headers


async def test_cancelling_drops_it_before_the_end_is_told(keeping: Backends, upstream: Upstream) -> None:
    async def endless(exchange: Exchange) -> None:
        if exchange.method == "DELETE":
            await exchange.send(reply(204, b""))
            return
        await exchange.send(SSE_HEAD, delta(content="Hi"))
        await trio.sleep_forever()

    upstream.script = endless
    keeper, heard = Keeper(), Recorder()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, keeping, keeper, heard)
        await heard.heard.wait()
        nursery.cancel_scope.cancel()
    assert heard.closes == 1
    [place] = keeper.places
    assert place is not None
    assert upstream.paths()[-1] == f"DELETE /v1/stream?conv_id={place.id}"


def lost(known: str, mark: StreamMark = START, size: int = 0) -> LostAnswer:
    return LostAnswer(StreamPlace("box", "m", "orchd-1"), 1000, mark, size, [("content", known)])


async def test_the_rest_is_told_and_counted(keeping: Backends, upstream: Upstream) -> None:
    upstream.routes["GET /v1/stream?conv_id=orchd-1&from=0"] = reply(
        200, delta(content="One, ") + delta(content="two") + finish() + usage(9, 3) + DONE, "text/event-stream"
    )
    heard = Recorder()
    outcome = await keeping.lost.take_up(lost("One, t"), heard, Keeper(), ANY_REQUESTER)
    assert (heard.text(), heard.closes, outcome.finish_reason) == ("wo", 1, "stop")
    assert outcome.usage is not None
    assert keeping.workload().running == 0


async def test_from_a_mark_on(keeping: Backends, upstream: Upstream) -> None:
    rest = delta(content="two") + delta(content=", three") + finish() + DONE
    upstream.routes["GET /v1/stream?conv_id=orchd-1&from=70"] = reply(200, rest, "text/event-stream")
    heard = Recorder()
    await keeping.lost.take_up(lost("two", StreamMark(70, "answer"), 5), heard, Keeper(), ANY_REQUESTER)
    assert heard.text() == ", three"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (delta(content="Other") + finish() + DONE, NotFound),
        (delta(content="One"), NotFound),
        (b"", NotFound),
        (delta(content="One, two, thr"), UpstreamError),
    ],
)
async def test_what_can_t_be_gone_on_with_is_not_found(
    keeping: Backends, upstream: Upstream, body: bytes, error: type[Exception]
) -> None:
    """What breaks off after that is an answer that fails, like any other; either is dropped at the server."""
    upstream.routes["GET /v1/stream?conv_id=orchd-1&from=0"] = reply(200, body, "text/event-stream")
    heard = Recorder()
    with pytest.raises(error):
        await keeping.lost.take_up(lost("One, two"), heard, Keeper(), ANY_REQUESTER)
    assert heard.text() == (", thr" if error is UpstreamError else "")
    assert upstream.paths()[-1] == "DELETE /v1/stream?conv_id=orchd-1"


@pytest.mark.parametrize(
    ("server", "url", "found"),
    [
        ("called otherwise", "", False),
        ("called otherwise", "http://elsewhere:1", False),
        ("called otherwise", None, True),
        ("box", "http://elsewhere:1", True),
        ("other", None, True),
    ],
)
async def test_a_server_is_found_by_its_address_too(
    server: str, url: str | None, found: bool, keeping: Backends, upstream: Upstream
) -> None:
    """Also where another one is called so by now; one that has moved is known by its name."""
    assert not keeping.serve_more({"other": BackendSpec("http://127.0.0.1:9", "other", "llamacpp")})
    upstream.routes["GET /v1/stream?conv_id=orchd-1&from=0"] = reply(
        200, delta(content="One") + finish() + DONE, "text/event-stream"
    )
    kept = LostAnswer(StreamPlace(server, "m", "orchd-1", url=upstream.url if url is None else url), 1000)
    assert keeping.lost.target(kept.place).backend == ("box" if found else server)
    if found:
        heard = Recorder()
        await keeping.lost.take_up(kept, heard, Keeper(), ANY_REQUESTER)
        assert heard.text() == "One"
    await keeping.lost.drop(kept.place)
    assert (upstream.paths()[-1] == "DELETE /v1/stream?conv_id=orchd-1") == found


async def test_what_a_program_has_asked_for_may_be_empty(keeping: Backends, upstream: Upstream) -> None:
    upstream.says(finish(), usage(), DONE)
    keeper = Keeper()
    asked = Prompt((), relayed=RelayedRequest("/chat/completions", {"messages": []}, True, 2, nobody), keep=keeper)
    await keeping.stream(await keeping.resolve(None, None, None), asked, Recorder())
    [place] = keeper.places
    assert place is not None
    upstream.routes[f"GET /v1/stream?conv_id={place.id}&from=0"] = reply(
        200, finish() + usage() + DONE, "text/event-stream"
    )
    heard = Recorder()
    outcome = await keeping.lost.take_up(LostAnswer(place, 1000), heard, Keeper(), ANY_REQUESTER)
    assert (outcome.finish_reason, heard.text()) == ("stop", "")


def nobody(_pieces: Sequence[RelayedPiece]) -> None:
    """The pieces are read by nobody."""


async def test_a_server_that_is_not_there_has_nothing(keeping: Backends) -> None:
    gone = LostAnswer(StreamPlace("elsewhere", "m", "orchd-1"), 1000)
    with pytest.raises(NotFound):
        await keeping.lost.take_up(gone, Recorder(), Keeper(), ANY_REQUESTER)
    assert keeping.lost.target(gone.place) == Target(ModelInfo("m", "elsewhere"), "elsewhere")
    await keeping.lost.drop(gone.place)


async def test_it_is_noted_from_where_a_long_one_can_be_read(keeping: Backends, upstream: Upstream) -> None:
    piece = delta(content="x" * 1000)
    count = 2 * 512 * 1024 // len(piece)
    upstream.says(*[piece] * count, finish(), DONE)
    keeper, heard = Keeper(), Recorder()
    await keeping.stream(await keeping.resolve(None, None, None), prompt(keeper), heard, max_bytes=4 * 1024 * 1024)
    assert keeper.marks
    assert all(mark.thinking == "answer" and mark.offset % len(piece) == 0 for mark in keeper.marks)
    assert 512 * 1024 <= keeper.marks[0].offset < 600 * 1024
