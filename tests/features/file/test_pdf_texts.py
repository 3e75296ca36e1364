"""Texts of PDFs are taken once and kept with the content, and no PDF takes more than its share of time and memory."""

import os
from pathlib import Path

import pytest

from orchd.errors import OrchdError, TooLarge, Unavailable
from orchd.features.file.disk import FileDisk
from orchd.features.file.item import FileItem
from orchd.features.file.pdf_texts import PdfLimits, PdfTexts
from orchd.storage import Database, Statement, Steps
from orchd.worker.pool import InPlace, TextWorkers, open_workers
from tests.fix_workspace import ANN, Desk
from tests.fix_workspace_files import upload
from tests.pdfs import pdf


def texts(
    store: Database, directory: Path, workers: TextWorkers, most: int = 1_000_000, seconds: float = 60.0
) -> PdfTexts:
    """Those of the files in a directory."""
    return PdfTexts(store, FileDisk(str(directory)), workers, PdfLimits(most, seconds))


def content(file_directory: Path, item: FileItem) -> Path:
    """Where a file's content is."""
    return file_directory / item.sha256[:2] / item.sha256


async def test_text_is_taken_once_and_goes_with_the_content(
    file_desk: Desk, store: Database, file_directory: Path
) -> None:
    item = await upload(file_desk, ANN, pdf(["Blue.", ""]), "a.pdf")
    async with open_workers(1) as workers:
        found = await texts(store, file_directory, workers).get(item)
        content(file_directory, item).unlink()
        assert await texts(store, file_directory, workers).get(item) == found
        assert len(workers.pids) == 1

    def kept() -> Steps[list[tuple[object, ...]]]:
        rows = yield Statement("SELECT pdf_pages, pdf_blank_pages, pdf_text FROM file_content")
        return [tuple(row) for row in rows.rows]

    assert await store.read(kept) == [(2, 1, found.text)]


async def test_a_long_text_is_kept_whole(file_desk: Desk, store: Database, file_directory: Path) -> None:
    item = await upload(file_desk, ANN, pdf(["x" * 10_200] * 200), "a.pdf")
    async with open_workers(1) as workers:
        found = await texts(store, file_directory, workers, 4_000_000).get(item)
        assert found.pages == 200
        assert len(found.text) > 2_000_000
        content(file_directory, item).unlink()
        assert await texts(store, file_directory, workers).get(item) == found


async def reason(store: Database, directory: Path, item: FileItem, most: int, seconds: float) -> tuple[str, str | None]:
    """Why a PDF can't be read."""
    async with open_workers(1) as workers:
        with pytest.raises(OrchdError) as caught:
            await texts(store, directory, workers, most, seconds).get(item)
    return caught.value.code, caught.value.reason


async def test_one_that_is_too_large_or_takes_too_long_says_so(
    file_desk: Desk, store: Database, file_directory: Path
) -> None:
    item = await upload(file_desk, ANN, pdf(["x"]), "a.pdf")
    assert await reason(store, file_directory, item, item.size - 1, 60.0) == ("too_large", "pdf_too_long")
    content(file_directory, item).unlink()
    os.mkfifo(content(file_directory, item))  # nobody ever writes into it
    assert await reason(store, file_directory, item, item.size, 0.5) == ("timeout", "pdf_slow")
    content(file_directory, item).unlink()
    assert await reason(store, file_directory, item, item.size, 60.0) == ("not_found", "file_missing")


async def test_one_that_takes_too_much_memory_is_too_large(
    file_desk: Desk, store: Database, file_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, workers = await upload(file_desk, ANN, pdf(["x"]), "a.pdf"), InPlace()

    async def fail(*_: object, **__: object) -> None:
        raise TooLarge("this takes more memory than one text may have", reason="memory")

    monkeypatch.setattr(workers, "run", fail)
    with pytest.raises(TooLarge) as caught:
        await texts(store, file_directory, workers).get(item)
    assert caught.value.reason == "pdf_too_long"


async def test_what_can_not_be_kept_is_shown_all_the_same(
    file_desk: Desk, store: Database, file_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = await upload(file_desk, ANN, pdf(["Blue."]), "a.pdf")

    async def full(*_: object) -> None:
        raise Unavailable("the database's disk is full", reason="storage_full")

    monkeypatch.setattr(store, "write", full)
    assert (await texts(store, file_directory, InPlace()).get(item)).text == "[page 1]\nBlue."
