"""Asking checkers about claims, several at once, within one time and one number of calls, behind people's chats.

Who fails the control, or fails once, is asked no further: a second opinion is never worth much waiting.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import trio
from msgspec import Struct

from orchd.errors import OrchdError
from orchd.features.verification.checking.checkers import RANKING, ClaimChecker
from orchd.features.verification.checking.control import CONTROL_CALLS, ControlResults
from orchd.features.verification.checking.questions import ClaimQuestion, opinion_on
from orchd.features.verification.messages import VerifyClaimOpinion
from orchd.features.verification.remarks import VerifyRemark, failure_of
from orchd.llm import Scorer

AT_ONCE = 4


class CheckerLimits(NamedTuple):
    """How much may be asked: `calls` of all checkers together, within `seconds`; no calls turn them off."""

    calls: int = 40
    seconds: float = 60.0


class Consultation(Struct):
    """What one checker is asked; `failed` is why it is asked no further."""

    checker: ClaimChecker
    questions: Iterator[ClaimQuestion]
    failed: VerifyRemark | None = None


Tell: TypeAlias = Callable[[int, VerifyClaimOpinion], Awaitable[None]]
"""Gets each opinion on a claim as soon as it is there; may wait."""


async def consult(
    scorer: Scorer,
    checkers: Sequence[ClaimChecker],
    questions: Sequence[ClaimQuestion],
    limits: CheckerLimits,
    tell: Tell,
    control: ControlResults,
) -> list[VerifyRemark]:
    """Ask the checkers one after the other; return what could not be asked.

    Raises no OrchdError; waits `limits.seconds` at most.
    """
    gaps: list[VerifyRemark] = []
    with trio.move_on_after(limits.seconds) as scope:
        for checker in checkers:
            known = checker.kind in RANKING or control.recall(checker.name) is not None
            room = limits.calls // len(checkers) - (0 if known else CONTROL_CALLS)
            asked = Consultation(checker, iter(questions[: max(0, room)]))
            if room > 0:
                await _ask_all(scorer, asked, tell, control)
            gaps += [asked.failed] if asked.failed is not None else []
    if scope.cancelled_caught:
        gaps.append(VerifyRemark(code="checkers_late", seconds=limits.seconds))
    return gaps


async def _ask_all(scorer: Scorer, consultation: Consultation, tell: Tell, control: ControlResults) -> None:
    checker = consultation.checker
    try:
        if checker.kind not in RANKING and not await control.passes(scorer, checker):
            consultation.failed = VerifyRemark(code="checker_unfit", model=checker.name)
            return
    except OrchdError as error:
        consultation.failed = _failure(checker, error)
        return
    for question in consultation.questions:  # the first one alone: what fails for all fails once
        await _ask(scorer, consultation, question, tell)
        break
    async with trio.open_nursery() as nursery:
        for _ in range(AT_ONCE):
            nursery.start_soon(_ask_on, scorer, consultation, tell)


async def _ask_on(scorer: Scorer, consultation: Consultation, tell: Tell) -> None:
    for question in consultation.questions:
        if consultation.failed is not None:
            return
        await _ask(scorer, consultation, question, tell)


async def _ask(scorer: Scorer, consultation: Consultation, question: ClaimQuestion, tell: Tell) -> None:
    try:
        said = await opinion_on(scorer, consultation.checker, question)
    except OrchdError as error:
        consultation.failed = _failure(consultation.checker, error)
        return
    if said is not None:
        await tell(question.index, said)


def _failure(checker: ClaimChecker, error: OrchdError) -> VerifyRemark:
    return VerifyRemark(code="checker_failed", model=checker.name, error=failure_of(error))
