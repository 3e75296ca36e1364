"""Uploads: in any pieces, broken off anywhere, from wrong places and by two at once, on both databases."""

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchd.errors import Conflict, Invalid, NotFound, OrchdError, TooLarge, Unavailable
from orchd.features.file import disk, uploads
from orchd.settings.kept.file import FileSettings
from orchd.storage import Database, open_database
from tests.examples import examples
from tests.fix_storage import READY_SECONDS
from tests.fix_workspace import ANN, BOB, Desk, open_desk
from tests.fix_workspace_files import PNG, Pieces, content_of, upload


def places(directory: Path) -> list[str]:
    """What is in the directory of the files, but for its lock."""
    found = (path for path in directory.rglob("*") if path.is_file() and path.name != "lock")
    return sorted(str(path.relative_to(directory)) for path in found)


async def test_a_file_comes_in_pieces_and_is_kept_once(file_desk: Desk, file_directory: Path) -> None:
    begun = await file_desk.files.begin(ANN, "a.png", len(PNG), hashlib.sha256(PNG).hexdigest())
    assert (begun.received, begun.file_id) == (0, None)
    half = await file_desk.files.append(ANN, begun.id, 0, Pieces([PNG[:10], PNG[10:30]]))
    assert (half.received, half.file_id) == (30, None)
    whole = await file_desk.files.append(ANN, begun.id, 30, Pieces([PNG[30:]]))
    item = await file_desk.files.get(ANN, whole.file_id or 0)
    assert (item.name, item.type, item.size) == ("a.png", "image/png", len(PNG))
    other = await upload(file_desk, BOB, PNG, "b.png")
    assert other.sha256 == item.sha256
    assert places(file_directory) == [f"{item.sha256[:2]}/{item.sha256}"]
    assert await content_of(file_desk, BOB, other) == PNG
    assert (await file_desk.files.find(ANN, begun.id)).file_id == item.id


async def test_nobody_else_gets_at_what_is_kept(file_desk: Desk, file_directory: Path) -> None:
    await upload(file_desk, ANN, PNG)
    begun = await file_desk.files.begin(ANN, "b", 10, None)
    await file_desk.files.append(ANN, begun.id, 0, Pieces([b"123"]))
    for path in (file_directory, *file_directory.rglob("*")):
        assert path.stat().st_mode & 0o77 == 0, path


async def test_what_came_before_a_cut_is_kept(file_desk: Desk) -> None:
    begun = await file_desk.files.begin(ANN, "a", 100, None)
    with pytest.raises(Invalid, match="too early"):
        await file_desk.files.append(ANN, begun.id, 0, Pieces([b"x" * 60], cut=True))
    assert (await file_desk.files.find(ANN, begun.id)).received == 60
    ended = await file_desk.files.append(ANN, begun.id, 60, Pieces([b"y" * 40]))
    assert ended.file_id is not None


async def test_what_came_before_a_cancellation_is_kept(file_desk: Desk) -> None:
    class Stalling(Pieces):
        async def read(self) -> bytes:
            some = await super().read()
            if not some:
                scope.cancel()
                await trio.sleep_forever()
            return some

    begun = await file_desk.files.begin(ANN, "a", 100, None)
    with trio.CancelScope() as scope:
        await file_desk.files.append(ANN, begun.id, 0, Stalling([b"x" * 60]))
    assert scope.cancelled_caught
    assert (await file_desk.files.find(ANN, begun.id)).received == 60


async def test_it_goes_on_where_it_has_got_to_and_nowhere_else(file_desk: Desk) -> None:
    begun = await file_desk.files.begin(ANN, "a", 10, None)
    await file_desk.files.append(ANN, begun.id, 0, Pieces([b"12345"]))
    for offset in (0, 4, 6, 10):
        with pytest.raises(Conflict) as refused:
            await file_desk.files.append(ANN, begun.id, offset, Pieces([b"x"]))
        assert refused.value.reason == "wrong_offset"
        assert refused.value.details["offset"] == 5


async def test_more_than_was_said_is_refused_and_what_fitted_stays(file_desk: Desk) -> None:
    begun = await file_desk.files.begin(ANN, "a", 10, None)
    with pytest.raises(TooLarge):
        await file_desk.files.append(ANN, begun.id, 0, Pieces([b"12345", b"678901"]))
    assert (await file_desk.files.find(ANN, begun.id)).received == 5


