"""Opening and closing what a client talks through."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

from .facts import ProtocolFacts
from .link import Link, LinkTerms
from .socket import check_address, check_header


@asynccontextmanager
async def open_link(facts: ProtocolFacts, terms: LinkTerms, *, patient: bool) -> AsyncGenerator[Link]:
    """Connect, and stay connected inside of the block.

    Raises what the first try has failed with, unless it is `patient`; what the block raises, it raises as it is.
    `ValueError` for an address, a token or a header that can't be one.
    """
    check_address(terms.url)
    for name, value in {**terms.headers, "token": terms.token or "none"}.items():
        check_header(name, value)
    link = Link(facts, terms)
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
