"""Files by HTTP: uploads in one request or in many, and downloads.

Uploads in many requests follow the core of tus 1.0, so that its clients work; programs that don't know it send a small
JSON object to begin one. Nothing that a form on another page could send begins anything: each way has a header or a
`Content-Type` for which a browser asks first.
"""

from base64 import b64decode
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import Annotated, Protocol
from urllib.parse import quote

import trio
from msgspec import Meta

from orchd.errors import Invalid, NotFound, OrchdError, TooLarge
from orchd.pages.query import read_query
from orchd.patterns import lazy_pattern
from orchd.protocol.identity import Identity
from orchd.protocol.reading.body import read_body
from orchd.protocol.types import MAX_INTEGER, ClientPayload
from orchd.server.entry.body import IncomingBody
from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages, Upload

MAX_BODY_BYTES = 16 * 1024
"""Longest JSON object that begins an upload."""
ABANDON_SECONDS = 10.0
TUS = ("Tus-Resumable", "1.0.0")
_BYTES = "application/octet-stream"
_PATCH = "application/offset+octet-stream"
_DIGITS = lazy_pattern(r"[0-9]{1,16}")
_RANGE = lazy_pattern(r"bytes=([0-9]{0,16})-([0-9]{0,16})")
_SHA256 = lazy_pattern(r"[0-9a-f]{64}")
_PLAIN = lazy_pattern(r"[^A-Za-z0-9 ._()+=@,~-]")

_ANY = Upload(MAX_INTEGER, ())
"""What a file may have is known once its size is."""

FileSize = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]


class FileUpload(ClientPayload, frozen=True):
    """The body of `POST /files` that begins an upload."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    size: FileSize
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None


class UploadedBytes(Protocol):
    """Bytes as they come."""

    async def read(self) -> bytes:
        """Return some more, nothing at the end. Raises an `OrchdError` when there will be no more."""


class UploadState(Protocol):
    """How far an upload has come; `file_id`: what it has become."""

    @property
    def id(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def received(self) -> int: ...
    @property
    def file_id(self) -> int | None: ...


class ServedFile(Protocol):
    """A file that may be downloaded."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...


class Files(Protocol):
    """Where files are kept. All raise `OrchdError`s."""

    async def begin(self, who: Identity, name: str, size: int, sha256: str | None) -> UploadState:
        """Begin an upload."""

    async def find(self, who: Identity, upload_id: int) -> UploadState:
        """Return how far one has come."""

    async def append(self, who: Identity, upload_id: int, offset: int, source: UploadedBytes) -> UploadState:
        """Take what comes next."""

    async def abandon(self, who: Identity, upload_id: int) -> None:
        """Forget one."""

    async def show(self, who: Identity, file_id: int) -> Mapping[str, object]:
        """Return a file as frames show it."""

    async def get(self, who: Identity, file_id: int) -> ServedFile:
        """Return a file."""

    def read(self, who: Identity, sha256: str, start: int, length: int) -> AsyncGenerator[bytes]:
        """Yield a part of one that was got."""


class FilePages:
    """What the pages of files do."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def routes(self) -> Pages:
        """Return them by path."""
        return {
            "/files": (PageRoute("POST", "change", self.create, scope="chat", upload=_ANY, origin="socket"),),
            "/files/*": (PageRoute("GET", "read", self.download, scope="chat"),),
            "/files/uploads/*": (
                PageRoute("GET", "change", self.show, scope="chat"),
                PageRoute("PATCH", "change", self.append, scope="chat", upload=_ANY, origin="socket"),
                PageRoute("DELETE", "change", self.abandon, scope="chat", origin="socket"),
            ),
        }

    async def create(self, request: PageRequest) -> Page:
        """Begin an upload, or take a small file whole."""
        if request.header("tus-resumable") is not None:
            return await self._create_tus(request)
        match _content_type(request):
            case "application/json":
                draft = read_body(await _read_json(request), FileUpload)
                begun = await self._files.begin(request.identity, draft.name, draft.size, draft.sha256)
                return await self._answer_begun(request, begun)
            case "application/octet-stream":
                return await self._take_whole(request)
            case _:
                return Page.of_error(415, "invalid", f"Content-Type is application/json to begin, {_BYTES} for a file")

    async def _create_tus(self, request: PageRequest) -> Page:
        size = _number(request, "upload-length")
        told = _metadata(request.header("upload-metadata") or "")
        name = told.get("filename") or told.get("name") or "file"
        begun = await self._files.begin(request.identity, name, size, _hash(told.get("sha256")))
        return Page(201, "text/plain", b"", (("Location", _path(begun)), TUS, *_state(begun)))

    async def _take_whole(self, request: PageRequest) -> Page:
        """Take a file in one request; what doesn't come whole is not kept."""
        told = read_query(request.query, "name", "sha256")
        size, content = _number(request, "content-length"), _content(request)
        begun = await self._files.begin(request.identity, told.get("name", ""), size, _hash(told.get("sha256")))
        try:
            ended = await self._files.append(request.identity, begun.id, 0, content) if size else begun
            if ended.file_id is None:
                raise Invalid(f"only {ended.received} of {size} bytes came", reason="broken_off")
        except BaseException:
            with suppress(OrchdError), trio.move_on_after(ABANDON_SECONDS, shield=True):
                await self._files.abandon(request.identity, begun.id)
            raise
        return await self._answer_begun(request, ended)

    async def _answer_begun(self, request: PageRequest, upload: UploadState) -> Page:
        """Show an upload that was begun, or the file that it is."""
        if upload.file_id is None:
            return Page.of_json(201, _state_json(upload), (("Location", _path(upload)),))
        shown = await self._files.show(request.identity, upload.file_id)
        return Page.of_json(201, shown, (("Location", f"/files/{upload.file_id}"),))

    async def show(self, request: PageRequest) -> Page:
        """Say how far an upload has come."""
        found = await self._files.find(request.identity, _id(request, "upload"))
        return Page.of_json(200, _state_json(found), (TUS, *_state(found)))

    async def append(self, request: PageRequest) -> Page:
        """Take what comes next of an upload."""
        upload_id = _id(request, "upload")
        if _content_type(request) != _PATCH:
            return Page.of_error(415, "invalid", f"Content-Type must be {_PATCH}")
        offset = _number(request, "upload-offset")
        reached = await self._files.append(request.identity, upload_id, offset, _content(request))
        return Page(204, "text/plain", b"", (TUS, *_state(reached)))

    async def abandon(self, request: PageRequest) -> Page:
        """Forget an upload."""
        await self._files.abandon(request.identity, _id(request, "upload"))
        return Page(204, "text/plain", b"", (TUS,))

    async def download(self, request: PageRequest) -> Page:
        """Send a file, or a part of it; never as something that a browser shows or runs."""
        file = await self._files.get(request.identity, _id(request, "file"))
        tag = f'"{file.sha256}"'
        headers = (
            ("Content-Disposition", disposition(file.name)),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
            ("Accept-Ranges", "bytes"),
            ("ETag", tag),
        )
        kind = f"{file.type}; charset=utf-8" if file.type.startswith("text/") else file.type
        part = _part(request, file.size, tag)
        if part is None:
            return Page(416, "text/plain", b"", (("Content-Range", f"bytes */{file.size}"),))
        start, length = part
        whole = length == file.size
        ranged = () if whole else (("Content-Range", f"bytes {start}-{start + length - 1}/{file.size}"),)
        pieces = self._files.read(request.identity, file.sha256, start, length)
        return Page(200 if whole else 206, kind, b"", (*headers, *ranged), pieces, length)


