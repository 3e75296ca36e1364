"""Lines in and styled text out."""

import io
import os
from pathlib import Path

import pytest
import trio

from orchd.cli.terminal_io import Lines, Screen


@pytest.mark.parametrize("kind", ["file", "null"])
async def test_lines_from_what_can_not_be_waited_for(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_bytes(b"one\r\ntw\xffo\n\nlast")
    descriptor = os.open(tmp_path / "file" if kind == "file" else os.devnull, os.O_RDONLY)
    lines = Lines(descriptor)
    found = [await lines.next() for _ in range(6)]
    os.close(descriptor)
    assert found == (["one", "tw\ufffdo", "", "last", None, None] if kind == "file" else [None] * 6)


async def test_waiting_for_a_line_can_be_cancelled_without_losing_any() -> None:
    reading, writing = os.pipe()
    lines = Lines(reading)
    os.write(writing, b"half")
    with trio.move_on_after(0.02) as scope:
        await lines.next()
    assert scope.cancelled_caught
    os.write(writing, b" and half\n")
    assert await lines.next() == "half and half"
    os.close(writing)
    os.close(reading)


def screen(*, styled: bool) -> tuple[Screen, io.StringIO, io.StringIO]:
    output, notices = io.StringIO(), io.StringIO()
    return Screen(output, notices, styled=styled), output, notices


def test_off_a_terminal_the_output_is_the_answer_alone() -> None:
    shown, output, notices = screen(styled=False)
    shown.prompt()
    shown.progress({"phase": "loading", "progress": 0.5})
    shown.chunk("reasoning", "hmm")
    shown.chunk("content", "a\x1b[1m\r\n")
    shown.end_answer()
    shown.notice("told\x07")
    assert (output.getvalue(), notices.getvalue()) == ("a\x1b[1m\r\n\n", "told\ufffd\n")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"phase": "loading", "progress": 0.4}, "loading 40% ..."),
        ({"phase": "queued", "position": 3}, "queued (3) ..."),
        ({"phase": "prompt", "progress": None}, "prompt ..."),
    ],
)
def test_progress_is_wiped_by_what_follows(data: dict[str, object], told: str) -> None:
    shown, output, _ = screen(styled=True)
    shown.progress(data)
    assert told in output.getvalue()
    shown.chunk("content", "x")
    assert output.getvalue().endswith("\r\x1b[K\x1b[0mx")


def test_a_notice_begins_a_line_of_its_own() -> None:
    shown, output, notices = screen(styled=True)
    shown.chunk("content", "half")
    shown.notice("(cancelled)")
    assert output.getvalue().endswith("half\n")
    assert notices.getvalue() == "(cancelled)\n"
