"""Settings of what people keep: assistants, prompts and the like."""

from typing import Annotated

from msgspec import Meta, Struct


class WorkspaceSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Assistants, prompts and the like."""

    deleted_days: Annotated[
        int, Meta(ge=1, le=3_650, description="Days for which what was removed can be restored.")
    ] = 30
    import_bytes: Annotated[
        int, Meta(ge=1_000_000, le=100 * 1024**3, description="Bytes that a file of conversations may have.")
    ] = 1024**3
    account_usage_days: Annotated[
        int, Meta(ge=32, le=36_500, description="Days for which it is kept what was asked of an account, and by whom.")
    ] = 400
    max_rows: Annotated[int, Meta(ge=1, le=1_000_000, description="How many of each kind one user may have.")] = 10_000
