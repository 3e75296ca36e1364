"""Answers to the frames of prompts."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

import msgspec
from msgspec import UNSET, Struct

from orchd.clock import unix_now
from orchd.entity import Owner, owner_of
from orchd.entity.wire import EntityRooms, commands_of
from orchd.errors import Invalid, NotFound
from orchd.features.chat import ANSWER, MESSAGE, TOLD, ChatMessage, ChatSend
from orchd.features.workspace.texts.copying import CopyingHandlers
from orchd.features.workspace.texts.diffing import diff
from orchd.features.workspace.texts.filling import check_places, fill
from orchd.features.workspace.texts.prompt import (
    PROMPT,
    PromptChanges,
    PromptDiff,
    PromptDuplicate,
    PromptItem,
    PromptRevert,
    PromptRun,
    PromptVersionPage,
    PromptVersions,
)
from orchd.features.workspace.texts.prompt_queries import count_run, get_version, keep_version, versions
from orchd.features.workspace.texts.variables import check_variables, texts_of
from orchd.guard import guarded
from orchd.protocol.command import CHANGE, LOOKUP, TEXT_WORK, AnyCommand, Command, Commands
from orchd.protocol.page import fitting
from orchd.protocol.rights import refusal
from orchd.protocol.router import Context, Serve
from orchd.storage import Steps
from orchd.worker.pool import TextWorkers

DIFF_SECONDS = 20.0


class SendMessage(Protocol):
    """The chat's door: asks as `chat:send` does."""

    async def __call__(
        self, context: Context, data: ChatSend, *, then: Callable[[], Awaitable[None]] | None = None
    ) -> ChatMessage:
        """Return the answer; `then` is awaited once the question is stored."""


class PromptHandlers(CopyingHandlers[PromptItem]):
    """Those of the entity, and what becomes of a prompt's versions and of one that is run."""

    def __init__(self, rooms: EntityRooms, workers: TextWorkers, send: SendMessage) -> None:
        super().__init__(PROMPT, rooms)
        self._workers = workers
        self._send = send

    def check(self, row: PromptItem) -> None:
        """Raises `Invalid` for a variable that can't be one, and a place without a variable."""
        check_variables(row.variables)
        check_places(row.text, {variable.name for variable in row.variables}, "text")

    def store_more(self, old: PromptItem | None, new: PromptItem, now: int) -> Steps[None]:
        """Keep a text that was replaced."""
        if old is not None and old.text != new.text:
            yield from keep_version(old, now)

    def _change(self, owner: Owner, patch: Struct, now: int) -> Steps[PromptItem]:
        """What is said of a change holds for that text alone."""
        old = yield from self._entity.rows.changed_by(owner).get(getattr(patch, self._entity.key))
        text = getattr(patch, "text", UNSET)
        if text not in (UNSET, old.text) and getattr(patch, "changelog", UNSET) is UNSET:
            patch = msgspec.structs.replace(patch, changelog="")
        return (yield from super()._change(owner, patch, now))

    async def versions(self, context: Context, data: PromptVersions) -> PromptVersionPage:
        """Show the texts that a prompt had."""
        asked = (owner_of(context.identity), data.prompt_id, data.limit + 1, data.cursor)
        rows = await self._database.read(versions, *asked)
        items = fitting(rows[: data.limit])
        return PromptVersionPage(items=items, next_cursor=items[-1].number if len(items) < len(rows) else None)

    async def revert(self, context: Context, data: PromptRevert) -> PromptItem:
        """Give a prompt an earlier text back."""
        return await self._write(self._revert, owner_of(context.identity), data, unix_now())

    def _revert(self, owner: Owner, data: PromptRevert, now: int) -> Steps[PromptItem]:
        yield from self._entity.rows.changed_by(owner).get(data.prompt_id)
        version = yield from get_version(owner, data.prompt_id, data.number, "number")
        patch = self._entity.payloads.update(
            prompt_id=data.prompt_id,
            version=UNSET if data.version is None else data.version,
            text=version.text,
            variables=version.variables,
            changelog=f"Back to version {data.number}.",
        )
        return (yield from self._change(owner, patch, now))

    async def diff(self, context: Context, data: PromptDiff) -> PromptChanges:
        """Show where two texts differ."""
        old, new = await self._database.read(_texts, owner_of(context.identity), data)
        hunks = await self._workers.run(diff, old, new, seconds=DIFF_SECONDS, slow=True)
        return PromptChanges(prompt_id=data.prompt_id, hunks=hunks)

    async def duplicate(self, context: Context, data: PromptDuplicate) -> PromptItem:
        """Store a copy."""
        return await self._copy(context, data.prompt_id, self._entity.as_stored(data).name)

    async def run(self, context: Context, data: PromptRun) -> ChatMessage:
        """Ask a prompt. Whoever does so is shown its text, too."""
        if (reason := refusal("read", self._entity.commands.get.scope, context.identity)) is not None:
            raise reason
        row = await self._database.read(self._seen_by(context).get, data.prompt_id)
        text = fill(row.text, texts_of(row.variables, data.values), "text")
        if not text.strip():
            raise Invalid("filled, the prompt is blank", reason="blank", field="values", path="$.data.values")
        return await self._send(context, _message(data, text), then=partial(self._count, row.id))

    async def _count(self, prompt_id: int) -> None:
        with guarded("counting a prompt", prompt_id=prompt_id):
            await self._database.write(count_run, prompt_id)


def _texts(owner: Owner, data: PromptDiff) -> Steps[tuple[str, str]]:
    row = yield from PROMPT.rows.seen_by(owner).get(data.prompt_id)
    old = yield from get_version(owner, data.prompt_id, data.number, "number")
    if data.to_number is None:
        return old.text, row.text
    new = yield from get_version(owner, data.prompt_id, data.to_number, "toNumber")
    return old.text, new.text


def _message(data: PromptRun, text: str) -> ChatSend:
    shared = (name for name in ChatSend.__struct_fields__ if name in data.__struct_fields__)
    return ChatSend(message=text, **{name: getattr(data, name) for name in shared})


_COMMANDS = commands_of(PROMPT)
_MORE = Commands(
    Command("prompt:versions", PromptVersions, PromptVersionPage, right="read", scope="workspace", errors=LOOKUP).by(
        PromptHandlers.versions
    ),
    Command("prompt:revert", PromptRevert, PromptItem, right="change", scope="workspace", errors=LOOKUP, grows=True).by(
        PromptHandlers.revert
    ),
    Command(
        "prompt:diff", PromptDiff, PromptChanges, right="read", scope="workspace", errors=(NotFound, *TEXT_WORK)
    ).by(PromptHandlers.diff),
    Command(
        "prompt:duplicate", PromptDuplicate, PromptItem, right="change", scope="workspace", errors=CHANGE, grows=True
    ).by(PromptHandlers.duplicate),
    Command(
        "prompt:run",
        PromptRun,
        MESSAGE,
        right="change",
        scope="chat",
        errors=(NotFound, *TEXT_WORK),
        final=ANSWER,
        before=TOLD,
        resume="chat:resume",
        grows=True,
    ).by(PromptHandlers.run),
)
COMMANDS: tuple[AnyCommand, ...] = (*_COMMANDS, *_MORE)


def serve(rooms: EntityRooms, workers: TextWorkers, send: SendMessage) -> dict[str, Serve]:
    """Return what answers the frames of prompts."""
    handlers = PromptHandlers(rooms, workers, send)
    return {**_COMMANDS.bind(handlers), **_MORE.bind(handlers)}
