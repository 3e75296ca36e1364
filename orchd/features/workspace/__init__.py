"""What people keep: the entities that belong to no other feature, and what all entities are given.

Frames: those of the entities `knowledge`, `knowledge:source`, `workflow` and `template`, `template:preview`, `use`,
`duplicate`, `export` and `import`; of `prompt`, with `prompt:versions`, `revert`, `diff`, `duplicate` and `run`.
Tables: theirs. What is removed is kept for some time, and so is the log of changes.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import trio

from orchd.entity.wire import ChangeFeed, EntityRooms
from orchd.features.feature import OpenFeatures, Services
from orchd.features.project import require_project
from orchd.features.workspace import knowledge
from orchd.features.workspace.pruning import Pruner, Retention, count_old, delete_old
from orchd.features.workspace.texts import prompt_handlers, template_handlers
from orchd.features.workspace.texts.prompt import PROMPT
from orchd.features.workspace.texts.prompt_handlers import SendMessage
from orchd.features.workspace.texts.template import TEMPLATE
from orchd.features.workspace.workflows import workflow
from orchd.guard import Supervisor
from orchd.protocol.command import AnyCommand
from orchd.settings.kept.workspace import WorkspaceSettings

__all__ = ["COMMANDS", "ENTITIES", "Retention", "count_old", "delete_old", "open_rooms", "open_workspace"]

ENTITIES = (knowledge.KNOWLEDGE, knowledge.SOURCE, workflow.WORKFLOW, TEMPLATE, PROMPT)
COMMANDS: tuple[AnyCommand, ...] = (
    *knowledge.COMMANDS,
    *workflow.COMMANDS,
    *template_handlers.COMMANDS,
    *prompt_handlers.COMMANDS,
)


@asynccontextmanager
async def open_rooms(
    services: Services, settings: WorkspaceSettings, removed: Sequence[Retention]
) -> AsyncIterator[EntityRooms]:
    """Tell changes, and delete for good what was removed long ago, while the block lasts."""
    feed = ChangeFeed(services.database, services.hub)
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        supervisor.keep("live lists", feed.keep_telling)
        supervisor.keep("removed rows", Pruner(services.database, removed).keep_pruning)
        yield EntityRooms(services.database, feed, require_project, settings.max_rows)
        nursery.cancel_scope.cancel()


def open_workspace(services: Services, rooms: EntityRooms, send: SendMessage) -> OpenFeatures[None]:
    """Make what answers the frames of what people keep; `send` asks a question of theirs."""
    serves = {
        **knowledge.serve(rooms),
        **workflow.serve(rooms),
        **template_handlers.serve(rooms),
        **prompt_handlers.serve(rooms, services.workers, send),
    }
    return OpenFeatures(None, serves)
