"""Answers that are a form instead: a schema or its example copied, or JSON that answers a question nobody asked.

Models do that where they have seen such a form before: a judge's verdict, a plan, a call of a tool. JSON that was asked
for, or whose members the question names, is an answer.
"""

import re
from collections.abc import Iterator
from typing import Any

from orchd.llm import json_values
from orchd.patterns import lazy_pattern

LONGEST = 20_000
_ASKED = lazy_pattern(
    r"\b(?:json|schemas?|objects?|dict\w*|yaml|xml|api|payload|key[- ]value|keys|fields|format[a-z]*|structured?"
    r"|esquemas?|objet[oa]s?|campos"
    r"|estrutur\w+)\b|[{}]",
    re.IGNORECASE,
)
_PROMPT_SHOWN = 20_000
_FORMS = (
    frozenset({"approved"}),
    frozenset({"inScope"}),
    frozenset({"better", "reason"}),
    frozenset({"subtasks"}),
    frozenset({"name", "arguments"}),
    frozenset({"name", "parameters"}),
    frozenset({"tool_calls"}),
    frozenset({"function_call"}),
)
"""Members by which the forms of other questions are known: a verdict, opinions, a comparison, a plan, a call."""

_EMPTY_VALUES = lazy_pattern(
    r"(?:(?:a |the )?(?:text|string|number|integer|boolean|value|list|name|answer|reason)(?: here)?|true or false"
    r"|yes or no"
    r"|true ?\| ?false|a short name|\.{3}|…|<[^<>]{1,60}>|\[[^\[\]]{1,60}\]|(?:\w+ or )+\w+|texto|número|valor)",
    re.IGNORECASE,
)


def form_of(text: str, prompt: str | None) -> str | None:
    """Return what form a text is instead of an answer, None where it is none or where that may have been asked for.

    Without the prompt nobody can tell.
    """
    if prompt is None or len(text) > LONGEST or _ASKED.search(prompt[:_PROMPT_SHOWN]):
        return None
    found = list(json_values(text, "alone"))
    if len(found) != 1 or not isinstance(found[0].value, dict) or not found[0].value:
        return None
    value = found[0].value
    if _is_schema(value):
        return "a JSON schema"
    if all(isinstance(leaf, str) and _EMPTY_VALUES.fullmatch(leaf.strip()) for leaf in _leaves(value, 8)):
        return "a form that was not filled in"
    known = next((members for members in _FORMS if members <= value.keys()), None)
    if known is None or any(member.lower() in prompt.lower() for member in known):
        return None
    return f"JSON for another question, with `{min(known)}`"


def _is_schema(value: dict[str, Any]) -> bool:
    return value.get("type") == "object" and isinstance(value.get("properties"), dict)


def _leaves(value: object, depth: int) -> Iterator[object]:
    """Yield the values within a value; one that lies too deep counts as one."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None or depth == 0:
        yield value
        return
    for item in inner:
        yield from _leaves(item, depth - 1)
