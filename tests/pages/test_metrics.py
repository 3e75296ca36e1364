"""The page of the metrics: what it hands on, and that it can be left out."""

from orchd.access.addresses import ClientFacts
from orchd.pages.metrics import PATH, metrics_routes
from orchd.protocol.identity import LOCAL
from orchd.server.entry.page import PageRequest


async def test_the_form_and_what_may_be_told_are_handed_on() -> None:
    heard: list[tuple[str, bool]] = []

    async def write(accept: str, models: bool) -> tuple[str, bytes]:
        heard.append((accept, models))
        return "text/plain", b"x 1\n"

    ((path, (route,)),) = metrics_routes(write).items()
    assert (path, route.method, route.right) == (PATH, "GET", "status")
    plain = PageRequest(LOCAL, ClientFacts(None), "localhost", headers=[(b"accept", b"text/plain")])
    page = await route.answer(plain)
    assert (page.status, page.content_type, page.body) == (200, "text/plain", b"x 1\n")
    await route.answer(plain._replace(identity=LOCAL._replace(models=frozenset({"a"})), headers=[]))
    assert heard == [("text/plain", True), ("", False)]


def test_without_metrics_there_is_no_page() -> None:
    assert metrics_routes(None) == {}
