"""The pages below `/v1`: what goes to the model server, what comes back, and what is said when nothing does."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.errors import NotFound, RateLimited
from orchd.features.gateway import relay
from orchd.features.gateway.ollama.refusals import error_line
from orchd.features.gateway.refusals import error_members
from orchd.features.gateway.relay import HEARTBEAT_SECONDS, PATIENCE_SECONDS
from orchd.features.models import AssistantItem
from orchd.llm import Priority, Requester, TokenTally
from orchd.protocol.identity import Identity
from tests.examples import examples
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, delta, event, finish, reply, usage
from tests.gateway_desk import Desk, error_of, events_of, open_desk, text_of, user

Clock = trio.testing.MockClock

PROGRAM = Identity(5, "eve", "member", frozenset({"chat"}), token_id=7, background=True)


@pytest.fixture
async def desk(autojump_clock: Clock) -> AsyncIterator[Desk]:
    async with open_desk() as found:
        yield found


WHOLE = {
    "id": "c1",
    "object": "chat.completion",
    "model": "m",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop", "odd": [1.0e-3]}
    ],
    "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
    "timings": {"predicted_ms": 12.5},
}


async def test_a_body_goes_through_as_it_came(desk: Desk, autojump_clock: Clock) -> None:
    text = json.dumps(WHOLE, indent=1).encode()
    desk.upstream.routes["POST /v1/chat/completions"] = reply(200, text)
    body = (
        b'{"model": "m@box", "messages": [{"role": "user", "content": "hello", "name": "ann"}], "logprobs": true,'
        b' "big": 123456789012345678901234567890, "exact": 1.10, "models": ["m"]}'
    )
    page = await desk.ask("/v1/chat/completions", body)
    assert (page.status, page.content_type, page.body) == (200, "application/json", text)
    sent = desk.upstream.requests[-1]
    assert b'"big":123456789012345678901234567890' in sent.body
    assert b'"exact":1.10' in sent.body
    assert sent.json()["model"] == "m"
    assert sent.json()["messages"] == [{"role": "user", "content": "hello", "name": "ann"}]
    assert "models" not in sent.json()
    assert desk.memory.held == 0


@pytest.mark.parametrize("counts", [False, True])
async def test_a_stream_keeps_what_its_pieces_hold(counts: bool, desk: Desk, autojump_clock: Clock) -> None:
    odd = event({"model": "m", "choices": [{"index": 0, "delta": {"content": "b", "odd": {"x": 1}}, "logprobs": {}}]})
    desk.upstream.says(delta(role="assistant"), delta(content="a"), odd, finish(), usage(), DONE)
    page = await desk.chat(stream=True, stream_options={"include_usage": counts, "other": 1})
    assert page.content_type.startswith("text/event-stream")
    assert page.watched
    found = events_of(await text_of(page))
    assert found[2]["choices"][0]["delta"] == {"content": "b", "odd": {"x": 1}}
    assert [chunk["choices"][0]["delta"].get("role") for chunk in found[:1]] == ["assistant"]
    assert found[-1] is None
    assert [chunk["usage"]["total_tokens"] for chunk in found[:-1] if "usage" in chunk] == ([12] if counts else [])
    assert desk.upstream.requests[-1].json()["stream_options"] == {"include_usage": True, "other": 1}
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_who_waits_is_told_so(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        await trio.sleep(PATIENCE_SECONDS + 2.5 * HEARTBEAT_SECONDS)
        await exchange.send(delta(content="a"), finish(), DONE)

    desk.upstream.script = script
    text = await text_of(await desk.chat(stream=True))
    remarks = [line for line in text.split(b"\n") if line.startswith(b":")]
    assert remarks == [b": prompt"] * 3
    assert events_of(text)[-1] is None


async def test_an_answer_ends_with_its_reader(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="a"))
        await trio.sleep_forever()

    desk.upstream.script = script
    page = await desk.chat(stream=True)
    assert page.pieces is not None
    assert events_of(await anext(page.pieces))[0]["choices"][0]["delta"]["content"] == "a"
    assert desk.memory.held > 0
    await page.pieces.aclose()
    with trio.fail_after(5):
        await desk.upstream.requests[-1].closed.wait()
    await trio.testing.wait_all_tasks_blocked()
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_one_that_repeats_itself_for_ever_is_cut_off(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        while True:
            await exchange.send(delta(content="again and again. "))
            await trio.sleep(0.01)

    desk.upstream.script = script
    found = events_of(await text_of(await desk.chat(stream=True)))
    assert found[-1] is None
    assert (found[-2]["choices"][0]["finish_reason"], found[-2]["orchd"]) == ("length", {"cut": "loop"})


async def test_what_breaks_in_the_middle_is_the_last_event(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="a"), event({"error": {"message": "boom", "type": "server_error"}}))
    found = events_of(await text_of(await desk.chat(stream=True)))
    assert found[0]["choices"][0]["delta"]["content"] == "a"
    assert found[-1]["error"]["code"] == "upstream_error"
    assert "boom" in found[-1]["error"]["message"]


async def test_the_next_model_is_asked_before_the_first_token_only(desk: Desk, autojump_clock: Clock) -> None:
    answers = [delta(role="assistant") + event({"error": "no memory"}), delta(content="b") + finish() + DONE]

    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, answers.pop(0))

    desk.upstream.script = script
    found = events_of(await text_of(await desk.chat(stream=True, models=["m@box"])))
    assert [chunk["choices"][0]["delta"] for chunk in found[:-2]] == [{"content": "b"}]


async def test_an_assistant_plays_its_part(desk: Desk, autojump_clock: Clock) -> None:
    desk.assistants.poet = AssistantItem(
        id=1,
        user_id=0,
        version=1,
        created_at="2026-01-01T00:00:00.000Z",
        updated_at="2026-01-01T00:00:00.000Z",
        deleted_at=None,
        project_id=None,
        name="Poet",
        system_prompt="Rhyme.",
        model="m",
    )
    desk.upstream.routes["POST /v1/chat/completions"] = reply(200, WHOLE)
    listed = json.loads((await desk.ask("/v1/models")).body)["data"]
    assert [model["id"] for model in listed] == ["m", "text-embed", "assistant:Poet"]
    own = {"role": "system", "content": [{"type": "text", "text": "In French."}]}
    for messages, said in (
        ([user("x")], "Rhyme.\n\nBe brief."),
        ([own, user("x")], "Rhyme.\n\nBe brief.\n\nIn French."),
    ):
        assert (await desk.chat(model="assistant:Poet", messages=messages)).status == 200
        sent = desk.upstream.requests[-1].json()
        assert sent["messages"] == [{"role": "system", "content": said}, user("x")]
        assert sent["model"] == "m"
    refused = error_of(await desk.chat(model="assistant:Nobody"))
    assert (refused["code"], refused["param"]) == ("not_found", "model")


async def test_vectors_and_scores_go_through(desk: Desk, autojump_clock: Clock) -> None:
    vectors = b'{"object": "list", "data": [{"index": 0, "embedding": [0.10, 1e-9]}], "usage": {"prompt_tokens": 2}}'
    desk.upstream.routes["POST /v1/embeddings"] = reply(200, vectors)
    page = await desk.ask("/v1/embeddings", {"model": "text-embed", "input": ["a"], "dimensions": 2})
    assert (page.status, page.body) == (200, vectors)
    assert desk.upstream.requests[-1].json() == {"model": "text-embed", "input": ["a"], "dimensions": 2}
    desk.upstream.routes["POST /v1/rerank"] = reply(200, {"results": [{"index": 0, "relevance_score": 0.5}]})
    assert (await desk.ask("/v1/rerank", {"model": "m", "query": "q", "documents": ["a"]})).status == 200
    desk.upstream.routes["POST /v1/completions"] = reply(
        200, {"object": "text_completion", "choices": [{"text": "b", "finish_reason": "stop"}]}
    )
    assert json.loads((await desk.ask("/v1/completions", {"model": "m", "prompt": "a"})).body)["choices"]


@pytest.mark.parametrize(
    ("body", "status", "code", "param"),
    [
        (b"", 400, "invalid", None),
        (b"[]", 400, "invalid", None),
        (b'{"messages": "\xff"}', 400, "invalid", None),
        (b"[" * 4000, 400, "invalid", None),
        (b"[" * 5000, 413, "too_large", "messages"),
        ({"model": "m"}, 400, "invalid", "messages"),
        ({"model": "m", "messages": []}, 400, "invalid", "messages"),
        ({"model": "m", "messages": [{"content": "x"}]}, 400, "invalid", "messages"),
        ({"model": 7, "messages": [user("x")]}, 400, "invalid", "model"),
        ({"model": "m", "messages": [user("x")], "stream": "yes"}, 400, "invalid", "stream"),
        ({"model": "m", "messages": [user("x")], "models": [""]}, 400, "invalid", "models"),
        ({"model": "m", "messages": [user("x" * 5000)]}, 413, "too_large", "messages"),
        ({"model": "m", "messages": [user("x" * 20_000)]}, 413, "too_large", None),
        ({"model": "nobody", "messages": [user("x")]}, 404, "not_found", "model"),
    ],
)
async def test_what_is_wrong_is_named(
    body: object, status: int, code: str, param: str | None, desk: Desk, autojump_clock: Clock
) -> None:
    page = await desk.ask("/v1/chat/completions", body)
    told = error_of(page)
    assert (page.status, told["code"], told["param"]) == (status, code, param)
    assert told["type"] == "invalid_request_error"
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_images_may_be_longer_than_texts(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.routes["POST /v1/chat/completions"] = reply(200, WHOLE)
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 8000}}
    page = await desk.chat(messages=[{"role": "user", "content": [{"type": "text", "text": "what?"}, image]}])
    assert page.status == 200
    assert desk.upstream.requests[-1].json()["messages"][0]["content"][1] == image


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        (reply(400, {"error": {"message": "bad top_k", "param": "top_k"}}), 400, ("upstream_error", "top_k")),
        (reply(400, {"error": {"message": "Unknown parameter: 'seed'"}}), 400, ("invalid", "seed")),
        (reply(500, {"error": "boom"}), 502, ("upstream_error", None)),
        (reply(500, {"error": {"message": "image input is not supported"}}), 400, ("upstream_error", "messages")),
        (reply(429, {"error": "slow down"}), 429, ("rate_limited", None)),
        (reply(200, delta(content="a") + delta(content="b") + DONE), 502, ("upstream_error", None)),
    ],
)
async def test_what_the_server_refuses(
    answer: bytes, status: int, told: tuple[str, str | None], desk: Desk, autojump_clock: Clock
) -> None:
    desk.upstream.routes["POST /v1/chat/completions"] = answer
    page = await desk.chat(seed=1, top_k=-1)
    error = error_of(page)
    assert (page.status, error["code"], error["param"]) == (status, *told)


class Accounts:
    """Who asked, and what it took. Satisfies `Accounts`, and `Charge`."""

    def __init__(self) -> None:
        self.asked: list[Requester] = []
        self.took: list[tuple[str, int, int]] = []
        self.refused: RateLimited | None = None

    async def check(self, requester: Requester) -> None:
        await trio.lowlevel.checkpoint()
        if self.refused is not None:
            raise self.refused

    async def begin(self, requester: Requester) -> "Accounts":
        await self.check(requester)
        self.asked.append(requester)
        return self

    def go_on(self, requester: Requester) -> "Accounts":
        return self

    def note(self, model: str, tally: TokenTally) -> None:
        self.took.append((model, tally.prompt_tokens, tally.completion_tokens))

    def end(self) -> None:
        """It is over."""


async def test_who_asked_pays(desk: Desk, autojump_clock: Clock) -> None:
    accounts = Accounts()
    desk.backends.keep_accounts(accounts)
    desk.upstream.says(delta(content="a"), finish(), usage(9, 3), DONE)
    await text_of(await desk.chat(PROGRAM, stream=True))
    desk.upstream.routes["POST /v1/embeddings"] = reply(200, {"data": [], "usage": {"prompt_tokens": 2}})
    await desk.ask("/v1/embeddings", {"model": "text-embed", "input": "a"}, who=PROGRAM)
    desk.upstream.says(delta(content="a" * 40))  # cut off, and nothing told: it is guessed
    await text_of(await desk.chat(PROGRAM, stream=True))
    assert {(asked.user, asked.token, asked.priority) for asked in accounts.asked} == {(5, 7, Priority.BACKGROUND)}
    assert accounts.took[:2] == [("m", 9, 3), ("text-embed", 2, 0)]
    assert accounts.took[2][1] > 5
    accounts.refused = RateLimited("the quota is used up", reason="quota", retry_after_ms=1500)
    for streams in (False, True):
        page = await desk.chat(PROGRAM, stream=streams)
        assert (page.status, dict(page.headers)["Retry-After"]) == (429, "2")
        assert error_of(page)["type"] == "rate_limit_error"
    counted = await desk.ask("/v1/messages/count_tokens", {"messages": [user("hello")]}, who=PROGRAM)
    assert counted.status == 200, "no model works for that"


async def test_a_user_has_so_many_at_once(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="a"))
        await trio.sleep_forever()

    desk.upstream.script = script
    open_ones = [await desk.chat(PROGRAM, stream=True) for _ in range(2)]
    assert [page.status for page in open_ones] == [200, 200]
    assert (await desk.chat(PROGRAM, stream=True)).status == 503
    assert open_ones[0].pieces is not None
    await anext(open_ones[0].pieces)
    await open_ones[0].pieces.aclose()
    again = await desk.chat(PROGRAM, stream=True)
    assert again.status == 200
    for page in (open_ones[1], again):
        assert page.pieces is not None
        await anext(page.pieces)
        await page.pieces.aclose()
    assert desk.memory.held == 0


async def test_what_its_reader_does_not_take_is_given_up(
    desk: Desk, autojump_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "KEPT_BYTES", 5_000)

    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        for number in range(1_000):
            await exchange.send(delta(content=f"{number} "))

    desk.upstream.script = script
    page = await desk.chat(stream=True)
    with trio.fail_after(60):
        await desk.upstream.requests[-1].closed.wait()
    found = events_of(await text_of(page))
    assert 10 < len(found) < 100
    assert found[-1]["error"]["code"] == "busy"


async def test_who_waits_for_a_turn_is_told_the_place(autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="a"))
        await trio.sleep(30)
        await exchange.send(finish(), DONE)

    async with open_desk(slots=1) as desk:
        desk.upstream.script = script
        first = await desk.chat(stream=True)
        text = await text_of(await desk.chat(stream=True))
        assert text.startswith(b": queued 1\n\n")
        assert events_of(text)[-1] is None
        assert events_of(await text_of(first))[-1] is None


async def test_a_stopping_daemon_takes_nothing_new(desk: Desk, autojump_clock: Clock) -> None:
    await desk.gateway.drain(trio.Event())
    assert (await desk.chat()).status == 503
    assert (await desk.chat(stream=True)).status == 503


VALID: dict[str, Any] = {
    "model": "m",
    "messages": [user("hello"), {"role": "assistant", "content": None, "tool_calls": []}],
    "stream": True,
    "stream_options": {"include_usage": True},
    "models": ["m"],
    "temperature": 0.5,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
BODIES = (
    st.binary(max_size=60)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.builds(
        lambda name, value: json.dumps({**VALID, name: value}).encode(), st.sampled_from([*VALID, "other"]), JSON
    )
    | st.builds(lambda at, byte: _changed(json.dumps(VALID).encode(), at, byte), st.integers(0, 200), st.binary())
)


def _changed(text: bytes, at: int, byte: bytes) -> bytes:
    return text[:at] + byte + text[at + 1 :]


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(BODIES, min_size=5, max_size=20), st.sampled_from(["/chat/completions", "/completions", "/embeddings"]))
def test_no_body_is_a_defect(bodies: list[bytes], path: str) -> None:
    async def ask_all() -> None:
        async with open_desk() as one:
            one.upstream.says(delta(content="a"), finish(), DONE)
            for body in bodies:
                page = await one.ask(f"/v1{path}", body)
                assert page.status != 500, body
                if page.pieces is not None:
                    await text_of(page)
                assert (one.memory.held, one.gateway.running()) == (0, 0)

    trio.run(ask_all, clock=trio.testing.MockClock(autojump_threshold=0))


def test_where_a_member_stands_in_a_frame_is_not_told() -> None:
    error = NotFound("there is none", field="messageId", path="$.data.messageId")
    assert error_members(error)["details"] == {"field": "messageId"}
    assert error_line(error)["details"] == {"field": "messageId"}
