"""Messages from a descriptor."""

import os
from pathlib import Path

import pytest
import trio

from orchd.cli.chat.lines import LineReader


@pytest.mark.parametrize("kind", ["file", "null"])
async def test_lines_from_what_can_not_be_waited_for(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_bytes(b"one\r\n  tw\xffo\n\nlast")
    descriptor = os.open(tmp_path / "file" if kind == "file" else os.devnull, os.O_RDONLY)
    lines = LineReader(descriptor)
    found = [await lines.next() for _ in range(6)]
    os.close(descriptor)
    assert found == (["one", "  tw\ufffdo", "", "last", None, None] if kind == "file" else [None] * 6)


async def test_waiting_for_a_line_can_be_cancelled_without_losing_any() -> None:
    reading, writing = os.pipe()
    lines = LineReader(reading)
    os.write(writing, b"half")
    with trio.move_on_after(0.02) as scope:
        await lines.next()
    assert scope.cancelled_caught
    os.write(writing, b" and half\n")
    assert await lines.next() == "half and half"
    os.close(writing)
    os.close(reading)


async def piped(text: bytes, *, backslash: bool = False) -> list[str | None]:
    reading, writing = os.pipe()
    os.write(writing, text)
    os.close(writing)
    lines = LineReader(reading, backslash=backslash)
    found: list[str | None] = []
    while (line := await lines.next()) is not None:
        found.append(line)
    os.close(reading)
    return found


async def test_a_block_is_one_message() -> None:
    assert await piped(b'"""one\n  two\n"""\nthree\n"""open\nend') == ['"""one\n  two\n"""', "three", '"""open\nend']


async def test_a_backslash_goes_on_only_where_a_person_types() -> None:
    assert await piped(b"a\\\nb\n") == ["a\\", "b"]
    assert await piped(b"a\\\nb\nc\\", backslash=True) == ["a\nb", "c\\"]


async def test_a_long_line_is_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x" * 300_000 + "\nend\n", encoding="utf-8")
    descriptor = os.open(tmp_path / "file", os.O_RDONLY)
    lines = LineReader(descriptor)
    assert await lines.next() == "x" * 300_000
    assert await lines.rest() == "end\n"
    os.close(descriptor)


async def test_a_closed_input_has_ended() -> None:
    lines = LineReader(None)
    assert await lines.next() is None
    assert await lines.rest() == ""
