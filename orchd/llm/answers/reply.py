"""One answer as it arrives, sans-IO: body bytes in, calls of the listener out, and at the end a verdict.

Everything happens in one synchronous pass over a network read: no task switch and no call to the listener for each
token, but one call for each run of texts of the same channel. Nothing is believed that the server does not say: an
answer is complete only with a finish reason, whether `[DONE]` came or not; errors count wherever in the stream they
stand.
"""

from itertools import groupby
from typing import Any, TypeAlias

from orchd.errors import OrchdError, UpstreamError
from orchd.llm.answers.calls import ToolCalls
from orchd.llm.answers.echo import EchoStripper
from orchd.llm.answers.failures import judge, quote_stray
from orchd.llm.answers.finish import canonical, is_reason, meaning, outlasts
from orchd.llm.answers.think import ThinkSplitter, ThinkState
from orchd.llm.answers.words import ServerMessage, clean, find_error, find_remark, is_error, read_body, read_error
from orchd.llm.types import Channel, Listener, Outcome, Usage
from orchd.llm.wire.chunks import CallFragment, Chunk, ChunkChoice, Delta, PromptProgress, TornChunk, decode, loads
from orchd.llm.wire.document import Document
from orchd.llm.wire.halves import Halves
from orchd.llm.wire.json_values import is_end_mark, split_values
from orchd.llm.wire.relayed import ChunkRelay
from orchd.llm.wire.sse import BOM, Event, EventParser, JsonLinesParser, Parser
from orchd.reasons import Reason

MAX_BLANK_BYTES = 4096
"""How much white space may come before a reply shows what it is."""
JSON_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines")

TAIL_SECONDS = 10.0
"""How long usage, the end mark, or more of the answer may follow a finish reason that came by itself."""
LONG_TAIL_SECONDS = 30.0
"""The same for one that came with text: some servers put it on every chunk."""

TextRuns: TypeAlias = list[tuple[Channel, str]]


