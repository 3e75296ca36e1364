import pytest
import trio

from orchd.errors import NotFound, OrchdError, RateLimited, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.llm.answers.reply import TAIL_SECONDS
from orchd.llm.types import Channel, Deadlines, Outcome, Usage
from tests.fix_upstream import (
    CHUNKED_HEAD,
    DONE,
    SSE_HEAD,
    Attempt,
    Exchange,
    Script,
    Upstream,
    chunk,
    delta,
    event,
    finish,
    reply,
    usage,
)

HI = delta(role="assistant", content="Hi")
SHORT = Deadlines(connect=0.5, first_event=0.3, gap=0.3)


async def hang(exchange: Exchange, *parts: bytes) -> None:
    """Send, and then nothing more, while the connection stays open."""
    await exchange.send(*parts)
    await trio.sleep_forever()


def hanging(*parts: bytes) -> Script:
    async def script(exchange: Exchange) -> None:
        await hang(exchange, *parts)

    return script


async def test_a_whole_answer(upstream: Upstream) -> None:
    upstream.says(HI, delta(content=" there"), finish(), usage(), DONE)
    attempt = await Attempt().run(upstream)
    assert attempt.outcome == Outcome("stop", "m", Usage(9, 3, 12))
    assert attempt.text() == "Hi there"
    assert attempt.phases == [("prompt", None), ("generating", None)]


async def test_one_byte_at_a_time_with_emoji_and_line_separators(upstream: Upstream) -> None:
    body = delta(content="\U0001f600 a\u2028b") + finish() + DONE
    upstream.says(*(chunk(bytes([byte])) for byte in body), b"0\r\n\r\n", head=CHUNKED_HEAD)
    attempt = await Attempt().run(upstream)
    assert (attempt.text(), attempt.error) == ("\U0001f600 a\u2028b", None)


async def test_an_emoji_over_three_writes(upstream: Upstream) -> None:
    async def script(exchange: Exchange) -> None:
        before, after = delta(content="\U0001f600").split(b"\x9f\x98")
        for part in (SSE_HEAD + before, b"\x9f", b"\x98" + after + finish()):
            await exchange.send(part)
            await trio.sleep(0.02)

    upstream.script = script
    assert (await Attempt().run(upstream)).text() == "\U0001f600"


async def test_a_single_chunk_of_5_mib(upstream: Upstream) -> None:
    upstream.says(delta(content="x" * 5 * 1024 * 1024), finish())
    attempt = await Attempt().run(upstream, max_bytes=8 * 1024 * 1024)
    assert (len(attempt.text()), attempt.error) == (5 * 1024 * 1024, None)


async def test_a_line_over_the_limit_ends_the_attempt(upstream: Upstream) -> None:
    upstream.says(b"data: ", b"x" * (9 * 1024 * 1024))
    assert (await Attempt().run(upstream)).reason == "stream_too_long"


@pytest.mark.parametrize("parts", [(HI, b'data: {"choi'), (HI,), ()])
async def test_a_reset_is_a_lost_connection(upstream: Upstream, parts: tuple[bytes, ...]) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, *parts)
        await trio.sleep(0.05)
        await exchange.reset()

    upstream.script = script
    attempt = await Attempt().run(upstream)
    assert attempt.reason == "connection_lost"
    assert attempt.text() == ("Hi" if parts else "")


async def test_a_chunked_body_that_ends_early_is_a_lost_connection(upstream: Upstream) -> None:
    upstream.says(chunk(HI), head=CHUNKED_HEAD)
    attempt = await Attempt().run(upstream)
    assert (attempt.reason, attempt.text()) == ("connection_lost", "Hi")


async def test_a_connection_lost_after_a_mere_end_mark_is_one(upstream: Upstream) -> None:
    upstream.says(chunk(HI + DONE), head=CHUNKED_HEAD)
    assert (await Attempt().run(upstream)).reason == "connection_lost"


