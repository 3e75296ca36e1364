"""`/metrics`: the daemon's figures for Prometheus."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from orchd.errors import Unavailable
from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages

PATH = "/metrics"

WriteMetrics: TypeAlias = Callable[[str, bool], Awaitable[tuple[str, bytes]]]
"""Gives the metrics in the form that an `Accept` wants, without what names models where the second argument is False:
their type and their text."""


def metrics_routes(write: WriteMetrics | None) -> Pages:
    """Return the page by its path; none where `write` is None. It tells how the machine is, and nothing of anybody: who
    may use some models only is told of none, and while nobody knows who there is, only this machine is told."""
    if write is None:
        return {}

    async def show(request: PageRequest) -> Page:
        if request.identity.undecided and not request.client.is_local:
            raise Unavailable("the database is away: it isn't known who may see this")
        content_type, text = await write(request.header("accept") or "", request.identity.models is None)
        return Page(200, content_type, text)

    return {PATH: (PageRoute("GET", "status", show),)}
