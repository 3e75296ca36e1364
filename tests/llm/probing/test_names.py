import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.probing.names import Names, ollama_name
from orchd.llm.types import ModelInfo, ServerKind


def names(*ids: str, kind: ServerKind = "openai", instances: dict[str, tuple[str, ...]] | None = None) -> Names:
    return Names(kind, [ModelInfo(name, "box") for name in ids], instances)


def found(known: Names, name: str) -> str | None:
    info = known.resolve(name)
    return None if info is None else info.id


@pytest.mark.parametrize(
    "name",
    [
        "llama3.2:latest",
        "llama3.2",
        "Llama3.2",
        "LLAMA3.2:LATEST",
        "library/llama3.2",
        "registry.ollama.ai/library/llama3.2:latest",
        "https://registry.ollama.ai/library/llama3.2",
        " llama3.2 ",
    ],
)
def test_ollama_takes_many_spellings_of_one_name(name: str) -> None:
    known = names("llama3.2:latest", "llama3.2:1b", "hf.co/x/Y-GGUF:Q4_K_M", kind="ollama")
    assert found(known, name) == "llama3.2:latest"


def test_what_ollama_takes_for_another_model_is_another_one() -> None:
    known = names("llama3.2:latest", "llama3.2:1b", "hf.co/x/Y-GGUF:Q4_K_M", "me/llama3.2:latest", kind="ollama")
    assert found(known, "llama3.2:1B") == "llama3.2:1b"
    assert found(known, "HF.co/X/y-gguf:q4_k_m") == "hf.co/x/Y-GGUF:Q4_K_M"
    assert found(known, "me/llama3.2") == "me/llama3.2:latest"
    for name in ("llama3.2:3b", "llama3", "hf.co/x/Y-GGUF", "library", "", ":latest"):
        assert found(known, name) is None


def test_elsewhere_capitals_and_tags_count() -> None:
    known = names("llama3.2:latest", "A")
    assert [found(known, name) for name in ("llama3.2", "a", "A", "LLAMA3.2:latest")] == [None, None, "A", None]


def test_an_instance_is_asked_by_its_own_id() -> None:
    known = names("a", "b", instances={"a": ("a", "a:2"), "gone": ("x",)})
    assert [found(known, name) for name in ("a", "a:2", "x")] == ["a", "a:2", None]
    assert (known.find("a:2") or ModelInfo("", "")).id == "a"


def test_an_alias_never_hides_a_model() -> None:
    known = Names("openai", [ModelInfo("a", "box", aliases=("b", "fast")), ModelInfo("b", "box", aliases=("fast",))])
    assert [found(known, name) for name in ("a", "b", "fast", "slow")] == ["a", "b", "a", None]


def test_a_wildcard_stands_for_what_begins_so() -> None:
    known = names("openai/*", "openai/gpt-x", "*" * 3)
    assert [found(known, name) for name in ("openai/gpt-x", "openai/other", "openai/*")] == [
        "openai/gpt-x",
        "openai/other",
        "openai/*",
    ]


@given(st.text(max_size=40))
def test_one_spelling_is_enough(name: str) -> None:
    assert ollama_name(ollama_name(name)) == ollama_name(name)
