"""Whether two words can mean the same, or mean the opposite, by hand-made lists and by prefixes that negate."""

from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from orchd.claims.words import words_en, words_pt
from orchd.claims.words.language import Language
from orchd.claims.words.nicknames import NICKNAMES
from orchd.claims.words.stems import fold, stem

Kinship: TypeAlias = Literal["same", "opposite"]

_NOTHING: frozenset[int] = frozenset()

_NEGATING: dict[Language, tuple[str, ...]] = {
    "en": ("un", "in", "im", "il", "ir", "non", "dis"),
    "pt": ("in", "im", "i", "des", "nao"),
}
_SHORTEST = 4
"""Letters of what is left of a word without a negating prefix: `under` is no `un` and `der`."""


class Lexicon(NamedTuple):
    """Stem → the groups it is in; group → the one that contradicts it."""

    groups: dict[str, frozenset[int]]
    against: dict[int, int]
    names: frozenset[str]
    """Stems of first names."""

    def of(self, word: str) -> frozenset[int]:
        """Return the groups of a stem."""
        return self.groups.get(word, _NOTHING)

    def opposites(self, word: str) -> frozenset[int]:
        """Return the groups that contradict a stem."""
        return frozenset(self.against[group] for group in self.of(word) if group in self.against)


@cache
def lexicon(language: Language) -> Lexicon:
    """Return the lists of a language, by stems."""
    groups: dict[str, set[int]] = {}
    against: dict[int, int] = {}
    count = 0
    listed = f"{NICKNAMES[language]};{(words_en if language == 'en' else words_pt).GROUPS}"
    for line in listed.replace("\n", " ").split(";"):
        sides = [side.split() for side in line.split(" / ")]
        for side in sides:
            for word in side:
                groups.setdefault(stem(fold(word), language), set()).add(count)
            count += 1
        if len(sides) == 2:
            against |= {count - 1: count - 2, count - 2: count - 1}
    names = frozenset(stem(fold(name), language) for name in NICKNAMES[language].replace(";", " ").split())
    return Lexicon({word: frozenset(ids) for word, ids in groups.items()}, against, names)


@cache
def plain(folded: str, language: Language) -> str | None:
    """Return the stem of what a negating prefix stands before, as `safe` in `unsafe`; None without one."""
    for prefix in _NEGATING[language]:
        if folded.startswith(prefix) and len(folded) - len(prefix) >= _SHORTEST:
            return stem(folded[len(prefix) :], language)
    return None
