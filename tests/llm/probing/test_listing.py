from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.probing import listing
from orchd.llm.probing.listing import objects, once
from orchd.llm.types import ModelInfo


def lmstudio_v1(found: Any, backend: str) -> tuple[tuple[ModelInfo, ...], dict[str, tuple[str, ...]]]:
    read = [one for item in objects(found.get("models")) if (one := listing.lmstudio_v1(item, backend)) is not None]
    return tuple(info for info, _ in read), {info.id: loaded for info, loaded in read}


def lmstudio_v0(found: Any, backend: str) -> tuple[ModelInfo, ...]:
    items = objects(found.get("data"))
    return tuple(one for item in items if (one := listing.lmstudio_v0(item, backend)) is not None)


def ollama(tags: Any, running: Any, backend: str) -> tuple[ModelInfo, ...]:
    contexts = listing.ollama_running(running)
    items = objects(tags.get("models"))
    return tuple(one for item in items if (one := listing.ollama(item, contexts, backend)) is not None)


def openai(
    found: Any, backend: str, *, loaded: bool | None, context: int | None, slots: int | None = None
) -> tuple[ModelInfo, ...]:
    read = [one for item in objects(found.get("data")) if (one := listing.openai(item, backend)) is not None]
    return tuple(listing.fill_in(info, loaded=loaded, context=context, slots=slots) for info in read)


def test_lmstudio_v1_tells_instances_and_their_context() -> None:
    loaded = {"id": "a:2", "config": {"context_length": 4096, "parallel": 4}}
    found = {
        "models": [
            {"type": "llm", "key": "a", "loaded_instances": [loaded], "max_context_length": 8192},
            {"type": "llm", "key": "b", "loaded_instances": [], "max_context_length": 8192},
            {"type": "embedding", "key": "e", "loaded_instances": [{"id": "e"}], "max_context_length": 512},
            {"type": "llm"},
            "odd",
        ]
    }
    models, instances = lmstudio_v1(found, "box")
    assert models == (
        ModelInfo("a", "box", "llm", True, 4096, max_context=8192, slots=4),
        ModelInfo("b", "box", "llm", False, 8192, max_context=8192),
        ModelInfo("e", "box", "embedding", True, 512, max_context=512, purpose="embedding"),
    )
    assert instances == {"a": ("a:2",), "b": (), "e": ("e",)}


def test_the_file_tells_what_a_model_under_an_alias_is_for() -> None:
    def use(path: str) -> str:
        info = ModelInfo("default", "box")
        return listing.fill_in(info, loaded=True, context=None, slots=None, path=path).purpose

    assert use("/models/bge-reranker-v2-m3-Q8_0.gguf") == "reranking"
    assert use("C:\\models\\embed\\qwen3-8b.gguf") == use("") == "chat"
    ranks = ModelInfo("my-reranker", "box", purpose="reranking")
    assert listing.fill_in(ranks, loaded=True, context=None, slots=None, path="/x/qwen3.gguf").purpose == "reranking"


def test_lmstudio_v0_tells_states() -> None:
    found = {
        "data": [
            {"id": "a", "type": "vlm", "state": "loaded", "max_context_length": 8, "loaded_context_length": 4},
            {"id": "b", "type": "llm", "state": "not-loaded", "max_context_length": 8, "loaded_context_length": 4},
            {"id": "e", "type": "embeddings", "state": "loaded"},
        ]
    }
    assert lmstudio_v0(found, "box") == (
        ModelInfo("a", "box", "llm", True, 4, max_context=8, capabilities=("vision",)),
        ModelInfo("b", "box", "llm", False, 8, max_context=8),
        ModelInfo("e", "box", "embedding", True, None, purpose="embedding"),
    )


def test_ollama_tells_which_are_in_memory() -> None:
    tags = {
        "models": [
            {"name": "a:7b", "model": "a:7b", "details": {"family": "llama"}},
            {"model": "b:1b"},
            {"name": "nomic", "details": {"family": "nomic-bert"}},
        ]
    }
    running = {"models": [{"name": "a:7b", "context_length": 4096}]}
    assert ollama(tags, running, "box") == (
        ModelInfo("a:7b", "box", "llm", True, 4096),
        ModelInfo("b:1b", "box", "llm", False, None),
        ModelInfo("nomic", "box", "embedding", False, None, purpose="embedding"),
    )


def test_lmstudio_v1_tells_what_a_model_is_and_can() -> None:
    capabilities = {"vision": False, "trained_for_tool_use": True, "reasoning": {"allowed_options": ["off", "on"]}}
    item = {
        "key": "a",
        "size_bytes": 2_100_000_000,
        "quantization": {"name": "Q4_K_M", "bits_per_weight": 4},
        "params_string": "3B",
        "capabilities": capabilities,
    }
    (model,), _ = lmstudio_v1({"models": [item]}, "box")
    assert (model.size_bytes, model.quantization, model.parameters) == (2_100_000_000, "Q4_K_M", "3B")
    assert model.capabilities == ("tools", "reasoning")


def test_lmstudio_v0_tells_capabilities_since_it_has_them() -> None:
    item = {"id": "a", "type": "vlm", "state": "loaded", "quantization": "Q8_0", "capabilities": ["tool_use"]}
    (model,) = lmstudio_v0({"data": [item]}, "box")
    assert (model.quantization, model.capabilities) == ("Q8_0", ("tools", "vision"))


def test_ollama_tells_size_and_quantization() -> None:
    details = {"family": "llama", "parameter_size": "8.0B", "quantization_level": "Q4_0"}
    (model,) = ollama({"models": [{"name": "a", "size": 5, "digest": "46e0c1", "details": details}]}, {}, "box")
    assert model.digest == "46e0c1"
    assert (model.size_bytes, model.quantization, model.parameters, model.capabilities) == (5, "Q4_0", "8.0B", None)


