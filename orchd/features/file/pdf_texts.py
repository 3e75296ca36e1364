"""The texts of PDFs: taken out of each content once, by a worker process, and kept in the database from then on."""

from contextlib import suppress
from typing import NamedTuple

from orchd.errors import Timeout, TooLarge, Unavailable
from orchd.features.file import queries
from orchd.features.file.disk import FileDisk
from orchd.features.file.item import FileItem
from orchd.pdf import PdfText, pdf_text
from orchd.storage import Database
from orchd.worker.pool import TextWorkers

MAX_TEXT_BYTES = 2 * 1024 * 1024
"""Longest text that is sent with a question."""


class PdfLimits(NamedTuple):
    """Bytes that a PDF may have, and seconds that its text may take."""

    max_bytes: int
    seconds: float


class PdfTexts:
    """Those of the contents in `disk`."""

    def __init__(self, database: Database, disk: FileDisk, workers: TextWorkers, limits: PdfLimits) -> None:
        self._database = database
        self._disk = disk
        self._workers = workers
        self._limits = limits

    async def get(self, item: FileItem) -> PdfText:
        """Return the text of a PDF. Raises `Invalid`, `TooLarge` and `Timeout` for one that can't be read, each with a
        reason (`pdf_…`), `Busy`, `NotFound` where it isn't on this disk, `Unavailable`."""
        kept = await self._database.read(queries.find_pdf_text, item.sha256)
        if kept is not None:
            return kept
        taken = await self._take(item)
        with suppress(Unavailable):  # then it is taken once more
            await self._database.write(queries.keep_pdf_text, item.sha256, taken)
        return taken

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
