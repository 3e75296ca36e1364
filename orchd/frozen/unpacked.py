"""How a process of the single file lives: with what was unpacked for it, and no longer than who unpacked it."""

import fcntl
import os
import shutil
import signal
import sys
from pathlib import Path

from orchd.frozen import CHILD, extras_directory
from orchd.frozen.packed import PackedFinder

_UNPACKED = "_MEI*"
_MARK = "orchd.lock"
_PR_SET_PDEATHSIG = 1


def settle() -> None:
    """Make the process fit to run orchd: find extras, end with what has unpacked it, clear up after those that died."""
    sys.path.append(str(extras_directory()))  # the last: nothing there can stand before what is packed
    unpacked = Path(sys._MEIPASS)  # type: ignore[attr-defined] # PyInstaller's name for where the files lie
    if unpacked.parent == Path(sys.executable).resolve().parent:
        return  # a directory that was installed: nothing was unpacked, and this is the one process
    sys.meta_path.append(PackedFinder(unpacked))
    if sys.argv[1:2] == [CHILD]:
        return  # it ends with its stdin
    _end_with_parent()
    _mark(unpacked)
    _sweep(unpacked)


def _end_with_parent() -> None:
    """Have the kernel kill this process with the one that unpacked it and that whoever started it knows: after a
    `kill -9` of that one nobody would end this one.
    """
    if sys.platform != "linux":
        return
    import ctypes

    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended meanwhile
        os.kill(os.getpid(), signal.SIGKILL)


def _mark(unpacked: Path) -> None:
    """Say that the files are in use, by a lock that ends with this process, however it ends."""
    fresh = unpacked / f"{_MARK}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600)  # stays open
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    fresh.rename(unpacked / _MARK)


def _sweep(unpacked: Path) -> None:
    """Remove what those have left behind that were killed: 60 MB each."""
    for place in unpacked.parent.glob(_UNPACKED):
        if place != unpacked and _is_left(place / _MARK):
            shutil.rmtree(place, ignore_errors=True)


def _is_left(mark: Path) -> bool:
    try:
        if mark.parent.lstat().st_uid != os.getuid():
            return False
        descriptor = os.open(mark, os.O_WRONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
