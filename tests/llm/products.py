"""What products that people run or rent answer at the pages that are asked for: bodies in their shape, names made up.

Each has `routes` besides a 404 of its own, and what must come of it: the kind, the models for chats, those for anything
else, and where answers are asked for. Sources: the products' own documentation and sources, 2024 to 2026.
"""

# ruff: noqa: E501
# A product a line: a table is read better than a wall.

from typing import Any, NamedTuple

from orchd.llm.types import ServerKind
from tests.fix_upstream import reply


class Product(NamedTuple):
    """`base`: under which path answers are asked for."""

    name: str
    routes: dict[str, Any]
    kind: ServerKind
    chats: tuple[str, ...]
    others: tuple[str, ...] = ()
    path: str = ""
    base: str = "/v1"
    otherwise: bytes = reply(404, {"detail": "Not Found"})


def listed(*ids: str, owner: str = "openai", **more: Any) -> dict[str, Any]:
    """An OpenAI-compatible list."""
    data = [{"id": name, "object": "model", "created": 1_700_000_000, "owned_by": owner, **more} for name in ids]
    return {"object": "list", "data": data}


def tags(*names: str) -> dict[str, Any]:
    """A list as Ollama writes it."""
    details = {"family": "llama", "parameter_size": "8B", "quantization_level": "Q4_K_M"}
    return {"models": [{"name": name, "model": name, "size": 5, "digest": "0f", "details": details} for name in names]}


