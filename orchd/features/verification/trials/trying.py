"""Asking a judge about the samples, in the very form in which checks ask: result by result, and all claims at once."""

from orchd.claims import Source
from orchd.features.verification.hallucination.examining import examine_all
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge
from orchd.features.verification.judging.reading import Unreadable
from orchd.features.verification.judging.validating import validate
from orchd.features.verification.judging.verdicts import approves
from orchd.features.verification.messages import VerifyClaimItem, VerifyVerdict
from orchd.features.verification.records import CheckRequest
from orchd.features.verification.trials.samples import (
    CLAIMS,
    CLAIMS_REQUEST,
    CLAIMS_TEXT,
    RESULTS,
    ClaimSample,
    ResultSample,
)
from orchd.features.verification.trials.trial import Trial


async def try_judge(interview: Interview, judge: Judge) -> Trial:
    """Return what a judge says of all samples: nine questions, one after the other. Waits for the model, minutes
    perhaps.

    Raises OrchdError when it can't be asked; what it answers raises nothing.
    """
    said = [(sample, await _verdict(interview, judge, sample)) for sample in RESULTS]
    right = [approves(verdict) for sample, verdict in said if not sample.fault]
    wrong = [verdict for sample, verdict in said if sample.fault]
    supported, doubted = await _opinions(interview, judge)
    return Trial(
        right=len(right),
        right_approved=sum(right),
        wrong=len(wrong),
        wrong_approved=sum(map(approves, wrong)),
        wrong_refused=sum(verdict.abstained is None and not approves(verdict) for verdict in wrong),
        claims_right=sum(claim.supported for claim in CLAIMS),
        claims_right_supported=sum(claim.supported for claim in supported),
        claims_right_doubted=sum(claim.supported for claim in doubted),
        claims_wrong=sum(not claim.supported for claim in CLAIMS),
        claims_wrong_supported=sum(not claim.supported for claim in supported),
        claims_wrong_doubted=sum(not claim.supported for claim in doubted),
    )


async def _verdict(interview: Interview, judge: Judge, sample: ResultSample) -> VerifyVerdict:
    requirements = f"It is one step of this task: Read a text and answer\n\n{sample.material}"
    work = CheckRequest(question=sample.request, answer=sample.result, authors=(), requirements=requirements)
    verdict = await validate(interview, judge, work)
    if interview.unasked is not None:
        raise interview.unasked
    return verdict


async def _opinions(interview: Interview, judge: Judge) -> tuple[list[ClaimSample], list[ClaimSample]]:
    """Return the claims that it calls supported, and those that it calls contradicted or unsupported."""
    answer = " ".join(sample.claim for sample in CLAIMS)
    source = Source("The text", CLAIMS_TEXT)
    work = CheckRequest(question=CLAIMS_REQUEST, answer=answer, authors=(), sources=(source,), grounded=True)
    try:
        opinions = (await examine_all(interview, judge, work, _items(answer))).opinions
    except Unreadable:
        opinions = {}
    supported = [CLAIMS[index] for index, (opinion, _) in opinions.items() if opinion == "supported"]
    return supported, [CLAIMS[index] for index, (opinion, _) in opinions.items() if opinion != "supported"]


def _items(answer: str) -> list[VerifyClaimItem]:
    """Return the claims as a ledger has them that the texts leave open, so that all are asked about."""
    found, start = list[VerifyClaimItem](), 0
    for index, sample in enumerate(CLAIMS):
        start = answer.index(sample.claim, start)
        end = start + len(sample.claim)
        where = (index, sample.claim, start, end)
        found.append(VerifyClaimItem(*where, 0.5, "none", None, None, None, None, None, None, "unclear"))
    return found
