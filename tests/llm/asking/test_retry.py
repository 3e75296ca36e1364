from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.asking.retry import MAX_RETRY_MS, retry_after_ms

NOW = 1_790_000_000.0


def header(name: str, value: str, **others: str) -> int | None:
    return retry_after_ms({name: value, **{key.replace("_", "-"): text for key, text in others.items()}}, "", NOW)


@pytest.mark.parametrize(
    ("name", "value", "ms"),
    [
        ("retry-after", "20", 20_000),
        ("retry-after", " 1.5 ", 1500),
        ("retry-after", "0", 1),
        ("retry-after", formatdate(NOW + 30, usegmt=True), 30_000),
        ("retry-after", formatdate(NOW - 30, usegmt=True), 1),
        ("retry-after", "2m", 120_000),
        ("retry-after", "86400000", MAX_RETRY_MS),
        ("retry-after", "-5", None),
        ("retry-after", "soon", None),
        ("retry-after", "", None),
        ("retry-after", "9" * 400, MAX_RETRY_MS),
        ("retry-after", "Mon, 99 Foo 2026 99:99:99 GMT", None),
        ("retry-after-ms", "250", 250),
        ("x-ratelimit-reset-requests", "1s", 1000),
        ("x-ratelimit-reset-tokens", "6m0s", 360_000),
        ("x-ratelimit-reset-tokens", "20ms", 20),
        ("x-ratelimit-reset", "1790000012", 12_000),
        ("x-ratelimit-reset", "1790000012000", 12_000),
        ("ratelimit-reset", "12", 12_000),
        ("anthropic-ratelimit-requests-reset", "2026-09-21T14:13:32Z", 12_000),
        ("x-other", "12", None),
    ],
)
def test_headers(name: str, value: str, ms: int | None) -> None:
    assert header(name, value) == ms


def test_a_date_is_read_by_the_clock_of_the_server() -> None:
    assert header("retry-after", formatdate(NOW + 930), date=formatdate(NOW + 900)) == 30_000


def test_of_several_limits_the_one_that_is_used_up_counts() -> None:
    both = {"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "9s"}
    assert retry_after_ms(both, "", NOW) == 9000
    used_up = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-remaining-tokens": "5"}
    assert retry_after_ms(both | used_up, "", NOW) == 1000
    assert retry_after_ms(both | {"retry-after": "3"}, "Please try again in 5s", NOW) == 3000


@pytest.mark.parametrize(
    ("words", "ms"),
    [
        ("Please try again in 20s.", 20_000),
        ("Rate limit reached. Please try again in 6m0s. Visit", 360_000),
        ("try again in 1.242s", 1242),
        ("Try again in 500ms", 500),
        ("retry after 5 seconds", 5000),
        ('{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}', 34_000),
        ('{"retry_after": 3}', 3000),
        ('{"retry_after_ms": 300}', 300),
        ("retry later", None),
        ("limit 5, used 7", None),
        ("", None),
    ],
)
def test_words(words: str, ms: int | None) -> None:
    assert retry_after_ms({}, words, NOW) == ms


@given(st.text(max_size=40), st.sampled_from(["retry-after", "x-ratelimit-reset", "retry-after-ms", "date"]))
def test_nothing_crashes_it(value: str, name: str) -> None:
    for found in (header(name, value), retry_after_ms({}, "try again in " + value, NOW)):
        assert found is None or 0 < found <= MAX_RETRY_MS
