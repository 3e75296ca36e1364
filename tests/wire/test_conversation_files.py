"""Files of conversations by HTTP, with the real daemon: sent in pieces, given in pieces, and cut off."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

import httpx
import pytest
import trio

from orchd.client import THIS_MACHINE, FileSource, fetching_file, send_file
from orchd.errors import Invalid, Unauthorized, Unavailable
from orchd.storage.sqlite.sqlite_database import SqliteDatabase
from tests.features.transfer.reading.samples import CHATGPT, Json, gpt, gpt_node
from tests.fix_daemon import App, Daemon, Listening, StartApp, StartDaemon
from tests.http_client import http_client

MANY = 300
HANG_SECONDS = 90.0


def file_of(count: int, size: int = 400) -> bytes:
    """An export of ChatGPT's."""
    found = [
        gpt(
            gpt_node("q", None, "user", [f"Question {number} " + "about stones " * (size // 13)], at=1_700_000_000),
            gpt_node("a", "q", "assistant", [f"Answer {number} " + "with iron " * (size // 10)], at=1_700_000_001),
            id=f"c{number}",
            conversation_id=None,
            title=f"No {number}",
        )
        for number in range(count)
    ]
    return json.dumps(found).encode()


async def pieces(file: bytes, size: int = 10_000) -> AsyncGenerator[bytes]:
    for start in range(0, len(file), size):
        yield file[start : start + size]


async def send(one: Listening, file: bytes, query: str = "", *, chunked: bool = False) -> Json:
    """Send a file as the command line does; what is told of the import."""
    source = FileSource(pieces(file), None if chunked else len(file))
    with trio.fail_after(HANG_SECONDS):
        row: Json = json.loads(await send_file(one.url, f"/conversations/import{query}", source, THIS_MACHINE))
    return row


async def post(one: Listening, content: bytes, query: str = "", **headers: str) -> httpx.Response:
    sent = {"Origin": one.url, "Content-Type": "application/json"} | headers
    async with http_client(timeout=60) as client:
        return await client.post(f"{one.url}/conversations/import{query}", content=content, headers=sent)


async def fetch(one: Listening, query: str = "") -> httpx.Response:
    async with http_client(timeout=60) as client:
        return await client.get(f"{one.url}/conversations/export{query}")


async def test_a_file_is_taken_in_chunks_and_given_again(app: StartApp) -> None:
    one = await app()
    file = file_of(MANY)
    row = await send(one, file, "?name=my%20chats.json", chunked=True)
    assert (row["status"], row["imported"], row["messages"]) == ("done", MANY, 2 * MANY)
    assert (row["name"], row["bytes"], row["totalBytes"]) == ("my chats.json", len(file), None)
    given = await fetch(one)
    assert given.headers["content-disposition"] == 'attachment; filename="conversations.json"'
    assert given.headers["content-type"] == "application/json"
    assert given.headers["transfer-encoding"] == "chunked"
    items = given.json()["items"]
    assert [item["title"] for item in items] == [f"No {number}" for number in range(MANY)]
    async with fetching_file(one.url, "/conversations/export", THIS_MACHINE) as received:
        assert b"".join([piece async for piece in received]) == given.content
    again = await send(one, given.content)
    assert (again["imported"], again["totalBytes"]) == (MANY, len(given.content))
    markdown = await fetch(one, f"?format=markdown&ids={items[3]['id'].partition('-')[0]}")
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert markdown.text.startswith("# No 3\n\n## Question (2023-11-14T22:13:20.000Z)\n\nQuestion 3 about")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?format=pdf", 400),
        ("?ids=1,x", 400),
        ("?ids=", 400),
        ("?ids=99", 404),
        ("?ids=" + ",".join(["1"] * 201), 400),
        ("?other=1", 400),
        ("?format=orchd&format=orchd", 400),
        ("?ids=%ff", 400),
    ],
)
async def test_what_is_not_exported(query: str, status: int, app: StartApp) -> None:
    one = await app()
    told = await fetch(one, query)
    assert told.status_code == status
    assert told.json()["error"]["code"] in ("invalid", "not_found")


async def test_what_is_not_imported(app: StartApp) -> None:
    one = await app()
    assert (await post(one, b"[]", Origin="http://evil.example")).status_code == 403
    async with http_client() as client:
        kind = {"Content-Type": "application/json"}
        told = await client.post(f"{one.url}/conversations/import", content=file_of(1), headers=kind)
    assert told.json()["imported"] == 1, "a program shows nothing while there is no user"
    assert (await post(one, b"[]", **{"Content-Type": "text/plain"})).status_code == 415
    for query in ("?projectId=x", "?name=a%0Ab", "?x=1"):
        assert (await post(one, b"[]", query)).status_code == 400
    assert (await post(one, b"[]", "?projectId=5")).status_code == 404
    with pytest.raises(Invalid, match="zip") as refused:
        await send(one, b"PK\x03\x04")
    assert refused.value.reason == "unknown_file"


async def test_nobody_else_is_let_in(app: StartApp) -> None:
    one = await app()
    first = await one.connect()
    await first.request("user:create", {"name": "ana", "role": "admin", "password": "correct horse battery"})
    assert (await fetch(one)).status_code == 401
    with pytest.raises(Unauthorized):
        await send(one, file_of(1))


async def test_a_file_that_gets_shorter_while_it_is_sent(app: StartApp) -> None:
    one = await app()
    with pytest.raises(Invalid, match="changed"):
        await send_file(one.url, "/conversations/import", FileSource(pieces(b"[]"), 3), THIS_MACHINE)


async def until(one: Listening, wanted: Callable[[str, int], bool]) -> tuple[str, int]:
    """Wait until the import is as wanted; its status, and how much was imported."""
    client = await one.connect()
    with trio.fail_after(HANG_SECONDS):
        while True:
            told = await client.request("conversation:import:list")
            for item in told["data"]["items"]:
                if wanted(item["status"], item["imported"]):
                    return item["status"], item["imported"]
            await trio.sleep(0.05)


async def send_most(one: Listening, file: bytes, broken: trio.Event) -> None:
    """Send most of a file, and no more until it is given up or the connection breaks."""

    async def some() -> AsyncGenerator[bytes]:
        for start in range(0, len(file) * 3 // 4, 50_000):
            yield file[start : start + 50_000]
        await broken.wait()

    with suppress(Unavailable):
        await send_file(one.url, "/conversations/import", FileSource(some(), None), THIS_MACHINE)


async def test_who_leaves_goes_on_where_the_file_broke_off(app: StartApp) -> None:
    one: App = await app()
    file = file_of(MANY, 8_000)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(send_most, one, file, trio.Event())
        await until(one, lambda _status, imported: imported >= 100)
        nursery.cancel_scope.cancel()
    status, imported = await until(one, lambda status, _imported: status != "running")
    assert status == "interrupted"
    row = await send(one, file)
    assert (row["status"], row["imported"], row["skipped"]) == ("done", MANY - imported, imported)


async def test_what_was_imported_survives_a_kill(daemon: StartDaemon) -> None:
    one: Daemon = await daemon()
    file = file_of(MANY, 8_000)
    broken = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(send_most, one, file, broken)
        await until(one, lambda _status, imported: imported >= 100)
        await one.kill()
        broken.set()
    await one.restart()
    status, imported = await until(one, lambda status, _imported: status != "running")
    assert (status, imported >= 100) == ("interrupted", True)
    row = await send(one, file)
    assert (row["status"], row["imported"], row["skipped"]) == ("done", MANY - imported, imported)


async def test_a_long_conversation_is_imported_too(app: StartApp) -> None:
    one = await app()
    nodes = [gpt_node(str(n), str(n - 1) if n else None, "user", [f"text {n} " * 20], at=1e9 + n) for n in range(2_000)]
    row = await send(one, json.dumps([CHATGPT, gpt(*nodes, id="long", conversation_id=None)]).encode())
    assert (row["imported"], row["messages"]) == (2, 2_005)


async def test_no_file_is_taken_where_there_is_no_room(app: StartApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_: SqliteDatabase) -> None:
        await trio.lowlevel.checkpoint()
        raise Unavailable("no room", reason="storage_full")

    one = await app()
    monkeypatch.setattr(SqliteDatabase, "require_space", refuse)
    response = await post(one, file_of(1))
    assert (response.status_code, response.json()["error"]["details"]["reason"]) == (503, "storage_full")
    assert (await fetch(one)).json()["items"] == []
