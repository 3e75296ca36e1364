import pytest
import trio
from trio.testing import MockClock

from orchd.errors import Invalid, OrchdError, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.features.text.asking import ATTEMPTS, Asking, described
from orchd.llm.types import Claim
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


async def ask(backends: TokenizedBackends) -> tuple[str | None, OrchdError | None, int]:
    reply = await Asking(backends, backends.target, Claim(), 2, 100).ask("why", 1000)
    return reply.text, reply.error, reply.attempts


async def test_bad_luck_is_tried_again(autojump_clock: MockClock) -> None:
    assert await ask(Failing()) == ("WHY", None, 1)
    assert await ask(Failing(Timeout("slow"), UpstreamError("broken"))) == ("WHY", None, 3)


async def test_bad_luck_has_an_end(autojump_clock: MockClock) -> None:
    error = Unavailable("away")
    backends = Failing(Timeout("slow"), Timeout("slow"), error, Timeout("slow"))
    assert await ask(backends) == (None, error, ATTEMPTS)
    assert len(backends.questions) == ATTEMPTS


@pytest.mark.parametrize("error", [TooLarge("context"), Invalid("no")])
async def test_what_would_fail_again_is_not_tried_again(error: OrchdError) -> None:
    assert await ask(Failing(error)) == (None, error, 1)


async def test_an_empty_answer_is_none(autojump_clock: MockClock) -> None:
    backends = TokenizedBackends()

    async def blank(question: str) -> str:
        return " \n"

    backends.answer = blank
    text, error, attempts = await ask(backends)
    assert (text, attempts) == (None, ATTEMPTS)
    assert isinstance(error, UpstreamError)
    assert described(error).code == "upstream_error"


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
    asking = Asking(backends, backends.target, Claim(), 3, None)
    async with trio.open_nursery() as nursery:
        for number in range(10):
            nursery.start_soon(asking.ask, str(number), 1000)
    assert most == 3


async def test_what_is_hopeless_is_not_asked() -> None:
    backends, away = Failing(), Unavailable("away")
    reply = await Asking(backends, backends.target, Claim(), 1, None).ask("why", 1000, lambda: away)
    assert (reply.error, reply.attempts, backends.questions) == (away, 0, [])
