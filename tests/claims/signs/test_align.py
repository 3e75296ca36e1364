"""Which word stands for which."""

import pytest

from orchd.claims.signs.align import align
from orchd.claims.words.language import Language
from tests.claims.parts import reading


def met(claim: str, source: str, language: Language = "en") -> dict[str, str]:
    ours, theirs = reading(claim, language), reading(source, language)
    return {
        ours.tokens[index].lower: f"{'not ' * match.opposite}{theirs.tokens[match.at].lower}"
        for index, match in align(ours, theirs).items()
    }


@pytest.mark.parametrize(
    ("claim", "source", "language", "expected"),
    [
        ("tower", "towers", "en", {"tower": "towers"}),
        ("bought", "acquired", "en", {"bought": "acquired"}),
        ("harder", "easier", "en", {"harder": "not easier"}),
        ("safe", "unsafe", "en", {"safe": "not unsafe"}),
        ("produz", "produção", "pt", {"produz": "produção"}),
        ("fifty", "50", "en", {"fifty": "50"}),
        ("in 2021", "on 3 March 2021", "en", {"2021": "3 march 2021"}),
        ("sang 2 songs", "danced twice", "en", {"2": "twice"}),
        ("1997 cars", "in 1997", "en", {"1997": "1997"}),
        ("zebra", "tower", "en", {}),
        ("4 hours", "6 hours", "en", {}),
        ("às 14 horas", "às 14h", "pt", {"14": "14h"}),
        ("às 9h", "às 9 horas", "pt", {"9h": "9"}),
        ("às 8 da noite", "às 20 horas", "pt", {"8 da noite": "20"}),
        ("às 14 horas", "às 16h", "pt", {}),
        ("14 anos", "às 14h", "pt", {}),
    ],
)
def test_matches(claim: str, source: str, language: Language, expected: dict[str, str]) -> None:
    assert met(claim, source, language) == expected


def test_of_equal_words_the_one_in_the_right_clause_is_taken() -> None:
    ours, theirs = reading("the red tower stands"), reading("a tower fell; a red tower stands")
    matches = align(ours, theirs)
    assert [match.at for match in matches.values()] == [5, 6, 7]


def test_a_number_without_unit_gives_way_to_one_with_it() -> None:
    ours, theirs = reading("4 hours"), reading("4 cups in 6 hours")
    assert all(match.quality < 0.5 for match in align(ours, theirs).values())
