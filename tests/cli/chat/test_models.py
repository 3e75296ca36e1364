"""Names of models, and what they are."""

from typing import Any

import pytest

from orchd.cli.chat.models import HEADS, about, chats, model_of, row
from orchd.errors import Invalid

QWEN: dict[str, Any] = {
    "id": "qwen:8b",
    "name": "qwen:8b@box",
    "backend": "box",
    "type": "llm",
    "state": "not_loaded",
    "context": None,
    "maxContext": 32768,
    "sizeBytes": 4_900_000_000,
    "quantization": "Q4_K_M",
    "parameters": "8B",
    "simulated": False,
    "reason": None,
}
PHI = QWEN | {"id": "phi:latest", "name": "phi:latest", "aliases": ["small"], "reason": "it is away"}
ANY = QWEN | {"id": "openai/*", "name": "openai/*"}


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("qwen:8b", QWEN),
        ("qwen:8b@box", QWEN),
        ("phi", PHI),
        ("phi:latest", PHI),
        ("small", PHI),
        ("PHI", PHI),
        ("openai/gpt", ANY),
    ],
)
def test_a_name_is_taken_as_the_daemon_takes_it(name: str, model: dict[str, Any]) -> None:
    assert model_of(name, [QWEN, PHI, ANY]) is model
    assert chats(model)


@pytest.mark.parametrize(
    ("name", "models", "told"),
    [
        ("qwen", [QWEN, PHI], "no model is called `qwen`; did you mean `qwen:8b@box`?"),
        ("zzz", [QWEN], "no model is called `zzz`; /models lists them"),
        ("zzz", [], "no model is called `zzz`; no model server has any that you may use"),
    ],
)
def test_an_unknown_name(name: str, models: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(Invalid) as caught:
        model_of(name, models)
    assert str(caught.value) == told


def test_what_a_model_is() -> None:
    assert about(QWEN) == "box, not loaded, 8B, Q4_K_M, 4.9 GB, context 32 768"
    assert about(PHI | {"chats": False, "chatTemplate": False}).endswith(
        ", not made for chatting, a base model: it goes on with a text rather than answers, away: it is away"
    )
    assert dict(zip(HEADS, row(PHI, "* "), strict=True))["STATE"] == "away"
    assert row(QWEN | {"type": "embedding"})[2] == "not loaded, embedding"
    assert row(QWEN | {"chats": False, "simulated": True})[2] == "not loaded, does not chat, simulated"
