"""Settings of the audit log."""

from typing import Annotated

from msgspec import Meta, Struct


class AuditSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Who did what, for admins to read."""

    days: Annotated[int, Meta(ge=1, le=36_500, description="Days for which rows of the audit log are kept.")] = 365
