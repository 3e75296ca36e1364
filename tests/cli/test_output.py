"""Stdout that can't be written to, in real processes: told as what it is, and never as the network's fault."""

import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
import trio

from orchd.cli.output import OutputError, TextOutput, after, failure, prepare
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator

HANG = 90
Shell = Callable[..., "trio.abc.ReceiveStream"]


class Full(io.StringIO):
    """A stream on a full disk."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_failure_is_remembered_and_told_once() -> None:
    told = []
    output = TextOutput(Full())
    output.when_failed = lambda: told.append(output.failed)
    output.write("a")
    output.write("b")
    assert len(told) == 1
    with pytest.raises(OutputError, match="can't write the output: No space left on device") as caught:
        output.check()
    assert not caught.value.quiet


def test_a_closed_output() -> None:
    output = TextOutput(None)
    output.write("a")
    assert not output.is_terminal
    with pytest.raises(OutputError, match="it is closed"):
        output.check()
    with pytest.raises(OutputError, match="it is closed"):
        _ = output.stream


def test_a_stream_without_these_characters_or_closed() -> None:
    output = TextOutput(io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    output.write("ä")
    assert "ascii" in str(output.failed)
    stream = io.StringIO()
    stream.close()
    closed = TextOutput(stream)
    closed.write("a")
    assert closed.failed is not None


def test_a_reader_that_left_wants_no_word() -> None:
    assert failure(BrokenPipeError(32, "Broken pipe")).quiet
    assert not failure(OSError(28, "No space left on device")).quiet


def test_no_character_stops_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", None)
    prepare()
    stream.write("“ä”")
    stream.flush()
    assert stream.buffer.getvalue() == "?ä?".encode("latin-1")


async def shell(script: str, environ: dict[str, str], **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script in which `$0` is this Python and `$1` what is given as `url`."""
    with trio.fail_after(HANG):
        return await trio.run_process(
            ["sh", "-c", script, sys.executable, more.pop("url", "")],
            env=environ | more,
            capture_stdout=True,
            capture_stderr=True,
            check=False,
        )


@pytest.fixture
async def house(app: StartApp, simulator: RunningSimulator) -> App:
    return await app(simulator.url)


@pytest.mark.parametrize(
    ("script", "code", "told"),
    [
        ('"$0" -m orchd chat --url "$1" hi >/dev/full', 1, b"orchd: can't write the output: No space left on device\n"),
        ('"$0" -m orchd models --url "$1" >/dev/full', 1, b"orchd: can't write the output: No space left on device\n"),
        ('"$0" -m orchd config >/dev/full', 1, b"orchd: can't write the output: No space left on device\n"),
        ('"$0" -m orchd chat --url "$1" hi >&-', 1, b"orchd: can't write the output: it is closed\n"),
        ('"$0" -m orchd models --url "$1" >&-', 1, b"orchd: can't write the output: it is closed\n"),
        ('"$0" -m orchd chat --url "$1" <&-', 0, b""),
        ('"$0" -m orchd chat --url "$1" hi <&- >/dev/null', 0, b""),
        ('"$0" -m orchd chat --url "$1" - </dev/null', 1, b"orchd: the message is empty\n"),
        ('"$0" -m orchd chat --url "$1" hi 2>&- >/dev/null', 0, b""),
    ],
)
async def test_what_is_wrong_with_the_output_is_told(
    house: App, environ: dict[str, str], script: str, code: int, told: bytes
) -> None:
    done = await shell(script, environ, url=house.url)
    assert (done.returncode, done.stderr) == (code, told)


async def test_a_reader_that_leaves_ends_it_quietly(house: App, environ: dict[str, str]) -> None:
    script = '{ "$0" -m orchd chat --url "$1" "[[simulate: tokens=400,interval=0.01]]"; echo $? >&2; } | head -c 20'
    done = await shell(script, environ, url=house.url)
    assert (len(done.stdout), done.stderr) == (20, b"1\n")


@pytest.mark.parametrize(
    "environ_more",
    [{"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
async def test_a_locale_without_the_answers_characters(
    house: App, environ: dict[str, str], environ_more: dict[str, str]
) -> None:
    done = await shell('"$0" -m orchd chat --url "$1" hi', environ, url=house.url, **environ_more)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"You wrote: ?hi?" in done.stdout
    assert os.linesep.encode() in done.stdout


def test_an_error_of_a_file_names_it_and_no_number() -> None:
    error = after(FileNotFoundError(errno.ENOENT, "No such file or directory", "/no/x"))
    assert str(error) == "/no/x: No such file or directory"
    assert str(after(OSError("anything"))) == "anything"
