"""How many examples a property gets: four tenths of what its test says, new ones in each run, and many in a drill."""

import os

FACTOR = float(os.environ.get("ORCHD_TEST_EXAMPLES", "0.4"))
"""Times as many as a test says; `make drill` sets it."""

LEAST = 3


def examples(count: int) -> int:
    """Scale a property's own number."""
    return max(LEAST, round(count * FACTOR))


DEFAULT = examples(100)
"""For a property that says nothing."""
