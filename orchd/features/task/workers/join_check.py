"""Whether a joined text says what the results say, no more and no less: both ways, without a model.

What the text claims must be borne out by the results, or by the task's own text: the rest is invented. What a result
claims must be in the text, if in other words: its figures, and half of its words at least. A result of which half is
lost is missing. Beside languages that the ledger doesn't read, words and figures are all that is compared.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from orchd.claims import MAX_ANSWER_BYTES, MAX_SOURCE_BYTES, SUPPORTED, ClaimFinding, Source, language_notes, ledger
from orchd.features.models import check_response
from orchd.features.task.core.work import Part

MARK = re.compile(r"\[part:?\s{0,3}(\d{1,4})\]", re.IGNORECASE)
"""What stands for a part in a joined text."""

LEAST_COVER = 0.5
"""The share of a claim's words that must be found for it to be there in other words."""
MISSING_SHARE = 0.5
"""A result is missing from this share of its claims on that are lost."""
LONGEST, SHORTEST = 2.0, 0.2
"""Times what the results are long together: a text beyond is none that joins them."""
SLACK_CHARACTERS = 400
"""More than that may be around short results."""

OTHER_WORDS = ("lexical", "name")
"""Methods by which a claim is unclear that may just say it in other words."""

LEAST_FRAME = 3
"""Words besides names by which a sentence is known again."""

SHOWN_CLAIMS, SHOWN_CHARACTERS = 12, 240

_FENCED = re.compile(r"^```.*?(?:^```|\Z)", re.MULTILINE | re.DOTALL)
_CITED = re.compile(r"\s?\[\^?\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]")
_JOINT = re.compile(r"[;,] (?:and |but |while |e |mas |enquanto )?| (?:and|but|while|e|mas|enquanto) ")
"""Between statements of a claim that is on one line."""
MIN_PIECES, PIECE_WORDS = 2, 4
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_DENSE = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts without spaces between words."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")
STEM_CHARACTERS = 5
SHORT_WORD = 3


class JoinCheck(Struct, frozen=True):
    """What was found of a joined text: why it is none at all, what it invents, what it loses of which result.

    `missing` are the numbers of the results, from 1, that are not in it.
    """

    unusable: str = ""
    invented: list[str] = []
    lost: list[str] = []
    missing: list[int] = []

    @property
    def sound(self) -> bool:
        """Whether it may be taken; single claims may be lost for all that."""
        return not (self.unusable or self.invented or self.missing)

    def told(self, parts: Sequence[Part]) -> str:
        """Return what is wrong, a line each."""
        lines = [self.unusable] if self.unusable else []
        lines += [f"the results don't say this: “{claim}”" for claim in self.invented[:SHOWN_CLAIMS]]
        lines += [f"the result “{parts[number - 1].title}” is not in it" for number in self.missing]
        lines += [f"this is left out: “{claim}”" for claim in self.lost[:SHOWN_CLAIMS]]
        return "\n".join(f"- {line}" for line in lines)


class _ResultLoss(NamedTuple):
    """A result held against the text: how many claims it has, and those that are lost."""

    claims: int
    lost: list[str]

    @property
    def missing(self) -> bool:
        return bool(self.lost) and len(self.lost) >= MISSING_SHARE * self.claims


def hold_against(text: str, parts: list[Part], task: str) -> JoinCheck:
    """Return what is wrong with a text that joins the results `parts` of a task, whose own text is `task`.

    Takes some seconds at the bounds; to be run by a worker for texts.
    """
    results, joined = [_bare(part.text) for part in parts], _bare(text)
    unusable = _why_unusable(joined, results, task)
    if unusable:
        return JoinCheck(unusable)
    losses = [_loss(result, joined) for result in results]
    return JoinCheck(
        invented=[_short(claim) for claim in _invented(joined, [*results, task])],
        lost=[_short(claim) for loss in losses for claim in loss.lost],
        missing=[number for number, loss in enumerate(losses, 1) if loss.missing],
    )


def _bare(text: str) -> str:
    """Return a text without what only says where something stands."""
    return _CITED.sub("", MARK.sub("", text))