class ReplyParser:
    """The state of one answer: `feed` it bytes until `done` or the end of the body, then ask for its `outcome`.

    `ending`: the server has said that the answer is complete, and no text came since. `output` counts the pieces of
    output so far, for whoever watches the progress. `continued`: it goes on with an answer, so that it may well be
    empty; `echo` is taken off its start. `relay` is handed all pieces as they come; such an answer may be empty, too.
    It goes on from the `mark` of another parser when it is told what that one was `thinking`, and its texts' `size`.
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
        relay: ChunkRelay | None = None,
        thinking: ThinkState = "",
        size: int = 0,
    ) -> None:
        self.done = False
        self.ending = False
        self.output = 0
        self._backend = backend
        self._listener = listener
        self._parser: Parser | None = JsonLinesParser() if content_type in JSON_LINES else None
        self._head = b""
        self._think: ThinkSplitter | EchoStripper = (
            EchoStripper(echo, ThinkSplitter()) if echo else ThinkSplitter(thinking)
        )
        self._continued = continued or relay is not None
        self._relay = relay
        self._room, self._most = max_bytes - size, max_bytes
        self._run: TextRuns = []
        self._finish = ""
        self._marked = self._resumed = False
        self._together = False
        self._halves = Halves()
        self._careful = False
        self._model = asked
        self._usage: Usage | None = None
        self._started = self._spoke = size > 0
        self._calls = ToolCalls()
        self._error: OrchdError | None = None
        self._stray = ""
        self._remark: dict[str, Any] | None = None

    @property
    def finished(self) -> bool:
        """A finish reason was the last thing that came: what happens to the connection now no longer matters."""
        return self.ending and bool(self._finish) and self._error is None

    @property
    def begun(self) -> bool:
        """The server has answered something, if only that nothing comes."""
        return bool(self.output or self._finish or self._usage is not None)

    @property
    def usage(self) -> Usage | None:
        """The tokens that the server has told so far."""
        return self._usage

    @property
    def size(self) -> int:
        """Bytes of UTF-8 that were generated so far."""
        return self._most - max(0, self._room)

    @property
    def resumed(self) -> bool:
        """Text has followed a finish reason, so that this server's reasons end nothing."""
        return self._resumed

    def mark(self) -> tuple[int, ThinkState] | None:
        """Return after how many bytes another parser could read on, and what it must be told as `thinking`; None while
        something is held back."""
        told = self._calls or self._finish or self._marked or self._error or self._stray or self._remark
        if told or self._halves or not isinstance(self._parser, EventParser) or isinstance(self._think, EchoStripper):
            return None
        end, thinking = self._parser.end, self._think.state
        return None if end is None or thinking is None else (end, thinking)

    def patience(self, gap: float) -> float:
        """Return for how long nothing may come, while `ending`, until the answer counts as ended; `gap` is how long
        it may be silent in its middle.
        """
        if self._resumed or not (self.output or self._marked):
            return gap
        return LONG_TAIL_SECONDS if self._together else TAIL_SECONDS

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
            self._note_stray()
            raise self._failure("truncated", "the answer is truncated, no finish reason came" + self._stray)
        end = meaning(self._finish)
        if end in ("failed", "unknown"):
            reason: Reason = "server_error" if end == "failed" else "finish_reason"
            raise self._failure(
                reason, f"the answer ended with the finish reason `{clean(self._finish)}`" + self._stray
            )
        calls = self._calls.whole()
        if not self._spoke and not calls and not self._nothing_to_add:
            raise self._failure("empty_response", "the answer is empty" + self._stray)
        if self._relay is not None:
            self._relay.close()
        return Outcome(canonical(self._finish), self._model, self._usage, tool_calls=calls)

    @property
    def _nothing_to_add(self) -> bool:
        """An answer was to be continued that is complete; or a program's tokens are no text. With no usage it may as
        well be a prompt that was too long, which some servers tell by nothing else."""
        usage, whole, relayed = self._usage, meaning(self._finish) == "whole", self._relay is not None
        return usage is not None and ((self._continued and whole) or (relayed and usage.completion_tokens > 0))

    def flush(self) -> None:
        """Give out the text held back for a tag, or for half a character, that never came; for an answer that ends in
        the middle, too.
        """
        run, self._run = self._run, []
        for channel, text in self._halves.flush():
            run += self._think.feed(text) if channel == "content" else [("reasoning", text)]
        self._emit(run + self._think.close())

    def _note_stray(self) -> None:
        """Find out what a server said that broke off without calling it an error. Raises what that means, if nothing
        came before it.
        """
        if self._remark is not None:
            said = read_error(200, self._remark)
            if not self.output:
                raise judge(self._backend, said)
            self._stray = quote_stray(said.message)
        elif isinstance(self._parser, EventParser) and not self._stray:
            self._stray = quote_stray(self._parser.stray.decode("utf-8", "replace"))

    def _failure(self, reason: Reason, text: str) -> UpstreamError:
        said = f"{self._backend}: {text}"
        return UpstreamError(said, reason=reason, output=self._spoke, backend=self._backend)

    def _choose(self) -> Parser | None:
        """Tell a stream from a document by the first byte: servers and proxies put any content type on either."""
        head = self._head.removeprefix(BOM).lstrip()
        if (not head or BOM.startswith(self._head)) and len(self._head) < MAX_BLANK_BYTES:
            return None
        self._parser = Document() if head[:1] in (b"{", b"[", b"<") else EventParser()
        return self._parser

    def _take(self, events: list[Event]) -> None:
        for event in events:
            chunk = None if is_end_mark(event.data) else decode(event.data)
            if chunk is None or chunk.error or not chunk.choices or event.name == b"error":
                self._special(event, chunk)
            else:
                self._chunk(chunk, chunk.choices[0])
            if self._relay is not None and chunk is not None:
                self._hand_on(event.data, chunk)
            if self.done:
                break
        if self._relay is not None:
            self._relay.flush(output=self.output > 0)
        self._tell_run()

    def _hand_on(self, data: bytes, chunk: Chunk) -> None:
        """Hand on a piece of the answer as it came, unless it tells of an error."""
        if self._relay is not None and self._error is None:
            self._relay.take(data, speaks=bool(chunk.choices))

    def _tell_run(self) -> None:
        if self._run:
            run, self._run = self._run, []
            self._emit(run)

    def _special(self, event: Event, chunk: Chunk | None) -> None:
        """Take what is no piece of an answer: the end mark, an error, only usage, or something else altogether."""
        if chunk is None:
            self._no_chunk(event)
            return
        if chunk.choices:
            self._chunk(chunk, chunk.choices[0])
        else:
            self._facts(chunk)
        if is_error(chunk.error) or event.name == b"error":
            self._fail(read_body(200, event.data))
        elif chunk.choices is None and chunk.usage is None and (error := find_error(loads(event.data))) is not None:
            self._fail(read_error(200, error))
        elif not chunk.choices and not self._finish:  # what ends as it should needs no other reason
            self._remark = find_remark(loads(event.data)) or self._remark

    def _no_chunk(self, event: Event) -> None:
        text = event.data.decode("utf-8", "replace").strip()
        if is_end_mark(event.data):
            self._marked = self._careful = self.ending = True
            self.done = bool(self._finish)
        elif len(pieces := split_values(event.data)) > 1 or (pieces and pieces[0] != event.data.strip()):
            self._take_pieces(event.name, pieces)
        elif event.name == b"error":
            self._fail(read_body(200, text.strip('"').encode()))
        elif text.startswith("<"):
            self._error = self._failure("not_a_stream", "a web page came instead of an answer")
            self.done = True
        elif (error := find_error(loads(event.data))) is not None:
            self._fail(read_error(200, error))
        elif text:
            self._stray = quote_stray(text)

    def _take_pieces(self, name: bytes, pieces: list[bytes]) -> None:
        """Take values that stood in one event as if each had been one."""
        for piece in pieces:
            chunk = decode(piece)
            if chunk is not None or is_end_mark(piece) or split_values(piece) == [piece]:
                self._special(Event(name, piece), chunk)
                if chunk is not None:
                    self._hand_on(piece, chunk)
            if self.done:
                break

    def _fail(self, said: ServerMessage) -> None:
        self._error = judge(self._backend, said)
        self.done = True

    def _facts(self, chunk: Chunk) -> None:
        """Take what a chunk tells besides text."""
        if chunk.model:
            self._model = chunk.model
        if chunk.usage is not None:
            self._usage = chunk.usage.usage() or self._usage
        if chunk.prompt_progress is not None:
            self._progress(chunk.prompt_progress)

    def _chunk(self, chunk: Chunk, choice: ChunkChoice) -> None:
        delta = choice.delta or choice.message
        if choice.text and (delta is None or not delta.content):
            delta = Delta(content=choice.text)
        if delta is not None:
            if self._careful or self.ending or chunk.__class__ is TornChunk:
                self._torn(delta)
            else:
                self._delta(delta)
        if choice.finish_reason or choice.error:
            self._take_finish(choice, delta)
        if chunk.usage is not None or chunk.prompt_progress is not None:
            self._facts(chunk)
        elif chunk.model:
            self._model = chunk.model

    def _take_finish(self, choice: ChunkChoice, delta: Delta | None) -> None:
        """Take a finish reason, or the error that stands beside or instead of one."""
        if choice.error and is_error(choice.error):
            self._fail(read_error(200, choice.error))
        elif choice.finish_reason is not None and is_reason(choice.finish_reason):
            if not (self.ending and self._finish and outlasts(self._finish, choice.finish_reason)):
                self._finish = choice.finish_reason
            self._together = delta is not None and bool(delta.content or delta.reasoning_content or delta.reasoning)
            self.ending = True
            self.done = self._marked

    def _delta(self, delta: Delta) -> None:
        thought = delta.reasoning_content or delta.reasoning or delta.thinking
        if thought:
            self._run.append(("reasoning", thought))
            self.output += 1
        if delta.content:
            self._run += [("content", delta.content)] if self._think.passing else self._think.feed(delta.content)
            self.output += 1
        if delta.tool_calls:
            self._call(delta.tool_calls)
        elif delta.refusal or delta.function_call:
            self._rare(delta)

    def _torn(self, delta: Delta) -> None:
        """Take texts that may begin or end with half a character, or that follow a finish reason; none after the end
        mark.
        """
        if self._marked:
            return
        before = self.output
        thought = delta.reasoning_content or delta.reasoning or delta.thinking
        self.output += bool(thought or delta.content)
        self._delta(
            Delta(
                content=delta.content and self._halves.join("content", delta.content),
                reasoning_content=thought and self._halves.join("reasoning", thought),
                tool_calls=delta.tool_calls,
                refusal=delta.refusal,
                function_call=delta.function_call,
            )
        )
        self._careful = bool(self._halves)
        if self.ending and self.output != before:
            self.ending, self._resumed = False, True

    def _rare(self, delta: Delta) -> None:
        """Take a refusal, which is what the answer says, and a call in OpenAI's older form."""
        if delta.refusal:
            self.output += 1
            self._run += self._think.feed(self._halves.join("content", delta.refusal))
        if delta.function_call is not None:
            self._call([CallFragment(function=delta.function_call)])

    def _call(self, fragments: list[CallFragment]) -> None:
        """Take pieces of tool calls. Half a call is no use, so one that is too long fails instead of being cut off."""
        self.output += 1
        self._tell_run()  # what came before them fitted
        self._begin()
        self._room -= self._calls.add(fragments)
        if self._room < 0:
            self._error = self._failure("calls_too_long", "the tool calls are longer than an answer may be")
            self.done = True

    def _progress(self, progress: PromptProgress) -> None:
        if not self._started and not self._run and progress.total > 0:
            self._listener.on_phase("prompt", min(max(progress.processed / progress.total, 0.0), 1.0))

    def _emit(self, run: TextRuns) -> None:
        """Tell the listener, texts of the same channel merged, as far as the bound on the answer's length allows."""
        if len(run) == 1:
            self._tell(*run[0])
            return
        for channel, texts in groupby(run, lambda part: part[0]):
            self._tell(channel, "".join(text for _, text in texts))

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
