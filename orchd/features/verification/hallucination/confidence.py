"""How far an answer can be relied on, 0 to 100, and from where on it is flagged: by its task's type.

Each finding costs points; what is left of 100 is the confidence, never below 0. The figures are judgements, not
measurements. They keep three rules: one contradiction that a model sees, or its doubt whether the question was met,
flags nothing by itself; that samples differ doesn't either, since many questions have many right answers; and length
costs nothing, for "42" may be all there is to say. An answer that is flagged is tried again, so a flag must be right.
"""

import statistics
from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from orchd.claims import SUPPORTED
from orchd.features.models import Objection, TaskType
from orchd.features.verification.checking.combining import (
    is_borne_out,
    is_doubted,
    is_refuted,
    supporter,
    total_support,
)
from orchd.features.verification.messages import FindingKind, VerifyClaimItem, VerifyFinding
from orchd.features.verification.remarks import VerifyRemark, shorten
from orchd.features.verification.remarks import no_answer as no_answer_remark
from orchd.features.verification.wording import words

THRESHOLDS: dict[TaskType, int] = {
    "analysis": 65,
    "reasoning": 65,
    "code": 60,
    "general": 55,
    "vision": 55,
    "chat": 50,
    "embedding": 50,
}
"""Below it an answer is flagged: higher where others build upon it."""

NO_ANSWER, UNFIT_ANSWER, DOUBTFUL_ANSWER = 100, 50, 35
"""For what can't be an answer, for what can hardly be the one that was asked for (a part of one, another language), and
for what can be one, if seldom: "None", an error's text, a tag of a template."""

REPETITION = 30
OUT_OF_SCOPE = 35
CONTRADICTION, MORE_CONTRADICTIONS, MOST_OF_CONTRADICTIONS = 30, 10, 40
UNSUPPORTED_ALL = 80
"""When sources are what an answer rests on and they support none of it; less is in proportion, and then some."""
UNSUPPORTED_ANY = 10
REFUTED = 25
"""For a claim that a judge, or the sources themselves, say the opposite of."""
SURE_REFUTATIONS = 2
"""Claims with another number or date than the sources, from which on these need no model to say so."""
MOST_JUDGED = 40
"""Claims that a judge is asked about, of which many make its approval of the whole doubtful."""
INCONSISTENT_ALL = 25
MAX_REASONS = 10


def threshold(task_type: TaskType) -> int:
    """Return the least confidence that is not flagged."""
    return THRESHOLDS[task_type]


def confidence(findings: Sequence[VerifyFinding]) -> int:
    """Return what the findings leave of 100."""
    return max(0, 100 - sum(finding.points for finding in findings))


def samples_decide(task_type: TaskType, findings: Sequence[VerifyFinding]) -> bool:
    """Tell whether an answer with these findings is flagged or not by what its author says when asked again."""
    return threshold(task_type) <= confidence(findings) < threshold(task_type) + INCONSISTENT_ALL


def no_answer(objections: Sequence[Objection]) -> list[VerifyFinding]:
    """Return the findings for what speaks against a text being an answer at all."""
    return [finding("no_answer", _points(objection), no_answer_remark(objection)) for objection in objections]


def finding(kind: FindingKind, points: int, remark: VerifyRemark, checked_by: str | None = None) -> VerifyFinding:
    """Return what speaks against an answer, in words and for programs."""
    return VerifyFinding(kind, points, words(remark), checked_by, remark)


def _points(objection: Objection) -> int:
    if objection.sure:
        return NO_ANSWER
    return UNFIT_ANSWER if objection.unfit else DOUBTFUL_ANSWER


def score(claim: VerifyClaimItem, *, grounded: bool) -> float | None:
    """Return what all that is known of a claim comes to, 0 to 1; None when nothing can be told.

    Where an answer need not rest on its sources (`grounded` false), that they are silent says nothing, and neither does
    a judge who says so. A model that finds a claim supported doesn't outweigh another number or date in the sources.
    """
    if grounded:
        return total_support(claim)
    if claim.judged in ("supported", "contradicted"):
        return total_support(claim if is_refuted(claim) else replace(claim, support=max(claim.support, SUPPORTED)))
    support = total_support(replace(claim, opinions=[each for each in claim.opinions if each.kind != "judge"]))
    known = [support] if support >= SUPPORTED else []
    known += [] if claim.agreement is None else [claim.agreement]
    return max(known, default=None)


def lacks_support(claim: VerifyClaimItem) -> bool:
    """Tell whether a claim is held against its answer: a model says so, or the texts say so clearly.

    Where their words alone don't tell, nothing is held against it; nor where a judge bears it out whose word is worth
    something, but for another number or date in the sources.
    """
    if claim.score is None or claim.score >= SUPPORTED or (is_borne_out(claim) and not is_refuted(claim)):
        return False
    return is_doubted_by_models(claim) or claim.verdict in (None, "contradicted", "not_found")


