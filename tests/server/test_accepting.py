"""Taking connections when there is nothing to take them with."""

import errno
import socket

import pytest
import trio
import trio.testing
from structlog.testing import capture_logs

from orchd.access.addresses import read_address
from orchd.server.accepting import QUIET_SECONDS, accept, address_of

Clock = trio.testing.MockClock


class Listener(trio.abc.Listener[trio.abc.Stream]):
    """Fails with the codes that it is given, and then takes connections."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)
        self.closed = False
        self.taken = 0

    async def accept(self) -> trio.abc.Stream:
        """Fail, or take one each second."""
        await trio.lowlevel.checkpoint()
        if self.codes:
            raise OSError(self.codes.pop(0), "no")
        await trio.sleep(1)
        self.taken += 1
        return trio.testing.memory_stream_pair()[0]

    async def aclose(self) -> None:
        """Note it."""
        self.closed = True
        await trio.lowlevel.checkpoint()


async def serve(stream: trio.abc.Stream) -> None:
    await stream.aclose()


async def test_exhaustion_is_told_once_and_ends_by_itself(autojump_clock: Clock) -> None:
    listener = Listener(*[errno.EMFILE] * 100, *[errno.ENFILE] * 3)
    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(accept, listener, lambda stream: nursery.start_soon(serve, stream))
            await trio.sleep(30)
            nursery.cancel_scope.cancel()
    assert [line["reason"] for line in logs] == ["this daemon has too many files open"]
    assert (listener.taken > 10, listener.closed) == (True, True)


async def test_it_is_told_again_after_a_while(autojump_clock: Clock) -> None:
    listener = Listener(*[errno.EMFILE] * int(2.5 * QUIET_SECONDS / 0.1))
    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(accept, listener, lambda stream: nursery.start_soon(serve, stream))
            await trio.sleep(3 * QUIET_SECONDS)
            nursery.cancel_scope.cancel()
    assert len(logs) == 3


async def test_what_is_no_shortage_is_a_defect() -> None:
    async with trio.open_nursery() as nursery:
        with pytest.raises(OSError, match="no"):
            await accept(Listener(errno.EINVAL), lambda stream: nursery.start_soon(serve, stream))


async def test_all_that_wait_are_taken_before_anybody_else_has_a_turn(nursery: trio.Nursery) -> None:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    address, rounds, begun = listener.socket.getsockname(), 0, list[int]()
    clients = [socket.create_connection(address[:2]) for _ in range(20)]
    streams: list[trio.abc.Stream] = []

    def begin(stream: trio.abc.Stream) -> None:
        streams.append(stream)
        begun.append(rounds)

    nursery.start_soon(accept, listener, begin)
    with trio.fail_after(90):
        while len(streams) < len(clients):
            rounds += 1
            await trio.lowlevel.checkpoint()
    assert len(set(begun)) == 1
    for client, stream in zip(clients, streams, strict=True):
        client.close()
        assert await stream.receive_some(1) == b""
        await stream.aclose()
    nursery.cancel_scope.cancel()


async def test_the_address_of_a_peer_is_that_of_its_socket() -> None:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener, await trio.open_tcp_stream("127.0.0.1", listener.socket.getsockname()[1]):
        async with await listener.accept() as ours:
            assert address_of(ours) == read_address("127.0.0.1")
        assert address_of(ours) is None, "it is closed"


async def test_who_comes_without_an_address_has_none() -> None:
    ours, theirs = (trio.socket.from_stdlib_socket(end) for end in socket.socketpair())
    async with trio.SocketStream(ours) as one, trio.SocketStream(theirs):
        assert address_of(one) is None
    assert address_of(trio.testing.memory_stream_pair()[0]) is None
