"""Settings of people: how long a browser stays logged in, and whether admins can read what is theirs."""

from typing import Annotated

from msgspec import Meta, Struct


class PeopleSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Users who log in by a browser."""

    session_idle_hours: Annotated[
        int, Meta(ge=1, le=8_760, description="Hours after which a browser that is not used is logged out.")
    ] = 168
    session_hours: Annotated[
        int, Meta(ge=1, le=8_760, description="Hours after which a browser is logged out, used or not.")
    ] = 720
    break_glass: Annotated[
        bool,
        Meta(
            description="Whether admins may read a conversation or a task of another user for an hour "
            "(`access:break`), who is told of it."
        ),
    ] = False
