"""Settings of verification."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.settings.bounds import Seconds


class VerificationSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How an answer is checked."""

    checkers: Annotated[
        bool,
        Meta(
            description="Ask for second opinions on single claims: models made to check them, else one that chats and "
            "is loaded, and none of the authors."
        ),
    ] = True
    checker_calls: Annotated[
        int, Meta(ge=1, le=1_000, description="Such questions for one answer, of a word or a score each.")
    ] = 40
    checker_seconds: Annotated[
        Seconds, Meta(description="Seconds for all of them, the wait for their turn included.")
    ] = 60.0
