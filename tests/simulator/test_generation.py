"""Answers on their way, and every way in which they may go wrong."""

import time

import httpx
import msgspec
import pytest
import trio

from orchd.simulator.stats import Stats
from tests.fix_simulator import RunningSimulator, StartSimulator, chat_body


async def test_a_stream_is_whole_and_the_same_as_the_plain_answer(simulator: RunningSimulator) -> None:
    plain = (await simulator.ask("What is a river?")).json()
    reply = await simulator.stream("What is a river?", stream_options={"include_usage": True})
    assert reply.text() == plain["choices"][0]["message"]["content"]
    assert (reply.finish_reasons, reply.done, reply.broken) == (["stop"], True, False)
    assert reply.chunks[-1]["choices"] == []
    assert reply.chunks[-1]["usage"] == plain["usage"]


async def test_pacing_changes_the_time_and_not_the_text(simulator: RunningSimulator) -> None:
    fast = await simulator.stream("Hello [[simulate: tokens=40]]")
    began = time.monotonic()
    slow = await simulator.stream("Hello [[simulate: tokens=40,interval=0.01]]")
    assert time.monotonic() - began >= 0.39
    assert slow.text() == fast.text()


async def test_a_long_stream_at_full_speed(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: tokens=20000]]", stream_options={"include_usage": True})
    assert reply.chunks[-1]["usage"]["completion_tokens"] == 20_000
    assert len(reply.chunks) == 20_002
    assert simulator.stats().tokens == 20_000


async def test_many_paced_streams_at_once(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(parallel=100)
    replies = []

    async def one(number: int) -> None:
        replies.append(await simulator.stream(f"Stream {number} [[simulate: tokens=50,interval=0.005]]"))

    async with trio.open_nursery() as nursery:
        for number in range(30):
            nursery.start_soon(one, number)
    assert all(reply.done and len(reply.chunks) == 51 for reply in replies)
    stats = simulator.stats()
    assert (stats.completed, stats.tokens) == (30, 1_500)
    assert stats.peak > 1, "side by side; how many of them is the machine's business"


async def test_reasoning_comes_first_and_is_counted(simulator: RunningSimulator) -> None:
    options = {"include_usage": True}
    reply = await simulator.stream("Why?", model="simulated-reasoning", stream_options=options)
    kinds = ["reasoning_content" in c["choices"][0]["delta"] for c in reply.chunks[:-2]]
    assert kinds == sorted(kinds, reverse=True)
    assert reply.text("reasoning_content").startswith("Simulated reasoning")
    details = reply.chunks[-1]["usage"]["completion_tokens_details"]
    assert details == {"reasoning_tokens": sum(kinds)}


async def test_silence_and_slow_headers(simulator: RunningSimulator) -> None:
    for fault in ("silence=0.2", "headers=0.2"):
        began = time.monotonic()
        reply = await simulator.stream(f"Hello [[simulate: {fault}]]")
        assert time.monotonic() - began >= 0.2
        assert reply.finish_reasons == ["stop"]


async def test_an_error_inside_the_stream(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: error_after=3]]")
    assert [("error" in chunk) for chunk in reply.chunks] == [False, False, False, True]
    assert reply.chunks[-1]["error"]["message"] == "Simulated error while generating"
    assert (reply.done, reply.finish_reasons, reply.broken) == (False, [], False)
    assert simulator.stats().faulted == 1


async def test_shapes_of_the_error(simulator: RunningSimulator) -> None:
    text = await simulator.stream("Hello [[simulate: error_after=0,error_shape=string,error_done]]")
    assert text.chunks == [{"error": "Simulated error while generating"}]
    assert text.done
    event = await simulator.stream("Hello [[simulate: error_after=0,error_shape=event]]")
    assert [(event.name, event.data["error"]["type"]) for event in event.events] == [("error", "server_error")]