def contradiction_findings(remarks: Sequence[VerifyRemark], checker: str | None) -> list[VerifyFinding]:
    """Return the findings for what a judge found contradicted, up to a limit of points and of findings."""
    found, left = list[VerifyFinding](), MOST_OF_CONTRADICTIONS
    for remark in remarks[:MAX_REASONS]:
        points = min(left, MORE_CONTRADICTIONS if found else CONTRADICTION)
        left -= points
        found.append(finding("contradiction", points, remark, checker))
    return found


def dispute_findings(claims: Sequence[VerifyClaimItem]) -> list[VerifyFinding]:
    """Return the findings that a model calls supported what the sources clearly contradict; a person must look."""
    found, left = list[VerifyFinding](), MOST_OF_CONTRADICTIONS
    for claim in [claim for claim in claims if is_disputed(claim)][:MAX_REASONS]:
        points = min(left, MORE_CONTRADICTIONS if found else CONTRADICTION)
        left -= points
        by = claim.checked_by if claim.judged == "supported" else supporter(claim.opinions)
        remark = VerifyRemark(
            code="disputed_by_judge" if claim.judged == "supported" else "disputed_by_checker",
            claim=shorten(claim.claim),
            method=claim.method,
            quote=UNSET if claim.evidence is None else shorten(claim.evidence.text),
            name=UNSET if claim.evidence is None else claim.evidence.source,
        )
        found.append(finding("disputed", points, remark, by))
    return found


def is_disputed(claim: VerifyClaimItem) -> bool:
    """Tell whether a judge, or a model made for it, calls a claim supported that the sources clearly contradict."""
    return is_refuted(claim) and (claim.judged == "supported" or supporter(claim.opinions) is not None)


def is_open(claim: VerifyClaimItem) -> bool:
    """Tell whether neither the texts nor a judge say that a claim is supported."""
    return claim.verdict != "supported" and not is_borne_out(claim)


def is_doubted_by_models(claim: VerifyClaimItem) -> bool:
    """Tell whether a judge or a model made for it doubts a claim."""
    return claim.judged in ("contradicted", "unsupported") or is_doubted(claim.opinions)


def rests_on_texts_alone(
    task_type: TaskType, findings: Sequence[VerifyFinding], claims: Sequence[VerifyClaimItem], *, alone: bool
) -> bool:
    """Tell whether an answer is flagged only for what the texts say without any model: they err, with other words for
    the same above all. Several clear contradictions of number or date are surer than that, unless its author is `alone`
    and there is no model that could overrule them.
    """
    if not alone and sum(is_refuted(claim) and not is_disputed(claim) for claim in claims) >= SURE_REFUTATIONS:
        return False
    heard = [finding for finding in findings if finding.kind != "unsupported"]
    doubted = [claim if is_doubted_by_models(claim) else replace(claim, score=None) for claim in claims]
    counted = any(finding.kind == "unsupported" for finding in findings)
    return confidence([*heard, *(support_findings(doubted) if counted else [])]) >= threshold(task_type)


def is_disowned(claims: Sequence[VerifyClaimItem], judge: str | None) -> bool:
    """Tell whether a judge itself doubts so many claims that its approval of the whole says the contrary."""
    said = [claim.judged for claim in claims if claim.checked_by is not None and claim.checked_by == judge]
    against, doubted = said.count("contradicted"), said.count("contradicted") + said.count("unsupported")
    total = min(len(claims), MOST_JUDGED)
    return against >= max(min(2, total), total / 3, 1) or doubted >= max(2, total / 2)


def support_findings(claims: Sequence[VerifyClaimItem]) -> list[VerifyFinding]:
    """Return the finding that claims have no support in the sources which the answer must rest on, if they have not."""
    lacking = [claim for claim in claims if lacks_support(claim) and not is_disputed(claim)]
    if not lacking:
        return []
    refuted = sum("contradicted" in (claim.judged, claim.verdict) for claim in lacking)
    share = len(lacking) / len(claims)
    points = round(UNSUPPORTED_ANY + (REFUTED if refuted else 0) + share * UNSUPPORTED_ALL)
    worst = min(lacking, key=lambda one: (one.score or 0.0, one.index))
    remark = VerifyRemark(
        code="unsupported",
        count=len(lacking),
        total=len(claims),
        refuted=refuted or UNSET,
        claim=shorten(worst.claim),
    )
    checkers = {claim.checked_by for claim in lacking if claim.checked_by is not None}
    return [finding("unsupported", min(100, points), remark, min(checkers, default=None))]


def inconsistent(claims: Sequence[VerifyClaimItem], samples: int) -> list[VerifyFinding]:
    """Return the finding that its author's other answers don't say the same, if they don't."""
    known = [claim.agreement for claim in claims if claim.agreement is not None]
    if not known or statistics.fmean(known) >= SUPPORTED:
        return []
    points = round(INCONSISTENT_ALL * (1 - statistics.fmean(known)))
    return [finding("inconsistent", points, VerifyRemark(code="inconsistent", count=samples))]