async def test_another_hash_than_was_said_keeps_nothing(file_desk: Desk, file_directory: Path) -> None:
    begun = await file_desk.files.begin(ANN, "a", 3, "0" * 64)
    with pytest.raises(Invalid) as refused:
        await file_desk.files.append(ANN, begun.id, 0, Pieces([b"abc"]))
    assert refused.value.reason == "wrong_hash"
    with pytest.raises(NotFound):
        await file_desk.files.find(ANN, begun.id)
    assert places(file_directory) == []
    assert (await file_desk.done(ANN, "file:list"))["items"] == []


async def test_two_can_not_write_the_same_upload(file_desk: Desk) -> None:
    begun = await file_desk.files.begin(ANN, "a", 10, None)
    first, go_on = trio.Event(), trio.Event()

    class Waiting(Pieces):
        async def read(self) -> bytes:
            first.set()
            await go_on.wait()
            return await super().read()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(file_desk.files.append, ANN, begun.id, 0, Waiting([b"0123456789"]))
        await first.wait()
        with pytest.raises(Conflict) as refused:
            await file_desk.files.append(ANN, begun.id, 0, Pieces([b"9876543210"]))
        assert refused.value.reason == "being_written"
        assert (await file_desk.files.find(ANN, begun.id)).received == 0
        go_on.set()
    found = await file_desk.files.find(ANN, begun.id)
    item = await file_desk.files.get(ANN, found.file_id or 0)
    assert await content_of(file_desk, ANN, item) == b"0123456789"


@pytest.mark.parametrize("more", [b"56789", b"56"])
async def test_who_comes_between_takes_nothing_away(
    file_desk: Desk, monkeypatch: pytest.MonkeyPatch, more: bytes
) -> None:
    """Somebody asks where an upload stands, and opens it only once another request has sent more and has ended."""
    begun = await file_desk.files.begin(ANN, "a", 10, None)
    await file_desk.files.append(ANN, begun.id, 0, Pieces([b"01234"]))
    opened = disk.FileDisk.open_upload

    async def late(files: disk.FileDisk, upload_id: int, offset: int) -> disk.OpenUpload:
        monkeypatch.setattr(disk.FileDisk, "open_upload", opened)
        await file_desk.files.append(ANN, begun.id, 5, Pieces([more]))
        return await opened(files, upload_id, offset)

    monkeypatch.setattr(disk.FileDisk, "open_upload", late)
    with pytest.raises((Conflict, NotFound)):
        await file_desk.files.append(ANN, begun.id, 5, Pieces([b"xxxxx"]))
    found = await file_desk.files.find(ANN, begun.id)
    assert found.received == 5 + len(more)
    if found.file_id is None:
        found = await file_desk.files.append(ANN, begun.id, 7, Pieces([b"789"]))
    item = await file_desk.files.get(ANN, found.file_id or 0)
    assert await content_of(file_desk, ANN, item) == b"0123456789"


async def test_others_uploads_are_not_there(file_desk: Desk) -> None:
    begun = await file_desk.files.begin(ANN, "a", 3, None)
    for ask in (
        lambda: file_desk.files.find(BOB, begun.id),
        lambda: file_desk.files.append(BOB, begun.id, 0, Pieces([b"abc"])),
        lambda: file_desk.files.abandon(BOB, begun.id),
    ):
        with pytest.raises(NotFound):
            await ask()
    assert (await file_desk.files.find(ANN, begun.id)).received == 0


async def test_what_is_abandoned_is_gone(file_desk: Desk, file_directory: Path) -> None:
    begun = await file_desk.files.begin(ANN, "a", 10, None)
    await file_desk.files.append(ANN, begun.id, 0, Pieces([b"123"]))
    await file_desk.files.abandon(ANN, begun.id)
    assert places(file_directory) == []
    with pytest.raises(NotFound):
        await file_desk.files.append(ANN, begun.id, 3, Pieces([b"x"]))


async def test_an_empty_file_is_whole_at_once(file_desk: Desk) -> None:
    item = await upload(file_desk, ANN, b"")
    assert (item.size, item.type) == (0, "text/plain")
    assert await content_of(file_desk, ANN, item) == b""


