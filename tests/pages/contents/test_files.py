"""The pages of files: what is asked for in which way, and with what headers it is answered."""

import json
from base64 import b64encode
from collections.abc import AsyncGenerator
from typing import NamedTuple

import pytest

from orchd.access.addresses import ClientFacts, read_address
from orchd.errors import Conflict, Invalid, NotFound, TooLarge
from orchd.pages.contents.files import FilePages, UploadedBytes, disposition
from orchd.protocol.identity import LOCAL, Identity
from orchd.server.entry.body import IncomingBody
from orchd.server.entry.page import Page, PageRequest
from tests.fix_workspace_files import Pieces

HASH = "a" * 64


class Kept(NamedTuple):
    """A file, or an upload."""

    id: int
    name: str
    size: int
    type: str = "text/plain"
    sha256: str = HASH
    received: int = 0
    file_id: int | None = None


class FakeFiles:
    """One upload, and one file. Satisfies `Files`."""

    def __init__(self, name: str = "a.txt", kind: str = "text/plain") -> None:
        self.upload: Kept | None = None
        self.said: tuple[object, ...] = ()
        self.text = b"0123456789"
        self.file = Kept(7, name, 10, kind)

    async def begin(self, who: Identity, name: str, size: int, sha256: str | None) -> Kept:
        self.said = (who.name, name, size, sha256)
        self.upload = Kept(3, name, size, file_id=None if size else 7)
        return self.upload

    async def find(self, who: Identity, upload_id: int) -> Kept:
        if self.upload is None or upload_id != 3:
            raise NotFound("there is no such upload")
        return self.upload

    async def append(self, who: Identity, upload_id: int, offset: int, source: UploadedBytes) -> Kept:
        upload = await self.find(who, upload_id)
        if offset != upload.received:
            raise Conflict("no", reason="wrong_offset", offset=upload.received)
        while some := await source.read():
            upload = self.upload = upload._replace(received=upload.received + len(some))
        if upload.received == upload.size:
            upload = self.upload = upload._replace(file_id=7)
        return upload

    async def abandon(self, who: Identity, upload_id: int) -> None:
        await self.find(who, upload_id)
        self.upload = None

    async def show(self, who: Identity, file_id: int) -> dict[str, object]:
        return {"id": file_id, "name": self.file.name}

    async def get(self, who: Identity, file_id: int) -> Kept:
        if file_id != 7:
            raise NotFound("there is no such file")
        return self.file

    async def read(self, who: Identity, sha256: str, start: int, length: int) -> AsyncGenerator[bytes]:
        yield self.text[start : start + length]


def incoming(*body: bytes) -> IncomingBody:
    """A body that comes in these pieces."""
    return IncomingBody(Pieces(body).read, 1_000_000, None)


def asked(method: str, *body: bytes, rest: str = "", query: str = "", **headers: str) -> PageRequest:
    """A request; headers by their names with `_` for `-`."""
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    here = ClientFacts(read_address("127.0.0.1"))
    return PageRequest(LOCAL, here, "localhost")._replace(
        method=method, rest=rest, query=query, headers=told, incoming=incoming(*body)
    )


def headers(page: Page) -> dict[str, str]:
    return {name.lower(): value for name, value in page.headers}


async def text_of(page: Page) -> bytes:
    assert page.pieces is not None
    text = b"".join([piece async for piece in page.pieces])
    assert page.length == len(text)
    return text


async def test_an_upload_is_begun_by_json_and_goes_on_to_its_end() -> None:
    files = FakeFiles()
    pages = FilePages(files)
    body = json.dumps({"name": "a.txt", "size": 10, "sha256": HASH}).encode()
    begun = await pages.create(asked("POST", body, content_type="application/json; charset=utf-8"))
    assert (begun.status, headers(begun)["location"]) == (201, "/files/uploads/3")
    assert json.loads(begun.body) == {"uploadId": 3, "offset": 0, "size": 10, "fileId": None}
    assert files.said == ("local", "a.txt", 10, HASH)
    patch = {"content_type": "application/offset+octet-stream"}
    half = await pages.append(asked("PATCH", b"0123", rest="3", upload_offset="0", **patch))
    assert (half.status, headers(half)["upload-offset"]) == (204, "4")
    assert "file-id" not in headers(half)
    shown = await pages.show(asked("HEAD", rest="3"))
    assert (headers(shown)["upload-offset"], headers(shown)["upload-length"]) == ("4", "10")
    whole = await pages.append(asked("PATCH", b"45", b"6789", rest="3", upload_offset="4", **patch))
    assert (headers(whole)["upload-offset"], headers(whole)["file-id"]) == ("10", "7")
    assert (await pages.abandon(asked("DELETE", rest="3"))).status == 204
    with pytest.raises(NotFound):
        await pages.show(asked("GET", rest="3"))


async def test_an_upload_is_begun_by_a_client_of_tus() -> None:
    files = FakeFiles()
    name = b64encode("é, b.txt".encode()).decode()
    metadata = f"filename {name},sha256 {b64encode(HASH.encode()).decode()},is_confidential"
    begun = await FilePages(files).create(
        asked("POST", tus_resumable="1.0.0", upload_length="10", upload_metadata=metadata)
    )
    assert (begun.status, headers(begun)["location"], headers(begun)["tus-resumable"]) == (
        201,
        "/files/uploads/3",
        "1.0.0",
    )
    assert files.said == ("local", "é, b.txt", 10, HASH)


