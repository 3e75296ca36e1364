"""`orchd` and `python -m orchd`."""

import io
import os
import sys

from orchd.cli import run


def main() -> None:
    """Run the command line and exit with its code."""
    fill_standard_descriptors()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name need not be text in this locale, or in any
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def fill_standard_descriptors() -> None:
    """Open what is closed of 0 to 2 on /dev/null, or a database would get such a number, and what is written to it."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one


if __name__ == "__main__":
    main()
