"""`orchd` and `python -m orchd`."""

import io
import os
import runpy
import sys
from pathlib import Path

from orchd.assembly.imports import quick_imports
from orchd.frozen import CHILD, is_frozen

CHILDREN = {"worker": "orchd.worker.child", "backup": "orchd.backup.scheduling.child"}
"""Processes of the daemon's that are modules."""


def main() -> None:
    """Run the command line and exit with its code."""
    if is_frozen():
        from orchd.frozen.unpacked import settle

        settle()
        if sys.argv[1:2] == [CHILD]:
            return run_child(sys.argv[2])
    with quick_imports():
        from orchd.cli import run

    fill_standard_descriptors()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name need not be text in this locale, or in any
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run_child(name: str) -> None:
    """Be a process that the daemon has started from the single file."""
    if name in CHILDREN:
        runpy.run_module(CHILDREN[name], run_name="__main__")
    else:
        runpy.run_path(str(Path(__file__).parent / "llm/local/llama_child.py"), run_name="__main__")


def fill_standard_descriptors() -> None:
    """Open what is closed of 0 to 2 on /dev/null, or a database would get such a number, and what is written to it."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one


if __name__ == "__main__":
    main()
