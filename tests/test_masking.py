"""What is hidden and, as important for a log, what is not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.config.load import load
from orchd.config.show import render
from orchd.errors import ConfigurationError
from orchd.masking import is_secret, mask_text, mask_url, mask_words
from orchd.storage import parse_url
from tests.examples import examples


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "apiKey",
        "api_key",
        "API-KEY",
        "Authorization",
        "access_token",
        "set-cookie",
        "clientSecret",
        "masterKey",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["max_tokens", "tokens", "promptTokens", "tokensPerSecond", "key", "passwordFile", "masterKeyFile", "id"]
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
        ("token orchd_pat_0123456789abcdefABCDEF refused", "token *** refused"),
        ("hf_abcdefghijklmnopqrst, gsk_abcdefghijklmnop", "***, ***"),
        ("a file hf_model and xai-small", "a file hf_model and xai-small"),
        ("http://host:1/a?b=c@d", "http://host:1/a?b=c@d"),
        ("mail someone@example.org", "mail someone@example.org"),
        ("a basic idea", "a basic ***"),
        ("plain text", "plain text"),
    ],
)
def test_texts(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mysql://root:hunter2@127.0.0.1:3306/none", "mysql://root:***@127.0.0.1:3306/none"),
        ("mysql://root:hun/ter2@127.0.0.1/none", "mysql://***@127.0.0.1/none"),
        ("mysql://root:hun#ter?2@127.0.0.1/none", "mysql://***@127.0.0.1/none"),
        ("mysql://root:h@nt@127.0.0.1/none", "mysql://***@127.0.0.1/none"),
        ("root:hunter2@127.0.0.1/none", "***@127.0.0.1/none"),
        ("mysql:/root:hunter2@127.0.0.1/none", "***@127.0.0.1/none"),
        ("mysql://root:hunter2", "mysql://root:***"),
        ("mysql://root:hun/ter2/none", "mysql://root:***"),
        ("mysql://h/db?password=hunter2", "mysql://h/db?***"),
        ("mysql://h/db?password=hun@ter2", "mysql://***"),
        ("mysql://u@h/db?socket=/run/a.sock&ssl=1", "mysql://***@h/db?socket=/run/a.sock&ssl=1"),
        ("http://h:1234/v1?key=hunter2", "http://h:1234/v1?***"),
        ("http://h:1234/v1#hunter2", "http://h:1234/v1#***"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("sqlite:///srv/a@b.db", "sqlite:///srv/a@b.db"),
        ("sqlite:///root:hunter2@h/none", "sqlite://***@h/none"),
        ("orchd.db", "orchd.db"),
        ("", ""),
    ],
)
def test_the_value_of_a_url_setting(text: str, shown: str) -> None:
    assert mask_url(text) == shown


def test_arguments_in_a_usage_error() -> None:
    assert mask_words("Got unexpected extra argument (mysql://u:a/b@h)") == (
        "Got unexpected extra argument (mysql://***@h)"
    )


SECRETS = st.text("abcXYZ019/#?@:%&=+ ", min_size=4, max_size=12).map(lambda text: f"S{text}T")
SCHEMES = st.sampled_from(
    ["mysql://", "mariadb://", "mysql:/", "mysql:", "mysql//", "mysq://", "http://", "http//", "//", ""]
)
TAILS = st.sampled_from(
    ["127.0.0.1/none", "127.0.0.1:3306/none", "127.0.0.1", "[::1]:1/v1", "h:x/none", "/none", "h b", ""]
)
USERS = st.sampled_from(["root", "", "ro/ot", "ro:ot", "7"])


@st.composite
def wrong_urls(draw: st.DrawFn) -> tuple[str, str]:
    """A secret, and a URL with it that is right or wrong in some way."""
    secret, scheme, tail = draw(SECRETS), draw(SCHEMES), draw(TAILS)
    place = draw(st.sampled_from(["password", "query", "fragment", "no at"]))
    if place == "query":
        return secret, f"{scheme}{tail}?key={secret}"
    if place == "fragment":
        return secret, f"{scheme}{tail}#{secret}"
    if place == "no at":
        return secret, f"{scheme}root:{secret}"
    return secret, f"{scheme}{draw(USERS)}:{secret}@{tail}"


def told(environ: dict[str, str]) -> str:
    """All that `config`, `check` and `serve` say of these settings before they ask anybody."""
    try:
        loaded = load({}, {"HOME": "/nowhere", **environ})
    except ConfigurationError as error:
        return str(error)
    text = render(loaded.settings, loaded.origins, loaded.file) + "".join(loaded.warnings)
    try:
        return f"{text}{parse_url(loaded.settings.database.url or '')}"
    except ConfigurationError as error:
        return f"{text}{error}"


@settings(max_examples=examples(100))
@given(wrong_urls())
def test_no_secret_of_a_wrong_url_is_told(case: tuple[str, str]) -> None:
    secret, url = case
    for environ in (
        {"ORCHD_DATABASE_URL": url},
        {"ORCHD_BACKENDS": url},
        {"ORCHD_BACKENDS": json.dumps([{"url": url}])},
        {"ORCHD_BACKENDS": json.dumps([url])},
        {"ORCHD_BACKENDS": json.dumps([[url]])},
        {"ORCHD_BACKENDS": json.dumps([{url: "url"}])},
        {"ORCHD_BACKENDS": json.dumps([{"url": [url]}])},
        {"ORCHD_BACKENDS": json.dumps({"url": url})},
        {"ORCHD_BACKENDS": json.dumps([{"url": url}])[:-1]},
    ):
        assert secret not in told(environ)
