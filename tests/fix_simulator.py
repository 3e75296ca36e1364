"""The simulated model server, running in the test's own process on a free port."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import httpx
import msgspec
import pytest
import trio

from orchd.simulator import Simulator, SimulatorConfig, Stats
from tests.http_client import http_client


class Event(NamedTuple):
    """A server-sent event; `data` is decoded JSON, or None for `[DONE]`."""

    name: str | None
    data: Any


class Reply(NamedTuple):
    """A streamed chat completion as its client sees it; `broken`: the connection ended in the middle of the body."""

    events: list[Event]
    broken: bool

    @property
    def chunks(self) -> list[dict[str, Any]]:
        """The events that carry JSON."""
        return [event.data for event in self.events if event.data is not None]

    def text(self, member: str = "content") -> str:
        """The answer, or another member of the deltas, put together."""
        choices = [choice for chunk in self.chunks for choice in chunk.get("choices", [])]
        return "".join(choice.get("delta", {}).get(member) or "" for choice in choices)

    @property
    def finish_reasons(self) -> list[str]:
        """All finish reasons; one is right."""
        choices = [choice for chunk in self.chunks for choice in chunk.get("choices", [])]
        return [choice["finish_reason"] for choice in choices if choice["finish_reason"] is not None]

    @property
    def done(self) -> bool:
        """Whether it ended with `[DONE]`."""
        return bool(self.events) and self.events[-1].data is None


def parse_events(body: bytes) -> list[Event]:
    """Read the events of a stream with LF line ends; an unfinished last one is left out."""
    events = []
    for block in body.split(b"\n\n")[:-1]:
        fields = [line.partition(b": ") for line in block.split(b"\n") if not line.startswith(b":")]
        values = {name.decode(): value for name, _, value in fields}
        if "data" in values:
            data = None if values["data"] == b"[DONE]" else msgspec.json.decode(values["data"])
            events.append(Event(values["event"].decode() if "event" in values else None, data))
    return events


class RunningSimulator:
    """A simulator and where it listens. `url` has no slash at its end."""

    def __init__(self, simulator: Simulator, url: str) -> None:
        self.simulator = simulator
        self.url = url

    def stats(self) -> Stats:
        """What has happened so far."""
        return self.simulator.stats()

    async def until(self, condition: Callable[[Stats], bool]) -> Stats:
        """Wait until the counts meet a condition; ten seconds are a hang."""
        with trio.fail_after(90):
            return await self.simulator.until(condition)

    async def get(self, path: str) -> Any:
        """The JSON that a path answers with."""
        async with http_client() as client:
            return (await client.get(self.url + path)).json()

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        """Post JSON; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with http_client(timeout=10) as client:
            return await client.post(self.url + path, content=msgspec.json.encode(body), headers=named)

    async def ask(self, message: str, **members: Any) -> httpx.Response:
        """A chat completion that isn't streamed; `members` stand in the body."""
        return await self.post("/v1/chat/completions", chat_body(message, **members))

    async def stream(self, message: str, **members: Any) -> Reply:
        """A streamed chat completion, read to its end."""
        body, received, broken = chat_body(message, stream=True, **members), bytearray(), False
        async with http_client(timeout=10) as client:
            try:
                async with client.stream("POST", self.url + "/v1/chat/completions", json=body) as response:
                    async for data in response.aiter_raw():
                        received += data
            except (httpx.ReadError, httpx.RemoteProtocolError):
                broken = True
        return Reply(parse_events(bytes(received)), broken)


def chat_body(message: str, *, model: str = "simulated-small", **members: Any) -> dict[str, Any]:
    """The body of a chat completion with one user message."""
    return {"model": model, "messages": [{"role": "user", "content": message}], **members}


StartSimulator: TypeAlias = Callable[..., Awaitable[RunningSimulator]]


@pytest.fixture
def start_simulator(nursery: trio.Nursery) -> Iterator[StartSimulator]:
    """Start simulators with other settings: `await start_simulator(load_seconds=0.1)`. They end with the test."""

    async def start(config: SimulatorConfig | None = None, **changes: object) -> RunningSimulator:
        config = msgspec.structs.replace(config or SimulatorConfig(), port=0, **changes)
        simulator = Simulator(config)
        return RunningSimulator(simulator, await nursery.start(simulator.serve))

    yield start
    nursery.cancel_scope.cancel()


@pytest.fixture
async def simulator(start_simulator: StartSimulator) -> RunningSimulator:
    """A simulator with the default models, at full speed."""
    return await start_simulator()
