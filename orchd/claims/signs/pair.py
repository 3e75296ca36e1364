"""A claim beside a sentence of a source: what stands for what, and what stands around."""

from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.frames import FrameKind
from orchd.claims.reading.library import Library
from orchd.claims.reading.reading import Reading
from orchd.claims.reading.roles import acts_unnamed, subject
from orchd.claims.reading.verbs import is_verb
from orchd.claims.signs.align import Match, align
from orchd.claims.words.listed import word_set
from orchd.patterns import lazy_pattern

_LIGHT = word_set("""
    make take have get give put go come become use do say tell call include also another thing way accord first faz
    ter dar ir vir usar diz haver ficar estar ser coisa segundo conforme
""")
"""Stems of words that carry little."""
_LITTLE = 0.25
_SOFT = 0.5
_CARRIED = 0.6
"""What a subject counts that a clause has from the one before."""

_FIGURES = lazy_pattern(r"\d+")
_SPREAD = lazy_pattern(r"(?<!\d)\d+(?:[.,]\s\d+)+")
_CONTEXT = 4
"""Sentences before a passage that it may go back to."""

_RESUMED = 0.85
"""What the subject counts that the passage resumes by a pronoun."""
_NEAR_NAME, _NEAR_SUBJECT, _NEAR = 0.4, 0.3, 0.1
"""What a word counts that is not in the passage but around it: a name or date, a word of the subject, any other."""


class Claim:
    """A claim, with the weight of each of its telling tokens.

    `carried`: how many tokens at its beginning are the subject of the clause before. `framed`: the frames that the
    sentence has which it is a part of.
    """

    def __init__(
        self, reading: Reading, library: Library, carried: int = 0, framed: frozenset[FrameKind] = frozenset()
    ) -> None:
        self.reading = reading
        self.framed = framed
        self.weights = {
            index: self._weight(index, library) * (_CARRIED if index < carried else 1) for index in reading.telling
        }
        self.total = sum(self.weights.values()) or 1.0
        self.verb = next((at for at, token in enumerate(reading.tokens) if is_verb(token, reading.language)), None)

    def _weight(self, index: int, library: Library) -> float:
        token = self.reading.tokens[index]
        if token.value is not None:
            return _SOFT if isinstance(token.value, Quantity) and token.value.soft else 1.0
        return _LITTLE if token.key in _LIGHT else library.weight(token.key)


class Passage:
    """The sentence of that number, and what stands around it; that is read only when somebody asks."""

    def __init__(self, library: Library, number: int) -> None:
        places, source = library.places, library.places[number].source
        self.number = number
        self.reading = library.read(number)
        self._library = library
        self._before = [n for n in range(number - 1, number - 1 - _CONTEXT, -1) if n >= library.firsts[source]]
        self._after = [n for n in (number + 1,) if n < len(places) and places[n].source == source]
        self._first = library.firsts[source]

    @cached_property
    def before(self) -> list[Reading]:
        """The sentences before, nearest first."""
        return [self._library.read(number) for number in self._before]

    @cached_property
    def after(self) -> list[Reading]:
        return [self._library.read(number) for number in self._after]

    @cached_property
    def first(self) -> Reading:
        """The sentence that the source begins with, which mostly says what it is about."""
        return self._library.read(self._first)

    @property
    def around(self) -> list[Reading]:
        """The sentences in which that is looked for which the passage only refers to."""
        return [*self.before, *self.after, self.first]

    def spells(self, figures: str) -> bool:
        """Whether a number stands here, or into the next sentence, with blanks in it: `1, 056`, `1. 7`.

        So it is in texts that were put together from single words; in others it is two numbers, which say no less.
        """
        parts = _FIGURES.findall(figures)
        if len(parts) <= 1:
            return False
        places, last = self._library.places, [self.number, *self._after][-1]
        text = self._library.sources[places[self.number].source].text[places[self.number].start : places[last].end]
        runs = (_FIGURES.findall(run) for run in _SPREAD.findall(text))
        return any(run[at : at + len(parts)] == parts for run in runs for at in range(len(run)))

    def is_near(self, key: str) -> bool:
        """Whether a word stands in one of these."""
        return any(key in self._library.words(number) for number in (*self._before, *self._after, self._first))


