"""Hosts of the whole net that really are servers on loopback: names, their public addresses, and who listens there.

The rule of addresses is the daemon's own, whole; only where a connection to a public address goes is the tests'."""

import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import trio

from orchd.outside.pictures import Net

Serve: TypeAlias = Callable[[trio.abc.Stream], Awaitable[None]]
PUBLIC = "93.184.215.14"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


def page(body: bytes = PNG, status: str = "200 OK", headers: str = "", *, length: int | None = None) -> Serve:
    """Return what answers once with these."""
    told = f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n{headers}\r\n"
    return raw(told.encode() + body)


def raw(answer: bytes) -> Serve:
    async def serve(stream: trio.abc.Stream) -> None:
        await stream.send_all(answer)

    return serve


class FakeNet:
    """`hosts`: what answers at an address and port. `names`: what they mean, each time that one is asked for; the last
    meaning stays."""

    def __init__(
        self, nursery: trio.Nursery, hosts: Mapping[tuple[str, int], Serve], names: Mapping[str, list[list[str]]] | None
    ) -> None:
        self._nursery, self._hosts = nursery, hosts
        self._names = {name: list(meanings) for name, meanings in (names or {}).items()}
        self.asked: list[bytes] = []
        """Heads of requests."""
        self.dialled: list[tuple[str, int]] = []
        self.left = trio.Event()
        """Set when a client has left a host that was still answering, or waiting."""

    def net(self, trust: Callable[[], ssl.SSLContext] = ssl.create_default_context) -> Net:
        return Net(self._resolve, self._dial, trust)

    async def _resolve(self, name: str, port: int) -> list[str]:
        await trio.lowlevel.checkpoint()
        if name not in self._names:
            return [PUBLIC] if name.endswith(".example") else [name]
        meanings = self._names[name]
        meaning = meanings.pop(0) if len(meanings) > 1 else meanings[0]
        if not meaning:
            raise OSError("no such name")
        return meaning

    async def _dial(self, address: str, port: int) -> trio.abc.Stream:
        self.dialled.append((address, port))
        serve = self._hosts.get((address, port))
        if serve is None:
            raise ConnectionRefusedError
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        stream = await trio.open_tcp_stream("127.0.0.1", listener.socket.getsockname()[1])
        self._nursery.start_soon(self._answer, await listener.accept(), serve)
        await listener.aclose()
        return stream

    async def _answer(self, stream: trio.SocketStream, serve: Serve) -> None:
        async with stream:
            try:
                self.asked.append(bytes(await stream.receive_some(65536)) if serve.__name__ != "secured" else b"")
                await serve(stream)
                if await stream.receive_some(1) == b"":
                    self.left.set()
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                self.left.set()
