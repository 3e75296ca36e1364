"""How many examples a property gets: what its test says, and in a drill a multiple of it."""

import os

FACTOR = int(os.environ.get("ORCHD_TEST_EXAMPLES", "1"))
"""Times as many as usual; `make drill` sets it."""

DEFAULT = 100 * FACTOR
"""For a property that says nothing."""


def examples(count: int) -> int:
    """Scale a property's own number."""
    return count * FACTOR
