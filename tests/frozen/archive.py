"""What a release makes of a folder of data."""

import shutil
from pathlib import Path


def archive(folder: Path) -> None:
    """Put a folder's archive in its place."""
    shutil.make_archive(str(folder), "zip", folder)
    shutil.rmtree(folder)