@pytest.mark.parametrize("parts", [(HI, b'data: {"choi'), (HI,), (HI, DONE)])
async def test_an_end_without_a_finish_reason_is_truncated(upstream: Upstream, parts: tuple[bytes, ...]) -> None:
    upstream.says(*parts)
    attempt = await Attempt().run(upstream)
    assert isinstance(attempt.error, UpstreamError)
    assert (attempt.reason, attempt.text()) == ("truncated", "Hi")
    assert "truncated" in attempt.error.message


async def test_a_connection_lost_after_the_finish_reason_is_no_failure(upstream: Upstream) -> None:
    upstream.says(chunk(HI + finish()), head=CHUNKED_HEAD)
    assert (await Attempt().run(upstream)).outcome == Outcome("stop", "m", None)


@pytest.mark.parametrize(
    ("response", "kind", "reason"),
    [
        (reply(401, {"error": {"message": "no", "code": "invalid_api_key"}}), UpstreamError, "unauthorized"),
        (reply(404, {"error": {"message": "x", "code": "model_not_found"}}), NotFound, "None"),
        (reply(400, {"error": {"message": "x", "type": "exceed_context_size_error"}}), TooLarge, "context_overflow"),
        (reply(503, {"error": "server busy"}), Unavailable, "overloaded"),
        (reply(500, b"<html>", "text/html"), UpstreamError, "server_error"),
        (reply(200, b"<html>", "text/html"), UpstreamError, "not_a_stream"),
        (reply(200, {"error": "Unexpected endpoint or method. (POST /x)"}), UpstreamError, "unexpected_endpoint"),
        (reply(200, {"error": {"message": "boom"}}), UpstreamError, "server_error"),
        (reply(302, b""), UpstreamError, "redirect"),
        (b"HTTP/1.1 500 X\r\n\r\n" + b"x" * 200_000, UpstreamError, "server_error"),
        (b"nonsense\r\n\r\n", UpstreamError, "unreadable_http"),
        (b"", UpstreamError, "connection_lost"),
    ],
)
async def test_refusals(upstream: Upstream, response: bytes, kind: type[OrchdError], reason: str) -> None:
    upstream.says(response, head=b"")
    attempt = await Attempt().run(upstream)
    assert type(attempt.error) is kind
    assert attempt.reason == reason


async def test_a_whole_completion_instead_of_a_stream(upstream: Upstream) -> None:
    message = {"role": "assistant", "content": "Hi", "reasoning_content": "hm"}
    counts = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    whole = {"model": "m", "choices": [{"message": message, "finish_reason": "stop"}], "usage": counts}
    upstream.says(reply(200, whole), head=b"")
    attempt = await Attempt().run(upstream)
    assert attempt.outcome == Outcome("stop", "m", Usage(1, 2, 3))
    assert attempt.texts == [("reasoning", "hm"), ("content", "Hi")]


async def test_nobody_listens() -> None:
    with trio.socket.socket() as unused:
        await unused.bind(("127.0.0.1", 0))
        async with trio.open_nursery() as nursery:
            away = Upstream(nursery)
            await away.listen()
            away.url = f"http://127.0.0.1:{unused.getsockname()[1]}"
            attempt = await Attempt().run(away)
            nursery.cancel_scope.cancel()
    assert isinstance(attempt.error, Unavailable)


async def test_comments_for_ever_prove_nothing(upstream: Upstream) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        while True:
            await exchange.send(b": keep-alive\n\n")
            await trio.sleep(0.01)

    upstream.script = script
    attempt = await Attempt().run(upstream, SHORT)
    assert isinstance(attempt.error, Timeout)
    assert attempt.reason == "first_event"
    with trio.fail_after(90):
        await upstream.requests[0].closed.wait()


