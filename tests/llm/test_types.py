import msgspec

from orchd.llm.types import BackendHealth, Listener, Sampling, Usage
from tests.fix_upstream import Recorder


def test_only_the_parameters_that_are_set_are_encoded() -> None:
    assert msgspec.to_builtins(Sampling()) == {}
    assert msgspec.to_builtins(Sampling(temperature=0.0, stop=("a",))) == {"temperature": 0.0, "stop": ("a",)}


def test_what_clients_see_is_in_camel_case() -> None:
    assert set(msgspec.to_builtins(Usage(1, 2, 3))) == {
        "promptTokens",
        "completionTokens",
        "totalTokens",
        "reasoningTokens",
    }
    assert "simulated" in msgspec.to_builtins(BackendHealth("a", "b", None, False, "away", 0))


def test_a_recorder_can_listen() -> None:
    recorder = Recorder()
    listener: Listener = recorder
    listener.on_phase("prompt", 0.5)
    listener.on_delta("content", "a")
    listener.on_close()
    assert recorder.events == [("prompt", 0.5), ("content", "a"), ("close", None)]