async def test_a_small_file_comes_in_one_request() -> None:
    files = FakeFiles()
    page = await FilePages(files).create(
        asked(
            "POST",
            b"01234",
            b"56789",
            query="name=caf%C3%A9.txt&sha256=" + HASH,
            content_type="application/octet-stream",
            content_length="10",
        )
    )
    assert (page.status, headers(page)["location"], json.loads(page.body)["id"]) == (201, "/files/7", 7)
    assert files.said == ("local", "café.txt", 10, HASH)


async def test_what_does_not_come_whole_in_one_request_is_not_kept() -> None:
    files = FakeFiles()
    one = {"content_type": "application/octet-stream", "content_length": "10"}
    with pytest.raises(Invalid):
        await FilePages(files).create(asked("POST", b"01234", query="name=a", **one))
    assert files.upload is None
    cut = asked("POST", query="name=a", **one)._replace(
        incoming=IncomingBody(Pieces([b"01"], cut=True).read, 100, None)
    )
    with pytest.raises(Invalid):
        await FilePages(files).create(cut)
    assert files.upload is None


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
async def test_what_a_form_sends_begins_nothing(kind: str) -> None:
    files = FakeFiles()
    page = await FilePages(files).create(asked("POST", b"{}", query="name=a", content_type=kind, content_length="2"))
    assert (page.status, files.said) == (415, ())
    wrong = await FilePages(files).append(asked("PATCH", b"x", rest="3", upload_offset="0", content_type=kind))
    assert wrong.status == 415


@pytest.mark.parametrize(
    "told", [{}, {"content_length": "-1"}, {"content_length": "1e3"}, {"content_length": "9" * 16}]
)
async def test_a_size_must_be_one(told: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        await FilePages(FakeFiles()).create(
            asked("POST", query="name=a", content_type="application/octet-stream", **told)
        )


@pytest.mark.parametrize("metadata", ["filename !!!", "filename /w==", "sha256 " + b64encode(b"xyz").decode()])
async def test_metadata_must_be_readable(metadata: str) -> None:
    with pytest.raises(Invalid):
        await FilePages(FakeFiles()).create(
            asked("POST", tus_resumable="1.0.0", upload_length="1", upload_metadata=metadata)
        )


async def test_a_long_body_that_begins_an_upload_is_refused() -> None:
    with pytest.raises(TooLarge):
        await FilePages(FakeFiles()).create(asked("POST", b" " * 20_000, content_type="application/json"))


@pytest.mark.parametrize("rest", ["", "x", "-7", "7.0", "..", "7e0", "9" * 17, "٧"])
async def test_what_is_no_id_is_not_found(rest: str) -> None:
    pages = FilePages(FakeFiles())
    for page in (pages.download, pages.show):
        with pytest.raises(NotFound):
            await page(asked("GET", rest=rest))


async def test_a_download_is_never_shown_by_a_browser() -> None:
    page = await FilePages(FakeFiles("é.html")).download(asked("GET", rest="7"))
    told = headers(page)
    assert (page.status, page.content_type) == (200, "text/plain; charset=utf-8")
    assert told["content-disposition"] == "attachment; filename=\"_.html\"; filename*=UTF-8''%C3%A9.html"
    assert told["content-security-policy"] == "sandbox; default-src 'none'"
    assert (told["accept-ranges"], told["etag"]) == ("bytes", f'"{HASH}"')
    assert await text_of(page) == b"0123456789"
    image = await FilePages(FakeFiles("a", "image/png")).download(asked("GET", rest="7"))
    assert image.content_type == "image/png"


@pytest.mark.parametrize(
    ("asked_for", "told", "text"),
    [
        ("bytes=0-3", "bytes 0-3/10", b"0123"),
        ("bytes=4-", "bytes 4-9/10", b"456789"),
        ("bytes=-2", "bytes 8-9/10", b"89"),
        ("bytes=8-99", "bytes 8-9/10", b"89"),
        ("bytes=9-9", "bytes 9-9/10", b"9"),
    ],
)
async def test_parts_are_sent(asked_for: str, told: str, text: bytes) -> None:
    page = await FilePages(FakeFiles()).download(asked("GET", rest="7", range=asked_for))
    assert (page.status, headers(page)["content-range"]) == (206, told)
    assert await text_of(page) == text


@pytest.mark.parametrize(
    "asked_for", ["bytes=0-", "bytes=-10", "bytes=5-3", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "x"]
)
async def test_what_is_no_part_is_all_of_it(asked_for: str) -> None:
    page = await FilePages(FakeFiles()).download(asked("GET", rest="7", range=asked_for))
    assert (page.status, await text_of(page)) == (200, b"0123456789")


@pytest.mark.parametrize("asked_for", ["bytes=10-", "bytes=10-12", "bytes=-0"])
async def test_a_part_that_is_not_there_is_refused(asked_for: str) -> None:
    page = await FilePages(FakeFiles()).download(asked("GET", rest="7", range=asked_for))
    assert (page.status, headers(page)["content-range"], page.pieces) == (416, "bytes */10", None)


async def test_a_part_of_another_content_is_not_sent() -> None:
    pages = FilePages(FakeFiles())
    same = await pages.download(asked("GET", rest="7", range="bytes=0-1", if_range=f'"{HASH}"'))
    other = await pages.download(asked("GET", rest="7", range="bytes=0-1", if_range='"b"'))
    assert (same.status, other.status) == (206, 200)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (
            'a"; filename=b.exe',
            "attachment; filename=\"a__ filename=b.exe\"; filename*=UTF-8''a%22%3B%20filename%3Db.exe",
        ),
        ("漢字.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%BC%A2%E5%AD%97.pdf"),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
    ],
)
def test_names_are_written_so_that_they_end_nothing(name: str, header: str) -> None:
    assert disposition(name) == header
