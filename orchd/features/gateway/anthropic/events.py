"""The answer as the Messages API tells it: blocks, one after the other, each opened once and closed once.

Its first event tells how many tokens were read, which nobody knows by then: it is guessed there, and told in the end.
"""

import secrets
from typing import Any

import msgspec

from orchd.errors import OrchdError, UpstreamError
from orchd.features.gateway.anthropic.refusals import error_event
from orchd.features.gateway.anthropic.request import MessagesRequest
from orchd.features.gateway.sources import AnswerEnd, AnswerText, EarlyEnd, RelayEvent, RelayRemark
from orchd.features.gateway.translation.answering import around_text, comment, encode_text, event_bytes
from orchd.features.gateway.translation.calls import unique_id
from orchd.features.gateway.translation.counting import guess_tokens
from orchd.llm import (
    Channel,
    Outcome,
    RelayedPiece,
    ToolCall,
)

_REASONS = {"length": "max_tokens", "content_filter": "refusal"}
_KINDS: dict[Channel, str] = {"content": "text", "reasoning": "thinking"}


class MessageScribe:
    """Writes one message."""

    def __init__(self, asked: MessagesRequest, model: str) -> None:
        self.thoughts = asked.thoughts
        self._streams = asked.streams
        self._model = model
        self._id = f"msg_{secrets.token_hex(12)}"
        self._content: list[dict[str, Any]] = []
        self._open: tuple[Channel, list[str]] | None = None
        """The channel of the block that is being written, and its texts so far."""
        self._around = b"", b""
        """What stands before and after a text of that block in its event, which is otherwise the same each time."""
        self._written = 0
        """Bytes of texts."""
        self._usage = {"input_tokens": guess_tokens(asked.body.size), "output_tokens": 0}
        self._end: dict[str, Any] = {"stop_reason": None, "stop_sequence": None}

    def begin(self) -> bytes:
        """Return the event that says that there is a message."""
        return self._event("message_start", {"message": self.whole()})

    def take(self, event: RelayEvent) -> bytes:
        """Return the events that a piece of the answer becomes. Raises `UpstreamError` for a call without an object,
        which in a stream is an event."""
        if isinstance(event, AnswerText):  # first, as nearly each one is
            return self._take_text(event.channel, event.text)
        match event:
            case RelayRemark():
                return comment(event) + self._event("ping", {})
            case AnswerEnd(outcome):
                return self._finish(outcome)
            case EarlyEnd(reason):
                self._usage["output_tokens"] = guess_tokens(self._written)
                return self._close("max_tokens", {"orchd": {"cut": reason}})
            case RelayedPiece():
                return b""  # what it says comes by itself

    def fail(self, error: OrchdError) -> bytes:
        """Return the event after which nothing more comes."""
        return self._event("error", error_event(error))

    def end(self) -> bytes:
        """Return nothing: the answer's own end is the last event."""
        return b""

    def whole(self) -> dict[str, Any]:
        """Return the message as it is by now."""
        usage = {**self._usage, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        message = {"id": self._id, "type": "message", "role": "assistant", "model": self._model}
        return {**message, "content": self._content, **self._end, "usage": usage}

    def _take_text(self, channel: Channel, text: str) -> bytes:
        written = b""
        if self._open is not None and self._open[0] != channel:
            written = self._close_block()
        if self._open is None:
            self._open = channel, []
            written += self._event("content_block_start", {**self._place(), "content_block": _block(channel, "")})
            kind = _KINDS[channel]
            delta = {**self._place(), "delta": {"type": f"{kind}_delta", kind: ""}}
            self._around = around_text(kind, self._event("content_block_delta", delta))
        self._open[1].append(text)
        self._written += len(text) if text.isascii() else len(text.encode())
        if not self._streams:
            return written
        before, after = self._around
        return b"%b%b%b%b" % (written, before, encode_text(text), after)

    def _close_block(self) -> bytes:
        """Close the block that is being written, if one is."""
        if self._open is None:
            return b""
        written = self._event("content_block_stop", self._place())
        self._content.append(_block(self._open[0], "".join(self._open[1])))
        self._open = None
        return written

    def _finish(self, outcome: Outcome) -> bytes:
        self._model = outcome.model or self._model
        cut = outcome.finish_reason in _REASONS
        calls = [(call, _input(call)) for call in outcome.tool_calls]
        if not cut and any(told is None for _, told in calls):
            error = UpstreamError("the model asked to have a tool called with no JSON object", reason="not_json")
            if not self._streams:
                raise error
            return self.fail(error)
        whole = [(call, told) for call, told in calls if told is not None]
        written = self._close_block() + b"".join(self._write_call(call, told) for call, told in whole)
        tokens = outcome.usage
        if tokens is not None:
            self._usage = {"input_tokens": tokens.prompt_tokens, "output_tokens": tokens.completion_tokens}
        else:
            self._usage["output_tokens"] = guess_tokens(self._written)
        return written + self._close(_REASONS.get(outcome.finish_reason, "tool_use" if whole else "end_turn"), {})

    def _write_call(self, call: ToolCall, told: dict[str, Any]) -> bytes:
        """Write a call. Its arguments come in one piece, for half of them is of no use."""
        block = {"type": "tool_use", "id": unique_id(call, "toolu"), "name": call.function.name}
        place = self._place()
        self._content.append({**block, "input": told})
        delta = {"type": "input_json_delta", "partial_json": call.function.arguments or "{}"}
        return (
            self._event("content_block_start", {**place, "content_block": {**block, "input": {}}})
            + self._event("content_block_delta", {**place, "delta": delta})
            + self._event("content_block_stop", place)
        )

    def _close(self, reason: str, more: dict[str, Any]) -> bytes:
        written = self._close_block()
        self._end = {"stop_reason": reason, "stop_sequence": None, **more}
        usage = {**self._usage, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        written += self._event("message_delta", {"delta": self._end, "usage": usage})
        return written + self._event("message_stop", {})

    def _place(self) -> dict[str, Any]:
        return {"index": len(self._content)}

    def _event(self, name: str, members: dict[str, Any]) -> bytes:
        return event_bytes(name, members) if self._streams else b""


def _block(channel: Channel, text: str) -> dict[str, Any]:
    if channel == "reasoning":
        return {"type": "thinking", "thinking": text, "signature": ""}
    return {"type": "text", "text": text}


def _input(call: ToolCall) -> dict[str, Any] | None:
    """Return what a tool is called with; None where that is no object."""
    try:
        return msgspec.json.decode(call.function.arguments or "{}", type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