async def test_sizes_are_bounded(file_desk: Desk) -> None:
    with pytest.raises(TooLarge) as refused:
        await file_desk.files.begin(ANN, "a", 4_000_001, None)
    assert refused.value.path == "$.size"
    begun = [await file_desk.files.begin(ANN, "a", 4_000_000, None) for _ in range(2)]
    with pytest.raises(TooLarge) as full:
        await file_desk.files.begin(ANN, "a", 2_000_001, None)
    assert full.value.reason == "file_space"
    await file_desk.files.begin(BOB, "a", 4_000_000, None)
    await file_desk.files.abandon(ANN, begun[0].id)
    await file_desk.files.begin(ANN, "a", 2_000_001, None)


async def test_many_at_once_get_no_more_than_there_is(file_desk: Desk) -> None:
    got, refused = list[int](), list[str | None]()

    async def begin() -> None:
        try:
            got.append((await file_desk.files.begin(ANN, "a", 3_000_000, None)).id)
        except TooLarge as error:
            refused.append(error.reason)

    async with trio.open_nursery() as nursery:
        for _ in range(8):
            nursery.start_soon(begin)
    assert (len(got), refused) == (3, ["file_space"] * 5)


async def test_what_was_removed_gives_way_the_oldest_first(file_desk: Desk) -> None:
    items = [await upload(file_desk, ANN, bytes([65 + number]) * 3_000_000) for number in range(3)]
    for item in items[:2]:
        await file_desk.done(ANN, "file:delete", fileId=item.id)
    await file_desk.files.begin(ANN, "a", 3_500_000, None)
    removed = (await file_desk.done(ANN, "file:list", deleted=True))["items"]
    assert [item["id"] for item in removed] == [items[1].id]


async def test_a_full_disk_is_told_and_the_upload_stays(
    file_desk: Desk, file_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await file_desk.files.begin(ANN, "a", 10, None)
    await file_desk.files.append(ANN, begun.id, 0, Pieces([b"1234"]))

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(file_directory))

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(Unavailable) as refused:
            await file_desk.files.append(ANN, begun.id, 4, Pieces([b"567890"]))
    assert refused.value.reason == "disk_full"
    assert str(file_directory) not in refused.value.message
    assert (await file_desk.files.find(ANN, begun.id)).received == 4
    assert (await file_desk.files.append(ANN, begun.id, 4, Pieces([b"567890"]))).file_id is not None


async def test_room_is_left_for_the_database(file_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = await file_desk.files.begin(ANN, "a", 40, None)
    monkeypatch.setattr(uploads, "WRITE_BYTES", 10)
    monkeypatch.setattr(uploads, "CONFIRM_BYTES", 10)
    left, stat = 99, os.statvfs(os.curdir)

    class Shrinking(Pieces):
        async def read(self) -> bytes:
            nonlocal left
            some = await super().read()
            left -= 2 * len(some)  # others write as much
            return some

    def statvfs(_: object) -> os.statvfs_result:
        return os.statvfs_result((1, 1, 1_000, left + 1, left, *stat[5:10]))

    monkeypatch.setattr(os, "statvfs", statvfs)
    for offset in (0, 20):  # a twentieth of 1 000 stays, and 20 bytes more would leave less
        content = Shrinking([b"x" * 10] * 4)
        with pytest.raises(Unavailable) as refused:
            await file_desk.files.append(ANN, begun.id, offset, content)
        assert refused.value.reason == "disk_full"
        assert (await file_desk.files.find(ANN, begun.id)).received == 20
    left = 70
    assert (await file_desk.files.append(ANN, begun.id, 20, Pieces([b"x" * 20]))).file_id is not None


async def test_after_a_crash_before_it_became_a_file_it_becomes_one(
    file_desk: Desk, file_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await file_desk.files.begin(ANN, "a", 3, None)

    async def crash(*_: object) -> None:
        raise Unavailable("crash")

    with monkeypatch.context() as patch:
        patch.setattr(disk.FileDisk, "place", crash)
        with pytest.raises(Unavailable):
            await file_desk.files.append(ANN, begun.id, 0, Pieces([b"abc"]))
    with monkeypatch.context() as patch:
        patch.setattr(disk.FileDisk, "drop_upload", crash)
        with pytest.raises(Unavailable):
            await file_desk.files.find(ANN, begun.id)
    found = await file_desk.files.find(ANN, begun.id)
    assert await content_of(file_desk, ANN, await file_desk.files.get(ANN, found.file_id or 0)) == b"abc"
    assert len((await file_desk.done(ANN, "file:list"))["items"]) == 1


async def test_without_a_directory_nothing_is_kept(store: Database) -> None:
    async with open_desk(store, files=FileSettings()) as desk:
        begun = await desk.files.begin(ANN, "a", 3, None)
        with pytest.raises(Unavailable) as refused:
            await desk.files.append(ANN, begun.id, 0, Pieces([b"abc"]))
    assert refused.value.reason == "file_directory"


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 40), st.booleans()),
        st.tuples(st.just("wrong"), st.integers(0, 80), st.booleans()),
        st.tuples(st.just("crash"), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("ask"), st.just(0), st.booleans()),
    ),
    max_size=12,
)


