"""Settings of accounts at services that want money for their models."""

from typing import Annotated

from msgspec import Meta, Struct


class AccountSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Accounts at services that want money for their models."""

    usage_days: Annotated[
        int, Meta(ge=32, le=36_500, description="Days for which it is kept what was asked of an account, and by whom.")
    ] = 400
