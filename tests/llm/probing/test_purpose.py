from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.probing.purpose import CHAT, EMBEDDING, OTHER, Purpose, purpose

CHATS = (
    "qwen3-8b llama3.2:latest gpt-4o gpt-5.1-mini claude-sonnet-4 gemma-3-27b-it mistral-small-latest deepseek-r1 "
    "phi-4 command-r-plus codestral qwen2.5-vl-7b-instruct publisher/tts-team/some-chat-8b voxtral-mini granite-3.3-8b "
    "gpt-3.5-turbo kimi-k2.5 glm-4.7 nemotron-nano hermes-4 smollm2:135m yi-34b-chat olmo-2 llava:13b safeguarding-8b "
    "C:\\models\\whisper\\qwen3.gguf moshi-chat adalovelace-7b imagine-8b draughts-8b"
)
EMBED = (
    "text-embedding-3-small nomic-embed-text:latest bge-m3 multilingual-e5-large all-minilm:l6-v2 gte-qwen2-7b "
    "mxbai-embed-large snowflake-arctic-embed2 text-similarity-ada-001 embeddinggemma modernbert sentence-t5-xxl"
)
OTHERS = (
    "whisper-1 tts-1-hd dall-e-3 gpt-image-1 gpt-4o-mini-tts gpt-4o-transcribe omni-moderation-latest davinci-002 "
    "bge-reranker-v2-m3 jina-reranker-v2 qwen3-reranker-0.6b llama-guard-3-8b:latest shieldgemma granite-guardian-3.2 "
    "flux.1-dev sdxl-turbo stable-diffusion-3.5 stablediffusion imagen-4 veo-3 sora-2 kokoro-82m parakeet-tdt "
    "gpt-realtime gpt-4o-audio-preview mistral-ocr-latest deepseek-ocr:3b gemini-2.5-flash-image qwen-image "
    "text-ada-001 gpt-3.5-turbo-instruct speecht5_tts some-reward-8b qwen3-draft openai/* *"
    " cogview-4 cogvideox-3 glm-4-voice wan2.2-t2v cosyvoice-v2 ideogram-v3 seedream-4 kling-v2 elevenlabs/eleven_v3"
    " mmproj-model-f16.gguf VirtueGuard-Text-Lite orpheus-v1-english sam2 aqa"
)


@pytest.mark.parametrize("name", CHATS.split())
def test_what_chats(name: str) -> None:
    assert purpose(name, {}) == CHAT


@pytest.mark.parametrize("name", EMBED.split())
def test_what_embeds(name: str) -> None:
    assert purpose(name, {}) == EMBEDDING


@pytest.mark.parametrize("name", OTHERS.split())
def test_what_does_something_else(name: str) -> None:
    assert purpose(name, {}) == OTHER


def test_a_family_tells_too() -> None:
    assert purpose("x", {}, "nomic-bert") == EMBEDDING


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"type": "chat"}, CHAT),
        ({"type": "image"}, OTHER),
        ({"type": "embedding"}, EMBEDDING),
        ({"type": "model"}, CHAT),
        ({"task": "embeddings"}, EMBEDDING),
        ({"task": "text-to-image"}, OTHER),
        ({"capabilities": ["completion", "tools"]}, CHAT),
        ({"capabilities": ["embedding"]}, EMBEDDING),
        ({"capabilities": {"completion_chat": False}}, OTHER),
        ({"capabilities": {"completion_chat": True}}, CHAT),
        ({"supports_chat": False}, OTHER),
        ({"architecture": {"output_modalities": ["text"]}}, CHAT),
        ({"architecture": {"output_modalities": ["image", "text"]}}, OTHER),
        ({"architecture": {"output_modalities": ["embeddings"]}}, EMBEDDING),
        ({"architecture": "llama", "type": 3, "capabilities": [3]}, CHAT),
    ],
)
def test_what_a_server_tells_counts(item: dict[str, Any], expected: Purpose) -> None:
    assert purpose("m2", item) == expected


def test_what_a_server_tells_counts_more_than_a_name_that_only_looks_like_one_for_embeddings() -> None:
    assert purpose("e5-chat", {"type": "chat"}) == CHAT
    assert purpose("llama-guard-4", {"type": "chat"}) == OTHER, "but nobody wants that one unasked"


MEMBERS = st.sampled_from(["type", "task", "capabilities", "architecture", "supports_chat"])
VALUES = st.none() | st.lists(st.text() | st.integers()) | st.dictionaries(st.text(), st.booleans())


@given(st.dictionaries(MEMBERS, VALUES))
def test_no_item_crashes_it(item: dict[str, Any]) -> None:
    assert purpose("m", item).type in ("llm", "embedding")
