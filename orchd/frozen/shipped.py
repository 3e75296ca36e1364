"""Folders of data that a release has as one file each.

All that is in the single file is written anew at every start; small files take longer for that than to be read: four
hundred were a tenth of a start.
"""

import zipfile
from importlib.resources.abc import Traversable
from pathlib import Path


def shipped_folder(place: Path) -> Traversable:
    """Return a folder that orchd comes with; in a release its archive, which lies where the folder would.

    What can't be read is as good as missing, and whoever reads there knows what to say of that.
    """
    archive = place.with_name(f"{place.name}.zip")
    if place.is_dir():
        return place
    try:
        return zipfile.Path(archive)
    except (OSError, zipfile.BadZipFile):
        return place
