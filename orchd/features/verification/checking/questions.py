"""One question to a checker about one claim, and the opinion that its answer is."""

from msgspec import Struct

from orchd.features.verification.checking.checkers import ClaimChecker
from orchd.features.verification.checking.combining import SURE, UNLIKE
from orchd.features.verification.checking.forms import form, plain
from orchd.features.verification.messages import VerificationOpinion, VerifyClaimOpinion
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
        return VerifyClaimOpinion(checker.name, checker.kind, round(value, 4), told, "how well the text goes with it")
    if checker.kind == "entailment":
        (value,) = await scorer.score(checker.target, question.passage, [question.claim])
        return VerifyClaimOpinion(checker.name, checker.kind, round(value, 4), _opinion(value), "how far it follows")
    asked = form(checker.kind, checker.server, question.passage, question.claim)
    choice = await scorer.choose(checker.target, asked.messages, asked.members, asked.spare)
    if choice.value is None and choice.yes is None:
        return None
    likely = choice.value
    if likely is not None and not asked.yes:
        likely = 1 - likely
    said = _opinion(likely) if likely is not None else "supported" if choice.yes is asked.yes else "unsupported"
    reason = f"it answered “{plain(choice.words, WORDS_CHARACTERS)}”"
    return VerifyClaimOpinion(checker.name, checker.kind, None if likely is None else round(likely, 4), said, reason)


def share_of(said: VerifyClaimOpinion) -> float:
    """Return how likely a claim is by an opinion alone; a mere word is as good as certain."""
    return said.value if said.value is not None else 1.0 if said.opinion == "supported" else 0.0


def _opinion(value: float) -> VerificationOpinion | None:
    return "supported" if value >= SURE else "unsupported" if value <= 1 - SURE else None
