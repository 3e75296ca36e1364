"""A process that crashes leaves no core file."""

import subprocess
import sys
from pathlib import Path

CRASH = """
import os, resource, subprocess, sys
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
from orchd.sealing import forbid_core_files
forbid_core_files()
child = "import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))"
told = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True).stdout.split()
assert told == ["0", str(hard)], told
os.abort()
"""


def test_neither_a_daemon_nor_its_children_may_leave_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -6, done.stderr
    assert "AssertionError" not in done.stderr
    assert not list(tmp_path.iterdir())
