"""Whether two model names stand for one model, or for models of one family, as far as their names tell.

A model must not be checked by itself, and should not be by its sister, which was trained on the same texts and errs
with it. Servers say nothing of descent, so names decide: a rule of thumb, which errs towards calling models the same,
since that costs at most an approval. A model is what is left of its name without server, publisher, file format and
quantization. Its families are the makers' names in it, two for a distillation; where no known one is, its first word.
"""

from orchd.patterns import lazy_pattern

_WORDS_OF = {
    "llama": "llama codellama tinyllama vicuna alpaca wizardlm",
    "qwen": "qwen qwq qvq codeqwen",
    "mistral": "mistral mixtral codestral devstral ministral magistral pixtral mathstral",
    "gemma": "gemma gemini codegemma medgemma",
    "gpt": "gpt chatgpt davinci",
    "command": "command cohere aya",
    **{
        name: name
        for name in ("claude", "deepseek", "exaone", "falcon", "glm", "granite", "grok", "internlm", "kimi", "lfm")
    },
    **{name: name for name in ("minimax", "nemotron", "olmo", "phi", "smollm", "stablelm", "starcoder", "yi")},
}
FAMILIES: dict[str, str] = {word: family for family, words in _WORDS_OF.items() for word in words.split()}
"""What a name's word may be, without its figures → the family."""

_QUANTIZATION = lazy_pattern(r"[-_.:](?:ud-)?i?q\d(?:_[a-z0-9]+)*(?=[-_.:]|\Z)")
_INSTANCE = lazy_pattern(r":\d+\Z")
"""LM Studio's name for a further instance of a model that is loaded twice."""

_NOISE = lazy_pattern(
    r"(?:bf16|f16|f32|fp16|fp8|fp4|nvfp4|mxfp4|int[48]|[2-8]bit|gguf|ggml|mlx|awq|gptq|exl[23]|bnb|latest|instruct|it"
    r"|chat|hf)\Z"
)
_WORD = lazy_pattern(r"[a-z]+|\d+(?:\.\d+)*[a-z]*")
_SPLIT = lazy_pattern(r"[-_:/ ]+")


def plain(name: str) -> str:
    """Return a model's name without its server, publisher, format and quantization."""
    name = name.lower().partition("@")[0].rstrip("/").rpartition("/")[2].removesuffix(".gguf")
    words = [word for word in _SPLIT.split(_QUANTIZATION.sub("", _INSTANCE.sub("", name))) if word]
    kept = [word for word in words[1:] if not _NOISE.match(word)]
    return " ".join([*words[:1], *kept])


def same_model(one: str, other: str) -> bool:
    """Tell whether two names, `id` or `id@backend`, stand for the same model, be it on two servers."""
    return _join(one) == _join(other)


def _join(name: str) -> str:
    return plain(name).replace(" ", "").replace(".", "")


def families(name: str) -> frozenset[str]:
    """Return the families of a model; none for a name without a Latin letter or a digit."""
    words = _WORD.findall(plain(name))
    known = frozenset(FAMILIES[word] for word in words if word in FAMILIES)
    return known or frozenset(words[:1])


def same_family(one: str, other: str) -> bool:
    """Tell whether two models are of one family."""
    return bool(families(one) & families(other))


def different_family(one: str, other: str) -> bool:
    """Tell whether two models are surely different: of known families that have nothing to do with each other."""
    makers = frozenset(_WORDS_OF)
    return bool(families(one) & makers and families(other) & makers) and not same_family(one, other)
