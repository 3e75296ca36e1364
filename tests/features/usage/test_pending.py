"""Sums that wait for the database: nothing is lost of them, and there are only so many."""

from hypothesis import given
from hypothesis import strategies as st

from orchd.features.usage.pending import PendingUsage
from orchd.features.usage.queries import UsageKey, UsageSums

KEYS = st.builds(
    UsageKey,
    st.integers(0, 3),
    st.integers(0, 2),
    st.integers(0, 3000).map(lambda minute: minute * 60_000),
    st.sampled_from("abc"),
)
SUMS = st.builds(UsageSums, *[st.integers(0, 9)] * 4)


@given(st.lists(st.tuples(KEYS, SUMS), max_size=60), st.integers(1, 20), st.integers(1, 9))
def test_what_is_added_comes_out_once(added: list[tuple[UsageKey, UsageSums]], room: int, most: int) -> None:
    pending = PendingUsage(room)
    for key, sums in added:
        pending.add(key, sums)
    assert len(pending) <= room + 4 * 3 * 3, "beyond the room, by users, tokens and days only"
    taken = pending.take(most)
    assert len(taken) <= most
    pending.give_back(taken)
    everything = pending.take(1_000)
    assert len(pending) == 0
    for member in range(4):
        assert sum(sums[member] for _, sums in everything) == sum(sums[member] for _, sums in added)
