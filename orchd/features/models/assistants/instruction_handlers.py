"""Answers to the frames of instructions."""

from orchd.entity import Owner, owner_of
from orchd.entity.wire import EntityHandlers, commands_of
from orchd.errors import NotFound
from orchd.features.models.assistants.instruction_queries import INSTRUCTION, INSTRUCTIONS, instructions_for
from orchd.features.models.assistants.instructions import InstructionItem, InstructionPreview, InstructionsTold
from orchd.features.models.queries import ASSISTANTS
from orchd.protocol.command import LOOKUP, Command, Commands
from orchd.protocol.router import Context
from orchd.storage import Steps


class InstructionHandlers(EntityHandlers[InstructionItem]):
    """Those of the entity, and what would be told."""

    async def preview(self, context: Context, data: InstructionPreview) -> InstructionsTold:
        """Show what models would be told at present."""
        items = await self._database.read(_preview, owner_of(context.identity), data.project_id, data.assistant_id)
        return InstructionsTold(items=items, text="\n\n".join(item.instruction_text for item in items))


def _preview(owner: Owner, project_id: int | None, assistant_id: int | None) -> Steps[list[InstructionItem]]:
    if project_id is not None and project_id not in owner.reads:
        raise NotFound("there is no such project", field="projectId", path="$.data.projectId")
    if assistant_id is not None:
        yield from ASSISTANTS.seen_by(owner).get(assistant_id)
    told = yield from instructions_for(owner, project_id, assistant_id)
    items: list[InstructionItem] = []
    for row_id in told.ids:
        item = yield from INSTRUCTIONS.seen_by(owner).get(row_id)
        items.append(item)
    return items


COMMANDS = commands_of(INSTRUCTION)
MORE = Commands(
    Command(
        "instruction:preview", InstructionPreview, InstructionsTold, right="read", scope="workspace", errors=LOOKUP
    ).by(InstructionHandlers.preview),
)
