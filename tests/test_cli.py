"""The command line: what is printed where, and the exit codes of real processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchd.cli import orchd, run
from tests.fix_command import HANG, RunCommand, StartCommand, first_line

NAMES = "serve check config migrate schema simulate chat verify version project team quota usage account ask"


def invoke(*arguments: str, stdin: str | None = None, alone: bool = True) -> Result:
    clean = {name: None for name in os.environ if name.startswith("ORCHD_")}
    return CliRunner(env=clean).invoke(orchd, arguments, input=stdin, standalone_mode=alone)


@pytest.mark.parametrize("name", NAMES.split())
def test_each_command_has_help_in_one_sentence(name: str) -> None:
    result = invoke(name, "--help")
    assert result.exit_code == 0
    assert f"orchd {name}" in result.output
    assert name in invoke("--help").output


@pytest.mark.parametrize("arguments", [("serv",), ("help", "serv")])
def test_a_misspelt_command_is_told_the_one_that_is_meant(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert "no such command 'serv'. Did you mean 'serve'?" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "check", "config", "migrate"])
def test_a_wrong_configuration_exits_2_with_every_problem_on_stderr(
    run_command: RunCommand, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "orchd.toml"
    file.write_text("[server]\nprot = 1\nport = -1\n")
    done = run_command(command, "--config", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"orchd: {file}:2: `server.prot` is unknown; did you mean `server.port`?",
        f"orchd: {file}:3: `server.port` must be a whole number from 0 to 65535, not -1",
    ]


@pytest.mark.parametrize("arguments", [("mysql://u:hun/ter2@h/n",), ("--port", "u:hun/ter2@h"), ("--hun/ter2@h",)])
def test_a_password_in_a_wrong_argument_is_not_repeated(run_command: RunCommand, arguments: tuple[str, ...]) -> None:
    done = run_command("serve", *arguments)
    assert done.returncode == 2
    assert "ter2" not in done.stderr
    assert "***@h" in done.stderr


def test_the_file_of_the_home_directory_is_found(run_command: RunCommand, tmp_path: Path) -> None:
    file = tmp_path / ".config" / "orchd" / "orchd.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[server]\nport = 4321\n")
    assert f"# {file}:2\n" in run_command("config").stdout


def test_warnings_go_to_stderr(run_command: RunCommand, tmp_path: Path) -> None:
    file = tmp_path / "orchd.toml"
    file.write_text('[[backends]]\nurl = "http://a:1"\napiKey = "k"\n')
    file.chmod(0o644)
    done = run_command("config", "--config", str(file))
    assert done.returncode == 0
    assert done.stderr.startswith(f"orchd: warning: {file}:3: `backends[0].apiKey` is in a file")
    assert done.stderr.count("\n") == 1


def test_check_exits_1_when_something_does_not_answer(run_command: RunCommand) -> None:
    done = run_command("check", "--backend", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ok", "ok", "note", "FAILED"]
    assert done.stderr == ""


def test_check_exits_0_when_all_is_well(run_command: RunCommand, start_command: StartCommand) -> None:
    url = first_line(start_command("simulate", "--port", "0")).split()[-1]
    done = run_command("check", "--backend", url)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"ok      model server {url}: lmstudio" in done.stdout


def test_migrate_twice(run_command: RunCommand) -> None:
    assert run_command("migrate").stdout.startswith("applied 0001_")
    done = run_command("migrate")
    assert (done.returncode, done.stdout, done.stderr) == (0, "the database is up to date\n", "")


def test_migrate_fails_with_1_when_it_can_not(run_command: RunCommand, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_command("migrate", "--data-dir", str(tmp_path / "file"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("orchd: ")
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_traceback(environ: dict[str, str]) -> None:
    script = '"$0" -m orchd config | true; "$0" -m orchd config | head -n 1'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable], env=environ, capture_output=True, text=True, timeout=HANG, check=False
    )
    assert (done.stdout, done.stderr) == ("# file: none found\n", "")


def test_light_commands_load_no_heavy_library(environ: dict[str, str]) -> None:
    heavy = "{'trio', 'httpx', 'structlog', 'rich', 'prompt_toolkit', 'wcwidth'} & set(sys.modules)"
    script = f"import sys; from orchd.cli import run; run(['config']); print({heavy})"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, timeout=HANG, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"
