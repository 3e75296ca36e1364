import json
import subprocess
import sys
from typing import Any, cast

import jsonschema
import trio

from orchd.features.feature import Services
from orchd.features.monitoring import COMMANDS, Gauges, open_monitoring
from orchd.features.monitoring.handlers import MonitoringHandlers
from orchd.features.monitoring.messages import MonitoringSubscribe
from orchd.hub import Hub
from orchd.llm import BackendHealth, Backends, Workload
from orchd.protocol.router import Context
from orchd.settings.monitoring import MonitoringSettings
from orchd.storage import Database
from tests.features.monitoring.fakes import FakePeer, make_hub, payload_of
from tests.wire_schema import published

MEMBERS = {
    "": "timestamp cpu memory gpus disks network processes daemon",
    "cpu": "usage perCore cores frequencyMhz temperature load",
    "memory": "total used available usagePercent swapUsed swapTotal",
    "network": "rxBytesPerSecond txBytesPerSecond",
    "processes": "modelServer",
    "daemon": "connections generations rssBytes cpuUsage uptimeSeconds tokensPerSecond running waiting",
}
SERVER_MEMBERS = {"running", "pid", "cpuUsage", "memoryBytes"}
DISK_MEMBERS = {"mount", "total", "used", "usagePercent"}
GPU_MEMBERS = {"vendor", "model", "vramTotal", "vramUsed", "usage", "temperature", "powerWatts"}


class NoServers:
    """No model server is asked."""

    def health(self) -> list[BackendHealth]:
        """There is none to tell of; like the real one it must be asked from the loop's own thread."""
        trio.current_time()
        return []


def make_services(hub: Hub) -> Services:
    """Return what monitoring has use for: the hub."""
    return Services(cast("Database", None), hub, cast("Backends", NoServers()), "now")


class Asking:
    """A request of `peer`."""

    def __init__(self, peer: FakePeer) -> None:
        self.id = "r1"
        self.peer = peer


async def first_metrics() -> dict[str, Any]:
    """Subscribe to this machine's metrics and return the first frame."""
    peer = FakePeer()
    gauges = Gauges(lambda: 1, lambda: 2, lambda: Workload(0, 0, 0))
    async with open_monitoring(make_services(make_hub()), MonitoringSettings(), gauges) as (_, serves):
        assert serves.keys() == {command.type for command in COMMANDS}
        await serves["monitoring:subscribe"](cast("Context", Asking(peer)), MonitoringSubscribe())
        with trio.fail_after(90):
            await peer.served.wait()
    frame: dict[str, Any] = json.loads(payload_of(peer.frames[0]))
    return frame


async def test_the_first_frame_holds_every_member_of_the_protocol_and_no_other() -> None:
    frame = await first_metrics()
    assert set(frame) == {"type", "data"}
    data = frame["data"]
    for name, names in MEMBERS.items():
        assert set(data[name] if name else data) == set(names.split())
    assert set(data["processes"]["modelServer"]) == SERVER_MEMBERS
    assert all(set(disk) == DISK_MEMBERS for disk in data["disks"])
    assert all(set(gpu) == GPU_MEMBERS for gpu in data["gpus"])
    assert (data["daemon"]["connections"], data["daemon"]["generations"]) == (1, 2)
    assert data["cpu"]["usage"] is not None
    assert data["network"]["rxBytesPerSecond"] is not None


async def test_the_frame_keeps_to_the_schema() -> None:
    definitions = published()["$defs"]
    assert set(definitions["MonitoringGpu"]["properties"]) == GPU_MEMBERS
    jsonschema.Draft202012Validator({"$ref": "#/$defs/ServerFrame", "$defs": definitions}).validate(
        await first_metrics()
    )


def test_the_handlers_are_those_of_the_client_frames() -> None:
    public = {name for name in vars(MonitoringHandlers) if not name.startswith("_")}
    assert {f"monitoring:{name}" for name in public} == {command.type for command in COMMANDS}


HANGING = """
import threading
import psutil
import trio
from tests.features.test_monitoring import first_metrics

psutil.disk_usage = lambda path: threading.Event().wait()
print(trio.run(first_metrics)["data"]["disks"])
"""


def test_a_sensor_that_hangs_for_ever_keeps_no_process_from_exiting() -> None:
    done = subprocess.run([sys.executable, "-c", HANGING], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
