"""`orchd completion`: scripts that shells can read."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fix_command import RunCommand


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_a_script_that_it_can_read(run_command: RunCommand, shell: str) -> None:
    script = run_command("completion", shell).stdout
    assert "_ORCHD_COMPLETE" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


ASK = {
    "bash": """PATH={place}:$PATH; source {place}/script; COMP_WORDS=({typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_orchd_completion orchd; printf '%s\\n' "${{COMPREPLY[@]}}" """,
    "fish": "set -x PATH {place} $PATH; source {place}/script; complete --do-complete '{typed}'",
}
"""What somebody's Tab does, for those shells that can be asked without a terminal."""


@pytest.mark.parametrize("shell", sorted(ASK))
def test_a_shell_completes_commands_and_options(run_command: RunCommand, tmp_path: Path, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed: its completion is not tried")
    (tmp_path / "orchd").write_text(f'#!/bin/sh\nexec {sys.executable} -m orchd "$@"\n')
    (tmp_path / "orchd").chmod(0o755)
    (tmp_path / "script").write_text(run_command("completion", shell).stdout)
    for typed, wanted in (("orchd user l", {"link", "list"}), ("orchd models --js", {"--json"})):
        command = [program, "-c", ASK[shell].format(place=tmp_path, typed=typed)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert {line.split()[0] for line in done.stdout.splitlines() if line} == wanted
