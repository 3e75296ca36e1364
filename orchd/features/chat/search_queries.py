"""Messages in the index of words: questions at once, answers in the transaction that ends them."""

from orchd.entity import Belonging, search
from orchd.entity.search import SearchText
from orchd.features import conversation as conversations
from orchd.storage import Statement, Steps


def index_question(message_id: int, conversation_id: int, belongs: Belonging, content: str, now: int) -> Steps[None]:
    """Have a question found that has just been stored."""
    yield from search.add(SearchText("message", message_id, belongs, "", content, now, conversation_id))


def index_answer(message_id: int, conversation_id: int, content: str, now: int) -> Steps[None]:
    """Have an answer found that is about to end; one that has ended before is found already."""
    found = yield Statement("SELECT status FROM chat_message WHERE id = ?", (message_id,))
    whose = (yield from conversations.whose([conversation_id])).get(conversation_id)
    if whose is not None and found.rows == [("streaming",)]:
        yield from search.add(SearchText("message", message_id, whose, "", content, now, conversation_id))
