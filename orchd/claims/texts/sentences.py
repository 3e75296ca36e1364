"""Where sentences end, in English, Portuguese and whatever ends them with its own mark.

A full stop ends a sentence, an abbreviation, an initial or a number. The rules lean towards not ending: a sentence too
long is cut at a word when need be, a sentence torn after "Dr." looks broken. No language is guessed; the lists are
joined, since a title in one of them is hardly ever a sentence's last word in the other.
"""

import re
from collections.abc import Iterator

from orchd.patterns import lazy_pattern

_WORDS = lazy_pattern(r"\S+")

_TITLES = frozenset(
    _WORDS.findall("""
        mr mrs ms dr prof rev hon st mt sgt capt col lt gov sen rep pres messrs
        sr sra srs sras srta dra drs profa exmo exma ilmo ilma av eng fr pe pç mme m
    """)
)
"""Never the end of a sentence: a name follows."""

_SHORT = frozenset(
    _WORDS.findall("""
        etc vs cf al no nos fig figs p pp vol vols ed eds inc ltd co corp jr approx dept est min max viz sec ch eq
        jan feb mar apr jun jul aug sep sept oct nov dec fev abr mai ago set out dez
        art arts n nº nr núm pág págs cap caps tel séc ex obs ltda cia fl fls seg ref refs trad org orgs var adm
        gen gal ten maj vl
    """)
)
"""The end of a sentence only before a capital letter."""

# A run of marks is looked at from its beginning only, and never given back: else many of them would take for ever.
_END = lazy_pattern(
    r"""(?P<stop>(?<![.!?…])[.!?…]++|(?<![؟۔।॥])[؟۔।॥]++)(?P<closers>["'”’»)\]}*_`]*+)(?P<space>\s++)
    |[。！？｡]++[」』】》）”’)]*+\s*+""",
    re.VERBOSE,
)
_WORD_CHARACTERS = 24
_WORD = lazy_pattern(rf"[\w.&-]{{1,{_WORD_CHARACTERS}}}\Z")
_DOTTED = lazy_pattern(r"(?:\w\.)+\w?\Z")
_MARK = lazy_pattern(r"[ \t]*(?:\d{1,4}|[A-Za-z])\Z")
"""The number of a list's item."""

_OPENERS = "\"'“‘«([{*_`¿¡—–- "


def ends(text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Yield the positions within `text[start:end]` where a new sentence begins, its spaces left to the one before."""
    for match in _END.finditer(text, start, len(text) if end is None else end):
        if match["stop"] is None or _is_end(text, match, start):
            yield match.end()


def _is_end(text: str, match: re.Match[str], start: int) -> bool:
    after = text[match.end() : match.end() + 8].lstrip(_OPENERS)[:1]
    if match["stop"] == "." and not match["closers"] and _stands_for_more(text, match, start, after):
        return False
    paragraph = match["space"].count("\n") > 1
    return paragraph or not after.islower()


def _stands_for_more(text: str, match: re.Match[str], start: int, after: str) -> bool:
    """Tell whether a single full stop shortens the word before it or numbers an item."""
    before = match.start("stop")
    found = _WORD.search(text, max(start, before - _WORD_CHARACTERS), before)
    if found is None:
        return False
    word = found[0]
    if _numbers_an_item(text, max(start, before - _WORD_CHARACTERS), before, start):
        return True
    if word.lower() in _TITLES or _DOTTED.match(word) or (len(word) == 1 and word.isupper()):
        return True
    return word.lower() in _SHORT and not after.isupper()


def _numbers_an_item(text: str, low: int, before: int, start: int) -> bool:
    """Tell whether the line up to `before` is but a number or a letter, seen no further back than `low`."""
    line = text.rfind("\n", low, before) + 1
    if line == 0 and low > start:
        return False
    return _MARK.match(text[line or start : before]) is not None
