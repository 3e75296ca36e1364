import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.entity.search.words import (
    BREAK,
    MAX_CHARACTERS,
    MAX_INDEXED,
    MAX_WORD,
    MAX_WRITTEN,
    Term,
    alternatives,
    beginning_in_index,
    fold,
    grams,
    in_index,
    index_row,
    terms,
    words,
)
from tests.examples import examples


def index_words(text: str) -> str:
    return index_row("", text).text.removeprefix(BREAK)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It RAINED in Café Straße.", ["it", "rained", "in", "cafe", "strasse"]),
        ("naïve nai\u0308ve", ["naive", "naive"]),
        ("a_b x-y don't 3.14", ["a", "b", "x", "y", "don", "t", "3", "14"]),
        ("東京タワー A", ["東京", "京タ", "タワ", "ワー", "ー", "a"]),
        ("Ｆｕｌｌ ﬁne İstanbul", ["full", "fine", "istanbul"]),
        ("Привет, Ёлка!", ["привет", "елка"]),
        ("हिन्दी में", ["हिनदी", "में"]),
        ("", []),
        ("… — *", []),
    ],
)
def test_words_are_folded(text: str, found: list[str]) -> None:
    assert [word.text for word in words(text)] == found


@given(st.text(max_size=200))
@settings(max_examples=examples(200), deadline=None)
def test_words_stand_where_they_say(text: str) -> None:
    there = list(words(text))
    assert all(fold(text[word.start : word.end])[:40] == word.text for word in there)
    assert index_words(text) == " ".join(in_index(word.text) for word in there)


@given(st.text(max_size=60))
@settings(max_examples=examples(200), deadline=None)
def test_words_of_the_index_are_plain_and_no_sign_of_a_user(text: str) -> None:
    for word in index_words(text).split():
        assert re.fullmatch(r"(x_)?[a-z0-9]+_{1,2}", word)
        assert 3 <= len(word) <= MAX_INDEXED


@given(st.text(alphabet="aбé字", min_size=1, max_size=6), st.text(alphabet="aбé字", min_size=1, max_size=6))
def test_different_words_are_different_in_the_index(one: str, other: str) -> None:
    assert (in_index(fold(one)) == in_index(fold(other))) == (fold(one) == fold(other))


@given(st.text(min_size=1, max_size=4), st.text(max_size=4))
@settings(max_examples=examples(200), deadline=None)
def test_words_begin_alike_where_they_do_in_the_index(beginning: str, word: str) -> None:
    """Of those that stand there as codes; what is plain looks like none of them."""
    for first, other in ((f"é{beginning}", f"é{word}"), (f"é{beginning}", f"é{beginning}{word}")):
        assert in_index(other).startswith(beginning_in_index(first)) == other.startswith(first)
        assert not in_index(other).startswith(beginning_in_index("abc"))


def test_no_word_is_longer_in_the_index_than_its_column() -> None:
    assert len(in_index("\U0010ffff" * MAX_WORD)) == MAX_INDEXED == 203


@pytest.mark.parametrize("letter", ["a", "क"])
def test_many_signs_on_one_letter_are_not_put_in_order(letter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def noting(text: str) -> str:
        lengths.append(len(text))
        return fold(text)

    monkeypatch.setattr("orchd.entity.search.words.fold", noting)
    text = letter + "\u0301" * 9_000 + "\u0316" * 9_000 + " b"
    assert [(word.text, word.end) for word in words(text)] == [(letter, 18_001), ("b", 18_003)]
    assert max(lengths) <= MAX_WRITTEN


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert "end_" not in index_words("a " * MAX_CHARACTERS + "end")
    assert "end_" in index_words("a " * 100 + "end")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rain sun", [Term(("rain",), False), Term(("sun",), False)]),
        ('"a Phrase" rain', [Term(("a", "phrase"), True), Term(("rain",), False)]),
        ('"rain"', [Term(("rain",), True)]),
        ('"open phrase', [Term(("open", "phrase"), True)]),
        ("don't", [Term(("don", "t"), False)]),
        ("rain RAIN", [Term(("rain",), False)]),
        ("“sun rise” «so»", [Term(("sun", "rise"), True), Term(("so",), True)]),
        ("AND ( * -x ^ :", [Term(("and",), False), Term(("x",), False)]),
        ('" " *', []),
        ("茶", [Term(("茶",), False, is_open=True)]),
        ("東京タ", [Term(("東京", "京タ"), False)]),
        ('"東京 x"', [Term(("東京", "京", "x"), True)]),
        ("3月", [Term(("3", "月"), False, is_open=True)]),
    ],
)
def test_what_a_person_types(query: str, found: list[Term]) -> None:
    assert terms(query) == found


@given(st.text(max_size=500))
@settings(max_examples=examples(200), deadline=None)
def test_any_text_is_a_query(query: str) -> None:
    assert len(terms(query)) <= 16


def test_a_word_may_be_a_part_of_one() -> None:
    known = ["train", "rainy", "rain", "raining", "sun"]
    found = [term.words[0] for term in alternatives(Term(("rain",), False), known)]
    assert found == ["rain", "rainy", "raining", "train"]
    for exact in (Term(("rain",), True), Term(("rain", "sun"), False)):
        assert alternatives(exact, known) == [exact]


@pytest.mark.parametrize(
    ("query", "beginning"), [("rain", "rain"), ("ra", ""), ("дом", "дом"), ("집", "집"), ("京", ""), ('"rain"', "")]
)
def test_how_words_begin_that_satisfy_a_term(query: str, beginning: str) -> None:
    assert [term.beginning for term in terms(query)] == [beginning]


def test_grams() -> None:
    assert list(grams("banana")) == ["ban", "ana", "nan"]
    assert list(grams("ab")) == []
