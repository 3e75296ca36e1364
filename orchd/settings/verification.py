"""Settings of verification."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.settings.bounds import Seconds


class VerificationSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How an answer is checked."""

    checkers: Annotated[
        bool,
        Meta(
            description="Ask further models for second opinions on single claims: models made for that, else one that "
            "chats and is loaded; never an author."
        ),
    ] = True
    checker_calls: Annotated[
        int,
        Meta(
            ge=1, le=1_000, description="Questions to these models for one answer, each answered by a word or a score."
        ),
    ] = 40
    checker_seconds: Annotated[
        Seconds, Meta(description="Seconds for all these questions, the wait for their turn included.")
    ] = 60.0
    judge_trials: Annotated[
        bool,
        Meta(
            description="Let the approval of a model count as verification only where it told wrong samples from right "
            "ones: nine short questions, asked once, and anew after 30 days or when its file has changed."
        ),
    ] = True
