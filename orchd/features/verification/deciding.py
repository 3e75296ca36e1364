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

from orchd.features.verification.hallucination.confidence import lacks_support, quote
from orchd.features.verification.judging.verdicts import approves, contradiction_in
from orchd.features.verification.messages import VerificationOutcome, VerifyClaimItem, VerifyFinding, VerifyVerdict

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


def notes(outcome: VerificationOutcome, verdicts: Sequence[VerifyVerdict], doubts: Doubts, *, own: bool) -> str:
    """Return what a person is told of how the outcome came about, in whole sentences."""
    said = last_word(verdicts)
    parts = [] if said is None else [said.notes, contradiction_in(said) or ""]
    parts += [_abstention(verdict) for verdict in verdicts if verdict.abstained is not None]
    parts += [
        f"The approval of {verdict.model} verifies nothing: it {verdict.discounted}"
        for verdict in verdicts
        if verdict.discounted is not None
    ]
    parts += [sentence for name, sentence in _DOUBTS.items() if getattr(doubts, name)]
    if outcome == "self_checked" and said is not None and said.discounted is None:
        parts.append("Only a model that may have written it was there to check it.")
    if outcome == "undecided":
        parts.append("No model could settle it; a person must.")
    return " ".join(_sentence(part) for part in parts if part)


_DOUBTS = {
    "flagged": "What was found speaks against it: its confidence is below the threshold for this kind of work.",
    "texts_alone": "That comes from comparing its words with the sources, and no model has confirmed it.",
    "disputed": "A model calls supported what the sources contradict.",
    "disowned": "The judge doubts most of its claims one by one, whatever it says of the whole.",
    "unread": "Some claims are still open, and the sources could not all be shown to a judge.",
}


def _abstention(verdict: VerifyVerdict) -> str:
    if verdict.model is None:
        return f"No judge was asked: {verdict.abstained}"
    return f"The {verdict.role} abstained: {verdict.abstained}"


def _sentence(text: str) -> str:
    """Return a text that ends as sentences do, be it within its quotation marks or brackets."""
    bare = text.strip()
    return bare if bare.rstrip("\"'”’»)").endswith((".", "!", "?", "…", ":")) else f"{bare}."


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
    said = last_word(verdicts)
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
