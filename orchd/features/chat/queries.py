"""SQL of the table `chat_message`."""

from typing import NamedTuple

import msgspec
from msgspec import UNSET

from orchd.entity import Belonging, OwnedTable, Owner, Table, search
from orchd.entity.search import SearchEntry
from orchd.errors import Invalid
from orchd.features import conversation as conversations
from orchd.features import journal
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import ChatFile, ChatMessage, ChatPart
from orchd.features.chat.rows import (
    MAX_CONTEXT_BYTES,
    EndedAnswer,
    GrowingAnswer,
    MessageRecord,
    NewAnswer,
    NewQuestion,
    QuestionContext,
    Runs,
    SearchedMessage,
    StoredExchange,
    as_json,
    legacy_transcript,
    message_of,
    no_such_message,
    transcript_of,
    turn_of,
)
from orchd.features.models import instructions_for
from orchd.llm import is_cut_off
from orchd.llm.types import Turn
from orchd.protocol.page import MAX_REPLY_BYTES, within
from orchd.storage import Statement, Steps

_TABLE = Table("chat_message", MessageRecord, "message", key="message_id", unread=("updated_at", "cancel_at"))
MESSAGES = OwnedTable(_TABLE, conversations.CONVERSATIONS, "conversation_id")
SEARCHED_MESSAGES = OwnedTable(_TABLE.view(SearchedMessage), conversations.CONVERSATIONS, "conversation_id")
COLUMNS = MESSAGES.columns_as("m")
MAX_CONTEXT_MESSAGES = 1000
"""How far back a branch is read for a model's context."""

_BRANCH = (
    "WITH RECURSIVE branch (id, parent_id, depth, total) AS ("
    " SELECT id, parent_id, 1, {size} FROM chat_message p WHERE id = ? AND conversation_id = ? AND deleted_at IS NULL"
    " UNION ALL"
    " SELECT p.id, p.parent_id, b.depth + 1, b.total + {size} FROM branch b JOIN chat_message p ON p.id = b.parent_id"
    " WHERE p.deleted_at IS NULL AND b.depth < ? AND b.total <= ?) "
)
"""The end of a branch, as far as about so many bytes hold it, and one message more."""

_END = " FROM branch b JOIN chat_message m ON m.id = b.id WHERE b.depth = 1 OR b.total <= ? ORDER BY b.depth DESC"
"""Oldest first, without the one more; one message at least."""

_FILES = msgspec.json.Decoder(tuple[ChatFile, ...])
_TURNS = _BRANCH.format(size="LENGTH(p.content)")
_MESSAGES = _BRANCH.format(size="LENGTH(p.content) + LENGTH(p.reasoning)")


def ask(question: NewQuestion) -> Steps[StoredExchange]:
    """Store a question and its empty answer, in a new conversation when none is named.

    Raises `NotFound` for an unknown conversation, or a parent that is not in it; `Forbidden` for one that is only seen.
    """
    conversation_id, parent_id, system_prompt, whose, assistant_id, entries = yield from _place(question)
    told = question.instructions or (yield from instructions_for(question.asker, whose.project_id, assistant_id))
    branch = [] if parent_id is None else (yield from _turns(conversation_id, parent_id, question.context_bytes))
    question_id = yield from _insert(question, conversation_id, parent_id)
    answer_id = yield from _insert_empty(conversation_id, question_id, question.model, question.owner, question.now)
    yield from search.add(*entries, search_entry(question_id, conversation_id, whose, question.now))
    stored = message_of(question, question_id, conversation_id, parent_id)
    branch.append(turn_of("user", question.message, question.files))
    new, seen = question.conversation_id is None, question.asker.user_id == whose.user_id
    yield from conversations.extend(
        conversations.Growth(conversation_id, answer_id, 2, question.model, whose, new, seen), question.now
    )
    return StoredExchange(conversation_id, stored, answer_id, branch, system_prompt, question.now, whose, told)


def answer_again(again: NewAnswer) -> Steps[StoredExchange]:
    """Store an empty answer beside another one. Raises `NotFound`, `Forbidden`, or `Invalid` for what can't be answered
    so."""
    found = yield from get_changeable(again.asker, again.message_id)
    message = found.message
    if again.go_on:
        check_unfinished(message)
    question_id = message.id if message.role == "user" else message.parent_id
    asked = None if question_id is None else (yield from find_seen(again.asker, question_id))
    if asked is None:
        raise Invalid(
            "there is no question before this message", reason="wrong_kind", field="messageId", path="$.data.messageId"
        )
    conversation = yield from conversations.get_changeable(again.asker, message.conversation_id)
    branch = yield from _turns(message.conversation_id, asked.message.id, again.context_bytes)
    answer_id = yield from _insert_empty(message.conversation_id, asked.message.id, again.model, again.owner, again.now)
    whose = conversation.whose
    says = yield from conversations.defaults_of(again.asker, conversation)
    told = yield from instructions_for(again.asker, whose.project_id, says.assistant_id)
    system = says.system_prompt
    exchange = StoredExchange(conversation.id, asked.message, answer_id, branch, system, again.now, whose, told)
    if again.go_on:
        exchange = yield from _going_on(exchange, found, again)
    seen = again.asker.user_id == whose.user_id
    yield from conversations.extend(
        conversations.Growth(conversation.id, answer_id, 1, again.model, whose, seen=seen), again.now
    )
    return exchange


