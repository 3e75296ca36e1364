from collections.abc import Callable

import pytest
import trio

from orchd.errors import Timeout, UpstreamError
from orchd.features.verification.checking.checkers import ClaimChecker
from orchd.features.verification.checking.consulting import AT_ONCE, CheckerLimits, ClaimQuestion, consult, share_of
from orchd.features.verification.checking.forms import OpinionKind
from orchd.features.verification.messages import VerifyClaimOpinion
from orchd.llm import Priority, Requester, Scorer, Target
from tests.checking import CheckingBackends, Share

MODELS: dict[OpinionKind, str] = {
    "minicheck": "bespoke-minicheck",
    "guardian": "granite-guardian-3.2",
    "entailment": "nli-deberta",
    "reranker": "bge-reranker-v2-m3",
    "chat": "qwen3-8b",
}
QUESTIONS = [ClaimQuestion(at, f"Claim {at}.", "What the sources say.") for at in range(12)]


class Asked:
    """What came of asking some checkers."""

    def __init__(self, *kinds: OpinionKind, thinks: Callable[[str], Share] | None = None) -> None:
        self.backends = CheckingBackends(*MODELS.values())
        self.checkers = [
            ClaimChecker(Target(info, info.backend), kind, "llamacpp")
            for kind in kinds
            for info in self.backends.infos
            if info.id == MODELS[kind]
        ]
        if thinks is not None:
            self.backends.thinks = thinks
        self.scorer = Scorer(self.backends, Requester(Priority.BACKGROUND), 60.0)
        self.told: list[tuple[int, VerifyClaimOpinion]] = []

    async def run(self, limits: CheckerLimits = CheckerLimits(), questions: int = 12) -> list[str]:  # noqa: B008
        return await consult(self.scorer, self.checkers, QUESTIONS[:questions], limits, self._tell)

    async def _tell(self, index: int, said: VerifyClaimOpinion) -> None:
        self.told.append((index, said))


@pytest.mark.parametrize("kind", list(MODELS))
async def test_each_kind_says_what_it_thinks(kind: OpinionKind) -> None:
    asked = Asked(kind, thinks=lambda claim: 0.97 if "Claim 0." in claim else 0.02)
    assert await asked.run(questions=2) == []
    opinions = dict(asked.told)
    assert opinions[0].value == pytest.approx(0.97)
    assert opinions[1].value == pytest.approx(0.02)
    assert opinions[0].opinion == (None if kind == "reranker" else "supported"), "to be about it is not to say so"
    assert opinions[1].opinion == "unsupported"
    assert {(said.by, said.kind) for said in opinions.values()} == {(f"{MODELS[kind]}@fake", kind)}


async def test_a_mere_word_is_an_opinion_without_a_number() -> None:
    asked = Asked("chat", thinks=lambda claim: "Yes." if "Claim 0." in claim else "No, it is not.")
    assert await asked.run(questions=2) == []
    opinions = [said for _, said in sorted(asked.told)]
    assert [(said.value, said.opinion) for said in opinions] == [(None, "supported"), (None, "unsupported")]
    assert opinions[1].reason == "it answered “No, it is not.”"
    assert [share_of(said) for said in opinions] == [1.0, 0.0]


async def test_what_is_in_between_is_no_opinion() -> None:
    asked = Asked("minicheck", thinks=lambda claim: 0.5)
    await asked.run(questions=1)
    assert [(said.value, said.opinion) for _, said in asked.told] == [(0.5, None)]


@pytest.mark.parametrize("share", [0.9, 0.1, "Yes", "No", None])
async def test_who_can_not_tell_the_control_apart_is_asked_nothing_else(share: Share) -> None:
    asked = Asked("chat", thinks=lambda claim: share)
    asked.backends.knows = False
    (note,) = await asked.run()
    assert "can't tell a claim that a text bears out" in note
    assert asked.told == []
    assert len(asked.backends.exchanges) <= 2


@pytest.mark.parametrize("error", [UpstreamError("boom", reason="server_error"), Timeout("slow", reason="total")])
@pytest.mark.parametrize("kind", ["chat", "reranker"])
async def test_who_fails_is_asked_no_further(error: Exception, kind: OpinionKind) -> None:
    calls = iter(range(99))
    asked = Asked(kind, thinks=lambda claim: error if next(calls) >= 1 else 0.9)  # type: ignore[arg-type,return-value]
    (note,) = await asked.run()
    assert "could not be asked" in note
    assert len(asked.told) == 1, "what was had is kept"
    assert len(asked.backends.exchanges) <= 2 + 2 * AT_ONCE


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
    assert "took more than 30 s" in note
    assert asked.told, "what came in time is kept"


async def test_everything_goes_behind_chats() -> None:
    asked = Asked("minicheck", "reranker", "chat")
    await asked.run()
    assert {requester.priority for requester in asked.backends.requesters} == {Priority.BACKGROUND}
