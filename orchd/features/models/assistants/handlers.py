"""Answers to `assistant:*`."""

import time
from typing import TypeVar

from msgspec import UNSET, UnsetType

from orchd.errors import Invalid, NotFound
from orchd.features.models import queries
from orchd.features.models.assistants.messages import (
    AssistantCreate,
    AssistantDelete,
    AssistantDeleted,
    AssistantGet,
    AssistantItem,
    AssistantList,
    AssistantPage,
    AssistantUpdate,
)
from orchd.features.models.rows import AssistantDraft
from orchd.protocol.command import Command, Commands
from orchd.protocol.names import checked_name
from orchd.protocol.page import MAX_REPLY_BYTES, itself, page
from orchd.protocol.router import Context
from orchd.storage import Database, Steps

T = TypeVar("T")


class AssistantHandlers:
    """One method a frame."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, context: Context, data: AssistantCreate) -> AssistantItem:
        draft = AssistantDraft(
            name=_named(data.name),
            description=data.description,
            category=checked_name(data.category, "category"),
            model=_model(data.model, "model"),
            fallbacks=_models(data.fallbacks),
            system_prompt=data.system_prompt,
            capabilities=_capabilities(data.capabilities),
            active=data.active,
        )
        return await self._database.write(queries.add_assistant, draft, _now())

    async def get(self, context: Context, data: AssistantGet) -> AssistantItem:
        found = await self._database.read(queries.find_assistant, data.assistant_id)
        return _there(found)

    async def list(self, context: Context, data: AssistantList) -> AssistantPage:
        rows = await self._database.read(
            queries.assistant_page, data.category, data.active, data.limit, data.cursor, MAX_REPLY_BYTES
        )
        return AssistantPage(*page(rows, data.limit, itself, lambda last: last.name))

    async def update(self, context: Context, data: AssistantUpdate) -> AssistantItem:
        changed = await self._database.write(_update, data, _now())
        return _there(changed)

    async def delete(self, context: Context, data: AssistantDelete) -> AssistantDeleted:
        if not await self._database.write(queries.remove_assistant, data.assistant_id):
            raise _nobody()
        return AssistantDeleted(data.assistant_id)


COMMANDS = Commands(
    Command("assistant:create", AssistantCreate, AssistantItem, right="change").by(AssistantHandlers.create),
    Command("assistant:get", AssistantGet, AssistantItem, right="read").by(AssistantHandlers.get),
    Command("assistant:list", AssistantList, AssistantPage, right="read").by(AssistantHandlers.list),
    Command("assistant:update", AssistantUpdate, AssistantItem, right="change").by(AssistantHandlers.update),
    Command("assistant:delete", AssistantDelete, AssistantDeleted, right="change").by(AssistantHandlers.delete),
)


def _update(data: AssistantUpdate, now: int) -> Steps[AssistantItem | None]:
    """Read and write in one transaction, so that two changes of different members don't undo each other."""
    old = yield from queries.find_assistant(data.assistant_id)
    if old is None:
        return None
    draft = AssistantDraft(
        name=old.name if data.name is UNSET else _named(data.name),
        description=_or(data.description, old.description),
        category=old.category if data.category is UNSET else checked_name(data.category, "category"),
        model=_model(_or(data.model, old.model), "model"),
        fallbacks=_models(_or(data.fallbacks, old.fallbacks)),
        system_prompt=_or(data.system_prompt, old.system_prompt),
        capabilities=old.capabilities if data.capabilities is UNSET else _capabilities(data.capabilities),
        active=_or(data.active, old.active),
    )
    return (yield from queries.change_assistant(data.assistant_id, draft, now))


def _or(given: T | UnsetType, old: T) -> T:
    return old if given is UNSET else given


def _named(name: str) -> str:
    if not name.strip():
        raise Invalid("the name is blank", field="name", path="$.data.name")
    return checked_name(name, "name")


def _capabilities(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(checked_name(name, "capabilities") for name in names)


def _model(name: str | None, field: str) -> str | None:
    """A model need not be there, but it has a name."""
    if name is not None and not name.strip():
        raise Invalid("the name of a model is blank", field=field, path=f"$.data.{field}")
    return name


def _models(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each is tried once, however often it is named."""
    for name in names:
        _model(name, "fallbacks")
    return tuple(dict.fromkeys(names))


def _there(found: AssistantItem | None) -> AssistantItem:
    if found is None:
        raise _nobody()
    return found


def _nobody() -> NotFound:
    return NotFound("there is no such assistant", field="assistantId", path="$.data.assistantId")


def _now() -> int:
    return time.time_ns() // 1_000_000
