"""Answers to `assistant:*`."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import UNSET, structs

from orchd.clock import unix_now
from orchd.entity import Owner, owner_of
from orchd.errors import Invalid
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
from orchd.features.models.queries import ASSISTANTS, BY_NAME
from orchd.features.project import require_project
from orchd.protocol.command import Command, Commands
from orchd.protocol.names import checked_name, require_nonblank
from orchd.protocol.page import MAX_REPLY_BYTES, itself, page
from orchd.protocol.router import Context
from orchd.storage import Database, Steps

T = TypeVar("T", AssistantCreate, AssistantUpdate)


class AssistantHandlers:
    """One method a frame."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, context: Context, data: AssistantCreate) -> AssistantItem:
        return await self._database.write(_add, owner_of(context.identity), _check(data), unix_now())

    async def get(self, context: Context, data: AssistantGet) -> AssistantItem:
        return await self._database.read(ASSISTANTS.seen_by(owner_of(context.identity)).get, data.assistant_id)

    async def list(self, context: Context, data: AssistantList) -> AssistantPage:
        after = None if data.cursor is None else (data.cursor,)
        seen = ASSISTANTS.seen_by(owner_of(context.identity))
        rows = await self._database.read(
            seen.page, data.limit, after, BY_NAME, MAX_REPLY_BYTES, category=data.category, active=data.active
        )
        return AssistantPage(*page(rows, data.limit, itself, lambda last: last.name))

    async def update(self, context: Context, data: AssistantUpdate) -> AssistantItem:
        return await self._database.write(_change, owner_of(context.identity), _check(data), unix_now())

    async def delete(self, context: Context, data: AssistantDelete) -> AssistantDeleted:
        await self._database.write(ASSISTANTS.changed_by(owner_of(context.identity)).remove, data.assistant_id)
        return AssistantDeleted(data.assistant_id)


COMMANDS = Commands(
    Command("assistant:create", AssistantCreate, AssistantItem, right="change", scope="workspace").by(
        AssistantHandlers.create
    ),
    Command("assistant:get", AssistantGet, AssistantItem, right="read", scope="workspace").by(AssistantHandlers.get),
    Command("assistant:list", AssistantList, AssistantPage, right="read", scope="workspace").by(AssistantHandlers.list),
    Command("assistant:update", AssistantUpdate, AssistantItem, right="change", scope="workspace").by(
        AssistantHandlers.update
    ),
    Command("assistant:delete", AssistantDelete, AssistantDeleted, right="change", scope="workspace").by(
        AssistantHandlers.delete
    ),
)


def _add(owner: Owner, data: AssistantCreate, now: int) -> Steps[AssistantItem]:
    if data.project_id is not None:
        yield from require_project(owner, data.project_id)
    return (yield from ASSISTANTS.owned_by(owner).add(data, now))


def _change(owner: Owner, data: AssistantUpdate, now: int) -> Steps[AssistantItem]:
    """Whoever takes one out of a project may not see it afterwards."""
    old = yield from ASSISTANTS.changed_by(owner).get(data.assistant_id)
    if isinstance(data.project_id, int) and data.project_id != old.project_id:
        yield from require_project(owner, data.project_id)
    return (yield from ASSISTANTS.everybodys.change(data.assistant_id, data, now))


def _check(data: T) -> T:
    """Return what was sent, with the names in it checked. Raises `Invalid`."""
    sent = {name: rule(value) for name, rule in _RULES.items() if (value := getattr(data, name)) is not UNSET}
    return structs.replace(data, **sent)


def _check_name(name: str) -> str:
    return checked_name(require_nonblank(name, "name"), "name")


def _capabilities(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(checked_name(name, "capabilities") for name in names)


def _model(name: str | None, field: str = "model") -> str | None:
    """A model need not be there, but it has a name."""
    if name is not None and not name.strip():
        raise Invalid("the name of a model is blank", field=field, path=f"$.data.{field}")
    return name


def _models(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each is tried once, however often it is named."""
    for name in names:
        _model(name, "fallbacks")
    return tuple(dict.fromkeys(names))


_RULES: dict[str, Callable[..., object]] = {
    "name": _check_name,
    "category": lambda name: checked_name(name, "category"),
    "model": _model,
    "fallbacks": _models,
    "capabilities": _capabilities,
}
"""What the types of the wire can't say."""
