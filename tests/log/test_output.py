"""The log's way out, on real pipes and a real terminal: it never waits, never raises, and drops whole lines."""

import os
import select
from collections.abc import Iterator
from threading import Thread

import pytest

from orchd.log.output import PENDING, LogOutput


class Pipe:
    """A pipe with an `LogOutput` on its writing end."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        self.output = LogOutput(self.writing)

    def read(self) -> bytes:
        """All that can be read without waiting."""
        data = b""
        while select.select([self.reading], [], [], 0)[0] and (piece := os.read(self.reading, 1 << 20)):
            data += piece
        return data


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    pipe.output.close()
    os.close(pipe.writing)
    os.close(pipe.reading)


def test_lines_come_out_in_order(pipe: Pipe) -> None:
    pipe.output.write_line(b"one")
    pipe.output.write_line(b"two")
    assert pipe.read() == b"one\ntwo\n"


def test_a_full_pipe_does_not_block_and_loses_whole_lines_only(pipe: Pipe) -> None:
    for number in range(5000):
        pipe.output.write_line(b"%05d " % number + b"x" * 94)
    data = b""
    while piece := pipe.read():
        data += piece
        pipe.output.write_line(b"later " + b"y" * 94)
        if len(data) > 10 * PENDING:
            break
    lines = data.splitlines()
    numbers = [int(line[:5]) for line in lines if line[:5].isdigit()]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) < 5000
    told = b'{"level":"warning","event":"log lines dropped","lines":%d}' % (5000 - len(numbers))
    assert told in lines
    assert all(len(line) == 100 for line in lines if line != told)


def test_a_long_line_is_completed_when_there_is_room_again(pipe: Pipe) -> None:
    for _ in range(3):
        pipe.output.write_line(b"z" * 40_000)
    assert len(pipe.read()) < 120_000
    pipe.output.close()
    assert pipe.read().endswith(b"z\n")


def test_a_line_longer_than_the_buffer_is_dropped(pipe: Pipe) -> None:
    pipe.output.write_line(b"z" * PENDING)
    pipe.output.write_line(b"after")
    assert pipe.read() == b'{"level":"warning","event":"log lines dropped","lines":1}\nafter\n'


def test_a_reader_that_left_is_no_error(pipe: Pipe) -> None:
    os.close(pipe.reading)
    for _ in range(10):
        pipe.output.write_line(b"to nobody")
    pipe.reading = os.dup(pipe.writing)  # something to close for the fixture


def test_a_full_disk_is_no_error() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    output = LogOutput(descriptor)
    output.write_line(b"nowhere")
    output.close()
    os.close(descriptor)


def test_closing_the_descriptor_does_not_redirect_the_log(pipe: Pipe) -> None:
    """A file opened later under the same number must not receive log lines."""
    os.close(pipe.writing)
    pipe.writing = os.open(os.devnull, os.O_RDWR)
    pipe.output.write_line(b"still here")
    assert pipe.read() == b"still here\n"


def test_lines_after_close_are_dropped(pipe: Pipe) -> None:
    pipe.output.close()
    pipe.output.close()
    pipe.output.write_line(b"late")
    assert pipe.read() == b""


def test_a_descriptor_that_someone_made_non_blocking(pipe: Pipe) -> None:
    os.set_blocking(pipe.writing, False)
    for _ in range(2000):
        pipe.output.write_line(b"x" * 100)
    assert pipe.read().startswith(b"x" * 100 + b"\n")


def test_a_terminal_that_nobody_reads_does_not_block() -> None:
    master, slave = os.openpty()
    output = LogOutput(slave)
    assert output.is_terminal
    for _ in range(5000):
        output.write_line(b"x" * 100)
    output.close()
    assert os.get_blocking(slave), "the shell's own descriptor must stay as it was"
    os.close(slave)
    os.close(master)


def test_lines_from_several_threads_stay_whole(pipe: Pipe) -> None:
    def write(letter: bytes) -> None:
        for _ in range(50):
            pipe.output.write_line(letter * 50)

    threads = [Thread(target=write, args=(letter,)) for letter in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = pipe.read().splitlines()
    assert sorted(lines) == sorted([letter * 50 for letter in (b"a", b"b", b"c") for _ in range(50)])
