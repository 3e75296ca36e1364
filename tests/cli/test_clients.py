"""The commands that talk to a running daemon: what they print, how they end, and which daemon they find."""

import json
import re
import signal
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any, get_args

import msgspec
import pytest
import trio
from click.testing import Result

from orchd import cli
from orchd.cli.clients import STATES
from orchd.cli.reaching.options import daemon_url
from orchd.config import ServerSettings, Settings
from orchd.errors import ConfigurationError
from orchd.features.task.core.rows import TaskStatus
from tests.fix_command import HANG, Done, RunCommand
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator
from tests.fix_tls import Authority
from tests.test_cli import invoke

ASK = "[[simulate: tokens=5]]"


@pytest.fixture
async def house(app: StartApp, simulator: RunningSimulator) -> App:
    return await app(simulator.url)


async def run(run_command: RunCommand, house: App, *arguments: str, stdin: str | None = None) -> Done:
    """Run a command against a daemon."""
    return await trio.to_thread.run_sync(lambda: run_command(*arguments, "--url", house.url, stdin=stdin))


async def here(house: App, *arguments: str) -> Result:
    """Run a command in this process, which is quicker."""
    return await trio.to_thread.run_sync(lambda: invoke(*arguments, "--url", house.url))


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ({}, "http://127.0.0.1:3001"),
        ({"port": 4872}, "http://127.0.0.1:4872"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:3001"),
        ({"host": "::"}, "http://[::1]:3001"),
        ({"host": "192.168.1.5"}, "http://192.168.1.5:3001"),
        ({"tls_certificate": "/cert", "tls_key": "/key"}, "https://127.0.0.1:3001"),
    ],
)
def test_the_daemon_is_where_the_settings_say(server: dict[str, Any], url: str) -> None:
    assert daemon_url(None, Settings(server=ServerSettings(**server))) == url
    assert daemon_url("other:1", Settings(server=ServerSettings(**server))) == "other:1"


def test_any_free_port_is_no_address() -> None:
    with pytest.raises(ConfigurationError, match="--url"):
        daemon_url(None, Settings(server=ServerSettings(port=0)))


@pytest.mark.parametrize("command", [["chat", "hi"], ["models"], ["status"]])
def test_the_configuration_is_read(run_command: RunCommand, tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / ".config" / "orchd" / "orchd.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[server]\nport = 1\n[[backends]]\nurl = "x"\napiKeyFile = "/not/mine"\n', encoding="utf-8")
    done = run_command(*command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "orchd: can't connect to ws://127.0.0.1:1/ws: connection refused; "
        "start the daemon with `orchd serve`, or say where it is with --url\n"
    )
    file.write_text("[server]\nport = -1\n", encoding="utf-8")
    done = run_command(*command)
    assert done.returncode == 2
    assert f"{file}:2: `server.port` must be" in done.stderr


async def test_a_question_from_the_command_line(house: App, run_command: RunCommand) -> None:
    done = await run(run_command, house, "chat", "one", ASK)
    assert (done.returncode, done.stderr) == (0, "")
    answer = done.stdout
    done = await run(run_command, house, "chat", "--continue", "--json", f"two {ASK}")
    found = msgspec.json.decode(done.stdout)
    assert (found["conversationId"], found["status"], found["model"]) == (1, "complete", "simulated-small")
    client = await house.connect()
    history = await client.history(1)
    assert [message["content"] for message in history if message["role"] == "user"] == [f"one {ASK}", f"two {ASK}"]
    assert answer == history[1]["content"] + "\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["-"], f"  a\n\n  b {ASK}\n", f"  a\n\n  b {ASK}"),
        (["explain this"], f"def f():\n    {ASK}\n", f"explain this\n\ndef f():\n    {ASK}"),
        ([f"alone {ASK}"], "", f"alone {ASK}"),
    ],
)
async def test_stdin_is_one_message(
    house: App, run_command: RunCommand, arguments: list[str], stdin: str, message: str
) -> None:
    done = await run(run_command, house, "chat", *arguments, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    client = await house.connect()
    assert (await client.history(1))[0]["content"] == message


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--model", "nope", "hi"], 1, "orchd: no model is called `nope`"),
        (["--conversation", "99", "hi"], 1, "orchd: there is no conversation 99; `orchd conversations` lists them\n"),
        (["--continue", "hi"], 1, "orchd: there is no conversation to go on with\n"),
        (["[[simulate: http_error=500]]"], 1, "orchd: "),
        (["--continue", "--conversation", "1", "hi"], 2, "orchd: "),
        (["  "], 2, "orchd: the message is empty"),
    ],
)
async def test_what_fails_exits_with_1(
    house: App, run_command: RunCommand, arguments: list[str], code: int, told: str
) -> None:
    done = await run(run_command, house, "chat", *arguments)
    assert done.returncode == code
    assert done.stderr.startswith(told)
    assert "Traceback" not in done.stderr


