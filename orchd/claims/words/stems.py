"""Words without their endings, so that `built`, `builds` and `building`, or `nasceu` and `nascimento`, meet.

A light stemmer of our own: irregular forms are looked up, then the longest known ending goes as long as enough is left,
again until none fits. It joins too much (`number`, `numb`) rather than too little, since what is compared is words of
one sentence with words of another about the same matter, where such neighbours hardly ever meet. The idea of stripping
by a list, longest first, is Lovins' (1968, Mechanical Translation 11, 22-31).
"""

import unicodedata
from functools import lru_cache

from orchd.claims.words.irregular import IRREGULAR
from orchd.claims.words.language import Language

_ENDINGS: dict[Language, tuple[tuple[str, int], ...]] = {
    "en": tuple(
        (ending, least)
        for least, endings in (
            (
                4,
                "ization isation izations ations ation ators ator ating ated ates ative atory ate ational",
            ),
            (4, "ements ement ments ment ingly edly ities ity ness iveness fulness ions ion ers er ors or ives"),
            (4, "ive ally ical ance ances ence ences ants ant ents ent able ible ably ous ally al ist ists ism ship"),
            (4, "ship ward wards hood ily"),
            (3, "ings ing ies ied ed es ly s e y i"),
        )
        for ending in endings.split()
    ),
    "pt": tuple(
        (ending, least)
        for least, endings in (
            (3, "amentos imentos amento imento adoras adores adora ador edoras edores edora edor idoras idores idor"),
            (
                3,
                "acoes acao icoes icao coes cao soes sao idades idade mente ismos ismo istas ista avelmente aveis avel",
            ),
            (3, "iveis ivel ancias ancia encias encia antes ante entes ente osas osos osa oso icas icos ica ico ivas"),
            (
                3,
                "ivos iva ivo eza ezas ados adas ado ada idos idas ido ida ando endo indo ondo aram eram iram avam ava",
            ),
            (3, "aria arias eria iria ariam eriam iriam arao erao irao ara era ira asse esse isse assem essem issem"),
            (3, "aremos armos ares arem erem irem ar er ir ou eu iu am em as es os is ns oes aes eis ais ia iam"),
            (3, "a e o s u m"),
        )
        for ending in endings.split()
    ),
}

_BY_LAST: dict[Language, dict[str, tuple[tuple[str, int], ...]]] = {
    language: {
        last: tuple(sorted((each for each in endings if each[0][-1] == last), key=lambda each: -len(each[0])))
        for last in {ending[-1] for ending, _ in endings}
    }
    for language, endings in _ENDINGS.items()
}

_ROUNDS = {"en": 3, "pt": 2}
_LONGEST = 64
"""Characters of a word that are looked at; what is longer is no word of these languages."""


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return `word` in lower case, without accents and compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", word[:_LONGEST].casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


@lru_cache(maxsize=65_536)
def stem(folded: str, language: Language) -> str:
    """Return what stands for all forms of a word that `fold` has returned."""
    known = IRREGULAR[language].get(folded)
    if known is not None:
        folded = known
    for _ in range(_ROUNDS[language]):
        shorter = _strip(folded, language)
        if shorter == folded:
            break
        folded = shorter
    return folded


def _strip(word: str, language: Language) -> str:
    for ending, least in _BY_LAST[language].get(word[-1:], ()):
        if len(word) - len(ending) >= least and word.endswith(ending):
            left = word[: -len(ending)]
            return left[:-1] if _is_doubled(left) else left
    return word


def _is_doubled(word: str) -> bool:
    """Tell whether the last consonant was doubled before an ending, as in `stopped`."""
    return len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls"
