import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.verification.judging.model_family import different_family, families, plain, same_family, same_model

NAMES = st.from_regex(r"[a-z][a-z0-9.]{0,8}(-[a-z0-9.]{1,5}){0,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("qwen2.5:7b", "Qwen/Qwen2.5-7B-Instruct-GGUF@lmstudio"),
        ("qwen2.5-7b-instruct@q4_k_m", "qwen2.5:7b@ollama"),
        ("llama3:8b", "llama-3-8b"),
        ("phi-4-Q8_0.gguf", "phi-4"),
        ("m:2", "m"),
        ("a@one", "a@two"),
        ("Gemma-3-12b-it-bf16", "gemma3:12b"),
    ],
)
def test_one_model_under_two_names(one: str, other: str) -> None:
    assert same_model(one, other)
    assert same_family(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("model-a", "model-b"), ("qwen2.5-7b", "qwen2.5-14b"), ("llama-3.1-8b", "llama-3.2-8b"), ("m-s", "m-l")],
)
def test_two_models(one: str, other: str) -> None:
    assert not same_model(one, other)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("deepseek-r1-distill-qwen-7b", {"deepseek", "qwen"}),
        ("mixtral-8x7b", {"mistral"}),
        ("QwQ-32B", {"qwen"}),
        ("gpt-oss-20b", {"gpt"}),
        ("meta-llama-3-8b-instruct", {"llama"}),
        ("somebody/homemade-3b", {"homemade"}),
        ("模型", set()),
    ],
)
def test_families(name: str, found: set[str]) -> None:
    assert families(name) == found


def test_a_distillation_is_of_both_families() -> None:
    assert same_family("deepseek-r1-distill-qwen-7b", "qwen3-8b")
    assert same_family("deepseek-r1-distill-qwen-7b", "deepseek-v3")
    assert not same_family("llama-3-8b", "qwen3-8b")


def test_who_is_surely_somebody_else() -> None:
    assert different_family("gpt-4o-2024-08-06", "qwen3-8b")
    assert not different_family("gpt-4o-2024-08-06", "gpt-4o")
    assert not different_family("homemade-3b", "qwen3-8b")
    assert not different_family("model-a", "model-b")


@given(NAMES, st.sampled_from(["", "@a", "@b"]), st.sampled_from(["", ".gguf"]))
def test_server_and_format_make_no_difference(name: str, server: str, form: str) -> None:
    assert same_model(name, name.upper() + form + server)
    assert plain(f"somebody/{name}{server}") == plain(name)
