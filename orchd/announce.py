"""What the daemon says of itself when it starts and when it stops, for those who read its log."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath
from typing import TextIO

import structlog

from orchd import __version__
from orchd.config import ServerSettings, Settings
from orchd.config.rules import is_loopback
from orchd.features.people import People
from orchd.llm import SEARCHED
from orchd.masking import mask_url
from orchd.storage import SqliteUrl, parse_url

USUAL_PORT = 3001


def starting(settings: Settings) -> None:
    """Say with what it starts: what one has to know when it then waits for something."""
    database = parse_url(settings.database.url) if settings.database.url else None
    structlog.get_logger().info(
        "starting",
        version=__version__,
        data_dir=settings.data_dir,
        database=mask_url(str(database)) if isinstance(database, SqliteUrl) else str(database),
        model_servers=model_servers(settings),
    )


def model_servers(settings: Settings) -> list[str]:
    """The addresses that are configured, or looked at for want of any; the daemon's own models by their kind."""
    named = [backend.url for backend in settings.backends]
    own = ["local models"] if settings.local.models else []
    simulated = ["simulated"] if settings.models.demo else []
    return [*(named or SEARCHED), *own, *simulated]


def ready(address: str, epoch: str) -> None:
    """Say that it is ready, and where; to a person in front of a terminal also what to do next."""
    log = structlog.get_logger()
    log.info("ready", address=address, version=__version__, epoch=epoch)
    if sys.stderr is not None and sys.stderr.isatty():
        log.info("try it in another terminal, or open the page", run=chat_command(address, sys.argv[0]), page=address)


def chat_command(address: str, program: str) -> str:
    """What to type to chat: the program as it was called, since it may not be on the path."""
    command = program if PurePath(program).name == "orchd" else f"{sys.executable} -m orchd"
    usual = address == f"http://127.0.0.1:{USUAL_PORT}"
    return f"{command} chat" + ("" if usual else f" --url {address}")


def first_user(
    people: People, server: ServerSettings, address: str, chosen: str | None, out: TextIO, *, wanted: bool = False
) -> None:
    """Let the first user be made in a browser, where others than this machine reach the daemon, or the operator has
    `wanted` it or chosen a token for it; the one-time link goes to `out`, and a chosen token nowhere.

    Raises `ConfigurationError` for a token that could be guessed.
    """
    asked = wanted or chosen is not None
    if people.users_exist is not False or (not asked and (server.insecure or is_loopback(server.host))):
        return
    token = people.offer_set_up(chosen)
    page = f"{own_address(address)}/setup"
    structlog.get_logger().warning("no user exists: only this machine is let in", setup=page)
    if chosen is None:
        with suppress(OSError):  # whoever started the daemon may have closed it
            out.write(f"no user exists; make the first one within an hour at {page}#{token}\n")
            out.flush()


def own_address(address: str) -> str:
    """The address by which this machine itself reaches a daemon that listens everywhere."""
    return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


def waiting(gauges: Mapping[str, int], *, grace_seconds: float | None) -> None:
    """Say what an end waits for, and how not to wait. `grace_seconds` None: it waits for however long it takes."""
    log = structlog.get_logger()
    if not any(gauges.values()):
        return
    if grace_seconds is None:
        log.info("making way: waiting for answers, however long they take", **gauges)
    else:
        log.info("waiting for answers; Ctrl-C or SIGTERM again to quit now", **gauges, seconds=grace_seconds)
