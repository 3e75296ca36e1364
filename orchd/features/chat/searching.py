"""Messages as they are searched for: questions at once, answers once they have ended."""

from orchd.entity import Belonging
from orchd.entity.search import SearchedRow, TableSource
from orchd.errors import NotFound
from orchd.features import conversation as conversations
from orchd.features.chat.queries import SEARCHED_MESSAGES
from orchd.features.chat.rows import SearchedMessage
from orchd.storage import Steps


def _show(message: SearchedMessage) -> SearchedRow | None:
    if message.status == "streaming":
        return None
    return SearchedRow(message.id, "", message.content, message.at, message.conversation_id)


def _whose(message: SearchedMessage) -> Steps[Belonging]:
    found = yield from conversations.whose([message.conversation_id])
    if not found:
        raise NotFound("there is no such conversation")
    return found[message.conversation_id]


MESSAGE_SOURCE = TableSource("message", SEARCHED_MESSAGES, _show, _whose)
