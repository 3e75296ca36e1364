"""Libraries that the single file leaves compressed when it starts: most processes never load them.

All else that is in it is written anew at every start. What lies there as `NAME.so.gz` is expanded beside that when
somebody first imports it; from then on it is found like any other.
"""

import gzip
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType


class PackedFinder:
    """Finds extension modules of which there is only a compressed file. To be asked after all others."""

    def __init__(self, place: Path) -> None:
        """Only what lies somewhere below `place` is expanded."""
        self._place = place

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Expand the module's file, and return how to load it; None where there is none.

        Raises `ImportError` where there is no room for it.
        """
        places = [Path(directory) for directory in (sys.path if path is None else path)]
        inside = [place for place in places if place.is_relative_to(self._place)]
        files = [place / f"{name.rpartition('.')[2]}{suffix}" for place in inside for suffix in EXTENSION_SUFFIXES]
        for file in files:
            packed = file.with_name(f"{file.name}.gz")
            if packed.is_file():
                try:
                    _expand(packed, file)
                except (OSError, EOFError) as problem:
                    why = getattr(problem, "strerror", None) or "it is damaged"
                    raise ImportError(f"{name} can't be unpacked: {why}", name=name) from problem
                PathFinder.invalidate_caches()
                return PathFinder.find_spec(name, path, target)
        return None


def _expand(packed: Path, file: Path) -> None:
    """Another process of the same program may do so at the same time: whoever looks finds the whole file, or none."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with gzip.open(packed) as source, fresh.open("wb") as target:
            shutil.copyfileobj(source, target)
        fresh.rename(file)
    except (OSError, EOFError):
        with suppress(OSError):
            fresh.unlink()  # where there is no room, half of it takes what there is
        raise
