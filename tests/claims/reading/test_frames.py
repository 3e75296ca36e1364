"""What a sentence says without vouching for it."""

import pytest

from orchd.claims.reading.frames import frames
from orchd.claims.words.language import Language
from tests.claims.parts import reading


def framed(text: str, language: Language) -> list[tuple[str, str]]:
    read = reading(text, language)
    return [
        (frame.kind, " ".join(token.lower for token in read.tokens[frame.start : frame.end]))
        for frame in frames(read.tokens, language)
    ]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("If it rains, the match is off.", "en", [("condition", "if it rains , the match is off")]),
        ("It opened in May and, if it rains, it closes", "en", [("condition", ", if it rains , it closes")]),
        ("The deed is void unless both sign", "en", [("condition", "the deed is void unless both sign")]),
        ("Se chover, o jogo para", "pt", [("condition", "se chover , o jogo para")]),
        ("O contrato acaba se o prazo terminar", "pt", [("condition", "o contrato acaba se o prazo terminar")]),
        ("Ann asked whether it was sold", "en", [("question", "whether it was sold")]),
        ("Is it open?", "en", [("question", "is it open ?")]),
        ("Critics claim the bridge is unsafe", "en", [("doubt", "the bridge is unsafe")]),
        ("The mayor said that it was closed", "en", [("saying", "it was closed")]),
        ("It was closed, said the mayor", "en", [("saying", "it was closed")]),
        ("It was closed, said the mayor, wrongly", "en", [("doubt", "it was closed")]),
        ("According to Ann, it was closed", "en", [("saying", "it was closed")]),
        ("O prefeito teria recebido a verba", "pt", [("doubt", "o prefeito teria recebido a verba")]),
        ("Ana alega que o muro caiu", "pt", [("doubt", "o muro caiu")]),
        ("Had she come, Ann would have won", "en", [("condition", "had she come , ann would have won")]),
        ("A polícia investiga se ele recebeu", "pt", [("question", "se ele recebeu")]),
        ("She forgot to lock the door", "en", [("plan", "to lock the door")]),
        ("Ela esqueceu de trancar a porta", "pt", [("plan", "de trancar a porta")]),
        ("Nobody confirmed that the ship sank", "en", [("doubt", "the ship sank")]),
        ("Ninguém confirmou que o navio afundou", "pt", [("doubt", "o navio afundou")]),
        ("O jornal não confirmou que o navio afundou", "pt", [("doubt", "o navio afundou")]),
        ("Nenhum estudo provou que funciona", "pt", [("doubt", "funciona")]),
        ("Ela não disse que venderia a casa", "pt", [("doubt", "venderia a casa")]),
        ("The city plans to build a bridge", "en", [("plan", "to build a bridge")]),
        ("A cidade pretende construir uma ponte", "pt", [("plan", "construir uma ponte")]),
    ],
)
def test_frames(text: str, language: Language, expected: list[tuple[str, str]]) -> None:
    assert framed(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It looks as if it were new", "en"),
        ("There are few, if any, left", "en"),
        ("The storm claimed 40 victims", "en"),
        ("It is open, isn't it?", "en"),
        ("Did you know that it opened in 1931?", "en"),
        ("Ela se tornou juíza", "pt"),
        ("Para se tornar juíza, ela estudou", "pt"),
        ("No caso de Ana, deu certo", "pt"),
        ("It was planned in detail", "en"),
        ("There was no doubt that he won", "en"),
        ("Não há dúvida de que ele venceu", "pt"),
        ("Ela confirmou que o navio afundou", "pt"),
        ("A análise mostrou que o solo não é fértil", "pt"),
    ],
)
def test_what_looks_like_a_frame_and_is_none(text: str, language: Language) -> None:
    assert framed(text, language) == []
