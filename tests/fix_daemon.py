"""The whole daemon under test: `daemon` starts the real program, `app` runs the same composition in the test's process.

The program is for what only a process can show: signals, exit codes, crashes, leaks. Everything else uses `app`,
which takes less of a machine; both listen on a real port and differ in nothing that a client could see.
"""

import io
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
import trio

from orchd.app import serve
from orchd.config import BackendSettings, DatabaseSettings, ServerSettings, Settings
from orchd.settings.kept.file import FileSettings
from orchd.settings.verification import VerificationSettings
from orchd.stopping import Stopping
from orchd.wakeup import Signal
from tests.fix_chat import UNTITLED
from tests.http_client import http_client
from tests.migrated import place_database
from tests.starting import Started, Starter, Streams, Terminal
from tests.wire.client import HANG_SECONDS, Client, RudeClient, connect

DATABASE = "orchd.db"
"""The file of a daemon's database, in its directory."""

UNTRIED = VerificationSettings(judge_trials=False)
"""Judges whose approval counts at once: few tests are about their trial, which is nine calls."""

DEFECTS = ("unexpected", "unlisted error code")
"""Events of the log that are defects of ours."""

START_SECONDS = 150.0
"""Until the daemon is ready, a slow machine and a database that is awaited included."""


class Listening:
    """Something that listens at `url`, and the clients that a test has of it."""

    def __init__(self, nursery: trio.Nursery) -> None:
        self.url = ""
        self._nursery = nursery

    @property
    def ws_url(self) -> str:
        """Where WebSockets connect."""
        return self.url.replace("http://", "ws://") + "/ws"

    async def connect(
        self, subprotocols: Sequence[str] = ("orchd.v1",), headers: Mapping[str, str] | None = None
    ) -> Client:
        """A new connection that has been greeted."""
        return await connect(self._nursery, self.ws_url, subprotocols, headers)

    async def connect_rudely(self, *, receive_buffer: int | None = None) -> RudeClient:
        """A new connection that nobody reads."""
        return await RudeClient.connect(self.ws_url, receive_buffer=receive_buffer)

    async def get(self, path: str) -> httpx.Response:
        """One of the daemon's pages."""
        async with http_client(timeout=HANG_SECONDS) as client:
            return await client.get(self.url + path)


