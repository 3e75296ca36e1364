"""The one-time token by which the first user is made in a browser."""

import hmac
import secrets

from orchd.access.strict_clock import StrictClock
from orchd.errors import ConfigurationError

SETUP_SECONDS = 3600
LEAST_CHARACTERS = 20
"""Of a token that the operator chose."""


class SetupToken:
    """A secret that is right once, and for an hour."""

    def __init__(self, text: str | None, clock: StrictClock) -> None:
        """`text` None: a random one. Raises `ConfigurationError` for one that could be guessed."""
        if text is not None and len(text) < LEAST_CHARACTERS:
            raise ConfigurationError(f"the setup token has fewer than {LEAST_CHARACTERS} characters")
        self.text = text or secrets.token_urlsafe(32)
        self._clock = clock
        self._until = clock.now() + SETUP_SECONDS * 1000
        self._spent = False

    def is_right(self, text: str) -> bool:
        """Whether this is it, while it holds; how long the comparison takes says nothing of it."""
        right = hmac.compare_digest(self.text.encode(), text.encode("utf-8", "replace"))
        return right and not self._spent and self._clock.now() < self._until

    def spend(self) -> None:
        """It is right no more."""
        self._spent = True
