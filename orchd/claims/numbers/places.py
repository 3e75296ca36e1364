"""Words that are a place in an order, a share, or neither: `the third zone`, `a third of it`, `first released`.

The same word is each of these, and `second` is a time besides, `quarto` a room and `quarta` a day of the week. What
stands next to it tells.
"""

from collections.abc import Sequence

from orchd.claims.numbers.number_words import COUNTS, ORDINALS, SCALES, UNITS
from orchd.claims.words.language import SMALL, Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold
from orchd.claims.words.verb_forms import looks_like_verb

_OF = word_set("of de da do das dos")
_ARTICLES = word_set("a an one um uma")
_SMALL = {language: frozenset(fold(word) for word in words) for language, words in SMALL.items()}
_SMALL_MORE = word_set("less more later earlier mais menos")
_TIMES = word_set("per each every split por cada")
"""Before `second` when it is a time."""
_LATER = word_set("later earlier ago apart depois antes atras")
_BEFORE_SEGUNDO = word_set("o do no ao um seu pelo como")
"""Before `segundo` when it is a place; otherwise it means `according to`."""
_AFTER_SEGUNDO = word_set("lugar andar turno tempo semestre trimestre mandato volume capítulo filho colocado")
"""Behind it, too: `em segundo lugar`."""
_HALVES = word_set("first second other latter better last primeiro segundo outra primeira segunda")
"""Before `half` and `metade` these tell a part of a match or a year."""
_DAYS = word_set("segunda quarta quinta sexta")
_FIRST = word_set("first primeiro primeira")
_BEFORE_FIRST = word_set("at for pela")
_AFTER_FIRST = word_set("time vez of")
_ROOMS = word_set("quarto quartos")

PLACES_ONLY: dict[Language, frozenset[str]] = {language: frozenset(words) for language, words in ORDINALS.items()}
"""Words that are no count, whatever they are else."""


def is_share(words: Sequence[str], before: str, after: str, language: Language) -> bool:
    """Tell whether `words`, which may be a fraction, are one, by the words next to them: `a third zone` is none."""
    if words[-1] in _ROOMS:
        return after in _OF - {"de"} or (after == "de" and before != "")
    if words[-1] in ("meio", "meia"):
        return after in UNITS or after in SCALES[language]
    if words[-1] == "half" and before in _HALVES:
        return False
    if words[0] in _ARTICLES and len(words) > 1:
        return after in UNITS or not _is_noun(after, language)
    return True


def read_ordinal(words: Sequence[str], language: Language) -> tuple[float, int]:
    """Return the place that `words` (folded) begin with, and how many of them it takes; 0 words when there is none."""
    places = ORDINALS[language]
    tens = places if language == "pt" else COUNTS[language]
    head = words[0]
    if len(words) > 1 and 10 <= tens.get(head, 0) < 100 and places.get(words[1], 10) < 10:
        return tens[head] + places[words[1]], 2
    return (places[head], 1) if head in places else (0.0, 0)


def is_place(words: Sequence[str], before: str, after: Sequence[str], language: Language) -> bool:
    """Tell whether `words`, which may be an ordinal, are one: `first released` and `segunda-feira` are none."""
    head, following = words[-1], after[0]
    if head == "second" and (before in _TIMES or following in _LATER):
        return False
    if head == "segundo":
        return before in _BEFORE_SEGUNDO or following in _AFTER_SEGUNDO
    if head in _DAYS and (list(after) == ["-", "feira"] or not _is_noun(following, language)):
        return False
    if head in _ROOMS:
        return before not in _ARTICLES and _is_noun(following, language)
    return head not in _FIRST or not _is_adverb(before, following, language)


def _is_adverb(before: str, following: str, language: Language) -> bool:
    if before in _BEFORE_FIRST or following in _AFTER_FIRST or following == ",":
        return True
    return looks_like_verb(following, language) or (not _is_noun(following, language) and not before)


def _is_noun(word: str, language: Language) -> bool:
    return word.isalpha() and word not in _SMALL[language] and word not in _SMALL_MORE
