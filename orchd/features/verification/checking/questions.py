"""One question to a checker about one claim, and the opinion that its answer is."""

from msgspec import Struct

from orchd.features.verification.checking.checkers import ClaimChecker
from orchd.features.verification.checking.combining import SURE, UNLIKE
from orchd.features.verification.checking.forms import form, plain
from orchd.features.verification.messages import VerificationOpinion, VerifyClaimOpinion
from orchd.features.verification.remarks import VerifyRemark
from orchd.features.verification.wording import words
from orchd.llm import Scorer

WORDS_CHARACTERS = 60


class ClaimQuestion(Struct, frozen=True):
    """A claim, by its index, and what of the sources it is held against; both texts are `plain`."""

    index: int
    claim: str
    passage: str


async def opinion_on(scorer: Scorer, checker: ClaimChecker, question: ClaimQuestion) -> VerifyClaimOpinion | None:
    """Return what a checker thinks of a claim, None when its answer can't be read. Raises OrchdError."""
    if checker.kind == "reranker":
        (value,) = await scorer.score(checker.target, question.claim, [question.passage])
        told: VerificationOpinion | None = "unsupported" if value < UNLIKE else None
        return _opinion_of(checker, value, told, VerifyRemark(code="topical"))
    if checker.kind == "entailment":
        (value,) = await scorer.score(checker.target, question.passage, [question.claim])
        return _opinion_of(checker, value, _opinion(value), VerifyRemark(code="entailed"))
    asked = form(checker.kind, checker.server, question.passage, question.claim)
    choice = await scorer.choose(checker.target, asked.messages, asked.members, asked.spare)
    if choice.value is None and choice.yes is None:
        return None
    likely = choice.value
    if likely is not None and not asked.yes:
        likely = 1 - likely
    said = _opinion(likely) if likely is not None else "supported" if choice.yes is asked.yes else "unsupported"
    return _opinion_of(
        checker, likely, said, VerifyRemark(code="answered", quote=plain(choice.words, WORDS_CHARACTERS))
    )


def share_of(said: VerifyClaimOpinion) -> float:
    """Return how likely a claim is by an opinion alone; a mere word is as good as certain."""
    return said.value if said.value is not None else 1.0 if said.opinion == "supported" else 0.0


def _opinion_of(
    checker: ClaimChecker, value: float | None, said: VerificationOpinion | None, remark: VerifyRemark
) -> VerifyClaimOpinion:
    rounded = None if value is None else round(value, 4)
    return VerifyClaimOpinion(checker.name, checker.kind, rounded, said, words(remark), remark=remark)


def _opinion(value: float) -> VerificationOpinion | None:
    return "supported" if value >= SURE else "unsupported" if value <= 1 - SURE else None
