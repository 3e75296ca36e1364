"""Requests drawn from the schema, made by the methods of the Python client, to a real daemon: each has a typed answer.

What comes back is read as the type that its method promises, or is raised as the error of its code.
"""

import os
import secrets
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import msgspec
import trio

from orchd.codegen.naming import snake
from orchd.codegen.python.source import METHOD_RESERVED
from orchd.orchd_client import AnswerStream, Client, RequestError, RequestStream, Subscription, connect
from orchd.orchd_client.errors import ERRORS
from orchd.orchd_client.facts import FACTS
from orchd.orchd_client.requests import REQUESTS
from orchd.orchd_client.types import PAYLOADS
from tests.examples import examples
from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator
from tests.schema_draws import Drawer, Json
from tests.wire_schema import published

FRAMES = examples(500)
SEED = int(os.environ.get("ORCHD_FUZZ_SEED", "0")) or secrets.randbelow(10**9)
AT_ONCE = 6
APART = ("user:", "token:", "login:", "session:")
"""Requests that take away from a client what it comes in by; `tests/wire/test_schema_fuzz.py` makes them."""


def method_of(client: Client, kind: str) -> Any:
    """Return the method that makes a request of this type."""
    found: Any = client
    for part in kind.split(":"):
        name = snake(part)
        found = getattr(found, f"{name}_" if name in METHOD_RESERVED else name)
    return found


def arguments_of(kind: str, data: Json) -> dict[str, Any]:
    """Return what a method is called with, of members as JSON has them."""
    told = msgspec.convert(data, REQUESTS[kind])
    fields = msgspec.structs.fields(REQUESTS[kind])
    return {field.name: getattr(told, field.name) for field in fields if field.encode_name in data}


async def outcome(asked: Any) -> Any:
    """Wait for what a method gives; of a subscription for its beginning, and for its end."""
    if isinstance(asked, Subscription):
        async with asked as followed:
            return followed.reply
    assert isinstance(asked, AnswerStream | RequestStream | Awaitable)
    return await asked


class Caller:
    """Makes requests, and notes what has come of them."""

    def __init__(self, client: Client, drawer: Drawer) -> None:
        self._client, self._drawer = client, drawer
        self.left = FRAMES
        self.came: Counter[str] = Counter()
        self.kinds: set[str] = set()

    async def run(self) -> None:
        """Make requests until all are made."""
        while self.left > 0:
            self.left -= 1
            kind, frame = self._drawer.draw(spoilt=False)
            if not kind.startswith(APART):
                await self._ask(kind, frame["data"] or {})

    async def _ask(self, kind: str, data: Json) -> None:
        what = f"{kind} {str(data)[:2_000]}"
        reply: Any = None
        refused: RequestError | None = None
        try:
            reply = await outcome(method_of(self._client, kind)(**arguments_of(kind, data)))
        except RequestError as error:
            refused = error
        if refused is not None:
            assert type(refused) is ERRORS[refused.code], what
            assert refused.code != "internal", what
            self.came[refused.code] += 1
            return
        assert type(reply) is PAYLOADS[FACTS.call_of(kind).reply], what
        self.came["ok"] += 1
        self.kinds.add(kind)
        self._drawer.memory.look(msgspec.to_builtins(reply), kind.partition(":")[0])


async def test_each_method_has_a_typed_answer(app: StartApp, simulator: RunningSimulator) -> None:
    print(f"ORCHD_FUZZ_SEED={SEED}")  # noqa: T201  # to have the same requests again
    one = await app(simulator.url, frames_per_second=0)
    async with connect(one.ws_url) as client:
        caller = Caller(client, Drawer(published(), SEED, ()))
        async with trio.open_nursery() as nursery:
            for _ in range(AT_ONCE):
                nursery.start_soon(caller.run)
        assert (await client.ping()).timestamp
        assert client.link.failure is None
    print(caller.came)  # noqa: T201  # what has come of them
    assert caller.came["ok"] > FRAMES / 10, caller.came
    assert len(caller.kinds) > 20


def test_each_request_has_its_method() -> None:
    class Nowhere:
        """Stands for a link that nobody uses."""

    client = Client(Nowhere())  # type: ignore[arg-type]
    assert all(callable(method_of(client, kind)) for kind in REQUESTS)
