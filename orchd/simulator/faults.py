"""What may be made to go wrong, and the one grammar in which it is asked for.

The same text works in three places, later ones on top of earlier ones: the `--fault` switch, the `X-Simulate` header,
and `[[simulate: ...]]` inside the last user message. The last one exists because whoever talks to a daemon in front
of the simulator can choose the message, but not the headers of the request that the daemon makes.
"""

import textwrap
from typing import Annotated, Literal, NamedTuple, get_type_hints

import msgspec
from msgspec import Meta, Struct

from orchd.patterns import lazy_pattern

DIRECTIVE = lazy_pattern(r"\[\[\s*simulate:([^\]\[]*+)\]\]")
MAX_TOKENS = 1_000_000

_Seconds = Annotated[float, Meta(ge=0, le=86_400)]
_Count = Annotated[int, Meta(ge=0, le=MAX_TOKENS)]
_Bytes = Annotated[int, Meta(ge=1, le=16 * 1024 * 1024)]
_BARE = {"calls": "1", "comments": "1", "reasoning": "20", "big": "5242880", "split": "1"}

EndKind = Literal["error", "stall", "reset", "cut", "eof"]


class Ending(NamedTuple):
    """What happens to a stream once `after` tokens are sent, or at the end of a shorter answer."""

    kind: EndKind
    after: int


