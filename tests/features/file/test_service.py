"""Downloads: parts of a content, one that is gone, and places for them."""

from contextlib import aclosing
from pathlib import Path

import pytest

from orchd.errors import Busy, Invalid, NotFound
from orchd.features.file import FileItem
from orchd.settings.kept.file import FileSettings
from orchd.storage import Database
from tests.fix_workspace import ANN, BOB, Desk, open_desk
from tests.fix_workspace_files import upload


async def part_of(desk: Desk, item: FileItem, start: int, length: int) -> bytes:
    """What Ann downloads of a file."""
    async with aclosing(desk.files.read(ANN, item.sha256, start, length)) as pieces:
        return b"".join([piece async for piece in pieces])


async def test_a_part_is_read(file_desk: Desk) -> None:
    item = await upload(file_desk, ANN, b"0123456789")
    assert await part_of(file_desk, item, 3, 4) == b"3456"


async def test_a_content_that_is_gone_says_so(file_desk: Desk, file_directory: Path) -> None:
    item = await upload(file_desk, ANN, b"0123456789")
    (file_directory / item.sha256[:2] / item.sha256).unlink()
    with pytest.raises(NotFound) as refused:
        await part_of(file_desk, item, 0, 10)
    assert refused.value.reason == "file_missing"


async def test_a_content_that_was_cut_says_so(file_desk: Desk, file_directory: Path) -> None:
    item = await upload(file_desk, ANN, b"0123456789")
    (file_directory / item.sha256[:2] / item.sha256).write_bytes(b"01234")
    with pytest.raises(NotFound):
        await part_of(file_desk, item, 0, 10)
    again = await upload(file_desk, ANN, b"0123456789")
    assert await part_of(file_desk, again, 0, 10) == b"0123456789", "what was cut was replaced"


async def test_downloads_have_places(store: Database, file_directory: Path) -> None:
    async with open_desk(store, files=FileSettings(directory=str(file_directory), transfers=4)) as desk:
        item = await upload(desk, ANN, b"0123456789")
        async with aclosing(desk.files.read(ANN, item.sha256, 0, 10)) as first:
            await anext(first)
            with pytest.raises(Busy):
                await part_of(desk, item, 0, 10)
        assert await part_of(desk, item, 0, 10) == b"0123456789"


@pytest.mark.parametrize("name", ["", "a/b", "x" * 256])
async def test_a_name_is_looked_at_before_anything_comes(file_desk: Desk, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        await file_desk.files.begin(BOB, name, 1, None)
    assert refused.value.path == "$.name"


async def test_a_file_is_shown_as_frames_show_it(file_desk: Desk) -> None:
    item = await upload(file_desk, ANN, b"x")
    assert await file_desk.files.show(ANN, item.id) == await file_desk.done(ANN, "file:get", fileId=item.id)
