"""An answer that must be a JSON value, and whether it follows the schema.

A fence has one meaning as long as one fence holds JSON. A value that stands in prose without a fence has not.
"""

from orchd.errors import UpstreamError
from orchd.json_schema import Checker, JsonSchema, Rules
from orchd.llm import json_values

SCHEMA_PATH = "$.data.schema"
"""Where the schema stands in the frame."""

SHOWN = 2_000
"""Characters of a wrong answer that its error shows."""


def check_value(text: str, rules: Rules | bool, steps: int) -> str:
    """Return the JSON value that an answer is, as it is written there, when it follows the schema `rules`.

    Raises UpstreamError (`details.reason`: `not_json`, `schema_mismatch`, with `path` and `content`), or Invalid for a
    schema that takes more steps.
    """
    found = list(json_values(text, "alone"))
    if len(found) != 1:
        why = "the model's answer holds several JSON values" if found else "the model's answer is no JSON"
        raise UpstreamError(why, reason="not_json", content=text[:SHOWN])
    value, written = found[0]
    flaw = Checker(JsonSchema(rules, SCHEMA_PATH), steps).flaw(value)
    if flaw is not None:
        raise UpstreamError(
            f"the model's answer does not follow the schema, at {flaw.path}: {flaw.reason}",
            reason="schema_mismatch",
            path=flaw.path,
            content=text[:SHOWN],
        )
    return written
