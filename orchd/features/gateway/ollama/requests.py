"""Bodies of requests as Ollama has them, made into those that model servers are sent.

What Ollama's API means goes over: messages, images, tools, forms of the answer, and the options that say how tokens are
chosen. Options about how a model is kept in memory are left out, since that is not the sender's to decide; what would
change the answer, and can't be handed on, is refused. A sampling option that a server doesn't know is left out where it
refuses it, as Ollama ignores those that it doesn't know.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from orchd.errors import Invalid, TooLarge
from orchd.features.gateway.bodies import MAX_MESSAGES, MAX_MODEL_NAME, RelayBody, check_density, no_object
from orchd.features.gateway.ollama.messages import OllamaMessage, as_openai, content_of

CHAT, TEXT, EMBEDDINGS = "/chat/completions", "/completions", "/embeddings"
MOST_TOKENS = 2**31 - 1
MAX_INPUTS = 10_000
"""Texts of one request for vectors."""
MAX_IMAGES = 1_000
"""In one request."""
NUMBERS = (
    "temperature",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "top_k",
    "min_p",
    "typical_p",
    "repeat_penalty",
    "repeat_last_n",
    "mirostat",
    "mirostat_tau",
    "mirostat_eta",
)
"""Options that go over under their own names."""
SOFT = ("reasoning_effort", "chat_template_kwargs", *NUMBERS[4:])
THOUGHTS = "reasoning_content"
"""A member of messages, soft as well: what the model thought then."""

R = TypeVar("R", bound=Struct)


class _Body(Struct):
    model: str | None = None
    options: dict[str, Any] | None = None
    keep_alive: float | str | None = None


class _Question(_Body):
    stream: bool | None = None
    format: str | dict[str, Any] | None = None
    think: bool | str | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None


class OllamaChat(_Question):
    """What `/api/chat` is sent."""

    messages: list[OllamaMessage] | None = None
    tools: list[dict[str, Any]] | None = None


class OllamaGenerate(_Question):
    """What `/api/generate` is sent."""

    prompt: str | None = None
    suffix: str | None = None
    system: str | None = None
    template: str | None = None
    context: list[int] | None = None
    raw: bool | None = None
    images: list[str] | None = None


class OllamaEmbed(_Body):
    """What `/api/embed` is sent, or, with a `prompt`, `/api/embeddings`."""

    input: str | list[str] | None = None
    prompt: str | None = None
    dimensions: int | None = None


class OllamaShow(Struct):
    """What `/api/show` is sent."""

    model: str | None = None
    name: str | None = None


class OllamaQuestion(NamedTuple):
    """A question to be handed on. `body` None: nothing is asked, the model is only to be loaded."""

    path: str
    model: str | None
    body: RelayBody | None
    streams: bool
    alternatives: bool = False
    unloads: bool = False
    """The model is to be unloaded instead."""


def read_chat(text: bytes, text_bytes: int) -> OllamaQuestion:
    """Read what `/api/chat` is sent; it may be so many bytes long, images aside. Raises `Invalid` with the member at
    fault as its `field`, and `TooLarge`."""
    check_density(text, text_bytes, "messages")
    body = _read(text, OllamaChat)
    if not body.messages:
        return _load(CHAT, body)
    if len(body.messages) > MAX_MESSAGES:
        raise Invalid(f"`messages` may have {MAX_MESSAGES} messages", field="messages")
    images = [image for message in body.messages for image in message.images or ()]
    size = _size(text, images, text_bytes, "messages")
    members: dict[str, Any] = {"messages": as_openai(body.messages)}
    if body.tools:
        members["tools"] = body.tools
    return _question(CHAT, body, members, size)


def read_generate(text: bytes, text_bytes: int) -> OllamaQuestion:
    """Read what `/api/generate` is sent; otherwise as `read_chat`."""
    check_density(text, text_bytes, "prompt")
    body = _read(text, OllamaGenerate)
    for name in ("suffix", "template", "context"):
        if getattr(body, name):
            raise Invalid(f"`{name}` can't be handed on to model servers", field=name)
    if not body.prompt and not body.images:
        return _load(CHAT, body)
    prompt, size = body.prompt or "", _size(text, body.images or (), text_bytes, "prompt")
    if body.raw:
        for name in ("images", "system", "format", "think"):
            if getattr(body, name):
                raise Invalid(f"`{name}` can't be used with `raw`", field=name)
        return _question(TEXT, body, {"prompt": prompt}, size)
    told = [{"role": "system", "content": body.system}] if body.system else []
    asked = {"role": "user", "content": content_of(prompt, body.images)}
    return _question(CHAT, body, {"messages": [*told, asked]}, size)


class EmbedQuestion(NamedTuple):
    """Texts whose vectors are wanted."""

    inputs: list[str]
    body: RelayBody


def read_embed(text: bytes, text_bytes: int, required: str) -> EmbedQuestion:
    """Read what `/api/embed` is sent (`required` is `input`), or `/api/embeddings` (`prompt`). Raises as `read_chat`
    does."""
    check_density(text, text_bytes, required)
    body = _read(text, OllamaEmbed)
    given = body.input if required == "input" else body.prompt
    if given is None:
        raise Invalid(f"`{required}` is missing", field=required)
    inputs = [given] if isinstance(given, str) else given
    if len(inputs) > MAX_INPUTS:
        raise Invalid(f"`{required}` may have {MAX_INPUTS} texts", field=required)
    members: dict[str, Any] = {"input": inputs}
    if body.dimensions is not None:
        members["dimensions"] = body.dimensions
    size = _size(text, (), text_bytes, required)
    return EmbedQuestion(inputs, RelayBody(members, _model(body), (), False, False, size))


def read_name(text: bytes) -> str:
    """Read what `/api/show` is sent, which names a model. Raises `Invalid`."""
    body = _read(text, OllamaShow)
    if not (body.model or body.name):
        raise Invalid("`model` is missing", field="model")
    return _check_name(body.model or body.name or "")


def _read(text: bytes, kind: type[R]) -> R:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        named = where.strip("`.")
        raise Invalid(f"`{named or 'the body'}`: {what}", field=named or None) from None
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise no_object(error) from None


def _load(path: str, body: _Question) -> OllamaQuestion:
    unloads = body.keep_alive in (0, "0", "0s", "0m")
    return OllamaQuestion(path, _model(body), None, body.stream is not False, unloads=unloads)


def _question(path: str, body: _Question, members: Mapping[str, Any], size: int) -> OllamaQuestion:
    wanted = {**members, **_options(body.options or {}), **_form(body.format), **_thoughts(body.think)}
    if body.logprobs:
        wanted["logprobs"] = True
        if body.top_logprobs is not None:
            wanted["top_logprobs"] = body.top_logprobs
    model = _model(body)
    soft = (*(name for name in SOFT if name in wanted), THOUGHTS)
    relayed = RelayBody(wanted, model, (), True, True, size, soft)
    return OllamaQuestion(path, model, relayed, body.stream is not False, bool(body.logprobs))


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that a model server is told of."""
    told: dict[str, Any] = {}
    for name in NUMBERS:
        if (value := _option(options, name, _is_number, "a number")) is not None:
            told[name] = value
    seed = _option(options, "seed", _is_whole, "a whole number")
    if seed is not None and seed >= 0:  # below, it is left to chance
        told["seed"] = int(seed)
    most = _option(options, "num_predict", _is_whole, "a whole number")
    if most is not None and most > 0:  # else there is no bound
        told["max_tokens"] = min(int(most), MOST_TOKENS)
    stop = _option(options, "stop", _is_texts, "a text, or a list of texts")
    if stop:
        told["stop"] = stop
    return told


