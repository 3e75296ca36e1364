import json

from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.wire.halves import Halves, mend


def joined(*texts: str) -> str:
    halves = Halves()
    found = [halves.join("content", text) for text in texts]
    return "".join([*found, *(text for _, text in halves.flush())])


def units(text: str) -> list[str]:
    """The text as a program that counts UTF-16 units would cut it."""
    data = text.encode("utf-16-le")
    return [data[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(data), 2)]


def parts(text: str) -> list[str]:
    """The text as a program that cuts bytes would cut it, each byte read as `chunks` reads it."""
    return [bytes([byte]).decode("utf-8", "surrogateescape") for byte in text.encode()]


@given(st.text(max_size=12), st.data())
def test_any_cut_gives_the_text_back(text: str, draw: st.DataObject) -> None:
    for pieces in (units(text), parts(text)):
        cuts = sorted(draw.draw(st.lists(st.integers(0, len(pieces)), max_size=6)))
        cut = ["".join(pieces[a:b]) for a, b in zip([0, *cuts], [*cuts, len(pieces)], strict=True)]
        assert joined(*cut) == text
        assert joined(*pieces) == text


@given(st.lists(st.text(st.characters(codec=None, categories=["Cs", "Lu", "So"]), max_size=4), max_size=5))
def test_whatever_comes_what_goes_out_can_be_encoded(texts: list[str]) -> None:
    joined(*texts).encode()


def test_what_stays_half_is_told_in_its_place() -> None:
    assert joined("a\ud83d", "b") == "a\ufffdb"
    assert joined("a\ud83d") == "a\ufffd"
    assert joined("\ude00\ud83d", "") == "\ufffd\ufffd"
    assert joined("a\udcf0\udc9f", "b") == "a\ufffdb"


def test_the_second_half_of_a_skull_is_no_byte() -> None:
    assert joined("\ud83d", "\udc80") == "\U0001f480"
    assert joined("\ud83d", "\udcf0!") == "\U0001f4f0!"
    assert mend(json.loads('"\\ud83d\\udc80"')) == "\U0001f480"


def test_channels_have_halves_of_their_own() -> None:
    halves = Halves()
    assert halves.join("content", "a\ud83d") == "a"
    assert halves.join("reasoning", "b\ud83d") == "b"
    assert halves
    assert halves.join("content", "\ude00") == "\U0001f600"
    assert halves.flush() == [("reasoning", "\ufffd")]
    assert not halves
