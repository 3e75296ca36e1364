"""The texts of PDFs: taken out of each content once, by a worker process, and kept in the database from then on; those
that programs send along with each request of a conversation are kept in memory for a while.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import NamedTuple

import trio

from orchd.budget import UserPlaces
from orchd.entity import Owner
from orchd.errors import Busy, OrchdError, Timeout, TooLarge, Unavailable
from orchd.features.file import queries
from orchd.features.file.disk import FileDisk
from orchd.features.file.item import FileItem
from orchd.pdf import PdfText, pdf_text, pdf_text_of_data
from orchd.storage import Database
from orchd.worker.pool import TextWorkers

MAX_TEXT_BYTES = 2 * 1024 * 1024
"""Longest text that is sent with a question."""

MOST_OF_ONE = 20
"""So many PDFs of one person may wait to be read: as many as go with one question."""
RETRY_MS = 1000
RECENT_CHARACTERS = 4 * 1024 * 1024
"""Of texts of PDFs that came with requests of programs, which send the same ones again and again."""


class PdfLimits(NamedTuple):
    """Bytes that a PDF may have, and seconds that its text may take."""

    max_bytes: int
    seconds: float


class _Reading:
    """A content that is being read. Neither text nor failure at its end: whoever read it was cancelled."""

    def __init__(self) -> None:
        self.ended = trio.Event()
        self.text: PdfText | None = None
        self.failure: OrchdError | None = None


class PdfTexts:
    """Those of the contents in `disk`. What is asked for twice at once is read once."""

    def __init__(self, database: Database, disk: FileDisk, workers: TextWorkers, limits: PdfLimits) -> None:
        self._database = database
        self._disk = disk
        self._workers = workers
        self._limits = limits
        self._readings: dict[str, _Reading] = {}
        self._places = UserPlaces(_refusal, of_one=MOST_OF_ONE)
        self._recent: dict[str, PdfText] = {}

    async def get(self, item: FileItem, asker: Owner) -> PdfText:
        """Return the text of a PDF. Raises `Invalid`, `TooLarge` and `Timeout` for one that can't be read, each with a
        reason (`pdf_…`), `Busy`, also where too many wait for `asker`, `NotFound` where it isn't on this disk,
        `Unavailable`."""
        kept = await self._database.read(queries.find_pdf_text, item.sha256)
        if kept is not None:
            return kept
        with self._places.place(asker.user_id):
            return await self._read(item.sha256, partial(self._take, item))

    async def of_data(self, data: str, asker: Owner) -> PdfText:
        """Return the text of a PDF that is given in base64. Raises as `get` does."""
        digest = f"base64 {sha256(data.encode()).hexdigest()}"
        found = self._recent.pop(digest, None)
        if found is None:
            with self._places.place(asker.user_id):
                found = await self._read(digest, partial(self._take_of_data, data))
        self._recent[digest] = found
        while sum(len(each.text) for each in self._recent.values()) > RECENT_CHARACTERS:
            del self._recent[next(iter(self._recent))]
        return found

    async def _read(self, digest: str, take: Callable[[], Awaitable[PdfText]]) -> PdfText:
        """Have a content read, or wait for whoever has."""
        while (other := self._readings.get(digest)) is not None:
            await other.ended.wait()
            if other.failure is not None:
                raise other.failure.again()
            if other.text is not None:
                return other.text
        own = self._readings[digest] = _Reading()
        try:
            own.text = await take()
        except OrchdError as error:
            own.failure = error
            raise
        finally:
            del self._readings[digest]
            own.ended.set()
        return own.text

    async def _take(self, item: FileItem) -> PdfText:
        taken = await self._run(pdf_text, self._disk.path(item.sha256), item.size)
        with suppress(Unavailable):  # then it is taken once more
            await self._database.write(queries.keep_pdf_text, item.sha256, taken)
        return taken

    async def _take_of_data(self, data: str) -> PdfText:
        return await self._run(pdf_text_of_data, data, len(data) * 3 // 4)

    async def _run(self, function: Callable[[str, int], PdfText], where: str, size: int) -> PdfText:
        most, seconds = self._limits
        if size > most:
            raise TooLarge(
                f"text is taken out of a PDF of up to {most} bytes (`file.maxPdfBytes`)",
                reason="pdf_too_long",
                maxBytes=most,
            )
        try:
            return await self._workers.run(function, where, MAX_TEXT_BYTES, seconds=seconds, slow=True, apart=True)
        except Timeout:
            raise Timeout(f"reading the PDF took longer than {seconds:.0f} s", reason="pdf_slow") from None
        except TooLarge as error:
            if error.reason == "pdf_too_long":
                raise
            raise TooLarge("reading the PDF takes too much memory", reason="pdf_too_long") from None


def _refusal() -> Busy:
    return Busy(f"{MOST_OF_ONE} of your PDFs are being read; try again", reason="texts", retry_after_ms=RETRY_MS)
