"""Asking an author the same again: what it knows it says again, what it invents it says otherwise.

The idea is that of SelfCheckGPT (Manakul, Liusie and Gales, 2023); compared are the words of each claim. It is done
where it is cheap and means something: for short answers, and never for code, which may do the same in other words.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import trio

from orchd.claims import MAX_ANSWER_BYTES, ClaimFinding, Source
from orchd.errors import OrchdError
from orchd.features.models import TaskType
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.records import CheckRequest
from orchd.features.verification.remarks import VerifyRemark, failure_of
from orchd.llm import Target

SAMPLES = 2
SAMPLED_CHARACTERS = 1_500
"""How often an author is asked again by default, and up to which length of its answer."""

SAMPLED_TYPES: tuple[TaskType, ...] = ("chat", "general", "reasoning", "analysis")
TEMPERATURE = 0.8


class SampleAgreement(NamedTuple):
    """The answer's claims measured by each further answer, and what kept others from being had."""

    ledgers: list[list[ClaimFinding]]
    gaps: list[VerifyRemark]


def samples_wanted(work: CheckRequest, *, claims: int, open_claims: int) -> int:
    """Return how often to ask again an author whose answer has so many claims, some not settled by the texts."""
    if not work.prompt or not claims:
        return 0
    if work.samples is not None:
        return work.samples
    cheap = len(work.answer) <= SAMPLED_CHARACTERS and work.task_type in SAMPLED_TYPES
    return SAMPLES if cheap and open_claims else 0


async def sample(
    interview: Interview,
    author: Target | None,
    work: CheckRequest,
    count: int,
    measure: Callable[[Sequence[Source]], Awaitable[list[ClaimFinding]]],
) -> SampleAgreement:
    """Ask the author `count` times, side by side. Raises no OrchdError; waits as long as it takes."""
    done = SampleAgreement([], [])
    if author is None:
        done.gaps.append(VerifyRemark(code="author_away"))
        return done

    async def once(who: Target) -> None:
        try:
            text = await interview.ask(who, work.prompt, None, TEMPERATURE)
        except OrchdError as error:
            done.gaps.append(VerifyRemark(code="author_failed", error=failure_of(error)))
            return
        short = text.encode()[:MAX_ANSWER_BYTES].decode(errors="ignore")
        try:
            done.ledgers.append(await measure([Source("sample", short)]))
        except OrchdError as error:
            done.gaps.append(VerifyRemark(code="sample_failed", error=failure_of(error)))

    async with trio.open_nursery() as nursery:
        for _ in range(count):
            nursery.start_soon(once, author)
    return done
