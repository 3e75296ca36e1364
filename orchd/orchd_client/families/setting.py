"""Requests whose type begins with `setting`."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.setting import SettingItem, SettingList, SettingPage, SettingReset, SettingSet
from ..runtime.facts import Call
from ..runtime.link import Link

_SETTING_LIST = Call("setting:list", "setting:list", SettingPage, safe=True)
_SETTING_SET = Call("setting:set", "setting:set", SettingItem)
_SETTING_RESET = Call("setting:reset", "setting:reset", SettingItem)


class SettingRequests:
    """`client.setting`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def list(self) -> SettingPage:
        """`setting:list`: all settings, with the values that hold for whoever asks.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = SettingList()
        return await self._link.request(_SETTING_LIST, data)

    async def set(
        self,
        *,
        name: str,
        value: str | bool | int | float | Sequence[str] | None,
        everybody: bool | None = None,
    ) -> SettingItem:
        """`setting:set`: set one, for oneself, or `everybody` who has set none.

        Needs the right `own`, of a token the scope `workspace`.
        """
        data = SettingSet(name=name, value=value, everybody=everybody)
        return await self._link.request(_SETTING_SET, data)

    async def reset(self, *, name: str, everybody: bool | None = None) -> SettingItem:
        """`setting:reset`: have a setting as if one had never set it, or no admin had for `everybody`.

        Needs the right `own`, of a token the scope `workspace`.
        """
        data = SettingReset(name=name, everybody=everybody)
        return await self._link.request(_SETTING_RESET, data)
