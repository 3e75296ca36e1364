import pytest
import trio
from trio.testing import MockClock

from orchd.errors import Invalid, OrchdError, RateLimited, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.features.text.processing.asking import RETRY, ChunkAsker, text_error
from orchd.llm import Asker, Requester
from orchd.llm.asking.rounds import LONGEST_NAP_SECONDS
from tests.features.text.texts import TokenizedBackends


class Failing(TokenizedBackends):
    """Fails with these errors in turn, then answers."""

    def __init__(self, *errors: OrchdError) -> None:
        super().__init__()
        waiting = list(errors)

        async def answer(question: str) -> str:
            if waiting:
                raise waiting.pop(0)
            return question.upper()

        self.answer = answer


class Saying(TokenizedBackends):
    """Answers with these texts in turn."""

    def __init__(self, *texts: str) -> None:
        super().__init__()
        waiting = list(texts)

        async def answer(question: str) -> str:
            return waiting.pop(0)

        self.answer = answer


async def ask(backends: TokenizedBackends) -> tuple[str | None, OrchdError | None, int]:
    reply = await ChunkAsker(Asker(backends, Requester()), backends.target, 2, 100).ask("why", 1000)
    return reply.text, reply.error, reply.attempts


async def test_bad_luck_is_tried_again(autojump_clock: MockClock) -> None:
    assert await ask(Failing()) == ("WHY", None, 1)
    assert await ask(Failing(Timeout("slow"), UpstreamError("broken"))) == ("WHY", None, 3)


async def test_bad_luck_has_an_end(autojump_clock: MockClock) -> None:
    error = Unavailable("away")
    backends = Failing(Timeout("slow"), Timeout("slow"), error, Timeout("slow"))
    assert await ask(backends) == (None, error, RETRY.rounds)
    assert len(backends.questions) == RETRY.rounds


@pytest.mark.parametrize("error", [TooLarge("context"), Invalid("no")])
async def test_what_would_fail_again_is_not_tried_again(error: OrchdError) -> None:
    assert await ask(Failing(error)) == (None, error, 1)


async def test_what_no_other_question_will_change_is_not_tried_again() -> None:
    error = UpstreamError("it does not fit", reason="load_failed")
    assert await ask(Failing(error)) == (None, error, 1)


def cooling(milliseconds: int) -> Unavailable:
    return Unavailable("left alone", reason="cooling", retry_after_ms=milliseconds)


async def test_a_model_that_is_left_alone_is_waited_for(autojump_clock: MockClock) -> None:
    begun = trio.current_time()
    assert await ask(Failing(cooling(4000), cooling(60_000), Timeout("slow"))) == ("WHY", None, 2)
    assert trio.current_time() - begun == 4 + LONGEST_NAP_SECONDS + RETRY.first_pause


async def test_a_server_that_limits_how_often_it_is_asked_is_waited_for(autojump_clock: MockClock) -> None:
    limited = RateLimited("slow down", reason="rate_limited", retry_after_ms=3000)
    assert await ask(Failing(limited)) == ("WHY", None, 1)
    assert trio.current_time() == 3


async def test_a_part_that_was_withheld_is_no_answer(autojump_clock: MockClock) -> None:
    backends = Failing()
    backends.finish_reason = "content_filter"
    text, error, attempts = await ask(backends)
    assert (text, attempts, error and error.details["reason"]) == (None, RETRY.rounds, "cut_off")
    backends.finish_reason = "length"
    assert await ask(backends) == ("WHY", None, 1)


async def test_a_refusal_is_no_output_and_asked_for_again(autojump_clock: MockClock) -> None:
    sorry = "I'm sorry, but I can't help with that."
    backends = Saying(sorry, "TODO: write this later.", "Done.")
    assert await ask(backends) == ("Done.", None, 3)
    text, error, attempts = await ask(Saying(*[sorry] * RETRY.rounds))
    assert (text, attempts, error and error.reason) == (None, RETRY.rounds, "unusable_answer")


async def test_what_the_text_says_itself_is_an_output(autojump_clock: MockClock) -> None:
    sorry, lines = "I'm sorry, but I can't help with that.", "the disk is full\n" * 40
    asking = ChunkAsker(Asker(Saying(sorry, lines, "None"), Requester()), TokenizedBackends().target, 2, 100)
    part = "Desculpe, mas não posso ajudar com isso."
    instruction = "Translate this, for example “I'm sorry, but I can't help with that.”"
    for wanted in (sorry, lines, "None"):
        reply = await asking.ask(f"{instruction}\n\n{part}", 1000, instruction=instruction)
        assert (reply.text, reply.attempts) == (wanted, 1)


async def test_the_wait_for_a_model_that_is_left_alone_has_an_end(autojump_clock: MockClock) -> None:
    begun = trio.current_time()
    text, error, attempts = await ask(Failing(*[cooling(60_000)] * 100))
    assert (text, attempts, error and error.details["reason"]) == (None, 0, "cooling")
    assert trio.current_time() - begun == RETRY.patience


async def test_whoever_finds_out_whether_the_model_is_well_is_waited_for(autojump_clock: MockClock) -> None:
    backends, well = TokenizedBackends(), trio.Event()

    async def answer(question: str) -> str:
        if question == "trial":
            await trio.sleep(10 * RETRY.patience)
            well.set()
        elif not well.is_set():
            raise cooling(60_000)
        return question.upper()

    backends.answer = answer
    asking = ChunkAsker(Asker(backends, Requester()), backends.target, 2, None)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(asking.ask, "trial", 1000)
        await trio.testing.wait_all_tasks_blocked()
        assert (await asking.ask("why", 1000)).text == "WHY"


async def test_an_empty_answer_is_none(autojump_clock: MockClock) -> None:
    backends = TokenizedBackends()

    async def blank(question: str) -> str:
        return " \n"

    backends.answer = blank
    text, error, attempts = await ask(backends)
    assert (text, attempts) == (None, RETRY.rounds)
    assert isinstance(error, UpstreamError)
    assert text_error(error).code == "upstream_error"


async def test_the_questions_at_once_are_bounded(autojump_clock: MockClock) -> None:
    backends, running, most = TokenizedBackends(), 0, 0

    async def slow(question: str) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await trio.sleep(1)
        running -= 1
        return question

    backends.answer = slow
    asking = ChunkAsker(Asker(backends, Requester()), backends.target, 3, None)
    async with trio.open_nursery() as nursery:
        for number in range(10):
            nursery.start_soon(asking.ask, str(number), 1000)
    assert most == 3


async def test_what_is_hopeless_is_not_asked() -> None:
    backends, away = Failing(), Unavailable("away")
    reply = await ChunkAsker(Asker(backends, Requester()), backends.target, 1, None).ask("why", 1000, lambda: away)
    assert (reply.error, reply.attempts, backends.questions) == (away, 0, [])
