"""The data of frames that `text` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import ErrorCode

CountMethod: TypeAlias = Literal["calibrated", "exact", "heuristic"]
"""How tokens were counted: `exact` by the tokenizer of the server, `calibrated` by what the model counted before, or
by a `heuristic`. Later daemons may send others.
"""


ProcessPhase: TypeAlias = Literal["map", "reduce"]
"""`map`: the chunks are worked through; `reduce`: the answers are put together. Later daemons may send others."""


TextKeep: TypeAlias = Literal["both", "end", "start"]
"""Which side of a text stays; `both`: its middle is cut out."""


TextRole: TypeAlias = Literal["assistant", "system", "user"]
"""Who speaks in a message that is counted or cut. Later daemons may send others."""


TextUnit: TypeAlias = Literal["characters", "tokens"]
"""What sizes are measured in; characters are Unicode code points. Later daemons may send others."""


class TextEstimate(RequestData, kw_only=True):
    """`text:estimate`: how many tokens is a text, or a conversation as `model` would be sent it. One of the two."""

    text: str | None = None
    """The text to be counted; either this or `messages`."""
    messages: Sequence[TextMessage] | None = None
    """A conversation to be counted as the model would be sent it; either this or `text`. 1 to 10000 of them."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""


class TextMessage(RequestData, kw_only=True):
    """A message of a conversation to be counted or cut; `id`, if any, is given back."""

    role: TextRole
    """Who speaks."""
    content: str
    """The text."""
    id: int | None = None
    """An id of your own, which is given back."""


class TextTruncate(RequestData, kw_only=True):
    """`text:truncate`: cut a text, or a conversation, to `maxTokens` or to the context of `model`, less `reserve`.

    `keep` says what stays of a text, or of a conversation's last message where that is too long by itself.
    """

    text: str | None = None
    """The text to be cut; either this or `messages`."""
    messages: Sequence[TextMessage] | None = None
    """The conversation to be cut; either this or `text`. 1 to 10000 of them."""
    max_tokens: int | None = None
    """How many tokens may be left; left out, the context of `model`. 1 to 100000000."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    reserve: int | None = None
    """Tokens that shall stay free, for the answer for instance. When it is left out: 0."""
    keep: TextKeep | None = None
    """Which side of a text stays. `start` when it is left out."""


class TextChunk(RequestData, kw_only=True):
    """`text:chunk`: cut a text into chunks of `size` at most; each repeats up to `overlap` of the one before.

    `firstChunk`, the `nextChunk` of an earlier reply, asks for the chunks from that one on.
    """

    text: str
    """The text."""
    size: int
    """The longest that a chunk may be, in `unit`. 1 to 100000000."""
    overlap: int | None = None
    """How much of the end of the chunk before is repeated, in `unit`. When it is left out: 0."""
    unit: TextUnit | None = None
    """What the sizes are measured in. `tokens` when it is left out."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    first_chunk: int | None = None
    """Index of the first chunk that is wanted: 0, or the `nextChunk` of an earlier reply. When it is left out: 0."""


class TextProcess(RequestData, kw_only=True):
    """`text:process`: have a model follow `instruction` on each chunk of `text`, then `reduce` on all the answers.

    `size`, in tokens, is chosen by the model's context when it is left out. With `jobId` an earlier job is taken up:
    only what is missing or has failed is done, by the same model unless another is named; besides `model`, only
    `parallel` may be given. With `firstPart`, the `nextPart` of an earlier reply, it is only read, from that part on.
    """

    text: str | None = None
    """The text; left out only with `jobId`."""
    instruction: str | None = None
    """What the model shall do with each chunk; left out only with `jobId`. 1 to 100000 characters."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    size: int | None = None
    """The longest that a chunk may be, in tokens; left out, what fits the model's context. 1 to 100000000."""
    overlap: int | None = None
    """How many tokens of the end of the chunk before are repeated. When it is left out: 0."""
    reduce: str | None = None
    """What the model shall do with all the answers together; without it they stay apart. 1 to 100000 characters."""
    parallel: int | None = None
    """How many chunks are worked on at once. 1 to 16. When it is left out: 2."""
    job_id: int | None = None
    """Id of an earlier job, which is taken up: only what is missing or has failed is done."""
    first_part: int | None = None
    """Index of the first part that is wanted: 0, or the `nextPart` of an earlier reply, which only reads. When it is
    left out: 0.
    """