async def test_comments_after_output_prove_nothing_either(upstream: Upstream) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, HI)
        while True:
            await exchange.send(b":\n\n", delta(role="assistant"))
            await trio.sleep(0.01)

    upstream.script = script
    attempt = await Attempt().run(upstream, Deadlines(first_event=20.0, gap=0.3))
    assert (attempt.reason, attempt.text()) == ("gap", "Hi")


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((), "first_event"),
        ((b"HTTP/1.1 200",), "first_event"),
        ((SSE_HEAD,), "first_event"),
        ((SSE_HEAD, b"d"), "first_event"),
        ((SSE_HEAD, delta(role="assistant", content=None)), "first_event"),
        ((SSE_HEAD, usage()), "first_event"),
        ((b"HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\n",), "first_event"),
        ((SSE_HEAD, HI), "gap"),
        ((SSE_HEAD, HI, b"data: {"), "gap"),
    ],
)
async def test_silence_ends_by_the_deadline_it_is_under(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock, parts: tuple[bytes, ...], reason: str
) -> None:
    memory_upstream.script = hanging(*parts)
    attempt = await Attempt().run(memory_upstream, Deadlines(first_event=900.0, gap=120.0))
    assert isinstance(attempt.error, Timeout)
    assert attempt.reason == reason
    assert trio.current_time() == pytest.approx(900.0 if reason == "first_event" else 120.0, abs=1.0)
    await memory_upstream.requests[0].closed.wait()


async def test_silence_of_90_s_then_tokens(memory_upstream: Upstream, autojump_clock: trio.testing.MockClock) -> None:
    async def script(exchange: Exchange) -> None:
        await trio.sleep(45)
        await exchange.send(SSE_HEAD)
        await trio.sleep(45)
        await exchange.send(HI)
        await trio.sleep(5)
        await exchange.send(finish(), DONE)

    memory_upstream.script = script
    attempt = await Attempt().run(memory_upstream, Deadlines(first_event=100.0, gap=10.0))
    assert attempt.error is None
    assert attempt.text() == "Hi"


async def test_the_gap_starts_anew_with_each_output_and_never_ends_early(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        for pause in (1, 0.2, 9.9, 0.01, 9.99, 9.99):
            await exchange.send(delta(reasoning="x"))
            await trio.sleep(pause)
        await exchange.send(HI + finish() + DONE)

    memory_upstream.script = script
    assert (await Attempt().run(memory_upstream, Deadlines(first_event=5.0, gap=10.0))).error is None


async def test_the_total_ends_an_endless_answer(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        while True:
            await exchange.send(delta(content="again "))
            await trio.sleep(1)

    memory_upstream.script = script
    attempt = await Attempt().run(memory_upstream, Deadlines(first_event=5.0, gap=10.0, total=60.0))
    assert attempt.reason == "total"
    assert trio.current_time() == pytest.approx(60.0)
    await memory_upstream.requests[0].closed.wait()


async def test_endless_repetition_is_cut_off_and_let_go(upstream: Upstream) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        while True:
            await exchange.send(delta(content="again "))

    upstream.script = script
    attempt = await Attempt().run(upstream, max_bytes=1000)
    assert attempt.outcome is not None
    assert (attempt.outcome.finish_reason, len(attempt.text())) == ("length", 1000)
    with trio.fail_after(90):
        await upstream.requests[0].closed.wait()


@pytest.mark.parametrize("parts", [(finish(),), (finish(), usage()), (finish(), b": ping\n\n")])
async def test_a_server_that_stays_silent_after_the_finish_reason_is_not_waited_for_long(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock, parts: tuple[bytes, ...]
) -> None:
    memory_upstream.script = hanging(SSE_HEAD, HI, *parts)
    attempt = await Attempt().run(memory_upstream, Deadlines(first_event=1.0, gap=1.0))
    assert attempt.error is None
    assert trio.current_time() == pytest.approx(TAIL_SECONDS)


async def test_a_done_without_finish_is_not_waited_for_long(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    memory_upstream.script = hanging(SSE_HEAD, HI, DONE)
    assert (await Attempt().run(memory_upstream)).reason == "truncated"
    assert trio.current_time() == pytest.approx(TAIL_SECONDS)


async def test_events_with_one_newline_are_told_as_they_come(upstream: Upstream) -> None:
    told = trio.Event()

    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, HI[:-1], delta(content=" there")[:-1])
        await told.wait()
        await exchange.send(finish()[:-1])

    class Telling(Attempt):
        def on_delta(self, channel: Channel, text: str) -> None:
            super().on_delta(channel, text)
            if self.text() == "Hi there":
                told.set()

    upstream.script = script
    with trio.fail_after(30):
        assert (await Telling().run(upstream)).error is None


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        (b"Retry-After: 7\r\n", 7.0),
        (b"retry-after-ms: 1500\r\n", 1.5),
        (b"x-ratelimit-reset-requests: 2s\r\n", 2.0),
        (b"", None),
    ],
)
async def test_when_to_come_back_is_told(upstream: Upstream, head: bytes, seconds: float | None) -> None:
    upstream.says(reply(429, {"error": {"message": "slow down"}}).replace(b"\r\n", b"\r\n" + head, 1), head=b"")
    attempt = await Attempt().run(upstream)
    assert isinstance(attempt.error, RateLimited)
    assert attempt.error.details.get("retryAfterMs") == (None if seconds is None else seconds * 1000)


