"""What the programs' exports have in common: a conversation's own facts, and its nodes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from orchd.clock import unix_now
from orchd.features.conversation import Origin, WholeConversation, title_of
from orchd.features.transfer.reading.conversation import ImportSource, ReadConversation, UnreadableError
from orchd.features.transfer.reading.growing import GrownTree, Node, grow
from orchd.features.transfer.reading.values import MAX_TEXT, Notes, line, moment, tags, text
from orchd.protocol.types import timestamp

MAX_ID = 128
ONLY_ATTACHMENTS = "(an attachment, which was not imported)"
"""In place of a message that has nothing else: what follows it would make no sense."""


@dataclass
class SourceFacts:
    """What one export says of one conversation, as it says it; times in any of the forms that `moment` reads."""

    source: ImportSource
    source_id: object
    nodes: Sequence[Node]
    current: object
    """The node that was shown last."""
    notes: Notes
    title: object = None
    created: object = None
    updated: object = None
    system: object = None
    """What the model is told before all messages, where it stands apart from them."""
    folder: object = ""
    tags: object = field(default_factory=list)
    pinned: object = False
    archived: object = False


def conversation_of(facts: SourceFacts, raw: bytes) -> ReadConversation:
    """Return a conversation as it will be stored; `raw` is the text that it was read from. Raises `UnreadableError`."""
    created = moment(facts.created) or _first_time(facts.nodes) or moment(facts.updated) or unix_now()
    current = facts.current if isinstance(facts.current, str) else None
    tree = grow(facts.nodes, current, created, facts.notes)
    if not tree.messages:
        raise UnreadableError("empty", "it has no messages")
    last = max((node.at or 0 for node in facts.nodes), default=0)
    content = WholeConversation(
        title=line(facts.title, 200) or title_of(tree.messages[0].content),
        system_prompt=text(facts.system)[:MAX_TEXT] or tree.system_prompt,
        folder=line(facts.folder, 100),
        tags=tags(facts.tags),
        pinned=facts.pinned is True,
        archived=facts.archived is True,
        created_at=timestamp(created),
        updated_at=timestamp(max(last or moment(facts.updated) or created, created)),
    )
    origin = Origin(facts.source, _source_id(facts.source_id, raw))
    return _whole(content, tree, origin, facts.notes)


def _whole(content: WholeConversation, tree: GrownTree, origin: Origin, notes: Notes) -> ReadConversation:
    return ReadConversation(
        content=content, messages=tree.messages, leaf_id=tree.leaf_id, origin=origin, notes=notes.in_order()
    )


def _first_time(nodes: Sequence[Node]) -> int | None:
    return min((node.at for node in nodes if node.at is not None), default=None)


def _source_id(value: object, raw: bytes) -> str:
    """Return what a conversation is called where it comes from; what it holds tells one without an id from others."""
    found = line(value, MAX_ID + 1)
    if found and len(found) <= MAX_ID:
        return found
    return f"#{blake2b(found.encode() or raw, digest_size=16).hexdigest()}"
