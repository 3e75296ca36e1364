"""The configuration and the flags that are read off it."""

import msgspec
import pytest

from orchd.errors import ConfigurationError
from orchd.simulator.settings import OPTIONS, ModelSpec, SimulatorConfig, demo, parse_model


def test_every_member_but_the_models_is_a_flag_with_its_default() -> None:
    fields = {field.name: field.default for field in msgspec.structs.fields(SimulatorConfig)}
    assert {option.field: option.default for option in OPTIONS} == {k: v for k, v in fields.items() if k != "models"}
    assert all(option.help.endswith(".") and option.flag == "--" + option.field.replace("_", "-") for option in OPTIONS)
    types = {option.field: option.type for option in OPTIONS}
    assert (types["port"], types["jit"], types["load_seconds"], types["api_key"]) == (int, bool, float, str)


def test_flags_make_a_configuration() -> None:
    given = {option.field: option.default for option in OPTIONS}
    assert SimulatorConfig(**given) == SimulatorConfig()  # type: ignore[arg-type]  # as the command line does it


def test_ids_say_that_a_model_is_simulated() -> None:
    with pytest.raises(ConfigurationError, match="begin with `simulated`"):
        ModelSpec("llama")


@pytest.mark.parametrize("context", [0, 10**6])
def test_contexts_must_fit(context: int) -> None:
    with pytest.raises(ConfigurationError, match="context"):
        ModelSpec("simulated", context=context)


def test_faults_are_checked_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match="unknown fault 'x'"):
        SimulatorConfig(fault="x=1")


def test_models_must_be_there_and_differ() -> None:
    for models in ((), (ModelSpec("simulated"), ModelSpec("simulated"))):
        with pytest.raises(ConfigurationError, match="at least one model"):
            SimulatorConfig(models=models)


def test_models_on_the_command_line() -> None:
    spec = parse_model("simulated-x, reasoning,loaded,context=100")
    assert (spec.id, spec.reasoning, spec.loaded, spec.context) == ("simulated-x", True, True, 100)
    assert parse_model("simulated-e,embedding").type == "embedding"
    for wrong in ("simulated-x,big", "simulated-x,context=a", "other"):
        with pytest.raises(ConfigurationError):
            parse_model(wrong)


def test_the_demo_is_one_loaded_model() -> None:
    (spec,) = demo().models
    assert (spec.id, spec.loaded, spec.context) == ("simulated", True, 8_192)
