"""Which language that the ledger does not read a text is in, told by its small words or its letters.

The ledger knows English and Portuguese. In another language it still compares words, numbers and names, but takes no
`nicht` for a `not`; so whoever shows its findings says which language that was.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from orchd.claims.words.language import SMALL, Language, surely_in
from orchd.claims.words.listed import word_set
from orchd.patterns import lazy_pattern

_WORDS = lazy_pattern(r"[^\W\d_]+")
_LOOKED_AT = 20_000
_LEAST = 2
"""Different small words of a language below which nothing is told."""
_MORE = 1.3
"""How many times as many of them as of English or Portuguese there must be: Spanish shares many with the latter."""
_MOST_LETTERS = 0.5

_SMALL_WORDS = {
    "German": """
        der die das und ist nicht ein eine einen einem einer mit von wurde wurden im den dem des zu auf für auch
        sich als
        bei nach wird werden hat haben war sind wie oder aber noch nur über vor durch kein keine es er sie wir ihr
        am zum
        zur aus um dass
    """,
    "French": """
        le la les des du de et est une un dans pour pas ne qui que au aux sur par plus avec été sont ce cette il
        elle ils
        elles on nous vous mais ou où son sa ses leur leurs n l d qu en était ont fait être comme
    """,
    "Spanish": """
        el la los las y del es fue una un con por pero se su sus en al lo como más que no está este esta son ha han
        había
        muy también hasta desde entre cuando donde sin sobre ser tiene era ya porque
    """,
    "Italian": """
        il lo gli della del dei delle e è che di non per una un con nel nella sono alla al ha da dal dalla si come anche
        più era stato stata ma questo questa le i la fu hanno suo sua
    """,
    "Dutch": """
        het een van de en is niet dat op te zijn voor met die in aan er werd ook als maar om bij nog door naar uit heeft
        hebben wordt ze hij geen over dan
    """,
    "Swedish": """
        och att det som en ett är inte på av för med den till han hon var har om de från vid men så när ska kan
    """,
    "Danish or Norwegian": """
        og at det som en et er ikke på af av for med den til han hun var har om de fra ved men så når skal kan blev ble
    """,
    "Polish": "i w na nie się z do że jest to był była było został została po od dla jak przez oraz ale roku przy",
    "Turkish": "ve bir bu için ile olarak da de değil çok daha olan gibi kadar sonra ise ancak her",
    "Romanian": "și în nu este a fost un o de la cu pe din care pentru sau mai că al ale sunt fi",
}
_LISTS = {name: word_set(words) for name, words in _SMALL_WORDS.items()}
_KNOWN = SMALL["en"] | SMALL["pt"] | {"mais"}
_NAMES: dict[Language, str] = {"en": "English", "pt": "Portuguese"}
_KINDS = {
    "CYRILLIC": "a language in Cyrillic letters",
    "GREEK": "Greek",
    "ARABIC": "a language in Arabic letters",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "a language in Devanagari letters",
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "CJK": "Chinese or Japanese",
    "THAI": "Thai",
}

_TAGS: dict[str, tuple[str, ...]] = {
    "English": ("en",),
    "Portuguese": ("pt",),
    "German": ("de",),
    "French": ("fr",),
    "Spanish": ("es",),
    "Italian": ("it",),
    "Dutch": ("nl",),
    "Swedish": ("sv",),
    "Danish or Norwegian": ("da", "no"),
    "Polish": ("pl",),
    "Turkish": ("tr",),
    "Romanian": ("ro",),
    "a language in Cyrillic letters": ("und-Cyrl",),
    "Greek": ("el",),
    "a language in Arabic letters": ("und-Arab",),
    "Hebrew": ("he",),
    "a language in Devanagari letters": ("und-Deva",),
    "Korean": ("ko",),
    "Japanese": ("ja",),
    "Chinese or Japanese": ("zh", "ja"),
    "Thai": ("th",),
    "an unknown language": ("und",),
}
"""The languages that are told apart, by the names that they have here, as tags of BCP 47."""
_BY_TAGS = {tags: name for name, tags in _TAGS.items()}


class LanguageNote(NamedTuple):
    """A language that keeps an answer from being compared: that of the text called `name`, the answer itself or a
    source. `answer` is the language of the answer where both are read and differ; None where this one is not read."""

    name: str
    language: str
    answer: str | None = None

    def describe(self) -> str:
        """Return it in a sentence for people."""
        if self.answer is None:
            return (
                f"language: {self.name} seems to be in {self.language}; only English and Portuguese are read, so what "
                "it denies and its numbers in words may go unseen"
            )
        return (
            f"language: the answer is in {self.answer} and {self.name} in {self.language}; words are not translated, "
            "so what stands there may not be found"
        )


def language_tags(name: str) -> tuple[str, ...]:
    """Return the tags of a language that is called so here: of several that are not told apart."""
    return _TAGS[name]


def language_of_tags(tags: Iterable[str]) -> str:
    """Return what such a language is called here, in English."""
    return _BY_TAGS.get(tuple(tags), "an unknown language")


def unknown_language(text: str) -> str | None:
    """Return what language a text seems to be in if it is neither English nor Portuguese, in English; None if it is,
    or where that can't be told.
    """
    words = _WORDS.findall(text[:_LOOKED_AT].lower())
    return _by_letters(words) or _by_words(words)


def language_name(text: str) -> str | None:
    """Return the language that a text is clearly in, in English; None where that can't be told."""
    known = surely_in(text)
    return unknown_language(text) if known is None else _NAMES[known]


def can_compare(answer: str, source: str) -> bool:
    """Tell whether the words of two texts can be compared: both seem to be in one language, which is read."""
    if unknown_language(answer) is not None or unknown_language(source) is not None:
        return False
    own, other = surely_in(answer), surely_in(source)
    return own == other or None in (own, other)


def language_notes(answer: tuple[str, str], sources: Iterable[tuple[str, str]]) -> list[LanguageNote]:
    """Return the languages that keep an answer from being compared; each text comes with what to call it."""
    texts = [answer, *sources]
    unread = [(name, unknown_language(text)) for name, text in texts]
    notes = [LanguageNote(name, language) for name, language in unread if language is not None]
    own = surely_in(answer[1])
    if own is None:
        return notes
    others = [(name, surely_in(text)) for name, text in texts[1:]]
    return notes + [
        LanguageNote(name, _NAMES[other], _NAMES[own]) for name, other in others if other is not None and other != own
    ]


def _by_words(words: list[str]) -> str | None:
    counts = Counter(words)
    shares = {name: sum(counts[word] for word in listed) for name, listed in _LISTS.items()}
    name = max(shares, key=lambda name: shares[name])
    own = sum(word in counts for word in _LISTS[name] - _KNOWN)
    known = max(sum(counts[word] for word in SMALL[language]) for language in SMALL)
    return name if own >= _LEAST and shares[name] > _MORE * known else None


def _by_letters(words: list[str]) -> str | None:
    letters = [each for word in words[:500] for each in word]
    foreign = [each for each in letters if ord(each) > 0x36F]  # behind the Latin letters and their accents
    if len(foreign) <= _MOST_LETTERS * len(letters):
        return None
    scripts = Counter(unicodedata.name(each, "").split()[0] for each in foreign if unicodedata.name(each, ""))
    if scripts["HIRAGANA"] + scripts["KATAKANA"]:
        return "Japanese"
    return next((_KINDS[script] for script, _ in scripts.most_common() if script in _KINDS), "an unknown language")
