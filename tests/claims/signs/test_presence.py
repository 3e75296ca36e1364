"""How much of a sentence is there, drawn towards its answer."""

from hypothesis import given
from hypothesis import strategies as st

from orchd.claims import Source
from orchd.claims.reading.library import Library
from orchd.claims.signs.pair import Alignment, Claim, Passage
from orchd.claims.signs.presence import Counts, count, count_copy, score_presence
from tests.claims.parts import reading

COUNTS = st.builds(
    lambda words, known, absent, personal: Counts(words, min(known, words), 0, words, min(absent, words), 0, personal),
    *(st.integers(0, 30) for _ in range(4)),
)


def counted(claim: str, source: str) -> Counts:
    library = Library([Source("s", source)])
    made = Claim(reading(claim, library.language, library.vocabulary), library)
    return count(made, 0, [Alignment(made, Passage(library, 0), library)], library)


def test_words_are_counted() -> None:
    found = counted("The red boat left me.", "The red boat left the harbour.")
    assert (found.words, found.known, found.runs, found.absent, found.personal) == (5, 4, 4, 0, 1)
    assert counted("The red boat sank.", "The red boat left.").absent > 0
    assert counted("You left me.", "I left you and me.").personal == 0


def test_a_copy_is_wholly_there() -> None:
    found = score_presence(count_copy(reading("The red boat left.")), count_copy(reading("The red boat left.")))
    assert (found.known, found.runs, found.covered, found.absent) == (1, 1, 1, 0)


def test_a_short_sentence_is_drawn_towards_its_answer() -> None:
    nothing, much = Counts(words=1, weight=1, absent=1), Counts(words=50, known=50, weight=50)
    alone, among = score_presence(nothing, nothing), score_presence(nothing, nothing.plus(much))
    assert alone.known == 0 < among.known
    assert alone.absent == 1 > among.absent


@given(COUNTS, COUNTS)
def test_shares_stay_within_their_bounds(sentence: Counts, rest: Counts) -> None:
    assert all(0 <= share <= 1 for share in score_presence(sentence, sentence.plus(rest)))
