"""SQL of the table `chat_message` that is about branches: where one ends, and which is the active one.

The ids of what follows a message are greater, so that the tree below it is read by one statement.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from orchd.entity import Owner
from orchd.features import conversation as conversations
from orchd.features.chat import queries
from orchd.features.chat.messages import ChatMessage
from orchd.features.chat.rows import no_such_message
from orchd.storage import Statement, Steps


class ActiveBranch(NamedTuple):
    """Where the branch ends that a conversation is shown by, and whether it was another one before."""

    conversation_id: int
    leaf_id: int
    moved: bool


class MessageTree:
    """The messages of a conversation after one, by what they follow, the oldest first."""

    def __init__(self, rows: Sequence[tuple[int, int | None]]) -> None:
        self._after: dict[int | None, list[int]] = {}
        for message_id, parent_id in rows:
            self._after.setdefault(parent_id, []).append(message_id)

    def below(self, message_id: int) -> tuple[int, ...]:
        """Return a message and all that follows it."""
        return tuple(self._walk(message_id))

    def end(self, message_id: int) -> int:
        """Return the last message after one, by the latest branch each time."""
        while following := self._after.get(message_id):
            message_id = following[-1]
        return message_id

    def end_without(self, message: ChatMessage) -> int | None:
        """Return where the conversation ends without a message: the end of the latest one beside it, else what it
        follows."""
        beside = [each for each in self._after.get(message.parent_id, ()) if each != message.id]
        return self.end(beside[-1]) if beside else message.parent_id

    def _walk(self, message_id: int) -> Iterator[int]:
        wanted = [message_id]
        while wanted:
            yield (each := wanted.pop())
            wanted += self._after.get(each, ())


def end_through(owner: Owner, conversation_id: int, message_id: int) -> Steps[int]:
    """Return where the latest branch ends that goes through a message.

    Raises `NotFound` for an unknown conversation, or a message that is not in it.
    """
    yield from conversations.get_seen(owner, conversation_id)
    message = yield from queries.find_message(owner, message_id)
    if message is None or message.conversation_id != conversation_id:
        raise no_such_message("throughId")
    return (yield from read_tree(conversation_id, message_id)).end(message_id)


def select(owner: Owner, message_id: int, now: int) -> Steps[ActiveBranch]:
    """Make the latest branch that goes through a message the active one. Raises `NotFound`, `Forbidden`."""
    message = (yield from queries.get_changeable(owner, message_id)).message
    conversation = yield from conversations.get_changeable(owner, message.conversation_id)
    leaf_id = (yield from read_tree(conversation.id, message.id)).end(message.id)
    moved = leaf_id != conversation.leaf_id
    if moved:
        yield from conversations.regrow(conversation, leaf_id, 0, now)
    return ActiveBranch(conversation.id, leaf_id, moved)


def read_tree(conversation_id: int, after: int) -> Steps[MessageTree]:
    """Return the messages of a conversation whose ids are greater than `after`."""
    found = yield Statement(
        "SELECT id, parent_id FROM chat_message WHERE conversation_id = ? AND id > ? AND deleted_at IS NULL"
        " ORDER BY id",
        (conversation_id, after),
    )
    return MessageTree([(message_id, parent_id) for message_id, parent_id in found.rows])
