"""A planner's answer as a plan: read as widely as has one meaning.

Models call things a little differently than they were told. That is put right. What has no meaning, or several, is
refused with a sentence that the model can mend it by: guessing would store a plan that nobody wrote.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias, get_args

from orchd.features.models import TaskType
from orchd.features.task.core.plan_check import (
    DIFFICULTIES,
    MAX_PROMPT_CHARACTERS,
    MAX_SUBTASKS,
    MAX_TITLE_CHARACTERS,
    UnusablePlan,
    check_order,
)
from orchd.features.task.core.results import PlannedSubtask
from orchd.features.task.workers.placeholders import is_placeholder
from orchd.llm import json_values

Item: TypeAlias = dict[str, Any]

MAX_CHARACTERS = 400_000

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "number"),
    "title": ("title", "name"),
    "prompt": ("prompt", "description", "instructions"),
    "depends_on": ("depends_on", "dependsOn", "dependencies"),
    "difficulty": ("difficulty", "estimatedDifficulty", "estimated_difficulty"),
    "assistant": ("assistant", "assigned_assistant"),
    "task_type": ("task_type", "taskType", "type"),
}
"""What we ask for → what models call it."""

TYPES: tuple[TaskType, ...] = tuple(kind for kind in get_args(get_args(TaskType)[0]) if kind != "embedding")
NOBODY = frozenset(["", "none", "null", "n/a", "-"])


def read_plan(text: str, assistants: Collection[str]) -> list[PlannedSubtask]:
    """Return the plan in a model's answer, checked. `assistants` are the names of those who may be assigned.

    Raises UnusablePlan. Takes some tenths of a second for the longest answers.
    """
    if len(text) > MAX_CHARACTERS:
        raise UnusablePlan("the answer is too long for a plan")
    items = _items(text)
    if not items:
        raise UnusablePlan("the plan has no subtasks")
    if len(items) > MAX_SUBTASKS:
        raise UnusablePlan(f"the plan has {len(items)} subtasks; {MAX_SUBTASKS} are the most")
    places = _places(items)
    subtasks = [_subtask(item, number, places, assistants) for number, item in enumerate(items, 1)]
    check_order([subtask.depends_on for subtask in subtasks])
    return subtasks


def _items(text: str) -> list[Item]:
    """Return the one list of subtasks that stands in a text."""
    bare = '"subtasks"' not in text
    values = [found.value for found in json_values(text, "lenient", lambda value: _is_plan(value, bare=bare))]
    found: list[list[Any]] = [value["subtasks"] if isinstance(value, dict) else value for value in values]
    if not found:
        raise UnusablePlan('there is no whole JSON object with a list "subtasks" in the answer')
    if any(other != found[0] for other in found):
        raise UnusablePlan("there are several different plans in the answer")
    for number, item in enumerate(found[0], 1):
        if not isinstance(item, dict):
            raise UnusablePlan(f"subtask {number} is not an object")
    return found[0]


def _is_plan(value: Any, *, bare: bool) -> bool:
    """Tell whether a value is an object with a list of subtasks, or such a list where no object is meant around it."""
    if isinstance(value, dict):
        return isinstance(value.get("subtasks"), list)
    return bare and all(isinstance(item, dict) and _member(item, "prompt") is not None for item in value)


def _member(item: Item, name: str) -> Any:
    """Return a member by the first of its names that stands there; None when none does."""
    return next((item[alias] for alias in NAMES[name] if alias in item), None)


def _places(items: list[Item]) -> dict[str, int]:
    """Return where each subtask stands, by its id, or by its number where it has none, and by its title.

    Titles that several have, or that are somebody's id, name nobody.
    """
    ids = [_key(_member(item, "id"), str(number)) for number, item in enumerate(items, 1)]
    if len(set(ids)) < len(ids):
        raise UnusablePlan("two subtasks have the same id")
    titles = [_key(_member(item, "title"), "") for item in items]
    places = {title: index for index, title in enumerate(titles) if title and titles.count(title) == 1}
    return places | {name: index for index, name in enumerate(ids)}


def _key(value: object, default: str) -> str:
    """Return an id or a title as it is compared: 3, 3.0 and "3" are the same."""
    if value is None or isinstance(value, bool):
        return default
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()).casefold() or default


def _subtask(item: Item, number: int, places: dict[str, int], assistants: Collection[str]) -> PlannedSubtask:
    prompt = _prompt(_member(item, "prompt"), number)
    title = _text(_member(item, "title"), f"subtask {number}: the title")
    title = _first_line(prompt) if is_placeholder(title) else title
    kind = _member(item, "task_type")
    return PlannedSubtask(
        title=_cut(title),
        prompt=prompt,
        depends_on=_dependencies(_member(item, "depends_on"), number, places),
        difficulty=_difficulty(_member(item, "difficulty"), number),
        assistant=_assistant(_member(item, "assistant"), number, assistants),
        task_type=next((known for known in TYPES if known == kind), "general"),
    )


def _prompt(value: object, number: int) -> str:
    prompt = _text(value, f"subtask {number}: the prompt")
    if not prompt:
        raise UnusablePlan(f"subtask {number}: the prompt is empty")
    if len(prompt) > MAX_PROMPT_CHARACTERS:
        raise UnusablePlan(f"subtask {number}: the prompt is over {MAX_PROMPT_CHARACTERS} characters")
    if is_placeholder(prompt):
        shown = _cut(prompt)[:80]
        raise UnusablePlan(f"subtask {number}: the prompt {shown!r} only describes the form; say what is to be done")
    return prompt


def _text(value: object, name: str) -> str:
    if value is not None and not isinstance(value, str):
        raise UnusablePlan(f"{name} is not a text")
    # A lone surrogate can be written in JSON, and neither stored nor sent.
    return (value or "").strip().encode("utf-8", "replace").decode()


def _first_line(text: str) -> str:
    return text.partition("\n")[0].strip()


def _cut(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= MAX_TITLE_CHARACTERS else title[: MAX_TITLE_CHARACTERS - 1] + "…"


def _dependencies(value: object, number: int, places: dict[str, int]) -> list[int]:
    """Return the indices of those that a subtask needs, each once."""
    named = [] if value is None else value if isinstance(value, list) else [value]
    found: dict[int, None] = {}
    for reference in named:
        key = _key(reference, "")
        if key in NOBODY:
            continue
        if key not in places:
            raise UnusablePlan(f"subtask {number} depends on {str(reference)[:60]!r}, which is no subtask's id")
        found[places[key]] = None
    if number - 1 in found:
        raise UnusablePlan(f"subtask {number} depends on itself")
    return list(found)


def _difficulty(value: object, number: int) -> int:
    """Return a whole number; that nobody named one is taken for the middle."""
    if value is None:
        return 5
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in DIFFICULTIES:
        raise UnusablePlan(f"subtask {number}: the difficulty must be an integer from 1 to 10")
    return int(value)


def _assistant(value: object, number: int, assistants: Collection[str]) -> str | None:
    """Return an assistant's name as it is written here, None for nobody."""
    name = _text(value, f"subtask {number}: the assistant")
    if name.casefold() in NOBODY or name in assistants:
        return None if name.casefold() in NOBODY else name
    same = [assistant for assistant in assistants if assistant.casefold() == name.casefold()]
    if len(same) != 1:
        known = ", ".join(sorted(assistants)) or "there are none"
        raise UnusablePlan(f"subtask {number}: there is no assistant {name[:100]!r} (known: {known[:1000]})")
    return same[0]
