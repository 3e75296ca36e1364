"""Sign that the passage says something only under a condition, as somebody's word, as a question or a plan, and the
claim tells it as a fact.
"""

from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.frames import FrameKind, Framing
from orchd.claims.reading.reading import Reading
from orchd.claims.signs.pair import Alignment
from orchd.claims.words.frame_words import FUTURE
from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold

_COUNTS: dict[FrameKind, float] = {
    "condition": 1.0,
    "question": 1.0,
    "doubt": 0.9,
    "plan": 0.8,
    "saying": 0.35,
    "future": 0.7,
}
"""What it counts to leave a frame out: what somebody is quoted with is mostly so."""
_RANK = 0.8
"""What it counts to make the first of what the passage calls one of several."""
_MOST = word_set("most best worst maior maiores melhor melhores pior piores")
_ONE = word_set("one some um uma alguns algumas")
_OF = word_set("of dos das")
_AMONG = word_set("among entre")
_BEFORE_MOST = 4
_INSIDE = 0.95
"""The part of what the claim shares with the passage that stands in a frame left out."""
_EXCUSES: dict[FrameKind, frozenset[FrameKind]] = {
    "condition": frozenset(("condition", "question")),
    "question": frozenset(("question", "condition")),
    "doubt": frozenset(("doubt", "saying", "plan", "question")),
    "saying": frozenset(("doubt", "saying")),
    "plan": frozenset(("plan", "doubt", "saying", "condition", "future")),
    "future": frozenset(("plan", "doubt", "saying", "condition", "future")),
}
"""Frames of the claim that say as little as that of the passage."""

_PAST = word_set("""
    was were had did became began bought brought built came died fell found gave went grew held kept knew led left
    lost made met paid ran rose said saw sold sent spent stood took taught thought told won wrote foi foram fez
    fizeram teve tiveram
""")
_PAST_ENDINGS: dict[Language, tuple[str, ...]] = {"en": ("ed",), "pt": ("ou", "eu", "iu", "aram", "eram", "iram")}


def score_frame(pair: Alignment) -> float:
    """Return how clearly the claim leaves out the frame that the passage says it in."""
    if not pair.matches:
        return 0.0
    return max(_RANK * _leaves_out_rank(pair), _score_frames(pair))


def _score_frames(pair: Alignment) -> float:
    if not pair.theirs.frames:
        return 0.0
    kinds = {*pair.claim.framed, *(frame.kind for frame in pair.ours.frames)}
    hedged = _hedges(pair.ours)
    return max(
        (
            _COUNTS[frame.kind]
            for frame in pair.theirs.frames
            if not kinds & _EXCUSES[frame.kind]
            and not (hedged and frame.kind in ("plan", "doubt", "future"))
            and (frame.kind != "future" or _tells_past(pair))
            and _holds(pair, frame)
        ),
        default=0.0,
    )


def _leaves_out_rank(pair: Alignment) -> bool:
    """Whether the claim has `the largest` where the passage has `one of the largest`, or the second largest."""
    for index, match in pair.matches.items():
        word = fold(pair.ours.tokens[index].lower)
        most = word in _MOST or (pair.ours.language == "en" and word.endswith("est") and len(word) > len("best"))
        if most and _is_ranked(pair.theirs, match.at) and not _is_ranked(pair.ours, index):
            return True
    return False


def _is_ranked(reading: Reading, index: int) -> bool:
    """Whether `one of the`, `among the` or an ordinal beyond the first stands before a word."""
    near = reading.tokens[max(0, index - _BEFORE_MOST) : index]
    words = [fold(token.lower) for token in near]
    of = any(word in _ONE and words[at + 1 : at + 2] and words[at + 1] in _OF for at, word in enumerate(words))
    ordinal = any(
        isinstance(token.value, Quantity) and token.value.ordinal and token.value.values[0] > 1 for token in near[-2:]
    )
    return of or ordinal or bool(_AMONG.intersection(words))


def _hedges(claim: Reading) -> bool:
    return any(fold(token.lower) in FUTURE for token in claim.tokens if token.kind in ("word", "small"))


def _tells_past(pair: Alignment) -> bool:
    """Whether the claim tells what has happened already."""
    verb = pair.claim.verb
    word = fold(pair.ours.tokens[verb].lower) if verb is not None else ""
    return word in _PAST or word.endswith(_PAST_ENDINGS[pair.ours.language])


def _holds(pair: Alignment, frame: Framing) -> bool:
    """Whether what the claim has from the passage stands in a frame; of a plan, what it says of its subject."""
    first = 0
    if frame.kind in ("plan", "future"):
        inside = (i for i, match in pair.matches.items() if frame.start <= match.at < frame.end)
        first = next(inside, 0) if pair.claim.verb is None else pair.claim.verb
    own = {i: match.at for i, match in pair.matches.items() if i >= first}
    total = sum(pair.claim.weights[i] for i in own)
    framed = sum(pair.claim.weights[i] for i, at in own.items() if frame.start <= at < frame.end)
    return total > 0 and framed >= _INSIDE * total
