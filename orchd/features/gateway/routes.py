"""Routes of the pages that ask a model."""

from collections.abc import Awaitable, Callable

from orchd.server.entry.page import Page, PageRequest, PageRoute, Upload
from orchd.settings.entry.gateway import GatewaySettings

JSON, EVENTS = "application/json", "text/event-stream; charset=utf-8"


def question_route(
    answer: Callable[[PageRequest], Awaitable[Page]],
    settings: GatewaySettings,
    shape: Callable[[Page], Page],
    *,
    types: tuple[str, ...] = (JSON,),
    hallmark: bytes | None = None,
) -> PageRoute:
    """Return the route of what is asked of a model: for programs alone, with a body of one of some types, and given up
    when its sender leaves. `shape` and `hallmark` are as in `PageRoute`."""
    return PageRoute(
        "POST",
        "change",
        answer,
        scope="chat",
        upload=Upload(settings.body_bytes, types),
        origin="program",
        shape=shape,
        watched=True,
        hallmark=hallmark,
    )
