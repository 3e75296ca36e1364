"""Settings of the gateway, by which programs ask models as they ask OpenAI's, Anthropic's or Ollama's."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.settings.bounds import MIB, ByteLimit


class GatewaySettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """OpenAI's and Anthropic's APIs at `/v1` and Ollama's at `/api`, for other programs."""

    enabled: Annotated[bool, Meta(description="Whether they are there.")] = True
    tasks: Annotated[
        bool,
        Meta(
            description="Whether `task` and `task:ASSISTANT` may be named as models: each question then becomes a task."
        ),
    ] = False
    text_bytes: Annotated[
        ByteLimit,
        Meta(description="Longest body of a request, in bytes, what is in it of images, sound and files aside."),
    ] = 1 * MIB
    body_bytes: Annotated[ByteLimit, Meta(description="Longest body of a request altogether, in bytes.")] = 20 * MIB
    memory_bytes: Annotated[
        ByteLimit,
        Meta(
            description="Bytes of memory for the bodies of unfinished requests, a quarter of it for one user; further "
            "requests are `busy`."
        ),
    ] = 128 * MIB
    allowed_origins: Annotated[
        tuple[str, ...],
        Meta(
            description="Origins whose pages may use it (CORS), as `https://tool.example`; none unless named. They "
            "show a token like any program."
        ),
    ] = ()
