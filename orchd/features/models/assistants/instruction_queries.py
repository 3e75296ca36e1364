"""SQL of the table `instruction`."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from orchd.entity import Owner
from orchd.entity.wire import Entity
from orchd.features.models.assistants.instructions import InstructionItem
from orchd.features.models.queries import ASSISTANTS
from orchd.storage import Statement, Steps

INSTRUCTION = Entity(
    "instruction",
    InstructionItem,
    filters=("category", "assistant_id", "active"),
    orders=("title", "priority", "created_at", "updated_at"),
    long=("instruction_text", "description"),
    search=("title", "instruction_text", "description"),
    relations={"assistant_id": ASSISTANTS},
)
INSTRUCTIONS = INSTRUCTION.rows

MAX_AT_ONCE = 20
"""Told at once: with 10 000 characters each, as much as an assistant's own prompt may have."""

_TOLD = "SELECT id, instruction_text FROM instruction WHERE active = 1 AND deleted_at IS NULL"
_FIRST = f"ORDER BY priority DESC, id LIMIT {MAX_AT_ONCE}"


class Instructions(NamedTuple):
    """What is told at once, in order."""

    ids: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()

    def after(self, system_prompt: str) -> str:
        """Return a system prompt with the instructions behind it."""
        return "\n\n".join(text for text in (system_prompt.strip(), *self.texts) if text)


def instructions_for(owner: Owner, project_id: int | None, assistant_id: int | None = None) -> Steps[Instructions]:
    """Return what is told when somebody asks something, in a project or outside of any, and of an assistant if one
    answers: the assistant's instructions that they see, and those without an assistant."""
    own, values, _ = INSTRUCTIONS.visible(owner)
    where, place = "project_id IS NULL AND user_id = ?", owner.user_id
    if project_id is not None:
        where, place = "project_id = ?", project_id
    found = yield Statement(
        f"{_TOLD} AND {own} AND (assistant_id = ? OR (assistant_id IS NULL AND {where})) {_FIRST}",
        (*values, assistant_id, place),
    )
    return _read(found.rows)


def instructions_of(owner: Owner, assistant_id: int) -> Steps[Instructions]:
    """Return what is told to an assistant alone, as far as somebody sees it who has it work."""
    own, values, _ = INSTRUCTIONS.visible(owner)
    found = yield Statement(f"{_TOLD} AND {own} AND assistant_id = ? {_FIRST}", (*values, assistant_id))
    return _read(found.rows)


def count_told(told: Instructions) -> Steps[None]:
    """Count that instructions were told once."""
    if told.ids:
        marks = ", ".join("?" * len(told.ids))
        yield Statement(
            f"UPDATE instruction SET usage_count = usage_count + 1 WHERE id IN ({marks})", tuple(sorted(told.ids))
        )


def _read(rows: Sequence[tuple[Any, ...]]) -> Instructions:
    return Instructions(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
