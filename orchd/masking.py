"""What must not be shown, whether in a log, in an error or by `orchd config`.

Masking is the second line of defence: the first is not to hand secrets to whoever prints. It errs on the side of
hiding, except for token *counts*, which are what one reads a log for.
"""

import re

MASK = "***"

_URL_CREDENTIALS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)([^\s/?#\"'<>]*)@")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/:=-]{4,}")
_KEY_SHAPED = re.compile(r"\bsk-[A-Za-z0-9:_-]{8,}")
_SECRET_NAME = re.compile(
    r"(?i)(?:token|password|passwd|passphrase|secret|api[_-]?key|authorization|cookie|credentials?|private[_-]?key)$"
)


def is_secret(name: str) -> bool:
    """Whether a key of this name holds a secret: `access_token` and `apiKey` do, `max_tokens` does not."""
    return _SECRET_NAME.search(name) is not None


def mask_text(text: str) -> str:
    """`text` without credentials in URLs (the user's name stays), bearer tokens and what looks like an API key."""
    if "://" in text and "@" in text:
        text = _URL_CREDENTIALS.sub(_masked_credentials, text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    return _KEY_SHAPED.sub(MASK, text)


def _masked_credentials(match: re.Match[str]) -> str:
    scheme, credentials = match.groups()
    user, colon, _ = credentials.partition(":")
    return f"{scheme}{user}:{MASK}@" if colon else f"{scheme}{MASK}@"
