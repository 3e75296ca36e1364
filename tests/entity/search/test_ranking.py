import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.entity.search.ranking import BEFORE_CHARACTERS, EXCERPT_CHARACTERS, Excerpt, Matcher, excerpt
from orchd.entity.search.ranking import score as scores
from orchd.entity.search.words import MAX_WORD, Term, alternatives, fold, index_row, terms

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
    ("title", "text", "counted"),
    [
        ("", "rain", 1),
        ("", "rainy", 0.6 / 2),
        ("", "rain rainy", 1 + 0.6 / 2),
        ("", "rain rainy rainier", 1 + 0.6 * 2 / 3),
        ("rainy", "sun", 0.6 * 2 / 3),
        ("rain", "rain", 3),
    ],
)
def test_how_much_a_word_and_words_that_begin_so_count(title: str, text: str, counted: float) -> None:
    assert score([[Term(("rain",), False)]], of(title, text)) == pytest.approx(counted / (counted + 1.2))


@pytest.mark.parametrize(
    ("title", "text", "counted"),
    [
        ("", "rainy", 0.6 / 2),
        ("rainy", "sun", 0.6 * 2 / 3),
        ("rainy rainy", "sun", 0.6 * 4 / 5),
        ("rainy", "rainy", 0.6 * 3 / 4),
        ("sun", "rainy", 0.6 / 2),
    ],
)
def test_how_much_words_count_that_are_noted(title: str, text: str, counted: float) -> None:
    assert score(RAIN, of(title, text)) == pytest.approx(counted / (counted + 1.2))


WORDS = " ".join(f"w{number:03}" for number in range(200))


@pytest.mark.parametrize(
    ("text", "found", "start", "places"),
    [
        (WORDS, [(500, 504)], 465, [(35, 39)]),  # forty characters before it, from the next word on
        (WORDS, [(975, 979)], 940, [(35, 39)]),  # no more before it at the end, where a list would cut it off
        (WORDS, [(5, 9), (5, 9), (600, 604), (650, 654)], 565, [(35, 39), (85, 89)]),  # where two words are near
        (WORDS, [(5, 9), (600, 604), (796, 800)], 565, [(35, 39), (231, 235)]),  # as far from it as is near
        (WORDS, [(5, 9), (600, 604)], 0, [(5, 9)]),
        (WORDS, [], 0, []),
        ("z" * 500, [(300, 304)], 260, [(40, 44)]),  # no word to begin with
        (WORDS, [(0, 4), (235, 250)], 0, [(0, 4), (235, 240)]),
    ],
)
def test_what_an_excerpt_shows(
    text: str, found: list[tuple[int, int]], start: int, places: list[tuple[int, int]]
) -> None:
    assert excerpt(text, found) == Excerpt(text[start : start + EXCERPT_CHARACTERS], places)


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
THUMB, HEART, ACCENTED = "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "e\u0301\u0323"


@pytest.mark.parametrize("sign", [FAMILY, THUMB, HEART, ACCENTED, "\u0939\u093f"])
def test_an_excerpt_parts_no_sign(sign: str) -> None:
    for before in range(200, 200 + len(sign)):
        text = "-" * before + sign * 400
        for word in range(before + 40 * len(sign), before + 42 * len(sign)):
            part = excerpt(f"{text[:word]}tower{sign * 400}", [(word, word + 5)])
            left, _, right = part.text.partition("tower")
            assert [part.text[start:end] for start, end in part.places] == ["tower"]
            assert left.lstrip("-").startswith(sign)
            assert right.endswith(sign)
            assert len(part.text) <= EXCERPT_CHARACTERS


def test_an_excerpt_may_begin_with_the_second_sign() -> None:
    text = "ab" + "\u0301" * 10 + "c" * 38 + "tower"
    assert excerpt(text, [(50, 55)]) == Excerpt(text[1:], [(49, 54)])


def test_marks_without_end_are_cut() -> None:
    text = "a" + "\u0301" * 1000
    part = excerpt(f"{text} b", [(900, 901)])
    assert part == Excerpt(text[860:1001] + " b", [(40, 41)])
    assert excerpt(text, []) == Excerpt(text[:EXCERPT_CHARACTERS], [])


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("cafe", "In the Café.", ["Café"]),
        ('"café paris"', "Café Paris, café in Paris", ["Café Paris"]),
        ("a b", "a b", ["a", "b"]),
        ("京タ", "東京タワー", ["京タ"]),
        ("東京タ", "東京タワー", ["東京タ"]),
        ("x", "no", []),
        ('"a b"', "a b, b a", ["a b"]),
        ("rai", "é rainy rain", ["rainy", "rain"]),
        ('"a b" "b c"', "a b c", ["a b c"]),
        ("東京 京タ", "東京タワー", ["東京タ"]),
        ("東京 タワ", "東京タワー", ["東京", "タワ"]),
        ("京", "東京の京", ["京", "京"]),
        ("3月", "2026年3月末、13月", ["3月"]),
        ("дом", "домой и дом", ["домой", "дом"]),
    ],
)
def test_where_something_stands(query: str, text: str, found: list[str]) -> None:
    sought = [alternatives(term, []) for term in terms(query)]
    assert [text[start:end] for start, end in Matcher(sought).places(text)] == found


@given(st.data())
def test_any_part_of_a_text_without_blanks_is_found_in_it(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="東京タワー茶한국ภาษาไทย3月a。 ", min_size=1, max_size=12))
    runs = [run for run in re.split("[。 한국a3]+", text) if run]
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 1))
    part = run[start : data.draw(st.integers(start + 1, len(run)))]
    sought = [alternatives(term, []) for term in terms(part)]
    if fold(part):
        assert score(sought, of("", text)) is not None
        places = Matcher(sought).places(text)
        assert any(text[a:b].startswith(part) for a, b in places)


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


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 12) | st.integers(190, 210)), min_size=1, max_size=12))
def test_an_excerpt_begins_where_the_most_different_words_are_near(gaps: list[tuple[int, int]]) -> None:
    found: list[tuple[int, int]] = []
    for gap, length in gaps:
        start = (found[-1][1] if found else 0) + gap
        found.append((start, start + length))
    text = "".join("abc"[at // 7 % 3] for at in range(found[-1][1])) + "." * EXCERPT_CHARACTERS

    def near(start: int) -> set[str]:
        return {text[a:b] for a, b in found if start <= a and b <= start + EXCERPT_CHARACTERS - BEFORE_CHARACTERS}

    best = max((start for start, _ in found), key=lambda start: len(near(start)))
    begin = max(0, best - BEFORE_CHARACTERS)
    assert excerpt(text, found).text == text[begin : begin + EXCERPT_CHARACTERS]
