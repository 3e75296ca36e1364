"""Claims and sentences, read, for tests that need no ledger."""

from collections.abc import Sequence

from hypothesis import strategies as st

from orchd.claims import ClaimFinding, Source, ledger
from orchd.claims.reading.library import Library
from orchd.claims.reading.reading import Reading
from orchd.claims.reading.tokens import Vocabulary
from orchd.claims.signs.pair import Alignment, Claim, Passage
from orchd.claims.words.language import Language

NO_WORDS = Vocabulary(frozenset(), frozenset())

PIECES = [
    "The tower stands 42 metres above the rock. ",
    "A torre não tem 1.234,5 m de altura; foi aberta em 3 de março de 2021. ",
    "Ann beat Bob 3-1 on 22 May 2016, and Bob left",
    "\n- item\n* other\n## Head\n",
    "never not no without nem sem ",
    "R$ 6,2 milhões, $5, 12 %, 1/2, 09/11/1874 ",
    "two thirds of twenty-one million ",
    " é e í \u0301 ﬁ Ⅻ ² ½ ",
    "..!?;:()[]—“” ",
    "\r\n\n \t",
    "a" * 30,
    "你好。\U0001f600\x00\ufeff",
    "db-2: web_1 skipped.txt 1.2.3 ",
    "It opened [1] in the [tower](https://x.org/1) ¹ (Smith et al., 2020). ",
    "Sure! Here is what the text says: It is -5 °C, x > 3. ",
    "The sources don't say who built it, but critics claim it fell. ",
]

TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=8).map("".join)


def reading(text: str, language: Language = "en", vocabulary: Vocabulary = NO_WORDS) -> Reading:
    """Read `text` as one sentence."""
    return Reading.of(text, 0, len(text), language, vocabulary)


def paired(claim: str, source: str, sentence: int = 0) -> Alignment:
    """Put a claim beside a sentence of a source."""
    library = Library([Source("s", source)])
    read = reading(claim, library.language, library.vocabulary)
    return Alignment(Claim(read, library), Passage(library, sentence), library)


def judged(answer: str, *sources: str) -> list[ClaimFinding]:
    """Return the ledger of an answer over sources `0`, `1`, ..."""
    return ledger(answer, [Source(str(number), text) for number, text in enumerate(sources)])


def supported(answer: str, *sources: str) -> float:
    """Return the support of the weakest claim of an answer."""
    return min(finding.support for finding in judged(answer, *sources))


def words(read: Reading, indexes: Sequence[int]) -> list[str]:
    """Return what stands at some places of a reading."""
    return [read.tokens[index].lower for index in indexes]
