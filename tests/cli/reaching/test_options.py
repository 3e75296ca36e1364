"""Who a command is at a daemon: by a token, or by a name and a password."""

from functools import partial
from pathlib import Path

import pytest
import trio

from tests.cli.asking.folk import Folk
from tests.fix_command import RunCommand
from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator
from tests.test_cli import invoke
from tests.wire.people import ask, browser


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--password-file", "x"), "--password-file is for --user"),
        (("--user", "a", "--token-file", "x"), "can't go together"),
    ],
)
def test_flags_that_contradict_each_other(words: tuple[str, ...], told: str) -> None:
    done = invoke("status", *words, "--url", "http://127.0.0.1:9")
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_password_is_sent_nowhere_where_it_could_be_read(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("seven wet umbrellas")
    done = invoke("status", "--user", "a", "--password-file", str(file), "--url", "http://192.0.2.1:9")
    assert "without TLS" in str(done.exception)
    done = invoke("status", "--user", "a", "--url", "http://127.0.0.1:9")
    assert "there is no terminal to ask" in str(done.exception)


async def test_each_command_leaves_no_web_session_behind(
    app: StartApp, simulator: RunningSimulator, run_command: RunCommand, tmp_path: Path
) -> None:
    folk = Folk(await app(simulator.url), tmp_path)
    await folk.add("maria")
    login = ("--url", folk.daemon.url, "--user", "maria", "--password-file", str(folk.password_file))
    for words, code in ((("[[simulate: tokens=3]]",), 0), (("--model", "none", "hello"), 1)):
        done = await trio.to_thread.run_sync(partial(run_command, "chat", *words, *login))
        assert done.returncode == code, done.stderr
        assert bool(done.stdout) is (code == 0)
    page = await browser(folk.daemon, "maria")
    logins = (await ask(page, "login:list"))["items"]
    assert [login["agent"] for login in logins if login["agent"].startswith("orchd")] == []
