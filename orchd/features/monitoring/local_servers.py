"""Which model servers of this machine are this daemon's: those it runs itself, and those it asks.

Another daemon's model, or somebody's server that nobody here talks to, is none of its figures.
"""

from collections.abc import Callable, Iterable
from functools import partial
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil

from orchd.features.monitoring.probe import attempt
from orchd.llm.types import BackendHealth, QueueEntry


class LocalServers(NamedTuple):
    """What is asked on this machine: kinds of servers, and the ports they listen on."""

    kinds: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()


def asked_here(servers: Iterable[BackendHealth]) -> LocalServers:
    """Return what of these model servers is on this machine and meant to be there."""
    urls = {server.url: server.kind for server in servers if server.known and not server.simulated}
    here = {url: kind for url, kind in urls.items() if _is_here(urlsplit(url).hostname or "")}
    ports = frozenset(port for url in here if (port := urlsplit(url).port) is not None)
    return LocalServers(frozenset(kind for kind in here.values() if kind is not None), ports)


def works_here(servers: Iterable[BackendHealth], queue: Iterable[QueueEntry]) -> bool:
    """Whether a model of this machine works on a request of this daemon's now."""
    names = {server.name: urlsplit(server.url).hostname or "" for server in servers if not server.simulated}
    here = {name for name, host in names.items() if host.endswith(".localhost") or _is_here(host)}
    return any(entry.state == "running" and entry.backend in here for entry in queue)


def is_asked(asked: LocalServers, kinds: frozenset[str], ports: Callable[[], set[int]]) -> bool:
    """Whether a server that may be of these kinds is asked; `ports` are read only when that decides.

    One whose ports can't be seen (another user's, another container's) counts by its kind alone.
    """
    if not kinds & asked.kinds:
        return False
    listened = ports()
    return not listened or bool(listened & asked.ports)


def listening_ports(pids: Iterable[int]) -> set[int]:
    """Return the TCP ports that processes listen on, as far as the system shows them. Blocks."""
    return {port for pid in pids for port in attempt(partial(_ports, pid)) or ()}


def _ports(pid: int) -> list[int]:
    found = psutil.Process(pid).net_connections(kind="tcp")
    return [each.laddr.port for each in found if each.status == psutil.CONN_LISTEN]


def _is_here(host: str) -> bool:
    if host == "localhost" or (_is_address(host) and ip_address(host).is_loopback):
        return True
    own = attempt(psutil.net_if_addrs) or {}
    return any(host == address.address.partition("%")[0] for each in own.values() for address in each)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
