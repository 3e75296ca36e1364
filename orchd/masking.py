"""What must not be shown, whether in a log, in an error or by `orchd config`.

Masking is the second line of defence: the first is not to hand secrets to whoever prints. It errs on the side of
hiding, except for token *counts*, which are what one reads a log for.
"""

import re

from orchd.patterns import lazy_pattern

MASK = "***"

_MYSQL_CREDENTIALS = lazy_pattern(r"(?i)\b((?:mysql|mariadb)://)([^\s\"'<>`]*+)")
_URL_CREDENTIALS = lazy_pattern(r"(?i)\b([a-z][a-z0-9+.-]{0,31}://)([^\s/?#\"'<>]*)@")
_BEARER = lazy_pattern(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/:=-]{4,}")
_KEY_SHAPED = lazy_pattern(
    r"\bsk-[A-Za-z0-9:_-]{8,}"
    r"|\b(?:orchd_[a-z]{1,8}_|gh[opsu]_|github_pat_|glpat-|hf_|gsk_|xai-|nvapi-|pplx-|r8_|AIza)[A-Za-z0-9_-]{16,}"
)
"""Keys of model servers and of this daemon, by the beginnings that their makers give them."""
_SECRET_NAME = lazy_pattern(
    r"(?i)(?:token|password|passwd|passphrase|secret|api[_-]?key|master[_-]?key|authorization|cookie|credentials?|private[_-]?key)$"
)


def is_secret(name: str) -> bool:
    """Whether a key of this name holds a secret: `access_token` and `apiKey` do, `max_tokens` does not."""
    return _SECRET_NAME.search(name) is not None


_LONGEST_URL = 2_000
_SCHEME = lazy_pattern(r"(?i)[a-z][a-z+]{0,11}://")
_WORD_WITH_AT = lazy_pattern(r"(?<![^\s'\"()])[^\s'\"()@]*+@[^\s'\"()]*+")
_PLAIN_USER = lazy_pattern(r"([\w.-]{1,80}):[^\s/?#@:]*")
_PLACE = lazy_pattern(r"(\[[\w:.%]*\]|[^\s:/?#@]*)(?::(\d{1,5}))?(/[^?#:]*)?")
_OPTIONS = lazy_pattern(r"\?(?:(?:ssl=[01]|socket=/[\w./-]*)(?:&|$))+")
_OPTION = lazy_pattern(r"[?&#][^@?&#=]*+=")


def mask_url(text: str) -> str:
    """The value of a setting that should be a URL, however wrong it is, as it may be shown.

    Whatever may be a password is hidden: all before the last `@` (the user's name stays only where nothing is wrong),
    what stands where a port should be, options after a `?`, and whatever follows something that is no place. It is cut
    where nobody reads on.
    """
    if len(text) > _LONGEST_URL:
        return (f"{MASK}@" if "@" in text else "") + mask_url(text[text.rfind("@") + 1 :][:_LONGEST_URL]) + "..."
    found = _SCHEME.match(text)
    scheme = found.group() if found else ""
    is_file = text[: len("sqlite:///")].lower() == "sqlite:///"
    credentials, at, place = text[len(scheme) :].rpartition("@")
    if not at:
        return text.partition("?")[0] if is_file else scheme + _place(place)
    if is_file and ":" not in credentials:
        return text  # a file's name may have an `@`
    if _OPTION.search(scheme + credentials):  # the last `@` may stand inside the secret
        return scheme + MASK
    user = _PLAIN_USER.fullmatch(credentials) if scheme else None
    return f"{scheme}{user[1] + ':' if user else ''}{MASK}@{_place(place)}"


def mask_words(text: str) -> str:
    """`text` in which each word with an `@` is shown as `mask_url` does: what the command line says about arguments."""
    return _WORD_WITH_AT.sub(lambda match: mask_url(match.group()), text)


def _place(text: str) -> str:
    """Host, port and path as far as they are such, and known options."""
    match = _PLACE.match(text)
    shown = match.group() if match else ""
    rest = text[len(shown) :]
    if not rest or _OPTIONS.fullmatch(rest):
        return text
    return shown + (rest[0] if rest[0] in ":?#/" else "") + MASK


def mask_text(text: str) -> str:
    """`text` without credentials in URLs (the user's name stays), bearer tokens and what looks like an API key."""
    if "://" in text and "@" in text:
        text = _MYSQL_CREDENTIALS.sub(_masked_database, text)
        text = _URL_CREDENTIALS.sub(_masked_credentials, text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    return _KEY_SHAPED.sub(MASK, text)


def _masked_database(match: re.Match[str]) -> str:
    """Hide all before the last `@`: a password may hold any character."""
    scheme, rest = match.groups()
    credentials, at, place = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    return f"{scheme}{user + ':' if colon else ''}{MASK}@{place}" if at else match[0]


def _masked_credentials(match: re.Match[str]) -> str:
    scheme, credentials = match.groups()
    user, colon, _ = credentials.partition(":")
    return f"{scheme}{user}:{MASK}@" if colon else f"{scheme}{MASK}@"
