"""Settings of the chat."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.settings.bounds import MIB, ByteLimit, CountLimit, Seconds


class ChatSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Answers."""

    store_seconds: Annotated[
        Seconds, Meta(description="Seconds to store an ended answer before it is kept in memory for later.")
    ] = 5.0
    parked_bytes: Annotated[
        ByteLimit, Meta(description="Bytes of answers kept in memory while the database is away.")
    ] = 64 * MIB
    max_answer_bytes: Annotated[
        ByteLimit, Meta(description="Longest answer, in bytes of UTF-8; a longer one is cut off and marked `length`.")
    ] = 8 * MIB
    max_answer_tokens: Annotated[
        int,
        Meta(
            ge=0,
            le=16_777_216,
            description="Longest answer in tokens, where the client doesn't say; 0 leaves that to the model server.",
        ),
    ] = 65_536
    max_running: Annotated[CountLimit, Meta(description="Answers generated at once; further requests are `busy`.")] = (
        1_000
    )
    max_context_bytes: Annotated[
        ByteLimit,
        Meta(description="Bytes of earlier messages that a model is shown at most, however large its context is."),
    ] = 8 * MIB
    max_file_bytes: Annotated[
        ByteLimit,
        Meta(
            description="Bytes of files that a model is shown at once, with one question or with all of a conversation."
        ),
    ] = 10 * MIB
    context_memory_bytes: Annotated[
        ByteLimit,
        Meta(
            description="Bytes of memory for what running answers were asked, a quarter of it for the answers of one "
            "connection; further requests are `busy`."
        ),
    ] = 256 * MIB
    hand_over: Annotated[
        bool,
        Meta(
            description="Whether answers that a model server keeps are left to it at a stop, for the daemon that is "
            "started next; without, only while another daemon uses the database."
        ),
    ] = False
    loop_characters: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            description="Characters that a repetition must cover before an answer is stopped; 0 never stops one.",
        ),
    ] = 6_000
    loop_repeats: Annotated[
        int, Meta(ge=4, le=100, description="How often a text must repeat before an answer is stopped for it.")
    ] = 12
    loop_period: Annotated[
        int, Meta(ge=1, le=10_000, description="Longest repeated text that is looked for, in characters.")
    ] = 2_000
    title_seconds: Annotated[
        float,
        Meta(
            ge=0,
            le=600,
            description="Seconds that a model may work on the title of a new conversation, while nobody else asks it; "
            "0: conversations are called by the first words of their questions.",
        ),
    ] = 30.0
