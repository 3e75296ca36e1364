"""What a model is for: chats, embeddings, or something else that must not be asked to answer unless it is named.

Many servers list what paints, speaks, transcribes, ranks, checks or moderates beside what chats, and some begin their
list with it. What a server tells counts first; else the name does, since such models nearly all say in it what they
are. A wrong guess costs little: a model that is named is asked all the same.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from orchd.llm.scoring.checkers import checker_kind
from orchd.llm.types import ModelOutput, ModelPurpose
from orchd.patterns import lazy_pattern

_CHECKING = lazy_pattern(r"patronus.?lynx|hallucination|(?<![a-z])(summac|trueteacher)(?![a-z])")
_RERANKING = lazy_pattern(r"ms-?marco-(tinybert|electra)|rankllama|flashrank|(?<![a-z])monot5(?![a-z])")
_MODERATION = lazy_pattern(
    r"moderation|guardian|llama-?guard|shieldgemma|prompt-?guard|virtueguard|wildguard|nemoguard|duoguard|polyguard|"
    r"content-?safety|toxic|detoxify|(?<![a-z])(guard|safeguard|nsfw)\d*(?![a-z])"
)
_SPEECH = lazy_pattern(
    r"whisper|transcri|text-to-speech|musicgen|audiogen|wav2vec|speecht5|cosyvoice|eleven(labs|_)|paraformer|vibevoice|"
    r"sensevoice|seamless-?m4t|moonshine|pyannote|diarization|encodec|chattts|melotts|styletts|outetts|indextts|"
    r"chatterbox|stable-audio|fastconformer|conformer-ctc|silero|"
    r"(?<![a-z])(voice|orpheus|tts|stt|asr|vad|kokoro|piper|bark|xtts|parakeet|canary|zonos|csm|hubert|realtime|speech|"
    r"audio|music|lyria|vosk)\d*(?![a-z])|(?<![a-z])dia-\d"
)
_IMAGE = lazy_pattern(
    r"dall-?e|stable-?diffusion|text-to-(image|video)|diffusion|upscal|esrgan|gfpgan|cogv(iew|ideo)|seed(ream|ance)|"
    r"hailuo|ideogram|recraft|dreamshaper|hidream|depth-anything|kandinsky|pixart|midjourney|nano-?banana|"
    r"juggernaut-?xl|realvis|realistic-vision|animagine|animatediff|controlnet|ip-adapter|hunyuan-?(image|video|dit)|"
    r"omnigen|auraflow|wuerstchen|playground-v\d|ltx-?video|grounding-?dino|"
    r"(?<![a-z])(t2v|i2v|t2i|kling|rmbg|sam|kolors|image|images|imagen|flux|sdxl|sd|svd|sora|veo|video|vae|lora|sana|"
    r"yolo|yolov|dinov|mochi|z-image)\d*(?![a-z])|(?<![a-z])wan-?\d"
)
_OTHER = lazy_pattern(
    r"mmproj|speculator|trocr|layoutlm|opus-mt|(?<![a-z])nllb(?![a-z])|madlad|timesfm|gliner|"
    r"(?<![a-z])(nvclip|aqa|ocr|olmocr|reward|prm|draft|clip|siglip)\d*(?![a-z])|"
    r"(?<![a-z])(davinci|babbage|curie)-\d|text-(davinci|babbage|curie|ada)|gpt-3\.5-turbo-instruct"
)
_EMBEDS = lazy_pattern(
    r"embed|(?<![a-z])(bge|gte|e5|minilm|splade|colbert(v\d)?|colpali|nomic|labse|mpnet|m3e|text2vec|instructor|"
    r"simcse|contriever|gtr-t5|sentence-t5|roberta|deberta|distiluse|potion-base)(?![a-z])|"
    r"text-similarity|bert(?![a-z])|arctic-(embed|[sml]-)|stella_en|stella-(base|large)|uae-large|ember-v\d|retriever|"
    r"(?<![a-z])voyage-(\d|code|law|finance|large|lite|multi|context)"
)
_BY_NAME: tuple[tuple[ModelPurpose, re.Pattern[str]], ...] = (
    ("checking", _CHECKING),
    ("reranking", _RERANKING),
    ("moderation", _MODERATION),
    ("speech", _SPEECH),
    ("image", _IMAGE),
    ("other", _OTHER),
    ("embedding", _EMBEDS),
)
"""The first that matches a name counts: `bge-reranker` ranks, `toxic-bert` moderates."""

_PUBLISHERS: Mapping[str, ModelPurpose] = {"cross-encoder": "reranking", "sentence-transformers": "embedding"}
"""Who publishes nothing else; otherwise the path before a name says nothing of the model."""

_BY_WORD: Mapping[ModelPurpose, frozenset[str]] = {
    "reranking": frozenset({"rerank", "reranker", "reranking", "ranking", "text-ranking", "score", "cross-encoder"}),
    "moderation": frozenset({"moderation", "moderations", "guard"}),
    "speech": frozenset(
        {
            *("audio", "speech", "tts", "stt", "asr", "music", "transcribe", "transcription", "transcriptions"),
            *("text-to-speech", "automatic-speech-recognition", "text-to-audio", "speech-to-text", "translation-audio"),
        }
    ),
    "image": frozenset(
        {
            *("image", "images", "video", "text-to-image", "image-to-image", "image-generation", "text-to-video"),
            *("image_generation", "diffusion"),
        }
    ),
    "other": frozenset(
        {
            *("ocr", "classification", "classify", "classifier", "text-classification", "token-classification"),
            *("zero-shot-classification", "fill-mask", "object-detection", "image-classification"),
        }
    ),
}
_MEMBERS = ("type", "task", "pipeline_tag", "capabilities")
_EMBED_WORDS = frozenset({"feature-extraction", "sentence-similarity"})
_CHAT_WORDS = frozenset(
    {
        *("chat", "chat_completion", "chat-completion", "chat_completions", "chat-completions"),
        *("image-text-to-text", "conversational"),
    }
)
_TEXT_WORDS = frozenset({"completion", "completions", "text-generation", "text_generation", "llm", "vlm", "generate"})
"""Said of whatever has the architecture of a language model, embedders and rankers included."""


class Purpose(NamedTuple):
    """`type` is what it makes, as the wire has it; `use` what it is for."""

    type: ModelOutput
    use: ModelPurpose

    @property
    def chats(self) -> bool:
        """It may be chosen for a chat that names no model."""
        return self.use == "chat"


def purpose(name: str, item: dict[str, Any], family: str = "") -> Purpose:
    """Return what the model called `name` is for, by what its server tells of it in `item` and else by its name.

    One whose name says that it does something else is not believed to chat: it is just not chosen unnamed.
    """
    told, guess = _purpose_of(item), purpose_by_name(name, family)
    if told is None:
        return Purpose("embedding" if guess == "embedding" else "llm", guess)
    if told == "text" or (told == "chat" and guess != "embedding"):
        return Purpose("llm", guess)
    return Purpose("embedding" if told == "embedding" else "llm", told)


def purpose_by_name(name: str, family: str = "") -> ModelPurpose:
    """Return what a name, and the architecture's `family`, say that a model is for. A wildcard is no model."""
    publisher, _, name = name.lower().replace("\\", "/").rpartition("/")
    if "*" in name:
        return "other"
    if (checker := checker_kind(name)) is not None:
        return "reranking" if checker == "reranker" else "checking"
    by_name = next((kind for kind, pattern in _BY_NAME if pattern.search(name)), None)
    by_publisher = _PUBLISHERS.get(publisher.rpartition("/")[2])
    return by_publisher or by_name or ("embedding" if "bert" in family.lower() else "chat")


def _purpose_of(item: dict[str, Any]) -> ModelPurpose | Literal["text"] | None:
    """Read what hubs say, each in its own words: a type, a task, what a model can, what comes out of it."""
    words = {word for member in _MEMBERS for word in _words(item.get(member))}
    if isinstance(item.get("supports_chat"), bool):
        return "chat" if item["supports_chat"] else _by_words(words) or "other"
    if "completion_chat" in words:
        return "chat"
    architecture = item.get("architecture")
    if isinstance(architecture, dict) and (out := _words(architecture.get("output_modalities"))):
        return _by_output(out)
    if words & _CHAT_WORDS:
        return "chat"
    if words & _TEXT_WORDS:
        return "text"
    if any(word.startswith("embed") for word in words) or words & _EMBED_WORDS:
        return "embedding"
    if _refuses_chat(item.get("capabilities")):
        return _by_words(words) or "other"
    return _by_words(words)


def _by_words(words: set[str]) -> ModelPurpose | None:
    return next((kind for kind, known in _BY_WORD.items() if words & known), None)


def _by_output(out: set[str]) -> ModelPurpose:
    if any("embed" in word for word in out):
        return "embedding"
    return "chat" if out == {"text"} else _by_words(out) or "other"


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
