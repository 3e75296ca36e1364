"""Writing a client into a folder: all of it or nothing, and never over what somebody else has put there."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from orchd.errors import ConfigurationError

MANIFEST = ".orchd-client.json"
"""Lists what was written, with hashes, so that the next time it is known whose a file is."""
PASSED_OVER = frozenset({"__pycache__", "node_modules", "dist", "build"})
"""Folders that tools make; hidden ones too."""
LOCKS = frozenset({"bun.lock", "deno.lock", "package-lock.json", "pnpm-lock.yaml", "uv.lock", "yarn.lock"})
"""Files in which package managers note what they have installed."""


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Make a folder hold these files: path inside → text. What an earlier client had besides is removed.

    Raises `ConfigurationError` for a folder with files of somebody else's, or changed ones; then nothing is written.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"{folder} is no folder")
    known = _read_manifest(folder)
    _check(folder, files, known)
    folder.parent.mkdir(parents=True, exist_ok=True)
    present = folder.exists()
    found = {path.relative_to(folder).as_posix() for path in _there(folder)}
    staged = Path(tempfile.mkdtemp(prefix=".new-", dir=folder if present else folder.parent))
    try:
        hashes = {path: _hash(text.encode()) for path, text in files.items()}
        for path, text in {**files, MANIFEST: json.dumps(hashes, indent=2, sort_keys=True) + "\n"}.items():
            (staged / path).parent.mkdir(parents=True, exist_ok=True)
            (staged / path).write_text(text, encoding="utf-8", newline="\n")
        if present:
            _exchange(staged, folder, [*files, MANIFEST], gone=(known.keys() & found) - files.keys())
        else:
            staged.chmod(0o755)
            staged.replace(folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _exchange(staged: Path, folder: Path, paths: list[str], gone: set[str]) -> None:
    """Put each file into its place, the manifest last: when this is broken off, the next run mends it."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged / path, folder / path)  # noqa: PTH105  # the same, and it says that it replaces
    for path in gone:
        (folder / path).unlink(missing_ok=True)


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
        if not ours and known.get(inside) != found:
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


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
