"""Settings of the tools that clients of the Model Context Protocol call."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.settings.bounds import MIB, ByteLimit, Seconds


class McpSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The tools at `/mcp`, for clients of the Model Context Protocol."""

    enabled: Annotated[bool, Meta(description="Whether there are any.")] = True
    body_bytes: Annotated[ByteLimit, Meta(description="Longest body of a request, in bytes.")] = 4 * MIB
    memory_bytes: Annotated[
        ByteLimit,
        Meta(
            description="Bytes of memory for the bodies of unfinished requests, a quarter of it for one user; further "
            "requests are `busy`."
        ),
    ] = 64 * MIB
    call_seconds: Annotated[
        Seconds, Meta(description="Seconds that a call may take, its wait for a model included.")
    ] = 3_600.0