def check_unfinished(message: ChatMessage) -> None:
    """Raise `Invalid` unless a message is an answer that may be continued."""
    cut_off = message.status == "complete" and is_cut_off(message.finish_reason)
    if message.role != "assistant" or not (cut_off or message.status in ("cancelled", "interrupted", "error")):
        raise Invalid(
            "only an answer that was interrupted or cut off can be continued",
            reason="status",
            field="messageId",
            path="$.data.messageId",
        )


def _going_on(exchange: StoredExchange, found: MessageRecord, again: NewAnswer) -> Steps[StoredExchange]:
    """Let an answer begin with another one's text, and note at once where its parts come from, in case of a crash."""
    message = found.message
    runs: Runs = [("content", len(message.content))] if message.content else []
    prefix = found.transcript() or Transcript.of(message.content, "", runs)
    assert prefix is not None
    earlier = [] if message.parts is UNSET else message.parts
    made = msgspec.structs.replace(earlier[-1], message_id=message.id) if earlier else None
    first = made or ChatPart(message.model or "", prefix.seq, "answer", message.id)
    parts = [*earlier[:-1], first]
    last = ChatPart(again.model, prefix.seq, "prefill" if again.prefilled else "followup", None)
    yield Statement(
        "UPDATE chat_message SET parts_json = ? WHERE id = ?", (as_json([*parts, last]), exchange.answer_id)
    )
    before = found.reasoning_seconds()
    return exchange._replace(prefix=prefix, parts=parts, prefilled=again.prefilled, reasoned_before=before)


class _Place(NamedTuple):
    """Where a question is put: its conversation, its parent, the system prompt, whose the conversation is, which
    assistant answers, and what is found besides the question."""

    conversation_id: int
    parent_id: int | None
    system_prompt: str | None
    whose: Belonging
    assistant_id: int | None = None
    entries: tuple[SearchEntry, ...] = ()


def _place(question: NewQuestion) -> Steps[_Place]:
    """Return where a question goes; it may replace the system prompt there."""
    if question.conversation_id is None:
        title = conversations.title_of(question.message)
        draft = conversations.ConversationDraft(title, question.model, question.system_prompt, question.project_id)
        added = yield from conversations.add(question.asker, draft, question.now)
        whose = Belonging(question.asker.user_id, question.project_id)
        entry = conversations.search_entry(added, whose, question.now)
        return _Place(added, None, question.system_prompt, whose, entries=(entry,))
    found = yield from conversations.get_changeable(question.asker, question.conversation_id)
    parent_id = found.leaf_id
    if question.beside is not None:
        parent_id = yield from _parent_of(question.beside, found.id, "messageId")
    elif question.parent_id is not None:
        yield from _parent_of(question.parent_id, found.id, "parentId")
        parent_id = question.parent_id
    if found.leaf_id is None and found.auto_title:
        yield from conversations.set_title(found, conversations.title_of(question.message))
    says = yield from conversations.defaults_of(question.asker, found)
    if question.system_prompt is not None:
        yield from conversations.set_system_prompt(found.id, question.system_prompt)
        says = says._replace(system_prompt=question.system_prompt)
    return _Place(found.id, parent_id, says.system_prompt, found.whose, says.assistant_id)


def _parent_of(message_id: int, conversation_id: int, member: str) -> Steps[int | None]:
    """Return the parent of a message. Raises `NotFound`, naming `member`, when the conversation has no such message."""
    found = yield Statement(
        "SELECT parent_id FROM chat_message WHERE id = ? AND conversation_id = ? AND deleted_at IS NULL",
        (message_id, conversation_id),
    )
    if not found.rows:
        raise no_such_message(member)
    parent_id: int | None = found.rows[0][0]
    return parent_id


