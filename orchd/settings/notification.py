"""Settings of where notifications may be sent."""

from typing import Annotated

from msgspec import Meta, Struct


class NotificationSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Notifications that are sent out: to addresses that users choose."""

    web: Annotated[
        bool, Meta(description="Whether users may have notifications sent to addresses on the web, and to ntfy topics.")
    ] = False
    private_addresses: Annotated[
        bool,
        Meta(description="Whether these may be addresses of this machine and of its own network, and plain http."),
    ] = False
