import msgspec
import pytest

from orchd.features.workspace.workflows.steps import Lead, WorkflowStep, leads, result_tests

CASE = {"when": {"step": "z", "test": "equals", "value": "yes"}, "next": "b"}
STEPS = [
    ({"type": "task", "title": "Paint"}, []),
    ({"type": "prompt", "text": "Which colour?"}, []),
    ({"type": "condition", "cases": [CASE, CASE | {"next": "c"}]}, [("b", "cases[0].next"), ("c", "cases[1].next")]),
    ({"type": "loop", "body": "b", "maxRounds": 2}, [("b", "body", True)]),
    ({"type": "parallel", "branches": ["b", "c"]}, [("b", "branches[0]", True), ("c", "branches[1]", True)]),
    ({"type": "approval", "question": "Go on?", "otherwise": "b"}, [("b", "otherwise")]),
    ({"type": "approval", "question": "Go on?"}, []),
    ({"type": "http", "method": "GET", "url": "https://a.example"}, []),
    ({"type": "notification", "text": "done"}, []),
]


@pytest.mark.parametrize(("draft", "found"), STEPS)
def test_where_a_step_leads(draft: dict[str, object], found: list[tuple[str, str]]) -> None:
    step = msgspec.convert({**draft, "id": "a"}, WorkflowStep)
    assert [*leads(step)] == [Lead(*lead) for lead in found]
    onward = msgspec.structs.replace(step, next="end")
    assert [*leads(onward)] == [*(Lead(*lead) for lead in found), Lead("end", "next")]


def test_what_a_step_asks_of_results() -> None:
    condition = msgspec.convert({"type": "condition", "id": "a", "cases": [CASE]}, WorkflowStep)
    assert [(member, test.step, test.value) for member, test in result_tests(condition)] == [
        ("cases[0].when", "z", "yes")
    ]
    until = {"step": "y", "test": "failed"}
    loop = msgspec.convert({"type": "loop", "id": "a", "body": "b", "maxRounds": 1, "until": until}, WorkflowStep)
    assert [(member, test.step) for member, test in result_tests(loop)] == [("until", "y")]
    assert not [*result_tests(msgspec.convert({"type": "loop", "id": "a", "body": "b", "maxRounds": 1}, WorkflowStep))]
