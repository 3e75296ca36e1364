import json
from typing import Any

import httpx
import pytest
import trio

from orchd.errors import Invalid, OrchdError, TooLarge, UpstreamError
from orchd.llm.answers.failures import judge
from orchd.llm.answers.words import read_body
from orchd.llm.asking.members import MAX_MODELS, MAX_REFUSALS, REMEMBER_SECONDS, RefusedMembers, refused_members
from orchd.llm.asking.stream import AttemptSpec, Watch
from orchd.llm.types import Deadlines
from orchd.llm.wire.endpoint import Endpoint
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Recorder, Upstream, delta, finish, reply

SENT = ("model", "messages", "stream", "stream_options", "max_tokens", "temperature", "seed", "stop", "response_format")
EXTRA = [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]


def error(status: int, body: Any) -> OrchdError:
    return judge("box", read_body(status, json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("status", "body", "names"),
    [
        (400, {"error": {"message": "Unrecognized request argument supplied: stream_options"}}, ["stream_options"]),
        (422, {"detail": EXTRA}, ["stream_options"]),
        (422, {"detail": [{"loc": ["body", "stream_options", "include_usage"], "msg": "x"}]}, ["stream_options"]),
        (400, {"error": "par\u00e2metro desconhecido: stream_options"}, ["stream_options"]),
        (400, {"error": "\u672a\u77e5\u53c2\u6570 stream_options"}, ["stream_options"]),
        (400, {"error": {"message": "Unsupported parameter: 'max_tokens'", "param": "max_tokens"}}, ["max_tokens"]),
        (400, {"error": {"message": "Unsupported value", "param": "temperature"}}, ["temperature"]),
        (400, {"error": "unknown field `seed`"}, ["seed"]),
        (400, {"error": {"message": "seed is not allowed"}}, ["seed"]),
        (400, {"error": "Unknown parameter: stop"}, ["stop"]),
        (400, {"error": "json_schema is not supported"}, ["response_format"]),
        (500, {"error": "create() got an unexpected keyword argument 'seed'"}, ["seed"]),
        (400, {"error": "I can't stop here; the temperature is too high"}, []),
        (400, {"error": "messages must alternate"}, []),
        (500, {"error": "boom in stream_options"}, []),
        (404, {"error": "stream_options"}, []),
        (429, {"error": "stream_options"}, []),
        (400, {"error": "unknown field `top_k`"}, []),
    ],
)
def test_which_members_an_error_names(status: int, body: Any, names: list[str]) -> None:
    assert refused_members(error(status, body), SENT) == names


class Picky:
    """A server that knows some members only; what it was asked, and the client that asks it."""

    def __init__(self, upstream: Upstream, refuses: dict[str, str], *, longest: int = 10**9) -> None:
        self.refuses, self.longest = refuses, longest
        self.upstream = upstream
        self.members = RefusedMembers("box")
        self.asked: list[dict[str, Any]] = []
        upstream.script = self.answer

    async def answer(self, exchange: Exchange) -> None:
        body = exchange.json()
        self.asked.append(body)
        wrong = next((text for name, text in self.refuses.items() if name in body), None)
        if wrong is None and body.get("max_tokens", 0) > self.longest:
            wrong = "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 70000"
        if wrong is None:
            await exchange.send(SSE_HEAD + delta(content="Hi") + finish() + DONE)
        else:
            await exchange.send(reply(400, {"error": {"message": wrong}}))

    async def ask(self, members: dict[str, Any], soft: tuple[str, ...] = (), model: str = "m") -> str:
        recorder, watch = Recorder(), Watch(Deadlines(), "box")
        ask, transport = AttemptSpec("box", b"", model, False, 1000), WireTransport(self.upstream.connect)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            endpoint = Endpoint(client, transport, self.upstream.url + "/v1/chat/completions")
            with watch.bounds():
                await self.members.generate(endpoint, ask, members, soft, watch, recorder)
        return recorder.text()


UNKNOWN = "Unrecognized request argument supplied: "
OPTIONS = {"stream_options": {"include_usage": True}}


async def test_what_is_ours_is_left_out_and_the_server_asked_once_more_and_then_no_more(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    server = Picky(memory_upstream, {"stream_options": UNKNOWN + "stream_options"})
    assert await server.ask(OPTIONS) == "Hi"
    assert await server.ask(OPTIONS) == "Hi"
    assert [sorted(body) for body in server.asked] == [["stream_options"], [], []]
    await server.ask(OPTIONS, model="other")
    assert len(server.asked) == 5
    await trio.sleep(REMEMBER_SECONDS + 1)
    await server.ask(OPTIONS)
    assert len(server.asked) == 7
    server.members.forget()
    await server.ask(OPTIONS)
    assert len(server.asked) == 9


async def test_several_that_are_refused_one_after_another(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    names = ("stream_options", "temperature", "seed", "return_progress")
    server = Picky(memory_upstream, {name: UNKNOWN + f"'{name}'" for name in names})
    assert await server.ask(dict.fromkeys(names, 1), ("temperature", "seed")) == "Hi"
    assert len(server.asked) == MAX_REFUSALS + 1


async def test_what_a_client_asked_for_is_not_dropped_but_named(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    server = Picky(memory_upstream, {"seed": UNKNOWN + "seed"})
    for _ in range(2):
        with pytest.raises(Invalid, match="box refuses `seed`: Unrecognized") as caught:
            await server.ask({"seed": 1})
        assert (caught.value.details["field"], caught.value.details["path"]) == ("params.seed", "$.data.params.seed")
    assert await server.ask({"seed": 1}, ("seed",)) == "Hi"
    with pytest.raises(Invalid):
        await server.ask({"seed": 1})


async def test_the_greatest_length_goes_by_its_newer_name(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    text = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    server = Picky(memory_upstream, {"max_tokens": text})
    for _ in range(2):
        assert await server.ask({"max_tokens": 7}) == "Hi"
    assert server.asked == [{"max_tokens": 7}, {"max_completion_tokens": 7}, {"max_completion_tokens": 7}]
    neither = Picky(memory_upstream, {name: UNKNOWN + name for name in ("max_tokens", "max_completion_tokens")})
    for _ in range(2):
        with pytest.raises(Invalid, match="refuses `max_") as caught:
            await neither.ask({"max_tokens": 7})
        assert caught.value.details["field"] == "params.maxTokens"
    assert await neither.ask({"max_tokens": 7}, ("max_tokens",)) == "Hi"
    assert await neither.ask({"max_tokens": 7}, ("max_tokens",)) == "Hi"
    with pytest.raises(Invalid):
        await neither.ask({"max_tokens": 7})


async def test_a_bound_of_ours_that_is_too_much_is_no_reason_to_fail(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    server = Picky(memory_upstream, {}, longest=4096)
    for _ in range(2):
        assert await server.ask({"max_tokens": 65_536}, ("max_tokens",)) == "Hi"
    assert server.asked == [{"max_tokens": 65_536}, {}, {}]
    with pytest.raises(TooLarge):
        await server.ask({"max_tokens": 65_536})


async def test_other_errors_stay_what_they_are(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    server = Picky(memory_upstream, {"seed": "boom"})
    with pytest.raises(UpstreamError, match="boom"):
        await server.ask({"seed": 1}, ("seed",))
    assert len(server.asked) == 1


def test_only_so_many_models_are_remembered() -> None:
    members = RefusedMembers("box", lambda: 0.0)
    for number in range(MAX_MODELS + 1):
        members.note(str(number), "stream_options")
    assert members.fit("0", OPTIONS) == OPTIONS
    assert members.fit("1", OPTIONS) == {}
