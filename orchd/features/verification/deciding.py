"""From verdicts to an outcome: a pure function, so that its promises can be shown for every combination.

An answer is `verified` only when a model other than its authors said so, without contradicting itself, whose approval
is not discounted (its trial has shown that it approves of what is wrong), and what was found does not flag it. An
approval that is discounted is worth as much as an author's of its own answer. Whoever abstains has said nothing. A
third model's word goes before the first one's, which it has seen; without it, a refusal is not final but for a
person, unless the findings say the same. Two opinions that nobody settles, the texts' and a judge's, or a judge's of
the whole and of its parts, are for a person too.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import UNSET

from orchd.features.verification.hallucination.confidence import lacks_support
from orchd.features.verification.judging.verdicts import approves, remarks_of
from orchd.features.verification.messages import VerificationOutcome, VerifyClaimItem, VerifyFinding, VerifyVerdict
from orchd.features.verification.remarks import RemarkCode, VerifyRemark, shorten
from orchd.features.verification.wording import words

GUIDANCE_CHARACTERS = 8_000
GUIDANCE_CLAIMS = 10


class Doubts(NamedTuple):
    """What speaks against an answer besides the verdicts on it.

    `refused`: by rules it is no answer. `flagged`: its confidence is too low; `texts_alone`: for what the texts say
    without any model, and not surely. `disputed`: they clearly contradict what a model calls supported. `disowned`: the
    first judge doubts most of its claims. `unread`: claims are open, and sources were not shown to any judge.
    """

    refused: bool = False
    flagged: bool = False
    texts_alone: bool = False
    disputed: bool = False
    disowned: bool = False
    unread: bool = False


def is_settled(first: VerifyVerdict, doubts: Doubts, *, own: bool) -> bool:
    """Tell whether the first verdict decides, so that no third model is asked.

    `own`: the validator may be an author; then there is nobody else.
    """
    return own or doubts.refused or (approves(first) and first.discounted is None and not doubts.disowned)


def decide(first: VerifyVerdict, second: VerifyVerdict | None, doubts: Doubts, *, own: bool) -> VerificationOutcome:
    """Return what the verdicts come to; `second` is the decider's, None when there is no third model.

    What is `rejected` is tried again: what is no answer, what a judge refuses for good, and what is flagged whoever
    approves, unless the texts alone flag it: then a person may overrule them.
    """
    if doubts.refused:
        return "rejected"
    said = first if is_settled(first, doubts, own=own) else _settling(first, second, doubts)
    if said is None:
        return "rejected" if doubts.flagged and first.abstained is None and not approves(first) else "undecided"
    if said.abstained is not None:
        return "undecided"
    if not approves(said) or (doubts.flagged and not doubts.texts_alone):
        return "rejected"
    if doubts.flagged or doubts.disputed or doubts.disowned or doubts.unread:
        return "undecided"
    return "self_checked" if own or said.discounted is not None else "verified"


def _settling(first: VerifyVerdict, second: VerifyVerdict | None, doubts: Doubts) -> VerifyVerdict | None:
    """Return the verdict that decides where the first one alone does not; None when none does.

    A discounted approval of the third model settles nothing. One of the first stands where nobody says more.
    """
    if second is not None and second.discounted is not None:
        second = None
    silent = second is None or second.abstained is not None
    return first if silent and approves(first) and not doubts.disowned else second


def last_word(verdicts: Sequence[VerifyVerdict]) -> VerifyVerdict | None:
    """Return the last verdict that says anything."""
    return next((verdict for verdict in reversed(verdicts) if verdict.abstained is None), None)


def remarks(
    outcome: VerificationOutcome, verdicts: Sequence[VerifyVerdict], doubts: Doubts, *, own: bool
) -> list[VerifyRemark]:
    """Return what a person is told of how the outcome came about."""
    said = last_word(verdicts)
    found = [] if said is None else remarks_of(said)
    found += [verdict.abstention for verdict in verdicts if verdict.abstention is not None]
    found += [verdict.discount for verdict in verdicts if verdict.discount is not None]
    found += [VerifyRemark(code=code) for code in _DOUBTS if getattr(doubts, code)]
    if outcome == "self_checked" and said is not None and said.discounted is None:
        found.append(VerifyRemark(code="only_author"))
    if outcome == "undecided":
        found.append(VerifyRemark(code="unsettled"))
    return found


_DOUBTS: tuple[RemarkCode, ...] = ("flagged", "texts_alone", "disputed", "disowned", "unread")
"""Members of `Doubts` that a person is told of, each by its own name."""


def guidance(
    verdicts: Sequence[VerifyVerdict], findings: Sequence[VerifyFinding], claims: Sequence[VerifyClaimItem]
) -> list[VerifyRemark]:
    """Return what was found wrong, each once, for whoever tries again; nothing when nothing was. In words, the last one
    begins within the first `GUIDANCE_CHARACTERS`."""
    found = list[VerifyRemark]()
    room = GUIDANCE_CHARACTERS
    for remark in _faults(verdicts, findings, claims):
        if remark not in found and room > 0:
            found.append(remark)
            room -= len(_line(remark)) + 1
    return found


def guidance_text(found: Sequence[VerifyRemark]) -> str:
    """Return guidance in English, a line each, of `GUIDANCE_CHARACTERS` at most."""
    text = "\n".join(map(_line, found))
    return text if len(text) <= GUIDANCE_CHARACTERS else f"{text[: GUIDANCE_CHARACTERS - 1]}…"


def _line(remark: VerifyRemark) -> str:
    return f"- {words(remark)}" if remark.code in _GUIDING else f"- Found: {words(remark)}"


def _faults(
    verdicts: Sequence[VerifyVerdict], findings: Sequence[VerifyFinding], claims: Sequence[VerifyClaimItem]
) -> Iterator[VerifyRemark]:
    said = last_word(verdicts)
    if said is not None:
        yield from (VerifyRemark(code="missing", quote=point) for point in said.missing if point)
        yield from (VerifyRemark(code="wrong", quote=error) for error in said.errors if error)
        failed = [criterion for criterion in said.criteria if not criterion.passed]
        yield from (
            VerifyRemark(code="criterion", criteria=[criterion.name], note=criterion.reason or UNSET)
            for criterion in failed
        )
    yield from (finding.remark for finding in findings if finding.remark is not None)
    lacking = [claim for claim in claims if lacks_support(claim)]
    yield from (VerifyRemark(code="not_borne_out", claim=shorten(claim.claim)) for claim in lacking[:GUIDANCE_CLAIMS])


_GUIDING: tuple[RemarkCode, ...] = ("missing", "wrong", "criterion", "not_borne_out")
