"""Trees of messages as orchd has them, out of trees as others write them: with hidden nodes, messages of tools,
circles, parents that are missing, and ids that are there twice."""

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Literal, NamedTuple, TypeAlias

from msgspec import structs

from orchd.features.chat import ChatError, WholeMessage
from orchd.features.transfer.reading.conversation import UnreadableError
from orchd.features.transfer.reading.values import MAX_TEXT, Notes
from orchd.protocol.types import timestamp

MAX_NODES = 50_000
"""Of one conversation, with those that are not imported."""

NodeRole: TypeAlias = Literal["user", "assistant", "system", "none"]


class Node(NamedTuple):
    """A message as somebody's export has it; one of the role `none` only joins what is around it. `at` is in Unix
    milliseconds."""

    key: str
    parent: str | None
    role: NodeRole
    content: str = ""
    reasoning: str = ""
    model: str | None = None
    at: int | None = None
    failure: str = ""
    """Why there is no answer, or no more of it."""
    unfinished: bool = False


class GrownTree(NamedTuple):
    """Messages, parents first; the end of the active branch, and what the model was told before all of them."""

    messages: list[WholeMessage]
    leaf_id: int | None
    system_prompt: str | None


def grow(nodes: Sequence[Node], current: str | None, began_at: int, notes: Notes) -> GrownTree:
    """Return the messages of some nodes. `current` is the node that was shown last. Raises `UnreadableError`."""
    if len(nodes) > MAX_NODES:
        raise UnreadableError("too_many_messages", f"it has more than {MAX_NODES} messages")
    growth = _Growth(nodes, began_at, notes)
    growth.grow()
    return growth.tree(current)


class _Above(NamedTuple):
    """What a node follows: the message before it, None for none, and whether nothing else follows that, directly or
    behind nodes that are no messages."""

    message_id: int | None
    alone: bool


class _Growth:
    def __init__(self, nodes: Sequence[Node], began_at: int, notes: Notes) -> None:
        self._began_at, self._notes = began_at, notes
        self._nodes: list[Node] = []
        self._places: dict[str, int] = {}
        for node in nodes:
            if node.key in self._places:
                notes.add("repeated_ids")
            else:
                self._places[node.key] = len(self._nodes)
                self._nodes.append(node)
        self._children: list[list[int]] = [[] for _ in self._nodes]
        self._messages: dict[int, WholeMessage] = {}
        self._joined: dict[int, list[WholeMessage]] = {}
        """Answers that are to follow others as a part of them, by the ids of those."""
        self._message_of: dict[int, int | None] = {}
        """By place: the id of the message that a node became, or of the one before it."""
        self._system: str | None = None

    def grow(self) -> None:
        """Make messages of all nodes, those of a time after those of earlier ones, and each after its parent."""
        roots = [place for place, node in enumerate(self._nodes) if self._follows_nothing(place, node)]
        self._from(roots)
        for place in range(len(self._nodes)):
            if place not in self._message_of:  # it follows itself, by way of others
                self._notes.add("circles")
                self._from([place])

    def _follows_nothing(self, place: int, node: Node) -> bool:
        parent = None if node.parent is None else self._places.get(node.parent)
        if parent is not None:
            self._children[parent].append(place)
        elif node.parent is not None:
            self._notes.add("missing_parents")
        return parent is None

    def _from(self, roots: Sequence[int]) -> None:
        top = _Above(None, alone=False)
        waiting: list[tuple[int, int, _Above]] = []
        for place in roots:
            heappush(waiting, (self._nodes[place].at or self._began_at, place, top))
        while waiting:
            at, place, above = heappop(waiting)
            message_id = self._message_of[place] = self._take(self._nodes[place], above, at)
            is_new = message_id != above.message_id
            alone = len(self._children[place]) == 1 and (is_new or above.alone)
            for child in self._children[place]:
                if child not in self._message_of:
                    heappush(waiting, (max(self._nodes[child].at or at, at), child, _Above(message_id, alone)))

    def _take(self, node: Node, above: _Above, at: int) -> int | None:
        """Return the id of the message that a node becomes, or becomes a part of, else of the one before it."""
        if node.role == "system":
            self._take_system(node, above)
        has_text = bool(node.content.strip() or node.reasoning.strip() or node.failure)
        if node.role in ("system", "none") or not has_text:
            return above.message_id
        before = None if above.message_id is None else self._messages[above.message_id]
        if before is not None and node.role == "assistant" == before.role and above.alone:
            part = self._message(before.id, before.parent_id, node, at)
            self._joined.setdefault(before.id, [before]).append(part)
            return before.id
        number = len(self._messages) + 1
        self._messages[number] = self._message(number, above.message_id, node, node.at or at)
        return number

    def _take_system(self, node: Node, above: _Above) -> None:
        if not node.content.strip():
            return
        if self._system is None and above.message_id is None:
            self._system = self._cut(node.content)
        elif node.content != self._system:
            self._notes.add("system_messages")

    def _message(self, number: int, parent_id: int | None, node: Node, at: int) -> WholeMessage:
        failed = ChatError("upstream_error", node.failure[:1_000], retryable=False) if node.failure else None
        return WholeMessage(
            id=number,
            parent_id=parent_id,
            role="user" if node.role == "user" else "assistant",
            content=self._cut(node.content),
            reasoning=self._cut(node.reasoning) or None,
            status="error" if failed else "interrupted" if node.unfinished else "complete",
            model=node.model,
            timestamp=timestamp(at),
            error=failed,
        )

    def _join(self, parts: Sequence[WholeMessage]) -> WholeMessage:
        """Return an answer of parts: others keep what was said before and after a tool's work apart."""
        texts = [part.content for part in parts if part.content.strip()]
        thoughts = [part.reasoning for part in parts if part.reasoning is not None and part.reasoning.strip()]
        return structs.replace(
            parts[0],
            content=self._cut("\n\n".join(texts)),
            reasoning=self._cut("\n\n".join(thoughts)) or None,
            model=next((part.model for part in parts if part.model), None),
            status=parts[-1].status,
            error=parts[-1].error,
        )

    def _cut(self, text: str) -> str:
        if len(text) <= MAX_TEXT:
            return text
        self._notes.add("cut_texts")
        return text[:MAX_TEXT]

    def tree(self, current: str | None) -> GrownTree:
        """Return what has grown; the latest message is shown where the file doesn't say which."""
        place = None if current is None else self._places.get(current)
        leaf_id = None if place is None else self._message_of[place]
        joined = {number: self._join(parts) for number, parts in self._joined.items()}
        messages = [joined.get(number, message) for number, message in self._messages.items()]
        return GrownTree(messages, leaf_id or len(messages) or None, self._system)
