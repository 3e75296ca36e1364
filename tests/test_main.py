"""`python -m orchd` and its exit codes for wrong usage."""

import pytest

from orchd import __version__
from tests.fix_command import RunCommand


def test_version(run_command: RunCommand) -> None:
    done = run_command("version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"orchd {__version__}\n", "")
    assert run_command("--version").stdout == done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("serve", "--nonsense"),
        ("serve", "--port", "x"),
        ("serve", "--log-level", "loud"),
        ("version", "x"),
    ],
)
def test_wrong_usage_exits_2_and_leaves_stdout_empty(run_command: RunCommand, arguments: tuple[str, ...]) -> None:
    done = run_command(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    if arguments:
        assert done.stderr.startswith("orchd: ")
        assert done.stderr.count("\n") == 1
    else:
        assert done.stderr.startswith("Usage: ")
