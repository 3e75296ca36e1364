"""Chats of Open WebUI's export: `history`, a map of messages that name their parents, or the older list `messages`.

Its times are seconds, in some versions thousandths of them or finer. What was thought stands in the text, in
`<details>`.
"""

from typing import Any

from orchd.features.transfer.reading.conversation import ReadConversation
from orchd.features.transfer.reading.facts import ONLY_ATTACHMENTS, SourceFacts, conversation_of
from orchd.features.transfer.reading.growing import Node, NodeRole
from orchd.features.transfer.reading.values import Notes, array, line, mapping, moment, text

_ROLES: dict[object, NodeRole] = {"user": "user", "assistant": "assistant", "system": "system"}
_BEGIN, _END, _SUMMARY_END = "<details type=", "</details>", "</summary>"


def is_open_webui(found: dict[str, Any]) -> bool:
    """Tell whether an object is such a chat, or what stands in one."""
    chat = mapping(found.get("chat")) or found
    return isinstance(mapping(chat.get("history")).get("messages"), dict) or (
        "chat" in found and isinstance(chat.get("messages"), list)
    )


def read_open_webui(found: dict[str, Any], raw: bytes) -> ReadConversation:
    """Return a chat as a conversation. Raises `UnreadableError`."""
    chat, notes = mapping(found.get("chat")) or found, Notes()
    history = mapping(chat.get("history"))
    messages = mapping(history.get("messages"))
    nodes = (
        [_node(mapping(message), key, notes) for key, message in messages.items()]
        if messages
        else _list_nodes(array(chat.get("messages")), notes)
    )
    params = mapping(chat.get("params"))
    facts = SourceFacts(
        source="open_webui",
        source_id=found.get("id") or chat.get("id"),
        nodes=nodes,
        current=history.get("currentId") if messages else nodes[-1].key if nodes else None,
        notes=notes,
        title=found.get("title") or chat.get("title"),
        created=found.get("created_at") or chat.get("timestamp"),
        updated=found.get("updated_at"),
        system=params.get("system") or chat.get("system"),
        folder=mapping(found.get("folder")).get("name") or found.get("folder"),
        tags=mapping(found.get("meta")).get("tags") or _tag_names(chat.get("tags")),
        pinned=found.get("pinned"),
        archived=found.get("archived"),
    )
    return conversation_of(facts, raw)


def _tag_names(tags: object) -> list[object]:
    return [mapping(tag).get("name") or tag for tag in array(tags)]


def _list_nodes(messages: list[Any], notes: Notes) -> list[Node]:
    """Return the nodes of a list, in which one that names no parent follows the one before it."""
    nodes: list[Node] = []
    for place, each in enumerate(messages):
        message = mapping(each)
        node = _node(message, text(message.get("id")) or f"#{place}", notes)
        if "parentId" not in message and nodes:
            node = node._replace(parent=nodes[-1].key)
        nodes.append(node)
    return nodes


def _node(message: dict[str, Any], key: str, notes: Notes) -> Node:
    role = _ROLES.get(message.get("role"), "none") if isinstance(message.get("role"), str) else "none"
    if role == "none":
        notes.add("tool_messages" if message.get("role") == "tool" else "other_messages")
    content, reasoning = _texts(_content(message.get("content")), notes)
    left_out = len(array(message.get("files")))
    notes.add("attachments", left_out)
    failure = message.get("error")
    failed = text(failure) or text(mapping(failure).get("content")) or text(mapping(failure).get("message"))
    answers = role == "assistant"
    return Node(
        text(key),
        text(message.get("parentId")) or None,
        role,
        content or (ONLY_ATTACHMENTS if left_out else ""),
        reasoning if answers else "",
        (line(message.get("model"), 256) or None) if answers else None,
        moment(message.get("timestamp")),
        (failed or ("the answer failed" if failure else "")) if answers else "",
        unfinished=answers and message.get("done") is False,
    )


def _content(value: object) -> str:
    """Return the text of a message, which may stand in parts."""
    if isinstance(value, list):
        return "\n".join(filter(None, (text(mapping(part).get("text")) for part in value)))
    return text(value)


def _texts(content: str, notes: Notes) -> tuple[str, str]:
    """Return what a message says, and what was thought before. What tools were asked is left out."""
    said: list[str] = []
    thought: list[str] = []
    position = 0
    while (start := content.find(_BEGIN, position)) >= 0:
        head = content.find(">", start)
        end = content.find(_END, start)
        if head < 0 or end < head:
            break
        said.append(content[position:start])
        kind = content[start + len(_BEGIN) : head].lstrip("\"'")
        if kind.startswith("reasoning"):
            thought.append(_unquote(content[head + 1 : end]))
        elif kind.startswith("tool_calls"):
            notes.add("tool_calls")
        else:
            said.append(content[start : end + len(_END)])
        position = end + len(_END)
    said.append(content[position:])
    parts = (part.strip("\n") for part in said)
    return "\n\n".join(filter(None, parts)) if len(said) > 1 else content, "\n\n".join(filter(None, thought))


def _unquote(inside: str) -> str:
    """Return what was thought, which is quoted behind a summary."""
    summary = inside.find(_SUMMARY_END)
    lines = inside[summary + len(_SUMMARY_END) if summary >= 0 else 0 :].strip("\n").split("\n")
    return "\n".join(each.removeprefix(">").removeprefix(" ") for each in lines).strip("\n")
