"""How events are written."""

import time

from orchd.simulator.api.dialect import Account, EventWriter
from orchd.simulator.faults import Faults


def test_events_in_every_line_style() -> None:
    assert EventWriter(Faults()).event(b"{}") == b"data: {}\n\n"
    assert EventWriter(Faults(eol="crlf")).event(b"{}", "x") == b"event: x\r\ndata: {}\r\n\r\n"
    assert EventWriter(Faults(eol="cr", no_space=True)).event(b"{}") == b"data:{}\r\r"
    assert EventWriter(Faults(eol="crlf")).comment() == b": keep-alive\r\n\r\n"


def test_the_account_counts_both_channels() -> None:
    account = Account(10, keep_text=True)
    account.add("reasoning", ["a", "b"])
    account.add("content", ["c"])
    assert (account.total, account.text("reasoning"), account.text("content")) == (3, "ab", "c")
    usage = account.usage()
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (10, 3, 13)
    assert usage["completion_tokens_details"] == {"reasoning_tokens": 2}


def test_text_is_kept_only_where_it_is_wanted() -> None:
    account = Account(10, keep_text=False)
    account.add("content", ["c"] * 100)
    assert (account.total, account.text("content")) == (100, "")


def test_timings_before_and_after_the_first_token() -> None:
    account = Account(1, keep_text=False)
    assert account.timings().rest == 0
    account.add("content", ["a"])
    time.sleep(0.001)
    timings = account.timings()
    assert timings.rest > 0
    assert timings.rate > 0
