"""What a refusal says to whoever has changed an old version of a row: the row as it is now."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
from msgspec import Struct

from orchd.errors import Conflict


@asynccontextmanager
async def present_row_in_conflict(read: Callable[[], Awaitable[Struct]]) -> AsyncIterator[None]:
    """Have a `Conflict` about the version that comes out of the block say what `read` returns, in `details.present`, as
    it does for entities. Raises what `read` raises: the row may be gone by then."""
    try:
        yield
    except Conflict as error:
        if error.field == "version":
            error.tell(present=msgspec.to_builtins(await read()))
        raise