class TextEstimated(ServerData, kw_only=True):
    """The reply to `text:estimate`. `atMost` is a cautious figure, the same as `tokens` when that is exact.

    `method`: `exact` by the server's tokenizer, `calibrated` by what the model counted before, or `heuristic`.
    """

    tokens: int
    """How many tokens there are."""
    at_most: int
    """A cautious count of tokens, the same as `tokens` where that is exact."""
    method: CountMethod | str
    """How tokens were counted."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    characters: int
    """How many Unicode code points there are."""


class TextTruncated(ServerData, kw_only=True):
    """The reply to `text:truncate`: what is left, of what was sent; `atMost` is not over `limit`."""

    text: str | None = None
    """What is left of the text; null when messages were sent."""
    messages: list[TextKept] | None = None
    """What is left of the messages; null when a text was sent."""
    removed: list[TextRemoved] = []
    """What was cut out, in order."""
    tokens: int
    """How many tokens there are."""
    at_most: int
    """A cautious count of tokens, the same as `tokens` where that is exact."""
    limit: int
    """Tokens that were allowed; `atMost` is not over it."""
    method: CountMethod | str
    """How tokens were counted."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""


class TextKept(ServerData, kw_only=True):
    """A message that stays; `index` is its place among those sent."""

    index: int
    """Its place among the messages that were sent, from 0."""
    id: int | None = None
    """The id that was sent with it."""
    role: TextRole | str
    """Who speaks in it."""
    content: str
    """The text."""


class TextRemoved(ServerData, kw_only=True):
    """What was cut: code points from `start` up to `end`, of the text or of the message `index`."""

    start: int
    """Position of its first code point, from 0."""
    end: int
    """Position behind its last code point."""
    index: int | None = None
    """Place of the message that it was cut from; null where a text was sent."""
    id: int | None = None
    """The id that was sent with the message."""


class TextChunked(ServerData, kw_only=True):
    """The reply to `text:chunk`. The texts without their overlaps, joined, are the text sent; `method` is how tokens
    were counted. `nextChunk` is null with the last chunk; else it is where another request goes on.
    """

    chunks: list[TextPiece] = []
    """The parts, in order."""
    unit: TextUnit | str
    """What the sizes are measured in."""
    method: CountMethod | str | None = None
    """How tokens were counted."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    next_chunk: int | None = None
    """What to send as `firstChunk` for the chunks that are left; null with the last one."""


class TextPiece(ServerData, kw_only=True):
    """A chunk: code points from `start` up to `end`; its first `overlap` ones are those of the chunk before.

    `size` is in the unit asked for, never over the size asked for.
    """

    index: int
    """Its place in the order, from 0."""
    start: int
    """Position of its first code point, from 0."""
    end: int
    """Position behind its last code point."""
    overlap: int
    """How much of the end of the chunk before is repeated, in the unit of the sizes."""
    size: int
    """How long it is, in the unit asked for."""
    text: str
    """The text."""


class TextProcessed(ServerData, kw_only=True):
    """The final frame of a `text:process`: all parts in order, failed ones in their place.

    `result` is the answer to `reduce`, in which failed parts were noted in their place; null without `reduce`, and when
    there is none: `error` says why that step failed. With `complete` false, a `text:process` with `jobId` tries again
    what failed, and that step. A job is kept for a week after it was last worked on. `nextPart` is null with the last
    part; else the parts end before that one, and another request reads on.
    """

    job_id: int
    """Id of the job, by which it can be taken up again."""
    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    parts: list[TextPart] = []
    """The parts, in order."""
    failed: int
    """How many parts failed."""
    complete: bool
    """Whether every part and the last step worked."""
    result: str | None = None
    """The answer to `reduce`; null without one, and when that step failed."""
    error: TextError | None = None
    """Why the last step failed; null when it did not."""
    next_part: int | None = None
    """What to send as `firstPart` for the parts that are left; null with the last one."""


class TextPart(ServerData, kw_only=True):
    """What became of a chunk: `output`, or `error` after `attempts`. `start` and `end` count code points."""

    index: int
    """Its place in the order, from 0."""
    start: int
    """Position of its first code point, from 0."""
    end: int
    """Position behind its last code point."""
    output: str | None = None
    """What the model made of it; null when it failed."""
    finish_reason: str | None = None
    """Why the model ended: `stop`, `length` (cut off), `loop` (it went in circles), `tool_calls`, or a word of its
    server; null when it did not end by itself.
    """
    error: TextError | None = None
    """Why it failed; null when it did not."""
    attempts: int
    """How many times the model was asked."""


class TextError(ServerData, kw_only=True):
    """Why a part failed, by the wire's error codes."""

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people."""
    retryable: bool
    """Whether the same request may succeed later."""


class TextProgress(ServerData, kw_only=True):
    """`text:progress`: how far a `text:process` is, on change and at least every 5 s. The first one tells `jobId`.

    `done` and `failed` count the chunks of `total` while the phase is `map`, and calls while it is `reduce`.
    """

    job_id: int
    """Id of the job, by which it can be taken up again."""
    phase: ProcessPhase | str
    """What it is at."""
    done: int
    """How many chunks, or calls in the phase `reduce`, are done."""
    failed: int
    """How many of them failed."""
    total: int
    """How many there are."""
    elapsed_ms: int
    """Milliseconds since it began."""
