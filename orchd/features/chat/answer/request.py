"""What answer is asked for, and what became of it with the models that were asked."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from orchd.features.chat.messages import ChatAttempt, ChatError
from orchd.llm.types import Chosen, Claim, Failure, Sampling


class AnswerRequest(NamedTuple):
    """An answer of `chosen`, asked for by a user at `begun` (monotonic seconds)."""

    chosen: Chosen
    sampling: Sampling = Sampling()
    user: str = "local"
    begun: float = 0.0
    cancel_on_disconnect: bool = False

    def claim(self, conversation: Hashable) -> Claim:
        """Return on whose behalf it is asked for."""
        return Claim(user=self.user, conversation=conversation)


def attempts(failures: Iterable[Failure]) -> list[ChatAttempt]:
    """Return failed attempts as a message and its progress tell them."""
    return [ChatAttempt(one.model, ChatError(one.code, one.message, one.retryable), one.reason) for one in failures]