async def test_a_fault_beyond_the_answer_comes_at_its_end(simulator: RunningSimulator) -> None:
    whole = await simulator.stream("Hello")
    reply = await simulator.stream("Hello [[simulate: error_after=5000]]")
    assert reply.text() == whole.text()
    assert "error" in reply.chunks[-1]


async def test_the_connection_is_reset(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: reset_after=4]]")
    assert reply.broken
    assert reply.finish_reasons == []
    stats = await simulator.until(lambda stats: stats.running == 0)
    assert (stats.faulted, stats.aborted) == (1, 0)


async def test_the_connection_is_cut_inside_an_event(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: cut_after=4]]")
    assert (reply.broken, len(reply.chunks)) == (True, 4)


async def test_the_body_ends_early_but_properly(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: eof_after=4]]")
    assert (reply.broken, len(reply.chunks), reply.done, reply.finish_reasons) == (False, 4, False, [])


async def test_missing_ends(simulator: RunningSimulator) -> None:
    no_finish = await simulator.stream("Hello [[simulate: no_finish]]")
    assert (no_finish.finish_reasons, no_finish.done) == ([], True)
    no_done = await simulator.stream("Hello [[simulate: no_done]]")
    assert (no_done.finish_reasons, no_done.done) == (["stop"], False)


async def test_an_empty_answer(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: empty]]", stream_options={"include_usage": True})
    assert (reply.text(), reply.finish_reasons) == ("", ["stop"])
    assert reply.chunks[-1]["usage"]["completion_tokens"] == 0


async def test_reasoning_only_in_another_member(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: reasoning_only,reasoning_field=reasoning]]")
    assert (reply.text(), bool(reply.text("reasoning")), reply.finish_reasons) == ("", True, ["stop"])


async def test_another_model_is_named(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: model=simulated-other]]")
    assert {chunk["model"] for chunk in reply.chunks} == {"simulated-other"}


async def test_odd_events_come_first_and_change_nothing(simulator: RunningSimulator) -> None:
    odd, plain = await simulator.stream("Hello [[simulate: odd]]"), await simulator.stream("Hello")
    assert odd.chunks[0]["choices"][0]["delta"]["content"] is None
    assert odd.chunks[1]["choices"] == []
    assert "delta" not in odd.chunks[2]["choices"][0]
    assert odd.chunks[3]["type"] == "simulated.unknown"
    assert odd.text() == plain.text()


async def raw(simulator: RunningSimulator, message: str) -> bytes:
    return (await simulator.post("/v1/chat/completions", chat_body(message, stream=True))).content


async def test_line_ends_and_missing_spaces(simulator: RunningSimulator) -> None:
    for eol, mark in (("crlf", b"\r\n"), ("cr", b"\r"), ("lf", b"\n")):
        body = await raw(simulator, f"Hello [[simulate: eol={eol},no_space]]")
        assert body.endswith(b"data:[DONE]" + mark * 2)
        assert b"data: " not in body
        assert body.replace(mark, b"").count(b"\n") == body.replace(mark, b"").count(b"\r") == 0


async def test_bytes_in_pieces_make_the_same_text(simulator: RunningSimulator) -> None:
    whole = await simulator.stream("Hello [[simulate: unicode,tokens=12]]")
    pieces = await simulator.stream("Hello [[simulate: unicode,tokens=12,split=7]]")
    assert pieces.text() == whole.text()


async def test_one_big_token(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: big]]")
    assert len(reply.text()) > 5 * 1024 * 1024
    assert reply.done


async def test_comments_during_silence_then_the_answer(simulator: RunningSimulator) -> None:
    body = await raw(simulator, "Hello [[simulate: comments=0.02,silence=0.3]]")
    assert body.startswith(b": keep-alive\n\n: keep-alive\n\n")
    assert body.endswith(b"[DONE]\n\n")


