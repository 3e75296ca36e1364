"""Answers in Ollama's words: one JSON object for each piece, and a last one that says how it ended and what it took.

Where an answer is still to come, an empty piece says that it is alive, and under `orchd` what it waits for: lines of
JSON have no comments.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from orchd.clock import unix_now
from orchd.errors import OrchdError, UpstreamError
from orchd.features.gateway.ollama.refusals import error_line
from orchd.features.gateway.sources import AnswerEnd, AnswerText, EarlyEnd, RelayEvent, RelayRemark
from orchd.features.gateway.translation.answering import around_text
from orchd.llm import RelayedPiece
from orchd.llm.tools import ToolCall
from orchd.protocol.types import timestamp

AnswerForm: TypeAlias = Literal["chat", "generate"]
NANOSECONDS = 1_000_000_000
_encode = msgspec.json.Encoder().encode
_WHOLE = ("stop", "tool_calls", "function_call", "eos", "end_turn")


class AnswerWriter(NamedTuple):
    """Writes the answer of the model that its sender calls `model`, in the form of `/api/chat` or `/api/generate`. In a
    stream an error after its beginning is a line, and the last one."""

    model: str
    form: AnswerForm

    def begin(self) -> bytes:
        return b""

    def take(self, event: RelayEvent) -> bytes:
        if isinstance(event, AnswerText) and not event.alternatives:  # nearly each one is no more than that
            if event.channel == "content":
                before, between, after = _around(self)
                return b"%b%b%b%b%b" % (before, timestamp(unix_now()).encode(), between, _encode(event.text), after)
            return _encode(self._piece("", event.text)) + b"\n"
        return b"".join(_encode(piece) + b"\n" for piece in self.pieces((event,)))

    def fail(self, error: OrchdError) -> bytes:
        return _encode(error_line(error)) + b"\n"

    def end(self) -> bytes:
        return b""

    def pieces(self, events: Sequence[RelayEvent]) -> Iterable[dict[str, Any]]:
        """Return what is said of these events. Raises `UpstreamError` for a call of a tool that can't be read."""
        for event in events:
            match event:
                case AnswerText(channel, text, alternatives):
                    more = {"logprobs": list(alternatives)} if alternatives else {}
                    spoken = channel == "content"
                    yield self._piece(text if spoken else "", "" if spoken else text) | more
                case AnswerEnd():
                    if calls := _calls(event):
                        yield self._piece("", "", calls)
                    yield self._piece("", "") | _ending(event)
                case EarlyEnd():
                    yield self._piece("", "") | _ending(event)
                case RelayRemark(phase, position, eta_ms):
                    told = {"phase": phase, "position": position, "etaMs": eta_ms}
                    known = {name: value for name, value in told.items() if value is not None}
                    yield self._piece("", "") | {"orchd": known}
                case RelayedPiece():
                    pass  # its texts come by themselves

    def whole(self, events: Sequence[RelayEvent]) -> dict[str, Any]:
        """Return all of an answer in one piece. Raises as `pieces` does."""
        texts = [event for event in events if isinstance(event, AnswerText)]
        said = "".join(event.text for event in texts if event.channel == "content")
        thought = "".join(event.text for event in texts if event.channel == "reasoning")
        alternatives = [each for event in texts for each in event.alternatives]
        last = next((event for event in reversed(events) if isinstance(event, AnswerEnd | EarlyEnd)), None)
        calls = _calls(last) if isinstance(last, AnswerEnd) else []
        ending = {} if last is None else _ending(last)
        more = {"logprobs": alternatives} if alternatives else {}
        return {**self._piece(said, thought, calls), **ending, **more}

    def empty(self, reason: str) -> dict[str, Any]:
        """Return the answer to a request that asked nothing."""
        return self._piece("", "") | {"done": True, "done_reason": reason}

    def _piece(self, said: str, thought: str, calls: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        moment = timestamp(unix_now())
        return {"model": self.model, "created_at": moment, **self._spoken(said, thought, calls), "done": False}

    def _spoken(self, said: str, thought: str, calls: Sequence[dict[str, Any]]) -> dict[str, Any]:
        thinking = {"thinking": thought} if thought else {}
        if self.form == "generate":
            return {"response": said, **thinking}
        more = {"tool_calls": list(calls)} if calls else {}
        return {"message": {"role": "assistant", "content": said, **thinking, **more}}


@lru_cache(maxsize=64)
def _around(writer: AnswerWriter) -> tuple[bytes, bytes, bytes]:
    """Return what stands around the moment and the text of a piece, which are otherwise the same."""
    member = "response" if writer.form == "generate" else "content"
    piece = _encode(writer._piece("", "") | {"created_at": ""}) + b"\n"
    head, after = around_text(member, piece)
    before, between = around_text("created_at", head)
    return before + b'"', b'"' + between, after


def _ending(end: AnswerEnd | EarlyEnd) -> dict[str, Any]:
    if isinstance(end, EarlyEnd):
        return {"done": True, "done_reason": "length", "orchd": {"cut": end.reason}}
    usage, reason = end.outcome.usage, end.outcome.finish_reason
    counted = {} if usage is None else {"prompt_eval_count": usage.prompt_tokens, "eval_count": usage.completion_tokens}
    return {
        "done": True,
        "done_reason": "stop" if reason in _WHOLE else reason,
        "total_duration": nanoseconds(end.total),
        "load_duration": nanoseconds(end.loading),
        "prompt_eval_duration": nanoseconds(end.reading),
        "eval_duration": nanoseconds(end.writing),
        **counted,
    }


def nanoseconds(seconds: float) -> int:
    """Return a duration as Ollama has it."""
    return int(seconds * NANOSECONDS)


def _calls(end: AnswerEnd) -> list[dict[str, Any]]:
    """Return the calls of tools. One that is cut off with the answer is left out."""
    read = [(call, _arguments(call)) for call in end.outcome.tool_calls]
    if any(arguments is None for _, arguments in read) and end.outcome.finish_reason != "length":
        raise UpstreamError("the model asked to have a tool called with what is no JSON object", reason="not_json")
    return [
        {"id": call.id, "function": {"index": place, "name": call.function.name, "arguments": arguments}}
        for place, (call, arguments) in enumerate(read)
        if arguments is not None
    ]


def _arguments(call: ToolCall) -> dict[str, Any] | None:
    try:
        return msgspec.json.decode(call.function.arguments or "{}", type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
