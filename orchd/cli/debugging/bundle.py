"""What is in a bundle, and how it is written."""

import gzip
import io
import os
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import trio

from orchd.assembly.report import machine
from orchd.cli.about.version import what_runs
from orchd.client import PageQuestion, Trust, ask_page, websocket_url
from orchd.config import Settings
from orchd.config.show import render_changes
from orchd.errors import ConfigurationError, Unavailable
from orchd.log.recent import bare_line

SECONDS = 120.0
"""How long the daemon may take: it counts the rows of all tables."""
JOURNAL_LINES = 1_000
JOURNAL_SECONDS = 10.0
MOST_BYTES = 64 * 1024 * 1024

README = """\
This is what `orchd debug` has collected for a bug report. No text of anybody should be in it, no secret, and no name of
a user, a file or a machine; names of model servers and of models are. Look into it before you send it to somebody.

"""
WITHOUT = """\
The daemon did not answer, so that this is missing: health.json, metrics.txt, database.json (how many rows there are),
work.json, and the daemon's own settings where they come from its command line or its environment.
"""


class _Report(msgspec.Struct):
    """What `/report` answers."""

    files: dict[str, str]


async def collect(url: str, trust: Trust, settings: Settings) -> dict[str, str]:
    """Return the files of a bundle by their names. Raises the `OrchdError` that a daemon refuses with."""
    files = {"version.json": msgspec.json.format(msgspec.json.encode(what_runs())).decode() + "\n"}
    try:
        told = await _ask(url, trust)
    except Unavailable as error:
        return files | {
            "README.txt": f"{README}{WITHOUT}\nWhy it did not answer: {_kind(error)}\n",
            "configuration.txt": render_changes(settings),
            "machine.json": msgspec.json.format(msgspec.json.encode(machine())).decode() + "\n",
            "log.jsonl": await trio.to_thread.run_sync(_journal),
        }
    return files | told | {"README.txt": README}


async def _ask(url: str, trust: Trust) -> dict[str, str]:
    text = bytearray()

    async def take(data: bytes) -> None:
        text.extend(data)
        if len(text) > MOST_BYTES:
            raise Unavailable("its report never ends")

    await ask_page(urlsplit(websocket_url(url)), PageQuestion("GET", "report", seconds=SECONDS), trust, take)
    try:
        return msgspec.json.decode(text, type=_Report).files
    except (msgspec.MsgspecError, UnicodeError):
        raise Unavailable("what answers there is no orchd daemon, or an older one") from None


def _kind(error: Unavailable) -> str:
    """Say what is wrong without the address, which its message names."""
    cause = error.__cause__
    return f"{error.code}, {type(cause).__name__}" if cause is not None else error.code


def _journal() -> str:
    """Return what systemd's journal has of the unit's last lines, as far as they are nobody's; empty where there are
    none, or nobody may read them."""
    command = [
        "journalctl",
        "--unit",
        "orchd",
        "--lines",
        str(JOURNAL_LINES),
        "--output",
        "cat",
        "--no-pager",
        "--quiet",
    ]
    try:
        found = subprocess.run(command, capture_output=True, timeout=JOURNAL_SECONDS, check=False)  # noqa: S603 - fixed
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return keep_bare(found.stdout.decode(errors="replace"))


def keep_bare(text: str) -> str:
    """Return what is nobody's of lines that a daemon wrote as JSON; all other lines are left out."""
    kept = []
    for line in text.splitlines():
        try:
            kept.append(msgspec.json.encode(bare_line(msgspec.json.decode(line, type=dict))).decode() + "\n")
        except msgspec.MsgspecError:
            continue
    return "".join(kept)


def write(path: Path, files: Mapping[str, str]) -> None:
    """Write a bundle that only its owner may read. Raises `ConfigurationError` where something is there already."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as bundle:
        for name, text in sorted(files.items()):
            data = text.encode()
            about = tarfile.TarInfo(f"orchd-debug/{Path(name).name}")
            about.size, about.mode = len(data), 0o600
            bundle.addfile(about, io.BytesIO(data))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigurationError(f"{path} is there already; it is not overwritten") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(buffer.getvalue())
