"""Names are lines."""

import pytest

from orchd.errors import Invalid
from orchd.protocol.names import checked_name, require_nonblank


@pytest.mark.parametrize("name", ["a", " Ana  Maria ", "naïve 🦜", "日本語", "a\u200db", ""])
def test_a_line_is_a_name(name: str) -> None:
    assert checked_name(name, "name") == name.strip()


@pytest.mark.parametrize("control", ["\x00", "\x01", "\n", "\r", "\t", "\x1b[31m", "\x7f", "\x85", "\x9b"])
@pytest.mark.parametrize("form", ["{}a", "a{}b", "a{}"])
def test_control_characters_are_refused(control: str, form: str) -> None:
    with pytest.raises(Invalid, match="control character") as caught:
        checked_name(form.format(control), "category")
    assert caught.value.details == {"reason": "control_character", "field": "category", "path": "$.data.category"}


@pytest.mark.parametrize("text", [" a ", "\n x", "🦜"])
def test_what_is_not_blank_stays_as_it_is(text: str) -> None:
    assert require_nonblank(text, "title") == text


@pytest.mark.parametrize("blank", ["", " ", "\n\t ", "\u3000"])
def test_blanks_are_nothing(blank: str) -> None:
    with pytest.raises(Invalid, match="the title is blank") as caught:
        require_nonblank(blank, "title")
    assert caught.value.details == {"reason": "blank", "field": "title", "path": "$.data.title"}
