"""Bodies at the doors of other programs, right and wrong, to a real daemon over connections that are kept.

None is answered by a 500, or any other status from there on that isn't due; each error has its door's own form and
names the member at fault; the daemon logs no defect, stays small, and ends in order. A seed has the same requests
again, not always in the same order.
"""

import json
import os
import secrets
from collections import Counter
from typing import Any

import psutil
import pytest
import trio

from tests.door_draws import ASSISTANT, DoorDrawer, DrawnRequest
from tests.examples import examples
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.raw_client import HANG_SECONDS, RawClient

REQUESTS = examples(3_500)
SEED = int(os.environ.get("ORCHD_FUZZ_SEED", "0")) or secrets.randbelow(10**9)
GUESTS = 8
PATIENCE_SECONDS = 3.0
"""For an answer, until its client leaves: a task goes on for long."""
GROWTH_BYTES = 200 * 2**20
"""By which the daemon may be larger at the end than after a quarter of the requests."""
SHOWN = 25
"""Of wrong answers, at the end of a run."""
DUE = {"busy": 503, "unavailable": 503, "upstream_error": 502, "timeout": 504}
"""Failures that are nobody's fault here, and their statuses."""


class Answer:
    """What came back; `status` 0: nothing."""

    def __init__(self, status: int = 0, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.status = status
        self.headers = headers or {}
        self.body = body

    @property
    def is_kept(self) -> bool:
        """Whether its connection may be used again."""
        return self.status > 0 and self.headers.get("connection") != "close"

    @property
    def json(self) -> Any:
        """The body, where it is JSON."""
        return json.loads(self.body)


class Guest:
    """A program that asks over one connection, which is opened again when it has ended."""

    def __init__(self, daemon: Daemon) -> None:
        self._host = daemon.url.removeprefix("http://")
        self._stream: trio.abc.Stream | None = None
        self.before = ""
        """What was asked over the connection before."""

    async def ask(self, drawn: DrawnRequest) -> Answer | None:
        """Send a request; None where its sender left before the answer."""
        if self._stream is None:
            host, _, port = self._host.rpartition(":")
            self._stream = await trio.open_tcp_stream(host, int(port))
        answer: Answer | None = None
        with trio.move_on_after(PATIENCE_SECONDS):
            answer = await self._exchange(RawClient(self._stream), drawn)
        if answer is None or not answer.is_kept or drawn.framing == "cut":
            await self.leave()
        return answer

    async def leave(self) -> None:
        """End the connection."""
        if self._stream is not None:
            await trio.aclose_forcefully(self._stream)
            self._stream = None

    async def _exchange(self, client: RawClient, drawn: DrawnRequest) -> Answer:
        try:
            await client.send(self._head(drawn) + _framed(drawn))
            if drawn.framing == "cut" and isinstance(client.stream, trio.SocketStream):
                await client.stream.send_eof()
        except trio.BrokenResourceError:
            pass  # it was refused by its head
        try:
            head = await client.until(b"\r\n\r\n")
        except AssertionError:
            return Answer()
        first, *rest = head.decode("latin-1").strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        status = int(first.split()[1])
        empty = drawn.method == "HEAD" or status in (204, 304)
        return Answer(status, headers, b"" if empty else await _read_body(client, headers))

    def _head(self, drawn: DrawnRequest) -> bytes:
        length = len(drawn.body) + (10 if drawn.framing == "cut" else 0)
        framing = {"chunked": ("Transfer-Encoding: chunked",), "none": ()}.get(
            drawn.framing, (f"Content-Length: {length}",)
        )
        lines = [f"{drawn.method} {drawn.path} HTTP/1.1", f"Host: {self._host}", *framing]
        return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in drawn.headers), "", ""]).encode()


def _framed(drawn: DrawnRequest) -> bytes:
    if drawn.framing != "chunked":
        return drawn.body
    half = len(drawn.body) // 2
    pieces = [piece for piece in (drawn.body[:half], drawn.body[half:]) if piece]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


