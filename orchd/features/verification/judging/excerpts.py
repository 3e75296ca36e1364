"""Sources for a judge: whole where they fit its context; else passages, first of all the evidence for the claims.

What a judge is shown first has the ledger's evidence with what stands around it, that of open claims before that of
others, and as much of the rest as fits. The rest follows in parts, of which so many are asked about as calls may cost.
What no judge was shown is told.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from orchd.claims import Source
from orchd.features.verification.judging.prompts import PromptSection
from orchd.features.verification.messages import VerifyClaimItem
from orchd.features.verification.remarks import VerifyRemark, VerifySpan, VerifyUnread

AROUND_CHARACTERS = 300
"""Before the evidence of a claim, and after it."""

FRAME_TOKENS = 96
"""What the lines around a text take that a judge is shown."""

LEAST_CHARACTERS = 200
"""What is left of a source is shown in pieces no shorter than that, unless it is."""

BYTES_PER_TOKEN = 16
"""No text has fewer tokens than one for so many bytes; a longer one need not be counted to know that it doesn't fit."""

RANGES, SOURCES = 5, 50
NOTE = "[passages of a longer text; what is not shown may still stand there]"
GAP = "\n[…]\n"

SourceSpan: TypeAlias = tuple[int, int, int]
"""A source by its place, and code points from the second up to the third of it."""

TokenMeasure: TypeAlias = Callable[[str], int]
"""The tokens that a text hardly exceeds."""


class SourcePart(NamedTuple):
    """What a judge is shown at once: the sections of its prompt, and the spans that they are."""

    sections: list[PromptSection]
    spans: list[SourceSpan]


def parts_of(
    sources: Sequence[Source], claims: Sequence[VerifyClaimItem], room: int, measure: TokenMeasure, most: int
) -> list[SourcePart]:
    """Return the sources in parts of at most `room` tokens, `most` of them: one when they fit. Never waits."""
    left = whole(sources)
    if _fit(sources, room, measure):
        return [_part(sources, left)]
    parts: list[SourcePart] = []
    wanted = list(_evidence(sources, claims))
    while left and len(parts) < most:
        spans = _take(sources, left, wanted, room, measure)
        if not spans:
            break
        parts.append(_part(sources, spans))
        left, wanted = unshown(left, spans), []
    return parts or [SourcePart([], [])]


def whole(sources: Sequence[Source]) -> list[SourceSpan]:
    """Return the spans of all sources."""
    return [(place, 0, len(source.text)) for place, source in enumerate(sources) if source.text]


def unshown(spans: Sequence[SourceSpan], shown: Sequence[SourceSpan]) -> list[SourceSpan]:
    """Return what of `spans` is in none of `shown`."""
    left = list(spans)
    for place, start, end in shown:
        cut: list[SourceSpan] = []
        for span in left:
            if span[0] != place or span[2] <= start or end <= span[1]:
                cut.append(span)
                continue
            cut += [(place, low, high) for low, high in ((span[1], start), (end, span[2])) if low < high]
        left = cut
    return left


def unread_sources(sources: Sequence[Source], spans: Sequence[SourceSpan]) -> VerifyRemark | None:
    """Return which spans these are, for people; None where there are none."""
    found: list[VerifyUnread] = []
    for place, source in enumerate(sources):
        own = [VerifySpan(start, end) for at, start, end in spans if at == place]
        if own == [VerifySpan(0, len(source.text))]:
            found.append(VerifyUnread(source.name))
        elif own:
            found.append(VerifyUnread(source.name, own[:RANGES], max(0, len(own) - RANGES)))
    return VerifyRemark(code="sources_unread", unread=found[:SOURCES], count=len(found)) if found else None


def _fit(sources: Sequence[Source], room: int, measure: TokenMeasure) -> bool:
    if sum(len(source.text.encode()) for source in sources) > BYTES_PER_TOKEN * max(room, 0):
        return False
    return sum(measure(source.text) + FRAME_TOKENS for source in sources) <= room


