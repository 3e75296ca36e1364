"""Asking a judge for its verdict on an answer, without telling who wrote it."""

from collections.abc import Sequence

from orchd.errors import OrchdError
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge
from orchd.features.verification.judging.prompts import PromptSection, validation
from orchd.features.verification.judging.verdicts import (
    abstention,
    approves,
    discount_approval,
    read_verdict,
    verdict_schema,
)
from orchd.features.verification.messages import VerifyClaimItem, VerifyFinding, VerifyVerdict
from orchd.features.verification.records import CheckRequest
from orchd.features.verification.remarks import JudgeRole, VerifyRemark, failure_of

TEMPERATURE = 0.2
EARLIER_CHARACTERS = 8_000


async def validate(
    interview: Interview, judge: Judge, work: CheckRequest, claims: Sequence[VerifyClaimItem] = ()
) -> VerifyVerdict:
    """Return a judge's verdict. Raises no OrchdError: a judge that can't be asked abstains. Waits for the model.

    Of sources that don't fit its context it is shown the evidence for the `claims`, and of the rest what fits.
    """
    return await _verdict(interview, judge, work, claims, None)


async def reconsider(
    interview: Interview,
    judge: Judge,
    work: CheckRequest,
    claims: Sequence[VerifyClaimItem],
    first: VerifyVerdict,
    findings: Sequence[VerifyFinding],
) -> VerifyVerdict:
    """Return the verdict of a judge that is shown the first one, and what was found besides; as `validate`."""
    return await _verdict(interview, judge, work, claims, _earlier(first, findings))


async def _verdict(
    interview: Interview, judge: Judge, work: CheckRequest, claims: Sequence[VerifyClaimItem], earlier: str | None
) -> VerifyVerdict:
    role: JudgeRole = "validator" if earlier is None else "decider"
    interview.unasked = None
    try:
        return await _ask(interview, judge, work, claims, role, earlier or "")
    except OrchdError as error:
        interview.unasked = error
        return abstention(role, judge.name, VerifyRemark(code="judge_failed", error=failure_of(error)))


async def _ask(
    interview: Interview,
    judge: Judge,
    work: CheckRequest,
    claims: Sequence[VerifyClaimItem],
    role: JudgeRole,
    earlier: str,
) -> VerifyVerdict:
    schema, second = verdict_schema(), role == "decider"
    before = [
        PromptSection("TITLE", work.title),
        PromptSection("WHOLE TASK", work.requirements),
        PromptSection("BEFORE THE REQUEST", work.context),
        PromptSection("REQUEST", work.question),
    ]
    after = [PromptSection("RESULT", work.answer), PromptSection("EARLIER CHECK", earlier)]
    alone = validation(judge.prompt, [*before, *after], schema, second=second)
    used = interview.size(judge.target, *(turn.content for turn in alone))
    (part, *_) = interview.sources_for(judge.target, work.sources, claims, used)
    turns = validation(judge.prompt, [*before, *part.sections, *after], schema, second=second)
    text = await interview.ask(judge.target, turns, schema, TEMPERATURE)
    judged = (work.request, work.context, work.answer, *(section.text for section in part.sections))
    said = await interview.workers.run(read_verdict, text, role, judge.name, judged)
    if said.abstained is None:
        interview.coverage.add(part)
    return discount_approval(said, judge.standing.failure) if approves(said) else said


def _earlier(first: VerifyVerdict, findings: Sequence[VerifyFinding]) -> str:
    """Return what a decider is shown: all but who said it; in words, for it must be no verdict that can be quoted."""
    if first.abstained is not None:
        lines = ["It came to no verdict."]
    else:
        lines = [f"It {'approved' if first.approved else 'did not approve'}, with a score of {first.score} of 100."]
        lines += [
            f"{criterion.name}: {'passed' if criterion.passed else 'failed'}. {criterion.reason}"
            for criterion in first.criteria
        ]
        lines += [f"Missing: {point}" for point in first.missing]
        lines += [f"Wrong: {error}" for error in first.errors]
        lines += [first.notes] if first.notes else []
    return "\n".join([*lines, *(f"Found besides: {finding.reason}" for finding in findings)])[:EARLIER_CHARACTERS]
