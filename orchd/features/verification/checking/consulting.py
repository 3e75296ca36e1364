"""Asking checkers about claims: first something that they must know, then the claims, several at once.

Whoever can't tell the control's two claims apart, always says Yes, or writes about something else is not asked any
further, and neither is whoever fails once: a second opinion is never worth much waiting. All of it has one clock and
one number of calls, and goes behind people's chats.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import trio
from msgspec import Struct

from orchd.errors import OrchdError
from orchd.features.verification.checking.checkers import RANKING, ClaimChecker
from orchd.features.verification.checking.combining import SURE, UNLIKE
from orchd.features.verification.checking.forms import CONTROL_FALSE, CONTROL_TEXT, CONTROL_TRUE, form, plain
from orchd.features.verification.messages import VerificationOpinion, VerifyClaimOpinion
from orchd.llm import Scorer

AT_ONCE = 4
CONTROL_CALLS = 2
LEAST_APART = 0.2
"""By how much the shares of Yes for the control's two claims must differ."""
WORDS_CHARACTERS = 60


class CheckerLimits(NamedTuple):
    """How much may be asked: `calls` of all checkers together, within `seconds`; no calls turn them off."""

    calls: int = 40
    seconds: float = 60.0


class ClaimQuestion(Struct, frozen=True):
    """A claim, by its index, and what of the sources it is held against; both texts are `plain`."""

    index: int
    claim: str
    passage: str


class Consultation(Struct):
    """What one checker is asked; `failed` is why it is asked no further."""

    checker: ClaimChecker
    questions: Iterator[ClaimQuestion]
    failed: str = ""


Tell: TypeAlias = Callable[[int, VerifyClaimOpinion], Awaitable[None]]
"""Gets each opinion on a claim as soon as it is there; may wait."""


async def consult(
    scorer: Scorer,
    checkers: Sequence[ClaimChecker],
    questions: Sequence[ClaimQuestion],
    limits: CheckerLimits,
    tell: Tell,
) -> list[str]:
    """Ask the checkers one after the other; return sentences on what could not be asked.

    Raises no OrchdError; waits `limits.seconds` at most.
    """
    notes: list[str] = []
    with trio.move_on_after(limits.seconds) as scope:
        for checker in checkers:
            room = limits.calls // len(checkers) - (0 if checker.kind in RANKING else CONTROL_CALLS)
            asked = Consultation(checker, iter(questions[: max(0, room)]))
            if room > 0:
                await _ask_all(scorer, asked, tell)
            notes += [f"{checker.name} gave no further opinions on claims: {asked.failed}"] if asked.failed else []
    if scope.cancelled_caught:
        notes.append(f"second opinions on claims took more than {limits.seconds:g} s; the rest were not asked for")
    return notes


async def _ask_all(scorer: Scorer, consultation: Consultation, tell: Tell) -> None:
    try:
        if consultation.checker.kind not in RANKING and not await _knows_control(scorer, consultation.checker):
            consultation.failed = "it can't tell a claim that a text bears out from one that is made up"
            return
    except OrchdError as error:
        consultation.failed = f"it could not be asked: {error.message}"
        return
    async with trio.open_nursery() as nursery:
        for _ in range(AT_ONCE):
            nursery.start_soon(_ask, scorer, consultation, tell)


async def _knows_control(scorer: Scorer, checker: ClaimChecker) -> bool:
    """Tell whether a checker finds borne out what is, and not what isn't. Raises OrchdError."""
    shares: list[float] = []
    for claim in (CONTROL_TRUE, CONTROL_FALSE):  # one by one: the first shows what the server takes
        said = await opinion_on(scorer, checker, ClaimQuestion(0, claim, CONTROL_TEXT))
        if said is None:
            return False
        shares.append(share_of(said))
    true, false = shares
    return true > 0.5 > false and true - false >= LEAST_APART


async def _ask(scorer: Scorer, consultation: Consultation, tell: Tell) -> None:
    for question in consultation.questions:
        if consultation.failed:
            return
        try:
            said = await opinion_on(scorer, consultation.checker, question)
        except OrchdError as error:
            consultation.failed = f"it could not be asked: {error.message}"
            return
        if said is not None:
            await tell(question.index, said)


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
