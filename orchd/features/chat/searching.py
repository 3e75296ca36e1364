"""Messages as they are searched for: questions at once, answers once they have ended."""

from orchd.entity import Belonging
from orchd.entity.search import SearchedRow, TableSource
from orchd.errors import NotFound
from orchd.features import conversation as conversations
from orchd.features.chat.queries import MESSAGES
from orchd.features.chat.rows import MessageRecord
from orchd.protocol.types import unix_milliseconds
from orchd.storage import Steps


def _show(record: MessageRecord) -> SearchedRow | None:
    message = record.message
    if message.status == "streaming":
        return None
    return SearchedRow(message.id, "", message.content, unix_milliseconds(message.timestamp), message.conversation_id)


def _whose(record: MessageRecord) -> Steps[Belonging]:
    found = yield from conversations.whose([record.message.conversation_id])
    if not found:
        raise NotFound("there is no such conversation")
    return found[record.message.conversation_id]


MESSAGE_SOURCE = TableSource("message", MESSAGES, _show, _whose)
