"""Plans found in what models write around them, and put right where that has one meaning."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.task.core.plan_check import (
    DIFFICULTIES,
    MAX_DEPTH,
    MAX_PROMPT_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    UnusablePlan,
)
from orchd.features.task.core.results import PlannedSubtask
from orchd.features.task.workers.placeholders import is_placeholder
from orchd.features.task.workers.plan_reading import MAX_CHARACTERS, TYPES, read_plan
from orchd.features.task.workers.planning import _FORM

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda text: bool(text.strip())
)
TRICKY = st.sampled_from(['a, ]"b', "{x}", "// no comment", "None, True", '```json\n{"a": 1,}\n```', "/* x */", "\\"])
ASSISTANTS = ("Ada", "Böb the coder")


SAYING = (TEXTS | TRICKY).filter(lambda text: not is_placeholder(text))


@st.composite
def plans(draw: st.DrawFn) -> list[PlannedSubtask]:
    count = draw(st.integers(1, 8))
    return [
        PlannedSubtask(
            title=" ".join(draw(SAYING).split()),
            prompt=draw(SAYING).strip(),
            depends_on=sorted(draw(st.sets(st.integers(0, number - 1), max_size=3))) if number else [],
            difficulty=draw(st.integers(1, 10)),
            assistant=draw(st.none() | st.sampled_from(ASSISTANTS)),
            task_type=draw(st.sampled_from(TYPES)),
        )
        for number in range(count)
    ]


def written(plan: list[PlannedSubtask], ids: list[Any]) -> dict[str, Any]:
    """A plan as a model should write it."""
    return {
        "subtasks": [
            {
                "id": ids[index],
                "title": part.title,
                "prompt": part.prompt,
                "depends_on": [ids[other] for other in part.depends_on],
                "difficulty": part.difficulty,
                "task_type": part.task_type,
                "assistant": part.assistant or "",
            }
            for index, part in enumerate(plan)
        ]
    }


def test_ids_are_the_numbers_from_one_unless_they_are_given() -> None:
    text = '{"subtasks": [{"title": "A", "prompt": "a"}, {"title": "B", "prompt": "b", "depends_on": [1]}]}'
    assert [subtask.depends_on for subtask in read_plan(text, ())] == [[], [0]]
    text = text.replace('"title": "A"', '"id": 7, "title": "A"').replace("[1]", "[7]")
    assert [subtask.depends_on for subtask in read_plan(text, ())] == [[], [0]]


PROSE = st.sampled_from(
    [
        "",
        "Sure, here's the plan:\n",
        "He said \"no. It's {not} JSON [at all].\n",
        "I thought of {steps} and [others].\n\n",
        'An example would be {"a": [1, 2]}.\n',
        "}{][",
    ]
)
FENCES = st.sampled_from([("", ""), ("```json\n", "\n```"), ("```\n", "\n```"), ("~~~\n", "\n~~~")])


@given(
    plan=plans(),
    before=PROSE,
    after=PROSE,
    fence=FENCES,
    indent=st.none() | st.integers(0, 3),
    start=st.integers(0, 50),
    ascii_only=st.booleans(),
)
def test_what_stands_around_a_plan_is_passed_over(
    plan: list[PlannedSubtask],
    before: str,
    after: str,
    fence: tuple[str, str],
    indent: int | None,
    start: int,
    ascii_only: bool,
) -> None:
    ids = [*range(start, start + len(plan))]
    text = json.dumps(written(plan, ids), indent=indent, ensure_ascii=ascii_only)
    assert read_plan(f"{before}{fence[0]}{text}{fence[1]}\n{after}", ASSISTANTS) == plan


def loose(value: Any) -> str:
    """JSON as models write it: commas at the end, comments, Python's words; strings as they should be."""
    if isinstance(value, dict):
        return "{" + "".join(f"{json.dumps(name)}: {loose(part)},\n" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[ // a list\n" + "".join(f"{loose(part)}, " for part in value) + "]"
    return "None" if value is None else json.dumps(value)


@given(plan=plans(), start=st.integers(1, 9), before=PROSE)
def test_loose_json_is_put_right(plan: list[PlannedSubtask], start: int, before: str) -> None:
    ids = [*range(start, start + len(plan))]
    assert read_plan(before + loose(written(plan, ids)), ASSISTANTS) == plan


@given(plan=plans())
def test_a_bare_list_with_other_names_is_a_plan_too(plan: list[PlannedSubtask]) -> None:
    items = [
        {
            "name": subtask.title,
            "description": subtask.prompt,
            "dependencies": [str(other + 1) for other in subtask.depends_on],
            "estimatedDifficulty": float(subtask.difficulty),
            "type": subtask.task_type,
            "assistant": subtask.assistant,
        }
        for subtask in plan
    ]
    assert read_plan("Here:\n" + json.dumps(items), ASSISTANTS) == plan


@given(st.text(max_size=200) | st.text('{}[]",:subtak1 \\\n', max_size=200))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        plan = read_plan(text, ())
    except UnusablePlan:
        return
    assert plan
    for number, subtask in enumerate(plan):
        assert 0 < len(subtask.title.strip()) <= MAX_TITLE_CHARACTERS
        assert subtask.prompt.strip()
        assert (subtask.difficulty in DIFFICULTIES, subtask.assistant) == (True, None)
        assert {*range(len(plan))} - {number} >= {*subtask.depends_on}


@given(plan=plans(), cut=st.floats(0.05, 0.95))
def test_a_plan_that_is_cut_off_is_none(plan: list[PlannedSubtask], cut: float) -> None:
    text = json.dumps(written(plan, [*range(1, len(plan) + 1)]))
    with pytest.raises(UnusablePlan):
        read_plan(text[: int(len(text) * cut)], ASSISTANTS)


def one(**members: object) -> str:
    return json.dumps({"subtasks": [{"title": "A", "prompt": "Do it."}, {"title": "B", "prompt": "Too.", **members}]})


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"difficulty": "7"}, ("difficulty", 7)),
        ({"difficulty": 7.0}, ("difficulty", 7)),
        ({}, ("difficulty", 5)),
        ({"depends_on": "a"}, ("depends_on", [0])),
        ({"depends_on": [1, "1", " A "]}, ("depends_on", [0])),
        ({"depends_on": ["none"]}, ("depends_on", [])),
        ({"dependsOn": None}, ("depends_on", [])),
        ({"assistant": "ADA"}, ("assistant", "Ada")),
        ({"assistant": "None"}, ("assistant", None)),
        ({"task_type": "embedding"}, ("task_type", "general")),
        ({"task_type": ["code"]}, ("task_type", "general")),
        ({"title": None, "prompt": "First line.\nSecond."}, ("title", "First line.")),
        ({"title": "x" * 300}, ("title", "x" * 199 + "…")),
        ({"prompt": "\ud800 surrogate"}, ("prompt", "? surrogate")),
    ],
)
def test_what_has_one_meaning_is_read(members: dict[str, object], found: tuple[str, object]) -> None:
    assert getattr(read_plan(one(**members), ["Ada"])[1], found[0]) == found[1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no whole JSON object"),
        ("I can't do that.", "no whole JSON object"),
        ('{"subtasks": "none"}', "no whole JSON object"),
        ('{"subtasks": []}', "no subtasks"),
        ('{"subtasks": [1]}', "subtask 1 is not an object"),
        (one() + "\n" + one(difficulty=3), "several different plans"),
        (one(difficulty=11), "from 1 to 10"),
        (one(difficulty=7.5), "from 1 to 10"),
        (one(difficulty=True), "from 1 to 10"),
        (one(difficulty="very"), "from 1 to 10"),
        (one(depends_on=[3]), "depends on '3', which is no subtask's id"),
        (one(depends_on=[0]), "depends on '0', which is no subtask's id"),
        (one(depends_on=[2]), "depends on itself"),
        (
            json.dumps({"subtasks": [{"prompt": "x", "depends_on": [2]}, {"prompt": "y", "depends_on": [1]}]}),
            "a circle",
        ),
        (
            json.dumps({"subtasks": [{"prompt": "x", "depends_on": [n] if n else []} for n in range(MAX_DEPTH + 1)]}),
            "21 subtasks wait",
        ),
        (one(difficulty=0), "from 1 to 10"),
        (one(difficulty="11"), "from 1 to 10"),
        (one(difficulty=float("inf")), "from 1 to 10"),
        (one(prompt="x" * (MAX_PROMPT_CHARACTERS + 1)), "subtask 2: the prompt is over 100000"),
        (one(prompt=""), "subtask 2: the prompt is empty"),
        (one(prompt=["x"]), "subtask 2: the prompt is not a text"),
        (one(assistant="Eve"), r"no assistant 'Eve' \(known: Ada, Bob, bob\)"),
        (one(assistant="BOB"), "no assistant 'BOB'"),
        (one(id=1), "the same id"),
        (json.dumps({"subtasks": [{"prompt": "x"}] * 101}), "101 subtasks"),
        (" " * (MAX_CHARACTERS + 1), "too long"),
    ],
)
def test_why_an_answer_is_no_plan(text: str, why: str) -> None:
    with pytest.raises(UnusablePlan, match=why):
        read_plan(text, ["bob", "Ada", "Bob"])


