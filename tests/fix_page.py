"""The page in a real browser: Debian's Chromium, driven by Playwright, against a daemon of its own for each module.

Tests of the page are ordinary functions: Playwright's own loop must not meet another one. Without a browser, or without
the built page, they skip, loudly; with ORCHD_TEST_REQUIRE=1 they fail.
"""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, TextIO

import pytest

from orchd.pages.built import BUILT_PLACE
from tests.starting import Started, Starter, Streams

if TYPE_CHECKING:  # few processes of tests need it, and it takes a while to load
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

HANG_MS = 60_000
"""How long anything may take that is waited for; a slow machine is no fault of the page."""

SECONDS = 90.0
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""How Chromium is started: as root, and asking nobody for anything."""

SETTINGS = {
    "ORCHD_CHAT_TITLE_SECONDS": "0",
    "ORCHD_MODELS_DEFAULT": "simulated",  # also where the machine has a model server of its own
    **{f"ORCHD_TASK_BRAKE_{name}": "100" for name in ("CPU", "MEMORY", "DISK")},
}
"""Of its daemons; a machine that is busy with tests is no reason for tasks to wait."""

_LISTENING = re.compile(r"http://127\.0\.0\.1:(\d+)")


class PageDaemon:
    """A daemon that serves the page. It can be killed and started again, at the same port, with the same data."""

    def __init__(self, starter: Starter, place: Path, *arguments: str, **settings: str) -> None:
        """`settings` are variables of its environment."""
        self._starter = starter
        self._place = place
        self._arguments = arguments
        self._settings = settings
        self._port = 0
        self._process: Started | None = None
        self._output: TextIO | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, and return once it listens."""
        self._place.mkdir(exist_ok=True)
        arguments = ["serve", "--data-dir", str(self._place), "--port", str(self._port), *self._arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ORCHD_")}
        environment |= {**SETTINGS, **self._settings, "XDG_CONFIG_HOME": str(self._place / "config")}
        read, write = os.pipe()
        with (self._place / "log").open("a") as log, Path(os.devnull).open() as nothing:
            streams = Streams(nothing.fileno(), write, log.fileno())
            self._process = self._starter.start("orchd", arguments, environment, streams)
        os.close(write)
        self._output = os.fdopen(read)
        found = _LISTENING.search(self._output.readline())
        assert found, (self._place / "log").read_text()
        self._port = int(found[1])

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator does."""
        self._end(signal.SIGTERM)

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Run a command against it; return what it prints."""
        environment = {**os.environ, "ORCHD_SERVER_PORT": str(self._port), "ORCHD_DATA_DIR": str(self._place)}
        with TemporaryFile("w+") as given, TemporaryFile("w+") as output:
            given.write(stdin)
            given.seek(0)
            streams = Streams(given.fileno(), output.fileno(), output.fileno())
            code = self._starter.start("orchd", arguments, environment, streams).wait(SECONDS)
            output.seek(0)
            told = output.read()
        assert code == 0, told
        return told

    def _end(self, number: int) -> None:
        if self._process is not None and self._output is not None:
            self._process.send_signal(number)
            self._process.wait(SECONDS)
            self._output.close()
            self._process = self._output = None


def _missing() -> str | None:
    if shutil.which("chromium") is None:
        return "there is no chromium (as root: apt-get install chromium)"
    if not (BUILT_PLACE / "index.html").exists():
        return "the page isn't built (make page)"
    return None


# Both are a module's, not the session's: while Playwright stands, its loop counts as the running one of its process,
# and a file of tests that comes next there could have no asyncio of its own.
@pytest.fixture(scope="module")
def playwright() -> Iterator["Playwright"]:
    missing = _missing()
    if missing is not None:
        (pytest.fail if os.environ.get("ORCHD_TEST_REQUIRE") else pytest.skip)(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: "Playwright") -> Iterator["Browser"]:
    chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def page_daemon(tmp_path_factory: pytest.TempPathFactory, starter: Starter, browser: "Browser") -> Iterator[PageDaemon]:
    """A daemon with the simulated model, for all tests of a module; begun after it is known that there is a browser."""
    started = PageDaemon(starter, tmp_path_factory.mktemp("page") / "data", "--demo")
    started.start()
    yield started
    started.stop()


class Complaints(list[str]):
    """What a browser complains of: errors of scripts, and what the page's policy forbade."""

    def watch(self, page: "Page") -> None:
        page.on("pageerror", lambda error: self.append(f"error: {error}"))
        page.on("console", self._hear)

    def _hear(self, message: "ConsoleMessage") -> None:
        # A lost connection is told by the browser, too; what the page makes of it is what is tested.
        if message.type in ("error", "warning") and not re.search(
            r"WebSocket|ERR_CONNECTION|Failed to load", message.text
        ):
            self.append(f"{message.type}: {message.text}")


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """No test of the page may leave any."""
    heard = Complaints()
    yield heard
    assert not heard, heard


@pytest.fixture
def open_context(browser: "Browser") -> Iterator[Callable[..., "BrowserContext"]]:
    """Return a function that opens a browser of its own kind: nothing of another one's is kept in it."""
    opened: list[BrowserContext] = []

    def open_one(**options: object) -> "BrowserContext":
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **options})  # type: ignore[arg-type]
        context.set_default_timeout(HANG_MS)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def page(open_context: Callable[..., "BrowserContext"], page_daemon: PageDaemon, complaints: Complaints) -> "Page":
    """The page, opened at the daemon's front door, in English."""
    opened = open_context(base_url=page_daemon.url).new_page()
    complaints.watch(opened)
    opened.goto("/")
    return opened
