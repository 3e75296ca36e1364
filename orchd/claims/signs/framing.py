"""Sign that the passage says something only under a condition, as somebody's word, as a question or a plan, and the
claim tells it as a fact.
"""

from orchd.claims.reading.frames import FUTURE, FrameKind, Framing
from orchd.claims.reading.reading import Reading
from orchd.claims.signs.pair import Alignment
from orchd.claims.words.stems import fold

_COUNTS: dict[FrameKind, float] = {"condition": 1.0, "question": 1.0, "doubt": 0.9, "plan": 0.8, "saying": 0.35}
"""What it counts to leave a frame out: what somebody is quoted with is mostly so."""
_INSIDE = 0.95
"""The part of what the claim shares with the passage that stands in a frame left out."""
_EXCUSES: dict[FrameKind, frozenset[FrameKind]] = {
    "condition": frozenset(("condition", "question")),
    "question": frozenset(("question", "condition")),
    "doubt": frozenset(("doubt", "saying", "plan", "question")),
    "saying": frozenset(("doubt", "saying")),
    "plan": frozenset(("plan", "doubt", "saying", "condition")),
}
"""Frames of the claim that say as little as that of the passage."""


def score_frame(pair: Alignment) -> float:
    """Return how clearly the claim leaves out the frame that the passage says it in."""
    if not pair.theirs.frames or not pair.matches:
        return 0.0
    kinds = {*pair.claim.framed, *(frame.kind for frame in pair.ours.frames)}
    hedged = _hedges(pair.ours)
    return max(
        (
            _COUNTS[frame.kind]
            for frame in pair.theirs.frames
            if not kinds & _EXCUSES[frame.kind]
            and not (hedged and frame.kind in ("plan", "doubt"))
            and _holds(pair, frame)
        ),
        default=0.0,
    )


def _hedges(claim: Reading) -> bool:
    return any(fold(token.lower) in FUTURE for token in claim.tokens if token.kind in ("word", "small"))


def _holds(pair: Alignment, frame: Framing) -> bool:
    """Whether what the claim has from the passage stands in a frame; of a plan, what it says of its subject."""
    verb = pair.claim.verb
    own = {i: m.at for i, m in pair.matches.items() if frame.kind != "plan" or verb is None or i >= verb}
    total = sum(pair.claim.weights[i] for i in own)
    inside = sum(pair.claim.weights[i] for i, at in own.items() if frame.start <= at < frame.end)
    return total > 0 and inside >= _INSIDE * total
