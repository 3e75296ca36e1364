"""From verdicts to an outcome: a pure function, so that its promises can be shown for every combination.

An answer is `verified` only when a model other than its authors said so, and what was found does not flag it. Whoever
abstains has said nothing. A third model's word goes before the first one's, which it has seen; without it, a refusal is
not final but for a person, unless the findings say the same.
"""

from collections.abc import Iterator, Sequence

from orchd.features.verification.hallucination.confidence import lacks_support, quote
from orchd.features.verification.judging.verdicts import approves
from orchd.features.verification.messages import VerificationOutcome, VerifyClaimItem, VerifyFinding, VerifyVerdict

GUIDANCE_CHARACTERS = 8_000
GUIDANCE_CLAIMS = 10


def is_settled(first: VerifyVerdict, *, own: bool) -> bool:
    """Tell whether the first verdict decides, so that no third model is asked.

    `own`: the validator may be an author; then there is nobody else.
    """
    return own or approves(first)


def decide(first: VerifyVerdict, second: VerifyVerdict | None, *, own: bool, flagged: bool) -> VerificationOutcome:
    """Return what the verdicts come to; `second` is the decider's, None when there is no third model.

    `flagged`: the answer's confidence is too low. It is then `rejected` whoever approves, so that it is tried again.
    """
    said = first if is_settled(first, own=own) else second
    if said is None:
        return "rejected" if flagged and first.abstained is None else "undecided"
    if said.abstained is not None:
        return "undecided"
    if flagged or not approves(said):
        return "rejected"
    return "self_checked" if own else "verified"


def decisive(verdicts: Sequence[VerifyVerdict]) -> VerifyVerdict | None:
    """Return the last verdict that says anything."""
    return next((verdict for verdict in reversed(verdicts) if verdict.abstained is None), None)


def notes(outcome: VerificationOutcome, verdicts: Sequence[VerifyVerdict], *, own: bool, flagged: bool) -> str:
    """Return what a person is told of how the outcome came about."""
    said = decisive(verdicts)
    parts = [] if said is None or not said.notes else [said.notes]
    parts += [
        f"The {verdict.role} abstained: {verdict.abstained}." for verdict in verdicts if verdict.abstained is not None
    ]
    if outcome == "self_checked":
        parts.append("Only a model that may have written it was there to check it.")
    if outcome == "undecided":
        parts.append("No model could settle it; a person must.")
    if flagged:
        parts.append("What was found besides speaks against it: its confidence is below what such a task needs.")
    return " ".join(parts)


def guidance(
    verdicts: Sequence[VerifyVerdict], findings: Sequence[VerifyFinding], claims: Sequence[VerifyClaimItem]
) -> str:
    """Return what was found wrong, a line each, for whoever tries again; empty when nothing was."""
    lines = dict.fromkeys(_lines(verdicts, findings, claims))
    text = "\n".join(f"- {line}" for line in lines)
    return text if len(text) <= GUIDANCE_CHARACTERS else f"{text[: GUIDANCE_CHARACTERS - 1]}…"


def _lines(
    verdicts: Sequence[VerifyVerdict], findings: Sequence[VerifyFinding], claims: Sequence[VerifyClaimItem]
) -> Iterator[str]:
    said = decisive(verdicts)
    if said is not None:
        yield from (f"Missing: {point}" for point in said.missing if point)
        yield from (f"Wrong: {error}" for error in said.errors if error)
        failed = [criterion for criterion in said.criteria if not criterion.passed]
        yield from (
            f"Not {_WORDS[criterion.name]}: {criterion.reason or 'no reason was given'}" for criterion in failed
        )
    yield from (f"Found: {finding.reason}" for finding in findings)
    lacking = [claim for claim in claims if lacks_support(claim)]
    yield from (f"Not borne out: {quote(claim.claim)}" for claim in lacking[:GUIDANCE_CLAIMS])


_WORDS = {
    "complete": "complete",
    "correct": "correct",
    "requirements": "as required",
    "quality": "good enough",
}
