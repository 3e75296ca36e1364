"""An answer that must be a JSON value: finding it, and seeing whether it follows the schema.

Where a server enforces the schema there is nothing but the value. Elsewhere models fence it, and some talk around the
fence: that has one meaning as long as one fence holds JSON. A value that stands in prose without a fence has not.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

import msgspec

from orchd.errors import UpstreamError
from orchd.json_schema import Checker, Json, JsonSchema, Rules

SCHEMA_PATH = "$.data.schema"
"""Where the schema stands in the frame."""

SHOWN = 2_000
"""Characters of a wrong answer that its error shows."""

_FENCE = re.compile(r" {0,3}(`{3,}+|~{3,}+)[ \t]*+([\w+-]*+)[ \t\r]*+")
"""The line that opens a fence, and what it says of it. Source: CommonMark 0.31, section 4.5."""


def checked(text: str, rules: Rules | bool, steps: int) -> str:
    """Return the JSON value that an answer is, as it is written there, when it follows the schema `rules`.

    Raises UpstreamError (`details.reason`: `not_json`, `schema_mismatch`, with `path` and `content`), or Invalid for a
    schema that takes more steps.
    """
    written, value = _found(text)
    flaw = Checker(JsonSchema(rules, SCHEMA_PATH), steps).flaw(value)
    if flaw is not None:
        raise UpstreamError(
            f"the model's answer does not follow the schema, at {flaw.path}: {flaw.reason}",
            reason="schema_mismatch",
            path=flaw.path,
            content=text[:SHOWN],
        )
    return written


def _found(text: str) -> tuple[str, Json]:
    """Return the one JSON value of an answer, as it is written and as it is. Raises UpstreamError."""
    whole = text.strip()
    fences = list(_fenced(whole))
    called_json = [inside for info, inside in fences if info == "json"]
    found = _readable([whole]) or _readable(called_json) or _readable([inside for _, inside in fences])
    if len(found) == 1:
        return found[0]
    several = len(found) > 1
    why = "the model's answer holds several JSON values" if several else "the model's answer is no JSON"
    raise UpstreamError(why, reason="not_json", content=text[:SHOWN])


def _readable(texts: list[str]) -> list[tuple[str, Json]]:
    found: list[tuple[str, Json]] = []
    for text in texts:
        with suppress(msgspec.DecodeError, RecursionError, ValueError):
            found.append((text, msgspec.json.decode(text)))
    return found


def _fenced(text: str) -> Iterator[tuple[str, str]]:
    """Yield what fences say that they hold, and what they do; one without a line that closes it goes on to the end."""
    inside: list[str] | None = None
    fence = info = ""
    for line in text.split("\n"):
        bare = line.strip()
        if inside is not None and len(bare) >= len(fence) and not bare.strip(fence[0]):
            yield info, "\n".join(inside)
            inside = None
        elif inside is not None:
            inside.append(line)
        elif (opening := _FENCE.fullmatch(line)) is not None:
            inside, fence, info = [], opening[1], opening[2].lower()
    if inside is not None:
        yield info, "\n".join(inside).removesuffix(fence)
