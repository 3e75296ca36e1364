"""What time it is, as rows and frames have it."""

import time


def unix_now() -> int:
    """Return the present as a Unix time in milliseconds."""
    return time.time_ns() // 1_000_000
