"""Request bodies, and what a chat request asks whichever API it came by.

The OpenAI-compatible and v0 APIs ignore members that they don't know; the native v1 API refuses them.
"""

from base64 import b64decode
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from orchd.llm.tools import NamedTool, OfferedFunction, Tool
from orchd.simulator.content.answer import PER_MESSAGE, count_tokens
from orchd.simulator.faults import directives
from orchd.simulator.refusal import RefusedError

BodyT = TypeVar("BodyT")

PER_IMAGE = 256
"""Tokens that an image counts."""


class ChatRequest(NamedTuple):
    """What a chat request asks. `directive`: the faults in the last user message, taken out of `question`; `begun`:
    the assistant's message at the end. `tools` may be called now; `must_call`: one has to be.
    """

    model: str
    question: str
    directive: str
    prompt_tokens: int
    stream: bool = False
    limit: int | None = None
    stop: tuple[str, ...] = ()
    schema: dict[str, Any] | bool | None = None
    include_usage: bool = False
    context: int | None = None
    reasoning: str | None = None
    store: bool = False
    previous: str | None = None
    begun: str = ""
    tools: tuple[OfferedFunction, ...] = ()
    must_call: bool = False
    images: tuple[str, ...] = ()
    """What each image is, in all messages."""


class ImageUrl(Struct):
    url: str


class ContentPart(Struct):
    """A piece of a message's content."""

    type: str
    text: str = ""
    image_url: ImageUrl | None = None


class Message(Struct):
    """A turn of a conversation."""

    role: str
    content: str | list[ContentPart] | None = None

    def text(self) -> str:
        """The whole text; raises `RefusedError` for what is neither text nor an image."""
        if isinstance(self.content, str):
            return self.content
        parts = self.content or []
        if any(part.type not in ("text", "image_url") for part in parts):
            message = "Simulated models take text and images only"
            raise RefusedError(400, message, type="invalid_request_error", param="messages")
        return "".join(part.text for part in parts)

    def images(self) -> tuple[str, ...]:
        """What each image is: its type and its size, or that it is none; raises `RefusedError` without a URL."""
        parts = self.content if isinstance(self.content, list) else []
        images = [part.image_url for part in parts if part.type == "image_url"]
        if None in images:
            raise RefusedError(400, "An image needs its URL", type="invalid_request_error", param="messages")
        return tuple(describe_image(image.url) for image in images if image is not None)


def describe_image(url: str) -> str:
    """Return what a data URL holds, in words; raises `RefusedError` for any other URL."""
    head, comma, data = url.partition(";base64,")
    try:
        content = b64decode(data, validate=True)
    except ValueError:
        content = b""
    if not head.startswith("data:image/") or not comma or not content:
        raise RefusedError(400, "An image must be a data URL", type="invalid_request_error", param="messages")
    return f"{head.removeprefix('data:')} of {len(content)} bytes"


class StreamOptions(Struct):
    include_usage: bool = False


class NamedSchema(Struct):
    schema: Any = None


class ResponseFormat(Struct):
    type: str
    json_schema: NamedSchema | None = None


class ChatBody(Struct):
    """`/v1/chat/completions` and `/api/v0/chat/completions`; what is not listed is ignored."""

    model: str
    messages: list[Message]
    stream: bool | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    stop: str | list[str] | None = None
    stream_options: StreamOptions | None = None
    response_format: ResponseFormat | None = None
    tools: list[Tool] | None = None
    tool_choice: str | NamedTool | None = None

    def ask(self) -> ChatRequest:
        """Reduce it to what counts; raises `RefusedError`."""
        if not self.messages:
            raise RefusedError(400, "'messages' must not be empty", type="invalid_request_error", param="messages")
        texts = [message.text() for message in self.messages]
        asked = [text for text, message in zip(texts, self.messages, strict=True) if message.role == "user"]
        images = tuple(image for message in self.messages for image in message.images())
        question, directive = directives(asked[-1] if asked else "")
        limit = self.max_tokens if self.max_completion_tokens is None else self.max_completion_tokens
        tools = self._tools()
        return ChatRequest(
            model=self.model,
            question=question,
            directive=directive,
            prompt_tokens=sum(map(count_tokens, texts)) + PER_MESSAGE * len(texts) + PER_IMAGE * len(images),
            images=images,
            stream=bool(self.stream),
            limit=None if limit is None or limit < 0 else limit,
            stop=(self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ()),
            schema=self._schema(),
            include_usage=self.stream_options is not None and self.stream_options.include_usage,
            begun=texts[-1] if self.messages[-1].role == "assistant" else "",
            tools=tools,
            must_call=bool(tools) and (self.tool_choice == "required" or isinstance(self.tool_choice, NamedTool)),
        )

    def _tools(self) -> tuple[OfferedFunction, ...]:
        """Return what may be called; nothing is right after a result, so that an exchange comes to an end."""
        wanted = self.tool_choice
        if isinstance(wanted, str) and wanted not in ("auto", "none", "required"):
            message = "'tool_choice' must be 'auto', 'none', 'required' or a function"
            raise RefusedError(400, message, type="invalid_request_error", param="tool_choice")
        if wanted == "none" or self.messages[-1].role == "tool":
            return ()
        offered = tuple(tool.function for tool in self.tools or ())
        if not isinstance(wanted, NamedTool):
            return offered
        found = tuple(tool for tool in offered if tool.name == wanted.function.name)
        if not found:
            message = f"'tool_choice' names '{wanted.function.name}', which is no tool of the request"
            raise RefusedError(400, message, type="invalid_request_error", param="tool_choice")
        return found

    def _schema(self) -> Any:
        wanted = self.response_format
        if wanted is None or wanted.type == "text":
            return None
        if wanted.type != "json_schema" or wanted.json_schema is None or wanted.json_schema.schema is None:
            message = "'response_format.type' must be 'json_schema' (with 'json_schema.schema') or 'text'"
            raise RefusedError(400, message, type="invalid_request_error", param="response_format")
        return wanted.json_schema.schema


