"""The page of the report: for admins, and what it is given."""

import json

from orchd.access.addresses import ClientFacts
from orchd.pages.report import PATH, report_routes
from orchd.protocol.identity import LOCAL
from orchd.protocol.rights import refusal
from orchd.server.entry.page import PageRequest


async def test_admins_get_the_files() -> None:
    async def make() -> dict[str, str]:
        return {"a.txt": "é"}

    ((path, (route,)),) = report_routes(make).items()
    assert path == PATH
    page = await route.answer(PageRequest(LOCAL, ClientFacts(None), "localhost"))
    assert json.loads(page.body) == {"files": {"a.txt": "é"}}
    assert route.right == "admin"
    narrow = LOCAL._replace(scopes=frozenset({"read"}))
    assert refusal("admin", route.scope, LOCAL) is None
    assert refusal("admin", route.scope, narrow) is not None
    assert refusal("admin", route.scope, LOCAL._replace(role="member")) is not None
