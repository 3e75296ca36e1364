"""Marks that cite: which are blanked, which stay since they say something."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchd.claims.texts.citations import without_citations


@pytest.mark.parametrize(
    "cited",
    [
        "It opened in 1931 [1].",
        "It opened in 1931[1][12].",
        "It opened in 1931 [1, 2] [3–5].",
        "It opened in 1931 [part:2].",
        "It opened in 1931 [Fonte 3] [Source: log.txt] [doc 4].",
        "It opened in 1931 [^1] [^note].",
        "It opened in 1931¹.",
        "It opened in 1931 【4†source】.",
        "It opened in 1931<sup>2</sup>.",
        "It opened in 1931 (Smith et al., 2020).",
        "It opened in 1931 (Smith & Jones, 2020; Brown, 2021).",
        "It opened in 1931 (SOUZA, 2019, p. 12).",
        "It opened in 1931 (ver Silva e Souza, 2019).",
        "It opened in 1931 (https://example.org/2019/04).",
        "It opened in 1931 [2](https://example.org/7).",
        "It opened in 1931.\nhttps://example.org/2019",
        "It opened in 1931† \\cite{smith20}.",
        "[1] It opened in 1931.",
        "It opened in 1931 (source 1) (Source: report.txt).",
        "It opened in 1931 (p. 12) (ver nota 3).",
        "It opened in 1931 [Document 3, page 2].",
        "It opened in 1931 (SOUZA; LIMA, 2010).",
        "It opened in 1931 [source: report.txt, line 4].",
        "It opened in 1931 [s0:1] [S2] [doc3].",
        "It opened in 1931<ref>Smith 2</ref> (§ 3.2).",
        "(1) It opened in 1931.",
    ],
)
def test_a_citation_is_blanked(cited: str) -> None:
    read = without_citations(cited)
    assert len(read) == len(cited)
    assert " ".join(read.split()).replace(" .", ".") == "It opened in 1931."


@pytest.mark.parametrize(
    "text",
    [
        "the interval [1, 2]",
        "x = [1, 2]",
        "a[1] and `items[1]`",
        "5 m², 10², 3 metros² and sin²",
        "the Eiffel Tower (Paris, 1889)",
        "he was born (Paris, 1889)",
        "[ ] to do, [x] done, [2020] old",
        "the site https://example.org/1 is up",
        "[sic",
    ],
)
def test_what_says_something_stays(text: str) -> None:
    assert without_citations(text) == text


def test_of_a_link_its_text_stays() -> None:
    assert without_citations("the [tower](https://x.org/1999) of").split() == ["the", "tower", "of"]


PIECES = [
    "[",
    "]",
    "1",
    "[1]",
    "(",
    "Aa, 2020",
    ")",
    "¹",
    "](",
    "http://x",
    " ",
    "\n",
    "word",
    "<sup>",
    "【",
    "![",
    "et al. ",
]


@example("[http://x\n]")
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_places_stay(text: str) -> None:
    read = without_citations(text)
    assert len(read) == len(text)
    assert [at for at, each in enumerate(text) if each == "\n"] == [at for at, each in enumerate(read) if each == "\n"]


@pytest.mark.parametrize("piece", ["[", "[1", "(A", "(Aa Bb", "¹", "](", "(www.", "<sup>", "![", "[1,1,1,1", "http://"])
def test_long_runs_come_to_an_end(piece: str) -> None:
    without_citations(piece * (200_000 // len(piece)))
