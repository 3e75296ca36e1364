import json

import pytest

from orchd.features.models.response.forms import form_of

QUESTION = "Describe how the bridge was built."


@pytest.mark.parametrize(
    "text",
    [
        '{"approved": true}',
        '{"approved": true, "score": 95, "criteria": {}}',
        '```json\n{"approved": false}\n```',
        '{"subtasks": [{"title": "one", "prompt": "do it"}]}',
        '{"supported": [], "issues": [], "contradictions": [], "inScope": true, "scopeReason": "yes"}',
        '{"better": "A", "reason": "it is longer"}',
        '{"name": "search", "arguments": {"query": "bridge"}}',
        '{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}',
        '{"title": "a short name", "steps": ["text"], "done": "true or false", "count": "a number"}',
        '{"answer": "..."}',
        '{"answer": "<your answer>"}',
    ],
)
def test_a_form_is_no_answer(text: str) -> None:
    assert form_of(text, QUESTION)
    assert form_of(text, None) is None


@pytest.mark.parametrize(
    "text",
    [
        "The bridge was built by two brothers.",
        "[1, 2]",
        "{}",
        '{"answer": "By two brothers, from 1929 on."}',
        '{"builders": ["Ann", "Bob"], "years": 8}',
        'The verdict was {"approved": true}.',
        '{"approved": true',
    ],
)
def test_what_may_be_an_answer(text: str) -> None:
    assert form_of(text, QUESTION) is None


@pytest.mark.parametrize(
    "prompt",
    [
        "Answer as JSON: is the loan approved?",
        "Was it approved?",
        'Fill in {"approved": true or false}.',
        "Give me the schema of a verdict.",
        "Responde num objeto.",
        "Which fields does a verdict have?",
    ],
)
def test_what_was_asked_for_is_an_answer(prompt: str) -> None:
    assert form_of('{"approved": true}', prompt) is None


def test_what_lies_deep_is_no_form() -> None:
    value: object = "text"
    for _ in range(20):
        value = {"a": value}
    assert form_of(json.dumps(value), QUESTION) is None
