"""Marks that mean something: `x > 3` is no `x < 3`, `3-1` no `1-3`, `$40` no `£40`.

Most marks say nothing: quotation marks, commas, brackets, emphasis. These few do, and a claim that has the words of a
passage but another of them says something else.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.reading import Reading
from orchd.claims.reading.token import Token
from orchd.claims.signs.pair import Alignment

_TELLING = frozenset("<>=≤≥≠≈~±×÷^→+&@#%‰°/-−–¬∈⊂")
"""Between words that stand there as one run."""
_OPERATORS = frozenset("<>=≤≥≠≈±×÷^→+/-−–")
"""That alone may make the difference between two texts of the same words."""
_SAME_MARK = {"≥": ">=", "≤": "<=", "≠": "!=", "−": "-", "–": "-"}
_BETWEEN_NUMBERS = frozenset(("-", "−", "–", "/", ":", "a", "x", "to"))
_DASHES = frozenset("-−–")
_SAID_IN_WORDS = {"over": ">", "under": "<", "least": ">=", "most": "<="}
_LOST = frozenset(("lost", "lose", "loses", "losing", "perdeu", "perde", "perderam", "derrotado", "derrota", "defeat"))


def stands_there(pair: Alignment) -> bool:
    """Tell whether the claim stands in the passage as one run, with each mark that means something."""
    ours, theirs = _spellings(pair.ours.tokens), _spellings(pair.theirs.tokens)
    size = len(ours)
    return any(
        theirs[at : at + size] == ours and not _borders(theirs, at - 1) and not _borders(theirs, at + size)
        for at in range(len(theirs) - size + 1)
    )


def _spellings(found: Sequence[Token]) -> list[Hashable]:
    """Return the words, what numbers come to and how they are limited, and the marks that mean something."""
    written: list[Hashable] = []
    for index, token in enumerate(found):
        if token.kind != "mark":
            limit = token.value.bound if isinstance(token.value, Quantity) else ""
            written.append((token.lower if token.value is None else token.key, limit))
        elif token.lower in _TELLING and (token.lower not in _DASHES or _between_numbers(found, index)):
            written.append(_SAME_MARK.get(token.lower, token.lower))
    return written


def _borders(written: Sequence[Hashable], at: int) -> bool:
    """Whether a mark stands there that belongs to what is next to it."""
    return 0 <= at < len(written) and isinstance(written[at], str)


def _between_numbers(found: Sequence[Token], index: int) -> bool:
    near = [found[at] for at in (index - 1, index + 1) if 0 <= at < len(found)]
    return len(near) > 1 and all(isinstance(token.value, Quantity) or token.lower.isdigit() for token in near)


def score_symbols(pair: Alignment) -> float:
    """Return whether a mark between two words of the claim is another one in the passage, or missing."""
    if not (_has_operator(pair.ours) or _has_operator(pair.theirs)):
        return 0.0
    ours, theirs = _joints(pair.ours.tokens), _joints(pair.theirs.tokens)
    other = any(
        words in theirs and not any(_is_same(mark, there) for mark in marks for there in theirs[words])
        for words, marks in ours.items()
    )
    return 1.0 if other or _is_turned_round(pair) else 0.0


def _has_operator(reading: Reading) -> bool:
    return any(token.lower in _OPERATORS | _BETWEEN_NUMBERS for token in reading.tokens)


class Joint(NamedTuple):
    """What stands between two words: the operators, and what words say in the place of one."""

    written: str
    said: str


def _is_same(ours: Joint, theirs: Joint) -> bool:
    return ours.written == theirs.written or (ours.written or ours.said) == (theirs.written or theirs.said)


def _joints(found: Sequence[Token]) -> dict[tuple[str, str], set[Joint]]:
    """Return for each two words that follow each other what stands between them."""
    joined: dict[tuple[str, str], set[Joint]] = {}
    written, last = "", None
    for at, token in enumerate(found):
        if token.kind == "mark":
            if token.lower in _OPERATORS and (token.lower not in _DASHES or _between_numbers(found, at)):
                written += _SAME_MARK.get(token.lower, token.lower)
            continue
        if last is not None:
            said = _SAID_IN_WORDS.get(_limit(token), "")
            joined.setdefault((last.key, token.key), set()).add(Joint(written, said))
        written, last = "", token
    return joined


def _limit(token: Token) -> str:
    return token.value.bound if isinstance(token.value, Quantity) else ""


def _is_turned_round(pair: Alignment) -> bool:
    """Whether a result or a ratio has changed sides, `1-3` for `3-1`, and not for telling it of the loser."""
    ours, theirs = _results(pair.ours.tokens), _results(pair.theirs.tokens)
    turned = any(result[::-1] in theirs and result not in theirs and result[0] != result[1] for result in ours)
    return turned and _tells_of_loser(pair.ours) == _tells_of_loser(pair.theirs)


def _tells_of_loser(reading: Reading) -> bool:
    return any(token.lower in _LOST for token in reading.tokens)


def _results(found: Sequence[Token]) -> list[tuple[str, str]]:
    return [
        (found[at - 1].key, found[at + 1].key)
        for at in range(1, len(found) - 1)
        if found[at].lower in _BETWEEN_NUMBERS and _between_numbers(found, at)
    ]
