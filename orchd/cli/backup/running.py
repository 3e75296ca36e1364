"""What `orchd backup` does: settings to arguments, files to streams, and words for what came of it."""

import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import TypeVar

import trio

from orchd import log
from orchd.backup.contents import BackupError, BackupHead
from orchd.backup.encryption import encrypting, is_locked, make_identity, read_recipients
from orchd.backup.making import BackupReport, make_backup
from orchd.backup.output import new_file
from orchd.backup.reading import NoTarget, read_backup, read_head
from orchd.backup.restoring import restore_backup
from orchd.backup.source import open_source
from orchd.cli.backup.progress import ProgressLine
from orchd.cli.reaching.passwords import ask_secret
from orchd.config import Settings
from orchd.directories import write_new
from orchd.errors import ConfigurationError

T = TypeVar("T")


class ToldReport:
    """A report in words, for a person or a program."""

    def __init__(self, report: BackupReport, size: int | None) -> None:
        self._report = report
        self._size = size

    def facts(self) -> dict[str, object]:
        """Return what a program wants to know."""
        head, manifest, seconds = self._report
        return {
            **head_facts(head),
            "rows": manifest.rows,
            "tables": {name: figures.rows for name, figures in manifest.tables.items()},
            "files": manifest.files,
            "fileBytes": manifest.file_bytes,
            "missingFiles": list(manifest.missing),
            "bytes": self._size,
            "seconds": round(seconds, 3),
        }

    def lines(self) -> list[str]:
        """Return what a person wants to know."""
        head, manifest, seconds = self._report
        size = "" if self._size is None else f"; {megabytes(self._size)}"
        files = f"{manifest.files} files ({megabytes(manifest.file_bytes)})"
        rows = f"{manifest.rows} rows in {len(manifest.tables)} tables"
        lines = [f"{rows}, {files}{size}, in {seconds:.1f} s", head_line(head)]
        if manifest.missing:
            lines.append(f"warning: {len(manifest.missing)} files were not in the directory, and are not in the backup")
        return lines


def head_facts(head: BackupHead) -> dict[str, object]:
    """Return what a backup is of, for a program."""
    made = {"version": head.version, "schema": head.schema, "kind": head.kind, "createdAt": head.created_at}
    return {"format": head.format, **made}


def head_line(head: BackupHead) -> str:
    """Return what a backup is of, for a person. It comes from a file that anybody may have made."""
    made = datetime.fromtimestamp(head.created_at / 1000, UTC)
    told = f"made {made:%Y-%m-%d %H:%M:%S} UTC by orchd {head.version}, of {head.kind}, schema {head.schema}"
    return "".join(each if each.isprintable() else "?" for each in told)


def megabytes(count: int) -> str:
    """Return a number of bytes for a person."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 or not count else f"{max(1, round(count / 1e3))} kB"


def files_directory(settings: Settings) -> Path:
    """Return where the contents of users' files are."""
    assert settings.file.directory is not None, "the configuration's loader fills it in"
    return Path(settings.file.directory)


def make_one(settings: Settings, path: Path | None, recipients: Sequence[str], *, with_files: bool) -> ToldReport:
    """Make a backup; `path` None: to standard output. Blocks. Raises `StartError`, `OrchdError`, `OSError`."""
    keys = read_recipients(recipients)
    url, timeout = settings.database.url or "", settings.database.timeout_seconds
    files = files_directory(settings) if with_files else None

    async def run() -> BackupReport:
        with ProgressLine() as progress:
            if path is None:
                async with encrypting(sys.stdout.buffer, keys) as out:
                    return await make_backup(url, files, out, timeout=timeout, progress=progress.tell)
            async with new_file(path) as file, encrypting(file, keys) as out:
                return await make_backup(url, files, out, timeout=timeout, progress=progress.tell)

    report = run_quietly(run)
    return ToldReport(report, None if path is None else path.stat().st_size)


