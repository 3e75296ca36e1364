"""The data of frames that `setting` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import ErrorReason

SettingOrigin: TypeAlias = Literal["default", "everybody", "own"]
"""Where the value is from: from the user, from an admin for all who have set none, or nobody has set it. Later
daemons may send others.
"""


class SettingList(RequestData, kw_only=True):
    """`setting:list`: all settings, with the values that hold for whoever asks."""


class SettingSet(RequestData, kw_only=True):
    """`setting:set`: set one, for oneself, or `everybody` who has set none."""

    name: str
    """Which one. 1 to 64 characters."""
    value: str | bool | int | float | Sequence[str] | None
    """What it is set to; the setting says of which type."""
    everybody: bool | None = None
    """Whether it is for all who have set none themselves; only admins may say so. When it is left out: False."""


class SettingReset(RequestData, kw_only=True):
    """`setting:reset`: have a setting as if one had never set it, or no admin had for `everybody`."""

    name: str
    """Which one. 1 to 64 characters."""
    everybody: bool | None = None
    """Whether what holds for all is meant; only admins may say so. When it is left out: False."""


class SettingPage(ServerData, kw_only=True):
    """The reply to `setting:list`: all of them."""

    items: list[SettingItem] = []
    """The settings, by name."""


class SettingItem(ServerData, kw_only=True):
    """A setting, and its value for whoever asks."""

    name: str
    """What it is called."""
    value: str | bool | int | float | list[str] | None = None
    """The value that holds."""
    origin: SettingOrigin | str
    """Where the value is from."""
    default: str | bool | int | float | list[str] | None = None
    """What it is where nobody has set it."""
    about: str
    """What it is for."""
    idle: SettingIdle | None = None
    """Why nothing happens by it here, since the operator doesn't let it; null where something does."""


class SettingIdle(ServerData, kw_only=True):
    """Why nothing happens by a setting on this daemon, whatever it is set to: in a sentence, and for programs."""

    message: str
    """What went wrong, for people."""
    reason: ErrorReason | str
    """Why it is so, for people; null when there is nothing to say."""
