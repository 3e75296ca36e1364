"""Files to a daemon and back, over a connection that breaks."""

import hashlib
from pathlib import Path

import pytest
import trio

from orchd.client import THIS_MACHINE, Trust, download_file, log_in, stored_files, upload_file
from orchd.client.pages import PageAnswer
from orchd.errors import Conflict, Invalid, NotFound, OrchdError, TooLarge, Unavailable
from tests.fix_daemon import App, StartApp
from tests.fix_workspace_files import PNG
from tests.wire.people import PASSWORD, first_user

CONTENT = hashlib.shake_256(b"orchd").digest(3_000_000)


@pytest.fixture
async def one(app: StartApp) -> App:
    return await app()


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A file that is sent in several pieces."""
    path = tmp_path / "big file é.bin"
    path.write_bytes(CONTENT)
    return path


async def test_there_and_back(one: App, big: Path, tmp_path: Path) -> None:
    sent = await upload_file(one.url, big, THIS_MACHINE)
    assert (sent.name, sent.size) == (big.name, len(CONTENT))
    there = tmp_path / "there"
    there.mkdir()
    path = await download_file(one.url, sent.file_id, there, THIS_MACHINE)
    assert (path.name, path.read_bytes()) == (big.name, CONTENT)
    named = await download_file(one.url, sent.file_id, tmp_path / "named", THIS_MACHINE)
    assert named.read_bytes() == CONTENT


async def test_nothing_that_is_there_is_replaced(one: App, big: Path, tmp_path: Path) -> None:
    sent = await upload_file(one.url, big, THIS_MACHINE)
    with pytest.raises(Conflict, match="is there already"):
        await download_file(one.url, sent.file_id, tmp_path, THIS_MACHINE)
    assert big.read_bytes() == CONTENT
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".orchd-")] == []


async def test_what_is_not_there_leaves_nothing(one: App, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(NotFound):
        await download_file(one.url, 99, tmp_path / "there", THIS_MACHINE)
    assert list((tmp_path / "there").iterdir()) == []


async def test_an_empty_file(one: App, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    sent = await upload_file(one.url, empty, THIS_MACHINE)
    assert (await download_file(one.url, sent.file_id, tmp_path / "back", THIS_MACHINE)).read_bytes() == b""


async def test_a_user_who_has_logged_in(one: App, tmp_path: Path) -> None:
    await first_user(one, "maria")
    (tmp_path / "a.png").write_bytes(PNG)
    trust = await log_in(one.url, "maria", PASSWORD, Trust())
    sent = await upload_file(one.url, tmp_path / "a.png", trust)
    assert (await download_file(one.url, sent.file_id, tmp_path / "b.png", trust)).read_bytes() == PNG
    with pytest.raises(OrchdError, match="say who you are"):
        await upload_file(one.url, tmp_path / "a.png", THIS_MACHINE)


async def test_a_file_that_is_too_large_says_so(one: App, big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sparse = big.with_name("sparse")
    with sparse.open("wb") as file:
        file.truncate(513 * 1024 * 1024)

    async def measure(self: object) -> tuple[int, str]:
        return 513 * 1024 * 1024, "0" * 64

    monkeypatch.setattr(stored_files._Upload, "_measure", measure)  # the hash of so much takes too long
    with pytest.raises(TooLarge, match=r"file\.maxBytes"):
        await upload_file(one.url, sparse, THIS_MACHINE)


class Breaker:
    """Stands before a daemon, and breaks a connection after so many bytes from the client: one number for each."""

    def __init__(self, daemon: App, *breaks: int) -> None:
        self._port = int(daemon.url.rpartition(":")[2])
        self._breaks = list(breaks)
        self.url = ""

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        self.url = f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}"
        task_status.started()
        await trio.serve_listeners(self._serve, listeners)

    async def _serve(self, client: trio.SocketStream) -> None:
        left = self._breaks.pop(0) if self._breaks else None
        daemon = await trio.open_tcp_stream("127.0.0.1", self._port)
        async with client, daemon, trio.open_nursery() as nursery:
            nursery.start_soon(self._copy, daemon, client, None, nursery.cancel_scope)
            nursery.start_soon(self._copy, client, daemon, left, nursery.cancel_scope)

    async def _copy(
        self, source: trio.SocketStream, target: trio.SocketStream, left: int | None, scope: trio.CancelScope
    ) -> None:
        try:
            while data := await source.receive_some(65_536):
                await target.send_all(data)
                if left is not None and (left := left - len(data)) <= 0:
                    break
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass
        scope.cancel()


async def test_an_upload_that_is_cut_goes_on_where_it_got_to(
    one: App, big: Path, nursery: trio.Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_files, "PAUSE_SECONDS", 0.05)
    breaker, told = Breaker(one, 10_000, 1_000_000, 10_000, 1_200_000), list[str]()  # the first asks, the third looks
    await nursery.start(breaker.run)
    sent = await upload_file(breaker.url, big, THIS_MACHINE, told.append)
    assert len(told) >= 2
    back = await download_file(one.url, sent.file_id, tmp_path / "back", THIS_MACHINE)
    assert back.read_bytes() == CONTENT
    nursery.cancel_scope.cancel()


async def test_who_is_not_there_is_given_up(one: App, big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable):
        await upload_file("http://127.0.0.1:1", big, THIS_MACHINE)


@pytest.mark.parametrize(
    "header",
    [
        "attachment",
        "attachment; filename=a.txt",
        "attachment; filename*=UTF-8''..%2Fa",
        "attachment; filename*=UTF-8''..",
        "attachment; filename*=UTF-8''%2Fetc%2Fpasswd",
        "attachment; filename*=UTF-8''a%0Ab",
    ],
)
def test_a_name_that_is_a_place_elsewhere_is_refused(header: str) -> None:
    with pytest.raises(Invalid):
        stored_files._name_of(PageAnswer(200, {"content-disposition": header}, b""))
