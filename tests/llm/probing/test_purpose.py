from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.llm.probing.purpose import purpose
from orchd.llm.types import ModelPurpose

CHATS = (
    "qwen3-8b llama3.2:latest gpt-4o gpt-5.1-mini claude-sonnet-4 gemma-3-27b-it mistral-small-latest deepseek-r1 "
    "phi-4 command-r-plus codestral qwen2.5-vl-7b-instruct publisher/tts-team/some-chat-8b voxtral-mini granite-3.3-8b "
    "gpt-3.5-turbo kimi-k2.5 glm-4.7 nemotron-nano hermes-4 smollm2:135m yi-34b-chat olmo-2 llava:13b safeguarding-8b "
    "C:\\models\\whisper\\qwen3.gguf moshi-chat adalovelace-7b imagine-8b draughts-8b taiwan-llm-13b gte-studio/phi-4 "
    "snowflake-arctic-instruct moondream openchat-3.5 neural-chat solar-10.7b dolphin-mixtral wizardlm2 vicuna-13b "
    "stablelm2 internlm2-chat prometheus-7b-v2.0 minicpm-v ernie-4.5 hunyuan-a13b seed-oss-36b gpt-oss-20b dianchat-7b "
    "canaryland-7b mindspeechless-7b samantha-mistral qwen2.5-coder-32b-instruct nous-hermes2 aya-expanse"
)
KINDS: dict[ModelPurpose, str] = {
    "embedding": (
        "text-embedding-3-small nomic-embed-text:latest bge-m3 multilingual-e5-large all-minilm:l6-v2 gte-qwen2-7b "
        "mxbai-embed-large snowflake-arctic-embed2 text-similarity-ada-001 embeddinggemma modernbert sentence-t5-xxl "
        "BAAI/bge-small-en-v1.5 intfloat/e5-mistral-7b-instruct thenlper/gte-large nomic-ai/nomic-v1.5 "
        "all-mpnet-base-v2 paraphrase-multilingual-mpnet-base-v2 hkunlp/instructor-xl LaBSE stella_en_1.5B_v5 voyage-3 "
        "text2vec-large-chinese uae-large-v1 xlm-roberta-base colbertv2.0 NV-Embed-v2 Qwen3-Embedding-8B-Q8_0.gguf "
        "snowflake-arctic-m-v2.0 jina-embeddings-v3 sentence-transformers/gtr-base amazon.titan-embed-text-v2"
    ),
    "reranking": (
        "bge-reranker-v2-m3 jina-reranker-v2 qwen3-reranker-0.6b cross-encoder/ms-marco-MiniLM-L-6-v2 "
        "ms-marco-minilm-l-12-v2 cross-encoder/stsb-roberta-base mxbai-rerank-large-v1 rerank-english-v3.0 "
        "gte-reranker-modernbert-base llama-rank-v1 monot5-base zerank-1"
    ),
    "checking": (
        "bespoke-minicheck:7b minicheck-flan-t5-large granite-guardian-3.2 granite3-guardian:8b "
        "vectara/hallucination_evaluation_model llama-3-patronus-lynx-8b-instruct hhem-2.1-open alignscore-large "
        "nli-deberta-v3-base bart-large-mnli cross-encoder/nli-deberta-v3-base"
    ),
    "moderation": (
        "omni-moderation-latest llama-guard-3-8b:latest LlamaGuard-7b shieldgemma:9b VirtueGuard-Text-Lite "
        "Llama-Prompt-Guard-2-86M wildguard qwen3guard-gen-8b gpt-oss-safeguard-20b text-moderation-007 toxic-bert"
    ),
    "speech": (
        "whisper-1 tts-1-hd gpt-4o-mini-tts gpt-4o-transcribe kokoro-82m parakeet-tdt gpt-realtime whisper-large-v3 "
        "gpt-4o-audio-preview glm-4-voice cosyvoice-v2 elevenlabs/eleven_v3 orpheus-v1-english speecht5_tts "
        "Systran/faster-distil-whisper-large-v3 canary-1b-flash dia-1.6b csm-1b xtts_v2 piper-en silero_vad bark-small "
        "musicgen-large wav2vec2-base f5-tts outetts-0.3 qwen3-asr chatterbox moonshine-base"
    ),
    "image": (
        "dall-e-3 gpt-image-1 flux.1-dev sdxl-turbo stable-diffusion-3.5 stablediffusion imagen-4 veo-3 sora-2 "
        "gemini-2.5-flash-image qwen-image cogview-4 cogvideox-3 wan2.2-t2v ideogram-v3 seedream-4 kling-v2 sam2 "
        "sd3-medium sd-turbo FLUX.1-schnell kandinsky-3 pixart-sigma dreamshaper-8 playground-v2.5 ltx-video "
        "hunyuanvideo wan-2.1 midjourney-v7 realvisxl-v4 yolov8n dall-e-2 sana-1.6b"
    ),
    "other": (
        "davinci-002 mistral-ocr-latest deepseek-ocr:3b text-ada-001 gpt-3.5-turbo-instruct some-reward-8b qwen3-draft "
        "openai/* * mmproj-model-f16.gguf aqa nllb-200-distilled-600M opus-mt-de-en clip-vit-large siglip2-base"
    ),
}