def _insert(question: NewQuestion, conversation_id: int, parent_id: int | None) -> Steps[int]:
    inserted = yield Statement(
        "INSERT INTO chat_message (conversation_id, parent_id, role, content, reasoning, status, edited_from,"
        " files_json, asker_json, created_at, updated_at) VALUES (?, ?, 'user', ?, '', 'complete', ?, ?, ?, ?, ?)",
        (
            conversation_id,
            parent_id,
            question.message,
            question.beside,
            as_json(question.files or None),
            as_json(question.asked_by),
            question.now,
            question.now,
        ),
    )
    return inserted.last_id


def _insert_empty(conversation_id: int, question_id: int, model: str, owner: str, now: int) -> Steps[int]:
    inserted = yield Statement(
        "INSERT INTO chat_message (conversation_id, parent_id, role, content, reasoning, status, model, owner,"
        " created_at, updated_at) VALUES (?, ?, 'assistant', '', '', 'streaming', ?, ?, ?, ?)",
        (conversation_id, question_id, model, owner, now, now),
    )
    return inserted.last_id


def _turns(conversation_id: int, leaf_id: int, room: int) -> Steps[list[Turn]]:
    """Return the branch that ends at `leaf_id`, oldest first, as far as `room` bytes hold it."""
    found = yield Statement(
        f"{_TURNS} SELECT m.role, m.content, m.files_json {_END}",
        (leaf_id, conversation_id, MAX_CONTEXT_MESSAGES, room, room),
    )
    turns = [turn_of(role, content, files and _FILES.decode(files)) for role, content, files in found.rows]
    sizes = [len(turn.content) if turn.content.isascii() else len(turn.content.encode()) for turn in turns]
    return turns[len(turns) - within(sizes[::-1], room) :]


def context_size(owner: Owner, conversation_id: int, room: int) -> Steps[int]:
    """Return about how many bytes of a conversation's active branch would be read for a context."""
    row = yield from conversations.find_seen(owner, conversation_id)
    if row is None or row.leaf_id is None:
        return 0
    found = yield Statement(
        f"{_TURNS} SELECT MAX(b.total) FROM branch b WHERE b.depth = 1 OR b.total <= ?",
        (row.leaf_id, conversation_id, MAX_CONTEXT_MESSAGES, room, room),
    )
    return int(found.rows[0][0] or 0)


def finish(answer: EndedAnswer) -> Steps[bool]:
    """Store how an answer ended, and strike its journal; return whether its conversation is still there.

    May be run again: it only sets what is known.
    """
    whose = yield from begin_end(answer.message_id, answer.conversation_id, answer.ended_at)
    yield Statement(
        "UPDATE chat_message SET content = ?, reasoning = ?, status = ?, model = ?, finish_reason = ?, usage_json = ?,"
        " timings_json = ?, error_json = ?, parts_json = ?, runs_json = ?, attempts_json = ?, updated_at = ?"
        " WHERE id = ?",
        (
            answer.content,
            answer.reasoning,
            answer.status,
            answer.model,
            answer.finish_reason,
            as_json(answer.usage),
            as_json(answer.timings),
            as_json(answer.error),
            as_json(answer.parts),
            as_json(answer.runs),
            as_json(answer.attempts),
            answer.ended_at,
            answer.message_id,
        ),
    )
    yield from journal.remove(answer.message_id)
    yield from conversations.end_answer(answer.conversation_id, whose, answer.ended_at, unread=answer.unread)
    return whose is not None


def begin_end(message_id: int, conversation_id: int, now: int) -> Steps[Belonging | None]:
    """Have an answer found that is about to end; one that has ended before is found already. Return whom its
    conversation belongs to, None where that, or the answer, is gone."""
    found = yield Statement(
        "SELECT m.status, c.deleted_at, c.user_id, c.project_id FROM chat_message m"
        " JOIN conversation c ON c.id = m.conversation_id WHERE m.id = ?",
        (message_id,),
    )
    for status, deleted_at, *of in found.rows:
        whose = Belonging(*of)
        if status == "streaming":
            yield from search.add(search_entry(message_id, conversation_id, whose, now))
        return whose if deleted_at is None else None
    return None


def search_entry(message_id: int, conversation_id: int, whose: Belonging, at: int) -> SearchEntry:
    """Return by what a message is found."""
    return SearchEntry("message", message_id, whose, at, conversation_id)


def find_any(message_id: int) -> Steps[MessageRecord | None]:
    """Return one message, whoever it belongs to, None when it does not exist: for the daemon's own work."""
    return (yield from MESSAGES.everybodys.find(message_id))


def find_present(message_id: int) -> Steps[MessageRecord | None]:
    """Return one message as `find_any` does, None also when its conversation was removed."""
    found = yield Statement(
        f"SELECT {COLUMNS} FROM chat_message m JOIN conversation c ON c.id = m.conversation_id"
        " WHERE m.id = ? AND m.deleted_at IS NULL AND c.deleted_at IS NULL",
        (message_id,),
    )
    return MESSAGES.read(found.rows[0]) if found.rows else None


