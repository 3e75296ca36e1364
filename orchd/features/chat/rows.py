"""What the chat reads from the database and writes to it, as values; the SQL is in `queries.py`."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple, TypeAlias

import msgspec
from msgspec import UNSET, Struct

from orchd.entity import Belonging, NamedColumn, Owner, SpreadMember
from orchd.errors import NotFound, OrchdError
from orchd.features import journal
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import (
    ChatAsker,
    ChatAttempt,
    ChatError,
    ChatFile,
    ChatMessage,
    ChatPart,
    ChatTimings,
    ChatUsage,
    MessageStatus,
)
from orchd.features.models import Instructions
from orchd.llm.types import Channel, Role, Turn
from orchd.protocol.types import MAX_INTEGER, timestamp

Runs: TypeAlias = list[tuple[Channel, int]]
"""How the channels of a text alternate: each run's channel and length in code points."""

MAX_CONTEXT_BYTES = 8 * 1024 * 1024
"""How much of a branch is read at most for a model's context, unless the settings say otherwise."""


class AttachingTurn(Turn, frozen=True):
    """A turn as it is stored, with the files that were sent with it; `Attachments` make of it what a model is shown."""

    files: tuple[ChatFile, ...] = ()


class NewQuestion(NamedTuple):
    """What `ask` stores: a message of `asker`, and for which run of the daemon an answer begins.

    It is put at the end of the conversation's active branch unless `parent_id` names a message, or `beside` one whose
    parent it shall share. `context_bytes` is how much of the branch before it is read.
    """

    asker: Owner
    message: str
    conversation_id: int | None
    parent_id: int | None
    beside: int | None
    system_prompt: str | None
    model: str
    owner: str
    now: int
    context_bytes: int = MAX_CONTEXT_BYTES
    project_id: int | None = None
    instructions: Instructions | None = None
    """What is told besides, where it is known before; None: it is read with the conversation."""
    files: tuple[ChatFile, ...] = ()
    """What is sent with it."""
    asker_name: str = ""
    """What they are called; empty for the local owner."""

    @property
    def asked_by(self) -> ChatAsker | None:
        """Who is shown as the one who asked."""
        return ChatAsker(self.asker.user_id, self.asker_name) if self.asker_name else None


class NewAnswer(NamedTuple):
    """What `answer_again` stores: another answer beside `message_id`, from its text on when `go_on`.

    `prefilled`: whether the model goes on with the text itself.
    """

    asker: Owner
    message_id: int
    go_on: bool
    prefilled: bool
    model: str
    owner: str
    now: int
    context_bytes: int = MAX_CONTEXT_BYTES
    files: tuple[ChatFile, ...] = ()
    """What was sent with the question."""


class StoredExchange(NamedTuple):
    """A question and its empty answer, as stored; the branch that leads to the question, oldest first; instructions,
    which follow the system prompt.

    For an answer that goes on from another one, `prefix` is the text that it begins with, `parts` says where that came
    from, and `prefilled` whether the model goes on with the text itself.
    """

    conversation_id: int
    question: ChatMessage
    answer_id: int
    branch: list[Turn]
    system_prompt: str | None
    asked_at: int
    whose: Belonging
    instructions: Instructions = Instructions()
    prefix: Transcript | None = None
    parts: list[ChatPart] | None = None
    prefilled: bool = False
    reasoned_before: float | None = 0.0
    """Seconds that the reasoning in `prefix` took; None where nobody knows."""


class Foreseen(NamedTuple):
    """What of an `StoredExchange` its prompt is made of, where that is known before it is stored."""

    branch: list[Turn]
    system_prompt: str | None
    prefix: Transcript | None = None
    prefilled: bool = False
    instructions: Instructions = Instructions()


class EndedAnswer(NamedTuple):
    """The end of a generation, to be stored."""

    message_id: int
    conversation_id: int
    content: str
    reasoning: str
    runs: Runs
    parts: list[ChatPart] | None
    status: MessageStatus
    model: str
    finish_reason: str | None
    usage: ChatUsage | None
    timings: ChatTimings | None
    error: ChatError | None
    ended_at: int
    attempts: list[ChatAttempt] | None = None
    unread: bool = False
    """Whether its owner was told of it by no connection."""


