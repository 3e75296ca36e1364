"""Conversations of ChatGPT's export, `conversations.json`: a map of nodes that name their parents, and their children.

Its times are seconds with fractions, or null; what the system says, and what tools do, stands in nodes of its own,
hidden or not.
"""

from typing import Any

from orchd.features.transfer.reading.conversation import ReadConversation
from orchd.features.transfer.reading.facts import ONLY_ATTACHMENTS, SourceFacts, conversation_of
from orchd.features.transfer.reading.growing import Node
from orchd.features.transfer.reading.values import Notes, array, line, mapping, moment, text

_EVERYBODY = ("", "all")
"""To whom an answer is said that is no call of a tool."""
_THOUGHTS = ("thoughts", "reasoning_recap")


def is_chatgpt(found: dict[str, Any]) -> bool:
    """Tell whether an object is such a conversation."""
    return isinstance(found.get("mapping"), dict)


def read_chatgpt(found: dict[str, Any], raw: bytes) -> ReadConversation:
    """Return the conversation that a map of nodes is. Raises `UnreadableError`."""
    nodes, notes = mapping(found["mapping"]), Notes()
    named = _parents_by_children(nodes)
    facts = SourceFacts(
        source="chatgpt",
        source_id=found.get("conversation_id") or found.get("id"),
        nodes=[_node(key, mapping(node), named.get(key), notes) for key, node in nodes.items()],
        current=found.get("current_node"),
        notes=notes,
        title=found.get("title"),
        created=found.get("create_time"),
        updated=found.get("update_time"),
        pinned=found.get("is_starred"),
        archived=found.get("is_archived"),
    )
    return conversation_of(facts, raw)


def _parents_by_children(nodes: dict[str, Any]) -> dict[str, str]:
    """Return the parents of nodes that don't name them, by what others call their children."""
    named: dict[str, str] = {}
    for key, node in nodes.items():
        for child in array(mapping(node).get("children")):
            if isinstance(child, str) and child != key:
                named.setdefault(child, key)
    return named


def _node(key: str, node: dict[str, Any], named: str | None, notes: Notes) -> Node:
    parent = node.get("parent") if isinstance(node.get("parent"), str) else named
    message = mapping(node.get("message"))
    about, role = mapping(message.get("metadata")), mapping(message.get("author")).get("role")
    content, reasoning = _texts(mapping(message.get("content")), notes)
    plain = Node(text(key), None if parent is None else text(parent), "none", at=moment(message.get("create_time")))
    if not message or not (content.strip() or reasoning.strip()):
        return plain
    if about.get("is_visually_hidden_from_conversation") is True:
        notes.add("hidden_messages", int(role != "system"))
        return plain
    if role == "tool":
        notes.add("tool_messages")
        return plain
    if role == "assistant" and (message.get("recipient") or "all") not in _EVERYBODY:
        notes.add("tool_calls")
        return plain
    if role not in ("user", "assistant", "system"):
        notes.add("other_messages")
        return plain
    model = line(about.get("model_slug"), 256) if role == "assistant" else ""
    unfinished = role == "assistant" and message.get("status") == "in_progress"
    return plain._replace(role=role, content=content, reasoning=reasoning, model=model or None, unfinished=unfinished)


def _texts(content: dict[str, Any], notes: Notes) -> tuple[str, str]:
    """Return the text of a message and what was thought before it."""
    kind = content.get("content_type")
    if kind in _THOUGHTS:
        thoughts = [mapping(each) for each in array(content.get("thoughts"))]
        told = [text(each.get("content")) or text(each.get("summary")) for each in thoughts]
        return "", "\n\n".join(filter(None, told))
    if kind == "code":
        code = text(content.get("text"))
        return (f"```{line(content.get('language'), 40).replace('unknown', '')}\n{code}\n```" if code else ""), ""
    parts: list[str] = []
    left_out = 0
    for part in array(content.get("parts")):
        said = text(part) or text(mapping(part).get("text"))
        parts += [said] if said else []
        left_out += bool(mapping(part)) and not said
    notes.add("attachments", left_out)
    whole = "\n".join(parts) or text(content.get("text")) or text(content.get("result"))
    return whole or (ONLY_ATTACHMENTS if left_out else ""), ""
