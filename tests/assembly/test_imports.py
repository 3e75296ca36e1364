import subprocess
import sys

APART = ("rich", "pygments", "prompt_toolkit", "websockets", "cryptography", "prometheus_client")
"""Libraries that a start leaves to those who need them."""

CODE = """
import gc, sys
import orchd.cli
from orchd.assembly.imports import quick_imports
with quick_imports():
    assert not gc.isenabled()
    import orchd.app
assert gc.isenabled()
print(*sys.modules)
import rich
"""


def test_a_start_imports_only_what_it_needs() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    imported = set(ran.stdout.split())
    assert "orchd.app" in imported
    assert not imported & set(APART)
