"""All pages: who may ask for each, and what they say to whom."""

import json
from pathlib import Path

import pytest
import trio

from orchd import __version__
from orchd.access.addresses import ClientFacts, read_address
from orchd.app import schema_text
from orchd.errors import NotFound, StartError
from orchd.pages.built import ADDRESSES, BuiltPage
from orchd.pages.health import HealthStatus
from orchd.pages.site import make_pages
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.page import MISSING, Page, PageRequest
from tests.fake_people import BOB, FakePeople
from tests.pages.test_health import DOWN, UP, make_status

RIGHTS = {
    "GET /": "open",
    f"GET {MISSING}": "open",
    **{f"GET /{name}{rest}": "open" for name in ADDRESSES for rest in ("", "/*")},
    "GET /assets/*": "public",
    "GET /icons/*": "public",
    "GET /manifest.webmanifest": "public",
    **{f"GET /docs{rest}": "public" for rest in ("", "/*", "/protocol/*", "/_static/*")},
    **{f"GET /docs/_static/{folder}/*": "public" for folder in ("scripts", "styles")},
    "GET /healthz": "public",
    "GET /login": "public",
    "GET /login.js": "public",
    "GET /logins.js": "public",
    "GET /page.css": "public",
    "GET /page.js": "public",
    "GET /protocol.schema.json": "public",
    "GET /readyz": "open",
    "GET /send.js": "public",
    "GET /session": "status",
    "GET /setup": "public",
    "GET /setup.js": "public",
    "GET /version": "public",
    "GET /wait.js": "public",
    "POST /login": "public",
    "POST /logout": "public",
    "POST /setup": "public",
}
"""Each page -> who may ask for it. A new one is decided on here."""


HERE = ClientFacts(read_address("127.0.0.1"))
NOT_BUILT = BuiltPage(Path("/nowhere/dist"))


async def page(
    path: str,
    who: Identity = LOCAL,
    status: HealthStatus | None = None,
    languages: str = "",
    client: ClientFacts = HERE,
    built: BuiltPage = NOT_BUILT,
) -> Page:
    doorkeeper = Doorkeeper(FakePeople(), insecure=False)
    made = make_pages(status or make_status(UP), schema_text, doorkeeper, built=built)
    (route,) = (route for route in made[path] if route.method == "GET")
    return await route.answer(PageRequest(who, client, "localhost", languages=languages))


def test_who_may_ask_for_each_page() -> None:
    made = make_pages(make_status(UP), schema_text, Doorkeeper(FakePeople(), insecure=False))
    assert {f"{route.method} {path}": route.right for path, routes in made.items() for route in routes} == RIGHTS


def test_what_changes_something_takes_json_of_a_closed_type() -> None:
    made = make_pages(make_status(UP), schema_text, Doorkeeper(FakePeople(), insecure=False))
    for routes in made.values():
        for route in routes:
            assert (route.method == "POST") == (route.body is not None)


@pytest.mark.parametrize(("who", "told"), [(LOCAL, True), (BOB, True), (UNDECIDED, True), (NOBODY, False)])
async def test_why_it_is_not_ready_is_nobodys_business(who: Identity, told: bool) -> None:
    report = json.loads((await page("/readyz", who, make_status(DOWN))).body)
    assert report["ready"] is False
    assert ("database" in report) == told
    assert told or report == {"ready": False}


async def test_the_schema_is_read_once_however_many_ask_for_it() -> None:
    """Strangers may: what each of them would have of its own, a thousand would fill the memory with."""
    readings: list[str] = []

    def read() -> str:
        readings.append("{}")
        if len(readings) == 1:
            raise StartError("it is missing")
        return readings[-1]

    made = make_pages(make_status(UP), read, Doorkeeper(FakePeople(), insecure=False))
    (route,) = made["/protocol.schema.json"]
    request = PageRequest(NOBODY, HERE, "localhost")
    with pytest.raises(StartError):
        await route.answer(request)
    bodies: list[bytes] = []

    async def ask() -> None:
        bodies.append((await route.answer(request)).body)

    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(ask)
    assert (bodies, len(readings)) == ([b"{}"] * 5, 2)
    assert len({*map(id, bodies)}) == 1


async def test_while_it_is_not_known_who_anybody_is_it_is_told_on_this_machine_only() -> None:
    there = ClientFacts(read_address("203.0.113.7"))
    assert json.loads((await page("/readyz", UNDECIDED, make_status(DOWN), client=there)).body) == {"ready": False}
    assert "database" in json.loads((await page("/readyz", BOB, make_status(DOWN), client=there)).body)


async def test_health_needs_nothing() -> None:
    answer = await page("/healthz", NOBODY, make_status(DOWN))
    assert (answer.status, json.loads(answer.body)) == (200, {"status": "ok"})


async def test_the_version() -> None:
    told = json.loads((await page("/version")).body)
    assert told == {"name": "orchd", "version": __version__, "protocol": "orchd.v1", "page": None, "provider": False}


async def test_the_page_at_all_its_addresses_and_its_build_in_the_version(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b'<script src="/assets/index-7.js"></script>')
    built = BuiltPage(tmp_path)
    for address in ("", *ADDRESSES, *(f"{name}/*" for name in ADDRESSES)):
        served = await page(f"/{address}", BOB, built=built)
        assert b"/assets/index-7.js" in served.body
    assert json.loads((await page("/version", built=built)).body)["page"] == "/assets/index-7.js"


@pytest.mark.parametrize("path", ["/", "/chat/*"])
async def test_who_is_nobody_is_shown_the_way_in_at_every_address(tmp_path: Path, path: str) -> None:
    (tmp_path / "index.html").write_bytes(b'<script src="/assets/index-7.js"></script>')
    (tmp_path / "door.html").write_bytes(b"the way in")
    built = BuiltPage(tmp_path)
    assert (await page(path, NOBODY, built=built)).body == b"the way in"
    for who in (LOCAL, BOB, UNDECIDED):
        assert b"index-7" in (await page(path, who, built=built)).body


async def test_a_page_that_there_is_not(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b'<script src="/assets/index-7.js"></script>')
    told = await page(MISSING, BOB, built=BuiltPage(tmp_path))
    assert (told.status, b"index-7" in told.body) == (404, True)
    with pytest.raises(NotFound):
        await page(MISSING, BOB)


@pytest.mark.parametrize("path", ["/chat", "/login", "/setup"])
@pytest.mark.parametrize("note", ["building", "failed", None])
async def test_without_the_page_it_is_said_why(tmp_path: Path, note: str | None, path: str) -> None:
    if note is not None:
        (tmp_path / "dist.state").write_text(note)
    text = (await page(path, built=BuiltPage(tmp_path / "dist"))).body.decode()
    assert f'data-page="{note or "absent"}"' in text


async def test_the_schema_is_the_one_that_is_committed() -> None:
    assert json.loads((await page("/protocol.schema.json")).body) == json.loads(schema_text())


@pytest.mark.parametrize(
    ("who", "state"), [(LOCAL, "local"), (NOBODY, "nobody"), (BOB._replace(web_session_id=1), "user"), (BOB, "local")]
)
async def test_the_front_page_says_who_is_logged_in(who: Identity, state: str) -> None:
    text = (await page("/", who)).body.decode()
    assert f'data-state="{state}"' in text
    assert ("bob" in text) == (who.name == "bob")


async def test_in_the_language_of_the_reader() -> None:
    assert "Log in" in (await page("/login")).body.decode()
    assert "Entrar" in (await page("/login", languages="pt-BR")).body.decode()
