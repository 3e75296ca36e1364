"""Settings of backups that the daemon makes by itself."""

from typing import Annotated

from msgspec import Meta, Struct


class BackupSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Backups that the daemon makes by itself."""

    directory: Annotated[
        str | None,
        Meta(
            description="Where they are put, readable for the daemon's user alone, best on another disk; unset: none."
        ),
    ] = None
    every_hours: Annotated[
        float, Meta(ge=0.1, le=8_760, description="Hours from one to the next; also over restarts.")
    ] = 24.0
    keep: Annotated[
        int, Meta(ge=1, le=10_000, description="So many stay; the daemon deletes older ones that it made itself.")
    ] = 7
    recipients: Annotated[
        tuple[str, ...],
        Meta(
            description="Public keys of age's or SSH's for which they are encrypted, e.g. `age1…`; empty: they are not."
        ),
    ] = ()