@pytest.mark.parametrize("name", CHATS.split())
def test_what_chats(name: str) -> None:
    assert purpose(name, {}) == ("llm", "chat")


@pytest.mark.parametrize(("use", "name"), [(use, name) for use, names in KINDS.items() for name in names.split()])
def test_what_does_something_else(use: ModelPurpose, name: str) -> None:
    assert purpose(name, {}) == ("embedding" if use == "embedding" else "llm", use)


def test_a_family_tells_too() -> None:
    assert purpose("x", {}, "nomic-bert") == ("embedding", "embedding")


@pytest.mark.parametrize(
    ("item", "use"),
    [
        ({"type": "chat"}, "chat"),
        ({"type": "image"}, "image"),
        ({"type": "embedding"}, "embedding"),
        ({"type": "model"}, "chat"),
        ({"type": "rerank"}, "reranking"),
        ({"task": "embeddings"}, "embedding"),
        ({"task": "text-to-image"}, "image"),
        ({"task": "automatic-speech-recognition"}, "speech"),
        ({"pipeline_tag": "sentence-similarity"}, "embedding"),
        ({"pipeline_tag": "text-ranking"}, "reranking"),
        ({"capabilities": ["completion", "tools"]}, "chat"),
        ({"capabilities": ["embedding"]}, "embedding"),
        ({"capabilities": ["rerank"]}, "reranking"),
        ({"capabilities": {"completion_chat": False}}, "other"),
        ({"capabilities": {"completion_chat": False, "ocr": True}}, "other"),
        ({"capabilities": {"completion_chat": True}}, "chat"),
        ({"supports_chat": False}, "other"),
        ({"supports_chat": False, "type": "moderation"}, "moderation"),
        ({"architecture": {"output_modalities": ["text"]}}, "chat"),
        ({"architecture": {"output_modalities": ["image", "text"]}}, "image"),
        ({"architecture": {"output_modalities": ["embeddings"]}}, "embedding"),
        ({"architecture": "llama", "type": 3, "capabilities": [3]}, "chat"),
    ],
)
def test_what_a_server_tells_counts(item: dict[str, Any], use: ModelPurpose) -> None:
    assert purpose("m2", item) == ("embedding" if use == "embedding" else "llm", use)


def test_what_a_server_tells_counts_more_than_a_name_that_only_looks_like_one_for_embeddings() -> None:
    assert purpose("e5-chat", {"type": "chat"}) == ("llm", "chat")
    assert purpose("llama-guard-4", {"type": "chat"}).use == "moderation", "but nobody wants that one unasked"


def test_that_a_model_completes_text_is_said_of_embedders_and_rankers_too() -> None:
    assert purpose("e5-mistral-7b-instruct", {"capabilities": ["completion"]}) == ("llm", "embedding")
    assert purpose("bge-reranker-v2-m3", {"capabilities": ["completion"]}) == ("llm", "reranking")


MEMBERS = st.sampled_from(["type", "task", "capabilities", "architecture", "supports_chat"])
VALUES = st.none() | st.lists(st.text() | st.integers()) | st.dictionaries(st.text(), st.booleans())


@given(st.dictionaries(MEMBERS, VALUES))
def test_no_item_crashes_it(item: dict[str, Any]) -> None:
    assert purpose("m", item).type in ("llm", "embedding")
