import pytest

from orchd.entity.wire.members import one_line, web_address, words
from orchd.errors import Invalid


def test_words_are_kept_once_without_blanks_around_them() -> None:
    assert words((" b", "a", "b "), "tags") == ("b", "a")
    for wrong in ((" ",), ("a", "b\nc")):
        with pytest.raises(Invalid) as refused:
            words(wrong, "tags")
        assert refused.value.path == "$.data.tags"


def test_one_line_may_be_empty() -> None:
    assert one_line("  ", "category") == ""
    with pytest.raises(Invalid):
        one_line("a\x1b[31m", "category")


@pytest.mark.parametrize("address", ["http://a", "HTTPS://example.org:8080/a?b=c#d", "https://[::1]/x"])
def test_addresses_of_pages(address: str) -> None:
    assert web_address(address, "url") == address


NO_PAGES = (
    *("", "a", "file:///etc/passwd", "javascript:alert(1)", "http://", "http:///x", "http://u:p@host/", "http://a b"),
    *("http://a\n", "ftp://a", "//a", "http:a"),
)


@pytest.mark.parametrize("address", NO_PAGES)
def test_what_is_no_address_of_a_page(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        web_address(address, "url")
    assert refused.value.path == "$.data.url"
    assert "u:p" not in refused.value.message
