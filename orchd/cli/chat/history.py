"""What was typed before, kept in a file that only its owner reads: one JSON string a line, the oldest first."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

MAX_ENTRIES = 1_000
MAX_ENTRY = 64 * 1024
"""Characters; a longer text is not kept."""


def history_file(environ: Mapping[str, str]) -> Path | None:
    """Where the history is kept by the usual conventions; None when there is no home."""
    state = environ.get("XDG_STATE_HOME", "")
    if state.startswith("/"):
        return Path(state) / "orchd" / "chat_history"
    home = environ.get("HOME", "")
    return Path(home) / ".local" / "state" / "orchd" / "chat_history" if home else None


class HistoryFile:
    """Loads and adds. A disk that can't be written costs the history, never the conversation: nothing here raises."""

    def __init__(self, path: Path | None) -> None:
        """None: nothing is kept."""
        self._path = path

    def load(self) -> list[str]:
        """The entries, the oldest first; blocks. A file that has grown to twice its bound is cut to its end."""
        if self._path is None:
            return []
        try:
            lines = self._path.read_bytes().splitlines()
        except OSError:
            return []
        entries = [entry for line in lines if (entry := _entry(line)) is not None][-MAX_ENTRIES:]
        if len(lines) > 2 * MAX_ENTRIES:
            self._replace(entries)
        return entries

    def add(self, text: str) -> None:
        if self._path is None or len(text) > MAX_ENTRY:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._path, os.O_APPEND, [text])
        except OSError:
            self._path = None

    def _replace(self, entries: list[str]) -> None:
        assert self._path is not None
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._write(fresh, os.O_TRUNC, entries)
            fresh.replace(self._path)
        except OSError:
            self._path = None

    def _write(self, path: Path, how: int, entries: list[str]) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | how, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
            os.write(descriptor, b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries))
        finally:
            os.close(descriptor)


def _entry(line: bytes) -> str | None:
    try:
        return msgspec.json.decode(line, type=str)
    except (msgspec.MsgspecError, UnicodeError):
        return None
