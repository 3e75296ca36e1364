"""Ports that were opened before."""

import os
import socket
import subprocess
import sys

import pytest

TAKE = """
import os
from orchd.systemd.sockets import inherited_sockets
os.environ["LISTEN_PID"] = os.environ["MEANT"].replace("me", str(os.getpid()))
try:
    found = inherited_sockets()
    print([one.getsockname()[1] for one in found], os.get_inheritable(3), "LISTEN_FDS" in os.environ)
except ValueError as error:
    print(error)
"""


def take(one: socket.socket, meant: str = "me", count: str = "1") -> str:
    """Hand a socket over as a service manager does, and return what a process made of it."""
    done = subprocess.run(
        [sys.executable, "-c", TAKE],
        env={**os.environ, "MEANT": meant, "LISTEN_FDS": count},
        pass_fds=[3],
        preexec_fn=lambda: os.dup2(one.fileno(), 3),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def port() -> "socket.socket":
    return socket.create_server(("127.0.0.1", 0))


def test_they_are_taken_over_once_and_kept_from_children(port: socket.socket) -> None:
    with port:
        assert take(port) == f"[{port.getsockname()[1]}] False False"


@pytest.mark.parametrize(("meant", "count"), [("1", "1"), ("me", ""), ("", "1"), ("me", "x")])
def test_what_is_meant_for_others_is_left_alone(port: socket.socket, meant: str, count: str) -> None:
    with port:
        assert take(port, meant, count).startswith("[] ")


def test_anything_but_a_port_that_listens_is_refused() -> None:
    with socket.socket() as idle:
        assert "ListenStream" in take(idle)
    with socket.socket(socket.AF_UNIX) as local:
        assert "ListenStream" in take(local)
