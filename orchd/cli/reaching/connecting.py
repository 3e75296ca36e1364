"""A connection to a daemon that may not run, told to somebody who may start it."""

import errno
from collections.abc import Callable

import trio

from orchd.client import THIS_MACHINE, Client, Frame, Trust, connection
from orchd.client.connecting import Loss, unheard
from orchd.errors import Unauthorized, Unavailable


async def reach(
    nursery: trio.Nursery,
    url: str,
    on_push: Callable[[Frame], None],
    trust: Trust = THIS_MACHINE,
    tries: int | None = 0,
    told_loss: Loss = unheard,
) -> Client:
    """Connect, with the connection run in `nursery`; the rest is as for `connection`.

    Raises `Unavailable` and `Unauthorized` with what to do, and as `connection` does.
    """
    try:
        client: Client = await nursery.start(connection, url, on_push, trust, tries, told_loss)
    except Unauthorized as error:
        raise Unauthorized(
            f"{error}; log in with --user NAME, name a file that has an API token with --token-file, or set ORCHD_TOKEN"
        ) from error
    except Unavailable as error:
        raise Unavailable(f"{error}{advice(error)}") from error
    return client


def advice(error: BaseException) -> str:
    """Nobody listens there: then the daemon is not running, or somewhere else."""
    causes: list[BaseException | None] = [error.__cause__]
    while causes:
        cause = causes.pop()
        if isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED:
            return "; start the daemon with `orchd serve`, or say where it is with --url"
        if isinstance(cause, BaseExceptionGroup):
            causes += cause.exceptions
        elif cause is not None:
            causes.append(cause.__cause__)
    return ""
