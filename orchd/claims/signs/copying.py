"""Signs of a sentence copied and changed: one word put in another's place, or something added.

Who follows a source word by word and says something else at one place contradicts it there, unless that means the same.
In a sentence of other wording, the same word may be a paraphrase.
"""

from orchd.claims.signs.pair import Alignment, Slot

_RUN = 3
"""Tokens in a row that make a copy; fewer come together by chance."""
_PARALLEL = 0.5
"""The part of two sentences that has to be the same where they are parallel."""
_NOVEL = 0.7
"""What a word counts that no source has: it may be another word for what stands there."""
_NAMES = ("name", "code")
_MOVED, _FROM_ELSEWHERE = 0.25, 0.8
"""What a word counts that the passage has at another place: in the same clause, in another one."""


def score_copying(pair: Alignment) -> float:
    """Return the part of the claim that stands in the passage in runs."""
    words = [index for index, token in enumerate(pair.ours.tokens) if token.kind != "mark"]
    inside = {index for a, _, size in pair.runs if size >= _RUN for index in range(a, a + size)}
    return sum(index in inside for index in words) / max(1, len(words))


def score_replacement(pair: Alignment) -> float:
    """Return how clearly a word of the claim stands where the passage has another one."""
    return max((_replacement(pair, slot) for slot in pair.slots), default=0.0)


def score_parallel(pair: Alignment) -> float:
    """Return whether claim and passage are the same but for words that each stand where the other has another one.

    `A woman is slicing tofu.` for `A man is slicing butter.`: with two words replaced no long run is left.
    """
    ours, theirs = (
        [i for i, token in enumerate(each.tokens) if token.kind != "mark"] for each in (pair.ours, pair.theirs)
    )
    kept = sum(size for _, _, size in pair.runs)
    if len(ours) != len(theirs) or kept < _PARALLEL * len(pair.ours.tokens):
        return 0.0
    other = [_other_words(pair, slot) for slot in pair.slots]
    return float(bool(other) and all(other))


def names_another(pair: Alignment) -> bool:
    """Whether a name of the claim stands where the passage has another one."""
    return any(
        any(pair.ours.tokens[i].kind in _NAMES and i not in pair.matches for i in slot.ours)
        and any(pair.theirs.tokens[at].kind in _NAMES and at not in pair.used for at in slot.theirs)
        for slot in pair.slots
    )


def _other_words(pair: Alignment, slot: Slot) -> bool:
    """Whether as many telling words stand in each other's place, none of which means the other."""
    ours = [i for i in slot.ours if pair.ours.tokens[i].telling]
    theirs = [at for at in slot.theirs if pair.theirs.tokens[at].telling]
    met = any(i in pair.matches and not pair.matches[i].opposite for i in ours)
    return 0 < len(ours) == len(theirs) and not met


def _replacement(pair: Alignment, slot: Slot) -> float:
    ours = [i for i in slot.ours if i in pair.claim.weights and i not in pair.resumed]
    theirs = _rivals(pair, slot)
    met = {pair.matches[i].at for i in ours if i in pair.matches and not pair.matches[i].opposite}
    rivals = [at for at in theirs if at not in met]
    strange = [i for i in ours if i not in pair.matches or pair.matches[i].opposite or pair.matches[i].at not in theirs]
    if not strange or not rivals:
        return 0.0
    alone = len(strange) == len(rivals) == 1
    even = 1.0 if max(len(strange), len(rivals)) <= _RUN else 0.5
    return _hold(slot) * even * max(_strange(pair, i, _home(pair, slot), alone) for i in strange)


def _rivals(pair: Alignment, slot: Slot) -> list[int]:
    """What the passage has in a slot; at the claim's ends, what belongs to the same clause and is next to the run."""
    found = [at for at in slot.theirs if pair.theirs.tokens[at].telling]
    if slot.left and slot.right:
        return found
    home = _home(pair, slot)
    inside = [at for at in found if pair.theirs.clauses[at] == home]
    return inside[-_RUN:] if slot.right else inside[:_RUN]


def _home(pair: Alignment, slot: Slot) -> int:
    """Return the clause of the run beside a slot, -1 when there is none."""
    if slot.right:
        return pair.theirs.clauses[slot.theirs.stop]
    return pair.theirs.clauses[slot.theirs.start - 1] if slot.left else -1


def _hold(slot: Slot) -> float:
    """How firmly the words on both sides hold the slot in its place."""
    if slot.left and slot.right:
        return min(1.0, (min(slot.left, 3) + min(slot.right, 3)) / 5)
    return min(max(slot.left, slot.right), 4) / 5


def _strange(pair: Alignment, index: int, home: int, alone: bool) -> float:
    match, token = pair.matches.get(index), pair.ours.tokens[index]
    weight = min(1.0, pair.claim.weights[index])
    if match is None:
        known = alone or token.kind != "word" or pair.library.knows(token.key)
        return weight * (1.0 if known else _NOVEL)
    if match.opposite:
        return weight
    return weight * (_MOVED if pair.theirs.clauses[match.at] == home else _FROM_ELSEWHERE)
