"""The ledger of an answer's claims while it is being made: what the texts say first, then what models add."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from orchd.claims import MAX_ANSWER_BYTES, MAX_SOURCE_BYTES, SUPPORTED, ClaimFinding, Source, ledger
from orchd.features.verification.checking.forms import CLAIM_CHARACTERS, plain
from orchd.features.verification.checking.passages import PASSAGE_CHARACTERS, passages
from orchd.features.verification.checking.questions import ClaimQuestion
from orchd.features.verification.hallucination.confidence import score
from orchd.features.verification.judging.standing import JudgeWeight
from orchd.features.verification.messages import (
    VerificationOpinion,
    VerifyClaimItem,
    VerifyClaimOpinion,
    VerifyEvidence,
)
from orchd.features.verification.records import CheckRequest

Ledger: TypeAlias = Callable[[str, Sequence[Source]], list[ClaimFinding]]
"""Splits an answer into claims and finds their support; pure, takes seconds at most within the limits."""

EVIDENCE_CHARACTERS = 300
NAME_CHARACTERS = 200
REQUEST = "request"
"""What the source is called that is what was asked."""
MAX_CLAIMS = 2_000
"""Kept and told; all that are measured count."""

MAX_MEASURED = 5_000


def measure(answer: str, sources: Sequence[Source]) -> list[ClaimFinding]:
    """Return the first `MAX_MEASURED` claims of an answer as the texts alone show them."""
    return ledger(answer, sources, MAX_MEASURED)


def fits(answer: str) -> bool:
    """Tell whether an answer is short enough for a ledger."""
    return len(answer.encode()) <= MAX_ANSWER_BYTES


def sources_of(work: CheckRequest) -> list[Source]:
    """Return what an answer is measured by: its sources and, unless it must rest on these alone, the request."""
    known = {source.text for source in work.sources}
    request = [] if work.grounded or work.request in known else [Source(REQUEST, work.request)]
    return [*work.sources, *request]


def within_limit(sources: Sequence[Source]) -> list[Source]:
    """Return as many sources, from the first on, as may be looked at together; a name that comes again is numbered."""
    room, kept = MAX_SOURCE_BYTES, dict[str, Source]()
    for source in sources:
        room -= len(source.text.encode())
        if room < 0:
            break
        name, number = source.name[:NAME_CHARACTERS], 1
        while name in kept:
            number += 1
            name = f"{source.name[:NAME_CHARACTERS]} ({number})"
        kept[name] = Source(name, source.text)
    return list(kept.values())


def items(findings: Sequence[ClaimFinding], sources: Sequence[Source], *, grounded: bool) -> list[VerifyClaimItem]:
    """Return the claims as the texts alone show them."""
    texts = {source.name: source.text for source in sources}
    return [_with_score(_item(index, finding, texts), grounded=grounded) for index, finding in enumerate(findings)]


def with_agreement(
    claims: Sequence[VerifyClaimItem], samples: Sequence[Sequence[ClaimFinding]], *, grounded: bool
) -> list[VerifyClaimItem]:
    """Return the claims with how far other answers say the same; `samples` are ledgers of the answer by each."""
    rows = [{(measured.start, measured.end): measured.support for measured in sample} for sample in samples]

    def agreement(claim: VerifyClaimItem) -> float | None:
        # Where a sentence is cut may depend on what it is compared with.
        known = [row[claim.start, claim.end] for row in rows if (claim.start, claim.end) in row]
        return round(statistics.fmean(known), 4) if known else None

    return [_with_score(replace(claim, agreement=agreement(claim)), grounded=grounded) for claim in claims]


def with_opinions(
    claims: Sequence[VerifyClaimItem],
    opinions: Mapping[int, tuple[VerificationOpinion, str]],
    judge: str,
    weight: JudgeWeight,
    *,
    grounded: bool,
) -> list[VerifyClaimItem]:
    """Return the claims with a judge's opinions, by the claims' indices, each of which has the `weight` of its word."""
    told = list(claims)
    for index, (opinion, reason) in opinions.items():
        moves = weight.supported if opinion == "supported" else weight.doubted
        said = VerifyClaimOpinion(judge, "judge", None, opinion, reason, round(moves, 4))
        changed = replace(told[index], judged=opinion, checked_by=judge, reason=reason or None)
        told[index] = with_opinion(changed, said, grounded=grounded)
    return told


def with_opinion(claim: VerifyClaimItem, said: VerifyClaimOpinion, *, grounded: bool) -> VerifyClaimItem:
    """Return the claim with one more opinion on it."""
    return _with_score(replace(claim, opinions=[*claim.opinions, said]), grounded=grounded)


def questions(claims: Sequence[VerifyClaimItem], sources: Sequence[Source]) -> list[ClaimQuestion]:
    """Return what to ask checkers about, those claims first of which the texts tell least.

    What stands in a source as it is needs no second opinion, and neither does what nothing can be held against.
    """
    shown = passages(claims, sources)
    asked = [claim for claim in claims if claim.method != "verbatim" and claim.index in shown]
    asked.sort(key=lambda claim: (claim.verdict == "supported", abs(claim.support - SUPPORTED)))
    return [
        ClaimQuestion(claim.index, plain(claim.claim, CLAIM_CHARACTERS), plain(shown[claim.index], PASSAGE_CHARACTERS))
        for claim in asked
    ]


def in_question(claims: Sequence[VerifyClaimItem]) -> list[int]:
    """Return the indices of the claims that the texts don't settle."""
    return [claim.index for claim in claims if claim.verdict != "supported"]


def _item(index: int, found: ClaimFinding, texts: Mapping[str, str]) -> VerifyClaimItem:
    where = found.evidence
    evidence = None
    if where is not None:
        quote = texts[where.source][where.start : where.end][:EVIDENCE_CHARACTERS]
        evidence = VerifyEvidence(where.source, where.start, where.end, quote)
    return VerifyClaimItem(
        index=index,
        claim=found.claim,
        start=found.start,
        end=found.end,
        support=round(found.support, 4),
        method=found.method,
        evidence=evidence,
        agreement=None,
        judged=None,
        checked_by=None,
        reason=None,
        score=None,
        verdict=found.verdict,
    )


def _with_score(claim: VerifyClaimItem, *, grounded: bool) -> VerifyClaimItem:
    found = score(claim, grounded=grounded)
    return replace(claim, score=None if found is None else round(found, 4))