class Daemon(Listening):
    """The real program, run after run with the same arguments. Made by the fixture `daemon`, which also ends it."""

    def __init__(
        self,
        nursery: trio.Nursery,
        starter: Starter,
        configuration: Path,
        arguments: Sequence[str],
        environment: dict[str, str],
        *,
        terminal: Terminal | None = None,
    ) -> None:
        super().__init__(nursery)
        self.stdout = ""
        self.stderr = ""
        """All that was written so far, by all runs."""
        self.configuration = configuration
        """Its file."""
        self._arguments = ["--config", str(configuration), *arguments]
        self._environment = environment
        self._starter = starter
        self.terminal = terminal
        self._process: Started | None = None
        self._printed = trio.Event()
        self._news = Signal()
        self._drained: list[trio.Event] = []

    @property
    def pid(self) -> int:
        """The process of the present run."""
        return self.process.pid

    @property
    def process(self) -> Started:
        """The present run, or the last one."""
        assert self._process is not None
        return self._process

    async def launch(self) -> None:
        """Start the program, and wait for nothing."""
        self.stdout, self._printed = "", trio.Event()
        (stdout, out), (stderr, err) = os.pipe(), os.pipe()
        stdin = os.open(os.devnull, os.O_RDONLY) if self.terminal is None else self.terminal.open()
        arguments, streams, terminal = ["serve", *self._arguments], Streams(stdin, out, err), self.terminal is not None
        try:
            self._process = self._starter.start("orchd", arguments, self._environment, streams, terminal=terminal)
        finally:
            for descriptor in streams:
                os.close(descriptor)
        self._drained = [trio.Event(), trio.Event()]
        for descriptor, take, drained in zip(
            (stdout, stderr), (self._take_stdout, self._take_stderr), self._drained, strict=True
        ):
            self._nursery.start_soon(self._read, trio.lowlevel.FdStream(descriptor), take, drained)
        await trio.lowlevel.checkpoint()

    async def start(self) -> None:
        """Start the program and wait for its line."""
        await self.launch()
        await self.ready()

    async def ready(self) -> None:
        """Wait for the line that says where it listens."""
        with trio.move_on_after(START_SECONDS):
            await self._printed.wait()
        line = self.stdout.partition("\n")[0]
        assert line.startswith(("listening on http://", "listening on https://")), (
            f"not ready: {self.stdout!r}\n{self.stderr}"
        )
        self.url = line.removeprefix("listening on ")

    async def printed(self, text: str) -> None:
        """Wait until it has printed this."""
        while text not in self.stdout:
            await self._news.wait()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, and wait for nothing."""
        self.process.send_signal(number)

    async def ended(self) -> int:
        """Wait for the end and all output; the exit code."""
        with trio.fail_after(HANG_SECONDS):
            code = await self.process.ended()
            for event in self._drained:
                await event.wait()
        return code

    async def terminate(self) -> int:
        """End in an orderly way; the exit code."""
        self.send_signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        """End as a crash does."""
        self.send_signal(signal.SIGKILL)
        await self.ended()

    async def restart(self) -> None:
        """Start again, after an orderly end unless it has ended."""
        if self.process.poll() is None:
            await self.terminate()
        await self.start()

    def log(self, event: str) -> list[dict[str, Any]]:
        """The log's lines about an event."""
        lines = [json.loads(line) for line in self.stderr.splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    async def finish(self) -> None:
        """End it whatever it does, and look into its log for defects."""
        if self._process is not None and self._process.poll() is None:
            await self.kill()
        assert not [event for event in DEFECTS if self.log(event)], self.stderr
        assert "Traceback" not in self.stderr, self.stderr

    async def reap(self) -> None:
        """See that no process is left, though the tasks that read its output may be gone."""
        if self._process is not None:
            self._process.kill()
            await self._process.ended()
        if self.terminal is not None:
            self.terminal.close()

    def _take_stdout(self, text: str) -> None:
        self.stdout += text
        self._news.set()
        if "\n" in self.stdout:
            self._printed.set()

    def _take_stderr(self, text: str) -> None:
        self.stderr += text

    async def _read(self, stream: trio.abc.ReceiveStream, take: Callable[[str], None], drained: trio.Event) -> None:
        async with stream:
            async for data in stream:
                take(data.decode("utf-8", "replace"))
        self._printed.set()
        drained.set()


class StartDaemon:
    """`await daemon(...)`: start one more daemon; keyword arguments are described at `__call__`."""

    def __init__(self, nursery: trio.Nursery, starter: Starter, directory: Path) -> None:
        self.daemons: list[Daemon] = []
        self._nursery = nursery
        self._starter = starter
        self._directory = directory

    async def __call__(
        self,
        *backends: str,
        settings: Mapping[str, Mapping[str, object]] | None = None,
        database: str | None = None,
        data: str = "data",
        port: int = 0,
        launch: bool = True,
        terminal: bool = False,
    ) -> Daemon:
        """Start a daemon on the directory `data`, ready when this returns; `launch=False` leaves it to the test.
        No terminal controls it unless one is wanted.

        `settings` are sections of its TOML file; `database` is a URL, SQLite in `data` when there is none.
        """
        arguments = ["--port", str(port), "--data-dir", str(self._directory / data)]
        arguments += [part for url in backends for part in ("--backend", url)]
        arguments += ["--database", database] if database else []
        configuration, environment = self._config(settings or {}), self._environment()
        has = Terminal() if terminal else None
        daemon = Daemon(self._nursery, self._starter, configuration, arguments, environment, terminal=has)
        self.daemons.append(daemon)
        if launch:
            await daemon.start()
        return daemon

    def _config(self, settings: Mapping[str, Mapping[str, object]]) -> Path:
        sections = [
            "\n".join([f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in members.items())])
            for section, members in settings.items()
        ]
        path = self._directory / f"orchd-{len(self.daemons)}.toml"
        path.write_text("\n".join(sections), encoding="utf-8")
        return path

    def _environment(self) -> dict[str, str]:
        """The test's own, without what would configure a daemon; models are asked for nothing but what a test asks."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ORCHD_", "NOTIFY_"))}
        return kept | {"ORCHD_VERIFICATION_JUDGE_TRIALS": "false", "ORCHD_CHAT_TITLE_SECONDS": "0"}


@pytest.fixture
async def daemon(nursery: trio.Nursery, starter: Starter, tmp_path: Path) -> AsyncIterator[StartDaemon]:
    """Start daemons: `one = await daemon(url)`. They end with the test, which fails if one of them logged a defect."""
    start = StartDaemon(nursery, starter, tmp_path)
    try:
        yield start
        for item in start.daemons:
            await item.finish()
    finally:
        with trio.CancelScope(shield=True):
            for item in start.daemons:
                await item.reap()


class _Line(io.StringIO):
    """The daemon's stdout, which says when it has been written to."""

    def __init__(self) -> None:
        super().__init__()
        self.written = trio.Event()

    def flush(self) -> None:
        super().flush()
        self.written.set()


