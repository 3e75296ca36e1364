"""Bounds of a plan, whoever makes it, and whether its subtasks can be done in some order."""

from collections.abc import Collection, Sequence

from orchd.reasons import Reason

MAX_SUBTASKS = 100
MAX_DEPTH = 20
"""How many subtasks may wait for each other in a row."""

MAX_TITLE_CHARACTERS = 200
MAX_PROMPT_CHARACTERS = 100_000
DIFFICULTIES = range(1, 11)


class UnusablePlan(Exception):
    """The plan can't be read or carried out; the text says why, to people and to the model that wrote it. `reason`,
    where there is one, says it to programs, and `steps` whom it is about, counted from 1."""

    def __init__(self, text: str, reason: Reason | None = None, steps: Sequence[int] = ()) -> None:
        super().__init__(text)
        self.reason = reason
        self.steps = steps


def check_order(depends_on: Sequence[Collection[int]]) -> None:
    """Raise UnusablePlan when subtasks, of each of which it is said which ones (indices) it needs, wait for each other
    in a circle, naming who is in it or behind it, or too many in a row. Never waits."""
    depths: dict[int, int] = {}
    left = set(range(len(depends_on)))
    while left:
        ready = {index for index in left if depths.keys() >= set(depends_on[index])}
        if not ready:
            steps = [index + 1 for index in sorted(left)]
            names = ", ".join(str(step) for step in steps[:10])
            raise UnusablePlan(f"subtasks wait for each other in a circle: {names}", "circle", steps)
        depths |= {index: 1 + max((depths[need] for need in depends_on[index]), default=0) for index in ready}
        left -= ready
    length = max(depths.values(), default=0)
    if length > MAX_DEPTH:
        raise UnusablePlan(f"{length} subtasks wait for each other in a row; {MAX_DEPTH} are the most", "chain")