def find_seen(owner: Owner, message_id: int) -> Steps[MessageRecord | None]:
    """Return one message, None where there is none that they see."""
    return (yield from MESSAGES.seen_by(owner).find(message_id))


def get_seen(owner: Owner, message_id: int) -> Steps[MessageRecord]:
    """Return one message that they see. Raises `NotFound`."""
    return (yield from MESSAGES.seen_by(owner).get(message_id))


def get_changeable(owner: Owner, message_id: int) -> Steps[MessageRecord]:
    """Return a message of a conversation that they may change. Raises `NotFound`; `Forbidden` if they only see it."""
    return (yield from MESSAGES.changed_by(owner).get(message_id))


def get_answered(owner: Owner, message_id: int) -> Steps[tuple[ChatMessage, list[ChatFile]]]:
    """Return a message as `get_changeable` does, and the files of the question that is answered again by it."""
    message = (yield from get_changeable(owner, message_id)).message
    question = message
    if message.role != "user" and message.parent_id is not None:
        found = yield from find_seen(owner, message.parent_id)
        question = message if found is None else found.message
    return message, [] if question.files is UNSET else question.files


def find_message(owner: Owner, message_id: int) -> Steps[ChatMessage | None]:
    """Return one message as it is stored, None where there is none that they see."""
    found = yield from find_seen(owner, message_id)
    return None if found is None else found.message


def require_conversation(owner: Owner, conversation_id: int) -> Steps[None]:
    """Raise `NotFound` for a conversation that they don't see."""
    yield from conversations.get_seen(owner, conversation_id)


def asked_before(owner: Owner, message: ChatMessage) -> Steps[QuestionContext]:
    """Return what an answer was given to. Raises `NotFound` when its conversation is gone."""
    before = yield from history(
        owner, message.conversation_id, None, message.id, MAX_CONTEXT_MESSAGES, MAX_CONTEXT_BYTES
    )
    conversation = yield from conversations.get_seen(owner, message.conversation_id)
    return QuestionContext(conversation.system_prompt, before)


def get_growing(owner: Owner, message_id: int) -> Steps[GrowingAnswer]:
    """Return a message with the text that it has by now: its own, or what the journal has of it. Raises `NotFound`."""
    found = yield from get_seen(owner, message_id)
    conversation = yield from conversations.get_seen(owner, found.message.conversation_id)
    if found.message.status == "streaming":
        rows = yield from journal.read(message_id)
        return GrowingAnswer(found, transcript_of(rows), conversation.whose)
    exact = found.transcript()
    text = exact if exact is not None else legacy_transcript(found.message)
    return GrowingAnswer(found, text, conversation.whose)


def history(
    owner: Owner, conversation_id: int, leaf_id: int | None, before: int | None, limit: int, room: int = MAX_REPLY_BYTES
) -> Steps[list[ChatMessage]]:
    """Return the last `limit` messages of a branch, as far as `room` bytes hold them, oldest first, with siblings.

    The branch is the one that leads to `before` (exclusive), else to `leaf_id`, else the active one. Raises `NotFound`
    for an unknown conversation, or a message that is not in it.
    """
    row = yield from conversations.get_seen(owner, conversation_id)
    end = row.leaf_id if leaf_id is None else leaf_id
    if leaf_id is not None:
        yield from _parent_of(leaf_id, conversation_id, "leafId")
    if before is not None:
        end = yield from _parent_of(before, conversation_id, "before")
    if end is None:
        return []
    found = yield Statement(f"{_MESSAGES} SELECT {COLUMNS} {_END}", (end, conversation_id, limit, room, room))
    messages = [MESSAGES.read(row).message for row in found.rows]
    return (yield from _with_siblings(conversation_id, messages))


def _with_siblings(conversation_id: int, messages: list[ChatMessage]) -> Steps[list[ChatMessage]]:
    parents = [message.parent_id for message in messages if message.parent_id is not None]
    marks = ", ".join("?" * len(parents)) or "NULL"
    found = yield Statement(
        "SELECT parent_id, id FROM chat_message WHERE conversation_id = ? AND deleted_at IS NULL"
        f" AND (parent_id IN ({marks}) OR parent_id IS NULL) ORDER BY id",
        (conversation_id, *parents),
    )
    children: dict[int | None, list[int]] = {}
    for parent_id, message_id in found.rows:
        children.setdefault(parent_id, []).append(message_id)
    return [msgspec.structs.replace(message, siblings=children[message.parent_id]) for message in messages]
