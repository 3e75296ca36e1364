"""The first step of a TLS connection: slow ones, many at once, and who speaks something else."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio

from orchd.tls.handshakes import Handshakes, PlainTextError
from orchd.tls.renewal import Certificate
from tests.fix_tls import Authority
from tests.raw_client import HANG_SECONDS


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[trio.SocketStream, trio.SocketStream]]:
    """Two ends of a TCP connection: ours, and the client's."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    theirs = await trio.open_tcp_stream("127.0.0.1", listener.socket.getsockname()[1])
    async with listener, theirs, await listener.accept() as ours:
        yield ours, theirs


async def greet(theirs: trio.SocketStream, context: ssl.SSLContext, told: list[object]) -> None:
    secured = trio.SSLStream(theirs, context, server_hostname="localhost", https_compatible=True)
    try:
        await secured.do_handshake()
    except trio.BrokenResourceError as error:
        told.append(error.__cause__)
        return
    session = secured.selected_alpn_protocol()
    told.append(session)
    await secured.send_all(b"hello")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_handshake(authority: Authority, version: ssl.TLSVersion) -> None:
    handshakes = Handshakes(Certificate(authority.issue()), HANG_SECONDS)
    context = authority.client()
    told: list[object] = []
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    async with pair() as (ours, theirs), trio.open_nursery() as nursery:
        nursery.start_soon(greet, theirs, context, told)
        secured = await handshakes.secure(ours)
        assert secured is not None
        assert await secured.receive_some(100) == b"hello"
    assert told == ["http/1.1"]


async def test_old_versions_are_refused(authority: Authority) -> None:
    handshakes = Handshakes(Certificate(authority.issue()), HANG_SECONDS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authority.file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    told: list[object] = []
    async with pair() as (ours, theirs), trio.open_nursery() as nursery:
        nursery.start_soon(greet, theirs, context, told)
        assert await handshakes.secure(ours) is None
        await ours.aclose()
    assert isinstance(told[0], ssl.SSLError)


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"\x00", b"\x80\x16"])
async def test_who_speaks_no_tls_is_told_apart_and_its_words_are_left(authority: Authority, data: bytes) -> None:
    handshakes = Handshakes(Certificate(authority.issue()), HANG_SECONDS)
    async with pair() as (ours, theirs):
        await theirs.send_all(data)
        with pytest.raises(PlainTextError):
            await handshakes.secure(ours)
        assert await ours.receive_some(100) == data


@pytest.mark.parametrize("data", [b"", b"\x16garbage of some length", b"\x16\x03\x01"])
async def test_what_does_not_come_about_is_none(authority: Authority, data: bytes) -> None:
    handshakes = Handshakes(Certificate(authority.issue()), HANG_SECONDS)
    async with pair() as (ours, theirs):
        if data:
            await theirs.send_all(data)
        await theirs.send_eof()
        assert await handshakes.secure(ours) is None


@pytest.mark.parametrize("data", [b"", b"\x16"])
async def test_a_slow_one_ends_at_its_deadline(authority: Authority, data: bytes) -> None:
    handshakes = Handshakes(Certificate(authority.issue()), 0.05)
    async with pair() as (ours, theirs):
        if data:
            await theirs.send_all(data)
        assert await handshakes.secure(ours) is None


async def test_of_too_many_the_first_makes_room_for_the_last(authority: Authority) -> None:
    handshakes = Handshakes(Certificate(authority.issue()), HANG_SECONDS, most=2)
    ended: list[int] = []

    async def hold(ours: trio.SocketStream, number: int) -> None:
        assert await handshakes.secure(ours) is None
        ended.append(number)

    told: list[object] = []
    async with pair() as first, pair() as second, pair() as third, trio.open_nursery() as nursery:
        for number, (ours, _) in enumerate((first, second)):
            nursery.start_soon(hold, ours, number)
            await trio.testing.wait_all_tasks_blocked(0.01)
        nursery.start_soon(greet, third[1], authority.client(), told)
        assert await handshakes.secure(third[0]) is not None
        await trio.testing.wait_all_tasks_blocked(0.01)
        assert ended == [0]
        nursery.cancel_scope.cancel()
