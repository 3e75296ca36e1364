"""What costs nothing, to compare with: how much of a claim's words, of its runs of words, its source has.

Each is the share of the claim that is found, so that a higher one is more support. `content`: of its words without the
small ones; `1-gram` to `3-gram`: of its runs of words; `ROUGE-L`: of the longest common subsequence (Lin 2004);
`BM25`: of what the best sentence of the source could score (Robertson and Zaragoza 2009).
"""

import math
import re
from collections import Counter
from collections.abc import Callable

from orchd.claims.texts.segments import segments
from orchd.claims.words.language import SMALL, language_of

Baseline = Callable[[str, str], float]

_WORD = re.compile(r"\w+")
_K1, _B = 1.2, 0.75
_MOST_WORDS = 400


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def content(source: str, claim: str) -> float:
    small = SMALL[language_of(claim, language_of(source))]
    claimed = {word for word in words(claim) if word not in small}
    return len(claimed & set(words(source))) / len(claimed) if claimed else 0.0


def grams(source: str, claim: str, size: int) -> float:
    def runs(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[at : at + size]) for at in range(len(found) - size + 1)}

    claimed = runs(claim)
    return len(claimed & runs(source)) / len(claimed) if claimed else 0.0


def rouge_l(source: str, claim: str) -> float:
    """Return the longest common subsequence as a share of the claim."""
    ours, theirs = words(claim)[:_MOST_WORDS], words(source)
    row = [0] * (len(theirs) + 1)
    for word in ours:
        above, left = row, 0
        row = [0]
        for at, other in enumerate(theirs):
            left = above[at] + 1 if word == other else max(above[at + 1], left)
            row.append(left)
    return row[-1] / len(ours) if ours else 0.0


def bm25(source: str, claim: str) -> float:
    """Return the best sentence's score as a share of what one that has all words often would score."""
    sentences = [Counter(words(source[start:end])) for start, end in segments(source)]
    lengths = [sentence.total() for sentence in sentences]
    mean = sum(lengths) / len(lengths) if lengths else 1.0
    held = Counter(word for sentence in sentences for word in sentence)
    rarity = {
        word: math.log(1 + (len(sentences) - held[word] + 0.5) / (held[word] + 0.5)) for word in set(words(claim))
    }

    def score(sentence: Counter[str], length: int) -> float:
        damp = _K1 * (1 - _B + _B * length / mean)
        return sum(
            weight * sentence[word] * (_K1 + 1) / (sentence[word] + damp)
            for word, weight in rarity.items()
            if sentence[word]
        )

    most = sum(rarity.values()) * (_K1 + 1)
    best = max((score(*each) for each in zip(sentences, lengths, strict=True)), default=0.0)
    return best / most if most else 0.0


def _gram(size: int) -> Baseline:
    return lambda source, claim: grams(source, claim, size)


BASELINES: dict[str, Baseline] = {
    "content": content,
    "1-gram": _gram(1),
    "2-gram": _gram(2),
    "3-gram": _gram(3),
    "ROUGE-L": rouge_l,
    "BM25": bm25,
}
