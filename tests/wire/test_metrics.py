"""`/metrics` of a whole daemon: what clients and model servers do shows there, and no name that they choose but the
models'."""

from typing import Any

import httpx
from msgspec.structs import replace
from prometheus_client.openmetrics import parser

from orchd.settings.monitoring import MonitoringSettings
from tests.fix_daemon import App, StartApp, make_settings
from tests.fix_simulator import StartSimulator
from tests.http_client import http_client
from tests.wire.client import HANG_SECONDS

OPEN = {"Accept": "application/openmetrics-text"}


async def fetch(app: App, **headers: str) -> httpx.Response:
    """Ask for the metrics."""
    async with http_client(timeout=HANG_SECONDS) as client:
        return await client.get(app.url + "/metrics", headers=OPEN | headers)


async def samples(app: App) -> dict[str, dict[tuple[str, ...], Any]]:
    """Return the values by the names of samples and the values of their labels."""
    answer = await fetch(app)
    assert answer.status_code == 200
    found: dict[str, dict[tuple[str, ...], Any]] = {}
    for family in parser.text_string_to_metric_families(answer.text):  # type: ignore[no-untyped-call]
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


async def test_what_is_done_shows(app: StartApp, start_simulator: StartSimulator) -> None:
    one = await app((await start_simulator()).url)
    client = await one.connect()
    await client.chat("hello [[simulate: tokens=8]]", model="simulated-small")
    for number in range(30):
        await client.send_text(f'{{"type": "nonsense:{number}"}}')
    refused = await client.request("task:get", {"taskId": 999})
    found = await samples(one)
    assert found["orchd_ready"][()] == 1
    assert found["orchd_connections"][()] == found["orchd_connections_opened_total"][()] == 1
    received = found["orchd_frames_received_total"]
    assert (received[("chat:send",)], received[("unknown",)]) == (1, 30)
    assert not any("nonsense" in name for (name,) in received)
    assert found["orchd_frames_sent_total"][()] >= 33
    assert found["orchd_errors_total"][(refused["data"]["code"],)] == 1
    assert found["orchd_request_seconds_count"][()] == 2
    (server,) = found["orchd_backend_up"]
    assert found["orchd_backend_up"][server] == 1
    assert found["orchd_attempts_total"][(*server, "ok")] == 1
    assert found["orchd_queue_wait_seconds_count"][(*server, "chat")] == 1
    assert found["orchd_first_token_seconds_count"][server] == 1
    assert sum(found["orchd_completion_tokens_total"].values()) > 0
    assert found["orchd_database_up"][()] == found["orchd_database_has_room"][()] == 1
    assert found["orchd_database_transaction_seconds_count"][("write",)] > 0
    assert found["orchd_running"] == {("answers",): 0, ("tasks",): 0, ("relays",): 0, ("calls",): 0}
    assert (await samples(one))["orchd_http_responses_total"] == {("200",): 1}


async def test_whoever_may_see_how_the_machine_is_sees_it(app: StartApp) -> None:
    one = await app()
    first = await one.connect()
    made = await first.request("user:create", {"name": "ana", "role": "admin", "password": "correct horse battery"})
    assert made["type"] == "user:create"
    assert (await fetch(one)).status_code == 401


async def test_they_can_be_left_out(app: StartApp, tmp_path: Any) -> None:
    settings = replace(make_settings(tmp_path), monitoring=MonitoringSettings(metrics=False))
    one = await app.start(settings)
    assert (await fetch(one)).status_code == 404
