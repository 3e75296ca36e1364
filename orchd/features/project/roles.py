"""What members of a project may do."""

from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

ProjectRole: TypeAlias = Annotated[
    Literal["owner", "editor", "viewer"],
    Meta(
        title="ProjectRole",
        description="What a member may do with a project: a `viewer` sees its rows, an `editor` changes them and adds "
        "some, an `owner` also says who its members are.",
    ),
]
RANKS: tuple[ProjectRole, ...] = ("viewer", "editor", "owner")
"""The least first."""


def highest(roles: Iterable[ProjectRole]) -> ProjectRole | None:
    """Return what somebody is who has these roles, alone and in teams; None without any."""
    return max(roles, key=RANKS.index, default=None)
