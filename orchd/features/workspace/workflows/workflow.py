"""The entity `workflow`: steps that lead to one another, checked whenever they are stored."""

import msgspec
from msgspec import UNSET

from orchd.entity.wire import (
    Category,
    Description,
    Entity,
    EntityHandlers,
    EntityRooms,
    Name,
    OwnedItem,
    commands_of,
    web_address,
)
from orchd.errors import Invalid
from orchd.features.workspace.workflows.graph import check_steps
from orchd.features.workspace.workflows.steps import WorkflowHttpStep, WorkflowSteps
from orchd.protocol.identity import Identity
from orchd.protocol.router import Serve
from orchd.protocol.types import ClientPayload


class Workflow(OwnedItem, frozen=True, kw_only=True):
    """Steps that lead to one another; the first one begins. They are stored and checked, and not run yet."""

    name: Name
    description: Description = ""
    category: Category = ""
    steps: WorkflowSteps
    """Its steps, the one that begins first."""
    active: bool = True
    """Whether it may be run."""


WORKFLOW = Entity(
    "workflow",
    Workflow,
    unique=("name",),
    filters=("category", "active"),
    orders=("name", "created_at", "updated_at"),
    long=("steps",),
    search=("name", "description"),
)


class WorkflowHandlers(EntityHandlers[Workflow]):
    """Its steps fit together."""

    async def permit(self, who: Identity, sent: ClientPayload) -> None:
        """Looked at before the transaction, for which others wait. Raises `Invalid` with the path of the step where
        something is wrong."""
        drafts = getattr(sent, "steps", UNSET)
        if drafts is UNSET:
            return
        steps = msgspec.convert(msgspec.to_builtins(drafts), WorkflowSteps)
        check_steps(steps)
        for place, step in enumerate(steps):
            if isinstance(step, WorkflowHttpStep):
                _check_address(step.url, f"steps[{place}].url")


COMMANDS = commands_of(WORKFLOW)


def serve(rooms: EntityRooms) -> dict[str, Serve]:
    """Return what answers the frames of workflows."""
    return COMMANDS.bind(WorkflowHandlers(WORKFLOW, rooms))


def _check_address(url: str, place: str) -> None:
    try:
        web_address(url, "url")
    except Invalid as refused:
        raise Invalid(refused.message, reason=refused.reason, field="steps", path=f"$.data.{place}") from None