def _why_unusable(joined: str, results: Sequence[str], task: str) -> str:
    objections = check_response(joined, prompt=task, around="\n".join(results))
    if objections:
        return objections[0].reason
    size, sizes = len(joined.encode()), sum(len(text.encode()) for text in (*results, task))
    if size > MAX_ANSWER_BYTES or sizes > MAX_SOURCE_BYTES or any(_is_long(result) for result in results):
        return "it is too long to be held against the results"
    characters = sum(map(len, results))
    if len(joined) > LONGEST * characters + SLACK_CHARACTERS:
        return "it is far longer than the results together"
    return "it is far shorter than the results together" if len(joined) < SHORTEST * characters else ""


def _is_long(text: str) -> bool:
    return len(text.encode()) > MAX_ANSWER_BYTES


def _invented(joined: str, sources: Sequence[str]) -> Iterator[str]:
    """Yield the claims of the text that no source bears out. Code is no claim."""
    named = [Source(str(number), source) for number, source in enumerate(sources, 1)]
    prose = _FENCED.sub("\n", joined)
    yield from dict.fromkeys([*_swapped(prose, sources), *_renamed(prose, sources)])
    known = _Vocabulary("\n".join(sources))
    read = not language_notes([("text", prose), *(("source", source.text) for source in named)])
    for found in ledger(prose, named):
        doubted = _is_doubted(found, known) if read else known.lacks(found.claim)
        if doubted and not (read and _is_joined_of_known(found.claim, named, known)):
            yield found.claim


def _is_joined_of_known(claim: str, sources: Sequence[Source], known: "_Vocabulary") -> bool:
    """Tell whether a claim joins statements of several sentences, each of which holds by itself."""
    pieces = [piece.strip() for piece in _JOINT.split(" ".join(claim.split()))]
    if len(pieces) < MIN_PIECES or any(len(piece.split()) < PIECE_WORDS for piece in pieces):
        return False
    apart = ".\n\n".join(piece[:1].upper() + piece[1:].rstrip(".") for piece in pieces) + "."
    return not any(_is_doubted(found, known) for found in ledger(apart, sources))


def _swapped(prose: str, sources: Sequence[str]) -> Iterator[str]:
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


def _renamed(prose: str, sources: Sequence[str]) -> Iterator[str]:
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


def _is_doubted(found: ClaimFinding, known: "_Vocabulary") -> bool:
    """Tell whether the ledger speaks against a claim, or can't say and there is more in it than other words."""
    if found.verdict == "unclear":
        if found.support < SUPPORTED and found.method not in OTHER_WORDS:
            return True
        return known.lacks(found.claim)
    return found.verdict != "supported"


def _loss(result: str, joined: str) -> _ResultLoss:
    """Hold the claims of a result against the text: other words for them are fine, if their figures are there."""
    known = _Vocabulary(joined)
    claims = ledger(result, [Source("text", joined)])
    return _ResultLoss(
        len(claims), [found.claim for found in claims if found.support < SUPPORTED and known.lacks(found.claim)]
    )


class _Vocabulary:
    """The figures of a text, and its words by how they begin, so that other forms of them are the same."""

    def __init__(self, text: str) -> None:
        self._figures = set(_FIGURE.findall(text))
        self._words = set(_words(text))

    def lacks(self, claim: str) -> bool:
        """Tell whether a claim can't be in the text in other words."""
        words = list(_words(claim))
        cover = sum(word in self._words for word in words) / len(words) if words else 1.0
        return cover < LEAST_COVER or not self._figures.issuperset(_FIGURE.findall(claim))


def _words(text: str) -> Iterator[str]:
    """Yield what words begin with, without the short ones; pairs of characters where none are told apart."""
    for found in _WORD.findall(text.lower()):
        if _DENSE.search(found):
            yield from (found[at : at + 2] for at in range(max(1, len(found) - 1)))
        elif len(found) > SHORT_WORD:
            yield found[:STEM_CHARACTERS]


def _short(claim: str) -> str:
    line = " ".join(claim.split())
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[: SHOWN_CHARACTERS - 1]}…"
