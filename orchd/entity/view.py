"""One struct seen as another one."""

from typing import TypeVar

from msgspec import Struct

S = TypeVar("S", bound=Struct)


def view(kind: type[S], row: Struct, **others: object) -> S:
    """Return a struct with the members of `row`, but for `others`. Raises `AttributeError` when one is missing."""
    return kind(**{name: getattr(row, name) for name in kind.__struct_fields__ if name not in others}, **others)
