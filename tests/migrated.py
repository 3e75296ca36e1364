"""Databases with the program's own tables, copied: to migrate a new one takes longer than most tests do."""

import tempfile
import threading
from functools import cache
from pathlib import Path

import trio

from orchd.storage import open_database

READY_SECONDS = 150.0


async def migrate(url: str) -> None:
    """Make a database of the URL, with all tables."""
    async with open_database(url, pool_size=1, timeout=10) as database:
        with trio.fail_after(READY_SECONDS):
            await database.wait_ready()


@cache
def sqlite_template() -> bytes:
    """Return what a migrated SQLite file holds."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "orchd.db"
        # Who asks for it first may run Trio already.
        thread = threading.Thread(target=trio.run, args=(migrate, f"sqlite://{path}"))
        thread.start()
        thread.join()
        return path.read_bytes()


def place_database(path: Path) -> str:
    """Have a migrated SQLite database there unless there is one, in a directory as the program makes it; its URL."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(sqlite_template())
        path.chmod(0o600)
    return f"sqlite://{path}"
