"""Names are lines."""

import pytest

from orchd.errors import Invalid
from orchd.protocol.names import checked_name


@pytest.mark.parametrize("name", ["a", " Ana  Maria ", "naïve 🦜", "日本語", "a\u200db", ""])
def test_a_line_is_a_name(name: str) -> None:
    assert checked_name(name, "name") == name.strip()


@pytest.mark.parametrize("control", ["\x00", "\x01", "\n", "\r", "\t", "\x1b[31m", "\x7f", "\x85", "\x9b"])
@pytest.mark.parametrize("form", ["{}a", "a{}b", "a{}"])
def test_control_characters_are_refused(control: str, form: str) -> None:
    with pytest.raises(Invalid, match="control character") as caught:
        checked_name(form.format(control), "category")
    assert caught.value.details == {"field": "category", "path": "$.data.category"}
