"""Conversations of LibreChat's export: a list of messages that name their parents, or a tree of `children`."""

from collections.abc import Iterator
from typing import Any

from orchd.features.transfer.reading.conversation import ReadConversation, UnreadableError
from orchd.features.transfer.reading.facts import ONLY_ATTACHMENTS, SourceFacts, conversation_of
from orchd.features.transfer.reading.growing import MAX_NODES, Node
from orchd.features.transfer.reading.values import Notes, array, line, mapping, moment, text

_NO_PARENT = "00000000-0000-0000-0000-000000000000"
"""What the first messages name as their parent."""


def is_librechat(found: dict[str, Any]) -> bool:
    """Tell whether an object is such a conversation."""
    return "conversationId" in found and isinstance(found.get("messagesTree", found.get("messages")), list | dict)


def read_librechat(found: dict[str, Any], raw: bytes) -> ReadConversation:
    """Return the conversation that a list or a tree of messages is. Raises `UnreadableError`."""
    messages, notes = found.get("messagesTree", found.get("messages")), Notes()
    nodes = list(_nodes(messages if isinstance(messages, list) else [messages], notes))
    options = mapping(found.get("options"))
    facts = SourceFacts(
        source="librechat",
        source_id=found.get("conversationId"),
        nodes=nodes,
        current=nodes[-1].key if nodes and "messagesTree" not in found else None,
        notes=notes,
        title=found.get("title"),
        created=found.get("createdAt"),
        updated=found.get("updatedAt"),
        system=options.get("promptPrefix") or options.get("system") or found.get("promptPrefix"),
        tags=found.get("tags"),
        archived=found.get("isArchived"),
    )
    return conversation_of(facts, raw)


def _nodes(messages: list[Any], notes: Notes) -> Iterator[Node]:
    """Yield all nodes; those that stand in another one's `children` follow that one, whatever they say."""
    waiting: list[tuple[Any, str | None]] = [(message, None) for message in reversed(messages)]
    count = 0
    while waiting:
        found, above = waiting.pop()
        count += 1
        if count > MAX_NODES:
            raise UnreadableError("too_many_messages", f"it has more than {MAX_NODES} messages")
        message = mapping(found)
        key = text(message.get("messageId")) or f"#{count}"
        parent = above or text(message.get("parentMessageId"))
        yield _node(message, key, None if parent in ("", _NO_PARENT) else parent, notes)
        waiting += [(child, key) for child in reversed(array(message.get("children")))]


def _node(message: dict[str, Any], key: str, parent: str | None, notes: Notes) -> Node:
    by_user = message.get("isCreatedByUser")
    asks = by_user is True or (by_user is None and text(message.get("sender")).lower() == "user")
    content, reasoning, failed = _texts(message, notes)
    failed = failed or ("the answer failed" if message.get("error") is True else "")
    left_out = len(array(message.get("files"))) + len(array(message.get("attachments")))
    notes.add("attachments", left_out)
    return Node(
        key,
        parent,
        "user" if asks else "assistant",
        content or (ONLY_ATTACHMENTS if left_out else ""),
        "" if asks else reasoning,
        None if asks else line(message.get("model"), 256) or None,
        moment(message.get("createdAt")),
        "" if asks else failed,
        unfinished=not asks and message.get("unfinished") is True,
    )


def _texts(message: dict[str, Any], notes: Notes) -> tuple[str, str, str]:
    """Return what a message says, what was thought before, and what failed. Its parts, where it has any, say more than
    its text."""
    said: list[str] = []
    thought: list[str] = []
    failed = ""
    for each in array(message.get("content")):
        part = mapping(each)
        kind = part.get("type")
        inside = part.get(kind) if isinstance(kind, str) else None
        told = text(inside) or text(mapping(inside).get("value"))
        if kind == "text":
            said.append(told)
        elif kind == "think":
            thought.append(told)
        elif kind == "error":
            failed = told or text(part.get("text")) or "the answer failed"
        elif part:
            notes.add("tool_calls" if kind == "tool_call" else "attachments")
    content = "\n\n".join(filter(None, said)) or text(message.get("text"))
    return content, "\n\n".join(filter(None, thought)), failed