class Model:
    """An upload as it should be: what has come, and what the disk may have besides after a crash."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.received = 0


@given(content=st.binary(min_size=1, max_size=70), actions=ACTIONS)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_however_it_comes_it_is_what_was_sent(
    database_url: str, file_directory: Path, content: bytes, actions: list[tuple[str, int, bool]]
) -> None:
    async with open_database(database_url, pool_size=2, timeout=10.0) as database:
        with trio.fail_after(READY_SECONDS):
            await database.wait_ready()
        async with open_desk(database, files=FileSettings(directory=str(file_directory))) as desk:
            await agree(desk, file_directory, content, actions)


async def agree(desk: Desk, directory: Path, content: bytes, actions: list[tuple[str, int, bool]]) -> None:
    """Play an upload, and see that it becomes what was sent."""
    begun = await desk.files.begin(ANN, "a", len(content), hashlib.sha256(content).hexdigest())
    model = Model(content)
    for act, number, cut in actions:
        await play(desk, directory, begun.id, model, act, number, cut=cut)
        found = await desk.files.find(ANN, begun.id)
        assert found.received == model.received
        assert (found.file_id is not None) == (model.received == len(content))
    if model.received < len(content):
        await desk.files.append(ANN, begun.id, model.received, Pieces(pieces(content[model.received :], 7)))
    item = await desk.files.get(ANN, (await desk.files.find(ANN, begun.id)).file_id or 0)
    assert await content_of(desk, ANN, item) == content


async def play(desk: Desk, directory: Path, upload_id: int, model: Model, act: str, number: int, *, cut: bool) -> None:
    """Do something to an upload, and to its model."""
    at, whole = model.received, len(model.content)
    if act == "send" and at < whole:
        some = model.content[at : at + number]
        try:
            await desk.files.append(ANN, upload_id, at, Pieces(pieces(some, 9), cut=cut))
        except Invalid:
            assert cut
        model.received += len(some)
    elif act == "wrong" and (number != at or at == whole):
        with pytest.raises(Conflict):
            await desk.files.append(ANN, upload_id, number, Pieces([b"x"]))
    elif act == "crash" and 0 < at < whole:  # bytes were written that nobody had waited for
        with (directory / "uploads" / str(upload_id)).open("ab") as file:
            file.write(b"?" * number)


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    """Cut a content."""
    return (content[start : start + size] for start in range(0, len(content), size))


async def test_large_ones_are_confirmed_on_the_way(file_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WRITE_BYTES", 100)
    monkeypatch.setattr(uploads, "CONFIRM_BYTES", 1_000)
    begun = await file_desk.files.begin(ANN, "a", 5_000, None)
    told = list[int]()

    class Asking(Pieces):
        async def read(self) -> bytes:
            told.append((await file_desk.files.find(ANN, begun.id)).received)
            return await super().read()

    await file_desk.files.append(ANN, begun.id, 0, Asking([b"x" * 50] * 100))
    assert sorted(set(told)) == [0, 1_000, 2_000, 3_000, 4_000, 5_000]


def test_errors_are_of_ours(tmp_path: Path) -> None:
    async def ask() -> Any:
        return await disk.FileDisk(str(tmp_path / "a")).open_upload(1, 5)

    with pytest.raises(OrchdError) as refused:
        trio.run(ask)
    assert (refused.value.code, refused.value.reason) == ("not_found", "file_missing")


async def test_a_directory_that_another_daemon_keeps_locked_is_given_up(
    file_desk: Desk, file_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "LOCK_SECONDS", 0.1)
    begun = await file_desk.files.begin(ANN, "a", 3, None)
    file_directory.mkdir(exist_ok=True)
    with (file_directory / "lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Unavailable) as refused:
            await file_desk.files.append(ANN, begun.id, 0, Pieces([b"abc"]))
    assert refused.value.reason == "file_directory"
    monkeypatch.undo()
    assert (await file_desk.files.find(ANN, begun.id)).file_id is not None
