import socket
from functools import partial

import pytest
import trio

from orchd.llm.wire.pipe import SocketPipe, StreamPipe, connect_tcp, open_pipe


@pytest.fixture
def pair() -> tuple[SocketPipe, socket.socket]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(5)
    return SocketPipe(ours), theirs


async def test_bytes_both_ways_and_the_end(pair: tuple[SocketPipe, socket.socket]) -> None:
    pipe, peer = pair
    await pipe.send(b"ping")
    assert peer.recv(10) == b"ping"
    peer.sendall(b"pong")
    assert await pipe.receive() == b"pong"
    peer.close()
    assert await pipe.receive() == b""
    with pytest.raises(trio.BrokenResourceError):
        await pipe.send(b"x" * 10)
    await pipe.close()
    await pipe.close()


async def test_sending_waits_for_a_slow_reader(pair: tuple[SocketPipe, socket.socket]) -> None:
    pipe, peer = pair
    data = b"x" * 5_000_000
    received = bytearray()

    def read() -> None:
        while len(received) < len(data):
            received.extend(peer.recv(65_536))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.to_thread.run_sync, read)
        await pipe.send(data)
    assert bytes(received) == data
    peer.close()
    await pipe.close()


async def test_closing_wakes_whoever_reads(pair: tuple[SocketPipe, socket.socket]) -> None:
    pipe, peer = pair

    async def read() -> None:
        with pytest.raises(trio.ClosedResourceError):
            await pipe.receive()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        await pipe.close()
    assert peer.recv(10) == b""
    peer.close()


async def test_every_read_lets_others_run(pair: tuple[SocketPipe, socket.socket]) -> None:
    pipe, peer = pair
    peer.sendall(b"x")
    with trio.CancelScope() as scope:
        scope.cancel()
        await pipe.receive()
    assert scope.cancelled_caught
    assert await pipe.receive() == b"x"
    await pipe.close()
    peer.close()


async def test_tcp_connections_notice_a_dead_peer_and_do_not_delay(nursery: trio.Nursery) -> None:
    async def serve(stream: trio.SocketStream) -> None:
        await stream.receive_some(10)

    listeners = await nursery.start(trio.serve_tcp, serve, 0)
    stream = await connect_tcp("127.0.0.1", listeners[0].socket.getsockname()[1])
    assert isinstance(stream, trio.SocketStream)
    assert stream.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 15
    await stream.aclose()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
async def test_addresses_and_names_are_connected_to(nursery: trio.Nursery, host: str) -> None:
    async def serve(stream: trio.SocketStream) -> None:
        await stream.send_all(await stream.receive_some(10))
        await stream.aclose()

    try:
        listeners = await nursery.start(partial(trio.serve_tcp, serve, 0, host=host))
    except OSError:
        pytest.skip(f"this machine has no {host}")
    pipe = await open_pipe(connect_tcp, host, listeners[0].socket.getsockname()[1], None)
    await pipe.send(b"hello")
    assert (await pipe.receive(), await pipe.receive()) == (b"hello", b"")
    await pipe.close()


async def test_nobody_at_an_address() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            await connect_tcp("127.0.0.1", reserved.getsockname()[1])


async def test_any_stream_can_be_a_pipe() -> None:
    ours, theirs = trio.testing.memory_stream_pair()

    async def connect(host: str, port: int) -> trio.abc.Stream:
        return ours

    pipe = await open_pipe(connect, "box", 1, None)
    assert isinstance(pipe, StreamPipe)
    await pipe.send(b"ping")
    assert await theirs.receive_some(10) == b"ping"
    await pipe.close()
    assert await theirs.receive_some(10) == b""
