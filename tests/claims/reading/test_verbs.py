import pytest

from orchd.claims.reading.verbs import is_verb
from orchd.claims.words.language import Language
from tests.claims.parts import reading


@pytest.mark.parametrize(
    ("word", "language"), [("was", "en"), ("opened", "en"), ("é", "pt"), ("nasceu", "pt"), ("abriram", "pt")]
)
def test_verbs(word: str, language: Language) -> None:
    assert is_verb(reading(word, language).tokens[0], language)


@pytest.mark.parametrize(
    ("word", "language"), [("house", "en"), ("hundred", "en"), ("e", "pt"), ("museu", "pt"), ("cópia", "pt")]
)
def test_others(word: str, language: Language) -> None:
    assert not is_verb(reading(word, language).tokens[0], language)
