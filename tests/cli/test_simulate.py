"""`orchd simulate`: flags, help, and a process that ends when told."""

import signal

import pytest
from click.testing import CliRunner

from orchd.cli import orchd
from orchd.cli.simulate import simulator_config
from orchd.errors import ConfigurationError
from tests.fix_command import HANG, RunCommand, StartCommand, first_line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_simulate_prints_its_address_and_ends_when_told(start_command: StartCommand, number: signal.Signals) -> None:
    simulator = start_command("simulate", "--port", "0", "--model", "simulated-one,loaded")
    assert first_line(simulator).startswith("listening on http://127.0.0.1:")
    simulator.send_signal(number)
    assert simulator.communicate(timeout=HANG) == ("", "")
    assert simulator.returncode == 0


@pytest.mark.parametrize("arguments", [("--port", "-1"), ("--model", "gpt"), ("--fault", "nonsense=1")])
def test_simulate_refuses_what_it_can_not_do(run_command: RunCommand, arguments: tuple[str, ...]) -> None:
    done = run_command("simulate", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("orchd: ")


def test_simulate_help_lists_the_faults() -> None:
    told = CliRunner().invoke(orchd, ("simulate", "--help")).output
    assert "error_after" in told
    assert "\n    stall_after " in told, "the table must not be wrapped"


def test_simulator_flags_become_its_configuration() -> None:
    config = simulator_config(("simulated-a", "simulated-b,embedding"), {"seed": 7, "jit": False})
    assert [model.id for model in config.models] == ["simulated-a", "simulated-b"]
    assert (config.seed, config.jit) == (7, False)
    with pytest.raises(ConfigurationError) as refused:
        simulator_config((), {"parallel": 0, "port": 65_536})
    assert str(refused.value).splitlines() == [
        "`--port` must be a whole number from 0 to 65535, not 65536",
        "`--parallel` must be a whole number from 1 to 10000, not 0",
    ]


def test_a_model_that_could_be_taken_for_a_real_one_is_refused_with_a_name_that_can_not() -> None:
    with pytest.raises(ConfigurationError, match="write `simulated-mistral`"):
        simulator_config(("mistral",), {})
    assert "begins with `simulated`" in CliRunner().invoke(orchd, ("simulate", "--help"), terminal_width=200).output
