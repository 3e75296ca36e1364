"""Asking a judge about single claims."""

from collections.abc import Sequence
from typing import NamedTuple

from orchd.errors import OrchdError
from orchd.features.verification.hallucination.claims import in_question
from orchd.features.verification.hallucination.examination import (
    Examination,
    examination_schema,
    merge,
    read_examination,
)
from orchd.features.verification.judging.excerpts import SourcePart, unshown, whole
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge
from orchd.features.verification.judging.prompts import PromptSection, examination
from orchd.features.verification.judging.reading import Unreadable
from orchd.features.verification.messages import VerifyClaimItem
from orchd.features.verification.records import CheckRequest
from orchd.features.verification.remarks import VerifyRemark, failure_of

TEMPERATURE = 0.2

MAX_SHOWN, MAX_ASKED = 80, 40
"""Claims that a judge is shown, and those of them it is asked about."""

CLAIM_CHARACTERS = 400

MAX_PARTS = 4
"""Of sources that don't fit a judge's context: how many parts it is asked about, one call each."""


class Opinions(NamedTuple):
    """What a judge said of the claims, None when nothing that counts; `gaps` are what was left out, and why."""

    examined: Examination | None
    gaps: list[VerifyRemark]


async def examine(
    interview: Interview, judge: Judge | None, work: CheckRequest, claims: Sequence[VerifyClaimItem]
) -> Opinions:
    """Have a judge look at an answer's claims where that may show anything. Raises no OrchdError; waits for the model.

    A single claim contradicts nothing, and whether it answers the question the verdict says.
    """
    shown = claims[:MAX_SHOWN]
    asked = in_question(shown)[:MAX_ASKED]
    if len(claims) < 2 and not (asked and work.grounded):
        return Opinions(None, [])
    if judge is None:
        return Opinions(None, [VerifyRemark(code="nobody_else")])
    left_out = [VerifyRemark(code="judge_shown_part", limit=MAX_SHOWN)] if len(claims) > MAX_SHOWN else []
    told = list[Examination]()
    try:
        parts = _parts(interview, judge, work, shown, asked)
        for part in parts:
            still = [index for index in asked if all(index not in said.supported for said in told)]
            if told and not still:
                break
            told.append(await _ask(interview, judge, work, shown, still, part))
    except OrchdError as error:
        left_out.append(VerifyRemark(code="examination_failed", model=judge.name, error=failure_of(error)))
    except Unreadable as why:
        left_out.append(VerifyRemark(code="examination_unreadable", model=judge.name, flaw=why.flaw))
    if not told:
        return Opinions(None, left_out)
    read = [span for part in parts[: len(told)] for span in part.spans]
    return Opinions(merge(told, whole=not unshown(whole(work.sources), read)), left_out)


async def examine_all(
    interview: Interview, judge: Judge, work: CheckRequest, claims: Sequence[VerifyClaimItem]
) -> Examination:
    """Return what a judge says in one question of all claims that the texts leave open. Waits for the model.

    Raises Unreadable, and what asking raises.
    """
    asked = in_question(claims)
    (part, *_) = _parts(interview, judge, work, claims, asked)
    return await _ask(interview, judge, work, claims, asked, part)


def _parts(
    interview: Interview, judge: Judge, work: CheckRequest, shown: Sequence[VerifyClaimItem], asked: Sequence[int]
) -> list[SourcePart]:
    """Return the sources in parts: one where they fit, or where what they don't say counts for nothing."""
    turns = examination(_sections(work, shown, asked, None), examination_schema())
    used = interview.size(judge.target, *(turn.content for turn in turns))
    most = MAX_PARTS if work.grounded and asked else 1
    return interview.sources_for(judge.target, work.sources, shown, used, most)


async def _ask(
    interview: Interview,
    judge: Judge,
    work: CheckRequest,
    shown: Sequence[VerifyClaimItem],
    asked: Sequence[int],
    part: SourcePart,
) -> Examination:
    """Raises Unreadable, and what asking raises."""
    schema = examination_schema()
    turns = examination(_sections(work, shown, asked, part), schema)
    text = await interview.ask(judge.target, turns, schema, TEMPERATURE)
    judged = (work.context, work.request, work.answer, *(section.text for section in part.sections))
    said = await interview.workers.run(read_examination, text, len(shown), asked, judged, raises=(Unreadable,))
    interview.coverage.add(part)
    return said


def _sections(
    work: CheckRequest, shown: Sequence[VerifyClaimItem], asked: Sequence[int], part: SourcePart | None
) -> list[PromptSection]:
    listed = "\n".join(f"{claim.index + 1}. {claim.claim[:CLAIM_CHARACTERS]}" for claim in shown)
    numbers = ", ".join(str(index + 1) for index in asked) or "none"
    return [
        PromptSection("BEFORE THE REQUEST", work.context),
        PromptSection("REQUEST", work.request),
        *([] if part is None else part.sections),
        PromptSection("CLAIMS", listed),
        PromptSection("IN QUESTION", numbers),
    ]
