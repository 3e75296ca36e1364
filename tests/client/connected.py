"""A client connected to a daemon."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.client import Client, Frame, connection

HANG = 90


@asynccontextmanager
async def connected(url: str, pushed: list[Frame] | None = None) -> AsyncIterator[Client]:
    with trio.fail_after(HANG):
        async with trio.open_nursery() as nursery:
            client: Client = await nursery.start(connection, url, (pushed if pushed is not None else []).append)
            yield client
            await client.aclose()
