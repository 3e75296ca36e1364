"""An answer that must be a JSON value: reading it, and seeing whether it follows the schema."""

import msgspec

from orchd.errors import UpstreamError
from orchd.features.models.json_schema import Json, JsonSchema
from orchd.features.models.json_value import Checker

SHOWN = 2_000
"""Characters of a wrong answer that its error shows."""


def read_value(text: str, schema: JsonSchema) -> Json:
    """Return the JSON value that an answer is, fenced as code or not.

    Raises UpstreamError (`details.reason`: `not_json`, `schema_mismatch`, with `path` and `content`), or Invalid for a
    schema that is too intricate. May take some tenths of a second.
    """
    try:
        value: Json = msgspec.json.decode(unfenced(text))
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise UpstreamError("the model's answer is no JSON", reason="not_json", content=text[:SHOWN]) from None
    flaw = Checker(schema).flaw(value)
    if flaw is not None:
        raise UpstreamError(
            f"the model's answer does not follow the schema, at {flaw.path}: {flaw.reason}",
            reason="schema_mismatch",
            path=flaw.path,
            content=text[:SHOWN],
        )
    return value


def unfenced(text: str) -> str:
    """Take away the code fence that some models put around JSON."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        return text[text.index("\n") + 1 : -3].strip()
    return text
