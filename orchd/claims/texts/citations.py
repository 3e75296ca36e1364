"""Marks that cite: `[1]`, `[part:2]`, `[^1]`, `(Smith et al., 2020)`, `tower¹`, the target of a link.

They say where something stands, nothing about it: their figures are no numbers of the text, and their words no claim.
Each is blanked with spaces, so that every place stays where it was. A mark that may be something else stays: `[1, 2]`
behind `interval`, `a[1]`, `m²`, `(Paris, 1889)`.
"""

import re

from orchd.claims.numbers.number_words import UNITS
from orchd.claims.words.listed import word_set
from orchd.patterns import lazy_pattern

_LABELS = r"""part|source|src|doc|document|ref|reference|note|footnote|cite|page|pg|p|pp|parte|fonte|documento
    |refer[eê]ncia|nota|p[aá]g|p[aá]gina|citation|fn|line|linha|chunk|passage|excerpt|trecho"""
_PLACES = r"source|fonte|ref|reference|refer[eê]ncia|note|nota|p|pp|page|pages|p[aá]g|p[aá]gina"
_NAME = r"[A-ZÀ-Ý][\w'’-]+(?:\ [A-ZÀ-Ý][\w'’-]+)?"
_BLANK = r"[^\S\n]"
_YEAR = r"(?:1[5-9]|20)\d\d[a-z]?"

# A bracket is looked at from its beginning only and up to a bound: else many of them would take for ever.
_CITED = lazy_pattern(
    rf"""(?P<number>\[\ ?[1-9]\d{{0,2}}\ ?\](?:\([^()\s]{{1,500}}\)|:\ <?https?://\S{{1,500}})?)
    |(?P<several>\[\ ?[1-9]\d{{0,2}}(?:\ ?[,;–-]\ ?[1-9]\d{{0,2}}){{1,12}}\ ?\])
    |(?P<label>\[\^[\w-]{{1,40}}\]:?
        |(?i:\[\ ?(?:{_LABELS})s?[.:#]?\ ?\#?(?:[\w.-]{{0,40}}\d[\w.-]{{0,8}}|[\w-]{{1,40}}\.[a-z]{{2,4}})
            (?:[,;]\ ?(?:{_LABELS})s?[.:#]?\ ?\d{{1,4}}){{0,3}}\ ?\]
        |\[(?:citation\ needed|clarification\ needed|carece\ de\ fontes|nota|note|sic|source|fonte)\])
        |【[^】\n]{{1,60}}】|\\(?:cite[pt]?|footnote|ref)\{{[^}}\n]{{1,80}}\}}
        |<sup>\ ?\[?\d{{1,3}}\]?\ ?</sup>|<ref>[^<>\n]{{0,80}}</ref>
        |(?<!\w)\[(?i:s|d|src|doc)\d{{1,3}}(?:[:.,]\d{{1,4}})?\]|\(§{{1,2}}\ ?\d[\d.]{{0,12}}\)
        |(?<=[^\W\d_]{{4}})\^\d{{1,2}}(?=[\s.,;:)]|\Z)
        |(?:\A|(?<=\n))\(\d{{1,2}}\)(?=\ ))
    |(?P<round>\((?i:(?:see|cf\.?|ver|vide|in)?\ ?
        (?:{_PLACES})s?[.:]?\ ?\#?(?:\d[\w.–-]{{0,12}}|[\w-]{{1,40}}\.[a-z]{{2,4}}))\))
    |(?P<image>!\[[^\]\n]{{0,200}}\]\([^)\s]{{1,500}}\))
    |(?P<link>\[(?P<text>[^\[\]\n]{{1,200}})\](?:\([^()\s]{{1,500}}(?:\ "[^"\n]{{0,100}}")?\)|\[[^\]\n]{{0,60}}\]))
    |(?P<address>[(<\[]{_BLANK}?(?:(?:source|fonte|see|ver|via):?{_BLANK})?(?:https?://|www\.)
            [^\s()<>\[\]]{{1,500}}{_BLANK}?[)>\]]
        |(?:(?:source|fonte|see|ver|via|link|url)s?:{_BLANK}?)?(?:https?://|www\.)[^\s()<>\[\]]{{1,500}}(?=\s*(?:\n|\Z)))
    |(?P<author>\((?:see\ |cf\.\ |ver\ |vide\ |apud\ )?(?:
        {_NAME}\ et\ al\.?,?\ {_YEAR}
        |{_NAME}(?:,\ {_NAME})?,?\ (?:&|and|e)\ {_NAME},?\ {_YEAR}
        |[A-ZÀ-Ý]{{4,40}}(?:;\ [A-ZÀ-Ý]{{3,40}}){{0,4}},\ {_YEAR}
        |{_NAME},?\ {_YEAR},\ pp?\.\ ?\d+(?:[–-]\d+)?
        |(?P<plain>{_NAME},\ {_YEAR})
        )(?:;\ [^()\n]{{1,120}})?(?:,\ pp?\.\ ?\d+(?:[–-]\d+)?)?\))
    |(?P<raised>(?<=[\w.,;:!?)"”’»])[¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹]{{0,2}}(?:[,’˒⁻][¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹]{{0,2}}){{0,4}}(?![\w⁰]))
    |(?P<dagger>(?<=[\w.,;!?)])[†‡](?!\w))""",
    re.VERBOSE,
)
_MAYBE = lazy_pattern(r"[\[(<【^¹²³⁴⁵⁶⁷⁸⁹†‡\\]|://|www\.")
_BEFORE = lazy_pattern(r"(?:(?P<code>[\w`]{1,30})|(?P<joint>[=:({\[,∈])\s?|(?P<word>[^\W\d_]{1,30})\s)\Z")
_RAISED_ON = lazy_pattern(r"([^\W\d_]{1,30}|\d{1,30})\Z")
_WORD_BEFORE = lazy_pattern(r"([^\W\d_]{1,30}|\d{1,30}%?)\s\Z")
_IS_YEAR = lazy_pattern(rf"{_YEAR}\Z")
_LOOKED_BACK = 32

