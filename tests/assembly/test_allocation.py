"""What threads free is there for all others."""

import subprocess
import sys

import pytest

from orchd.assembly.allocation import share_arena

CODE = """
import ctypes, sys, threading
from orchd.assembly.allocation import share_arena
if sys.argv[1] == "shared":
    share_arena()
ready, end = threading.Barrier(5), threading.Event()
kept = []
def work():
    kept.append(bytearray(4000))  # more than Python's own allocator gives, less than is mapped by itself
    ready.wait()
    end.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
ready.wait()
libc = ctypes.CDLL(None)
libc.malloc_stats()
end.set()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
@pytest.mark.parametrize(("how", "several"), [("shared", False), ("as it is", True)])
def test_all_threads_have_one_arena(how: str, several: bool) -> None:
    ran = subprocess.run([sys.executable, "-c", CODE, how], capture_output=True, text=True, check=True)
    assert "Arena 0:" in ran.stderr
    assert ("Arena 1:" in ran.stderr) == several


def test_elsewhere_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setitem(sys.modules, "ctypes", None)
    share_arena()