class InputItem(Struct, forbid_unknown_fields=True):
    """A piece of a native chat's input."""

    type: str
    content: str = ""
    data_url: str = ""


class NativeChatBody(Struct, forbid_unknown_fields=True):
    """`/api/v1/chat`. Sampling members are accepted and have no effect; `integrations` are refused."""

    model: str
    input: str | list[InputItem]
    system_prompt: str = ""
    integrations: list[Any] | None = None
    stream: bool = False
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    max_output_tokens: int | None = None
    reasoning: str | None = None
    context_length: int | None = None
    store: bool = True
    previous_response_id: str | None = None

    def ask(self) -> ChatRequest:
        """Reduce it to what counts; raises `RefusedError`."""
        if self.integrations:
            raise RefusedError(400, "The simulator has no integrations", type="not_implemented", param="integrations")
        items = [InputItem("text", self.input)] if isinstance(self.input, str) else self.input
        if any(item.type != "text" for item in items):
            raise RefusedError(400, "Simulated models take text only", code="invalid_union", param="input")
        question, directive = directives("\n".join(item.content for item in items))
        texts = [item.content for item in items] + ([self.system_prompt] if self.system_prompt else [])
        return ChatRequest(
            model=self.model,
            question=question,
            directive=directive,
            prompt_tokens=sum(map(count_tokens, texts)) + PER_MESSAGE * len(texts),
            stream=self.stream,
            limit=self.max_output_tokens,
            context=_context(self.context_length),
            reasoning=self.reasoning,
            store=self.store,
            previous=self.previous_response_id,
        )


class LoadBody(Struct, forbid_unknown_fields=True):
    """`/api/v1/models/load`."""

    model: str
    context_length: int | None = None
    eval_batch_size: int | None = None
    flash_attention: bool | None = None
    num_experts: int | None = None
    offload_kv_cache_to_gpu: bool | None = None
    echo_load_config: bool = False

    def context(self) -> int | None:
        """The context length asked for; raises `RefusedError` when it makes no sense."""
        return _context(self.context_length)


class UnloadBody(Struct, forbid_unknown_fields=True):
    """`/api/v1/models/unload`."""

    instance_id: str


class EmbeddingsBody(Struct):
    """`/v1/embeddings`. Texts may also come as lists of token numbers."""

    model: str
    input: str | list[str | int | list[int]]
    encoding_format: str | None = None

    def texts(self) -> list[str]:
        """The inputs, each as text."""
        if isinstance(self.input, str):
            return [self.input]
        texts, numbers = [], []
        for item in self.input:
            if isinstance(item, int):
                numbers.append(str(item))
            else:
                texts.append(item if isinstance(item, str) else " ".join(map(str, item)))
        return [" ".join(numbers)] if numbers else texts


def decode(body: bytes, form: type[BodyT]) -> BodyT:
    """Read a JSON body; raises `RefusedError` with the member at fault."""
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise RefusedError(400, "The request body is invalid JSON", code="invalid_json") from None


def _invalid(problem: str) -> RefusedError:
    named = problem.split("`")[1] if "`" in problem else None
    if "missing required field" in problem:
        return RefusedError(400, f"'{named}' is required", code="missing_required_parameter", param=named)
    if "unknown field" in problem:
        return RefusedError(400, f"Unrecognized key(s) in object: '{named}'", code="unrecognized_keys", param=named)
    path = problem.rpartition("`$.")[2].rstrip("`") if "`$." in problem else None
    return RefusedError(400, f"Invalid request: {problem}", code="invalid_type", param=path)


def _context(wanted: int | None) -> int | None:
    if wanted is not None and wanted < 16:
        raise RefusedError(400, "'context_length' must be at least 16", code="too_small", param="context_length")
    return wanted