async def _read_body(client: RawClient, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await client.exactly(int(headers.get("content-length", "0")))
    pieces = bytearray()
    while size := int(await client.until(b"\r\n"), 16):
        pieces += await client.exactly(size)
        await client.until(b"\r\n")
    await client.until(b"\r\n")
    return bytes(pieces)


class Fuzz:
    """One run: what is drawn, and what has come of it."""

    def __init__(self, daemon: Daemon, drawer: DoorDrawer, requests: int) -> None:
        self.daemon, self.drawer = daemon, drawer
        self.left, self.requests = requests, requests
        self.codes: Counter[str] = Counter()
        self.begun_with = 0
        self.wrong: list[str] = []
        """What was not answered as it should be."""

    async def run(self) -> None:
        """Let all guests ask until all is asked."""
        async with trio.open_nursery() as nursery:
            for _ in range(GUESTS):
                nursery.start_soon(self._visit, Guest(self.daemon))

    async def _visit(self, guest: Guest) -> None:
        try:
            while self.left > 0:
                self.left -= 1
                await self._send(guest)
        finally:
            await guest.leave()

    async def _send(self, guest: Guest) -> None:
        drawn = self.drawer.draw()
        answer = await guest.ask(drawn)
        try:
            self.codes[self._judge(drawn, answer)] += 1
        except (AssertionError, LookupError, ValueError, TypeError) as error:
            self.wrong.append(f"{_shown(drawn, answer)}\n{error!r}\nbefore it: {guest.before}"[:4_000])
        guest.before = _shown(drawn, answer)[:900]
        if not self.begun_with and self.left < 0.75 * self.requests:
            self.begun_with = self.size()

    def _judge(self, drawn: DrawnRequest, answer: Answer | None) -> str:
        """Return how a request ended, in a word."""
        if answer is None:
            return "left"
        if not answer.status:
            assert drawn.framing == "cut", "closed"
            return "closed"
        if drawn.method in ("HEAD", "OPTIONS") or answer.status < 400:
            assert answer.status < 500 or answer.status in DUE.values(), "a failure that is not due"
            if answer.status >= 400:
                return str(answer.status)  # it needn't have a body
            return _judge_success(drawn, answer)
        code, member = _told(drawn, answer)
        assert answer.status < 500 or DUE.get(code) == answer.status, "a failure that is not due"
        assert code != "invalid" or not drawn.sound or member, "no member is named"
        return code

    def size(self) -> int:
        """Bytes of memory that the daemon has."""
        return int(psutil.Process(self.daemon.pid).memory_info().rss)


def _shown(drawn: DrawnRequest, answer: Answer | None) -> str:
    shown = drawn._replace(body=drawn.body[:600])
    told = "nothing" if answer is None else f"{answer.status} {answer.body[:600]!r}"
    return f"{shown} ({len(drawn.body)} bytes) was answered by {told}"


def _judge_success(drawn: DrawnRequest, answer: Answer) -> str:
    """See that an answer is whole: a stream ends by what its API ends with."""
    kind = answer.headers.get("content-type", "")
    if not answer.body:
        return "ok"
    if kind.startswith("text/event-stream"):
        blocks = [block for block in answer.body.split(b"\n\n") if block and not block.startswith(b":")]
        last = blocks[-1].rpartition(b"data: ")[2]
        assert last == b"[DONE]" or json.loads(last)
        return "ok" if last == b"[DONE]" or "error" not in json.loads(last) else "error in a stream"
    lines = answer.body.splitlines() if kind.startswith("application/x-ndjson") else [answer.body]
    assert all(isinstance(json.loads(line), dict) for line in lines)
    if drawn.shape != "mcp":
        return "ok"
    result = answer.json.get("result", {})
    return "ok" if not result.get("isError") else str(result["_meta"]["orchd/error"]["code"])


def _told(drawn: DrawnRequest, answer: Answer) -> tuple[str, Any]:
    """Return the code of an error and the member that it names; it has the form of its door."""
    told = answer.json
    match drawn.shape:
        case "other":
            return told.get("code") or told["error"]["code"], None
        case "ollama":
            assert isinstance(told["error"], str)
            return told["code"], told.get("param")
        case "mcp":
            assert told["jsonrpc"] == "2.0"
            data = told["error"].get("data") or {}
            return data.get("code", str(told["error"]["code"])), told["error"]["message"]
        case "anthropic":
            assert told["type"] == "error"
            assert told["request_id"] == answer.headers["request-id"]
    assert {"message", "type", "code", "param"} <= told["error"].keys()
    return told["error"]["code"], told["error"]["param"]


@pytest.mark.timeout(3_000)
async def test_whatever_a_program_sends(daemon: StartDaemon, simulator: RunningSimulator) -> None:
    print(f"ORCHD_FUZZ_SEED={SEED}")  # noqa: T201  # to have the same requests again
    settings: dict[str, dict[str, object]] = {"server": {"framesPerSecond": 0}, "gateway": {"tasks": True}}
    one = await daemon(simulator.url, settings=settings)
    made = await (await one.connect()).request("assistant:create", {"name": ASSISTANT, "systemPrompt": "Be brief."})
    assert made["type"] == "assistant:create", made
    fuzz = Fuzz(one, DoorDrawer(SEED), REQUESTS)
    with trio.fail_after(HANG_SECONDS + REQUESTS / 10):
        await fuzz.run()
    print(fuzz.codes)  # noqa: T201  # what has come of them
    assert not fuzz.wrong, f"{len(fuzz.wrong)} wrong answers, such as\n" + "\n\n".join(fuzz.wrong[:SHOWN])
    assert fuzz.codes["ok"] > REQUESTS / 10, fuzz.codes
    assert fuzz.size() - fuzz.begun_with < GROWTH_BYTES
    assert (await one.get("/readyz")).status_code == 200
    assert await one.terminate() == 0, one.stderr
