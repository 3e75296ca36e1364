"""Files sent to a daemon and fetched from it, however large; an upload that was cut goes on where it got to."""

import hashlib
import os
import re
import tempfile
from collections.abc import AsyncGenerator, Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec
import trio

from orchd.client.address import websocket_url
from orchd.client.pages import PageAnswer, PageQuestion, ask_page
from orchd.client.trust import Trust
from orchd.errors import Conflict, Invalid, Unavailable
from orchd.patterns import lazy_pattern

PIECE_BYTES = 256 * 1024
HASHED_AT_ONCE = 8 * 1024 * 1024
PIECE_SECONDS = 60.0
"""For a piece of a file to be sent, or to come."""
ATTEMPTS = 6
"""So many times in a row it is tried to go on, while nothing more gets there."""
PAUSE_SECONDS = 1.0
LONGEST_PAUSE = 8.0
_OFFSET = {"Content-Type": "application/offset+octet-stream"}
_NAME = lazy_pattern(r"filename\*=UTF-8''([^;]+)", re.IGNORECASE)
_HASH = lazy_pattern(r'"([0-9a-f]{64})"')


class SentFile(NamedTuple):
    """A file that the daemon has now."""

    file_id: int
    name: str
    size: int


class _Receipt(msgspec.Struct, rename="camel"):
    """What begins an upload; of an empty file, the file itself."""

    id: int | None = None
    upload_id: int | None = None


class _State(NamedTuple):
    """How far an upload has come."""

    offset: int
    file_id: int | None


async def upload_file(url: str, path: Path, trust: Trust, told: Callable[[str], None] = lambda text: None) -> SentFile:
    """Send a file; `told` hears that the connection was lost and how it goes on. Raises `OSError` for one that can't be
    read, `Unavailable`, and the `OrchdError` that the daemon refuses with."""
    return await _Upload(urlsplit(websocket_url(url)), path, trust, told).run()


async def download_file(url: str, file_id: int, target: Path, trust: Trust) -> Path:
    """Fetch a file into a directory, under its name there, or into a new file; return its path. Nothing that is there
    is replaced. Raises `Conflict` then, `Invalid` for a name or a content that can't be right, `OSError`,
    `Unavailable`, and the `OrchdError` that the daemon refuses with."""
    place = await trio.to_thread.run_sync(_Place, target)
    try:
        digest = hashlib.sha256()
        async with trio.wrap_file(place.file) as file:

            async def take(data: bytes) -> None:
                digest.update(data)
                await file.write(data)

            asked = PageQuestion("GET", f"files/{file_id}", seconds=PIECE_SECONDS)
            answer = await ask_page(urlsplit(websocket_url(url)), asked, trust, take)
        told = _HASH.fullmatch(answer.headers.get("etag", ""))
        if told is None or told[1] != digest.hexdigest():
            raise Invalid("what came is not the file: its hash is another one")
        return await trio.to_thread.run_sync(place.keep, answer)
    finally:
        place.forget()


class _Place:
    """Where a download goes: beside its last place, until it is whole. Blocks."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._in_directory = target.is_dir()
        self._directory = target if self._in_directory else target.parent
        descriptor, name = tempfile.mkstemp(prefix=".orchd-", dir=self._directory)
        self.file = os.fdopen(descriptor, "wb")
        self._kept = Path(name)

    def keep(self, answer: PageAnswer) -> Path:
        """Give it its name. Raises `Conflict` where there is one, `Invalid`."""
        path = self._directory / _name_of(answer) if self._in_directory else self._target
        try:
            os.link(self._kept, path)
        except FileExistsError:
            raise Conflict(f"{path} is there already; say another name with -o") from None
        return path

    def forget(self) -> None:
        """Remove what is left of it."""
        self._kept.unlink(missing_ok=True)


def _name_of(answer: PageAnswer) -> str:
    """Return the name that the daemon says, which must be no place elsewhere. Raises `Invalid`."""
    found = _NAME.search(answer.headers.get("content-disposition", ""))
    name = "" if found is None else unquote(found[1])
    if not name or name != Path(name).name or name in (".", "..") or not name.isprintable():
        raise Invalid("the daemon says no name that a file can have here; say one with -o")
    return name


class _Upload:
    """One file on its way."""

    def __init__(self, parts: SplitResult, path: Path, trust: Trust, told: Callable[[str], None]) -> None:
        self._parts = parts
        self._path = path
        self._trust = trust
        self._told = told

    async def run(self) -> SentFile:
        size, sha256 = await self._measure()
        draft = msgspec.json.encode({"name": self._path.name, "size": size, "sha256": sha256})
        asked = PageQuestion("POST", "files", (("Content-Type", "application/json"),), draft)
        begun = msgspec.json.decode((await self._ask(asked)).body, type=_Receipt)
        if begun.upload_id is None:
            return SentFile(begun.id or 0, self._path.name, size)
        return SentFile(await self._send(f"files/uploads/{begun.upload_id}", size), self._path.name, size)

    async def _send(self, page: str, size: int) -> int:
        """Send what is left until all is there; return the file's id."""
        state, attempt, pause = _State(0, None), 0, PAUSE_SECONDS
        while True:
            try:
                if attempt:
                    before, state = state, _state(await self._ask(PageQuestion("HEAD", page)))
                    attempt = attempt if state.offset <= before.offset else 1
                if state.file_id is None:
                    state = _state(await self._ask(self._rest(page, state.offset, size)))
                if state.file_id is not None:
                    return state.file_id
                raise Unavailable("the daemon has not taken all of it")
            except (Unavailable, Conflict) as error:
                attempt += 1
                if attempt > ATTEMPTS:
                    raise
                self._told(f"({error.message}; going on in {pause:g} s, attempt {attempt} of {ATTEMPTS})")
            await trio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _rest(self, page: str, offset: int, size: int) -> PageQuestion:
        headers = (*_OFFSET.items(), ("Upload-Offset", str(offset)))
        pieces = partial(self._pieces, offset, size)
        return PageQuestion("PATCH", page, headers, pieces=pieces, length=size - offset, seconds=PIECE_SECONDS)

    async def _ask(self, asked: PageQuestion) -> PageAnswer:
        return await ask_page(self._parts, asked, self._trust)

    async def _measure(self) -> tuple[int, str]:
        size, digest = 0, hashlib.sha256()
        async with await trio.open_file(self._path, "rb") as file:
            while piece := await file.read(HASHED_AT_ONCE):
                size += len(piece)
                await trio.to_thread.run_sync(digest.update, piece)
        return size, digest.hexdigest()

    async def _pieces(self, offset: int, size: int) -> AsyncGenerator[bytes]:
        """Yield what is left. Raises `Invalid` for a file that has become shorter."""
        async with await trio.open_file(self._path, "rb") as file:
            await file.seek(offset)
            while offset < size:
                piece = await file.read(min(PIECE_BYTES, size - offset))
                if not piece:
                    raise Invalid(f"{self._path} has become shorter meanwhile")
                offset += len(piece)
                yield piece


def _state(answer: PageAnswer) -> _State:
    """Read how far an upload has come. Raises `Unavailable` for what no daemon says."""
    offset, file_id = answer.headers.get("upload-offset", ""), answer.headers.get("file-id")
    if not offset.isdecimal() or not (file_id is None or file_id.isdecimal()):
        raise Unavailable("what answers is no orchd daemon")
    return _State(int(offset), None if file_id is None else int(file_id))
