"""Texts of PDFs are taken once and kept with the content, and no PDF takes more than its share of time and memory."""

import os
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from orchd.entity import owner_of
from orchd.errors import Busy, Invalid, OrchdError, TooLarge, Unavailable
from orchd.features.file.disk import FileDisk
from orchd.features.file.item import FileItem
from orchd.features.file.pdf_texts import MOST_OF_ONE, PdfLimits, PdfTexts
from orchd.pdf import PdfText
from orchd.storage import Database, Statement, Steps
from orchd.worker.pool import InPlace, TextWorkers, open_workers
from tests.fix_workspace import ANN, BOB, Desk
from tests.fix_workspace_files import upload
from tests.pdfs import pdf

READER = owner_of(ANN)


def texts(
    store: Database, directory: Path, workers: TextWorkers, most: int = 1_000_000, seconds: float = 60.0
) -> PdfTexts:
    """Those of the files in a directory."""
    return PdfTexts(store, FileDisk(str(directory)), workers, PdfLimits(most, seconds))


def file_item(sha256: str) -> FileItem:
    """A PDF with such a hash."""
    now = "2026-01-01T00:00:00.000Z"
    return FileItem(
        id=1,
        user_id=1,
        project_id=None,
        name="a.pdf",
        type="application/pdf",
        size=9,
        sha256=sha256,
        version=1,
        created_at=now,
        updated_at=now,
        deleted_at=None,
    )


def content(file_directory: Path, item: FileItem) -> Path:
    """Where a file's content is."""
    return file_directory / item.sha256[:2] / item.sha256


async def test_text_is_taken_once_and_goes_with_the_content(
    file_desk: Desk, store: Database, file_directory: Path
) -> None:
    item = await upload(file_desk, ANN, pdf(["Blue.", ""]), "a.pdf")
    async with open_workers(1) as workers:
        found = await texts(store, file_directory, workers).get(item, READER)
        content(file_directory, item).unlink()
        assert await texts(store, file_directory, workers).get(item, READER) == found
        assert len(workers.pids) == 1

    def kept() -> Steps[list[tuple[object, ...]]]:
        rows = yield Statement("SELECT pdf_pages, pdf_blank_pages, pdf_text FROM file_content")
        return [tuple(row) for row in rows.rows]

    assert await store.read(kept) == [(2, 1, found.text)]


async def test_a_long_text_is_kept_whole(file_desk: Desk, store: Database, file_directory: Path) -> None:
    item = await upload(file_desk, ANN, pdf(["x" * 10_200] * 200), "a.pdf")
    async with open_workers(1) as workers:
        found = await texts(store, file_directory, workers, 4_000_000).get(item, READER)
        assert found.pages == 200
        assert len(found.text) > 2_000_000
        content(file_directory, item).unlink()
        assert await texts(store, file_directory, workers).get(item, READER) == found


async def reason(store: Database, directory: Path, item: FileItem, most: int, seconds: float) -> tuple[str, str | None]:
    """Why a PDF can't be read."""
    async with open_workers(1) as workers:
        with pytest.raises(OrchdError) as caught:
            await texts(store, directory, workers, most, seconds).get(item, READER)
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
        await texts(store, file_directory, workers).get(item, READER)
    assert caught.value.reason == "pdf_too_long"


async def test_what_can_not_be_kept_is_shown_all_the_same(
    file_desk: Desk, store: Database, file_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = await upload(file_desk, ANN, pdf(["Blue."]), "a.pdf")

    async def full(*_: object) -> None:
        raise Unavailable("the database's disk is full", reason="storage_full")

    monkeypatch.setattr(store, "write", full)
    assert (await texts(store, file_directory, InPlace()).get(item, READER)).text == "[page 1]\nBlue."


class Gate(InPlace):
    """Workers that read when they may, or fail, and count how often they were asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.open = trio.Event()
        self.failure: OrchdError | None = None

    async def run(self, *_: object, **__: object) -> Any:
        self.asked += 1
        await self.open.wait()
        if self.failure is not None:
            raise self.failure
        return PdfText(1, 0, "Blue.")


@pytest.fixture
def unread(store: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database at once, which keeps no text: so all who ask have come once nobody goes on."""

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(store, "read", nothing)
    monkeypatch.setattr(store, "write", nothing)
    return store


async def test_what_is_asked_for_twice_at_once_is_read_once(tmp_path: Path, unread: Database) -> None:
    item, gate = file_item("a" * 64), Gate()
    shared, found, failed = texts(unread, tmp_path, gate), list[PdfText](), list[OrchdError]()

    async def ask() -> None:
        try:
            found.append(await shared.get(item, READER))
        except Invalid as error:
            failed.append(error)

    gate.failure = Invalid("the PDF is damaged", reason="pdf_damaged")
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(ask)
        await trio.testing.wait_all_tasks_blocked()
        gate.open.set()
    assert (gate.asked, [error.reason for error in failed]) == (1, ["pdf_damaged"] * 3)
    assert len(set(map(id, failed))) == 3, "each may say of its own where it was"
    gate.failure, gate.open = None, trio.Event()
    async with trio.open_nursery() as nursery:
        async with trio.open_nursery() as first:
            first.start_soon(ask)
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(ask)
            nursery.start_soon(ask)
            await trio.testing.wait_all_tasks_blocked()
            first.cancel_scope.cancel()
        await trio.testing.wait_all_tasks_blocked()
        gate.open.set()
    assert gate.asked == 3, "one of those who waited reads on for both"
    assert found == [PdfText(1, 0, "Blue.")] * 2


async def test_one_person_fills_not_all_places(tmp_path: Path, unread: Database) -> None:
    gate = Gate()
    shared = texts(unread, tmp_path, gate)
    async with trio.open_nursery() as nursery:
        for number in range(MOST_OF_ONE):
            nursery.start_soon(shared.get, file_item(f"{number:064}"), READER)
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(Busy) as caught:
            await shared.get(file_item("b" * 64), READER)
        assert caught.value.reason == "texts"
        nursery.start_soon(shared.get, file_item("b" * 64), owner_of(BOB))
        await trio.testing.wait_all_tasks_blocked()
        gate.open.set()
    assert gate.asked == MOST_OF_ONE + 1
    assert await shared.get(file_item("b" * 64), READER) == PdfText(1, 0, "Blue.")
