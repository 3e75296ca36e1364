"""What is one emoji, and what isn't."""

import pytest

from orchd.errors import Invalid
from orchd.features.chat.marks.emoji import require_emoji, spell_emoji


@pytest.mark.parametrize(
    "text",
    ["👍", "👍🏽", "❤️", "❤", "🇵🇹", "1️⃣", "#⃣", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏃🏾‍♀️", "☺️", "‼️", "↔️", "➕", "🫶"],
)
def test_one_emoji(text: str) -> None:
    assert require_emoji(text) in (text, text.replace("❤", "❤\ufe0f"), text.replace("#", "#\ufe0f"))


@pytest.mark.parametrize("text", ["❤️", "❤", "❤\ufe0e"])
def test_what_looks_alike_is_one(text: str) -> None:
    assert require_emoji(text) == "\u2764\ufe0f"


@pytest.mark.parametrize(
    ("sent", "spelled"),
    [
        ("1\u20e3", "1\ufe0f\u20e3"),
        ("👍\ufe0f", "👍"),
        ("☝🏽", "☝🏽"),
        ("☝\ufe0f🏽", "☝🏽"),
        ("🏳\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("🏃🏾\u200d♀", "🏃🏾\u200d♀\ufe0f"),
        ("👩\u200d❤\u200d👨", "👩\u200d❤\ufe0f\u200d👨"),
    ],
)
def test_the_sign_for_a_picture_stands_where_it_is_needed(sent: str, spelled: str) -> None:
    assert require_emoji(sent) == spelled
    assert spell_emoji(spelled) == spelled


@pytest.mark.parametrize(
    "text", ["a", "👍👍", "1", "👍a", " 👍", "+", "🇵", "🇵🇹🇫", "\u200d", "👍\u200d", "️", "1️", "\n", "π"]
)
def test_anything_else(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        require_emoji(text)
    assert refused.value.path == "$.data.emoji"
