"""The drill: a daemon at work is backed up and lost with all it had, and another one goes on with the other kind of
database; and the same back again."""

import shutil
from pathlib import Path

import trio

from tests.fix_command import RunCommand
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_mariadb import MariaServer
from tests.fix_simulator import RunningSimulator


async def history(one: Daemon, conversation_id: int) -> list[tuple[str, str]]:
    """What is in a conversation, and how it ended."""
    found = await (await one.connect()).history(conversation_id)
    return [(message["content"], message["status"]) for message in found]


async def test_what_a_daemon_had_is_there_again_on_the_other_kind(
    daemon: StartDaemon, simulator: RunningSimulator, mariadb: MariaServer, run_command: RunCommand, tmp_path: Path
) -> None:
    async def command(*arguments: str) -> None:
        done = await trio.to_thread.run_sync(lambda: run_command(*arguments))
        assert done.returncode == 0, done.stderr

    url, file = mariadb.new_url(), str(tmp_path / "a.backup")
    first = await daemon(simulator.url)
    client = await first.connect()
    answer = await client.chat("Hello [[simulate: tokens=5]]")
    request_id = await client.send("chat:send", {"message": "[[simulate: stall_after=2]]"})
    place = (await client.until_type("chat:progress", request_id))["data"]
    await client.until_type("chat:streaming", request_id)
    before = await history(first, answer["conversationId"])
    await command("backup", file, "--data-dir", str(tmp_path / "data"))
    await first.kill()
    shutil.rmtree(tmp_path / "data")
    await command("restore", file, "--data-dir", str(tmp_path / "second"), "--database", url)
    second = await daemon(simulator.url, data="second", database=url)
    assert await history(second, answer["conversationId"]) == before
    cut_off = await history(second, place["conversationId"])
    assert cut_off[-1][1] == "interrupted"
    again = str(tmp_path / "b.backup")
    await command("backup", again, "--data-dir", str(tmp_path / "second"), "--database", url)
    await second.kill()
    await command("restore", again, "--data-dir", str(tmp_path / "third"))
    third = await daemon(simulator.url, data="third")
    assert await history(third, answer["conversationId"]) == before
    assert await history(third, place["conversationId"]) == cut_off
