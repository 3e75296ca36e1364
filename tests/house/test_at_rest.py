"""What a daemon has not loaded of which nobody has asked for anything: it would cost memory, and time at the start."""

import subprocess
import sys
from pathlib import Path

from orchd.assembly.imports import LATE

APART = (
    "rich",
    "pygments",
    "prompt_toolkit",
    "websockets",
    "cryptography",
    "prometheus_client",
    "typing_extensions",
    "pypdf",
)
"""Libraries that nothing names before it is needed."""

CODE = """
import os, signal, sys, threading
from orchd.assembly.late import LateModule
from orchd.assembly.imports import quick_imports
with quick_imports():
    from orchd.cli import run

class Listening:
    def write(self, text):
        if "listening on" in text:
            print(*(name for name, module in sys.modules.items() if type(module) is not LateModule), file=sys.stderr)
            os.kill(os.getpid(), signal.SIGTERM)
    def flush(self):
        pass

sys.stdout = Listening()
sys.exit(run(["serve", "--port", "0", "--data-dir", sys.argv[1]]))
"""


def test_it_has_not_loaded_what_nobody_has_asked_for(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", CODE, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (loaded,) = (set(line.split()) for line in ran.stderr.splitlines() if " orchd.app " in line)
    assert loaded & LATE == set()
    assert {name for name in loaded if name.partition(".")[0] in APART} == set()


def test_all_that_is_named_there_is(tmp_path: Path) -> None:
    code = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    ran = subprocess.run([sys.executable, "-c", code, *sorted(LATE)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
