"""What answer is asked for, and what became of it with the models that were asked."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple, Protocol

from orchd.entity import LOCAL_OWNER, Owner
from orchd.features.chat.messages import ChatAttempt, ChatError
from orchd.llm.types import ANY_REQUESTER, FailedAttempt, Requester, Sampling, Selection


class EarlyAnswer(Protocol):
    """When the first text of an answer came, and the model server was let go; by the monotonic clock."""

    first: float | None
    closed: float | None


class GenerationLimits(NamedTuple):
    """Bounds of one generation: bytes of text, when it counts as going in circles (`characters` 0: never), and how many
    tokens are asked for where the client doesn't say.
    """

    max_bytes: int
    loop_repeats: int
    loop_characters: int
    loop_period: int
    max_tokens: int | None = None


class AnswerRequest(NamedTuple):
    """An answer of `chosen`, asked for on behalf of `asker` at `begun` (monotonic seconds)."""

    chosen: Selection
    sampling: Sampling = Sampling()
    asker: Requester = ANY_REQUESTER
    """Whose turn it is; the conversation is not known yet."""
    begun: float = 0.0
    cancel_on_disconnect: bool = False
    reader: Owner = LOCAL_OWNER
    """Whose rows may be shown to the model."""
    beside: bool = False
    """Whether the answer is to be shown beside the one before it."""

    def requester(self, conversation: Hashable) -> Requester:
        """Return on whose behalf it is asked for."""
        return self.asker._replace(conversation=conversation)


def attempts(failures: Iterable[FailedAttempt]) -> list[ChatAttempt]:
    """Return failed attempts as a message and its progress tell them."""
    return [
        ChatAttempt(failure.model, ChatError(failure.code, failure.message, failure.retryable), failure.reason)
        for failure in failures
    ]
