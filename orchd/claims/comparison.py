"""The ledger: each claim of an answer, how far the sources support it, and where, without a model and without I/O.

An answer is cut into sentences, and these into clauses that say something of their own. Each is compared with the few
sentences of the sources that share most with it. Of those that have nearly as much of it as the best one, that decides
which speaks most for it: a sentence that merely contradicts a claim less, since it has less of it, has no say. Whether
it is there at all is told by the words of the whole sentence, and a little by those of the whole answer.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from orchd.claims.reading.clauses import claims, opening
from orchd.claims.reading.frames import FrameKind
from orchd.claims.reading.library import Library
from orchd.claims.reading.reading import Reading
from orchd.claims.reading.token import Token
from orchd.claims.reading.verbs import is_verb
from orchd.claims.signs.copying import score_copying
from orchd.claims.signs.pair import Alignment, Claim, Passage
from orchd.claims.signs.presence import Counts, PresenceSigns, count, count_copy, score_presence
from orchd.claims.signs.scoring import (
    ConflictSigns,
    Likelihood,
    Refutation,
    find_conflict,
    find_refutation,
    likelihood,
    method_of,
    verdict,
)
from orchd.claims.signs.symbols import stands_there
from orchd.claims.texts.citations import without_citations
from orchd.claims.texts.normal import Normal, normal
from orchd.claims.texts.talk import claiming
from orchd.claims.types import SUPPORTED, ClaimFinding, Evidence, Source
from orchd.claims.words.foreign import can_compare
from orchd.claims.words.language import Language, language_of

_MARGIN = 0.1
"""By how much less of a claim than the best sentence another may have and still decide."""
_COPY = 0.15
"""What a copied claim adds to that."""
CERTAIN = Likelihood(1.0, 1.0, 1.0, 1.0)
NOTHING = 0.2
"""The most support of a claim of which no source has a word."""
UNKNOWN = Likelihood(0.5, 1.0, 1.0, 1.0)
"""Of what holds nothing that could be checked, as `Yes.`"""
_IN_ANY_LANGUAGE = (("supported", "verbatim"), ("contradicted", "number"), ("contradicted", "date"))
"""What can be told of a text in a language that isn't read: a copy is one, and another year is another year."""
_LONGEST_SUBJECT = 8
"""Tokens of a subject that a clause has from the one before."""
_DIGITS = 4


class ClaimSpan(NamedTuple):
    """A claim of an answer, `answer[start:end]`; `carried`: how many tokens it has from the clause before; `framed`:
    the frames of its sentence.
    """

    start: int
    end: int
    reading: Reading
    carried: int
    framed: frozenset[FrameKind]


class Places(NamedTuple):
    """The answer as it was given, and both sides in the spelling that they are compared in: findings are places of
    what was given.
    """

    answer: str
    ours: Normal
    theirs: list[Normal]
    unread: list[bool]
    """For each source whether its language keeps it from being compared with the answer: then words don't tell."""


class Comparison(NamedTuple):
    """What comes of comparing a claim with a sentence of the sources, that of this number."""

    number: int
    rank: float
    conflict: ConflictSigns
    refutation: Refutation
    met: bool
    verbatim: bool


class ComparedClaim(NamedTuple):
    """A claim, the number of the sentence that it is of, and of one that is the same; what may decide about it."""

    statement: ClaimSpan
    sentence: int
    same: int | None
    options: list[Comparison]
    counts: Counts


def ledger(answer: str, sources: Sequence[Source], most: int | None = None) -> list[ClaimFinding]:
    """Compare an answer with its sources: `ledger` of the room."""
    ours, theirs = comparable(answer), [comparable(source.text) for source in sources]
    library = Library([Source(source.name, text.text) for source, text in zip(sources, theirs, strict=True)])
    language = language_of(ours.text, library.language)
    unread = [not can_compare(ours.text, text.text) for text in theirs]
    places = Places(answer, ours, theirs, unread)
    found = list(islice(compared_claims(ours.text, library, language), most))
    return [_finding(places, claim, library, presence) for claim, presence in zip(found, presences(found), strict=True)]


def compared_claims(answer: str, library: Library, language: Language) -> Iterator[ComparedClaim]:
    """Yield the claims of an answer, each compared."""
    for sentence, (start, end) in enumerate(claiming(answer)):
        same = library.same(answer[start:end])
        for statement in statements(answer, start, end, library, language):
            known = ([], count_copy(statement.reading)) if same is not None else _compare(statement, library)
            yield ComparedClaim(statement, sentence, same, *known)


def presences(found: Sequence[ComparedClaim]) -> list[PresenceSigns]:
    """Return for each claim how much of what its sentence says is there."""
    sentences: dict[int, Counts] = {}
    whole = Counts()
    for claim in found:
        sentences[claim.sentence] = sentences.get(claim.sentence, Counts()).plus(claim.counts)
        whole = whole.plus(claim.counts)
    return [score_presence(sentences[claim.sentence], whole) for claim in found]


def comparable(text: str) -> Normal:
    """Return a text in the spelling that claims are compared in."""
    found = normal(text)
    return found._replace(text=without_citations(found.text))