async def test_ctrl_c_cancels_the_answer_and_exits_with_130(
    app: StartApp, simulator: RunningSimulator, environ: dict[str, str]
) -> None:
    house = await app(simulator.url)
    command = [sys.executable, "-m", "orchd", "chat", "--url", house.url, "[[simulate: stall_after=3]]"]
    with trio.fail_after(HANG):
        process = await trio.lowlevel.open_process(command, stdin=DEVNULL, stdout=PIPE, env=environ)
        assert process.stdout is not None
        async with process.stdout:
            await process.stdout.receive_some(1)
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 130
    await simulator.until(lambda stats: stats.aborted == 1)


async def test_lists_are_tables_and_json(house: App, run_command: RunCommand) -> None:
    await run(run_command, house, "chat", ASK)
    for command, words in (
        ("models", ["MODEL", "simulated-small"]),
        ("conversations", ["N", "LAST USED", "[[simulate"]),
        ("queue", ["nothing runs, nothing waits"]),
        ("tasks", ["no tasks found"]),
        ("status", ["answers (orchd.v1)", "SERVER", "ok"]),
    ):
        done = await here(house, command)
        assert (done.exit_code, done.stderr) == (0, "")
        assert all(word in done.stdout for word in words), done.stdout
        assert isinstance(json.loads((await here(house, command, "--json")).stdout), dict)


async def test_a_conversation_is_exported(house: App, run_command: RunCommand, tmp_path: Path) -> None:
    await run(run_command, house, "chat", f"a\n  b {ASK}")
    done = await here(house, "conversations", "export", "1")
    assert f"\na\n  b {ASK}\n" in done.stdout
    path = tmp_path / "it.json"
    done = await here(house, "conversations", "export", "1", "--json", "-o", str(path))
    assert (done.exit_code, done.stdout) == (0, "")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert [message["role"] for message in found["messages"]] == ["user", "assistant"]
    failed = await run(run_command, house, "conversations", "export", "9")
    assert (failed.returncode, failed.stderr) == (1, "orchd: there is no such conversation\n")


async def test_what_is_searched_for_is_shown(house: App, run_command: RunCommand) -> None:
    await run(run_command, house, "chat", f"How tall is the Eiffel tower? {ASK}")
    done = await here(house, "search", "eiffel", "tower", "--kind", "message")
    first, text = done.stdout.splitlines()
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.fullmatch(r"message in conversation 1  \d{4}-\d\d-\d\d \d\d:\d\d  How tall .*", first)
    assert text.startswith("    How tall is the [Eiffel] [tower]?")
    found = json.loads((await here(house, "search", '"eiffel tower"', "--since", "2020-01-01", "--json")).stdout)
    assert {item["kind"] for item in found["items"]} == {"message", "conversation"}
    assert found["nextCursor"] is None
    assert (await here(house, "search", "eiffel", "--since", "2999-01-01T00:00")).stdout == "nothing found\n"
    refused = await run(run_command, house, "search", "x", "--kind", "letter")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("orchd: there is no kind letter; there are assistant, conversation, ")


@pytest.mark.parametrize("wrong", [(), (" ",), ("x", "--since", "yesterday"), ("x", "--limit", "0")])
def test_what_can_not_be_searched_for(wrong: tuple[str, ...]) -> None:
    assert invoke("search", *wrong).exit_code == 2


def test_the_states_of_tasks_are_the_protocols() -> None:
    assert get_args(get_args(TaskStatus)[0]) == STATES
    assert invoke("tasks", "--status", "nonsense").exit_code == 2


async def test_a_message_that_is_too_long_is_told_as_that(house: App, run_command: RunCommand) -> None:
    done = await run(run_command, house, "chat", "-", stdin="x" * 1_100_000)
    assert done.returncode == 1
    assert done.stderr == "orchd: that is too long: 1100051 bytes, and the daemon takes 1048576 at most\n"


def test_help_says_what_there_is() -> None:
    for words in (["help"], ["--help"]):
        output = invoke(*words).output
        assert all(name in output for name in ("chat", "models", "queue", "status", "tasks", "conversations"))
    assert "Usage: orchd conversations export" in invoke("help", "conversations", "export").output
    wrong = invoke("help", "nonsense")
    assert (wrong.exit_code, "No such command 'nonsense'" in wrong.output) == (2, True)


def test_no_command_at_all_shows_the_help_and_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == cli.USAGE
    told = capfd.readouterr().err
    assert told.startswith("Usage: orchd [OPTIONS] COMMAND")
    assert "Error" not in told


@pytest.mark.parametrize("command", ["status", "models"])
async def test_a_daemon_with_tls_is_reached(
    app: StartApp, authority: Authority, run_command: RunCommand, tmp_path: Path, command: str
) -> None:
    files = authority.issue()
    one = await app(tls_certificate=str(files.certificate), tls_key=str(files.key))
    port = one.url.rpartition(":")[2]
    file = tmp_path / "orchd.toml"
    file.write_text(
        f'[server]\nport = {port}\ntlsCertificate = "server.pem"\ntlsKey = "server.key"\n', encoding="utf-8"
    )

    async def ask(*arguments: str) -> int:
        return (await trio.to_thread.run_sync(run_command, command, *arguments)).returncode

    assert await ask("--config", str(file)) == 0
    assert await ask("--url", one.url, "--ca", str(authority.file)) == 0
    assert await ask("--url", one.url) == 1
    assert await ask("--url", one.url, "--ca", str(files.key)) == 2
