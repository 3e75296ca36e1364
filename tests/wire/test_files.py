"""Files over HTTP with the whole daemon: who may, from which pages, and what a crash leaves."""

import hashlib
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio
from msgspec.structs import replace

from orchd.simulator.settings import ModelSpec
from tests.fix_daemon import Listening, StartApp, StartDaemon, make_settings
from tests.fix_simulator import StartSimulator
from tests.fix_workspace_files import PNG
from tests.http_client import http_client
from tests.pdfs import pdf
from tests.wire.client import HANG_SECONDS, PAUSE_SECONDS
from tests.wire.people import ask, cookie_of, first_user

OCTETS = {"Content-Type": "application/octet-stream"}
PATCH = {"Content-Type": "application/offset+octet-stream"}


async def call(daemon: Listening, method: str, path: str, **options: Any) -> httpx.Response:
    """Ask for a page."""
    async with http_client(timeout=HANG_SECONDS) as client:
        return await client.request(method, daemon.url + path, **options)


async def send(daemon: Listening, content: bytes, name: str = "a.png", **headers: str) -> httpx.Response:
    """Upload a small file."""
    return await call(daemon, "POST", f"/files?name={name}", content=content, headers={**OCTETS, **headers})


async def test_a_file_goes_there_and_back(app: StartApp) -> None:
    daemon = await app()
    made = await send(daemon, PNG)
    assert (made.status_code, made.json()["type"], made.headers["location"]) == (201, "image/png", "/files/1")
    back = await call(daemon, "GET", "/files/1")
    assert (back.content, back.headers["content-type"]) == (PNG, "image/png")
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in back.headers["content-security-policy"]
    head = await call(daemon, "HEAD", "/files/1")
    assert (head.headers["content-length"], head.content) == (str(len(PNG)), b"")
    part = await call(daemon, "GET", "/files/1", headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PNG")
    client = await daemon.connect()
    assert [item["name"] for item in (await ask(client, "file:list"))["items"]] == ["a.png"]


async def test_a_large_file_is_streamed_both_ways_over_one_connection(app: StartApp) -> None:
    daemon = await app()
    content = b"0123456789abcdef" * 400_000
    async with http_client(timeout=HANG_SECONDS) as client:
        for _ in range(2):
            made = await client.post(f"{daemon.url}/files?name=a", content=content, headers=OCTETS)
            assert (made.status_code, made.json()["sha256"]) == (201, hashlib.sha256(content).hexdigest())
            back = await client.get(f"{daemon.url}/files/{made.json()['id']}")
            assert back.content == content


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_other_peoples_pages_can_not_upload(app: StartApp, origin: str) -> None:
    daemon = await app()
    begun = await call(daemon, "POST", "/files", json={"name": "a", "size": 1})
    assert begun.status_code == 201
    for method, path, kind in (
        ("POST", "/files?name=x", OCTETS),
        ("PATCH", "/files/uploads/1", {**PATCH, "Upload-Offset": "0"}),
        ("DELETE", "/files/uploads/1", {}),
    ):
        refused = await call(daemon, method, path, content=b"x" if kind else b"", headers={**kind, "Origin": origin})
        assert refused.status_code == 403
    assert (await send(daemon, b"x", Origin=daemon.url)).status_code == 201


async def test_who_shows_nothing_may_not_once_there_are_users(app: StartApp) -> None:
    daemon = await app()
    maria = await first_user(daemon)
    assert (await send(daemon, PNG)).status_code == 401
    cookie = await cookie_of(daemon, "maria")
    assert (await send(daemon, PNG, Cookie=cookie)).status_code == 401, "a cookie counts from a page of ours alone"
    made = await send(daemon, PNG, Cookie=cookie, Origin=daemon.url)
    assert made.status_code == 201
    path = made.headers["location"]
    assert (await call(daemon, "GET", path)).status_code == 401
    assert (await call(daemon, "GET", path, headers={"Cookie": cookie})).content == PNG
    await ask(maria, "user:create", name="joao", role="member", password="nine dry umbrellas")
    other = await cookie_of(daemon, "joao", "nine dry umbrellas")
    assert (await call(daemon, "GET", path, headers={"Cookie": other})).status_code == 404


@pytest.mark.parametrize(("scopes", "up", "down"), [(["chat"], 201, 200), (["read"], 403, 200), (["models"], 403, 403)])
async def test_tokens_may_what_their_scopes_say(app: StartApp, scopes: list[str], up: int, down: int) -> None:
    daemon = await app()
    maria = await first_user(daemon)
    token = (await ask(maria, "token:create", name="t", scopes=scopes))["token"]
    shown = {"Authorization": f"Bearer {token}"}
    assert (await send(daemon, PNG, **shown)).status_code == up
    cookie = await cookie_of(daemon, "maria")
    made = await send(daemon, PNG, Cookie=cookie, Origin=daemon.url)
    assert (await call(daemon, "GET", made.headers["location"], headers=shown)).status_code == down


@pytest.mark.parametrize(
    "path",
    ["/files/../files/1", "/files/1/", "/files//1", "/files/%2e%2e%2f1", "/files/uploads", "/files/", "/files/0"],
)
async def test_paths_lead_nowhere_else(app: StartApp, path: str) -> None:
    daemon = await app()
    await send(daemon, PNG)
    host = daemon.url.removeprefix("http://")
    async with await trio.open_tcp_stream("127.0.0.1", int(host.rpartition(":")[2])) as stream:
        await stream.send_all(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while data := await stream.receive_some(65536):
            answer += data
    assert b" 404 " in answer.partition(b"\r\n")[0]


async def begin(daemon: Listening, content: bytes) -> str:
    """Begin an upload; its path."""
    body = {"name": "big.bin", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    begun = await call(daemon, "POST", "/files", json=body)
    path: str = begun.headers["location"]
    return path


async def offset_of(daemon: Listening, path: str) -> int:
    """How far an upload has come."""
    return int((await call(daemon, "HEAD", path)).headers["upload-offset"])


async def test_an_upload_that_is_cut_goes_on(app: StartApp) -> None:
    daemon = await app()
    content = bytes(range(256)) * 4_000
    path = await begin(daemon, content)
    await cut_off(daemon, path, content, 600_000)
    with trio.fail_after(HANG_SECONDS):
        while not (reached := await offset_of(daemon, path)):  # noqa: ASYNC110 - it tells nobody
            await trio.sleep(PAUSE_SECONDS)
    assert reached == 600_000
    rest = await call(
        daemon, "PATCH", path, content=content[reached:], headers={**PATCH, "Upload-Offset": str(reached)}
    )
    assert (rest.status_code, rest.headers["upload-offset"]) == (204, str(len(content)))
    assert (await call(daemon, "GET", f"/files/{rest.headers['file-id']}")).content == content


async def cut_off(daemon: Listening, path: str, content: bytes, sent: int) -> None:
    """Send the beginning of an upload, and close the connection."""
    host = daemon.url.removeprefix("http://")
    head = f"PATCH {path} HTTP/1.1\r\nHost: {host}\r\nUpload-Offset: 0\r\nContent-Length: {len(content)}\r\n"
    async with await trio.open_tcp_stream("127.0.0.1", int(host.rpartition(":")[2])) as stream:
        await stream.send_all(f"{head}Content-Type: {PATCH['Content-Type']}\r\n\r\n".encode() + content[:sent])


async def test_an_upload_outlives_a_killed_daemon(daemon: StartDaemon, database_url: str) -> None:
    """What it has told to be there is there, and the rest comes again."""
    one = await daemon(database=database_url)
    content = hashlib.shake_256(b"x").digest(20_000_000)
    path, host = await begin(one, content), one.url.removeprefix("http://")
    head = f"PATCH {path} HTTP/1.1\r\nHost: {host}\r\nUpload-Offset: 0\r\nContent-Length: {len(content)}\r\n"
    async with await trio.open_tcp_stream("127.0.0.1", int(host.rpartition(":")[2])) as stream:
        await stream.send_all(f"{head}Content-Type: {PATCH['Content-Type']}\r\n\r\n".encode() + content[:12_000_000])
        told = 0
        with trio.fail_after(HANG_SECONDS):
            while not told:
                told = await offset_of(one, path)
        await one.kill()
    await one.start()
    reached = await offset_of(one, path)
    assert told <= reached <= 12_000_000
    rest = await call(one, "PATCH", path, content=content[reached:], headers={**PATCH, "Upload-Offset": str(reached)})
    assert rest.status_code == 204, rest.text
    back = await call(one, "GET", f"/files/{rest.headers['file-id']}")
    assert back.content == content, "the hash was right, too"


async def test_a_stalled_upload_frees_its_place(app: StartApp) -> None:
    daemon = await app(handshake_seconds=2.0)
    path = await begin(daemon, b"x" * 100)
    host = daemon.url.removeprefix("http://")
    head = f"PATCH {path} HTTP/1.1\r\nHost: {host}\r\nUpload-Offset: 0\r\nContent-Length: 100\r\n"
    async with await trio.open_tcp_stream("127.0.0.1", int(host.rpartition(":")[2])) as stream:
        await stream.send_all(f"{head}Content-Type: {PATCH['Content-Type']}\r\n\r\n".encode() + b"x" * 10)
        answer = b""
        with trio.fail_after(HANG_SECONDS):
            while data := await stream.receive_some(65536):
                answer += data
    assert b" 400 " in answer.partition(b"\r\n")[0]
    assert await offset_of(daemon, path) == 10


SEES = ModelSpec("simulated-seeing", loaded=True, vision=True)


async def test_an_image_goes_to_a_model_that_sees(app: StartApp, start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(models=(SEES, ModelSpec("simulated-small", loaded=True)))
    daemon = await app(simulator.url)
    image, text = (await send(daemon, PNG)).json(), (await send(daemon, b"The word is umbrella.", "a.txt")).json()
    client = await daemon.connect()
    blind = {"message": "Which?", "model": "simulated-small", "fileIds": [text["id"], image["id"]]}
    refused = await client.request("chat:send", blind)
    assert refused["data"]["details"] == {"reason": "no_vision", "field": "fileIds", "path": "$.data.fileIds[1]"}
    assert (await ask(client, "conversation:list"))["items"] == []
    answer = await client.chat("Which?", model="simulated-seeing", fileIds=[text["id"], image["id"]])
    assert f"You showed: image/png of {len(PNG)} bytes." in answer["content"]
    assert "The word is umbrella." in answer["content"]
    question = (await client.history(answer["conversationId"]))[0]
    assert [file["name"] for file in question["files"]] == ["a.txt", "a.png"]


async def test_a_pdf_that_would_take_for_ever_keeps_nobody_waiting(
    app: StartApp, start_simulator: StartSimulator, tmp_path: Path
) -> None:
    """The worker that reads it is killed; whoever asks meanwhile, and the next PDF, are served."""
    simulator = await start_simulator()
    settings = make_settings(tmp_path, simulator.url)
    daemon = await app.start(replace(settings, file=replace(settings.file, pdf_seconds=2.0)))
    endless = pdf(["x"] * 50, zlib.compress(b"BT /F1 9 Tf (x) Tj ET\n" * 300_000, 9), b"/Filter /FlateDecode")
    slow, good = (await send(daemon, endless, "a.pdf")).json(), (await send(daemon, pdf(["Teal."]), "b.pdf")).json()
    one, other = await daemon.connect(), await daemon.connect()
    asked = await one.send("chat:send", {"message": "What?", "fileIds": [good["id"], slow["id"]]})
    assert "Still here?" in (await other.chat("Still here?"))["content"]
    (refused,) = await one.answer(asked)
    assert refused["data"]["code"] == "timeout"
    assert refused["data"]["details"] == {"reason": "pdf_slow", "field": "fileIds", "path": "$.data.fileIds[1]"}
    assert "Teal." in (await other.chat("What?", fileIds=[good["id"]]))["content"]
