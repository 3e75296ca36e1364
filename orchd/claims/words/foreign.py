"""Which language that the ledger does not read a text is in, told by its small words or its letters.

The ledger knows English and Portuguese. In another language it still compares words, numbers and names, but takes no
`nicht` for a `not`; so whoever shows its findings says which language that was.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable

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


def language_notes(answer: tuple[str, str], sources: Iterable[tuple[str, str]]) -> list[str]:
    """Return lines on languages that keep an answer from being compared; each text comes with what to call it."""
    texts = [answer, *sources]
    lines = [
        f"language: {name} seems to be in {language}; only English and Portuguese are read, so what it denies "
        "and its numbers in words may go unseen"
        for name, language in ((name, unknown_language(text)) for name, text in texts)
        if language is not None
    ]
    own = surely_in(answer[1])
    return lines + [
        f"language: {answer[0]} is in {_NAMES[own]} and {name} in {_NAMES[other]}; words are not translated, so what "
        "stands there may not be found"
        for name, other in ((name, surely_in(text)) for name, text in texts[1:])
        if own is not None and other not in (None, own)
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
