"""What asking models costs, and the failure that says so."""

from msgspec import Struct

from orchd.errors import OrchdError
from orchd.llm.asking.recording import Recording


class Cost(Struct, frozen=True):
    """What was spent: calls of models, failed ones too, their tokens, and seconds of wall time, side by side ones added
    up. It is stored as JSON where it is paid: members may be added with a default, but none be renamed.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens read and written."""
        return self.prompt_tokens + self.completion_tokens

    def plus(self, other: "Cost") -> "Cost":
        return Cost(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
        )


class NoAnswerError(Exception):
    """Models were asked for nothing: why, what it cost, and the model that failed ("id@backend"), if it was one.

    `tried` is how often it was asked, waits for a model that was left alone aside; `recording` is what was heard last.
    """

    def __init__(
        self, error: OrchdError, spent: Cost, model: str | None, tried: int = 0, recording: Recording | None = None
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.spent = spent
        self.model = model
        self.tried = tried
        self.recording = recording
