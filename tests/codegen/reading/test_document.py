"""Files that are no schema at all."""

import pytest

from orchd.codegen.reading import document
from orchd.codegen.reading.document import SchemaError, read_document
from tests.codegen_schema import as_file, small_schema


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"", "it is not JSON"),
        (b"\x89PNG", "it is not JSON"),
        (b'{"title": "\xff"}', "it is not JSON"),
        (b"[]", "there must be `object`, got `array`, at \\$"),
        (b"[" * 100_000, "it is nested too deeply|it is not JSON|there must be `object`"),
        (as_file(small_schema())[:-10], "it is not JSON"),
    ],
)
def test_what_is_no_schema_is_refused(text: bytes, complaint: str) -> None:
    with pytest.raises(SchemaError, match=complaint):
        read_document(text)


def test_a_file_that_is_far_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(SchemaError, match="more than 1 MiB"):
        read_document(b" " * (1024 * 1024 + 1))


def test_keywords_of_others_are_passed_over() -> None:
    schema = small_schema()
    schema["$defs"]["Ping"]["x-of-later"] = {"deep": [1]}
    assert read_document(as_file(schema)).definitions["Ping"].description == "An object."


def test_a_byte_order_mark_is_passed_over() -> None:
    text = as_file(small_schema())
    assert read_document(b"\xef\xbb\xbf" + text) == read_document(text)