class App(Listening):
    """The daemon in the test's own process. Made by the fixture `app`."""

    def __init__(self, nursery: trio.Nursery, settings: Settings) -> None:
        super().__init__(nursery)
        self.settings = settings
        self._stopping = Stopping()
        self._ended = trio.Event()

    async def start(self) -> None:
        """Serve until `stop`; returns once it is ready."""
        line = _Line()
        self._stopping, self._ended = Stopping(), trio.Event()
        self._nursery.start_soon(self._serve, line)
        with trio.fail_after(START_SECONDS):
            await line.written.wait()
        self.url = line.getvalue().removeprefix("listening on ").rstrip("\n")

    async def stop(self) -> None:
        """End in an orderly way; returns when all is closed."""
        self._stopping.stop()
        with trio.fail_after(HANG_SECONDS):
            await self._ended.wait()

    def begin_stop(self) -> None:
        """Begin to end in an orderly way, and wait for nothing."""
        self._stopping.stop()

    async def _serve(self, line: _Line) -> None:
        try:
            await serve(self.settings, line, self._stopping)
        finally:
            self._ended.set()


def make_settings(directory: Path, *backends: BackendSettings | str, **limits: Any) -> Settings:
    """Settings of a daemon whose data are in `directory`, and whose models are asked for nothing but what a test asks;
    `limits` are the server's."""
    return Settings(
        data_dir=str(directory),
        server=ServerSettings(**({"port": 0, "close_seconds": 1.0} | limits)),
        database=DatabaseSettings(url=_url_in(directory)),
        backends=tuple(
            backend if isinstance(backend, BackendSettings) else BackendSettings(url=backend) for backend in backends
        ),
        verification=UNTRIED,
        chat=UNTITLED,
        file=FileSettings(directory=str(directory / "files")),
    )


def _url_in(directory: Path) -> str:
    return f"sqlite://{directory / DATABASE}"


class StartApp:
    """`await app(url, ...)`: start a daemon in this process; keyword arguments are server settings."""

    def __init__(self, nursery: trio.Nursery, directory: Path) -> None:
        self._nursery = nursery
        self._directory = directory

    async def __call__(self, *backends: BackendSettings | str, **limits: Any) -> App:
        """A daemon that is ready."""
        return await self.start(make_settings(self._directory, *backends, **limits))

    async def start(self, settings: Settings) -> App:
        """A daemon with these settings that is ready. A database in the test's directory is migrated already."""
        if settings.database.url == _url_in(self._directory):
            place_database(self._directory / DATABASE)
        app = App(self._nursery, settings)
        await app.start()
        return app


@pytest.fixture
async def app(nursery: trio.Nursery, tmp_path: Path) -> AsyncIterator[StartApp]:
    """Start daemons in this process. They are cancelled at the end of the test, which fails if a defect was logged."""
    with structlog.testing.capture_logs() as lines:
        yield StartApp(nursery, tmp_path)
        nursery.cancel_scope.cancel()
    assert not [line for line in lines if line["event"] in DEFECTS], lines


def running_tasks() -> list[str]:
    """The names of the tasks of orchd and trio-websocket in this process, sorted."""
    root = trio.lowlevel.current_root_task()
    assert root is not None
    return sorted(name for name in _below(root) if name.startswith(("orchd.", "trio_websocket.")))


def _below(task: trio.lowlevel.Task) -> Iterator[str]:
    for nursery in task.child_nurseries:
        for child in nursery.child_tasks:
            yield child.name
            yield from _below(child)


@pytest.fixture
def free_port() -> int:
    """A port that nobody listened on just now, for a daemon whose address must be known before it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