def _option(options: Mapping[str, Any], name: str, fits: Callable[[Any], bool], what: str) -> Any:
    value = options.get(name)
    if value is not None and not fits(value):
        raise Invalid(f"`options.{name}` must be {what}", field=f"options.{name}")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and int(value) == value


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(text, str) for text in value))


def _form(wanted: str | dict[str, Any] | None) -> dict[str, Any]:
    """Return what asks for JSON, or for what a schema describes."""
    if isinstance(wanted, dict):
        schema = {"name": "answer", "strict": True, "schema": wanted}
        return {"response_format": {"type": "json_schema", "json_schema": schema}}
    if wanted not in (None, "", "json"):
        raise Invalid('`format` must be "json" or a JSON schema', field="format")
    return {"response_format": {"type": "json_object"}} if wanted else {}


def _thoughts(wanted: bool | str | None) -> dict[str, Any]:
    """Return what says how much a model is to think; unless somebody says so, that is left to it."""
    if isinstance(wanted, str):
        return {"reasoning_effort": wanted}
    if wanted is False:
        return {"reasoning_effort": "none", "chat_template_kwargs": {"enable_thinking": False}}
    return {}


def _model(body: _Body) -> str | None:
    return _check_name(body.model) if body.model else None


def _check_name(model: str) -> str:
    if not model.strip() or len(model) > MAX_MODEL_NAME:
        raise Invalid(f"`model` must be the name of a model, of up to {MAX_MODEL_NAME} characters", field="model")
    return model


def _size(text: bytes, images: Sequence[str], text_bytes: int, field: str) -> int:
    """Return how long a body is, images aside. Raises `TooLarge` where that is too long."""
    if len(images) > MAX_IMAGES:
        raise Invalid(f"a request may have {MAX_IMAGES} images", field=field)
    size = len(text) - sum(map(len, images))
    if size > text_bytes:
        told = f"the body may have {text_bytes} bytes, images aside"
        raise TooLarge(told, field=field, maxBytes=text_bytes)
    return size
