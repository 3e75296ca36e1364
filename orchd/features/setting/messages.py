"""What is said of settings, as payloads."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from orchd.features.setting.declared import SettingName, SettingValue
from orchd.protocol.types import ClientPayload, ErrorReason, ServerPayload

SettingOrigin: TypeAlias = Annotated[
    Literal["own", "everybody", "default"],
    Meta(
        title="SettingOrigin",
        description="Where the value is from: from the user, from an admin for all who have "
        "set none, or nobody has set it.",
    ),
]


class SettingList(ClientPayload, frozen=True):
    """`setting:list`: all settings, with the values that hold for whoever asks."""


class SettingSet(ClientPayload, frozen=True):
    """`setting:set`: set one, for oneself, or `everybody` who has set none."""

    name: SettingName
    """Which one."""
    value: SettingValue
    """What it is set to; the setting says of which type."""
    everybody: bool = False
    """Whether it is for all who have set none themselves; only admins may say so."""


class SettingReset(ClientPayload, frozen=True):
    """`setting:reset`: have a setting as if one had never set it, or no admin had for `everybody`."""

    name: SettingName
    """Which one."""
    everybody: bool = False
    """Whether what holds for all is meant; only admins may say so."""


class SettingIdle(Struct, frozen=True):
    """Why nothing happens by a setting on this daemon, whatever it is set to: in a sentence, and for programs."""

    message: str
    reason: ErrorReason


class SettingItem(Struct, frozen=True, rename="camel"):
    """A setting, and its value for whoever asks."""

    name: SettingName
    """What it is called."""
    value: SettingValue
    """The value that holds."""
    origin: SettingOrigin
    """Where the value is from."""
    default: SettingValue
    """What it is where nobody has set it."""
    about: str
    """What it is for."""
    idle: SettingIdle | None = None
    """Why nothing happens by it here, since the operator doesn't let it; null where something does."""


class SettingPage(ServerPayload, frozen=True):
    """The reply to `setting:list`: all of them."""

    items: list[SettingItem]
    """The settings, by name."""
