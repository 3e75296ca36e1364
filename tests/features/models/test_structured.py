import pytest

from orchd.errors import UpstreamError
from orchd.features.models.json_schema import JsonSchema
from orchd.features.models.structured import read_value

SCHEMA = JsonSchema({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]})


@pytest.mark.parametrize("text", ['{"a": 1}', ' \n{"a":1}\n', '```json\n{"a": 1}\n```', '```\n{"a": 1}```'])
def test_json_is_read_fenced_or_not(text: str) -> None:
    assert read_value(text, SCHEMA) == {"a": 1}


@pytest.mark.parametrize("text", ["", "Sure! Here it is: {}", '{"a": 1', "```", "[" * 100_000])
def test_what_is_no_json_says_so_and_shows_it(text: str) -> None:
    with pytest.raises(UpstreamError) as refused:
        read_value(text, SCHEMA)
    assert refused.value.details == {"reason": "not_json", "content": text[:2_000]}


def test_json_of_another_form_says_where() -> None:
    with pytest.raises(UpstreamError, match=r"at \$\.a: it must be of type integer") as refused:
        read_value('{"a": "1"}', SCHEMA)
    assert refused.value.details["reason"] == "schema_mismatch"
    assert refused.value.details["path"] == "$.a"
