from collections.abc import Callable

import pytest
import trio

from orchd.errors import Timeout, UpstreamError
from orchd.features.verification.checking.consulting import AT_ONCE, CheckerLimits, consult
from orchd.features.verification.checking.control import ControlResults
from orchd.features.verification.checking.forms import OpinionKind
from orchd.features.verification.checking.questions import ClaimQuestion
from orchd.features.verification.messages import VerifyClaimOpinion
from orchd.features.verification.remarks import VerifyRemark
from orchd.features.verification.wording import words
from orchd.llm import Priority, Requester, Scorer
from tests.checking import MODELS, CheckingBackends, Share, checker_of

QUESTIONS = [ClaimQuestion(at, f"Claim {at}.", "What the sources say.") for at in range(12)]


class Asked:
    """What came of asking some checkers."""

    def __init__(self, *kinds: OpinionKind, thinks: Callable[[str], Share] | None = None) -> None:
        self.backends = CheckingBackends(*MODELS.values())
        self.checkers = [checker_of(self.backends, kind) for kind in kinds]
        if thinks is not None:
            self.backends.thinks = thinks
        self.scorer = Scorer(self.backends, Requester(Priority.BACKGROUND), 60.0)
        self.control = ControlResults()
        self.told: list[tuple[int, VerifyClaimOpinion]] = []

    async def run(self, limits: CheckerLimits = CheckerLimits(), questions: int = 12) -> list[VerifyRemark]:  # noqa: B008
        return await consult(self.scorer, self.checkers, QUESTIONS[:questions], limits, self._tell, self.control)

    async def _tell(self, index: int, said: VerifyClaimOpinion) -> None:
        self.told.append((index, said))


@pytest.mark.parametrize("error", [UpstreamError("boom", reason="server_error"), Timeout("slow", reason="total")])
@pytest.mark.parametrize("kind", ["chat", "reranker"])
async def test_who_fails_is_asked_no_further(error: Exception, kind: OpinionKind) -> None:
    calls = iter(range(99))
    asked = Asked(kind, thinks=lambda claim: error if next(calls) >= 1 else 0.9)  # type: ignore[arg-type,return-value]
    (note,) = await asked.run()
    assert words(note) == f"{MODELS[kind]}@fake gave no further opinions on claims: {error}"
    assert len(asked.told) == 1, "what was had is kept"
    assert len(asked.backends.exchanges) <= 2 + 1 + AT_ONCE


async def test_what_fails_for_all_fails_once() -> None:
    asked = Asked("reranker", thinks=lambda claim: UpstreamError("boom", reason="server_error"))
    await asked.run()
    assert len(asked.backends.exchanges) == 1


async def test_an_answer_that_says_neither_is_no_opinion() -> None:
    asked = Asked("chat", thinks=lambda claim: None if "Claim 1." in claim else 0.9)
    assert await asked.run(questions=3) == []
    assert sorted(index for index, _ in asked.told) == [0, 2]


async def test_several_at_once_and_no_more() -> None:
    asked = Asked("reranker")
    asked.backends.seconds = 0.001
    await asked.run()
    assert asked.backends.most_at_once == AT_ONCE
    assert len(asked.told) == len(QUESTIONS)


@pytest.mark.parametrize(
    ("calls", "kinds", "opinions"),
    [
        (40, ("minicheck", "reranker"), 24),
        (10, ("minicheck",), 8),
        (10, ("minicheck", "reranker"), 3 + 5),
        (2, ("chat",), 0),
        (1, ("chat", "reranker"), 0),
    ],
)
async def test_no_more_calls_than_there_may_be(calls: int, kinds: tuple[OpinionKind, ...], opinions: int) -> None:
    asked = Asked(*kinds)
    assert await asked.run(CheckerLimits(calls, 60.0)) == []
    assert len(asked.told) == opinions
    assert len(asked.backends.exchanges) <= calls
    assert asked.scorer.cost.calls == len(asked.backends.exchanges)


async def test_one_clock_for_all_of_it(autojump_clock: trio.testing.MockClock) -> None:
    asked = Asked("minicheck", "reranker")
    asked.backends.seconds = 7.0
    began = trio.current_time()
    (note,) = await asked.run(CheckerLimits(40, 30.0))
    assert trio.current_time() - began == pytest.approx(30.0)
    assert "took more than 30 s" in words(note)
    assert asked.told, "what came in time is kept"


async def test_who_does_not_pass_the_control_is_asked_nothing_else() -> None:
    asked = Asked("chat")
    asked.backends.knows = False
    (note,) = await asked.run()
    assert "can't tell a claim that a text bears out" in words(note)
    assert asked.told == []
    assert await asked.run() == [note]
    assert len(asked.backends.exchanges) == 2, "the second time it was known"


async def test_everything_goes_behind_chats() -> None:
    asked = Asked("minicheck", "reranker", "chat")
    await asked.run()
    assert {requester.priority for requester in asked.backends.requesters} == {Priority.BACKGROUND}
