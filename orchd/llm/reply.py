"""One answer as it arrives, sans-IO: body bytes in, calls of the listener out, and at the end a verdict.

Everything happens in one synchronous pass over a network read: no task switch and no call to the listener for each
token, but one call for each run of texts of the same channel. Nothing is believed that the server does not say: an
answer is complete only with a finish reason, whether `[DONE]` came or not; errors count wherever in the stream they
stand.
"""

from typing import TypeAlias

from orchd.errors import OrchdError, UpstreamError
from orchd.llm.calls import ToolCalls
from orchd.llm.chunks import CallFragment, Chunk, Delta, PromptProgress, decode
from orchd.llm.echo import EchoStripper
from orchd.llm.failures import Said, judge, read_body, read_error
from orchd.llm.sse import BOM, Event, EventParser, JsonLinesParser, Parser, StreamTooLongError
from orchd.llm.think import ThinkSplitter
from orchd.llm.types import Channel, Listener, Outcome, Usage

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""The longest reply that is one JSON document instead of a stream."""
MAX_BLANK_BYTES = 4096
"""How much white space may come before a reply shows what it is."""
MAX_STRAY_CHARACTERS = 200
JSON_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines")

Run: TypeAlias = list[tuple[Channel, str]]


class Document:
    """The parser of a body that is no stream: one JSON document, or lines of them, known only at its end."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Event]:
        """Collect `data`. Raises StreamTooLongError."""
        self._parts.append(data)
        self._size += len(data)
        if self._size > MAX_DOCUMENT_BYTES:
            raise StreamTooLongError
        return []

    def close(self) -> list[Event]:
        """Return the document, or its lines when only they are JSON."""
        body = b"".join(self._parts).removeprefix(BOM).strip()
        self._parts.clear()
        if not body:
            return []
        if b"\n" not in body or decode(body) is not None or not body.startswith(b"{"):
            return [Event(b"", body)]
        return JsonLinesParser().feed(body + b"\n")


