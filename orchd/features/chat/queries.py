"""SQL of the table `chat_message`."""

from collections.abc import Collection
from typing import NamedTuple

import msgspec

from orchd.errors import NotFound
from orchd.features import conversation as conversations
from orchd.features.chat.messages import ChatError, ChatTimings, ChatUsage, Status, StoredMessage
from orchd.llm.types import Turn
from orchd.protocol.types import timestamp
from orchd.storage import Result, Statement, Steps

MAX_CONTEXT_MESSAGES = 1000
"""How far back a branch is read for a model's context."""

_COLUMNS = (
    "m.id, m.conversation_id, m.parent_id, m.role, m.content, m.reasoning, m.status, m.model, m.created_at,"
    " m.finish_reason, m.usage_json, m.timings_json, m.error_json"
)

_BRANCH = (
    "WITH RECURSIVE branch (id, parent_id, depth) AS ("
    " SELECT id, parent_id, 1 FROM chat_message WHERE id = ? AND conversation_id = ?"
    " UNION ALL"
    " SELECT p.id, p.parent_id, b.depth + 1 FROM branch b JOIN chat_message p ON p.id = b.parent_id"
    " WHERE b.depth < ?)"
)


class Question(NamedTuple):
    """What `ask` stores: a user's message, and for whom an answer begins."""

    message: str
    conversation_id: int | None
    parent_id: int | None
    system_prompt: str | None
    model: str
    owner: str
    now: int


class Exchange(NamedTuple):
    """What `ask` stored: the two rows, and the branch that leads to the question, oldest first."""

    conversation_id: int
    question: StoredMessage
    answer_id: int
    branch: list[Turn]
    system_prompt: str | None


class Answer(NamedTuple):
    """The end of a generation, to be stored."""

    message_id: int
    conversation_id: int
    content: str
    reasoning: str
    status: Status
    model: str
    finish_reason: str | None
    usage: ChatUsage | None
    timings: ChatTimings
    error: ChatError | None
    ended_at: int


def ask(question: Question) -> Steps[Exchange]:
    """Store a question and its empty answer, in a new conversation when none is named.

    Raises `NotFound` for an unknown conversation or a parent that is not in it.
    """
    conversation_id, leaf_id, system_prompt = yield from _conversation_for(question)
    parent_id = leaf_id
    if question.parent_id is not None:
        yield from _check_parent(question.parent_id, conversation_id)
        parent_id = question.parent_id
    branch = [] if parent_id is None else (yield from _turns(conversation_id, parent_id))
    question_id = yield from _insert(question, conversation_id, parent_id, "user", question.message, "complete")
    answer_id = yield from _insert(question, conversation_id, question_id, "assistant", "", "streaming")
    yield from conversations.extend(conversation_id, answer_id, 2, question.model, question.now)
    stored = _new_message(question, question_id, conversation_id, parent_id)
    branch.append(Turn("user", question.message))
    return Exchange(conversation_id, stored, answer_id, branch, system_prompt)


def _conversation_for(question: Question) -> Steps[tuple[int, int | None, str | None]]:
    """Return the conversation's id, its leaf and its system prompt, which the question may replace."""
    if question.conversation_id is None:
        title = conversations.title_of(question.message)
        added = yield from conversations.add(title, question.model, question.system_prompt, question.now)
        return added, None, question.system_prompt
    found = yield from conversations.find(question.conversation_id)
    if found is None:
        raise NotFound("there is no such conversation", field="conversationId", path="$.data.conversationId")
    if question.system_prompt is None:
        return found.id, found.leaf_id, found.system_prompt
    yield from conversations.set_system_prompt(found.id, question.system_prompt)
    return found.id, found.leaf_id, question.system_prompt


def _check_parent(parent_id: int, conversation_id: int) -> Steps[None]:
    found = yield Statement(
        "SELECT id FROM chat_message WHERE id = ? AND conversation_id = ?", (parent_id, conversation_id)
    )
    if not found.rows:
        raise NotFound("the conversation has no such message", field="parentId", path="$.data.parentId")


def _insert(
    question: Question, conversation_id: int, parent_id: int | None, role: str, content: str, status: str
) -> Steps[int]:
    model, owner = (question.model, question.owner) if role == "assistant" else (None, None)
    inserted = yield Statement(
        "INSERT INTO chat_message (conversation_id, parent_id, role, content, reasoning, status, model, owner,"
        " created_at, updated_at) VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?)",
        (conversation_id, parent_id, role, content, status, model, owner, question.now, question.now),
    )
    return inserted.last_id


