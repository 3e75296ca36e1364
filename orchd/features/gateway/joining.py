"""The pieces of a stream joined to the answer that a server would have sent whole.

A model server is asked for a stream also where its sender wants one value: only of a stream can it be seen that it
repeats itself for ever. What servers add to an answer is in its pieces, too, so that members unknown here are kept: of
those that come again and again the last one counts, and lists of them are put behind one another. Pieces are read
leniently, since a character may be cut in two between them.
"""

import json
import math
from typing import Any

from orchd.features.gateway.bodies import RelayBody
from orchd.llm import mend

TEXTS = ("content", "reasoning_content", "reasoning", "thinking", "refusal", "text", "arguments")
"""Members that grow from piece to piece."""
FIRSTS = ("role", "id", "name", "type")
"""Members that are said once, or the same again."""
NOT_STREAMED = ("best_of", "audio", "modalities")
"""What is asked for with these may be refused in a stream, or come in another form."""


def is_joinable(body: RelayBody) -> bool:
    """Tell whether a request may be answered by a stream that is joined: one text is wanted, and nothing else."""
    return bytes(body.members.get("n", b"1")) in (b"1", b"null") and not any(
        name in body.members for name in NOT_STREAMED
    )


class _GrowingText:
    """A text of many pieces, joined once."""

    def __init__(self, first: str) -> None:
        self.pieces = [first]


class JoinedAnswer:
    """An answer that grows by the pieces of a stream."""

    def __init__(self) -> None:
        self._first: bytes | None = None
        self._count = 0
        self._members: dict[str, Any] = {}
        self._choices: dict[int, dict[str, Any]] = {}

    def add(self, data: bytes) -> None:
        """Take a piece. One that is no JSON object for Python is passed over: its texts can't have been read either."""
        self._count += 1
        self._first = data if self._count == 1 else None
        try:
            piece = _read(data)
        except (ValueError, RecursionError):
            return
        if not isinstance(piece, dict):
            return
        choices = piece.pop("choices", None)
        for place, choice in enumerate(choices if isinstance(choices, list) else ()):
            if isinstance(choice, dict):
                _grow(self._choices.setdefault(_place(choice, place), {}), _as_whole(choice))
        _grow(self._members, piece)

    def cut(self, reason: str) -> None:
        """Note that it was ended before the model did that."""
        self._first = None
        for choice in self._choices.values():
            choice["finish_reason"] = "length"
        self._members["orchd"] = {"cut": reason}

    def write(self) -> bytes | None:
        """Return the answer, as its server wrote it where that has sent it whole; None where there is none that can be
        written."""
        if not self._choices:
            return None
        if self._first is not None and b'"delta"' not in self._first:
            return self._first
        kind = self._members.get("object")
        named = {} if kind is None else {"object": str(kind).removesuffix(".chunk")}
        choices = [_finish(choice) for _, choice in sorted(self._choices.items())]
        try:
            whole = _plain({**self._members, **named, "choices": choices})
            return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, RecursionError):
            return None


def _as_whole(choice: dict[str, Any]) -> dict[str, Any]:
    """Return a piece's part of a choice under the name that it has in whole answers."""
    delta = choice.pop("delta", None)
    return choice if delta is None else {**choice, "message": delta}


def _finish(choice: dict[str, Any]) -> dict[str, Any]:
    """Return a choice with what each whole one has: members may be missing from pieces that aren't from an answer."""
    message = choice.get("message")
    if isinstance(message, dict):
        choice["message"] = {"role": "assistant", "content": None, **message}
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            if isinstance(call, dict):
                call.pop("index", None)
    return {"finish_reason": None, **choice}


def _grow(whole: dict[str, Any], piece: dict[str, Any]) -> None:
    """Put the members of a piece to those that there are."""
    for name, value in piece.items():
        known = whole.get(name)
        if known is None:
            whole[name] = _copy(name, value)
        elif isinstance(known, _GrowingText) and isinstance(value, str):
            known.pieces.append(value)
        elif isinstance(known, dict) and isinstance(value, dict) and name != "usage":
            _grow(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            _join_lists(name, known, value)
        elif value is not None and (name not in FIRSTS or not known):
            whole[name] = value


def _copy(name: str, value: Any) -> Any:
    """Return a value that can grow."""
    if isinstance(value, str):
        return _GrowingText(value) if name in TEXTS else value
    if isinstance(value, dict):
        grown: dict[str, Any] = {}
        _grow(grown, value)
        return grown
    if name == "tool_calls" and isinstance(value, list):
        calls: list[Any] = []
        _join_lists(name, calls, value)
        return calls
    return value


def _join_lists(name: str, known: list[Any], more: list[Any]) -> None:
    """Put a list behind another one; a fragment of a call of a tool goes to its call."""
    for each in more:
        call = _call_of(known, each) if name == "tool_calls" and isinstance(each, dict) else None
        if call is None:
            known.append(_copy("", each))
        else:
            _grow(call, each)


def _call_of(calls: list[Any], fragment: dict[str, Any]) -> dict[str, Any] | None:
    """Return the call that a fragment goes on with: that of its index, else of its id, else, where it has none, the
    last one. None: it begins one."""
    known = [call for call in calls if isinstance(call, dict)]
    for name in ("index", "id"):
        if fragment.get(name) is not None:
            return next((call for call in known if call.get(name) == fragment[name]), None)
    return known[-1] if known else None


def _place(choice: dict[str, Any], place: int) -> int:
    index = choice.get("index")
    return index if type(index) is int else place


def _read(data: bytes) -> Any:
    return json.loads(data.decode("utf-8", "surrogateescape"), parse_float=_finite, parse_constant=_no_number)


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _no_number(_name: str) -> None:
    """What is no number in JSON is nothing."""


def _plain(value: Any) -> Any:
    """Return a value with its texts whole."""
    if isinstance(value, _GrowingText):
        return mend("".join(value.pieces))
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, dict):
        return {mend(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
