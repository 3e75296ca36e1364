"""Have the single file say what to do where it can't be run from the temporary directory: say_noexec.py FILE

PyInstaller's program, which unpacks it, knows only that a library could not be loaded. Its message is exchanged for one
that is no longer; this fails where another release has another message.
"""

import sys
from pathlib import Path

SAID = b"Failed to load Python shared library '%s': %s"
TOLD = b"Set TMPDIR to where programs may run%-.0s: %s"
"""Nothing is printed of the path, with which the reason begins. It takes as many bytes, so that the end of the line
stays, which stands behind it."""


def main(path: Path) -> None:
    program = path.read_bytes()
    if program.count(SAID) != 1:
        sys.exit(f"{path} does not say {SAID.decode()!r} exactly once")
    if len(TOLD) != len(SAID):
        sys.exit(f"{TOLD.decode()!r} isn't as long as {SAID.decode()!r}")
    path.write_bytes(program.replace(SAID, TOLD))


main(Path(sys.argv[1]))