def _new_message(question: Question, question_id: int, conversation_id: int, parent_id: int | None) -> StoredMessage:
    return StoredMessage(
        id=question_id,
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
    )


def _turns(conversation_id: int, leaf_id: int) -> Steps[list[Turn]]:
    """Return the branch that ends at `leaf_id`, oldest first."""
    found = yield Statement(
        f"{_BRANCH} SELECT m.role, m.content FROM branch b JOIN chat_message m ON m.id = b.id ORDER BY b.depth DESC",
        (leaf_id, conversation_id, MAX_CONTEXT_MESSAGES),
    )
    return [Turn(role, content) for role, content in found.rows]


def finish(answer: Answer) -> Steps[None]:
    """Store how an answer ended. May be run again: it only sets what is known."""
    yield Statement(
        "UPDATE chat_message SET content = ?, reasoning = ?, status = ?, model = ?, finish_reason = ?, usage_json = ?,"
        " timings_json = ?, error_json = ?, owner = NULL, updated_at = ? WHERE id = ?",
        (
            answer.content,
            answer.reasoning,
            answer.status,
            answer.model,
            answer.finish_reason,
            _json(answer.usage),
            _json(answer.timings),
            _json(answer.error),
            answer.ended_at,
            answer.message_id,
        ),
    )
    yield from conversations.touch(answer.conversation_id, answer.ended_at)


def find(message_id: int) -> Steps[StoredMessage | None]:
    """Return one message, None when it does not exist."""
    found = yield Statement(f"SELECT {_COLUMNS} FROM chat_message m WHERE m.id = ?", (message_id,))
    return _messages(found)[0] if found.rows else None


def history(conversation_id: int, before: int | None, limit: int) -> Steps[list[StoredMessage]]:
    """Return the last `limit` messages of the active branch, or of the branch that leads to `before`, oldest first.

    Raises `NotFound` for an unknown conversation, or when `before` is not in it.
    """
    row = yield from conversations.find(conversation_id)
    if row is None:
        raise NotFound("there is no such conversation", field="conversationId", path="$.data.conversationId")
    leaf_id = row.leaf_id
    if before is not None:
        found = yield Statement(
            "SELECT parent_id FROM chat_message WHERE id = ? AND conversation_id = ?", (before, conversation_id)
        )
        if not found.rows:
            raise NotFound("the conversation has no such message", field="before", path="$.data.before")
        leaf_id = found.rows[0][0]
    if leaf_id is None:
        return []
    found = yield Statement(
        f"{_BRANCH} SELECT {_COLUMNS} FROM branch b JOIN chat_message m ON m.id = b.id ORDER BY b.depth DESC",
        (leaf_id, conversation_id, limit),
    )
    return _messages(found)


def streaming_owners() -> Steps[set[str]]:
    """Return the daemon runs that are said to be generating."""
    found = yield Statement("SELECT DISTINCT owner FROM chat_message WHERE status = 'streaming' AND owner IS NOT NULL")
    return {owner for (owner,) in found.rows}


def interrupt(owners: Collection[str], now: int) -> Steps[int]:
    """Mark the unfinished answers of dead daemon runs as interrupted; return how many."""
    marks = ", ".join("?" * len(owners))
    marked = yield Statement(
        "UPDATE chat_message SET status = 'interrupted', owner = NULL, updated_at = ?"
        f" WHERE status = 'streaming' AND owner IN ({marks})",
        (now, *sorted(owners)),
    )
    return marked.changed


def _messages(found: Result) -> list[StoredMessage]:
    return [_message(*row) for row in found.rows]


def _message(
    row_id: int, conversation_id: int, parent_id: int | None, role: str, content: str, reasoning: str, status: Status,
    model: str | None, created_at: int, finish_reason: str | None, usage: str | None, timings: str | None,
    error: str | None,
) -> StoredMessage:  # fmt: skip
    return StoredMessage(
        id=row_id,
        conversation_id=conversation_id,
        parent_id=parent_id,
        role="user" if role == "user" else "assistant",
        content=content,
        reasoning=reasoning or None,
        status=status,
        model=model,
        timestamp=timestamp(created_at),
        finish_reason=finish_reason,
        usage=None if usage is None else msgspec.json.decode(usage, type=ChatUsage),
        timings=None if timings is None else msgspec.json.decode(timings, type=ChatTimings),
        error=None if error is None else msgspec.json.decode(error, type=ChatError),
    )


def _json(value: msgspec.Struct | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
