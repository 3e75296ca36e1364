"""Sign that a claim is more certain or more general than the passage: `reduces` for `may reduce`, `all` for `some`."""

from functools import cache

from orchd.claims.reading.reading import Reading
from orchd.claims.signs.pair import Alignment
from orchd.claims.words.frame_words import NEARLY
from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold

_AHEAD = 4
"""Tokens behind a hedge or a quantity in which stands what it is about."""
_BARE_FEW, _BARE_MANY = 1.0, 0.4
"""What it counts to leave out a `some`, and a `most`."""
_ADDED_ALL = 0.4
"""What it counts to say `all` where the passage says nothing of how many."""
_MAY, _SHOULD = 1.0, 0.6
"""What it counts to leave out a `may`, and a `should`, of a word that the claim has."""
_QUESTION = 0.6

_SCALES: dict[Language, tuple[str, ...]] = {
    "en": (
        "few little rarely seldom hardly",
        "some several sometimes occasionally part partly certain",
        "many often frequently much",
        "most mostly usually generally majority almost nearly normally typically largely mainly",
        "all every always entire entirely completely never everyone everything",
    ),
    "pt": (
        "poucos poucas raramente raro",
        "alguns algumas algum alguma certos certas parte parcialmente varios varias",
        "muitos muitas frequentemente",
        "maioria geralmente quase normalmente costuma costumam principalmente maior",
        "todo toda todos todas sempre inteiro inteira totalmente completamente nunca",
    ),
}
"""How many or how often, from few to all."""

_LIMITED = word_set("can up about ate cerca")
"""In a claim, these say as little as a `may`."""
_MAYBE: dict[Language, frozenset[str]] = {
    "en": word_set("may might could perhaps possibly possible maybe reportedly allegedly potentially potential"),
    "pt": word_set("podera poderao poderia poderiam talvez possivelmente possivel supostamente alegadamente"),
}
_LIKELY: dict[Language, frozenset[str]] = {
    "en": word_set("""
        probably likely apparently expected expects planned plans proposed proposes seems seem appears appear suggests
        suggest should caution hopes hope aims intends considering
    """),
    "pt": word_set("""
        pode podem provavelmente provavel previsto prevista previstos previstas deve devem devera deverao deveria parece
        parecem planeja pretende pretendem proposto proposta espera esperam sugere sugerem
    """),
}


def score_strength(pair: Alignment) -> float:
    """Return how much more certain, or more general, the claim is than the passage; a question says nothing."""
    asked = pair.theirs.tokens[-1].lower == "?" and pair.ours.tokens[-1].lower != "?"
    return max(_more_general(pair), _more_certain(pair), _QUESTION * asked)


def _more_general(pair: Alignment) -> float:
    ours, theirs = _ranks(pair.ours), _ranks(pair.theirs)
    if not ours:
        near = [rank for at, rank in theirs.items() if rank < _all(pair) and _is_about(pair, at)]
        if not near or any(at in pair.used for at in theirs):
            return 0.0
        return _BARE_FEW if min(near) < _all(pair) - 2 else _BARE_MANY
    most = max(ours.values())
    if not theirs:
        return _ADDED_ALL if most == _all(pair) else 0.0
    said = [rank for at, rank in theirs.items() if _is_about(pair, at)] or list(theirs.values())
    above = most - max(said)
    return min(1.0, 0.4 + 0.2 * above) if above > 0 else 0.0


def _more_certain(pair: Alignment) -> float:
    language = pair.theirs.language
    words = [fold(token.lower) for token in pair.theirs.tokens]
    if _hedges(pair.ours):
        return 0.0
    near = {word for at, word in enumerate(words) if at not in pair.used and _is_about(pair, at)}
    return _MAY if near & _MAYBE[language] else _SHOULD if near & _LIKELY[language] else 0.0


def _hedges(claim: Reading) -> bool:
    words = {fold(token.lower) for token in claim.tokens}
    known = _MAYBE[claim.language] | _LIKELY[claim.language] | _LIMITED
    return not words.isdisjoint(known)


def _is_about(pair: Alignment, at: int) -> bool:
    """Whether the next telling word is one that the claim has."""
    ahead = range(at + 1, min(at + 1 + _AHEAD, len(pair.theirs.tokens)))
    first = next((index for index in ahead if pair.theirs.tokens[index].telling), None)
    return first in pair.used


def _ranks(reading: Reading) -> dict[int, int]:
    """Return where words of quantity stand, and how much each of them is; `almost all` is no more than `almost`."""
    scale, words = _scale(reading.language), [fold(token.lower) for token in reading.tokens]
    found = {at: scale[word] for at, word in enumerate(words) if word in scale}
    return {at: min(rank, found[at - 1]) if at and words[at - 1] in NEARLY else rank for at, rank in found.items()}


def _all(pair: Alignment) -> int:
    return len(_SCALES[pair.theirs.language]) - 1


@cache
def _scale(language: Language) -> dict[str, int]:
    return {word: rank for rank, words in enumerate(_SCALES[language]) for word in word_set(words)}
