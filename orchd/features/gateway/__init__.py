"""The gateway: other people's programs ask models by the API that they know, OpenAI's or Ollama's, on the same port.

No frames, no tables: pages below `/v1` and `/api`. What is asked there is handed on as it came, and takes the way of
every other question: whose turn it is, fall-backs, quotas, what it costs, and an end when nobody reads the answer any
more. `service` is that way, `bodies` what is read of a request, `relay` an answer under way, `places` what a request
takes of the daemon; `openai` is the API and `refusals` its errors. Other APIs are folders (`ollama`, `responses`,
`anthropic`), on `texts` since they have other words for answers; `translation` is what some have in common. All but
`places` is loaded with the first request, by `serving`.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple

import trio

from orchd.budget import MemoryBudget
from orchd.features.chat import LoopLimits, OpenChat
from orchd.features.feature import OpenFeatures, OwnedWork, Services
from orchd.features.gateway import serving
from orchd.features.gateway.places import RequestPlace, RequestPlaces, check_structure
from orchd.features.late_work import LateWork
from orchd.features.task import OpenTasks
from orchd.guard import Supervisor
from orchd.server.entry.page import LatePart, Pages
from orchd.server.shares import Shares
from orchd.settings.entry.gateway import GatewaySettings

__all__ = ["OpenGateway", "RequestPlace", "RequestPlaces", "check_structure", "open_gateway"]


class OpenGateway(NamedTuple):
    """The gateway, at work."""

    work: OwnedWork
    pages: Callable[[Shares], Mapping[str, LatePart]]
    """Its pages, by what each user may take of the daemon."""


@asynccontextmanager
async def open_gateway(
    services: Services, settings: GatewaySettings, loops: LoopLimits, chat: OpenChat, tasks: OpenTasks
) -> AsyncIterator[OpenFeatures[OpenGateway]]:
    """Hand requests on while the block lasts. Answers that repeat themselves for ever, by `loops`, are cut off."""
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        gateway = LateWork(lambda: serving.make_gateway(services, settings, supervisor, loops, chat, tasks))
        memory = MemoryBudget(settings.memory_bytes, "bodies of requests", "user")

        def pages(shares: Shares) -> Mapping[str, LatePart]:
            def below(part: str) -> Pages:
                return serving.pages_below(part, gateway.get(), shares, memory, settings)

            return {part: partial(below, part) for part in ("v1", "api")} if settings.enabled else {}

        work = OwnedWork(_nothing, gateway.drain, lambda _peer: False, gateway.running)
        yield OpenFeatures(OpenGateway(work, pages), {})
        nursery.cancel_scope.cancel()


async def _nothing() -> None:
    """An answer that is handed on ends with the daemon: nobody takes it over."""