class QuestionContext(NamedTuple):
    """What an answer was given to: the branch before it, oldest first."""

    system_prompt: str | None
    messages: list[ChatMessage]


class MessageRecord(Struct, frozen=True):
    """A message with what only the daemon needs: how its channels alternate (None: unknown), whose run made it, and
    whether it was removed."""

    message: Annotated[ChatMessage, SpreadMember]
    runs: Runs | None
    owner: str | None
    deleted_at: int | None
    deleted_with: int | None
    """Id of the message whose removal took this one along, its own where it was removed by itself."""

    def transcript(self) -> Transcript | None:
        """Return the text with its positions, None when they are not known exactly."""
        return Transcript.of(self.message.content, self.message.reasoning or "", self.runs)

    def reasoning_seconds(self) -> float | None:
        """Return the seconds that its reasoning took, 0 where there is none; None where nobody knows."""
        if not self.message.reasoning:
            return 0.0
        timings = self.message.timings
        return None if timings is None or timings.reasoning_ms is None else timings.reasoning_ms / 1000


class SearchedMessage(Struct, frozen=True):
    """What of a message a search reads: a page of what was found has many of them. `at` is in Unix milliseconds."""

    id: int
    conversation_id: int
    content: str
    status: MessageStatus
    at: Annotated[int, NamedColumn("created_at")]
    deleted_at: int | None


class GrowingAnswer(NamedTuple):
    """A message, the text that it has by now, and whom its conversation belongs to."""

    record: MessageRecord
    text: Transcript
    whose: Belonging


def transcript_of(rows: Sequence[journal.JournalRow]) -> Transcript:
    """Put the rows of a journal together."""
    transcript = Transcript()
    for row in rows:
        transcript.add("reasoning" if row.channel == "reasoning" else "content", row.text)
    return transcript


def message_of(question: NewQuestion, row_id: int, conversation_id: int, parent_id: int | None) -> ChatMessage:
    """Return a question as it was just stored, without reading it again."""
    return ChatMessage(
        id=row_id,
        conversation_id=conversation_id,
        parent_id=parent_id,
        role="user",
        content=question.message,
        reasoning=None,
        status="complete",
        model=None,
        timestamp=timestamp(question.now),
        finish_reason=None,
        usage=None,
        timings=None,
        error=None,
        edited_from=UNSET if question.beside is None else question.beside,
        files=list(question.files) or UNSET,
        asker=question.asked_by or UNSET,
    )


def turn_of(role: Role, content: str, files: Sequence[ChatFile] | None) -> Turn:
    """Return a message as a turn, before what was sent with it is read."""
    return AttachingTurn(role, content, files=tuple(files)) if files else Turn(role, content)


def legacy_transcript(message: ChatMessage) -> Transcript:
    """Return a text for messages stored before positions were: reasoning first, as models do."""
    transcript = Transcript()
    if message.reasoning:
        transcript.add("reasoning", message.reasoning)
    if message.content:
        transcript.add("content", message.content)
    return transcript


def describe(error: OrchdError) -> ChatError:
    """Return an error as a message carries it."""
    after = UNSET if error.retry_after_ms is None else error.retry_after_ms
    return ChatError(error.code, error.message, error.retryable, after, error.reason or UNSET)


def milliseconds(seconds: float) -> int:
    """Return a duration as a message carries it."""
    return max(0, round(seconds * 1000))


def token_count(value: int) -> int:
    """Return a model server's number, kept within the wire's bounds."""
    return min(max(value, 0), MAX_INTEGER)


def no_such_message(member: str) -> NotFound:
    """Return the error for a message that the request's `member` names and the conversation does not have."""
    return NotFound("the conversation has no such message", field=member, path=f"$.data.{member}")


def parts_until(parts: Sequence[ChatPart], end_seq: int) -> list[ChatPart]:
    """Return where the parts of a text come from that ends at `end_seq`, wherever its last part was meant to end."""
    ended = [msgspec.structs.replace(part, end_seq=min(part.end_seq, end_seq)) for part in parts[:-1]]
    return [*ended, *(msgspec.structs.replace(part, end_seq=end_seq) for part in parts[-1:])]


def as_json(value: object) -> str | None:
    """Return what a `_json` column holds."""
    return None if value is None else msgspec.json.encode(value).decode()