class Faults(Struct, frozen=True, kw_only=True):
    """The faults of one request. Members with a description are the grammar's names."""

    headers: Annotated[_Seconds, Meta(description="SECONDS before the response's head is sent")] = 0.0
    silence: Annotated[_Seconds, Meta(description="SECONDS of silence between the head and the first token")] = 0.0
    interval: Annotated[_Seconds | None, Meta(description="SECONDS between tokens")] = None
    tokens: Annotated[
        _Count | None, Meta(description="N tokens of content, whatever max_tokens and the context length say")
    ] = None
    status: Annotated[
        Annotated[int, Meta(ge=400, le=599)] | None,
        Meta(description="CODE: answer with this HTTP status (400 to 599) and an error body"),
    ] = None
    json_error: Annotated[bool, Meta(description="HTTP 200 and an error body, even where a stream was asked for")] = (
        False
    )
    error_after: Annotated[_Count | None, Meta(description="N: an error inside the stream after N tokens")] = None
    error_shape: Annotated[
        Literal["object", "string", "event"],
        Meta(description="object, string, or event (an `event: error` line before it): shape of that error"),
    ] = "object"
    error_done: Annotated[bool, Meta(description="that error is followed by [DONE] (by chat.end on /api/v1/chat)")] = (
        False
    )
    stall_after: Annotated[_Count | None, Meta(description="N: after N tokens nothing more comes")] = None
    stall_for: Annotated[
        _Seconds | None, Meta(description="SECONDS after which a stalled stream goes on; unset: never")
    ] = None
    reset_after: Annotated[_Count | None, Meta(description="N: TCP reset after N tokens")] = None
    cut_after: Annotated[
        _Count | None, Meta(description="N: connection closed in the middle of an event after N tokens")
    ] = None
    eof_after: Annotated[
        _Count | None, Meta(description="N: the body ends properly after N tokens, with no finish reason and no [DONE]")
    ] = None
    no_finish: Annotated[bool, Meta(description="[DONE] without a finish reason (/api/v1/chat: no chat.end)")] = False
    no_done: Annotated[bool, Meta(description="a finish reason without [DONE]")] = False
    empty: Annotated[bool, Meta(description="an answer without any text, finish reason stop")] = False
    repeat: Annotated[bool, Meta(description="the same sentence for ever, until max_tokens or the client ends it")] = (
        False
    )
    comments: Annotated[
        Annotated[float, Meta(ge=0.001, le=86_400)] | None,
        Meta(description="SECONDS between keep-alive comments during silence and stalls; alone: nothing but comments"),
    ] = None
    model: Annotated[str | None, Meta(description="NAME: the answer names this model instead of its own")] = None
    reasoning: Annotated[_Count | None, Meta(description="N tokens of reasoning before the answer")] = None
    reasoning_field: Annotated[
        Literal["reasoning_content", "reasoning"], Meta(description="reasoning_content or reasoning: its member's name")
    ] = "reasoning_content"
    reasoning_only: Annotated[bool, Meta(description="reasoning and no content, finish reason stop")] = False
    unicode: Annotated[bool, Meta(description="text with line separators, emoji and combining characters")] = False
    markdown: Annotated[
        bool, Meta(description="text with headings, lists, tables, code, quotations and formulas in Markdown")
    ] = False
    big: Annotated[_Bytes | None, Meta(description="N: the second token is N characters long (5 MiB when bare)")] = None
    split: Annotated[_Bytes | None, Meta(description="N: the body is written N bytes at a time (1 when bare)")] = None
    eol: Annotated[Literal["lf", "crlf", "cr"], Meta(description="lf, crlf or cr: line ends of the stream")] = "lf"
    no_space: Annotated[bool, Meta(description="no space after `data:`")] = False
    odd: Annotated[
        bool, Meta(description="odd but legal events first: content null, no choices, no delta, unknown members")
    ] = False
    prefill: Annotated[
        bool | None,
        Meta(description="0 or 1: whether an assistant's message at the end of the request is continued"),
    ] = None
    calls: Annotated[
        Annotated[int, Meta(ge=0, le=16)] | None,
        Meta(description="N tool calls instead of an answer, where tools are offered; 1 when bare"),
    ] = None
    call_form: Annotated[
        Literal["pieces", "whole", "odd"],
        Meta(description="pieces, whole (all with index 0) or odd (new ids, empty names): how tool calls are cut"),
    ] = "pieces"
    call_cut: Annotated[bool, Meta(description="the last tool call's arguments end in the middle")] = False
    score: Annotated[
        Annotated[int, Meta(ge=0, le=100)] | None,
        Meta(description="N: what a simulated judge gives, 0 to 100; below 70 it does not approve"),
    ] = None
    load_error: Annotated[bool, Meta(description="loading the model fails, if it has to be loaded")] = False
    drop_next: Annotated[
        bool, Meta(description="the connection is closed without an answer when it is used for another request")
    ] = False
    times: Annotated[
        _Count | None, Meta(description="N: only the first N requests with exactly these faults have them")
    ] = None

    @classmethod
    def of(cls, *texts: str) -> "Faults":
        """Read faults, later texts on top of earlier ones; raises ValueError that names what is known."""
        wanted: dict[str, str] = {}
        for text in texts:
            wanted |= dict(_pair(item) for item in text.split(",") if item.strip())
        try:
            return msgspec.convert(wanted, cls, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(f"fault out of range: {error}. {_known_faults()}") from None

    def ending(self) -> Ending | None:
        """The fault that ends or stalls the stream; the earliest one when several are asked for."""
        asked: list[tuple[EndKind, int | None]] = [
            ("error", self.error_after),
            ("stall", self.stall_after),
            ("reset", self.reset_after),
            ("cut", self.cut_after),
            ("eof", self.eof_after),
        ]
        found = [Ending(kind, after) for kind, after in asked if after is not None]
        return min(found, key=lambda ending: ending.after, default=None)

    @property
    def mute(self) -> bool:
        """Whether nothing but comments is ever sent."""
        return self.comments is not None and not self.silence and self.stall_after is None


_HINTS = {
    name: next(item.description for item in hint.__metadata__ if isinstance(item, Meta) and item.description)
    for name, hint in get_type_hints(Faults, include_extras=True).items()
}


def _known_faults() -> str:
    return f"Known faults: {', '.join(_HINTS)}"


def _pair(item: str) -> tuple[str, str]:
    name, given, value = (part.strip() for part in item.partition("="))
    if name not in _HINTS:
        raise ValueError(f"unknown fault '{name}'. {_known_faults()}")
    return name, value if given else _BARE.get(name, "true")


def directives(text: str) -> tuple[str, str]:
    """Take `[[simulate: ...]]` out of a message: what remains, and the faults as one comma-separated text."""
    return DIRECTIVE.sub("", text).strip(), ",".join(DIRECTIVE.findall(text))


def _help() -> str:
    intro = (
        "Faults are written name=value,name=value (a bare name is a switch that is on). The same text works as "
        "--fault at the start, in the request header X-Simulate, and as [[simulate: ...]] inside the last user "
        "message; later ones win. Durations are seconds. Example: [[simulate: tokens=200,interval=0.05,error_after=40]]"
    )
    lines = textwrap.wrap(intro, 100)
    for name, text in _HINTS.items():
        lines += textwrap.wrap(text, 100, initial_indent=f"  {name:<16} ", subsequent_indent=" " * 19)
    return "\n".join(lines)


FAULTS_HELP = _help()
