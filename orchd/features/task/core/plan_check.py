"""Whether a plan can be carried out: checked before anything of it is stored, since it is stored whole or not."""

from collections.abc import Collection, Sequence

from orchd.features.task.core.work import PlannedSubtask

MAX_SUBTASKS = 100
MAX_DEPTH = 20
"""How many subtasks may wait for each other in a row."""

MAX_TITLE_CHARACTERS = 200
MAX_PROMPT_CHARACTERS = 100_000
DIFFICULTIES = range(1, 11)


class UnusablePlan(Exception):
    """The plan can't be read or carried out; the text says why, to people and to the model that wrote it."""


def check_plan(subtasks: Sequence[PlannedSubtask], assistants: Collection[str]) -> None:
    """Raise UnusablePlan unless a plan can be carried out with assistants of these names. Never waits."""
    if not subtasks:
        raise UnusablePlan("the plan has no subtasks")
    if len(subtasks) > MAX_SUBTASKS:
        raise UnusablePlan(f"the plan has {len(subtasks)} subtasks; {MAX_SUBTASKS} are the most")
    for number, subtask in enumerate(subtasks, 1):
        _check_subtask(subtask, f"subtask {number}", assistants)
        _check_dependencies(subtask, number, len(subtasks))
    length = longest_chain([subtask.depends_on for subtask in subtasks])
    if length > MAX_DEPTH:
        raise UnusablePlan(f"{length} subtasks wait for each other in a row; {MAX_DEPTH} are the most")


def longest_chain(depends_on: Sequence[Collection[int]]) -> int:
    """Return how many items wait for each other in a row, by each one's list of those (indices) that it needs.

    Raises UnusablePlan for a circle, naming who is in it or behind it.
    """
    depths: dict[int, int] = {}
    left = set(range(len(depends_on)))
    while left:
        ready = {index for index in left if depths.keys() >= set(depends_on[index])}
        if not ready:
            names = ", ".join(str(index + 1) for index in sorted(left)[:10])
            raise UnusablePlan(f"subtasks wait for each other in a circle: {names}")
        depths |= {index: 1 + max((depths[need] for need in depends_on[index]), default=0) for index in ready}
        left -= ready
    return max(depths.values(), default=0)


def _check_subtask(subtask: PlannedSubtask, name: str, assistants: Collection[str]) -> None:
    if not subtask.title.strip():
        raise UnusablePlan(f"{name}: the title is empty")
    if len(subtask.title) > MAX_TITLE_CHARACTERS:
        raise UnusablePlan(f"{name}: the title is over {MAX_TITLE_CHARACTERS} characters")
    if not subtask.prompt.strip():
        raise UnusablePlan(f"{name}: the prompt is empty")
    if len(subtask.prompt) > MAX_PROMPT_CHARACTERS:
        raise UnusablePlan(f"{name}: the prompt is over {MAX_PROMPT_CHARACTERS} characters")
    if subtask.difficulty not in DIFFICULTIES:
        raise UnusablePlan(f"{name}: the difficulty must be an integer from 1 to 10")
    if subtask.assistant is not None and subtask.assistant not in assistants:
        known = ", ".join(sorted(assistants)) or "there are none"
        raise UnusablePlan(f"{name}: there is no assistant {subtask.assistant[:100]!r} (known: {known[:1000]})")


def _check_dependencies(subtask: PlannedSubtask, number: int, count: int) -> None:
    for index in subtask.depends_on:
        if not 0 <= index < count:
            raise UnusablePlan(f"subtask {number} depends on a subtask that does not exist")
        if index == number - 1:
            raise UnusablePlan(f"subtask {number} depends on itself")
    if len(set(subtask.depends_on)) < len(subtask.depends_on):
        raise UnusablePlan(f"subtask {number} depends on the same subtask twice")
