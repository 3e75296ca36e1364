"""Answers to `setting:*`."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchd.clock import unix_now
from orchd.errors import Forbidden, Invalid
from orchd.features.setting import queries
from orchd.features.setting.declared import IdleCause, Setting
from orchd.features.setting.messages import (
    SettingIdle,
    SettingItem,
    SettingList,
    SettingOrigin,
    SettingPage,
    SettingReset,
    SettingSet,
)
from orchd.features.setting.queries import Holder, StoredValue
from orchd.protocol.command import Command, Commands
from orchd.protocol.rights import refusal
from orchd.protocol.router import Context
from orchd.storage import Database


class SettingHandlers:
    """`declared`: all settings that there are; `idle`: those by which nothing would happen, with the reason."""

    def __init__(self, database: Database, declared: Sequence[Setting[Any]], idle: Mapping[str, IdleCause]) -> None:
        self._database, self._idle = database, idle
        self._declared = {setting.name: setting for setting in sorted(declared, key=lambda each: each.name)}

    async def list(self, context: Context, data: SettingList) -> SettingPage:
        """Show all, with the values that hold for whoever asks."""
        del data
        stored = await self._database.read(queries.values_for, context.identity.user_id)
        return SettingPage([self._item(setting, stored) for setting in self._declared.values()])

    async def set(self, context: Context, data: SettingSet) -> SettingItem:
        """Set one; show what holds now."""
        setting, holder = self._find(data.name), _holder(context, everybody=data.everybody)
        if setting.personal and data.everybody:
            text = f"each user sets `{setting.name}` for themselves, and nobody for everybody"
            raise Invalid(text, reason="personal", field="everybody", path="$.data.everybody")
        value = setting.read(data.value)
        if value is not None and setting.name in self._idle:
            cause = self._idle[setting.name]
            raise Forbidden(cause.message, reason=cause.reason, field="name", path="$.data.name")
        await self._database.write(queries.store, holder, setting.name, value, unix_now())
        return await self._show(context, setting)

    async def reset(self, context: Context, data: SettingReset) -> SettingItem:
        """Forget what was set; show what holds now."""
        setting, holder = self._find(data.name), _holder(context, everybody=data.everybody)
        await self._database.write(queries.remove, holder, setting.name)
        return await self._show(context, setting)

    def _find(self, name: str) -> Setting[Any]:
        if (setting := self._declared.get(name)) is None:
            raise Invalid(
                "there is no such setting; `setting:list` shows them",
                reason="malformed",
                field="name",
                path="$.data.name",
            )
        return setting

    async def _show(self, context: Context, setting: Setting[Any]) -> SettingItem:
        stored = await self._database.read(queries.values_for, context.identity.user_id)
        return self._item(setting, stored)

    def _item(self, setting: Setting[Any], stored: Mapping[str, StoredValue]) -> SettingItem:
        cause = self._idle.get(setting.name)
        idle = None if cause is None else SettingIdle(cause.message, cause.reason)
        found = queries.stored_among(stored, setting)
        if found is None:
            return SettingItem(setting.name, setting.default, "default", setting.default, setting.about, idle)
        origin: SettingOrigin = "everybody" if found.everybody else "own"
        return SettingItem(
            setting.name,
            setting.read_stored(found.value),
            origin,
            setting.default,
            setting.about,
            idle,
        )


def _holder(context: Context, *, everybody: bool) -> Holder:
    """Raises `Forbidden` for whoever may not decide for everybody."""
    if everybody and (refused := refusal("admin", "admin", context.identity)) is not None:
        raise refused
    return Holder(context.identity.user_id, everybody)


COMMANDS = Commands(
    Command("setting:list", SettingList, SettingPage, right="read", scope="workspace").by(SettingHandlers.list),
    Command("setting:set", SettingSet, SettingItem, right="own", scope="workspace").by(SettingHandlers.set),
    Command("setting:reset", SettingReset, SettingItem, right="own", scope="workspace").by(SettingHandlers.reset),
)
