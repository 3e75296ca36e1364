"""A disk that is nearly full: nothing new is taken, and what has begun ends as it should."""

import os
import signal
from pathlib import Path

import pytest

from tests.faults.small_disk import SmallDisk, small_disk_at
from tests.fix_daemon import StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.wire.client import Client, is_as_told

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
