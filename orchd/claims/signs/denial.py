"""Signs of contradiction: one text denies what the other says, or says it more certainly or of more cases."""

from functools import cache

from orchd.claims.signs.align import Match
from orchd.claims.signs.pair import Alignment
from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold, stem

_SOME = 0.3
"""From which on a word counts as denied; that of a subject is `negation.SUBJECT`."""
_CLEAR = 0.6
_TELLING = 0.3
"""Words that weigh no more, as `come` and `get`, are the opposite of too much."""


def score_denial(pair: Alignment) -> float:
    """Return how clearly one text denies what the other says.

    Where both deny the same word they agree: the reach of a `not` is but guessed.
    """
    wrong = total = 0.0
    both = opposed = False
    for index, match in pair.matches.items():
        weight, off = pair.claim.weights[index], _off(pair, index, match)
        total += weight
        wrong += weight * off
        both = (
            both
            or min(pair.ours.denied[index], _passage_denial(pair, match)) > _SOME
            or (match.opposite and off < _SOME)
        )
        opposed = opposed or (match.opposite and off > _CLEAR and weight > _TELLING)
    if opposed:
        return 1.0
    return min(1.0, 2 * wrong / total) if total and not both else 0.0


def _off(pair: Alignment, index: int, match: Match) -> float:
    if match.opposite and _turned_round(pair, index, match):
        return 0.0
    return abs(pair.ours.denied[index] - _passage_denial(pair, match))


def _passage_denial(pair: Alignment, match: Match) -> float:
    """How far the passage denies the claim's word: it does so by saying the opposite."""
    found = pair.theirs.denied[match.at]
    return 1 - found if match.opposite else found


def _turned_round(pair: Alignment, index: int, match: Match) -> bool:
    """Whether the opposite is said from the other side: one buys what the other sells."""
    if not (_converse(pair.ours.language) & {pair.ours.tokens[index].key, pair.theirs.tokens[match.at].key}):
        return False
    clauses = pair.ours.clauses
    before = [i for i in pair.matches if i < index and clauses[i] == clauses[index]]
    return bool(before) and pair.matches[before[-1]].at > match.at and not pair.matches[before[-1]].opposite


@cache
def _converse(language: Language) -> frozenset[str]:
    return frozenset(stem(fold(word), language) for word in _CONVERSE[language])


_CONVERSE: dict[Language, frozenset[str]] = {
    "en": word_set("""
        buy sell give receive get teach learn win lose beat defeat precede succeed follow import export lend borrow
        employ owner tenant before after above below more less greater smaller larger higher lower older younger longer
        shorter better worse cheaper bigger warmer colder earlier later faster slower north south east west parent child
    """),
    "pt": word_set("""
        comprar vender dar receber ensinar aprender vencer perder derrotar suceder preceder importar exportar emprestar
        empregador empregado proprietário inquilino antes depois acima abaixo mais menos maior menor melhor pior norte
        sul leste oeste pai filho
    """),
}
"""Words whose opposite says the same from the other side."""
