import msgspec
import pytest

from orchd.llm.types import BackendHealth, Listener, ModelInfo, Prompt, Sampling, Turn, Usage
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


def test_only_an_unfinished_answer_can_be_continued() -> None:
    asked, begun = Turn("user", "a"), Turn("assistant", "b")
    assert Prompt((asked, begun), prefill=True).prefill
    for turns, schema in (((asked,), None), ((), None), ((asked, begun), {"type": "object"})):
        with pytest.raises(ValueError, match="continued"):
            Prompt(turns, schema=schema, prefill=True)


def test_what_a_model_is_called() -> None:
    info = ModelInfo("llama3.2:latest", "box", aliases=("llama3.2",))
    for name in ("llama3.2:latest", "llama3.2", "llama3.2@box", "llama3.2:latest@box"):
        assert info.is_called(name)
    for name in ("llama3.2@other", "llama3", "box", "", "@box"):
        assert not info.is_called(name)
