"""Opening and closing what a client talks through."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from orchd_client.runtime.facts import ProtocolFacts
from orchd_client.runtime.link import Link
from orchd_client.runtime.socket import check_address


@asynccontextmanager
async def open_link(
    facts: ProtocolFacts,
    url: str,
    *,
    token: str | None,
    token_in_frame: bool,
    patient: bool,
    ssl_context: ssl.SSLContext | None,
) -> AsyncIterator[Link]:
    """Connect, and stay connected inside of the block.

    Raises what the first try has failed with, unless it is `patient`; what the block raises, it raises as it is.
    """
    check_address(url)
    link = Link(facts, url, token=token, token_in_frame=token_in_frame, ssl_context=ssl_context)
    failure: Exception | None = None
    async with anyio.create_task_group() as tasks:

        async def run() -> None:
            await link.run(patient=patient)

        tasks.start_soon(run)
        try:
            await link.session()
            yield link
        except Exception as error:  # a group around it would hide it from whoever catches it by its type
            failure = error
        finally:
            tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure
