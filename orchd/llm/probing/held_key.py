"""A model server's key that somebody else keeps, and may change while the daemon runs; and trying a key that is new."""

from collections.abc import Callable
from typing import NamedTuple

import httpx
from msgspec.structs import replace

from orchd.errors import OrchdError, Unavailable, UpstreamError
from orchd.llm.answers.fetch import make_client
from orchd.llm.probing.offer import with_named_models
from orchd.llm.probing.probe import Prober
from orchd.llm.types import BackendSpec, ServerKind
from orchd.llm.wire.pipe import Connect
from orchd.llm.wire.transport import WireTransport


class KeyReference(NamedTuple):
    """Which key a server is sent: the name or the id of what somebody else keeps. `awaited`: it was not told it yet."""

    credential: str | int
    awaited: bool


class HeldKey:
    """The key that goes with all of `client`'s requests. `changed` is called when there is another one."""

    def __init__(self, client: httpx.AsyncClient, credential: str | int | None, changed: Callable[[], None]) -> None:
        self._client = client
        self._changed = changed
        self._missing = None if credential is None else f"its key is the credential {credential}, not read yet"
        self.awaited = credential is not None
        """Whether nobody has said yet what the key is, or that there is none."""

    def give(self, key: str) -> None:
        """Send this key from now on; what runs ends with the one that it began with."""
        self._client.headers["Authorization"] = f"Bearer {key}"
        self._missing, self.awaited = None, False
        self._changed()

    def withhold(self, reason: str) -> None:
        """Ask nothing of the server from now on, for that reason."""
        self._client.headers.pop("Authorization", None)
        self._missing, self.awaited = reason, False
        self._changed()

    def demand(self, name: str) -> None:
        """Raise `Unavailable` while there is no key for the server of that name."""
        if self._missing is not None:
            raise Unavailable(self._missing, reason="no_key", backend=name)


class KeyTrial(NamedTuple):
    """What a server listed when it was sent a key; `needed`: whether it lists nothing without one, if that is known."""

    models: int
    needed: bool | None


class ServerTrial(NamedTuple):
    """What a server that was asked for its models is, and lists: their names, and how many seconds a request took."""

    kind: ServerKind
    version: str | None
    models: tuple[str, ...]
    seconds: float | None


async def try_server(spec: BackendSpec, name: str, connect: Connect) -> ServerTrial:
    """Have a server list its models, over connections of its own. Raises as `find_what_it_lists` does."""
    async with make_client(spec, WireTransport(connect)) as client:
        prober = Prober(client, spec.url, name, named=bool(spec.models), connect=connect)
        listing = with_named_models(await prober.probe(spec.kind), spec, name)
        return ServerTrial(listing.kind, prober.version, tuple(info.id for info in listing.models), prober.latency)


async def find_what_it_lists(spec: BackendSpec, name: str, key: str, connect: Connect) -> KeyTrial:
    """Have a server list its models for a key, and then for none. Waits half a minute at most.

    Raises `Timeout`, `Unavailable`, `UpstreamError` (`reason` is `unauthorized` for a key that is refused).
    """
    listed = await _list(replace(spec, api_key=key), name, connect)
    try:
        await _list(replace(spec, api_key=None), name, connect)
    except UpstreamError as error:
        return KeyTrial(listed, True if error.reason == "unauthorized" else None)
    except OrchdError:
        return KeyTrial(listed, None)
    return KeyTrial(listed, False)


async def _list(spec: BackendSpec, name: str, connect: Connect) -> int:
    """Return how many models a server lists, asked over connections of its own."""
    async with make_client(spec, WireTransport(connect)) as client:
        listing = await Prober(client, spec.url, name, connect=connect).probe(spec.kind)
        return len(listing.models)
