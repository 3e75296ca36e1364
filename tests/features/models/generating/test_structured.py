import pytest
from msgspec import json

from orchd.errors import Invalid, UpstreamError
from orchd.features.models.generating.structured import check_value
from orchd.json_schema import MAX_STEPS

RULES = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        ' \n{"a":1}\n',
        '```json\n{"a": 1}\n```',
        '```\n{"a": 1}```',
        'Sure! Here it is:\n\n```json\n{"a": 1}\n```\n\nAnything else?',
        'Here:\r\n```JSON \r\n{"a":\r\n 1}\r\n```\r\n',
        '~~~~ json\n{"a": 1}\n~~~~',
        'First in Python:\n```python\nprint({"a": 1})\n```\nthen:\n```json\n{"a": 1}\n```',
        'The list [2] as code:\n```js\n[2]\n```\nand\n```json\n{"a": 1}\n```',
        'Cut off behind it:\n```json\n{"a": 1}',
        '1. So:\n   ```json\n   {"a": 1}\n   ```',
        '```json\n{"a": 1, "b": "````"}\n```',
        '```javascript\n{"a": 1}\n```',
    ],
)
def test_json_is_read_by_itself_or_in_one_fence(text: str) -> None:
    assert json.decode(check_value(text, RULES, MAX_STEPS))["a"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sure! Here it is: {}",
        '{"a": 1',
        "```",
        "[" * 100_000,
        'Either\n```json\n{"a": 1}\n```\nor\n```json\n{"a": 2}\n```',
        '```json\n{"a": 1}\n{"a": 2}\n```',
        '```json\n{"a": 1\n```',
        '{"a": 1} {"a": 2}',
        '`{"a": 1}`',
    ],
)
def test_what_is_no_json_or_several_says_so_and_shows_it(text: str) -> None:
    with pytest.raises(UpstreamError) as refused:
        check_value(text, RULES, MAX_STEPS)
    assert refused.value.details == {"reason": "not_json", "content": text[:2_000]}


def test_json_of_another_form_says_where() -> None:
    with pytest.raises(UpstreamError, match=r"at \$\.a: it must be of type integer") as refused:
        check_value('{"a": "1"}', RULES, MAX_STEPS)
    assert refused.value.details["reason"] == "schema_mismatch"
    assert refused.value.details["path"] == "$.a"


def test_a_value_is_told_as_it_is_written() -> None:
    assert check_value(' {"a": 123456789012345678901234567890}', {"type": "object"}, MAX_STEPS).endswith(
        "901234567890}"
    )


def test_an_intricate_schema_is_given_up() -> None:
    with pytest.raises(Invalid, match="too intricate"):
        check_value("[1, 2, 3, 4]", {"uniqueItems": True}, 3)
