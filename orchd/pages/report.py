"""`/report`: what a bug report needs to know of the daemon, for `orchd debug`."""

from collections.abc import Awaitable, Callable, Mapping

from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages

PATH = "/report"


def report_routes(make: Callable[[], Awaitable[Mapping[str, str]]]) -> Pages:
    """Return the page by its path: texts by the names of files, for admins."""

    async def show(_request: PageRequest) -> Page:
        return Page.of_json(200, {"files": await make()})

    return {PATH: (PageRoute("GET", "admin", show, scope="admin"),)}
