"""The page of the metrics: what it hands on, and that it can be left out."""

from ipaddress import ip_address

import pytest

from orchd.access.addresses import ClientFacts
from orchd.errors import Unavailable
from orchd.pages.metrics import PATH, metrics_routes
from orchd.protocol.identity import LOCAL, UNDECIDED
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


async def test_while_nobody_knows_who_there_is_only_this_machine_is_told() -> None:
    async def write(_accept: str, _models: bool) -> tuple[str, bytes]:
        return "text/plain", b"x 1\n"

    ((route,),) = metrics_routes(write).values()
    near, far = (ClientFacts(ip_address(address)) for address in ("127.0.0.1", "10.0.0.7"))
    assert (await route.answer(PageRequest(UNDECIDED, near, "localhost"))).status == 200
    with pytest.raises(Unavailable):
        await route.answer(PageRequest(UNDECIDED, far, "localhost"))
    assert (await route.answer(PageRequest(LOCAL, far, "localhost"))).status == 200, "an operator has said so"
