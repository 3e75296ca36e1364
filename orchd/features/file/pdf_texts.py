"""The texts of PDFs: taken out of each content once, by a worker process, and kept in the database from then on."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import trio

from orchd.entity import Owner
from orchd.errors import Busy, OrchdError, Timeout, TooLarge, Unavailable
from orchd.features.file import queries
from orchd.features.file.disk import FileDisk
from orchd.features.file.item import FileItem
from orchd.pdf import PdfText, pdf_text
from orchd.storage import Database
from orchd.worker.pool import TextWorkers

MAX_TEXT_BYTES = 2 * 1024 * 1024
"""Longest text that is sent with a question."""

MOST_OF_ONE = 20
"""So many PDFs of one person may wait to be read: as many as go with one question."""
RETRY_MS = 1000


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
        self._of_each: Counter[int] = Counter()

    async def get(self, item: FileItem, asker: Owner) -> PdfText:
        """Return the text of a PDF. Raises `Invalid`, `TooLarge` and `Timeout` for one that can't be read, each with a
        reason (`pdf_…`), `Busy`, also where too many wait for `asker`, `NotFound` where it isn't on this disk,
        `Unavailable`."""
        kept = await self._database.read(queries.find_pdf_text, item.sha256)
        if kept is not None:
            return kept
        with self._place(asker.user_id):
            return await self._read(item)

    @contextmanager
    def _place(self, user_id: int) -> Iterator[None]:
        """Count one of a person's while the block lasts. Raises `Busy`."""
        if self._of_each[user_id] >= MOST_OF_ONE:
            raise Busy(f"{MOST_OF_ONE} of your PDFs are being read; try again", reason="texts", retry_after_ms=RETRY_MS)
        self._of_each[user_id] += 1
        try:
            yield
        finally:
            self._of_each[user_id] -= 1
            if not self._of_each[user_id]:
                del self._of_each[user_id]

    async def _read(self, item: FileItem) -> PdfText:
        """Have a content read, or wait for whoever has."""
        while (other := self._readings.get(item.sha256)) is not None:
            await other.ended.wait()
            if other.failure is not None:
                raise other.failure.again()
            if other.text is not None:
                return other.text
        own = self._readings[item.sha256] = _Reading()
        try:
            own.text = await self._take(item)
        except OrchdError as error:
            own.failure = error
            raise
        finally:
            del self._readings[item.sha256]
            own.ended.set()
        with suppress(Unavailable):  # then it is taken once more
            await self._database.write(queries.keep_pdf_text, item.sha256, own.text)
        return own.text

    async def _take(self, item: FileItem) -> PdfText:
        most, seconds = self._limits
        if item.size > most:
            raise TooLarge(
                f"text is taken out of a PDF of up to {most} bytes (`file.maxPdfBytes`)",
                reason="pdf_too_long",
                maxBytes=most,
            )
        path = self._disk.path(item.sha256)
        try:
            return await self._workers.run(pdf_text, path, MAX_TEXT_BYTES, seconds=seconds, slow=True, apart=True)
        except Timeout:
            raise Timeout(f"reading the PDF took longer than {seconds:.0f} s", reason="pdf_slow") from None
        except TooLarge as error:
            if error.reason == "pdf_too_long":
                raise
            raise TooLarge("reading the PDF takes too much memory", reason="pdf_too_long") from None
