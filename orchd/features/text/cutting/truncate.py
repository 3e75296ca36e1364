"""Cutting a text or a conversation to a size, and telling what was cut."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from orchd.errors import TooLarge
from orchd.features.text.cutting.borders import Borders, first, last
from orchd.features.text.cutting.weights import Ruler
from orchd.llm.types import Turn

Side: TypeAlias = Literal["start", "end", "both"]


class Gap(NamedTuple):
    """What is removed of a text: `text[start:end]`, nothing when they are equal."""

    start: int
    end: int

    def without(self, text: str) -> str:
        """Return what is left of `text`."""
        return text[: self.start] + text[self.end :]


class ConversationCut(NamedTuple):
    """A conversation cut to a size: the indexes of the turns that stay, and what goes of the last one."""

    kept: tuple[int, ...]
    gap: Gap

    def turns(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """Return what is left of the conversation."""
        last_index = len(turns) - 1
        return tuple(
            Turn(turns[index].role, self.gap.without(turns[index].content)) if index == last_index else turns[index]
            for index in self.kept
        )


def truncate(text: str, borders: Borders, ruler: Ruler, limit: int, keep: Side) -> Gap:
    """Return what to remove so that `limit` is not exceeded; all of it when not even a character fits.

    `keep` says which part stays: the beginning, the end, or half of each.
    """
    length = len(text)
    if ruler.size(0, length) <= limit:
        return Gap(length, length)
    head = 0
    if keep != "end":
        head = last(text, borders, 0, ruler.reach(0, limit if keep == "start" else limit // 2))
    if keep == "start":
        return Gap(head, length)
    back = max(head, ruler.back(length, limit - ruler.size(0, head)))
    return Gap(head, first(text, borders, back, length) if back < length else length)


def truncate_turns(
    turns: Sequence[Turn], limit: int, measure: Callable[[str], int], per_turn: int, shorten: Callable[[str, int], Gap]
) -> ConversationCut:
    """Cut a conversation, not empty, to `limit`: older turns go, whole, before the last one is shortened.

    Turns of the system stay, and so does the last one. What is left does not begin with an answer, since some models'
    templates refuse that. Raises TooLarge when there is no room for the last turn.
    """
    final = len(turns) - 1
    system = {index for index, turn in enumerate(turns[:final]) if turn.role == "system"}
    room = limit - sum(measure(turns[index].content) + per_turn for index in system) - per_turn
    content = turns[final].content
    gap = shorten(content, room) if room > 0 else Gap(0, len(content))
    left = gap.without(content)
    if room < 0 or (content and not left):
        raise TooLarge("there is no room for the last message beside the system's", field="messages", limit=limit)
    kept = _older_that_fit(turns, room - measure(left), measure, per_turn) if left == content else []
    return ConversationCut((*sorted({*system, *kept}), final), gap)


def _older_that_fit(turns: Sequence[Turn], room: int, measure: Callable[[str], int], per_turn: int) -> list[int]:
    kept: list[int] = []
    for index in range(len(turns) - 2, -1, -1):
        if turns[index].role == "system":
            continue
        room -= measure(turns[index].content) + per_turn
        if room < 0:
            break
        kept.append(index)
    while kept and turns[kept[-1]].role == "assistant":
        kept.pop()
    return kept
