"""Words that look like verbs."""

import pytest

from orchd.claims.words.language import Language
from orchd.claims.words.verb_forms import looks_like_verb


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("was", "en", True),
        ("opened", "en", True),
        ("hundred", "en", False),
        ("abriu", "pt", True),
        ("museu", "pt", False),
    ],
)
def test_looks(word: str, language: Language, expected: bool) -> None:
    assert looks_like_verb(word, language) is expected
