"""Plays a conversation written as text against a daemon, and shows where the two part.

A line is `> ID TYPE DATA` for what the client sends and `< ID TYPE DATA` for what must come next; a letter before the
mark names a connection other than the first, which is opened when it is first named.

    > a chat:send {"message": "Hello"}
    < a chat:message {"id": $question, "role": "user", ...}
    <* a chat:streaming
    < a chat:message {"parentId": $question, ...}

ID `-` is none; DATA may be left out (sent: no `data` member; received: any). `...` stands for members that don't
matter; `$name` takes a value and later demands or sends the same; `$_` is any value. Further marks: `<*` any number of
such frames; `<~` the next frame with that id, whatever comes in between (it is looked at later); `>>` the rest of the
line as it is; `< closed CODE`; `^` the turns that the model server was sent next, as `["role: content", ...]`.
`chat:progress` and `monitoring:metrics` depend on time: they may come anywhere unless a line asks for them.
"""

import difflib
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

import trio

from tests.wire.client import Client
from tests.wire.referee import Frame

_MARK = "placeholder:"
"""Tells `$name` from a text that begins with a dollar sign."""

TIMED = ("chat:progress", "monitoring:metrics")

_LINE = re.compile(r"(?P<name>[A-Z]?)(?P<mark>>>|>|<\*|<~|<|\^) ?(?P<rest>.*)")
_WORDS = re.compile(r'"(?:\\.|[^"\\])*"|\$\w+|\.\.\.')


class Line(NamedTuple):
    """One line of a script. `data` is None when any will do."""

    text: str
    name: str
    mark: str
    request_id: str = "-"
    type: str = ""
    data: Any = None


class Mismatch(AssertionError):
    """The conversation went another way; the text is the diff."""


def parse(script: str) -> list[Line]:
    """Read a script; empty lines and those that begin with `#` or `@` don't count."""
    return [_line(text.strip()) for text in script.splitlines() if text.strip() and text.strip()[0] not in "#@"]


def _line(text: str) -> Line:
    match = _LINE.fullmatch(text)
    assert match is not None, f"not a line of a conversation: {text}"
    name, mark, rest = match["name"] or "A", match["mark"], match["rest"]
    if mark == ">>":
        return Line(text, name, mark, data=rest)
    if mark == "^":
        return Line(text, name, mark, data=_json(rest))
    if rest.startswith("closed "):
        return Line(text, name, mark, type="closed", data=int(rest.removeprefix("closed ")))
    request_id, kind, *data = rest.split(" ", 2)
    return Line(text, name, mark, request_id, kind, _json(data[0]) if data else None)


def _json(text: str) -> Any:
    def quoted(match: re.Match[str]) -> str:
        word = match[0]
        return '"...": true' if word == "..." else word if word.startswith('"') else f'"{_MARK}{word}"'

    return json.loads(_WORDS.sub(quoted, text))


def _is_placeholder(pattern: Any) -> bool:
    return isinstance(pattern, str) and pattern.startswith(_MARK)


