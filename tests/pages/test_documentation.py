"""The documentation as it is served: only what was built, asked for again by its tag, and a word where none is."""

import gzip
from pathlib import Path

import pytest

from orchd.access.addresses import ClientFacts, read_address
from orchd.pages.documentation import FOLDERS, Documentation
from orchd.pages.documents import Documents
from orchd.protocol.identity import NOBODY
from orchd.server.entry.page import Page, PageRequest
from tests.frozen.archive import archive

HERE = ClientFacts(read_address("127.0.0.1"))
INDEX, TASKS, STYLE = b"<!doctype html><h1>All</h1>", b"<!doctype html><h1>Tasks</h1>", b"body{}"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    for name, body in {"index.html": INDEX, "protocol/task.html": TASKS, "_static/styles/a-b.min.css": STYLE}.items():
        path = folder / f"{name}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(body))
    (folder / "notes.txt.gz").write_bytes(b"not for others")
    (folder / ".sources").write_bytes(b"not for others")
    (tmp_path / "secret.html.gz").write_bytes(b"beside the folder")
    return folder


async def get(place: Path, folder: str = "", rest: str = "", **shown: str) -> Page:
    path = f"/docs/{folder}/*" if folder else "/docs/*"
    (found,) = Documentation(Documents(), place).routes()[path]
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in shown.items()]
    languages = shown.get("accept_language", "")
    return await found.answer(PageRequest(NOBODY, HERE, "localhost", rest=rest, headers=headers, languages=languages))


async def test_each_folder_has_its_files(place: Path) -> None:
    assert (await get(place)).body == INDEX
    found = await get(place, "protocol", "task.html")
    assert (found.status, found.content_type, found.body) == (200, "text/html; charset=utf-8", TASKS)
    assert (await get(place, "_static/styles", "a-b.min.css")).content_type == "text/css; charset=utf-8"
    assert {path.parent.relative_to(place).as_posix() for path in place.rglob("*.html.gz")} <= {".", *FOLDERS}


async def test_it_may_lie_in_an_archive(place: Path) -> None:
    archive(place)
    assert (await get(place)).body == INDEX
    assert (await get(place, "_static/styles", "a-b.min.css")).content_type == "text/css; charset=utf-8"
    assert (await get(place, rest="nothing.html")).status == 404


async def test_the_address_without_its_slash_leads_to_the_one_with_it(place: Path) -> None:
    (found,) = Documentation(Documents(), place).routes()["/docs"]
    page = await found.answer(PageRequest(NOBODY, HERE, "localhost"))
    assert (page.status, dict(page.headers)["Location"]) == (308, "/docs/")


async def test_it_goes_out_as_it_lies_there_to_whoever_reads_gzip(place: Path) -> None:
    page = await get(place, accept_encoding="deflate, gzip;q=0.5")
    assert (gzip.decompress(page.body), dict(page.headers)["Content-Encoding"]) == (INDEX, "gzip")
    plain = await get(place, accept_encoding="gzip;q=0")
    assert plain.body == INDEX
    assert "Content-Encoding" not in dict(plain.headers)
    assert dict(plain.headers)["Vary"] == "Accept-Encoding"


async def test_what_a_browser_has_is_not_sent_again_until_it_changes(place: Path) -> None:
    told = dict((await get(place)).headers)
    again = await get(place, if_none_match=told["ETag"])
    assert (again.status, again.body) == (304, b"")
    (place / "index.html.gz").write_bytes(gzip.compress(b"new"))
    assert (await get(place, if_none_match=told["ETag"])).body == b"new"
    assert told["Cache-Control"] == "no-cache"


async def test_nothing_runs_there_but_files_of_ours(place: Path) -> None:
    policy = dict((await get(place)).headers)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "name", [".sources", "notes.txt", "..", "../secret.html", "..%2fsecret.html", "absent.html", "a/b.html", "\0.html"]
)
async def test_only_what_was_built_is_served(place: Path, name: str) -> None:
    page = await get(place, rest=name)
    assert page.status == 404
    assert b'data-docs="missing"' in page.body


async def test_where_it_is_not_built_a_page_says_how_one_gets_it(place: Path) -> None:
    nothing = place / "nowhere"
    page = await get(nothing)
    assert page.status == 404
    assert b"`make docs`" in page.body
    assert b'data-docs="absent"' in page.body
    assert "Documentação" in (await get(nothing, accept_language="pt-BR")).body.decode()
