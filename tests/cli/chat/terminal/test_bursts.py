"""Text that comes faster than anybody types."""

import re

from hypothesis import given
from hypothesis import strategies as st

from orchd.cli.chat.terminal.bursts import BURST, Bursts

LONG = "wörd 🙂 " * BURST
PIECES = st.lists(st.sampled_from(["a🙂", "\r", "\x1b[A", "\x7f", LONG, f"\x1b[200~{LONG}\r{LONG}\x1b[201~"]))


def unmarked(data: bytes) -> bytes:
    return re.sub(rb"\x1b\[20[01]~", b"", data)


def test_a_long_run_is_a_paste_and_line_ends_are_keys() -> None:
    assert Bursts().mark(b"x" * BURST + b"\rshort\r") == b"\x1b[200~" + b"x" * BURST + b"\x1b[201~\rshort\r"
    assert Bursts().mark(b"x" * (BURST - 1)) == b"x" * (BURST - 1)


def test_what_is_marked_stays_as_it_is() -> None:
    marked = b"\x1b[200~" + b"x" * 500 + b"\x1b[201~"
    bursts = Bursts()
    assert bursts.mark(marked[:300]) + bursts.mark(marked[300:]) == marked


@given(PIECES, st.data())
def test_no_key_is_lost_and_no_character_cut(pieces: list[str], data: st.DataObject) -> None:
    typed = "".join(pieces).encode()
    at = sorted(data.draw(st.lists(st.integers(0, len(typed)), max_size=4)))
    bursts = Bursts()
    marked = b"".join(bursts.mark(typed[a:b]) for a, b in zip([0, *at], [*at, len(typed)], strict=True))
    assert unmarked(marked) == unmarked(typed)
    for paste in re.findall(rb"\x1b\[200~(.*?)\x1b\[201~", marked, re.DOTALL):
        assert paste.decode()