V1, TAGS, VERSION = "GET /v1/models", "GET /api/tags", "GET /api/version"
PAGE = reply(200, b"<!doctype html><title>It works</title>", "text/html")
PRODUCTS = [
    Product("Ollama", {VERSION: {"version": "0.13.1"}, TAGS: tags("a:8b"), V1: listed("a:8b", owner="library")}, "ollama", ("a:8b",)),
    Product("Ollama without the other list", {VERSION: {"version": "0.1.9"}, TAGS: tags("a:8b")}, "ollama", ("a:8b",)),
    Product("Ollama without a model", {VERSION: {"version": "0.13.1"}, TAGS: {"models": None}, V1: {"object": "list", "data": None}}, "ollama", ()),
    Product("Ollama with only embeddings", {VERSION: {"version": "0.13.1"}, TAGS: tags("nomic-embed-text:latest")}, "ollama", (), ("nomic-embed-text:latest",)),
    Product("llama-swap", {VERSION: {"version": "184", "commit": "abc", "build_date": "2026-01-01"}, V1: listed("a", "b", owner="llama-swap")}, "openai", ("a", "b"), otherwise=reply(404, b"404 page not found", "text/plain")),
    Product("llama-swap that has Ollama's list", {VERSION: {"version": "184"}, TAGS: tags("a"), V1: listed("a", owner="llama-swap")}, "openai", ("a",)),
    Product("KoboldCpp", {VERSION: {"version": "0.7.0"}, TAGS: tags("koboldcpp"), "GET /api/ps": {"models": []}, "GET /props": {"chat_template": "", "default_generation_settings": {"n_ctx": 8192}}, V1: listed("koboldcpp/tiny", owner="koboldcpp")}, "openai", ("koboldcpp/tiny",)),
    Product("SGLang", {VERSION: {"version": "0.5.9"}, TAGS: tags("x/a"), V1: listed("x/a", owner="sglang", max_model_len=32_768)}, "openai", ("x/a",)),
    Product("LocalAI", {"GET /version": {"version": "v3.9.0"}, V1: {"object": "list", "data": [{"id": name, "object": "model"} for name in ("a", "whisper-1", "stablediffusion", "bge-reranker-v2")]}}, "openai", ("a",), ("whisper-1", "stablediffusion", "bge-reranker-v2"), otherwise=reply(404, {"error": {"code": 404, "message": "Resource not found"}})),
    Product("LiteLLM's proxy", {V1: listed("gpt-4o", "whisper-1", "text-embedding-3-small", "dall-e-3", "anthropic/*")}, "openai", ("gpt-4o",), ("whisper-1", "text-embedding-3-small", "dall-e-3", "anthropic/*")),
    Product("one-api", {V1: listed("whisper-1", "tts-1", "gpt-4o-mini", owner="openai")}, "openai", ("gpt-4o-mini",), ("whisper-1", "tts-1"), otherwise=PAGE),
    Product("vLLM", {"GET /version": {"version": "0.12.0"}, V1: listed("x/a", owner="vllm", max_model_len=8_192)}, "openai", ("x/a",)),
    Product("TGI", {"GET /info": {"model_id": "x/a"}, V1: listed("x/a", owner="x")}, "openai", ("x/a",), otherwise=reply(404, b"", "text/plain")),
    Product("Jan", {V1: listed("a", "b", owner="jan")}, "openai", ("a", "b")),
    Product("GPT4All", {V1: listed("Llama 3 8B Instruct", "LocalDocs", owner="humanity")}, "openai", ("Llama 3 8B Instruct", "LocalDocs")),
    Product("text-generation-webui", {V1: {"object": "list", "data": [{"id": "a", "object": "model", "created": 0, "owned_by": "user"}]}}, "openai", ("a",)),
    Product("TabbyAPI", {V1: listed("a", owner="tabbyAPI")}, "openai", ("a",)),
    Product("mlx_lm.server", {V1: {"object": "list", "data": [{"id": "mlx-community/a", "object": "model", "created": 1}]}}, "openai", ("mlx-community/a",), otherwise=reply(404, b"Not Found", "text/plain")),
    Product("llama-cpp-python", {V1: listed("a", owner="me")}, "openai", ("a",)),
    Product("llama-server", {"GET /props": {"default_generation_settings": {"n_ctx": 64}, "total_slots": 1, "build_info": "b9999"}, TAGS: {"models": [{"name": "a", "model": "a"}]}, V1: {"models": [{"name": "a", "model": "a"}], "object": "list", "data": [{"id": "a", "object": "model", "owned_by": "llamacpp", "meta": {"n_ctx_train": 4096}}]}}, "llamacpp", ("a",)),
    Product("a server with one odd page", {"GET /props": {"default_generation_settings": {}}, V1: listed("a")}, "openai", ("a",)),
    Product("a page that greets like LM Studio", {"GET /lmstudio-greeting": {"lmstudio": True}, V1: listed("a")}, "lmstudio", ("a",)),
    Product("something with LM Studio's path", {"GET /api/v1/models": {"models": []}, V1: listed("a")}, "openai", ("a",)),
    Product("Together AI", {V1: [{"id": "x/flux", "object": "model", "type": "image"}, {"id": "x/a", "object": "model", "type": "chat", "context_length": 131_072}, {"id": "x/rank", "object": "model", "type": "rerank"}, {"id": "x/m2", "object": "model", "type": "embedding"}]}, "openai", ("x/a",), ("x/flux", "x/rank", "x/m2"), path="/v1"),
    Product("OpenRouter", {"GET /api/v1/models": {"data": [{"id": "x/paint", "created": 1, "architecture": {"output_modalities": ["image", "text"]}}, {"id": "x/a", "created": 1, "context_length": 8_192, "architecture": {"output_modalities": ["text"]}}]}}, "openai", ("x/a",), ("x/paint",), path="/api/v1", base="/api/v1", otherwise=PAGE),
    Product("OpenRouter by its name alone", {"GET /api/v1/models": {"data": [{"id": "x/a", "created": 1}]}}, "openai", ("x/a",), base="/api/v1", otherwise=PAGE),
    Product("Groq", {"GET /openai/v1/models": listed("whisper-large-v3", "x-8b-instant", "x-guard-4-12b", "playai-tts", context_window=8_192)}, "openai", ("x-8b-instant",), ("whisper-large-v3", "x-guard-4-12b", "playai-tts"), path="/openai/v1", base="/openai/v1"),
    Product("Groq by its name alone", {"GET /openai/v1/models": listed("a", owner="groq")}, "openai", ("a",), base="/openai/v1"),
    Product("Mistral", {V1: {"object": "list", "data": [{"id": "m-embed", "object": "model", "capabilities": {"completion_chat": False}}, {"id": "m-2", "object": "model", "capabilities": {"completion_chat": True, "vision": False}, "aliases": ["m-latest"]}, {"id": "m-ocr-2", "object": "model", "capabilities": {"completion_chat": True, "ocr": True}}, {"id": "m-2", "object": "model"}]}}, "openai", ("m-2",), ("m-embed", "m-ocr-2"), path="/v1"),
    Product("Gemini", {"GET /v1beta/openai/models": listed("models/g-flash", "models/g-embedding-001", "models/imagen-4", owner="google")}, "openai", ("models/g-flash",), ("models/g-embedding-001", "models/imagen-4"), path="/v1beta/openai/", base="/v1beta/openai"),
    Product("Zhipu", {"GET /api/paas/v4/models": listed("glm-5")}, "openai", ("glm-5",), path="/api/paas/v4", base="/api/paas/v4"),
    Product("a pasted call", {"GET /api/paas/v4/models": listed("glm-5")}, "openai", ("glm-5",), path="/api/paas/v4/chat/completions", base="/api/paas/v4"),
    Product("GitHub Models", {"GET /catalog/models": [{"id": "x/a", "task": "chat-completion"}, {"id": "x/e", "task": "embeddings"}]}, "openai", ("x/a",), ("x/e",), path="/catalog", base="/catalog"),
    Product("a prefix of a reverse proxy", {"GET /llm/v1/models": listed("a")}, "openai", ("a",), path="/llm", base="/llm/v1"),
    Product("a prefix that is the API", {"GET /llm/models": listed("a")}, "openai", ("a",), path="/llm/", base="/llm"),
    Product("Open WebUI", {"GET /api/models": listed("a", owner="ollama")}, "openai", ("a",), base="/api", otherwise=PAGE),
    Product("Ollama's API as its address", {VERSION: {"version": "0.13.1"}, TAGS: tags("a:8b")}, "ollama", ("a:8b",), path="/api"),
    Product("a call of Ollama's pasted", {VERSION: {"version": "0.13.1"}, TAGS: tags("a:8b")}, "ollama", ("a:8b",), path="/api/chat"),
    Product("LM Studio's own API as its address", {"GET /api/v1/models": {"models": [{"type": "llm", "key": "a", "loaded_instances": []}]}}, "lmstudio", ("a",), path="/api/v1/"),
    Product("LM Studio's older API as its address", {"GET /api/v0/models": {"data": [{"id": "a", "type": "llm", "state": "loaded"}]}}, "lmstudio", ("a",), path="/api/v0"),
    Product("plain names", {V1: ["a", "b"]}, "openai", ("a", "b")),
]  # fmt: skip