def disposition(name: str) -> str:
    """Return the header by which a browser stores a file under its name (RFC 6266): the name in full, and what is left
    of it in ASCII for old clients."""
    return f"attachment; filename=\"{_PLAIN.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def _part(request: PageRequest, size: int, tag: str) -> tuple[int, int] | None:
    """Return which part of a file is asked for, as start and length: all of it where that can't be read, or where the
    client means another content (RFC 9110, 14.2). None: none of it is there."""
    asked = request.header("range")
    found = None if asked is None else _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or found.groups() == ("", "") or request.header("if-range") not in (None, tag):
        return 0, size
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, length) if length else None
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return 0, size
    return (start, end - start + 1) if start < size else None


def _metadata(text: str) -> dict[str, str]:
    """Read `Upload-Metadata`: words, each with a text in Base64. Raises `Invalid`."""
    try:
        pairs = [pair.strip().partition(" ") for pair in text.split(",") if pair.strip()]
        return {word: b64decode(value.strip(), validate=True).decode() for word, _, value in pairs}
    except ValueError:
        raise Invalid(
            "Upload-Metadata is words with Base64 of UTF-8", reason="malformed", field="Upload-Metadata"
        ) from None


def _hash(text: str | None) -> str | None:
    if text is not None and _SHA256.fullmatch(text) is None:
        raise Invalid("`sha256` has 64 hexadecimal digits in small letters", reason="malformed", field="sha256")
    return text


def _state(upload: UploadState) -> tuple[tuple[str, str], ...]:
    told = (("Upload-Offset", str(upload.received)), ("Upload-Length", str(upload.size)))
    return told if upload.file_id is None else (*told, ("File-Id", str(upload.file_id)))


def _state_json(upload: UploadState) -> dict[str, object]:
    return {"uploadId": upload.id, "offset": upload.received, "size": upload.size, "fileId": upload.file_id}


def _path(upload: UploadState) -> str:
    return f"/files/uploads/{upload.id}"


def _content_type(request: PageRequest) -> str:
    return (request.header("content-type") or "").partition(";")[0].strip().lower()


def _id(request: PageRequest, word: str) -> int:
    """Return the id that stands in the path. Raises `NotFound`."""
    if _DIGITS.fullmatch(request.rest) is None:
        raise NotFound(f"there is no such {word}")
    return min(int(request.rest), MAX_INTEGER)


def _number(request: PageRequest, header: str) -> int:
    """Read a header that is a number of bytes. Raises `Invalid`."""
    text = request.header(header)
    if text is None or _DIGITS.fullmatch(text) is None or int(text) > MAX_INTEGER:
        name = header.title()
        raise Invalid(f"the header {name} must be a number of bytes", reason="malformed", field=name)
    return int(text)


def _content(request: PageRequest) -> IncomingBody:
    assert request.incoming is not None, "the route takes bytes"
    return request.incoming


async def _read_json(request: PageRequest) -> bytes:
    """Read a small body. Raises `TooLarge`."""
    body = bytearray()
    while some := await _content(request).read():
        body += some
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge(f"the body may have {MAX_BODY_BYTES} bytes", reason="too_long")
    return bytes(body)