def verify_one(path: Path, identity: Path | None) -> ToldReport:
    """Read a backup whole; `-` is standard input. Blocks. Raises `BackupError`, `ConfigurationError`, `OSError`."""

    async def run() -> BackupReport:
        with ProgressLine() as progress, reading_from(path) as file:
            async with open_source(file, identity, ask_passphrase) as source:
                return await read_backup(source, NoTarget(), None, progress.tell)

    return ToldReport(run_quietly(run), None if str(path) == "-" else path.stat().st_size)


def restore_one(
    settings: Settings, path: Path, identity: Path | None, *, replace: bool, with_files: bool
) -> ToldReport:
    """Restore a backup; `-` is standard input. Blocks. Raises `StartError`, `OrchdError`, `OSError`."""
    from orchd.features.presence import run_lives

    url, timeout = settings.database.url or "", settings.database.timeout_seconds
    files = files_directory(settings) if with_files else None

    async def run() -> BackupReport:
        with ProgressLine() as progress, reading_from(path) as file:
            async with open_source(file, identity, ask_passphrase) as source:
                return await restore_backup(
                    source, url, files, replace=replace, lives=run_lives, timeout=timeout, progress=progress.tell
                )

    return ToldReport(run_quietly(run), None if str(path) == "-" else path.stat().st_size)


def make_key(path: Path, passphrase: str | None) -> str:
    """Write a new identity to a file that isn't there yet, and return its public key. Raises `OSError`."""
    identity = make_identity(passphrase)
    write_new(path, identity.file)
    return identity.recipient


def list_all(place: Path, identity: Path | None, *, as_json: bool) -> Iterator[str]:
    """Yield a line for each backup; what is none, or can't be read, is left out of a directory's. Of one that no
    identity opens, that is told."""
    paths = sorted(path for path in place.iterdir() if path.is_file()) if place.is_dir() else [place]
    for path in paths:
        size = path.stat().st_size
        try:
            head = run_quietly(lambda path=path: _head(path, identity))  # type: ignore[misc]  # bound at once
        except (BackupError, ConfigurationError, BaseExceptionGroup) as error:
            if not place.is_dir() or not _is_of_backups(error):
                raise
            if _is_encrypted(path):
                facts = {"file": str(path), "encrypted": True, "bytes": size}
                told = "encrypted, for another identity" if identity else "encrypted; --identity says of what"
                yield json.dumps(facts) if as_json else f"{path.name}: {told}; {megabytes(size)}"
            continue
        facts = {"file": str(path), **head_facts(head), "bytes": size}
        yield json.dumps(facts) if as_json else f"{path.name}: {head_line(head)}; {megabytes(size)}"


def _is_of_backups(error: BaseException) -> bool:
    """Whether nothing else than what a file holds is the reason of a failure."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(_is_of_backups, error.exceptions))
    return isinstance(error, BackupError | ConfigurationError)


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return is_locked(file.read(64))


async def _head(path: Path, identity: Path | None) -> BackupHead:
    with reading_from(path) as file:
        async with open_source(file, identity, ask_passphrase) as source:
            return await read_head(source)


@contextmanager
def reading_from(path: Path) -> Iterator[BufferedReader]:
    """A file, or standard input for `-`."""
    if str(path) == "-":
        assert isinstance(sys.stdin.buffer, BufferedReader)
        yield sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield file


def ask_passphrase() -> str:
    """Ask whoever is at the terminal. Raises `ConfigurationError` where there is none, and `click.Abort`."""
    otherwise = "there is no terminal to ask for the passphrase of the identity file; `age -d` makes one without it"
    return ask_secret("passphrase of the identity file", otherwise, twice=False)


def run_quietly(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` with no log but errors. Blocks."""
    output = log.configure("error", "text")  # what there is to say is printed
    try:
        return trio.run(work)
    finally:
        if output is not None:
            output.close()
