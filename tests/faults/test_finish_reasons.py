"""Servers whose finish reasons end nothing, or come too early."""

import pytest
import trio

from orchd.llm.types import Deadlines, Outcome
from tests.fix_upstream import DONE, SSE_HEAD, Attempt, Exchange, Script, Upstream, delta, event, finish

HI = delta(role="assistant", content="Hi")


def hanging(*parts: bytes) -> Script:
    async def script(exchange: Exchange) -> None:
        await exchange.send(*parts)
        await trio.sleep_forever()

    return script


def with_reason(text: str, reason: str = "stop") -> bytes:
    return event({"model": "m", "choices": [{"delta": {"content": text}, "finish_reason": reason}]})


@pytest.mark.parametrize("pause", [0.4, 5.0, 25.0])
@pytest.mark.parametrize("end", [(DONE,), ()])
async def test_a_reason_on_each_chunk_ends_nothing(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock, pause: float, end: tuple[bytes, ...]
) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        for number in range(12):
            await exchange.send(with_reason(f"t{number} "))
            await trio.sleep(pause)
        await exchange.send(*end)

    memory_upstream.script = script
    attempt = await Attempt().run(memory_upstream, Deadlines(gap=120.0))
    assert attempt.text() == "".join(f"t{number} " for number in range(12))
    assert attempt.outcome == Outcome("stop", "m", None)


async def test_text_that_follows_a_reason_may_be_slow(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, finish())
        await trio.sleep(15)
        await exchange.send(HI)
        await trio.sleep(15)
        await exchange.send(delta(content=" there"), finish("length"))
        await trio.sleep(5)
        await exchange.send(delta(content="!"), DONE)

    memory_upstream.script = script
    attempt = await Attempt().run(memory_upstream)
    assert (attempt.text(), attempt.outcome) == ("Hi there!", Outcome("length", "m", None))


async def test_silence_ends_an_answer_whose_reasons_prove_nothing(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    memory_upstream.script = hanging(SSE_HEAD, with_reason("a"), with_reason("b"))
    assert (await Attempt().run(memory_upstream)).outcome == Outcome("stop", "m", None)
    assert trio.current_time() == pytest.approx(20.0, abs=1.0)
    memory_upstream.script = hanging(SSE_HEAD, with_reason("a"), HI)
    attempt = await Attempt().run(memory_upstream)
    assert (attempt.text(), attempt.reason) == ("aHi", "gap")


async def test_the_total_bounds_an_answer_with_a_reason_on_each_chunk(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        while True:
            await exchange.send(with_reason("again "))
            await trio.sleep(1)

    memory_upstream.script = script
    assert (await Attempt().run(memory_upstream, Deadlines(gap=10.0, total=60.0))).reason == "total"
