from orchd.errors import Unavailable
from orchd.features.models import check_response
from orchd.features.verification.remarks import MAX_MESSAGE, MAX_QUOTE, failure_of, no_answer, shorten
from orchd.features.verification.wording import words


def test_quotations_and_messages_are_cut() -> None:
    assert shorten("abc") == "abc"
    assert len(shorten("x" * 999)) == MAX_QUOTE
    failed = failure_of(Unavailable("y" * 9_999, reason="connect"))
    assert (failed.code, len(failed.message), failed.reason) == ("unavailable", MAX_MESSAGE, "connect")


def test_what_is_no_answer_is_said_as_the_rule_says_it() -> None:
    german = "Der Turm wurde im Jahr 1931 von der Stadt eröffnet und ist nicht sehr hoch, aber er ist schön."
    asked = "When was the tower opened, and who was it that opened it for the people of the town?"
    for text in ("", "TODO: write this later.", "I'm sorry, but I can't help with that.", german):
        (objection, *_) = check_response(text, prompt=asked)
        assert words(no_answer(objection)) == objection.reason
    (found,) = check_response(german, prompt=asked)
    assert (found.languages, found.other_languages) == (("de",), ("en",))
    assert found.reason == "the answer is in German, and all that was asked in English"
