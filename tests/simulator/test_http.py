"""One connection, byte by byte."""

import h11
import msgspec
import trio

from orchd.simulator.http import MAX_BODY_BYTES
from tests.fix_simulator import RunningSimulator, StartSimulator, chat_body

GET = b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n"


async def connect(simulator: RunningSimulator) -> trio.SocketStream:
    host, port = simulator.url.removeprefix("http://").split(":")
    return await trio.open_tcp_stream(host, int(port))


async def read_until(stream: trio.SocketStream, mark: bytes) -> bytes:
    received = b""
    with trio.fail_after(90):
        while mark not in received:
            data = await stream.receive_some()
            assert data, received
            received += data
    return received


async def read_all(stream: trio.SocketStream) -> bytes:
    received = b""
    with trio.fail_after(90):
        while data := await stream.receive_some():
            received += data
    return received


async def test_a_connection_is_kept_and_says_for_how_long(simulator: RunningSimulator) -> None:
    async with await connect(simulator) as stream:
        for _ in range(3):
            await stream.send_all(GET)
            answer = await read_until(stream, b"simulated-embedding")
            assert b"keep-alive: timeout=5\r\n" in answer.lower()
            assert b"x-simulated: true\r\n" in answer.lower()


async def test_pipelined_requests_are_answered_in_order(simulator: RunningSimulator) -> None:
    async with await connect(simulator) as stream:
        await stream.send_all(GET + GET.replace(b"/v1/models", b"/lmstudio-greeting"))
        answer = await read_until(stream, b'"lmstudio":true')
        assert answer.count(b"HTTP/1.1 200") == 2


async def test_an_idle_connection_is_closed(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(keep_alive_seconds=0.05)
    async with await connect(simulator) as stream:
        assert await read_all(stream) == b""


async def test_close_is_honoured(simulator: RunningSimulator) -> None:
    async with await connect(simulator) as stream:
        await stream.send_all(GET.replace(b"Host: x", b"Host: x\r\nConnection: close"))
        answer = await read_all(stream)
        assert b"connection: close\r\n" in answer.lower()


async def test_nonsense_is_answered_400_and_the_server_lives(simulator: RunningSimulator) -> None:
    for nonsense in (b"\x16\x03\x01nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nbad header\r\n\r\n", b"GET /\r\n\r\n"):
        async with await connect(simulator) as stream:
            await stream.send_all(nonsense)
            assert (await read_all(stream)).startswith(b"HTTP/1.1 400")
    async with await connect(simulator) as stream:
        await stream.send_all(b"GET / HTTP/1.1\r\nHost: x\r\nx: " + b"y" * 100_000)
        assert (await read_all(stream)).startswith(b"HTTP/1.1 431")
    await simulator.get("/v1/models")


async def test_bad_chunks_are_answered_400(simulator: RunningSimulator) -> None:
    async with await connect(simulator) as stream:
        await stream.send_all(b"POST /v1/models HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
        assert (await read_all(stream)).startswith(b"HTTP/1.1 400")


async def test_a_body_over_the_bound_is_refused(simulator: RunningSimulator) -> None:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 10)
    async with await connect(simulator) as stream:
        await stream.send_all(head)
        await stream.send_all(b" " * (MAX_BODY_BYTES + 10))
        assert (await read_until(stream, b"}}")).startswith(b"HTTP/1.1 413")


async def test_who_waits_for_100_continue_gets_it(simulator: RunningSimulator) -> None:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    async with await connect(simulator) as stream:
        await stream.send_all(head)
        await read_until(stream, b"HTTP/1.1 100")
        await stream.send_all(b"{}")
        assert b"'model' is required" in await read_until(stream, b"}}")


async def test_a_client_that_leaves_before_its_body_is_whole_harms_nothing(simulator: RunningSimulator) -> None:
    async with await connect(simulator) as stream:
        await stream.send_all(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{")
    await simulator.until(lambda stats: stats.connections == 0)
    assert simulator.stats().requests == 0


async def test_an_old_client_gets_a_stream_without_chunks(simulator: RunningSimulator) -> None:
    body = msgspec.json.encode(chat_body("hi", stream=True))
    head = b"POST /v1/chat/completions HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with await connect(simulator) as stream:
        await stream.send_all(head + body)
        answer = await read_all(stream)
    assert b"transfer-encoding" not in answer.lower()
    assert answer.endswith(b"data: [DONE]\n\n")


async def test_too_many_connections_get_503(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(max_connections=1)
    async with await connect(simulator) as first:
        await first.send_all(GET)
        await read_until(first, b"]}")
        async with await connect(simulator) as second:
            await second.send_all(GET)
            assert (await read_all(second)).startswith(b"HTTP/1.1 503")


async def test_streams_are_well_formed_for_a_strict_parser(simulator: RunningSimulator) -> None:
    body = (
        b'{"model":"simulated-small","stream":true,"messages":[{"role":"user","content":"[[simulate: tokens=900]]"}]}'
    )
    client = h11.Connection(h11.CLIENT)
    headers = [("host", "x"), ("content-length", str(len(body)))]
    request = client.send(h11.Request(method="POST", target="/v1/chat/completions", headers=headers))
    assert request is not None
    received = bytearray()
    async with await connect(simulator) as stream:
        await stream.send_all(request + (client.send(h11.Data(data=body)) or b""))
        client.send(h11.EndOfMessage())
        while not isinstance(event := client.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                client.receive_data(await stream.receive_some())
            elif isinstance(event, h11.Data):
                received += event.data
    assert received.count(b'"content":') == 900
    assert client.their_state is h11.DONE


async def test_a_flood_behind_a_running_request_ends_the_connection(simulator: RunningSimulator) -> None:
    body = (
        b'{"model":"simulated-small","stream":true,"messages":[{"role":"user","content":"[[simulate: silence=60]]"}]}'
    )
    async with await connect(simulator) as stream:
        await stream.send_all(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        await stream.send_all(body + GET * 6_000)
        assert (await simulator.until(lambda stats: stats.aborted == 1)).running == 0
