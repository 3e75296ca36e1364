"""The flags of settings: on every command that reads them, and into the settings."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchd.cli import orchd
from orchd.config.layers import FLAGS


def invoke(*arguments: str) -> Result:
    return CliRunner(env={name: None for name in os.environ if name.startswith("ORCHD_")}).invoke(orchd, arguments)


@pytest.mark.parametrize("name", ["serve", "check", "config", "migrate"])
def test_the_settings_flags_are_on_each_command_that_reads_settings(name: str) -> None:
    told = invoke(name, "--help").output
    for flag in [*FLAGS.values(), "--config"]:
        assert f"{flag} " in told


@pytest.mark.parametrize(
    "words", [("user", "add"), ("user", "remove"), ("token", "create"), ("keys", "list"), ("audit", "export")]
)
def test_commands_on_the_database_show_its_flags_and_take_a_daemons(words: tuple[str, ...], tmp_path: Path) -> None:
    told = invoke(*words, "--help").output
    assert [flag for flag in FLAGS.values() if f"{flag} " in told] == ["--data-dir", "--database"]
    assert "--config " in told
    done = invoke("user", "list", "--data-dir", str(tmp_path), "--port", "3002", "--demo")
    assert done.exit_code == 0, done.output


def test_flags_reach_the_settings() -> None:
    told = invoke(
        *("config", "--host", "::1", "--port", "0", "--data-dir", "/d", "--database", "mysql://u:p@h/n"),
        *("--backend", "http://a:1", "--backend", "http://b:1", "--demo", "--insecure"),
        *("--log-level", "debug", "--log-format", "json"),
    ).output
    lines = [line.partition(" #")[0].rstrip() for line in told.splitlines() if "# flag" in line]
    assert lines == [
        'dataDir = "/d"',
        'host = "::1"',
        "port = 0",
        "insecure = true",
        'url = "mysql://u:***@h/n"',
        "demo = true",
        'level = "debug"',
        'format = "json"',
        'url = "http://a:1"',
        'url = "http://b:1"',
    ]


def test_flags_not_given_override_nothing() -> None:
    assert "# flag" not in invoke("config").output


def test_a_list_of_paths_is_a_flag_that_may_be_repeated(tmp_path: Path) -> None:
    paths = [tmp_path / "a.gguf", tmp_path / "b.gguf"]
    for path in paths:
        path.write_bytes(b"GGUF")
    told = invoke("config", "--local-model", str(paths[0]), "--local-model", str(paths[1])).output
    assert f'models = ["{paths[0]}", "{paths[1]}"]' in told
    assert "# flag --local-model" in told
