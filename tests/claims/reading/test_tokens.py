"""Sentences as tokens: kinds, numbers joined, names told from first words."""

import pytest
from hypothesis import given

from orchd.claims.reading.tokens import Vocabulary, tokens
from orchd.claims.words.language import Language
from tests.claims.parts import NO_WORDS, TEXTS


def found(text: str, language: Language = "en", vocabulary: Vocabulary = NO_WORDS) -> list[tuple[str, str]]:
    got = tokens(text, 0, len(text), language, vocabulary)
    return [(text[token.start : token.end], token.kind) for token in got if token.telling]


def keys(text: str, language: Language = "en") -> list[str]:
    return [token.key for token in tokens(text, 0, len(text), language, NO_WORDS) if token.kind == "number"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("42 metres", "en", ["42 length"]),
        ("0,8 kg", "pt", ["0.8 mass"]),
        ("800 g", "pt", ["0.8 mass"]),
        ("two thirds", "en", ["0.666666 share"]),
        ("twenty-one years", "en", ["252 months"]),
        ("half an hour", "en", ["1800 time"]),
        ("30 minutes", "en", ["1800 time"]),
        ("um litro e meio", "pt", ["1.5 volume"]),
        ("R$ 6,2 milhões", "pt", ["6.2e+06 brl"]),
        ("86,4 milhões de reais", "pt", ["8.64e+07 brl"]),
        ("€48.6 million", "en", ["4.86e+07 eur"]),
        ("nove por cento e 9%", "pt", ["0.09 share", "0.09 share"]),
        ("$1150", "en", ["1150 usd"]),
        ("$9.3m and €2bn", "en", ["9.3e+06 usd", "2e+09 eur"]),
        ("14 hours and 20 minutes", "en", ["51600 time"]),
        ("from 5.1 to 4.3 million euros", "en", ["5.1e+06 eur", "4.3e+06 eur"]),
        ("1500 metres", "en", ["1500 length"]),
        ("9 mil pessoas", "pt", ["9000"]),
        ("the first and 3rd", "en", ["#1", "#3"]),
        ("one of them", "en", []),
        ("one kilometre", "en", ["1000 length"]),
        ("3.500.000 doses", "pt", ["3.5e+06"]),
    ],
)
def test_numbers(text: str, language: Language, expected: list[str]) -> None:
    assert keys(text, language) == expected


@pytest.mark.parametrize("text", ["version 2.10", "a versão 2.10", "in Python 3.10"])
def test_a_tenth_version_is_no_number(text: str) -> None:
    assert keys(text) == []
    assert keys("it costs 2.10 a piece") == ["2.1"]


def test_kinds() -> None:
    assert found("It was Ann who left db-2 on 3 May 2021 at 5.") == [
        ("Ann", "name"),
        ("left", "word"),
        ("db-2", "code"),
        ("3 May 2021", "date"),
        ("5", "number"),
    ]


def test_the_first_word_is_a_name_only_for_a_reason() -> None:
    assert found("Rust grows") == [("Rust", "word"), ("grows", "word")]
    assert found("Rust grows", vocabulary=Vocabulary(frozenset(), {"rust"}))[0] == ("Rust", "name")
    assert found("Rust grows", vocabulary=Vocabulary({"rust"}, {"rust"}))[0] == ("Rust", "word")
    assert found("Ann Lee left")[0] == ("Ann", "name")


def test_a_number_behind_a_name_is_part_of_it() -> None:
    assert found("the Vanta 6 costs 649 euros")[:2] == [("Vanta", "name"), ("6", "code")]


def test_a_limit_is_part_of_its_number() -> None:
    (token,) = (each for each in tokens("no more than 4", 0, 14, "en", NO_WORDS) if each.kind != "mark")
    assert token.value is not None
    assert "most" in repr(token.value)


@given(TEXTS)
def test_tokens_are_in_order_within_the_text_and_do_not_overlap(text: str) -> None:
    for language in ("en", "pt"):
        last = 0
        for token in tokens(text, 0, len(text), language, NO_WORDS):
            assert last <= token.start < token.end <= len(text)
            last = token.end
