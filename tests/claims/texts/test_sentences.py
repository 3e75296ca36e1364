from itertools import pairwise

import pytest
from hypothesis import given

from orchd.claims.texts.sentences import ends
from tests.features.text.texts import TEXTS


def split(text: str) -> list[str]:
    cuts = [0, *ends(text), len(text)]
    return [text[start:end] for start, end in pairwise(cuts) if start < end]


@pytest.mark.parametrize(
    "expected",
    [
        ["One. ", "Two! ", "Three? ", "Four"],
        ["Mr. Smith met Dr. Jones. ", "They left."],
        ["O Sr. Silva e a Sra. Souza moram na Av. Brasil. ", "A Dra. Lima também."],
        ["Veja o art. 5 e a pág. 12. ", "Depois, p.ex. o cap. 3."],
        ["Use a hammer, e.g. this one, i.e. mine. ", "Good."],
        ["Apples, pears, etc. ", "Then more."],
        ["Apples, etc. and so on. ", "More."],
        ["It costs 3.14 euros at example.com today. ", "Cheap."],
        ["He said: “Stop!” ", "Nobody did."],
        ["“Stop!” he said."],
        ['"Pare!" disse ela. ', "Ninguém parou."],
        ["Wait... what? ", "Yes…  ", "No."],
        ["J. R. R. Tolkien wrote. ", "We read."],
        ["The U.S. law is old. ", "So what."],
        ["1. First\n2. Second"],
        ["你好。", "今天天气很好！", "走吧？"],
        ["他说：「好。」", "走了。"],
        ["यह है। ", "वह था।"],
        ["É o fim. ", "“Ótimo”, disse."],
        ["¿Qué? ", "¡Nada! ", "Bien."],
        ["(It is so.) ", "Really."],
        ["No full stop\n\nNew paragraph"],
    ],
)
def test_sentences(expected: list[str]) -> None:
    assert split("".join(expected)) == expected


def test_only_the_part_asked_for_is_looked_at() -> None:
    text = "A b. C d. E f. G"
    assert list(ends(text, 5, 12)) == [10]


@given(TEXTS)
def test_ends_ascend_within_the_text(text: str) -> None:
    found = list(ends(text))
    assert found == sorted(set(found))
    assert all(0 < end <= len(text) for end in found)


@pytest.mark.parametrize("piece", ["?", ".", ".)", '."', "। ", "。", " .", "a.b"])
def test_a_million_marks_are_read_once(piece: str) -> None:
    list(ends(piece * (1_000_000 // len(piece))))  # quadratic time would be a hang, which the tests' guard ends
