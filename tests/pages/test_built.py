"""The built page as it is served: which file for which address, how it is kept, and what becomes of a new build."""

import gzip
import os
from pathlib import Path

import pytest

from orchd.access.addresses import ClientFacts, read_address
from orchd.errors import NotFound
from orchd.pages.built import BuiltPage
from orchd.protocol.identity import NOBODY
from orchd.server.entry.page import Page, PageRequest
from tests.frozen.archive import archive

HERE = ClientFacts(read_address("127.0.0.1"))
INDEX = b'<script type="module" crossorigin src="/assets/index-A1_b.js"></script>'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "icons").mkdir()
    (folder / "assets" / "index-A1_b.js").write_bytes(b"let a = 1;")
    (folder / "assets" / "index-A1_b.js.br").write_bytes(b"as brotli")
    (folder / "assets" / "index-A1_b.js.gz").write_bytes(b"as gzip")
    (folder / "assets" / "page.css").write_bytes(b"a{}")
    (folder / "assets" / "notes.txt").write_bytes(b"not for others")
    (folder / "icons" / "orchd.svg").write_bytes(b"<svg/>")
    (folder / "manifest.webmanifest").write_bytes(b"{}")
    (folder / "index.html").write_bytes(INDEX)
    (tmp_path / "secret.js").write_bytes(b"beside the folder")
    return folder


async def get(built: BuiltPage, route: str, rest: str = "", *, accept: str = "") -> Page:
    (found,) = built.routes()[route]
    headers = [(b"accept-encoding", accept.encode())] if accept else []
    return await found.answer(PageRequest(NOBODY, HERE, "localhost", rest=rest, headers=headers))


def headers(page: Page) -> dict[str, str]:
    return dict(page.headers)


async def test_assets_are_kept_for_ever_and_the_document_is_asked_for_each_time(place: Path) -> None:
    built = BuiltPage(place)
    asset = await get(built, "/assets/*", "page.css")
    assert (asset.status, asset.content_type, asset.body) == (200, "text/css; charset=utf-8", b"a{}")
    assert headers(asset)["Cache-Control"] == "max-age=31536000, immutable"
    document = await built.document(PageRequest(NOBODY, HERE, "localhost"))
    assert document is not None
    assert (document.body, document.content_type) == (INDEX, "text/html; charset=utf-8")
    assert headers(document)["Cache-Control"] == "no-cache"
    assert headers(await get(built, "/icons/*", "orchd.svg"))["Cache-Control"] == "no-cache"
    assert (await get(built, "/manifest.webmanifest")).content_type == "application/manifest+json"


async def test_it_may_lie_in_an_archive(place: Path) -> None:
    (place / "assets" / "packed-Z9.js.gz").write_bytes(gzip.compress(b"let b = 2;"))
    archive(place)
    built = BuiltPage(place)
    assert (await built.state(), await built.entry()) == ("built", "/assets/index-A1_b.js")
    assert await built.text("index.html") == INDEX
    assert (await get(built, "/assets/*", "packed-Z9.js")).body == b"let b = 2;"
    assert (await get(built, "/assets/*", "index-A1_b.js", accept="br, gzip")).body == b"as brotli"
    for name in "notes.txt", "../../secret.js", "../index.html":
        with pytest.raises(NotFound):
            await get(built, "/assets/*", name)


async def test_a_compressed_copy_alone_is_enough(place: Path) -> None:
    (place / "assets" / "packed-Z9.js.gz").write_bytes(gzip.compress(b"let b = 2;"))
    (place / "assets" / "packed-Z9.txt.gz").write_bytes(gzip.compress(b"of no kind that is served"))
    built = BuiltPage(place)
    packed = await get(built, "/assets/*", "packed-Z9.js", accept="gzip")
    assert (headers(packed)["Content-Encoding"], gzip.decompress(packed.body)) == ("gzip", b"let b = 2;")
    plain = await get(built, "/assets/*", "packed-Z9.js")
    assert ("Content-Encoding" not in headers(plain), plain.body) == (True, b"let b = 2;")
    assert plain.content_type == "text/javascript; charset=utf-8"
    with pytest.raises(NotFound):
        await get(built, "/assets/*", "packed-Z9.txt")


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"as brotli"),
        ("gzip", "gzip", b"as gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", b"as gzip"),
        ("br;q=0.0,gzip;q=0", None, b"let a = 1;"),
        ("", None, b"let a = 1;"),
        ("identity", None, b"let a = 1;"),
    ],
)
async def test_the_best_coding_that_a_client_takes(place: Path, accepted: str, coding: str | None, body: bytes) -> None:
    page = await get(BuiltPage(place), "/assets/*", "index-A1_b.js", accept=accepted)
    assert page.body == body
    assert headers(page).get("Content-Encoding") == coding
    assert headers(page)["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../index.html", "..%2fsecret.js", "../../secret.js", "notes.txt", "index-A1_b.js/", "\0"]
)
async def test_only_what_was_built_is_served(place: Path, name: str) -> None:
    with pytest.raises(NotFound):
        await get(BuiltPage(place), "/assets/*", name)


async def test_the_page_comes_while_the_daemon_runs_and_is_seen_when_it_is_built_anew(place: Path) -> None:
    aside = place.rename(place.with_name("aside"))
    built = BuiltPage(place)
    assert await built.entry() is None
    assert await built.document(PageRequest(NOBODY, HERE, "localhost")) is None
    with pytest.raises(NotFound):
        await get(built, "/assets/*", "index-A1_b.js")
    aside.rename(place)
    assert await built.entry() == "/assets/index-A1_b.js"
    (place / "assets" / "index-B2.js").write_bytes(b"let b = 2;")
    (place / "index.html").write_bytes(INDEX.replace(b"A1_b", b"B2"))
    os.utime(place / "index.html", ns=(1, 1))
    assert await built.entry() == "/assets/index-B2.js"
    assert (await get(built, "/assets/*", "index-B2.js")).body == b"let b = 2;"


@pytest.mark.parametrize(
    ("note", "state"), [(None, "absent"), ("building\n", "building"), ("failed\n", "failed"), ("\xff", "failed")]
)
async def test_why_there_is_no_page(place: Path, note: str | None, state: str) -> None:
    assert await BuiltPage(place).state() == "built"
    (place / "index.html").unlink()
    if note is not None:
        place.with_name("dist.state").write_text(note)
    assert await BuiltPage(place).state() == state
