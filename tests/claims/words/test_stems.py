"""Which forms meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.claims.words.language import Language
from orchd.claims.words.stems import fold, stem


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "build builds built"),
        ("en", "discover discovered discovery discoveries"),
        ("en", "create created creation creator"),
        ("en", "stop stopped stopping"),
        ("en", "city cities"),
        ("pt", "nascer nasceu nascido nascimento"),
        ("pt", "construir construiu construção construída"),
        ("pt", "abrir abriu aberta"),
        ("pt", "museu museus"),
        ("pt", "rápido rápida rapidamente"),
    ],
)
def test_forms_of_one_word(language: Language, forms: str) -> None:
    assert len({stem(fold(form), language) for form in forms.split()}) == 1, [
        stem(fold(f), language) for f in forms.split()
    ]


def test_other_words_stay_apart() -> None:
    words = [
        "river",
        "road",
        "tower",
        "bridge",
        "king",
        "queen",
        "north",
        "south",
        "open",
        "close",
        "morning",
        "evening",
        "year",
        "month",
    ]
    assert len({stem(word, "en") for word in words}) == len(words)


def test_fold() -> None:
    assert fold("AÇÃO") == "acao"
    assert fold("ﬁnal") == "final"


@given(st.text(max_size=80), st.sampled_from(["en", "pt"]))
def test_a_stem_is_never_longer(word: str, language: Language) -> None:
    folded = fold(word)
    assert len(stem(folded, language)) <= max(len(folded), 12)  # an irregular form's word may be longer
