"""Which model servers of this machine are the daemon's own business."""

import os
import socket

import psutil
import pytest

from orchd.features.monitoring.local_servers import LocalServers, asked_here, is_asked, listening_ports
from orchd.llm.types import BackendHealth, ServerKind

OLLAMA = LocalServers(frozenset({"ollama"}), frozenset({11434}))


def health(
    url: str, kind: ServerKind | None = "ollama", *, simulated: bool = False, known: bool = True
) -> BackendHealth:
    return BackendHealth("x", url, kind, True, None, 1, simulated=simulated, known=known)


def test_only_real_servers_on_this_machine_that_are_meant_to_be_there() -> None:
    servers = [
        health("http://127.0.0.1:11434"),
        health("http://[::1]:8080", "llamacpp"),
        health("http://localhost:1", None),
        health("http://192.0.2.7:1234", "lmstudio"),
        health("http://127.0.0.1:2", "lmstudio", simulated=True),
        health("http://127.0.0.1:3", "lmstudio", known=False),
    ]
    assert asked_here(servers) == (frozenset({"ollama", "llamacpp"}), frozenset({11434, 8080, 1}))


def test_an_address_of_this_machine_is_here() -> None:
    own = next(address.address for each in psutil.net_if_addrs().values() for address in each if "." in address.address)
    assert asked_here([health(f"http://{own}:5")]).ports == {5}


@pytest.mark.parametrize(
    ("kind", "ports", "asked"),
    [("ollama", {11434}, True), ("ollama", {1}, False), ("ollama", set(), True), ("lmstudio", {11434}, False)],
)
def test_ports_decide_where_they_are_seen(kind: str, ports: set[int], asked: bool) -> None:
    assert is_asked(OLLAMA, frozenset({kind}), lambda: ports) is asked


def test_ports_of_a_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert server.getsockname()[1] in listening_ports([os.getpid()])
    assert listening_ports([2**22 + 1]) == set()