async def test_usage_and_errors_may_follow_the_finish_reason(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    memory_upstream.script = hanging(SSE_HEAD, HI, finish(), usage(), DONE)
    attempt = await Attempt().run(memory_upstream)
    assert attempt.outcome == Outcome("stop", "m", Usage(9, 3, 12))
    memory_upstream.script = hanging(SSE_HEAD, HI, finish(), event({"error": "boom"}))
    assert (await Attempt().run(memory_upstream)).reason == "server_error"


async def test_a_loading_model_is_waited_for(memory_upstream: Upstream, autojump_clock: trio.testing.MockClock) -> None:
    loading = reply(503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}})

    async def script(exchange: Exchange) -> None:
        ready = len(memory_upstream.requests) == 5
        await exchange.send(SSE_HEAD + HI + finish() + DONE if ready else loading)

    memory_upstream.script = script
    attempt = await Attempt().run(memory_upstream)
    assert attempt.error is None
    assert attempt.phases == [("prompt", None), ("loading", None), ("generating", None)]
    assert trio.current_time() == pytest.approx(0.5 + 1 + 2 + 2)


async def test_a_model_that_loads_for_ever_is_a_timeout(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    memory_upstream.says(reply(503, {"error": {"message": "Loading model"}}), head=b"")
    attempt = await Attempt().run(memory_upstream, Deadlines(first_event=30.0))
    assert attempt.reason == "first_event"
    assert trio.current_time() == pytest.approx(30.0)


@pytest.mark.parametrize("parts", [(), (SSE_HEAD,), (SSE_HEAD, HI), (SSE_HEAD, HI, finish())])
async def test_cancelling_closes_the_connection_at_once(upstream: Upstream, parts: tuple[bytes, ...]) -> None:
    upstream.script = hanging(*parts)
    attempt = Attempt()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(attempt.run, upstream)
        await upstream.asked.wait()
        if HI in parts:
            await attempt.heard.wait()
        nursery.cancel_scope.cancel()
    with trio.fail_after(90):
        await upstream.requests[0].closed.wait()
    assert attempt.outcome is None


async def test_what_was_held_back_is_given_out_when_the_answer_breaks(upstream: Upstream) -> None:
    upstream.says(chunk(delta(content="<thi")), head=CHUNKED_HEAD)
    attempt = await Attempt().run(upstream)
    assert (attempt.text(), attempt.reason) == ("<thi", "connection_lost")


async def test_nothing_is_asked_twice(upstream: Upstream) -> None:
    upstream.says(reply(500, {"error": "boom"}), head=b"")
    await Attempt().run(upstream)
    upstream.says(b"", head=b"")
    await Attempt().run(upstream)
    assert len(upstream.requests) == 2
