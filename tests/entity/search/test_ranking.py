import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.entity.search.ranking import EXCERPT_CHARACTERS, Matcher, excerpt
from orchd.entity.search.ranking import score as scores
from orchd.entity.search.words import MAX_WORD, Term, alternatives, index_row, terms

RAIN = [[Term(("rain",), True), Term(("rainy",), True)]]


def score(wanted: list[list[Term]], row: str) -> float | None:
    (value,) = scores(wanted, [row])
    return value


def of(title: str, text: str) -> str:
    return index_row(title, text).text


def test_more_is_better_and_a_title_counts_more() -> None:
    once, twice = score(RAIN, of("", "rain")), score(RAIN, of("", "rain and rain"))
    titled, part = score(RAIN, of("rain", "sun")), score(RAIN, of("", "rainy"))
    assert part is not None
    assert once is not None
    assert twice is not None
    assert titled is not None
    assert part < once < twice <= titled


def test_all_must_be_there() -> None:
    both = [*RAIN, [Term(("sun",), True)]]
    assert score(both, of("", "rain")) is None
    assert score(both, of("sun", "rain")) is not None


def test_a_phrase_does_not_go_over_from_the_title() -> None:
    phrase = [[Term(("late", "rain"), True)]]
    assert score(phrase, of("late", "rain")) is None
    assert score(phrase, of("", "the late rain")) is not None


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("cafe", "In the Café.", ["Café"]),
        ('"café paris"', "Café Paris, café in Paris", ["Café Paris"]),
        ("a b", "a b", ["a", "b"]),
        ("京タ", "東京タワー", ["京タ"]),
        ("東京タ", "東京タワー", ["東京タ"]),
        ("x", "no", []),
    ],
)
def test_where_something_stands(query: str, text: str, found: list[str]) -> None:
    sought = [alternatives(term, []) for term in terms(query)]
    assert [text[start:end] for start, end in Matcher(sought).places(text)] == found


@given(
    st.text(alphabet="abAB1_-. ", max_size=60) | st.text(alphabet="ab", min_size=MAX_WORD - 1, max_size=MAX_WORD + 2),
    st.lists(st.text(alphabet="ab1", min_size=1, max_size=4), min_size=1, max_size=4),
    st.booleans(),
)
def test_a_plain_text_is_read_as_any_other(text: str, wanted: list[str], whole: bool) -> None:
    matcher = Matcher([[Term((word,), whole)] for word in (*wanted, "a" * MAX_WORD)])
    assert matcher.places(text) == matcher.places(f"{text} é")


@given(st.text(alphabet="ab \n", max_size=900), st.sampled_from(["a", "b", "ab", "ba"]))
def test_an_excerpt_shows_the_first_place(text: str, word: str) -> None:
    found = Matcher([[Term((word,), True)]]).places(text)
    part = excerpt(text, found)
    assert part.text in text
    assert len(part.text) <= EXCERPT_CHARACTERS
    assert [part.text[start:end] for start, end in part.places[:1]] == [word][: len(found)]
    assert all(part.text[start:end] == word[: end - start] for start, end in part.places)
