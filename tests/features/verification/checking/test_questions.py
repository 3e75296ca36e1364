from collections.abc import Callable

import pytest

from orchd.features.verification.checking.checkers import ClaimChecker
from orchd.features.verification.checking.forms import OpinionKind
from orchd.features.verification.checking.questions import ClaimQuestion, opinion_on, share_of
from orchd.features.verification.messages import VerifyClaimOpinion
from orchd.llm import Priority, Requester, Scorer
from tests.checking import MODELS, CheckingBackends, Share, checker_of


async def asked(kind: OpinionKind, thinks: Callable[[str], Share], claim: str) -> VerifyClaimOpinion | None:
    """What a checker of a kind that thinks so says of a claim."""
    backends = CheckingBackends(*MODELS.values())
    backends.thinks = thinks
    scorer = Scorer(backends, Requester(Priority.BACKGROUND), 60.0)
    return await opinion_on(scorer, checker_of(backends, kind), ClaimQuestion(0, claim, "What the sources say."))


@pytest.mark.parametrize("kind", list(MODELS))
async def test_each_kind_says_what_it_thinks(kind: OpinionKind) -> None:
    def thinks(claim: str) -> Share:
        return 0.97 if "true" in claim else 0.02

    true, false = await asked(kind, thinks, "It is true."), await asked(kind, thinks, "It is made up.")
    assert true is not None
    assert false is not None
    assert true.value == pytest.approx(0.97)
    assert false.value == pytest.approx(0.02)
    assert true.opinion == (None if kind == "reranker" else "supported"), "to be about it is not to say so"
    assert false.opinion == "unsupported"
    assert (true.by, true.kind) == (f"{MODELS[kind]}@fake", kind)


async def test_a_mere_word_is_an_opinion_without_a_number() -> None:
    yes, no = await asked("chat", lambda claim: "Yes.", "c"), await asked("chat", lambda claim: "No, it is not.", "c")
    assert yes is not None
    assert no is not None
    assert [(said.value, said.opinion) for said in (yes, no)] == [(None, "supported"), (None, "unsupported")]
    assert no.reason == "it answered “No, it is not.”"
    assert (share_of(yes), share_of(no)) == (1.0, 0.0)


async def test_granite_guardians_word_means_the_contrary() -> None:
    risk, none = await asked("guardian", lambda claim: "Yes", "c"), await asked("guardian", lambda claim: "No", "c")
    assert risk is not None
    assert none is not None
    assert (risk.opinion, none.opinion) == ("unsupported", "supported")


async def test_what_is_in_between_is_no_opinion() -> None:
    said = await asked("minicheck", lambda claim: 0.5, "c")
    assert said is not None
    assert (said.value, said.opinion) == (0.5, None)


async def test_an_answer_that_says_neither_is_none() -> None:
    assert await asked("chat", lambda claim: None, "c") is None


def test_a_checker_has_its_model_s_name() -> None:
    checker = checker_of(CheckingBackends(*MODELS.values()), "chat")
    assert isinstance(checker, ClaimChecker)
    assert checker.name == "qwen3-8b@fake"
