"""What a sentence denies."""

import pytest

from orchd.claims.reading.negation import SUBJECT, cues
from orchd.claims.words.language import Language
from tests.claims.parts import reading, words


def denied(text: str, language: Language, least: float = 0.9) -> list[str]:
    read = reading(text, language)
    return words(read, [i for i in read.telling if read.denied[i] >= least])


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("it does not need kneading", "en", ["need", "kneading"]),
        ("a report without reservations", "en", ["reservations"]),
        ("no dividend will be paid", "en", ["dividend", "paid"]),
        ("it can share a printer but not disks", "en", ["disks"]),
        ("it isn't open", "en", ["open"]),
        ("not only bread", "en", []),
        ("sem a senha ninguém pode editar", "pt", ["senha", "editar"]),
        ("não abra a tampa durante o preparo", "pt", ["abra", "tampa", "preparo"]),
        ("não mudou nada; a obra continua", "pt", ["mudou"]),
        ("the tower stands", "en", []),
        ("não recusou a vaga", "pt", ["recusou"]),
        ("nunca mais gravou", "pt", ["mais", "gravou"]),
        ("não custa mais de dez reais", "pt", ["custa", "dez"]),
        ("no more than ten", "en", []),
        ("copying the key is prohibited", "en", ["copying"]),
        ("copiar a chave é proibido", "pt", ["copiar"]),
        ("they oppose the ban on cars", "en", []),
        ("they ban cars", "en", ["cars"]),
    ],
)
def test_denied(text: str, language: Language, expected: list[str]) -> None:
    assert denied(text, language) == expected


def test_a_subject_is_denied_by_its_verb() -> None:
    read = reading("the museum is not open")
    assert [read.denied[index] for index in read.telling] == [SUBJECT, 1.0]


def test_a_denial_ends_with_its_clause() -> None:
    assert denied("it was not decided and will be taken up", "en") == ["decided"]


def test_deixar_denies_only_before_de() -> None:
    assert list(cues(reading("deixou a casa", "pt").tokens, "pt")) == []
    assert len(list(cues(reading("deixou de ser", "pt").tokens, "pt"))) == 1