class Slot(NamedTuple):
    """Between two runs that both texts have: tokens of the claim, tokens of the passage; the lengths of the runs."""

    ours: range
    theirs: range
    left: int
    right: int


class Alignment:
    """A claim, a passage, and which token of the one stands for which of the other."""

    def __init__(self, claim: Claim, passage: Passage, library: Library) -> None:
        self.claim = claim
        self.passage = passage
        self.library = library
        self.ours = claim.reading
        self.theirs = passage.reading
        self.matches = align(self.ours, self.theirs)
        self.used = {match.at for match in self.matches.values()}

    @cached_property
    def runs(self) -> list[tuple[int, int, int]]:
        """Runs of equal tokens, in the order of both: where in each, and how many. The last is empty."""
        ours, theirs = ([token.key for token in each.tokens] for each in (self.ours, self.theirs))
        blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
        return [(block.a, block.b, block.size) for block in blocks]

    @cached_property
    def slots(self) -> list[Slot]:
        """What stands between the runs, where the claim has something."""
        found: list[Slot] = []
        a = b = left = 0
        for next_a, next_b, size in self.runs:
            if next_a > a:
                found.append(Slot(range(a, next_a), range(b, next_b), left, size))
            a, b, left = next_a + size, next_b + size, size
        return found

    @cached_property
    def covered(self) -> float:
        """How much of the claim the passage has."""
        got = sum(weight * self._match_weight(index) for index, weight in self.claim.weights.items())
        return min(1.0, got / self.claim.total)

    @cached_property
    def told(self) -> float:
        """How much of what the claim says of its subject the passage has; of all where there is no verb."""
        verb = self.claim.verb
        weights = {i: weight for i, weight in self.claim.weights.items() if verb is None or i >= verb}
        if not weights:
            return self.covered
        return min(1.0, sum(weight * self._match_weight(i) for i, weight in weights.items()) / sum(weights.values()))

    @cached_property
    def resumed(self) -> list[int]:
        """The claim's subject, where the passage has a pronoun or nothing for it and a sentence before has it as
        its own: of `Ann came in. She took the book and left.` the claim `Ann left.`
        """
        verb = self.claim.verb
        head = [i for i in self.claim.weights if verb is not None and i < verb]
        if not head or any(i in self.matches for i in head):
            return []
        if not self.acts_unnamed:
            return []
        keys = {self.ours.tokens[i].key for i in head}
        named = any(keys <= {near.tokens[at].key for at in subject(near)} for near in self.passage.before)
        return head if named else []

    @cached_property
    def acts_unnamed(self) -> bool:
        """Whether in the passage a pronoun, or nobody, does what the claim tells."""
        verb = self.claim.verb or 0
        told = next((match.at for i, match in self.matches.items() if i >= verb), None)
        return told is not None and acts_unnamed(self.theirs, self.theirs.clauses[told])

    @cached_property
    def moved(self) -> float:
        """How much of the claim the passage lacks though a source has it: facts of two places may have been mixed."""
        lost = (
            i
            for i in self.claim.weights
            if i not in self.matches and i not in self.resumed and self.library.knows(self.ours.tokens[i].key)
        )
        return sum(self.claim.weights[i] for i in lost) / self.claim.total

    def _match_weight(self, index: int) -> float:
        match = self.matches.get(index)
        if match is not None:
            return match.quality
        if index in self.resumed:
            return _RESUMED
        if not self.is_near(index):
            return 0.0
        if self.ours.tokens[index].kind in ("name", "date"):
            return _NEAR_NAME
        return _NEAR_SUBJECT if self.claim.verb is not None and index < self.claim.verb else _NEAR

    def is_near(self, index: int) -> bool:
        """Whether a word of the claim stands around the passage."""
        return self.passage.is_near(self.ours.tokens[index].key)

    def kind(self, match: Match) -> str:
        """What sort of token was matched."""
        return self.theirs.tokens[match.at].kind
