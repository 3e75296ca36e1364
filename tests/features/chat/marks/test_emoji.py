"""What is one emoji, and what isn't."""

import pytest

from orchd.errors import Invalid
from orchd.features.chat.marks.emoji import require_emoji


@pytest.mark.parametrize(
    "text",
    ["👍", "👍🏽", "❤️", "❤", "🇵🇹", "1️⃣", "#⃣", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏃🏾‍♀️", "☺️", "‼️", "↔️", "➕", "🫶"],
)
def test_one_emoji(text: str) -> None:
    assert require_emoji(text) == text


@pytest.mark.parametrize(
    "text", ["a", "👍👍", "1", "👍a", " 👍", "+", "🇵", "🇵🇹🇫", "\u200d", "👍\u200d", "️", "1️", "\n", "π"]
)
def test_anything_else(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        require_emoji(text)
    assert refused.value.path == "$.data.emoji"
