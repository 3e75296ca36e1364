"""Questions and answers, stored without a model, for tests of statements."""

from orchd.entity import LOCAL_OWNER
from orchd.features.chat import queries
from orchd.features.chat.messages import ChatAttempt, ChatError, ChatMessage, ChatTimings, ChatUsage
from orchd.features.chat.rows import EndedAnswer, NewQuestion, StoredExchange
from orchd.storage import Database

ATTEMPTS = [ChatAttempt("tiny", ChatError("unavailable", "loading", retryable=True), "cooling")]


def question(message: str, conversation_id: int | None = None, parent_id: int | None = None) -> NewQuestion:
    return NewQuestion(LOCAL_OWNER, message, conversation_id, parent_id, None, None, "tiny", "me", 1_700_000_000_000)


def answer(exchange: StoredExchange, content: str) -> EndedAnswer:
    return EndedAnswer(
        message_id=exchange.answer_id,
        conversation_id=exchange.conversation_id,
        content=content,
        reasoning="because",
        runs=[("reasoning", 7), ("content", len(content))],
        parts=None,
        status="complete",
        model="tiny:2",
        finish_reason="stop",
        usage=ChatUsage(1, 2, 3),
        timings=ChatTimings(1, 2, 3, 4.5, 6),
        error=ChatError("timeout", "late", retryable=True),
        ended_at=1_700_000_001_234,
        attempts=ATTEMPTS,
    )


async def get(store: Database, message_id: int) -> ChatMessage:
    found = await store.read(queries.find_any, message_id)
    assert found is not None
    return found.message


async def exchange(store: Database, message: str, reply: str, conversation_id: int | None = None) -> StoredExchange:
    asked = await store.write(queries.ask, question(message, conversation_id))
    await store.write(queries.finish, answer(asked, reply))
    return asked