class Reply:
    """The state of one answer: `feed` it bytes until `done` or the end of the body, then ask for its `outcome`.

    `ending`: the server has said that the answer is complete; only usage or the end mark may follow.
    `output` counts the pieces of output so far, for whoever watches the progress. `continued`: it goes on with an
    answer, so that it may well be empty; `echo` is taken off its start.
    """

    def __init__(
        self,
        backend: str,
        asked: str,
        listener: Listener,
        content_type: str,
        max_bytes: int,
        *,
        continued: bool = False,
        echo: str = "",
    ) -> None:
        self.done = False
        self.ending = False
        self.output = 0
        self._backend = backend
        self._listener = listener
        self._parser: Parser | None = JsonLinesParser() if content_type in JSON_LINES else None
        self._head = b""
        self._think: ThinkSplitter | EchoStripper = ThinkSplitter()
        if echo:
            self._think = EchoStripper(echo, ThinkSplitter())
        self._continued = continued
        self._room = max_bytes
        self._run: Run = []
        self._finish = ""
        self._model = asked
        self._usage: Usage | None = None
        self._started = False
        self._spoke = False
        self._calls = ToolCalls()
        self._error: OrchdError | None = None
        self._stray = ""

    @property
    def finished(self) -> bool:
        """A finish reason has come, and no error: what happens to the connection now no longer matters."""
        return bool(self._finish) and self._error is None

    def feed(self, data: bytes) -> None:
        """Take the bytes of one network read. Raises StreamTooLongError."""
        parser = self._parser
        if parser is None:
            self._head += data
            parser = self._choose()
            if parser is None:
                return
            data, self._head = self._head, b""
        self._take(parser.feed(data))

    def outcome(self) -> Outcome:
        """Close the answer and return how it ended.

        Raises the error that the stream holds, or UpstreamError (`details.reason`: `truncated`, `empty_response`).
        """
        if not self.done and self._parser is not None:
            self._take(self._parser.close())
        self.flush()
        if self._error is not None:
            raise self._error
        if not self._finish:
            raise self._failed("truncated", "the answer is truncated, no finish reason came" + self._stray)
        calls = self._calls.whole()
        if not self._spoke and not calls and not self._nothing_to_add:
            raise self._failed("empty_response", "the answer is empty")
        return Outcome(self._finish, self._model, self._usage, tool_calls=calls)

    @property
    def _nothing_to_add(self) -> bool:
        """An answer was to be continued that is complete. With no usage it may as well be a prompt that was too long,
        which some servers tell by nothing else.
        """
        return self._continued and self._finish == "stop" and self._usage is not None

    def flush(self) -> None:
        """Give out the text held back for a tag that never came; for an answer that ends in the middle, too."""
        self._emit(self._think.close())

    def _failed(self, reason: str, text: str) -> UpstreamError:
        return UpstreamError(f"{self._backend}: {text}", reason=reason, backend=self._backend)

    def _choose(self) -> Parser | None:
        """Tell a stream from a document by the first byte: servers and proxies put any content type on either."""
        head = self._head.removeprefix(BOM).lstrip()
        if (not head or BOM.startswith(self._head)) and len(self._head) < MAX_BLANK_BYTES:
            return None
        self._parser = Document() if head[:1] in (b"{", b"[", b"<") else EventParser()
        return self._parser

    def _take(self, events: list[Event]) -> None:
        for event in events:
            chunk = decode(event.data)
            if chunk is None or chunk.error or event.name == b"error":
                self._special(event, chunk)
            else:
                self._chunk(chunk)
            if self._error is not None:
                break
        if self._run:
            run, self._run = self._run, []
            self._emit(run)

    def _special(self, event: Event, chunk: Chunk | None) -> None:
        """Take what is no chunk: the end mark, an error, or something else that is no JSON object."""
        text = event.data.decode("utf-8", "replace").strip()
        if text == "[DONE]":
            self.ending = True
            self.done = bool(self._finish)
        elif chunk is not None and chunk.error:
            self._fail(read_error(200, chunk.error))
        elif event.name == b"error":
            self._fail(read_body(200, text.strip('"').encode()))
        elif text.startswith("<"):
            self._error = self._failed("not_a_stream", "a web page came instead of an answer")
            self.done = True
        elif text:
            self._stray = f"; it said: {text[:MAX_STRAY_CHARACTERS]}"

    def _fail(self, said: Said) -> None:
        self._error = judge(self._backend, said)
        self.done = True

    def _chunk(self, chunk: Chunk) -> None:
        if chunk.model:
            self._model = chunk.model
        if chunk.usage is not None:
            self._usage = chunk.usage.typed() or self._usage
        if chunk.choices:
            choice = chunk.choices[0]
            delta = choice.delta or choice.message
            if delta is not None:
                self._delta(delta)
            if choice.finish_reason:
                self._finish = choice.finish_reason
                self.ending = True
        if chunk.prompt_progress is not None:
            self._progress(chunk.prompt_progress)

    def _delta(self, delta: Delta) -> None:
        thought = delta.reasoning_content or delta.reasoning
        if thought:
            self._run.append(("reasoning", thought))
            self.output += 1
        if delta.content:
            self._run += [("content", delta.content)] if self._think.passing else self._think.feed(delta.content)
            self.output += 1
        if delta.tool_calls:
            self._call(delta.tool_calls)
            self.output += 1

    def _call(self, fragments: list[CallFragment]) -> None:
        """Take pieces of tool calls. Half a call is no use, so one that is too long fails instead of being cut off."""
        self._begin()
        self._room -= self._calls.add(fragments)
        if self._room < 0:
            self._error = self._failed("calls_too_long", "the tool calls are longer than an answer may be")
            self.done = True

    def _progress(self, progress: PromptProgress) -> None:
        if not self._started and not self._run and progress.total > 0:
            self._listener.on_phase("prompt", min(max(progress.processed / progress.total, 0.0), 1.0))

    def _emit(self, run: Run) -> None:
        """Tell the listener, texts of the same channel merged, as far as the bound on the answer's length allows."""
        texts: list[str] = []
        for place, (channel, text) in enumerate(run):
            texts.append(text)
            if place + 1 == len(run) or run[place + 1][0] != channel:
                self._tell(channel, "".join(texts))
                texts.clear()

    def _tell(self, channel: Channel, text: str) -> None:
        size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if size > self._room:
            text = text.encode("utf-8", "replace")[: self._room].decode("utf-8", "ignore")
            size = self._room
            self._finish = "length"
            self.done = True
        self._room -= size
        if not text:
            return
        self._begin()
        self._spoke = True
        self._listener.on_delta(channel, text)

    def _begin(self) -> None:
        if not self._started:
            self._started = True
            self._listener.on_phase("generating", None)
