"""What people may set of the notifications that they get: which ones, and where each kind is sent besides."""

from typing import Annotated, NamedTuple, TypeAlias, get_args
from urllib.parse import urlsplit

from msgspec import Meta

from orchd.entity.wire import web_address
from orchd.errors import Invalid
from orchd.features.notification.messages import NotificationChannel, NotificationKind
from orchd.features.setting import IdleCause, Setting
from orchd.patterns import lazy_pattern
from orchd.settings.notification import MAIL_ADDRESS, MAX_MAIL_ADDRESS, NotificationSettings

Kinds: TypeAlias = Annotated[tuple[NotificationKind, ...], Meta(max_length=32)]
ALL_KINDS: tuple[NotificationKind, ...] = get_args(get_args(NotificationKind)[0])
_MAIL_ADDRESS = lazy_pattern(MAIL_ADDRESS)
_Address: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1_000)] | None

KINDS: Setting[tuple[NotificationKind, ...]] = Setting(
    "notifications.kinds", Kinds, ALL_KINDS, "Of which kinds of things you are told at all."
)


def _topic(url: str | None, field: str) -> str | None:
    if url is not None and not urlsplit(web_address(url, field) or "").path.strip("/"):
        raise Invalid(
            "the address of an ntfy topic ends with its name", reason="ntfy_topic", field=field, path=f"$.data.{field}"
        )
    return url


def _mail_address(address: str | None, field: str) -> str | None:
    if address is not None and not _MAIL_ADDRESS.fullmatch(address):
        raise Invalid(
            "no plain e-mail address, such as `ann@example.org`",
            reason="mail_address",
            field=field,
            path=f"$.data.{field}",
        )
    return address


class ChannelSettings(NamedTuple):
    """A way out: where to, and for which kinds."""

    name: NotificationChannel
    address: Setting[str | None]
    kinds: Setting[tuple[NotificationKind, ...]]


class Recipient(NamedTuple):
    """Where a notification is sent, and how."""

    channel: NotificationChannel
    address: str


WEBHOOK = ChannelSettings(
    "webhook",
    Setting(
        "notifications.webhook.url",
        _Address,
        None,
        "Where notifications are posted as JSON.",
        web_address,
        personal=True,
    ),
    Setting("notifications.webhook.kinds", Kinds, ALL_KINDS, "Which kinds of notifications are posted there."),
)
NTFY = ChannelSettings(
    "ntfy",
    Setting(
        "notifications.ntfy.url",
        _Address,
        None,
        "The ntfy topic that notifications are sent to.",
        _topic,
        personal=True,
    ),
    Setting("notifications.ntfy.kinds", Kinds, ALL_KINDS, "Which kinds of notifications are sent there."),
)
_MailAddress: TypeAlias = Annotated[str, Meta(min_length=3, max_length=MAX_MAIL_ADDRESS)] | None
EMAIL = ChannelSettings(
    "email",
    Setting(
        "notifications.email.address",
        _MailAddress,
        None,
        "The e-mail address that notifications are sent to, once it is confirmed.",
        _mail_address,
        personal=True,
    ),
    Setting("notifications.email.kinds", Kinds, ALL_KINDS, "Which kinds of notifications are sent there."),
)
CONFIRMED_ADDRESS: Setting[str | None] = Setting(
    "notifications.email.confirmed",
    _MailAddress,
    None,
    "The address that was confirmed; nobody sets it.",
    personal=True,
)
"""Stored by `notification:confirm`, and not among those that clients may set."""
CHANNELS = (WEBHOOK, NTFY, EMAIL)
NO_WEB = IdleCause(
    "this daemon sends nothing to the web: the operator has not set `notification.web`", "no_web_notifications"
)
NO_MAIL = IdleCause("this daemon sends no e-mail: the operator has set no `notification.smtpHost`", "no_mail")
SETTINGS = (KINDS, *(setting for channel in CHANNELS for setting in (channel.address, channel.kinds)))


def idle_settings(settings: NotificationSettings) -> dict[str, IdleCause]:
    """Return the settings by which nothing would be sent, since the operator doesn't let it, with the reason."""
    web = {} if settings.web else {channel.address.name: NO_WEB for channel in (WEBHOOK, NTFY)}
    return web if settings.smtp_host and settings.smtp_from else {**web, EMAIL.address.name: NO_MAIL}
