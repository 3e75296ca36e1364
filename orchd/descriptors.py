"""The limit of open files: raised at the start as far as the system lets it, so that connections meet their own limit.

Shells give 1 024 as a rule (the soft limit), while anybody may ask for as many as the hard one says.
"""

import resource

import structlog

RESERVE = 256
"""For files, the database, listeners and models of our own."""

_ASKED_AGAIN = 10_240
"""What macOS gives at most, whatever it says."""


def make_room(connections: int, answers: int) -> int:
    """Raise the soft limit to what so many connections and running answers need; return how many connections fit.

    Says so in the log when those are fewer.
    """
    wanted = connections + answers + RESERVE
    limit = _raise_to(wanted)
    if limit >= wanted:
        return connections
    fitting = max(1, min(connections, limit - min(answers + RESERVE, limit // 2)))
    structlog.get_logger().warning(
        "the limit of open files is lower than what is needed",
        limit=limit,
        needed=wanted,
        connections=fitting,
        hint="raise the hard limit: LimitNOFILE= of systemd, ulimit -Hn",
    )
    return fitting


def _raise_to(wanted: int) -> int:
    """Raise the soft limit to `wanted` if it is lower; return what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    for limit in (most, min(most, _ASKED_AGAIN)):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        except (ValueError, OSError):  # more than the system lets anybody have
            continue
        return limit
    return soft
