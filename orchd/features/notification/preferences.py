"""What people may set of the notifications that they get."""

from typing import Annotated, TypeAlias, get_args

from msgspec import Meta

from orchd.features.notification.messages import NotificationKind
from orchd.features.setting import Setting

Kinds: TypeAlias = Annotated[tuple[NotificationKind, ...], Meta(max_length=32)]
ALL_KINDS: tuple[NotificationKind, ...] = get_args(get_args(NotificationKind)[0])

KINDS: Setting[tuple[NotificationKind, ...]] = Setting(
    "notifications.kinds", Kinds, ALL_KINDS, "Of which kinds of things you are told at all."
)
SETTINGS = (KINDS,)
