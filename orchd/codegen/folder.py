"""Writing a client into a folder: all of it or nothing, and never over what somebody else has put there."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from orchd.errors import ConfigurationError

MANIFEST = ".orchd-client.json"
"""Lists what was written, with hashes (two while one client takes another's place), so that the next time it is
known whose a file is."""
STAGED = ".orchd-client-new-"
"""What a folder's name begins with in which files wait until all are there."""
PASSED_OVER = frozenset({"__pycache__", "node_modules", "dist", "build"})
"""Folders that tools make; hidden ones too."""
LOCKS = frozenset({"bun.lock", "deno.lock", "package-lock.json", "pnpm-lock.yaml", "uv.lock", "yarn.lock"})
"""Files in which package managers note what they have installed."""


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Make a folder hold these files: path inside → text. What an earlier client had besides is removed.

    Raises `ConfigurationError` for a folder with files of somebody else's, or changed ones, and for one that is being
    written to; then nothing is written.
    """
    if folder.is_symlink() and not folder.exists():
        raise ConfigurationError(f"{folder} is a link to {folder.readlink()}, which isn't there; nothing was written")
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"{folder} is no folder")
    if folder.exists():
        with _lock(folder):
            _renew(folder, files)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _stage(folder.parent, files) as staged:
        staged.chmod(0o755)
        staged.replace(folder)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder. Raises `ConfigurationError` when there is one."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ConfigurationError(f"another command writes to {folder} just now; nothing was written") from None
    finally:
        os.close(handle)


@contextmanager
def _stage(place: Path, files: Mapping[str, str]) -> Iterator[Path]:
    """Write all files and their manifest into a new folder, which is gone afterwards with what is left there."""
    staged = Path(tempfile.mkdtemp(prefix=STAGED, dir=place))
    try:
        for path, text in {**files, MANIFEST: _manifest(_hashes(files))}.items():
            (staged / path).parent.mkdir(parents=True, exist_ok=True)
            (staged / path).write_text(text, encoding="utf-8", newline="\n")
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _renew(folder: Path, files: Mapping[str, str]) -> None:
    """Put each file into its place. A manifest of both clients comes first: when this is broken off, the next run knows
    the files of either, and mends it."""
    known, new = _read_manifest(folder), _hashes(files)
    _check(folder, files, known)
    for left in folder.glob(f"{STAGED}*"):
        shutil.rmtree(left, ignore_errors=True)
    found = {path.relative_to(folder).as_posix() for path in _there(folder)}
    either = {path: f"{known.get(path, '')} {new.get(path, '')}".strip() for path in {*known, *new}}
    with _stage(folder, files) as staged:
        (staged / f"{MANIFEST}.either").write_text(_manifest(either), encoding="utf-8")
        _move(staged / f"{MANIFEST}.either", folder / MANIFEST)
        for path in files:
            _move(staged / path, folder / path)
        for path in (known.keys() & found) - files.keys():
            (folder / path).unlink(missing_ok=True)
        _move(staged / MANIFEST, folder / MANIFEST)


def _move(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(file, place)  # noqa: PTH105  # the same, and it says that it replaces


def _check(folder: Path, files: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Raise `ConfigurationError` where a file stands that this may not write over, or that has no business there."""
    for path in (folder / inside for inside in (*files, MANIFEST)):
        if path.is_dir():
            raise ConfigurationError(f"{path} is a folder; nothing was written. Take another folder, or remove it.")
    for path in sorted(_there(folder)):
        inside = path.relative_to(folder).as_posix()
        if inside == MANIFEST:
            continue
        if path.is_symlink():
            raise ConfigurationError(f"{path} is a link; nothing was written")
        if not path.is_file():
            raise ConfigurationError(f"{path} is no file; nothing was written")
        found = _hash(path.read_bytes())
        ours = inside in files and found == _hash(files[inside].encode())
        if not ours and found not in known.get(inside, "").split():
            why = "was changed since it was written" if inside in known else "was not written by this command"
            raise ConfigurationError(f"{path} {why}; nothing was written. Take another folder, or remove it.")


def _there(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name not in PASSED_OVER and not path.name.startswith("."):
                yield from _there(path)
        elif path.name not in LOCKS and (not path.name.startswith(".") or path.name == MANIFEST):
            yield path


def _read_manifest(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(path): str(value) for path, value in found.items()} if isinstance(found, dict) else {}


def _manifest(hashes: Mapping[str, str]) -> str:
    return json.dumps(hashes, indent=2, sort_keys=True) + "\n"


def _hashes(files: Mapping[str, str]) -> dict[str, str]:
    return {path: _hash(text.encode()) for path, text in files.items()}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
