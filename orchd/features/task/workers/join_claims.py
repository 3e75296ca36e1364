"""Whether what a joined text claims is clearly invented, beside what the results say. Without a model.

Who joins results merges their sentences and leaves some things out, which the ledger, made for one claim beside one
sentence, often calls contradicted. So a claim that it speaks against is looked at again: piece by piece, and beside
the sentences of each result run together. What it says against that counts, and so does a name or a figure that no
result has, a claim of which hardly a word is known, and one that holds clearly better with another person's name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from orchd.claims import SUPPORTED, ClaimFinding, Source, language_notes, ledger
from orchd.patterns import lazy_pattern

LEAST_KNOWN = 0.3
"""The share of its words that a claim must have from the sources where nothing else bears it out."""
LEAST_COVER = 0.5
"""The share of a claim's words that must be found for it to be there in other words."""
DOUBTED = 0.3
"""Support below which a number, a date or a denial is another one even where the ledger leaves it open."""
DOUBTFUL = 0.6
"""Support below which hardly a word that is known makes a claim invented."""
CLEARLY_BETTER, GOOD = 0.2, 0.55
"""How much more support a claim must have with another name, and how much at least, for the names to be swapped."""
SURE, VERBATIM = 0.9, 0.999
"""So much support with another name beside less than that without is enough, too."""
MOST_SWAPS = 200
"""So many claims with another name are tried at most; they cost as much as all others."""
LEAST_FRAME = 3
"""Words besides names by which a sentence is known again."""
MIN_PIECES, PIECE_WORDS = 2, 3
CLEAR = ("number", "date", "negation", "strength")
"""Methods by which the ledger sees exactly what is against a claim; by others it often takes other words for it."""

