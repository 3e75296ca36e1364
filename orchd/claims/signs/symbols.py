"""Marks that mean something: `x > 3` is no `x < 3`, `3-1` no `1-3`, `$40` no `£40`.

Most marks say nothing: quotation marks, commas, brackets, emphasis. These few do, and a claim that has the words of a
passage but another of them says something else.
"""

from collections.abc import Hashable, Sequence

from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.reading import Reading
from orchd.claims.reading.token import Token
from orchd.claims.signs.align import AKIN
from orchd.claims.signs.pair import Alignment

_TELLING = frozenset("<>=≤≥≠≈~±×÷^→+&@#%‰°/-−¬∈⊂")
"""Between words that stand there as one run."""
_OPERATORS = frozenset("<>=≤≥≠≈±×÷^→+/-")
"""That alone may make the difference between two texts of the same words."""
_SAME_MARK = {"≥": ">=", "≤": "<=", "≠": "!=", "−": "-", "–": "-"}
_BETWEEN_NUMBERS = frozenset("-−–/:")
_LOST = frozenset(("lost", "lose", "loses", "losing", "perdeu", "perde", "perderam", "derrotado", "derrota", "defeat"))


def stands_there(pair: Alignment) -> bool:
    """Tell whether the claim stands in the passage as one run, with each mark that means something."""
    ours, theirs = _written(pair.ours.tokens), _written(pair.theirs.tokens)
    size = len(ours)
    return any(
        theirs[at : at + size] == ours and not _borders(theirs, at - 1) and not _borders(theirs, at + size)
        for at in range(len(theirs) - size + 1)
    )


def _written(found: Sequence[Token]) -> list[Hashable]:
    """Return the words, what numbers come to and how they are limited, and the marks that mean something."""
    written: list[Hashable] = []
    for index, token in enumerate(found):
        if token.kind != "mark":
            limit = token.value.bound if isinstance(token.value, Quantity) else ""
            written.append((token.lower if token.value is None else token.key, limit))
        elif token.lower in _TELLING and (token.lower not in "-−" or _between_numbers(found, index)):
            written.append(_SAME_MARK.get(token.lower, token.lower))
    return written


def _borders(written: Sequence[Hashable], at: int) -> bool:
    """Whether a mark stands there that belongs to what is next to it."""
    return 0 <= at < len(written) and isinstance(written[at], str)


def _between_numbers(found: Sequence[Token], index: int) -> bool:
    near = (found[at].value if 0 <= at < len(found) else None for at in (index - 1, index + 1))
    return all(isinstance(value, Quantity) for value in near)


def score_symbols(pair: Alignment) -> float:
    """Return whether a mark between two words of the claim is another one in the passage, or missing."""
    if not (_has_operator(pair.ours) or _has_operator(pair.theirs)):
        return 0.0
    following = {index: _following(pair.ours.tokens, index) for index in pair.matches}
    for index, match in pair.matches.items():
        mark, after = following[index]
        if match.quality < AKIN or after is None:
            continue
        other, there = _following(pair.theirs.tokens, match.at)
        met = pair.matches.get(after)
        if met is not None and met.at == there and mark != other:
            return 1.0
    return 1.0 if _is_turned_round(pair) else 0.0


def _has_operator(reading: Reading) -> bool:
    return any(token.kind == "mark" and token.lower in _OPERATORS | _BETWEEN_NUMBERS for token in reading.tokens)


def _following(found: Sequence[Token], index: int) -> tuple[str, int | None]:
    """Return the operator behind a word, and where the word behind that is."""
    mark = ""
    for at in range(index + 1, len(found)):
        token = found[at]
        if token.kind != "mark":
            return mark, at
        if token.lower in _OPERATORS and (token.lower not in "-−" or _between_numbers(found, at)):
            mark += _SAME_MARK.get(token.lower, token.lower)
    return "", None


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