_RANGES = word_set("""
    interval intervals range ranges between in within from vector list array set matrix coordinates at is are equals
    intervalo intervalos faixa entre em no de vetor lista conjunto matriz coordenadas igual é são
""")
"""Before `[1, 2]` these say that the numbers are meant."""
_POWERS = word_set("sin cos tan log exp sen tg")
_LIVED = word_set("born died married founded nascido nascida nasceu morreu morto morta")
"""Before `(Paris, 1889)` these tell a place and a year."""
_SHORT = 2
"""Letters of a name that `[1]` picks an item of: `a[1]`. Behind a longer word it cites."""


def without_citations(text: str) -> str:
    """Return a text of the same length, with spaces for the marks that cite. Takes linear time."""
    if _MAYBE.search(text) is None:
        return text
    return _CITED.sub(lambda match: _replace_citation(text, match), text)


def _replace_citation(text: str, match: re.Match[str]) -> str:
    if match["link"]:
        return f" {match['text']}".ljust(len(match[0]))
    return " " * len(match[0]) if _cites(text, match) else match[0]


def _cites(text: str, match: re.Match[str]) -> bool:
    start = match.start()
    before = text[max(0, start - _LOOKED_BACK) : start]
    if match["number"]:
        found = _BEFORE.search(before)
        return found is None or found["code"] is None or not _is_code(found["code"])
    if match["several"]:
        found = _BEFORE.search(before)
        return found is None or not (
            found["joint"] or (found["word"] or "").lower() in _RANGES or (found["code"] and _is_code(found["code"]))
        )
    if match["raised"]:
        return _is_raised_mark(before)
    if match["author"] and match["plain"]:
        word = _WORD_BEFORE.search(before)
        return word is not None and not word[1][0].isupper() and word[1].lower() not in _LIVED
    return True


def _is_code(word: str) -> bool:
    return "`" in word or "_" in word or (len(word) <= _SHORT and not word.isdigit())


def _is_raised_mark(before: str) -> bool:
    """Whether figures above the line cite: behind a unit, a letter or a number they are a power."""
    found = _RAISED_ON.search(before)
    if found is None:
        return True
    word = found[1].lower()
    if word.isdigit():
        return _IS_YEAR.match(word) is not None
    return len(word) > _SHORT and word not in UNITS and word not in _POWERS
