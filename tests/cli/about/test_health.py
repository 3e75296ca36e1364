"""`orchd health` against a daemon that runs, one that can't work, something else, and nobody."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import trio

from orchd.cli import run
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator


@pytest.fixture
async def house(app: StartApp, simulator: RunningSimulator) -> App:
    return await app(simulator.url)


async def test_one_that_can_do_its_work(house: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert await trio.to_thread.run_sync(run, ["health", "--url", house.url]) == 0
    assert capsys.readouterr().out.startswith("ready")


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that says the same to everybody; yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "said", "told", "code"),
    [
        (200, {"ready": True, "models": {"ok": False, "reason": "none answers"}}, "ready; models: none answers", 0),
        (200, {"ready": True}, "ready", 0),
        (
            503,
            {"ready": False, "database": {"ok": False, "reason": "it is away"}},
            "not ready; database: it is away",
            1,
        ),
        (503, {"ready": False, "stopping": True}, "stopping", 1),
    ],
)
def test_what_it_says(
    status: int, said: dict[str, object], told: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(status, json.dumps(said).encode()) as url:
        assert run(["health", "--url", url]) == code
    assert capsys.readouterr().out.strip() == told


def test_something_else_and_nobody_are_failures(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(200, b"<html>") as url:
        assert run(["health", "--url", url]) == 1
    assert capsys.readouterr().err == "orchd: what answers there is no orchd daemon; say where it is with --url\n"
    assert run(["health", "--url", url]) == 1
    assert capsys.readouterr().err.startswith("orchd: can't connect to")
    assert run(["health", "--url", url, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ready"] is False
    assert told["reason"].startswith("can't connect to")