async def test_a_stall_that_ends(simulator: RunningSimulator) -> None:
    plain = await simulator.stream("Hello")
    body = await raw(simulator, "Hello [[simulate: stall_after=2,stall_for=0.1,comments=0.02]]")
    assert body.count(b"keep-alive") >= 1
    assert (await simulator.stream("Hello [[simulate: stall_after=2,stall_for=0.1]]")).text() == plain.text()


@pytest.mark.parametrize(
    "fault", ["stall_after=2", "comments=0.01", "silence=600", "repeat", "headers=600", "interval=600"]
)
async def test_a_client_that_leaves_is_noticed_at_once(simulator: RunningSimulator, fault: str) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(simulator.stream, f"Hello [[simulate: {fault}]]")
        await simulator.until(lambda stats: stats.running == 1)
        await trio.sleep(0.05)
        nursery.cancel_scope.cancel()
    stats = await simulator.until(lambda stats: stats.running == 0)
    assert (stats.aborted, stats.completed, stats.faulted) == (1, 0, 0)
    assert stats.last_abort_ms is not None


async def test_abort_of_a_plain_request(simulator: RunningSimulator) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(simulator.ask, "Hello [[simulate: silence=600]]")
        await simulator.until(lambda stats: stats.running == 1)
        nursery.cancel_scope.cancel()
    assert (await simulator.until(lambda stats: stats.running == 0)).aborted == 1


async def test_faults_of_plain_answers(simulator: RunningSimulator) -> None:
    failed = await simulator.ask("Hello [[simulate: error_after=3]]")
    assert (failed.status_code, failed.json()["error"]["type"]) == (500, "server_error")
    for fault in ("cut_after=3", "eof_after=3", "reset_after=3"):
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await simulator.ask(f"Hello [[simulate: {fault}]]")
    missing = await simulator.ask("Hello [[simulate: no_finish,empty]]")
    choice = missing.json()["choices"][0]
    assert (choice["finish_reason"], choice["message"]["content"]) == (None, "")


async def test_repetition_without_a_stream_ends_with_the_context(simulator: RunningSimulator) -> None:
    answer = (await simulator.ask("Hello [[simulate: repeat]]")).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["total_tokens"] == 32_768


async def test_more_than_parallel_wait_in_silence(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(parallel=2)
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(simulator.stream, "Hello [[simulate: tokens=20,interval=0.02]]")
        stats = await simulator.until(lambda stats: stats.running == 3 and stats.waiting == 1)
        assert stats.peak == 3
    assert simulator.stats().completed == 3


async def test_who_finds_a_free_slot_never_counts_as_waiting(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(parallel=2)
    waiting: set[int] = set()

    def both_done(stats: Stats) -> bool:
        waiting.add(stats.waiting)
        return stats.completed == 2

    async with trio.open_nursery() as nursery:
        for _ in range(2):
            nursery.start_soon(simulator.stream, "Hello [[simulate: tokens=2]]")
        await simulator.until(both_done)
    assert waiting == {0}


async def test_unloading_ends_what_is_generated_with_an_error(simulator: RunningSimulator) -> None:
    replies = []

    async def one() -> None:
        replies.append(await simulator.stream("Hello [[simulate: interval=600]]"))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(one)
        await simulator.until(lambda stats: stats.running == 1 and stats.waiting == 0)
        await simulator.post("/api/v1/models/unload", {"instance_id": "simulated-small"})
    assert "unloaded" in replies[0].chunks[-1]["error"]["message"]


async def test_the_same_seed_gives_the_same_bytes_but_for_ids(start_simulator: StartSimulator) -> None:
    def stripped(body: bytes) -> bytes:
        events = [line.removeprefix(b"data: ") for line in body.split(b"\n\n")[:-2]]
        chunks = [{**msgspec.json.decode(event), "id": "", "created": 0} for event in events]
        return msgspec.json.encode(chunks)

    first, second, other = [await start_simulator(seed=seed) for seed in (7, 7, 8)]
    bodies = [stripped(await raw(simulator, "Hello")) for simulator in (first, second, other)]
    assert bodies[0] == bodies[1] != bodies[2]
