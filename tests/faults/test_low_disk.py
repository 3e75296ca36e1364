"""A disk that is nearly full: nothing new is taken, and what has begun ends as it should."""

import os
import shutil
import signal
import tempfile
from functools import partial
from pathlib import Path

import pytest
import trio
from msgspec import structs

from orchd.errors import Unavailable
from orchd.features.task.engine import load_shedding
from orchd.settings.task import TaskSettings
from orchd.storage.sqlite.sqlite_database import SqliteDatabase
from tests.faults.small_disk import SmallDisk, small_disk_at
from tests.fix_daemon import Daemon, StartApp, StartDaemon, make_settings
from tests.fix_mariadb import MariaServer
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS, Client, is_as_told
from tests.wire.referee import Frame

STALL = "[[simulate: stall_after=2]]"
MEBIBYTES, LEFT = 64, 3 * 1024 * 1024
"""Of the disk, and bytes that are free: less than a twentieth, and more than what is written from then on."""


def fill(disk: SmallDisk) -> None:
    found = os.statvfs(disk.directory)
    (disk.directory / "ballast").write_bytes(bytes(found.f_bavail * found.f_frsize - LEFT))


async def refused(client: Client, kind: str, **data: object) -> object:
    """The reason for which a request is refused."""
    error = (await client.request(kind, data))["data"]
    assert error["code"] == "unavailable", error
    return error["details"]["reason"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_what_has_begun_ends_and_nothing_new_is_taken(
    daemon: StartDaemon, simulator: RunningSimulator, tmp_path: Path
) -> None:
    with small_disk_at(tmp_path / "disk", MEBIBYTES) as disk:
        one = await daemon(simulator.url, database=f"sqlite://{disk.directory}/orchd.db")
        client = await one.connect()
        made = await client.request("conversation:create", {"title": "a"})
        request_id, _ = await client.started(STALL)
        fill(disk)
        unknown = {"messageId": 10**6}
        while (said := await client.request("chat:regenerate", unknown))["data"]["code"] != "unavailable":
            assert said["data"]["code"] == "not_found", "what was seen of the disk is taken for a second"
        assert "database.spareBytes" in said["data"]["message"]
        for kind, data in (
            ("chat:send", {"message": "hello"}),
            ("conversation:create", {"title": "b"}),
            ("task:create", {"title": "b"}),
            ("prompt:create", {"name": "b", "text": "b"}),
            ("conversation:import", {"text": "[]"}),
        ):
            assert await refused(client, kind, **data) == "storage_full"
        response = await client.request("cancel", {"id": request_id})
        assert response["type"] == "cancelled"
        final = (await client.answer(request_id))[-1]["data"]
        assert final["status"] == "cancelled"
        assert is_as_told((await client.history(final["conversationId"]))[-1], final)
        gone = await client.request("conversation:delete", {"conversationId": made["data"]["id"]})
        assert gone["type"] == "conversation:delete"
        one.send_signal(signal.SIGTERM)
        assert await one.ended() == 0
        assert [line["wanted"] for line in one.log("the database's disk has no room for anything new")]


async def until_task(client: Client, task_id: int, status: str) -> Frame:
    """A task, once it is in this state."""
    with trio.fail_after(HANG_SECONDS):
        while True:
            task: Frame = (await client.request("task:get", {"taskId": task_id}))["data"]["task"]
            if task["status"] == status:
                return task
            await trio.sleep(0.02)


async def test_tasks_begin_nothing_without_room_and_go_on_with_it(
    app: StartApp, simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_shedding, "SAMPLE_SECONDS", 0.1)
    taken = [2]

    async def demand(database: SqliteDatabase) -> None:
        await trio.lowlevel.checkpoint()
        if not taken[0]:
            raise Unavailable("no room", reason="storage_full")
        taken[0] -= 1

    monkeypatch.setattr(SqliteDatabase, "require_space", demand)
    unbraked = TaskSettings(brake_cpu=100, brake_memory=100, brake_disk=100)
    one = await app.start(structs.replace(make_settings(tmp_path, simulator.url), task=unbraked))
    client = await one.connect()
    made = await client.request("task:create", {"title": "Paint the door", "autoRun": True})
    task_id = made["data"]["task"]["id"]
    await client.request("task:run", {"taskId": task_id})
    waiting = await until_task(client, task_id, "waiting")
    assert (waiting["waitsFor"], waiting["reason"]) == ("brakes", load_shedding.NO_ROOM)
    assert await refused(client, "task:create", title="b") == "storage_full"
    taken[0] = 10**6
    await until_task(client, task_id, "completed")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_a_database_server_without_room_refuses_and_goes_on(
    daemon: StartDaemon, simulator: RunningSimulator
) -> None:
    directory = Path(tempfile.mkdtemp(prefix="orchd-maria-"))  # a Unix socket's path has at most 107 bytes
    try:
        with small_disk_at(directory / "data", 160) as disk:
            # Its log has room, as on a real disk, where it is allocated beforehand: without it the server dies.
            more = [f"--innodb-log-group-home-dir={directory}", "--innodb-file-per-table=1"]
            server = await trio.to_thread.run_sync(partial(MariaServer, directory, more=more))
            try:
                await fill_and_free(await daemon(simulator.url, database=server.new_url()), disk)
            finally:
                server.kill()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


async def fill_and_free(one: Daemon, disk: SmallDisk) -> None:
    client = await one.connect()
    kept = await client.request("prompt:create", {"name": "kept", "text": "kept"})
    disk.fill(0)
    number, text = 0, "x" * 2_000  # longer ones stand beside their table, and MariaDB dies of taking those back
    with trio.fail_after(HANG_SECONDS):
        while (said := await client.request("prompt:create", {"name": f"n{number}", "text": text}))["type"] != "error":
            number += 1
    assert (said["data"]["code"], said["data"]["details"]["reason"]) == ("unavailable", "storage_full")
    assert said["data"]["message"] == "the database's disk is full"
    assert await refused(client, "task:create", title="b") == "storage_full"
    read = await client.request("prompt:get", {"promptId": kept["data"]["id"]})
    assert read["data"]["text"] == "kept", "what is there can be read"
    assert (await one.get("/readyz")).status_code == 503
    with trio.fail_after(HANG_SECONDS):
        while len(one.log("the database is away")) < 2:  # it has been tried again, in vain
            assert (await one.get("/readyz")).status_code == 503
            await trio.sleep(0.05)
    assert await refused(client, "prompt:create", name="b", text="b") == "storage_full"
    disk.make_room(0)
    with trio.fail_after(HANG_SECONDS):
        while not one.log("the database is back"):
            assert (await client.request("prompt:get", {"promptId": kept["data"]["id"]}))["type"] == "prompt:get"
    again = await client.request("prompt:create", {"name": "again", "text": text})
    assert again["type"] == "prompt:create"
    assert await one.terminate() == 0
    assert {line["reason"] for line in one.log("the database is away")} == {"the database's disk is full"}
    assert len(one.log("the database is back")) == 1
