"""Directories for this user only, and names in them that outlast a loss of power."""

import os
from pathlib import Path


def make_directory(directory: Path) -> None:
    """Make a directory that only this user sees, and those above it. Raises `OSError`."""
    if not directory.is_dir():
        make_directory(directory.parent)  # `parents=True` would let others in there
        directory.mkdir(mode=0o700, exist_ok=True)
        sync(directory.parent)


def sync(path: Path) -> None:
    """Return once what is in a file, or the names that are in a directory, are on the disk. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
