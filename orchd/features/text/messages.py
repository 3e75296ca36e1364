"""Frames about texts: counting, cutting, and working through long ones."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from orchd.protocol.frame_type import FrameType
from orchd.protocol.types import ClientPayload, Count, ErrorCode, ModelName, RowId, ServerPayload

Tokens: TypeAlias = Annotated[int, Meta(ge=1, le=100_000_000)]
Method: TypeAlias = Annotated[
    Literal["exact", "calibrated", "heuristic"],
    Meta(
        title="CountMethod",
        description="How tokens were counted: `exact` by the tokenizer of the server, `calibrated` by what the model "
        "counted before, or by a `heuristic`.",
    ),
]
TextRole: TypeAlias = Annotated[
    Literal["system", "user", "assistant"],
    Meta(title="TextRole", description="Who speaks in a message that is counted or cut."),
]
Unit: TypeAlias = Annotated[
    Literal["tokens", "characters"],
    Meta(title="TextUnit", description="What sizes are measured in; characters are Unicode code points."),
]
KeepSide: TypeAlias = Annotated[
    Literal["start", "end", "both"],
    Meta(title="TextKeep", description="Which side of a text stays; `both`: its middle is cut out."),
]
ProcessPhase: TypeAlias = Annotated[
    Literal["map", "reduce"],
    Meta(
        title="ProcessPhase",
        description="`map`: the chunks are worked through; `reduce`: the answers are put together.",
    ),
]
Instruction: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100_000)]


class TextMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """A message of a conversation to be counted or cut; `id`, if any, is given back."""

    role: TextRole
    content: str
    id: RowId | None = None


Messages: TypeAlias = Annotated[list[TextMessage], Meta(min_length=1, max_length=10_000)]


class TextEstimate(ClientPayload, frozen=True):
    """`text:estimate`: how many tokens is a text, or a conversation as `model` would be sent it. One of the two."""

    text: str | None = None
    messages: Messages | None = None
    model: ModelName | None = None


class TextTruncate(ClientPayload, frozen=True):
    """`text:truncate`: cut a text, or a conversation, to `maxTokens` or to the context of `model`, less `reserve`.

    `keep` says what stays of a text, or of a conversation's last message where that is too long by itself.
    """

    text: str | None = None
    messages: Messages | None = None
    max_tokens: Tokens | None = None
    model: ModelName | None = None
    reserve: Count = 0
    keep: KeepSide = "start"


class TextChunk(ClientPayload, frozen=True):
    """`text:chunk`: cut a text into chunks of `size` at most; each repeats up to `overlap` of the one before.

    `firstChunk`, the `nextChunk` of an earlier reply, asks for the chunks from that one on.
    """

    text: str
    size: Tokens
    overlap: Count = 0
    unit: Unit = "tokens"
    model: ModelName | None = None
    first_chunk: Count = 0


class TextProcess(ClientPayload, frozen=True):
    """`text:process`: have a model follow `instruction` on each chunk of `text`, then `reduce` on all the answers.

    `size`, in tokens, is chosen by the model's context when it is left out. With `jobId` an earlier job is taken up:
    only what is missing or has failed is done, by the same model unless another is named; besides `model`, only
    `parallel` may be given. With `firstPart`, the `nextPart` of an earlier reply, it is only read, from that part on.
    """

    text: str | None = None
    instruction: Instruction | None = None
    model: ModelName | None = None
    size: Tokens | None = None
    overlap: Count = 0
    reduce: Instruction | None = None
    parallel: Annotated[int, Meta(ge=1, le=16)] = 2
    job_id: RowId | None = None
    first_part: Count = 0


class TextEstimated(ServerPayload, frozen=True):
    """The reply to `text:estimate`. `atMost` is a cautious figure, the same as `tokens` when that is exact.

    `method`: `exact` by the server's tokenizer, `calibrated` by what the model counted before, or `heuristic`.
    """

    tokens: Count
    at_most: Count
    method: Method
    model: str | None
    characters: Count


class TextKept(Struct, frozen=True):
    """A message that stays; `index` is its place among those sent."""

    index: Count
    id: RowId | None
    role: TextRole
    content: str


class TextRemoved(Struct, frozen=True):
    """What was cut: code points from `start` up to `end`, of the text or of the message `index`."""

    start: Count
    end: Count
    index: Count | None = None
    id: RowId | None = None


class TextTruncated(ServerPayload, frozen=True):
    """The reply to `text:truncate`: what is left, of what was sent; `atMost` is not over `limit`."""

    text: str | None
    messages: list[TextKept] | None
    removed: list[TextRemoved]
    tokens: Count
    at_most: Count
    limit: Count
    method: Method
    model: str | None


class TextPiece(Struct, frozen=True):
    """A chunk: code points from `start` up to `end`; its first `overlap` ones are those of the chunk before.

    `size` is in the unit asked for, never over the size asked for.
    """

    index: Count
    start: Count
    end: Count
    overlap: Count
    size: Count
    text: str


class TextChunked(ServerPayload, frozen=True):
    """The reply to `text:chunk`. The texts without their overlaps, joined, are the text sent; `method` is how tokens
    were counted. `nextChunk` is null with the last chunk; else it is where another request goes on.
    """

    chunks: list[TextPiece]
    unit: Unit
    method: Method | None
    model: str | None
    next_chunk: Count | None = None


class TextProgress(ServerPayload, frozen=True):
    """`text:progress`: how far a `text:process` is, on change and at least every 5 s. The first one tells `jobId`.

    `done` and `failed` count the chunks of `total` while the phase is `map`, and calls while it is `reduce`.
    """

    job_id: RowId
    phase: ProcessPhase
    done: Count
    failed: Count
    total: Count
    elapsed_ms: Count


PROGRESS = FrameType("text:progress", TextProgress)


class TextError(Struct, frozen=True):
    """Why a part failed, by the wire's error codes."""

    code: ErrorCode
    message: str
    retryable: bool


class TextPart(Struct, frozen=True, rename="camel"):
    """What became of a chunk: `output`, or `error` after `attempts`. `start` and `end` count code points."""

    index: Count
    start: Count
    end: Count
    output: str | None
    finish_reason: str | None
    error: TextError | None
    attempts: Count


class TextProcessed(ServerPayload, frozen=True):
    """The final frame of a `text:process`: all parts in order, failed ones in their place.

    `result` is the answer to `reduce`, in which failed parts were noted in their place; null without `reduce`, and when
    there is none: `error` says why that step failed. With `complete` false, a `text:process` with `jobId` tries again
    what failed, and that step. A job is kept for a week after it was last worked on. `nextPart` is null with the last
    part; else the parts end before that one, and another request reads on.
    """

    job_id: RowId
    model: str
    parts: list[TextPart]
    failed: Count
    complete: bool
    result: str | None
    error: TextError | None
    next_part: Count | None = None