def statements(answer: str, start: int, end: int, library: Library, language: Language) -> Iterator[ClaimSpan]:
    """Yield the claims of the sentence `answer[start:end]`."""
    whole = Reading.of(answer, start, end, language, library.vocabulary)
    if all(token.kind == "mark" for token in whole.tokens):
        return
    framed = frozenset(frame.kind for frame in whole.frames)
    subject: list[int] = []
    opened = opening(whole.tokens, language)
    if opened:
        yield _opening(whole.tokens, start, opened, language, framed)
    parts = [(max(first, opened), last, shares) for first, last, shares in claims(whole.tokens, language)]
    for number, (first, last, shares) in enumerate(parts):
        found = whole.tokens[first:last]
        begin = start if number == 0 and not opened else found[0].start
        finish = end if number == len(parts) - 1 else found[-1].end
        carried = [whole.tokens[at] for at in subject] if shares else []
        if not shares:
            verb = next((at for at in range(first, last) if is_verb(whole.tokens[at], language)), first)
            subject = list(range(first, verb)) if verb - first <= _LONGEST_SUBJECT else []
        yield ClaimSpan(begin, finish, Reading([*carried, *found], language), len(carried), framed)


def _opening(
    found: Sequence[Token], start: int, opened: int, language: Language, framed: frozenset[FrameKind]
) -> ClaimSpan:
    """Return what a participle says before its subject: `Born in Warsaw,` of `Born in Warsaw, she moved to Paris`."""
    verb = next((at for at in range(opened, len(found)) if is_verb(found[at], language)), opened)
    words = [*found[opened:verb], *found[: opened - 1]]
    return ClaimSpan(start, found[opened - 1].end, Reading(words, language), verb - opened, framed)


def _compare(statement: ClaimSpan, library: Library) -> tuple[list[Comparison], Counts]:
    """Return the sentences that may decide about a claim, and what is counted of it."""
    if not statement.reading.telling:
        return [], Counts()
    claim = Claim(statement.reading, library, statement.carried, statement.framed)
    pairs = [Alignment(claim, Passage(library, number), library) for number in library.candidates(statement.reading)]
    ranks = [pair.covered + _COPY * score_copying(pair) for pair in pairs]
    least = max(ranks, default=0.0) - _MARGIN
    options = [_comparison(pair, rank) for pair, rank in zip(pairs, ranks, strict=True) if rank >= least]
    return options, count(claim, statement.carried, pairs, library)


def _comparison(pair: Alignment, rank: float) -> Comparison:
    conflict = find_conflict(pair)
    clear = find_refutation(pair, conflict)
    return Comparison(pair.passage.number, rank, conflict, clear, bool(pair.matches), _is_verbatim(pair, conflict))


def _finding(places: Places, claim: ComparedClaim, library: Library, presence: PresenceSigns) -> ClaimFinding:
    def finding(found: Likelihood, method: str, place: int | None) -> ClaimFinding:
        evidence = None if place is None else _evidence(places, library, place)
        start, end = places.ours.begin(claim.statement.start), places.ours.end(claim.statement.end)
        value, word = round(found.support, _DIGITS), verdict(found)
        if (word, method) not in _IN_ANY_LANGUAGE and _is_unread(places, library, place):
            word = "unclear"
        return ClaimFinding(places.answer[start:end], start, end, value, method, evidence, word)

    if claim.same is not None:
        return finding(CERTAIN, "verbatim", claim.same)
    if not claim.statement.reading.telling:
        return finding(UNKNOWN, "none", None)
    copy = next((option for option in claim.options if option.verbatim), None)
    if copy is not None:
        return finding(CERTAIN, "verbatim", copy.number)
    best = max(
        (option for option in claim.options if option.met),
        key=lambda option: (likelihood(presence, option.conflict).consistent, option.rank, -option.number),
        default=None,
    )
    if best is None:
        found = likelihood(presence, ConflictSigns())
        return finding(found._replace(present=min(found.present, NOTHING)), "none", None)
    value = likelihood(presence, best.conflict, best.refutation)
    method = _check_passed(claim.statement) if value.support >= SUPPORTED else method_of(best.conflict)
    return finding(value, method, best.number)


def _is_unread(places: Places, library: Library, place: int | None) -> bool:
    """Whether what decides is in another language; where nothing does, whether any source is."""
    return any(places.unread) if place is None else places.unread[library.places[place].source]


def _evidence(places: Places, library: Library, number: int) -> Evidence:
    place = library.places[number]
    text = places.theirs[place.source]
    return Evidence(library.sources[place.source].name, text.begin(place.start), text.end(place.end))


def _is_verbatim(pair: Alignment, found: ConflictSigns) -> bool:
    """Whether the claim stands in the sentence as one run, and nothing around it turns its meaning."""
    turned = found.denied or found.joined or found.strength or found.frame or found.symbol
    return not turned and stands_there(pair)


def _check_passed(statement: ClaimSpan) -> str:
    """Return the most telling check that a supported claim has passed."""
    kinds = {token.kind for token in statement.reading.tokens}
    return next((kind for kind in ("date", "number", "name") if kind in kinds), "lexical")