class Player:
    """Plays one script. `connect` opens a connection; `sent_upstream` yields what model servers were sent, in order."""

    def __init__(self, connect: Callable[[], Awaitable[Client]], sent_upstream: Callable[[], list[list[str]]]) -> None:
        self.values: dict[str, Any] = {}
        self._connect = connect
        self._sent_upstream = sent_upstream
        self._seen_upstream = 0
        self._clients: dict[str, Client] = {}
        self._waiting: dict[str, list[Frame]] = {}
        self._position: dict[str, int] = {}
        self._played: list[str] = []

    async def play(self, script: str) -> None:
        """Play it to its end, where nothing may be left over. Raises `Mismatch`."""
        lines = parse(script)
        for index, line in enumerate(lines):
            try:
                await self._play(line)
            except (AssertionError, trio.TooSlowError) as failure:
                raise Mismatch(self._diff(lines[index:], failure)) from failure
            self._played.append(f"  {line.text}")
        for name, client in self._clients.items():
            await self._check_rest(name, client)

    async def _play(self, line: Line) -> None:
        if line.mark == "^":
            sent = self._sent_upstream()[self._seen_upstream :]
            assert sent, "nothing more was sent to a model server"
            self._seen_upstream += 1
            assert self._matches(line.data, sent[0]), f"sent was {json.dumps(sent[0], ensure_ascii=False)}"
            return
        if line.name not in self._clients:
            self._clients[line.name] = await self._connect()
            self._waiting[line.name], self._position[line.name] = [], 1
        client = self._clients[line.name]
        if line.mark == ">>":
            await client.send_text(line.data)
        elif line.mark == ">":
            await self._send(client, line)
        else:
            await self._expect(client, line)

    async def _send(self, client: Client, line: Line) -> None:
        frame: Frame = {"type": line.type}
        if line.request_id != "-":
            frame["id"] = line.request_id
        client.referee.asked(line.type, None if line.request_id == "-" else line.request_id)
        if line.data is not None:
            frame["data"] = self._filled(line.data)
        await client.send_text(json.dumps(frame))

    async def _expect(self, client: Client, line: Line) -> None:
        if line.type == "closed":
            assert await client.wait_closed() == line.data, f"closed with {client.close_code}"
        elif line.mark == "<*":
            while self._fits(line, frame := await self._next(client, line)):
                pass
            self._waiting[line.name].insert(0, frame)
        else:
            frame = await self._next(client, line)
            assert self._fits(line, frame), show(frame)

    async def _next(self, client: Client, line: Line) -> Frame:
        """The next frame that this line may be about."""
        passed_by: list[Frame] = []
        try:
            while True:
                frame = await self._take(client, line.name)
                if line.mark == "<~" and frame.get("id", "-") != line.request_id:
                    passed_by.append(frame)
                elif frame["type"] == line.type or frame["type"] not in TIMED:
                    return frame
        finally:
            self._waiting[line.name][:0] = passed_by

    async def _take(self, client: Client, name: str) -> Frame:
        if self._waiting[name]:
            return self._waiting[name].pop(0)
        frame = await client.until(lambda _: True, after=self._position[name])
        self._position[name] += 1
        return frame

    async def _check_rest(self, name: str, client: Client) -> None:
        if not client.closed.is_set():
            flush = await client.answer(await client.send("ping"))
            rest = self._waiting[name] + client.frames[self._position[name] :]
            rest = [frame for frame in rest if frame is not flush[-1] and frame["type"] not in TIMED]
            if rest:
                raise Mismatch("\n".join([*self._played, *(f"+ {show(frame)}" for frame in rest)]))

    def _fits(self, line: Line, frame: Frame) -> bool:
        taken = dict(self.values)
        if line.type != frame["type"] or line.request_id != frame.get("id", "-"):
            return False
        if line.data is not None and not self._matches(line.data, frame["data"]):
            self.values = taken
            return False
        return True

    def _matches(self, pattern: Any, value: Any) -> bool:
        if _is_placeholder(pattern):
            return pattern == f"{_MARK}$_" or bool(self.values.setdefault(pattern, value) == value)
        if isinstance(pattern, dict):
            wanted = {name: member for name, member in pattern.items() if name != "..."}
            exact = isinstance(value, dict) and (wanted.keys() == value.keys() or "..." in pattern)
            return exact and all(
                name in value and self._matches(member, value[name]) for name, member in wanted.items()
            )
        if isinstance(pattern, list):
            same = isinstance(value, list) and len(value) == len(pattern)
            return same and all(map(self._matches, pattern, value))
        return type(pattern) is type(value) and bool(pattern == value)

    def _filled(self, data: Any) -> Any:
        if isinstance(data, dict):
            return {name: self._filled(member) for name, member in data.items()}
        if isinstance(data, list):
            return [self._filled(member) for member in data]
        return self.values[data] if _is_placeholder(data) else data

    def _diff(self, rest: list[Line], failure: BaseException) -> str:
        line, name = rest[0], rest[0].name
        came = list(self._came(name)) if line.mark.startswith("<") else []
        expected = [f"{item.text}" for item in rest if item.name == name and item.mark.startswith("<")]
        diff = [text for text in difflib.ndiff(expected, came) if text[:1] in "-+ "] if came else [f"- {line.text}"]
        text = ["", *self._played, *diff, "", f"at: {line.text}", f"because: {type(failure).__name__} {failure}"]
        return "\n".join(
            [*text, f"values: { {name.removeprefix(_MARK): value for name, value in self.values.items()} }"]
        )

    def _came(self, name: str) -> Iterator[str]:
        """What came and was not taken, with the frame that did not fit."""
        frames = self._clients[name].frames[max(1, self._position[name] - 1) :]
        return (show(frame) for frame in self._waiting[name] + frames)


def show(frame: Frame) -> str:
    """A frame as a script has it."""
    data = json.dumps(frame["data"], ensure_ascii=False)
    return f"< {frame.get('id', '-')} {frame['type']} {data if len(data) < 400 else data[:400] + '…'}"
