"""Under `python -OO`, without docstrings and asserts, the daemon starts and shows the same pages."""

import json

import pytest

from orchd import __version__
from orchd.protocol import PROTOCOL
from orchd.protocol.schema import published
from tests.fix_daemon import StartDaemon


async def test_a_daemon_without_docstrings(daemon: StartDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    one = await daemon()
    assert (await one.get("/protocol.schema.json")).json() == json.loads(published.schema_text())
    version = (await one.get("/version")).json()
    assert version.items() >= {"name": "orchd", "version": __version__, "protocol": PROTOCOL}.items()
    assert (await one.get("/healthz")).json() == {"status": "ok"}
    assert (await one.get("/readyz")).json()["ready"] is True
    assert (await one.get("/")).status_code == 200
    client = await one.connect()
    assert (await client.request("conversation:list"))["data"] == {"items": [], "nextCursor": None}
