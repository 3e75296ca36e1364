"""People who type commands that ask a daemon, in this process."""

from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec
import trio

from tests.fix_daemon import App
from tests.test_cli import invoke
from tests.wire.people import PASSWORD, ask, first_user


class Folk:
    """The users of a daemon, each with a password in a file."""

    def __init__(self, daemon: App, directory: Path) -> None:
        self.daemon = daemon
        self.password_file = directory / "password"
        self.password_file.write_text(PASSWORD + "\n", encoding="utf-8")

    async def add(self, admin: str, *others: str) -> None:
        """Make an admin and members."""
        client = await first_user(self.daemon, admin)
        for name in others:
            await ask(client, "user:create", name=name, password=PASSWORD)

    async def types(self, name: str | None, *words: str, stdin: str | None = None) -> "Typing":
        """Run a command as somebody who logs in; None: as nobody."""
        who = () if name is None else ("--user", name, "--password-file", str(self.password_file))
        command = (*words, "--url", self.daemon.url, *who)
        return await trio.to_thread.run_sync(run_here, command, stdin)

    async def gets(self, name: str | None, *words: str, stdin: str | None = None) -> str:
        """What a command prints that is carried out."""
        done = await self.types(name, *words, stdin=stdin)
        assert (done.code, done.told) == (0, "")
        return done.stdout

    async def reads(self, name: str | None, *words: str) -> Any:
        """The reply that a command prints as JSON."""
        return msgspec.json.decode(await self.gets(name, *words, "--json"))

    async def is_refused(self, name: str | None, *words: str, stdin: str | None = None) -> str:
        """Why a command is not carried out."""
        done = await self.types(name, *words, stdin=stdin)
        assert (done.code != 0, done.stdout) == (True, "")
        return done.told

    async def chats(self, name: str, text: str) -> None:
        """Ask a model."""
        data = msgspec.json.encode({"message": f"[[simulate: tokens=3]] {text}"}).decode()
        await self.gets(name, "ask", "chat:send", data)


class Typing(NamedTuple):
    """What came of a command."""

    code: int
    stdout: str
    told: str
    """What is said of a failure."""


def run_here(command: tuple[str, ...], stdin: str | None) -> Typing:
    """Run a command in this process, which is quicker than one of its own."""
    done = invoke(*command, stdin=stdin, alone=False)
    failure: BaseException | None = done.exception
    while isinstance(failure, BaseExceptionGroup):
        (failure,) = failure.exceptions
    if failure is None:
        return Typing(done.return_value or 0, done.stdout, done.stderr)
    return Typing(2 if isinstance(failure, click.UsageError) else 1, done.stdout, f"{done.stderr}{failure}")
