"""What is hidden and, as important for a log, what is not."""

import pytest

from orchd.masking import is_secret, mask_text


@pytest.mark.parametrize(
    "name", ["password", "apiKey", "api_key", "API-KEY", "Authorization", "access_token", "set-cookie", "clientSecret"]
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["max_tokens", "tokens", "promptTokens", "tokensPerSecond", "key", "passwordFile", "id"]
)
def test_names_that_are_none(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mysql://user:hunter2@host/name", "mysql://user:***@host/name"),
        ("see http://hunter2@host now", "see http://***@host now"),
        ("mysql://u:p@ss@host/n", "mysql://u:***@host/n"),
        ("Authorization: Bearer abcdef.123", "Authorization: Bearer ***"),
        ("key sk-lm-abcdefgh:01234567890123456789 refused", "key *** refused"),
        ("http://host:1/a?b=c@d", "http://host:1/a?b=c@d"),
        ("mail someone@example.org", "mail someone@example.org"),
        ("a basic idea", "a basic ***"),
        ("plain text", "plain text"),
    ],
)
def test_texts(text: str, masked: str) -> None:
    assert mask_text(text) == masked
