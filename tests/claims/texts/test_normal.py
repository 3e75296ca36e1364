"""One spelling for what is the same text, and exact places in the original."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.claims.texts.normal import normal
from tests.growth import is_square

PARTS = ("a", "e", "\u0301", "\u0323", "\u200d", "\u00ad", "\ufb03", "\uff11", "ᄒ", "ᅡ", "ᆫ", "한", "\n", " ", "“")
TEXTS = st.lists(
    st.sampled_from(
        ["a", "e", "\u0301", "\u0323", "\u200d", "\u00ad", "\ufb03", "\uff11", "ᄒ", "ᅡ", "ᆫ", "한", "\n", " ", "“"]
    )
    | st.characters(exclude_categories=["Cs"]),
    max_size=20,
).map("".join)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (unicodedata.normalize("NFD", "São Paulo, João"), "São Paulo, João"),
        (unicodedata.normalize("NFD", "Tiếng Việt ấ ỡ"), "Tiếng Việt ấ ỡ"),
        (unicodedata.normalize("NFD", "한국어 각"), "한국어 각"),
        ("e\u0301\u0323", "ẹ\u0301"),
        ("\u212bngström, 5 \u2126", "Ångström, 5 Ω"),
        ("o\ufb03ce of \ufb01les", "office of files"),
        ("\uff11\uff12\uff13 \uff2f\uff2b\uff01", "123 OK!"),
        ("\uff8a\uff9e\uff7d", "バス"),
        ("co\u00adop\u200berate\u2060d\ufeff", "cooperated"),
        ("❤\ufe0f", "❤"),
        ("it\u2019s \u201cso\u201d", 'it\'s "so"'),
        ("non\u2011stop", "non-stop"),
    ],
)
def test_what_is_the_same_text_is_spelled_the_same(text: str, same: str) -> None:
    assert normal(text).text == normal(same).text == same


@pytest.mark.parametrize("text", ["m² and m2", "½ cup", "9–5", "№ 5", "x\u00a0y", "naïve", "Straße"])
def test_what_may_mean_something_else_stays(text: str) -> None:
    assert normal(text).text == text


@given(TEXTS)
def test_the_same_text_in_either_form_is_spelled_the_same(text: str) -> None:
    assert normal(unicodedata.normalize("NFD", text)).text == normal(unicodedata.normalize("NFC", text)).text


def test_every_character_of_several_spellings_is_known() -> None:
    characters = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    composed = [char for char in characters if unicodedata.normalize("NFD", char) != char]
    marks = [char for char in characters if unicodedata.combining(char)]
    assert len(composed) > 13_000
    assert len(marks) > 800
    texts = [*composed, *(f"a{mark}\u0323" for mark in marks), *(f"a\u0301{mark}" for mark in marks)]
    both = [[normal(unicodedata.normalize(form, text)).text for text in texts] for form in ("NFD", "NFC")]
    assert both[0] == both[1]
    assert [normal(char).text for char in composed] == both[1][: len(composed)]


@given(TEXTS)
def test_places_grow_and_lead_back_to_what_they_came_from(text: str) -> None:
    found = normal(text)
    places = range(len(found.text) + 1)
    assert found.begin(0) >= 0
    assert found.end(len(found.text)) <= len(text)
    for place in places[1:]:
        begin, end = found.begin(place - 1), found.end(place)
        assert begin <= end
        assert found.begin(place - 1) <= found.begin(place)
        assert found.end(place - 1) <= found.end(place)
        assert found.text[place - 1] in normal(text[begin:end]).text


@given(TEXTS)
def test_what_is_spelled_so_already_stays_in_its_place(text: str) -> None:
    found = normal(normal(text).text)
    assert found.text == normal(text).text


@pytest.mark.parametrize("unit", ["\u0300\u0323", "a\u0301", "\u200b", "\ufb03", "é", "ᅡ"], ids=ascii)
def test_it_takes_linear_time(unit: str) -> None:
    assert not is_square(lambda size: lambda: normal("a" + unit * size), 3_000)
