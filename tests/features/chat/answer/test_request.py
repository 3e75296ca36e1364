from orchd.features.chat.answer.request import AnswerRequest, attempts
from orchd.features.chat.messages import ChatAttempt, ChatError
from orchd.llm.types import Chosen, Claim, Failure, Priority
from tests.fix_chat import TARGET


def test_a_chat_is_asked_for_by_a_person_in_a_conversation() -> None:
    request = AnswerRequest(Chosen(TARGET), user="ada")
    assert request.claim(7) == Claim(Priority.CHAT, "ada", 7)
    assert request.claim(None) == Claim(Priority.CHAT, "ada", None)


def test_failures_are_told_by_the_wires_codes() -> None:
    failures = [
        Failure("m", "box", "unavailable", "cooling", "wait", retryable=True),
        Failure("n", "", "not_found", None, "who?"),
    ]
    assert attempts(failures) == [
        ChatAttempt("m", ChatError("unavailable", "wait", retryable=True), "cooling"),
        ChatAttempt("n", ChatError("not_found", "who?", retryable=False), None),
    ]
