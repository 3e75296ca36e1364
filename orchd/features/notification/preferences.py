"""What people may set of the notifications that they get: which ones, and where each kind is sent besides."""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeAlias, get_args
from urllib.parse import urlsplit

from msgspec import Meta

from orchd.entity.wire import web_address
from orchd.errors import Invalid
from orchd.features.notification.channels.web import ntfy, webhook
from orchd.features.notification.messages import Notification, NotificationChannel, NotificationKind
from orchd.features.setting import Setting

Kinds: TypeAlias = Annotated[tuple[NotificationKind, ...], Meta(max_length=32)]
ALL_KINDS: tuple[NotificationKind, ...] = get_args(get_args(NotificationKind)[0])
_Address: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1_000)] | None

KINDS: Setting[tuple[NotificationKind, ...]] = Setting(
    "notifications.kinds", Kinds, ALL_KINDS, "Of which kinds of things you are told at all."
)


def _topic(url: str | None, field: str) -> str | None:
    if url is not None and not urlsplit(web_address(url, field) or "").path.strip("/"):
        raise Invalid("the address of an ntfy topic ends with its name", field=field, path=f"$.data.{field}")
    return url


class WebChannel(NamedTuple):
    """A way out: where to, for which kinds, and what is posted there."""

    name: NotificationChannel
    address: Setting[str | None]
    kinds: Setting[tuple[NotificationKind, ...]]
    make: Callable[[str, Notification], tuple[str, dict[str, Any]]]


Recipient: TypeAlias = tuple[WebChannel, str]
"""A channel, and the address that somebody has set for it."""

WEBHOOK = WebChannel(
    "webhook",
    Setting("notifications.webhook.url", _Address, None, "Where notifications are posted as JSON.", web_address),
    Setting("notifications.webhook.kinds", Kinds, ALL_KINDS, "Which kinds of notifications are posted there."),
    webhook,
)
NTFY = WebChannel(
    "ntfy",
    Setting("notifications.ntfy.url", _Address, None, "The ntfy topic that notifications are sent to.", _topic),
    Setting("notifications.ntfy.kinds", Kinds, ALL_KINDS, "Which kinds of notifications are sent there."),
    ntfy,
)
CHANNELS = (WEBHOOK, NTFY)
SETTINGS = (KINDS, *(setting for channel in CHANNELS for setting in (channel.address, channel.kinds)))
