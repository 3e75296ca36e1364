"""`orchd completion`: scripts that shells can read."""

import shutil
import subprocess

import pytest

from tests.fix_command import RunCommand


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_a_script_that_it_can_read(run_command: RunCommand, shell: str) -> None:
    script = run_command("completion", shell).stdout
    assert "_ORCHD_COMPLETE" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)
