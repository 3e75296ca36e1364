"""The rules that hold for every frame of every session, whatever is tested: applied by the test client as it reads.

Each frame is valid by the schema, in its open form and in its closed one; the greeting comes first; each request gets
exactly one final frame, before it only such as its `Command` declares, and nothing with its id after it; what is pushed
was asked for; the pieces of an answer put together are the stored answer.
"""

from typing import Any, TypeAlias

from orchd.features import make_codec
from tests.wire_schema import validate_server_frame

Frame: TypeAlias = dict[str, Any]

COMMANDS = make_codec().commands

PUSHED = frozenset(frame.type for command in COMMANDS.values() for frame in command.pushes)
"""What comes without an id; else only replies to requests without one do, `error`, and the session's own frames."""

ASKING = ("chat:send", "chat:edit", "chat:regenerate", "chat:continue")
"""What begins an answer: replied to by the question and, at the end, the answer."""


def is_final(frame: Frame, request_type: str) -> bool:
    """Whether `frame` ends a request of that type."""
    if frame["type"] == "error":
        return True
    command = COMMANDS.get(request_type)
    if command is None or frame["type"] != command.reply.type:
        return False
    return all(frame["data"].get(name) == value for name, value in command.final.items())


def before(request_type: str) -> set[str]:
    """Return the types of frames that may come before the final one."""
    return {told.type for told in COMMANDS[request_type].before}


class _Answer:
    """One answer as its frames tell it."""

    def __init__(self) -> None:
        self.seq = 0
        self.done = 0
        self.finish_reason: str | None = None
        self.texts = {"content": "", "reasoning": ""}

    def add(self, data: Frame) -> None:
        assert not self.done, f"text after `done`: {data}"
        assert data["seq"] > self.seq, f"`seq` does not grow: {data} after {self.seq}"
        assert data["done"] == ("finishReason" in data) == (data["chunk"] == ""), data
        self.seq = data["seq"]
        self.done += data["done"]
        self.texts[data["channel"]] += data["chunk"]
        self.finish_reason = data.get("finishReason")

    def check(self, message: Frame) -> None:
        assert self.done == 1, f"no `done` frame before {message}"
        told, stored = self.texts, {"content": message["content"], "reasoning": message["reasoning"] or ""}
        late = told["content"] == stored["reasoning"] + stored["content"] and not told["reasoning"]
        assert told == stored or (late and "think" in told["content"]), (told, stored)
        assert self.finish_reason == message["finishReason"]
        assert message["status"] in ("complete", "cancelled", "interrupted", "error")
        # What the daemon stopped for repeating itself has a reason, and is not complete all the same.
        assert (message["status"] == "complete") == (message["finishReason"] not in (None, "loop")), message
        assert message["status"] != "error" or message["error"] is not None, message


class Referee:
    """Judges one connection. `asked` and `receive` raise AssertionError or a validation error."""

    def __init__(self) -> None:
        self.asked_types: dict[str, str] = {}
        """Requests whose final frame has not come, by id."""
        self._greeted = False
        self._pushed: set[str] = set()
        self._ended: set[str] = set()
        self._questions: set[str] = set()
        self._answers: dict[int, _Answer] = {}

    def asked(self, request_type: str, request_id: str | None) -> None:
        """Note that a request is about to be sent; one whose id is in flight can't be told from the first.

        One without an id is answered without one, so all of its frames look pushed.
        """
        command = COMMANDS.get(request_type)
        if command is not None:
            own = () if request_id is not None else (*command.before, command.reply)
            self._pushed.update(told.type for told in (*command.pushes, *own))
        if request_id is not None and request_id not in self.asked_types:
            self._ended.discard(request_id)
            self._questions.discard(request_id)
            self.asked_types[request_id] = request_type

    def receive(self, frame: Frame) -> None:
        """Judge the next frame."""
        validate_server_frame(frame)
        assert self._greeted == (frame["type"] != "session:ready"), f"not the first, or not a greeting: {frame}"
        self._greeted = True
        request_id = frame.get("id")
        if request_id is None:
            assert frame["type"] in self._pushed or frame["type"] not in PUSHED, f"nothing asked for pushes it: {frame}"
        else:
            self._on_behalf(frame, request_id)
        if frame["type"] == "chat:streaming":
            self._answers.setdefault(frame["data"]["messageId"], _Answer()).add(frame["data"])

    def _on_behalf(self, frame: Frame, request_id: str) -> None:
        assert request_id not in self._ended, f"after the final frame of {request_id}: {frame}"
        request_type = self.asked_types.get(request_id)
        if request_type is None:
            assert frame["type"] == "error", f"nobody asked as {request_id}: {frame}"
            return
        if request_type in ASKING:
            self._chat(frame, request_id)
        elif request_type == "chat:resume":
            self._resume(frame, request_id)
        final = is_final(frame, request_type)
        assert final or frame["type"] in before(request_type), f"no frame of {request_type}: {frame}"
        if final:
            del self.asked_types[request_id]
            self._ended.add(request_id)

    def _resume(self, frame: Frame, request_id: str) -> None:
        """A resume tells an answer anew, from a place that only its client knows."""
        data = frame["data"]
        if frame["type"] == "chat:streaming":
            assert not data["done"], f"`done` before `chat:resumed`: {frame}"
            if request_id not in self._questions:
                self._questions.add(request_id)
                self._answers[data["messageId"]] = _Answer()
        elif frame["type"] == "chat:resumed":
            assert data["recovered"] == ("message" not in data), frame
            assert data["recovered"] or request_id not in self._questions, f"text though not recovered: {frame}"
            answer = self._answers[data["messageId"]] = _Answer()
            answer.seq = data["seq"]
        else:
            assert frame["type"] == "error", f"not a frame of a resume: {frame}"

    def _chat(self, frame: Frame, request_id: str) -> None:
        if frame["type"] == "chat:message" and frame["data"]["role"] == "user":
            assert request_id not in self._questions, f"the question twice: {frame}"
            self._questions.add(request_id)
            return
        assert (frame["type"] == "error") != (request_id in self._questions), f"out of order: {frame}"
        if frame["type"] == "chat:message":
            self._answers.pop(frame["data"]["id"], _Answer()).check(frame["data"])
