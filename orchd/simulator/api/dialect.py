"""What the streaming APIs have in common: how an event is written, and what a generation asks of an API."""

import time
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

import msgspec

from orchd.llm.types import Channel
from orchd.simulator.content.answer import SimulatedAnswer
from orchd.simulator.faults import Faults

Stage = Literal["start", "progress", "end"]
Encoder = Callable[[str], bytes]

_EOLS = {"lf": b"\n", "crlf": b"\r\n", "cr": b"\r"}
json_bytes = msgspec.json.Encoder().encode


class Account:
    """What has been generated so far, and when."""

    def __init__(self, prompt_tokens: int, *, keep_text: bool) -> None:
        self.prompt_tokens = prompt_tokens
        self.tokens: dict[Channel, int] = {"reasoning": 0, "content": 0}
        self.texts: dict[Channel, list[str]] = {"reasoning": [], "content": []}
        self.keep_text = keep_text
        self.calls = 0
        """Tokens of tool calls, which are content as far as anybody counts."""
        self.load_seconds: float | None = None
        self.began = time.monotonic()
        self.first: float | None = None

    def add(self, channel: Channel, tokens: list[str]) -> None:
        """Count tokens of a channel."""
        if self.first is None:
            self.first = time.monotonic()
        self.tokens[channel] += len(tokens)
        if self.keep_text:
            self.texts[channel] += tokens

    @property
    def total(self) -> int:
        """Tokens generated, both channels and the tool calls together."""
        return self.tokens["reasoning"] + self.tokens["content"] + self.calls

    def text(self, channel: Channel) -> str:
        """The text of a channel, where it was kept."""
        return "".join(self.texts[channel])

    def usage(self) -> dict[str, object]:
        """The OpenAI-compatible `usage`."""
        usage: dict[str, object] = {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.total,
            "total_tokens": self.prompt_tokens + self.total,
        }
        if self.tokens["reasoning"]:
            usage["completion_tokens_details"] = {"reasoning_tokens": self.tokens["reasoning"]}
        return usage

    def timings(self) -> "Timings":
        """How long it took until now."""
        now = time.monotonic()
        first = self.first if self.first is not None else now
        return Timings(first - self.began, now - first, self.total / max(now - first, 1e-6))


class Timings(NamedTuple):
    """Seconds to the first token, seconds from there, and tokens per second."""

    first: float
    rest: float
    rate: float


class Dialect(Protocol):
    """An API's way to tell a generation: bytes for each step, empty where it says nothing."""

    def start(self) -> bytes:
        """The stream begins."""

    def load(self, stage: Stage, value: float) -> bytes:
        """The model is being loaded; `value` is the progress 0..1, at the end the seconds it took."""

    def prompt(self, stage: Stage, progress: float) -> bytes:
        """The prompt is being read."""

    def edge(self, channel: Channel, stage: Stage) -> bytes:
        """A channel's first token comes next (`start`), or its last one was sent (`end`)."""

    def token(self, channel: Channel) -> Encoder:
        """The function that writes a token of a channel."""

    def calls(self, answer: SimulatedAnswer) -> bytes:
        """The tool calls, after all text."""

    def comment(self) -> bytes:
        """A line that keeps the connection alive and means nothing."""

    def error(self, error: dict[str, str | None], account: Account) -> bytes:
        """The generation failed; the stream ends with this."""

    def finish(self, answer: SimulatedAnswer, account: Account) -> bytes:
        """The generation is complete; the stream ends with this."""

    def whole(self, answer: SimulatedAnswer, account: Account) -> bytes:
        """The body for a request that asked for no stream."""


class EventWriter:
    """Writes server-sent events in the line style that the faults ask for."""

    def __init__(self, faults: Faults) -> None:
        self._eol = _EOLS[faults.eol]
        self._data = b"data:" if faults.no_space else b"data: "

    def event(self, data: bytes, name: str | None = None) -> bytes:
        """One event; `data` must hold no line end."""
        head, tail = self.around(b"", b"", name)
        return head + data + tail

    def around(self, before: bytes, after: bytes, name: str | None = None) -> tuple[bytes, bytes]:
        """What stands before and after the varying middle of an event's data."""
        head = b"" if name is None else b"event: " + name.encode() + self._eol
        return head + self._data + before, after + self._eol * 2

    def comment(self) -> bytes:
        return b": keep-alive" + self._eol * 2
