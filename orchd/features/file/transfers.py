"""How many uploads and downloads there are at once: each holds a connection, and a file that is open."""

from orchd.budget import UserPlaces
from orchd.errors import Busy

SHARE = 4
"""One user gets at most one part in so many."""


class Transfers(UserPlaces):
    """Those of all users; there may be `most`."""

    def __init__(self, most: int) -> None:
        super().__init__(_refusal, of_one=max(1, most // SHARE), most=most)


def _refusal() -> Busy:
    return Busy(
        "too many files are being uploaded or downloaded (`file.transfers`)", reason="transfers", retry_after_ms=1000
    )
