"""What a model is for: chats, embeddings, or something else that must not be asked to answer unless it is named.

Many servers list what paints, speaks, transcribes, ranks or moderates beside what chats, and some begin their list with
it. What a server tells counts first; else the name does, since such models nearly all say in it what they are. A wrong
guess costs little: a model that is named is asked all the same.
"""

import re
from typing import Any, Literal, NamedTuple, TypeAlias

from orchd.llm.scoring.checkers import checker_kind

Type: TypeAlias = Literal["llm", "embedding"]


class Purpose(NamedTuple):
    """`chats`: it may be chosen for a chat that names no model."""

    type: Type
    chats: bool


CHAT, EMBEDDING, OTHER = Purpose("llm", True), Purpose("embedding", False), Purpose("llm", False)

_EMBEDS = re.compile(
    r"embed|(?<![a-z])(bge|gte|e5|minilm|splade|colbert|sentence-t5)(?![a-z])|text-similarity|bert(?![a-z])"
)
_OTHER = re.compile(
    r"rerank|moderation|whisper|dall-?e|stable-?diffusion|text-to-(image|speech|video)|transcri|"
    r"llama-?guard|shieldgemma|guardian|promptguard|musicgen|wav2vec|diffusion|speecht5|upscal|"
    r"cogv(iew|ideo)|cosyvoice|seed(ream|ance)|hailuo|ideogram|recraft|dreamshaper|hidream|eleven(labs|_)|paraformer|"
    r"mmproj|speculator|virtueguard|llama-rank|depth-anything|"
    r"(?<![a-z])(t2v|i2v|t2i|voice|orpheus|kling|rmbg|sam|kolors|nvclip|aqa|tts|stt|asr|ocr|image|images|imagen|flux|sdxl|sd3|sora|veo|kokoro|piper|bark|xtts|parakeet|guard|"
    r"olmocr|realtime|speech|audio|music|video|lyria|reward|prm|draft|clip|siglip|vae|lora|nsfw)\d*(?![a-z])|"
    r"(?<![a-z])(davinci|babbage|curie)-\d|text-(davinci|babbage|curie|ada)|gpt-3\.5-turbo-instruct"
)
_CHAT_WORDS = {"chat", "completion", "completions", "chat_completion", "chat-completion", "chat_completions"}
_CHAT_WORDS |= {"chat-completions", "text-generation", "text_generation", "image-text-to-text", "conversational"}
_OTHER_WORDS = {"image", "video", "audio", "speech", "tts", "stt", "asr", "rerank", "reranker", "moderation", "music"}
_OTHER_WORDS |= {"transcribe", "transcription", "transcriptions", "images", "ocr", "classification", "text-to-image"}
_OTHER_WORDS |= {"text-to-speech", "automatic-speech-recognition", "text-classification", "image-generation"}


def purpose(name: str, item: dict[str, Any], family: str = "") -> Purpose:
    """Return what the model called `name` is for, by what its server tells of it in `item` and else by its name.

    One whose name says that it does something else is not believed to chat: it is just not chosen unnamed.
    """
    told, guess = _purpose_of_item(item), _guess(name.lower(), family.lower())
    return guess if told is None or (told == CHAT and guess == OTHER) else told


def _guess(name: str, family: str = "") -> Purpose:
    """The path before a name (`publisher/`, folders) says nothing of the model, and a wildcard is none."""
    name = name.replace("\\", "/").rpartition("/")[2]
    if "*" in name or checker_kind(name) is not None or _OTHER.search(name):
        return OTHER
    return EMBEDDING if _EMBEDS.search(name) or "bert" in family else CHAT


def _purpose_of_item(item: dict[str, Any]) -> Purpose | None:
    """Read what hubs say, each in its own words: a type, a task, what a model can, what comes out of it."""
    words = {word for member in ("type", "task", "capabilities") for word in _words(item.get(member))}
    if isinstance(item.get("supports_chat"), bool):
        return CHAT if item["supports_chat"] else OTHER
    if "completion_chat" in words:
        return CHAT
    architecture = item.get("architecture")
    if isinstance(architecture, dict) and (out := _words(architecture.get("output_modalities"))):
        return EMBEDDING if any("embed" in word for word in out) else CHAT if out == {"text"} else OTHER
    if words & _CHAT_WORDS:
        return CHAT
    if any(word.startswith("embed") for word in words):
        return EMBEDDING
    if words & _OTHER_WORDS or _refuses_chat(item.get("capabilities")):
        return OTHER
    return None


def _refuses_chat(capabilities: Any) -> bool:
    return isinstance(capabilities, dict) and capabilities.get("completion_chat") is False


def _words(value: Any) -> set[str]:
    """Return a text, the texts of a list, or the members of an object that are true."""
    if isinstance(value, str):
        return {value.lower()}
    if isinstance(value, list):
        return {word.lower() for word in value[:64] if isinstance(word, str)}
    if isinstance(value, dict):
        return {name.lower() for name, has in list(value.items())[:64] if has is True}
    return set()
