"""What nobody needs is deleted, and nothing else is."""

from pathlib import Path

import trio

from orchd.clock import unix_now
from orchd.features.file.disk import FileDisk
from orchd.features.file.upkeep import ABANDONED_MS, Upkeep
from orchd.storage import Database, Statement, Steps
from tests.features.file.test_uploads import places
from tests.fix_workspace import ANN, BOB, Desk
from tests.fix_workspace_files import Pieces, content_of, upload

DAY_MS = 86_400_000


def purge(file_id: int) -> Steps[None]:
    yield Statement("DELETE FROM file WHERE id = ?", (file_id,))


async def test_a_content_goes_with_its_last_file(file_desk: Desk, store: Database, file_directory: Path) -> None:
    upkeep = Upkeep(store, FileDisk(str(file_directory)))
    first, second = await upload(file_desk, ANN, b"same"), await upload(file_desk, BOB, b"same")
    await file_desk.done(ANN, "file:delete", fileId=first.id)
    await store.write(purge, first.id)
    await upkeep.prune()
    assert await content_of(file_desk, BOB, second) == b"same"
    await file_desk.done(BOB, "file:delete", fileId=second.id)
    await upkeep.prune()
    assert len(places(file_directory)) == 1, "it can still be restored"
    await store.write(purge, second.id)
    await upkeep.prune()
    assert places(file_directory) == []
    assert await content_of(file_desk, ANN, await upload(file_desk, ANN, b"same")) == b"same"


async def test_uploads_that_nobody_goes_on_with_are_forgotten(
    file_desk: Desk, store: Database, file_directory: Path
) -> None:
    begun = await file_desk.files.begin(ANN, "a", 10, None)
    await file_desk.files.append(ANN, begun.id, 0, Pieces([b"123"]))
    await Upkeep(store, FileDisk(str(file_directory)), lambda: unix_now() + ABANDONED_MS - 60_000).prune()
    assert (await file_desk.files.find(ANN, begun.id)).received == 3
    await Upkeep(store, FileDisk(str(file_directory)), lambda: unix_now() + ABANDONED_MS + 60_000).prune()
    assert places(file_directory) == []


async def test_what_a_crash_has_left_is_swept(file_desk: Desk, store: Database, file_directory: Path) -> None:
    item = await upload(file_desk, ANN, b"kept")
    begun = await file_desk.files.begin(ANN, "a", 10, None)
    await file_desk.files.append(ANN, begun.id, 0, Pieces([b"123"]))
    kept = places(file_directory)
    (file_directory / "ff").mkdir()
    (file_directory / "ff" / ("f" * 64)).write_bytes(b"nobody knows me")
    (file_directory / "uploads" / "999").write_bytes(b"me neither")
    upkeep = Upkeep(store, FileDisk(str(file_directory)))
    await upkeep.sweep_contents()
    await upkeep.sweep_uploads()
    assert places(file_directory) == kept
    assert await content_of(file_desk, ANN, item) == b"kept"


async def test_files_of_others_in_the_directory_are_left_alone(
    file_desk: Desk, store: Database, file_directory: Path
) -> None:
    await upload(file_desk, ANN, b"x")
    (file_directory / "uploads" / "notes.txt").write_text("mine")
    (file_directory / "README").write_text("mine")
    upkeep = Upkeep(store, FileDisk(str(file_directory)))
    await upkeep.sweep_contents()
    await upkeep.sweep_uploads()
    assert {"README", "uploads/notes.txt"} < set(places(file_directory))


async def test_uploads_go_on_while_contents_are_dropped(file_desk: Desk, store: Database, file_directory: Path) -> None:
    """A content that comes again just when it is dropped is there afterwards."""
    upkeep = Upkeep(store, FileDisk(str(file_directory)))
    for _ in range(5):
        item = await upload(file_desk, ANN, b"again")
        await store.write(purge, item.id)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(upkeep.prune)
            nursery.start_soon(upload, file_desk, BOB, b"again")
        items = (await file_desk.done(BOB, "file:list"))["items"]
        kept = await file_desk.files.get(BOB, items[0]["id"])
        assert await content_of(file_desk, BOB, kept) == b"again"
        await store.write(purge, kept.id)