def test_a_plan_within_another_object_and_the_same_plan_twice() -> None:
    plan = read_plan(f'{{"plan": {one()}}}', ())
    assert plan == read_plan(f"{one()}\n\nAgain:\n{one()}", ())
    assert len(plan) == 2


@pytest.mark.parametrize(
    "text", ['{"' * 40_000, '{"subtasks": [' * 8_000, '[{"a":' * 20_000, '{"a":"' + '\\"' * 60_000]
)
def test_hostile_brackets_end_soon(text: str) -> None:
    with pytest.raises(UnusablePlan):
        read_plan(text, ())


@pytest.mark.parametrize("prompt", ["what is to be done, completely", "<PROMPT>", "full description of the step"])
def test_a_copy_of_the_form_is_no_plan(prompt: str) -> None:
    plan = json.dumps({"subtasks": [{"id": 1, "title": "a short name", "prompt": prompt, "depends_on": []}]})
    with pytest.raises(UnusablePlan, match=r"subtask 1: the prompt .* only describes the form"):
        read_plan(plan, ())


def test_the_form_as_it_is_shown_can_not_run() -> None:
    with pytest.raises(UnusablePlan):
        read_plan(json.dumps({"subtasks": [_FORM]}), ())


def test_a_title_that_is_copied_from_the_form_is_the_first_line_of_the_prompt() -> None:
    plan = json.dumps({"subtasks": [{"title": "a short name", "prompt": "List the teas.\nAll of them."}]})
    assert read_plan(plan, ())[0].title == "List the teas."