def test_llamacpp_tells_size_training_context_and_slots() -> None:
    meta = {"n_ctx_train": 4096, "size": 7, "n_params": 1_235_814_400}
    (model,) = openai({"data": [{"id": "a", "meta": meta}]}, "box", loaded=True, context=64, slots=2)
    assert (model.context, model.max_context, model.size_bytes, model.parameters) == (64, 4096, 7, "1.24B")
    assert model.slots == 2
    small = {"data": [{"id": "a", "meta": {"n_params": 494_032_768}}]}
    assert openai(small, "box", loaded=True, context=64)[0].parameters == "494M"


def test_openai_lists_tell_little() -> None:
    found = {"data": [{"id": "a", "max_model_len": 99}, {"id": "text-embedding-x"}, {"id": 3}]}
    assert openai(found, "box", loaded=None, context=None) == (
        ModelInfo("a", "box", "llm", None, 99, max_context=99),
        ModelInfo("text-embedding-x", "box", "embedding", None, None, purpose="embedding"),
    )


def test_llamacpp_router_states() -> None:
    found = {"data": [{"id": "a", "status": {"value": "loaded"}}, {"id": "b", "status": {"value": "sleeping"}}]}
    states = [model.loaded for model in openai(found, "box", loaded=True, context=64)]
    assert states == [True, False]


def test_a_model_that_is_listed_twice_is_one() -> None:
    first = ModelInfo("a", "box", context=9)
    assert once([first, ModelInfo("b", "box"), ModelInfo("a", "box")]) == (first, ModelInfo("b", "box"))


@pytest.mark.parametrize(
    ("item", "context"),
    [
        ({"id": "m", "context_length": 131_072}, 131_072),  # OpenRouter, Together
        ({"id": "m", "context_window": 8_192}, 8_192),  # Groq
        ({"id": "m", "max_context_length": 32_768, "aliases": ["m-latest", "m", 3, ""]}, 32_768),  # Mistral
        ({"name": "m"}, None),
        ({"model": "m"}, None),
    ],
)
def test_hubs_use_words_of_their_own(item: dict[str, Any], context: int | None) -> None:
    info = listing.openai(item, "box")
    assert info is not None
    assert (info.id, info.context, info.max_context) == ("m", context, context)
    assert info.aliases == (("m-latest",) if "aliases" in item else ())


def test_names_and_aliases_are_bounded() -> None:
    for make in (listing.openai, listing.lmstudio_v0, listing.lmstudio_v1):
        long = "x" * 5_000
        assert make({"id": long, "key": long, "state": "loaded"}, "box") is None
    assert listing.ollama({"name": "x" * 5_000}, {}, "box") is None
    info = listing.openai({"id": "a", "aliases": ["y" * 5_000, *map(str, range(100))]}, "box")
    assert info is not None
    assert info.aliases == tuple(map(str, range(16)))


NAMES = ["models", "data", "key", "id", "name", "loaded_instances", "config", "context_length", "details", "status"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_no_json_crashes_it(found: dict[str, Any]) -> None:
    models = lmstudio_v1(found, "b")[0] + lmstudio_v0(found, "b") + ollama(found, found, "b")
    models += openai(found, "b", loaded=None, context=None)
    assert all(model.id for model in models)


@pytest.mark.parametrize("context", [0, -1, True, "4096", 1.5, None])
def test_odd_context_lengths_are_unknown(context: Any) -> None:
    assert openai({"data": [{"id": "a", "max_model_len": context}]}, "b", loaded=None, context=None)[0].context is None


def test_what_llamacpp_tells_of_a_file_and_our_own_processes_of_their_memory() -> None:
    meta = {"ftype": "Q4_K_M", "architecture": "nomic-bert", "memory": 5, "size": 7, "n_ctx_train": 9, "digest": "17"}
    (model,) = openai({"data": [{"id": "m", "meta": meta}]}, "box", loaded=True, context=3)
    assert (model.type, model.quantization, model.memory_bytes, model.size_bytes) == ("embedding", "Q4_K_M", 5, 7)
    assert model.digest == "17"
    (model,) = openai({"data": [{"id": "m", "meta": {"memory": -1}}]}, "box", loaded=True, context=3)
    assert (model.type, model.quantization, model.memory_bytes, model.digest) == ("llm", None, None, None)


@pytest.mark.parametrize(
    ("more", "capabilities", "sees"),
    [
        ({"details": {"families": ["llama", "clip"]}}, ("vision",), True),
        ({"details": {"families": ["mllama"]}}, ("vision",), True),
        ({"details": {"families": ["llama"]}}, None, None),
        ({"details": {"families": None}}, None, None),
        ({"capabilities": ["completion", "vision", "thinking"]}, ("vision", "reasoning"), True),
        ({"capabilities": ["completion", 5]}, (), False),
    ],
)
def test_ollama_tells_what_a_model_can_do(
    more: dict[str, Any], capabilities: tuple[str, ...] | None, sees: bool | None
) -> None:
    model = listing.ollama({"name": "a", **more}, {}, "box")
    assert model is not None
    assert (model.capabilities, model.sees) == (capabilities, sees)


@pytest.mark.parametrize("sees", [True, False, None])
def test_llamacpp_tells_whether_its_model_sees(sees: bool | None) -> None:
    info = listing.fill_in(ModelInfo("a", "box"), loaded=True, context=None, slots=None, vision=sees)
    assert (info.capabilities, info.sees) == (None, sees)