def _evidence(sources: Sequence[Source], claims: Sequence[VerifyClaimItem]) -> Iterator[SourceSpan]:
    """Yield the passages around the evidence, those of open claims first."""
    places = {source.name: place for place, source in enumerate(sources)}
    for claim in sorted(claims, key=lambda claim: claim.verdict == "supported"):
        where = claim.evidence
        if where is not None and where.source in places:
            text = sources[places[where.source]].text
            start = _back(text, max(0, where.start - AROUND_CHARACTERS), where.start)
            end = _on(text, where.end, min(len(text), where.end + AROUND_CHARACTERS))
            yield places[where.source], start, end


def _take(
    sources: Sequence[Source],
    left: Sequence[SourceSpan],
    wanted: Sequence[SourceSpan],
    room: int,
    measure: TokenMeasure,
) -> list[SourceSpan]:
    """Return what goes into one part: as much of what is wanted as fits, then of what else is left, in order."""
    taken: list[SourceSpan] = []
    framed: set[int] = set()
    for span in (*wanted, *left):
        for place, start, end in unshown([span], taken):
            room -= 0 if place in framed else FRAME_TOKENS
            length = _prefix(sources[place].text[start:end], room, measure)
            if length < max(1, min(end - start, LEAST_CHARACTERS)):  # there may be nothing around a place
                room += 0 if place in framed else FRAME_TOKENS
                continue
            framed.add(place)
            taken.append((place, start, start + length))
            room -= measure(sources[place].text[start : start + length]) + measure(GAP)
    return list(_join(sorted(taken)))


def _join(spans: Sequence[SourceSpan]) -> Iterator[SourceSpan]:
    """Yield sorted spans, those as one that touch each other."""
    held: SourceSpan | None = None
    for span in spans:
        if held is not None and held[0] == span[0] and held[2] == span[1]:
            held = (held[0], held[1], span[2])
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def _prefix(text: str, room: int, measure: TokenMeasure) -> int:
    """Return how many characters from the beginning on fit, up to a blank where there is one."""
    if room <= 0:
        return 0
    length = min(len(text), BYTES_PER_TOKEN * room)
    while length > 0 and (size := measure(text[:length])) > room:
        length = min(length - 1, length * room // size)
    return length if length == len(text) else _on(text, 0, length)


def _back(text: str, low: int, high: int) -> int:
    """Return where a word begins behind `low`, so that none is torn; `low` when that is where the text begins."""
    blank = text.find(" ", low, high)
    return low if low == 0 or blank < 0 else blank + 1


def _on(text: str, low: int, high: int) -> int:
    """Return where a word ends before `high`."""
    blank = text.rfind(" ", low, high)
    return high if high == len(text) or blank <= low else blank


def _part(sources: Sequence[Source], spans: list[SourceSpan]) -> SourcePart:
    sections: list[PromptSection] = []
    for place, source in enumerate(sources):
        own = [(start, end) for at, start, end in spans if at == place]
        pieces = [source.text[start:end] for start, end in own]
        if own == [(0, len(source.text))]:
            sections.append(PromptSection(f"SOURCE {place + 1}", source.text))
        elif own:
            sections.append(PromptSection(f"SOURCE {place + 1}", f"{NOTE}\n{GAP.join(pieces)}"))
    return SourcePart(sections, spans)


class Coverage:
    """What of an answer's sources judges were shown, in one check."""

    def __init__(self) -> None:
        self._shown: list[SourceSpan] = []
        self._asked = False

    def add(self, part: SourcePart) -> None:
        """Note that a judge has answered who was shown this."""
        self._asked = True
        self._shown += part.spans

    def unread(self, sources: Sequence[Source]) -> VerifyRemark | None:
        """Return what no judge was shown; None when all was, or nobody has answered."""
        left = unshown(whole(sources), self._shown) if self._asked else []
        said = [span for span in left if sources[span[0]].text[span[1] : span[2]].strip()]
        return unread_sources(sources, said)
