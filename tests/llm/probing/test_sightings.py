from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from orchd.errors import OrchdError, Timeout, Unavailable, UpstreamError
from orchd.llm.answers.server_notes import ServerNote
from orchd.llm.probing.sightings import Sightings, says_somebody

REFUSED = Unavailable("box can't be reached", reason="connect")
SILENT = Timeout("box did not answer", reason="probe")
KEY = UpstreamError("box refused the key", reason="unauthorized")


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    with capture_logs() as found:
        yield found


def server(*, explicit: bool = True) -> Sightings:
    return Sightings("box", "http://box:1", explicit=explicit)


def told(lines: list[Any]) -> list[tuple[str, str]]:
    return [(line["log_level"], line["event"]) for line in lines]


def test_one_line_for_each_change_and_none_for_each_probe(lines: list[Any]) -> None:
    seen = server()
    for _ in range(3):
        seen.well("ollama", 2, ())
    for _ in range(3):
        seen.ill(REFUSED)
    for _ in range(3):
        seen.well("ollama", 3, ())
    assert told(lines) == [
        ("info", "model server found"),
        ("warning", "model server lost"),
        ("info", "model server is back"),
    ]
    assert lines[0] | {"name": "box", "url": "http://box:1", "kind": "ollama", "models": 2} == lines[0]
    assert (lines[1]["models"], lines[1]["reason"]) == (2, "box can't be reached")


def test_another_reason_is_news(lines: list[Any]) -> None:
    seen = server()
    for error in (REFUSED, REFUSED, KEY, KEY, SILENT):
        seen.ill(error)
    assert told(lines) == [
        ("warning", "model server is away"),
        ("warning", "model server can't be used"),
        ("warning", "model server is away"),
    ]


def test_where_it_was_only_looked_for_silence_is_no_news(lines: list[Any]) -> None:
    seen = server(explicit=False)
    seen.ill(REFUSED)
    assert not lines
    seen.ill(KEY)
    assert told(lines) == [("info", "no model server there")]


def test_another_kind_and_a_lack_of_the_list_are_told_once(lines: list[Any]) -> None:
    seen = server()
    for _ in range(2):
        seen.well("openai", 0, [ServerNote("list_cut", "no list")])
    seen.well("llamacpp", 1, ())
    assert told(lines) == [
        ("info", "model server found"),
        ("warning", "note on a model server"),
        ("info", "model server found"),
    ]


@pytest.mark.parametrize(("error", "somebody"), [(REFUSED, False), (SILENT, False), (KEY, True)])
def test_who_is_there(error: OrchdError, somebody: bool) -> None:
    assert says_somebody(error) == somebody
