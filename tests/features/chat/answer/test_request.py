from orchd.features.chat.answer.request import AnswerRequest, attempts
from orchd.features.chat.messages import ChatAttempt, ChatError
from orchd.llm.types import FailedAttempt, Priority, Requester, Selection
from tests.fix_chat import TARGET


def test_a_chat_is_asked_for_by_a_person_in_a_conversation() -> None:
    request = AnswerRequest(Selection(TARGET), asker=Requester(user=10))
    assert request.requester(7) == Requester(Priority.CHAT, 10, 7)
    assert request.requester(None) == Requester(Priority.CHAT, 10, None)


def test_failures_are_told_by_the_wires_codes() -> None:
    failures = [
        FailedAttempt("m", "box", "unavailable", "cooling", "wait", retryable=True),
        FailedAttempt("n", "", "not_found", None, "who?"),
    ]
    assert attempts(failures) == [
        ChatAttempt("m", ChatError("unavailable", "wait", retryable=True), "cooling"),
        ChatAttempt("n", ChatError("not_found", "who?", retryable=False), None),
    ]