_JOINT = lazy_pattern(
    r"[;,] (?:and |but |while |whose |which |who |e |mas |enquanto |cujo |cuja |que )?"
    r"| (?:and|but|while|e|mas|enquanto) "
)
"""Between statements of a claim that is on one line."""
_BETWEEN_SENTENCES = lazy_pattern(r"[.!?]\s+(?=\S)")
_SENTENCE_END = lazy_pattern(r"(?<=[.!?])\s|\n")
_FIGURE = lazy_pattern(r"\d+(?:[.,:]\d+)*")
_WORD = lazy_pattern(r"[^\W\d_]+")
_CAPITAL = r"(?<![\w'’-])[A-ZÀ-Þ][^\W\d_]{0,40}(?:[-'’][^\W\d_]{1,40}){0,3}"
"""A word that may be a name, from its beginning on; with bounds, since a model may write whatever it likes."""
_NAME = lazy_pattern(rf"{_CAPITAL}(?: (?:(?:d[aeo]s?|van|von|del?) )?{_CAPITAL}){{1,8}}")
_ANY_NAME = lazy_pattern(rf"{_NAME.pattern}|(?<=[^\W_] ){_CAPITAL}")
"""A name of one word is told from the beginning of a sentence where a word stands before it."""
_DENSE = lazy_pattern(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts without spaces between words."""
STEM_CHARACTERS = 5
SHORT_WORD = 3


class WordsAndFigures:
    """The figures of a text, and its words by how they begin, so that other forms of them are the same."""

    def __init__(self, text: str) -> None:
        self._figures = set(_FIGURE.findall(text))
        self._words = set(_stems(text))

    def without(self, others: Iterable["WordsAndFigures"]) -> "WordsAndFigures":
        """Return what is in none of the others."""
        alone = WordsAndFigures("")
        alone._figures = self._figures.difference(*(other._figures for other in others))
        alone._words = self._words.difference(*(other._words for other in others))
        return alone

    @property
    def figures(self) -> int:
        """How many figures there are."""
        return len(self._figures)

    def kept_in(self, other: "WordsAndFigures") -> float:
        """Return the share of words and figures that another one has as well."""
        kept = len(self._words & other._words) + len(self._figures & other._figures)
        return kept / (len(self._words) + len(self._figures)) if self._words or self._figures else 1.0

    def figures_kept_in(self, other: "WordsAndFigures") -> float:
        """Return the share of figures that another one has as well."""
        return len(self._figures & other._figures) / len(self._figures) if self._figures else 1.0

    def cover(self, claim: str) -> float:
        """Return the share of a claim's words that the text has."""
        words = list(_stems(claim))
        return sum(word in self._words for word in words) / len(words) if words else 1.0

    def has_figures(self, claim: str) -> bool:
        """Tell whether the text has all figures of a claim."""
        return self._figures.issuperset(_FIGURE.findall(claim))

    def lacks_a_name(self, claim: str) -> bool:
        """Tell whether a claim has a name of which the text doesn't have a word."""
        return any(not self._words.issuperset(_stems(name)) for name in _ANY_NAME.findall(claim))

    def lacks(self, claim: str) -> bool:
        """Tell whether a claim can't be in the text in other words."""
        return self.cover(claim) < LEAST_COVER or not self.has_figures(claim)


def invented_claims(prose: str, results: Sequence[str], task: str) -> Iterator[str]:
    """Yield the claims of a text, in which there is no code, that neither a result nor the task's text bears out."""
    texts = [*results, task]
    known = WordsAndFigures("\n".join(texts))
    sources = [Source(str(number), text) for number, text in enumerate(texts, 1)]
    yield from dict.fromkeys([*_reorderings(prose, texts), *_renamings(prose, texts)])
    found = ledger(prose, sources)
    if language_notes(("text", prose), [("source", text) for text in texts]):
        yield from (claim.claim for claim in found if known.lacks(claim.claim))
        return
    run_together = [*sources, *(Source(f"{number}+", _as_one(text)) for number, text in enumerate(results, 1))]
    beside = _by_place(ledger(prose, run_together))
    names = list(_names("\n".join(results)))
    wrong = set(_swaps([claim for claim in found if claim.support < VERBATIM], names, sources))
    doubted = [claim for claim in found if _is_invented(claim, known)]
    taken = [claim for claim in doubted if _holds_elsewhere(claim, beside, run_together, known)]
    wrong |= {claim.start for claim in doubted if claim not in taken}
    wrong |= set(_swaps(taken, list(dict.fromkeys(_FIGURE.findall("\n".join(results)))), sources))
    yield from (claim.claim for claim in found if claim.start in wrong)


def _holds_elsewhere(
    claim: ClaimFinding, beside: Mapping[int, ClaimFinding], sources: Sequence[Source], known: WordsAndFigures
) -> bool:
    """Tell whether nothing is wrong with a claim beside sentences that are run together, or piece by piece."""
    return not _is_invented(beside.get(claim.start, claim), known) or _holds_in_pieces(claim.claim, sources, known)


def _is_invented(found: ClaimFinding, known: WordsAndFigures) -> bool:
    """Tell whether it shows in a claim what is wrong with it."""
    if found.verdict == "supported":
        return False
    if known.lacks_a_name(found.claim):
        return True
    if found.method in CLEAR and (found.verdict != "unclear" or found.support < DOUBTED):
        return True
    if found.verdict == "unclear":
        return found.support < DOUBTFUL and known.cover(found.claim) < LEAST_KNOWN
    return found.support < SUPPORTED and known.lacks(found.claim)


def _holds_in_pieces(claim: str, sources: Sequence[Source], known: WordsAndFigures) -> bool:
    """Tell whether a claim joins statements of several sentences, each of which holds by itself."""
    pieces = [piece.strip() for piece in _JOINT.split(" ".join(claim.split()))]
    if len(pieces) < MIN_PIECES or any(len(piece.split()) < PIECE_WORDS for piece in pieces):
        return False
    apart = ".\n\n".join(piece[:1].upper() + piece[1:].rstrip(".") for piece in pieces) + "."
    return not any(_is_invented(found, known) for found in ledger(apart, sources))


def _as_one(text: str) -> str:
    """Return a text as one sentence a line."""
    return _BETWEEN_SENTENCES.sub(", ", text)


def _by_place(found: Iterable[ClaimFinding]) -> dict[int, ClaimFinding]:
    return {claim.start: claim for claim in found}


def _names(text: str) -> Iterator[str]:
    """Yield the names of two words and more, once each, without a word that only begins a sentence."""
    small = {word for word in _WORD.findall(text) if word[0].islower()}
    seen = set[str]()
    for found in _NAME.findall(text):
        words = found.split()
        while words and words[0].lower() in small:
            words = words[1:]
        name = " ".join(words)
        if len(words) > 1 and name not in seen:
            seen.add(name)
            yield name


def _swaps(doubted: Sequence[ClaimFinding], values: Sequence[str], sources: Sequence[Source]) -> Iterator[int]:
    """Yield where claims begin that hold clearly better with two names, or two figures, in each other's place."""
    tried: list[tuple[ClaimFinding, str]] = []
    for found in doubted:
        for value in (value for value in values if value in found.claim):
            others = (_exchange(found.claim, value, other) for other in values if other != value)
            tried += [(found, f"{' '.join(other.split()).rstrip('.;,')}.") for other in others if other != found.claim]
    del tried[MOST_SWAPS:]
    support = _supports([text for _, text in tried], sources)
    for (found, _), better in zip(tried, support, strict=True):
        clearly = better >= max(GOOD, found.support + CLEARLY_BETTER)
        if clearly or better >= SURE > found.support or better >= VERBATIM > found.support:
            yield found.start


def _supports(texts: Sequence[str], sources: Sequence[Source]) -> list[float]:
    """Return the least support of the claims of each text."""
    found, least, start = ledger("\n\n".join(texts), sources), list[float](), 0
    for text in texts:
        end = start + len(text)
        least.append(min((claim.support for claim in found if start <= claim.start < end), default=0.0))
        start = end + 2
    return least


def _exchange(text: str, one: str, other: str) -> str:
    either = re.compile(rf"(?<![\w.,:])(?:{re.escape(one)}|{re.escape(other)})(?!\w|[.,:]\d)")
    return either.sub(lambda found: other if found[0] == one else one, text)


def _reorderings(prose: str, sources: Sequence[str]) -> Iterator[str]:
    """Yield the sentences that have just the words of one of the sources', with names in each other's place."""
    known: dict[tuple[str, ...], list[list[str]]] = {}
    for sentence in (sentence for source in sources for sentence in _SENTENCE_END.split(source)):
        words = _WORD.findall(sentence)
        known.setdefault(tuple(sorted(word.lower() for word in words)), []).append(words)
    for sentence in _SENTENCE_END.split(prose):
        words = _WORD.findall(sentence)
        alike = known.get(tuple(sorted(word.lower() for word in words)), [])
        if alike and not any(_has_order(words, other) for other in alike):
            yield sentence


def _renamings(prose: str, sources: Sequence[str]) -> Iterator[str]:
    """Yield the sentences that are one of the sources' with other names in it, which the sources know as names."""
    known: dict[tuple[str, ...], list[list[str]]] = {}
    names = set[str]()
    for words in (_WORD.findall(sentence) for source in sources for sentence in _SENTENCE_END.split(source)):
        known.setdefault(_frame(words), []).append(words)
        names.update(word for word in words[1:] if word[:1].isupper())
    for sentence in _SENTENCE_END.split(prose):
        words = _WORD.findall(sentence)
        alike = known.get(_frame(words), []) if sum(word[:1].islower() for word in words) >= LEAST_FRAME else []
        if alike and all(_other_names(words, other, names) for other in alike):
            yield sentence


def _frame(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a sentence with a gap for each that may be a name."""
    return tuple("" if word[:1].isupper() else word for word in words)


def _other_names(words: Sequence[str], other: Sequence[str], names: set[str]) -> bool:
    pairs = [pair for pair in zip(words, other, strict=True) if pair[0] != pair[1]]
    return bool(pairs) and all(names.issuperset(pair) for pair in pairs)


def _has_order(words: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether the names in two sentences come one after the other alike."""
    names = {word for word in words if word[:1].isupper()} & {word for word in other if word[:1].isupper()}
    return [word for word in words if word in names] == [word for word in other if word in names]


def _stems(text: str) -> Iterator[str]:
    """Yield what words begin with, without the short ones; pairs of characters where none are told apart."""
    for found in _WORD.findall(text.lower()):
        if _DENSE.search(found):
            yield from (found[at : at + 2] for at in range(max(1, len(found) - 1)))
        elif len(found) > SHORT_WORD:
            yield found[:STEM_CHARACTERS]
