"""What a server says went wrong, in its own words, whatever shape it gives them.

There is no list of shapes: the words stand under one of a few names, perhaps one or two levels down, perhaps as JSON
within a text. Where none of that fits, the JSON itself is shown. It all comes from outside and goes to a user: bounded,
without control characters, and without what looks like a secret.
"""

import json
from typing import Any, NamedTuple

from orchd.llm.wire.chunks import ErrorBody, loads
from orchd.masking import MASK, is_secret, mask_text
from orchd.patterns import lazy_pattern

MAX_MESSAGE_CHARACTERS = 500
SHORTEST_KEY = 8
MAX_DEPTH = 5
MAX_ITEMS = 8
"""How many errors of a list are told."""
MAX_NESTED_CHARACTERS = 64 * 1024

_TEXTS = ("message", "detail", "details", "msg", "description", "error_description", "error_message", "error_msg")
_OTHER_TEXTS = ("status_msg", "errmsg", "errorMessage", "faultstring", "Message")
_INSIDE = ("base_resp", "Error", "fault", "header", "result")
"""Where some servers put what they say of an answer."""
_FINE = ("", "ok", "success", "succeeded", "none")
_LAST = ("reason", "title", "type", "code")
_CONTROL = lazy_pattern(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_CODES = ("code", "status", "error_code", "status_code", "statusCode")


class ServerMessage(NamedTuple):
    """What a server said went wrong; `code` and `type` empty when it did not tell."""

    status: int
    message: str
    type: str = ""
    code: str = ""
    param: str = ""
    n_ctx: int | None = None
    n_prompt_tokens: int | None = None
    retry_after_ms: int | None = None


def clean(text: str) -> str:
    """Return `text` fit to be shown: one line, bounded, no control characters, nothing that looks like a secret."""
    text = mask_text(_CONTROL.sub(" ", text[: MAX_MESSAGE_CHARACTERS * 4])).strip()
    return text if len(text) <= MAX_MESSAGE_CHARACTERS else text[: MAX_MESSAGE_CHARACTERS - 1] + "…"


def without_key(text: str, key: str | None) -> str:
    """Return `text` without the key that the server was sent: some repeat it. A word such as `ollama` stays."""
    if not key or len(key) < SHORTEST_KEY or (key.isalpha() and len(key) < 2 * SHORTEST_KEY):
        return text
    return text.replace(key, MASK)


def is_error(error: ErrorBody | None) -> bool:
    """Tell whether what stands under `error` is one: some servers write there that there is none."""
    if not isinstance(error, dict):
        return bool(error)
    fine = str(error.get("code")).lower() in ("0", "200", *_FINE) and _text(error).lower() in _FINE
    return any(error.values()) and not fine


def find_remark(found: Any) -> dict[str, Any] | None:
    """Return the object in a JSON value that says something, where an answer was expected. It need not be an error."""
    if not isinstance(found, dict):
        return None
    places = (found, *(found.get(name) for name in _INSIDE))
    names = (*_TEXTS, *_OTHER_TEXTS)
    return next(
        (
            place
            for place in places
            if isinstance(place, dict)
            and any(isinstance(words := place.get(name), str) and words.lower() not in _FINE for name in names)
        ),
        None,
    )


def find_error(found: Any) -> dict[str, Any] | None:
    """Return the object in a JSON value that tells of an error, where an answer was expected; None when none does."""
    if isinstance(found, list):
        return next((error for item in found[:MAX_ITEMS] if (error := find_error(item)) is not None), None)
    if not isinstance(found, dict):
        return None
    if any(isinstance(found.get(name), str | dict | list) and found[name] for name in ("error", "errors")):
        return found
    if isinstance(found.get("error"), int | float) and found["error"]:
        return found
    if "choices" in found:
        return None
    named = any(str(found.get(key)).lower() in ("error", "fail", "failed") for key in ("object", "type", "status"))
    return found if named or found.get("detail") or (_status(found) and _text(found)) else None


def read_error(status: int, error: ErrorBody) -> ServerMessage:
    """Return what an error says; its numeric `code` counts as the status when the real one is 200."""
    if isinstance(error, str):
        inner = _nested_json(error)
        return ServerMessage(status, error) if inner is None else read_error(status, inner)
    said = ServerMessage(status, _text(error) or "the server reported an error")
    level: Any = error
    for _ in range(MAX_DEPTH):
        if not isinstance(level, dict):
            break
        said = _more(said, level)
        level = level.get("error") or _nested_json(level.get("message"))
    pure = _nested_json(said.message) if said.message.lstrip().startswith("{") else None
    return said if pure is None else said._replace(message=_text(pure))


def read_body(status: int, body: bytes) -> ServerMessage:
    """Return what an error response's body says: its words where they can be found, else its text unless it is a web
    page.
    """
    found = loads(body)
    error = find_error(found)
    if error is None and isinstance(found, dict | str) and found:
        error = found if isinstance(found, dict) else {"message": found}
    if error is not None and (_text(error) or any(error.values())):
        said = read_error(status, error)
        return said if _text(error) else said._replace(message=_show(error))
    text = body.decode("utf-8", "replace").strip()
    if not text or text.startswith("<") or error is not None or "\x00" in text or found in ({}, ""):
        return ServerMessage(status, f"the server answered with HTTP status {status}")
    return ServerMessage(status, text)


def _more(said: ServerMessage, error: dict[str, Any]) -> ServerMessage:
    """Return what is known with what this level tells."""
    detail = next((item for item in _items(error) if isinstance(item, dict)), {})
    where = detail.get("loc")
    return said._replace(
        status=said.status if said.status >= 400 else _status(error) or said.status,
        type=_plain(error.get("type")) or _plain(detail.get("type")) or said.type,
        code=_plain(error.get("code")) or _plain(error.get("status")) or said.code,
        param=_plain(error.get("param")) or (str(where[-1]) if isinstance(where, list) and where else said.param),
        n_ctx=_count(error.get("n_ctx")) or said.n_ctx,
        n_prompt_tokens=_count(error.get("n_prompt_tokens")) or said.n_prompt_tokens,
    )


def _items(error: dict[str, Any]) -> list[Any]:
    """Return the single complaints of a list of them, as FastAPI makes it."""
    return next((found[:MAX_ITEMS] for name in _TEXTS if isinstance(found := error.get(name), list)), [])


def _text(value: Any, depth: int = 0) -> str:
    """Return the words in a value, empty when there are none."""
    if isinstance(value, str):
        return value
    if depth > MAX_DEPTH:
        return ""
    if isinstance(value, list):
        return "; ".join(text for item in value[:MAX_ITEMS] if (text := _text(item, depth + 1)))
    if not isinstance(value, dict):
        return ""
    found = next(
        (text for name in (*_TEXTS, *_OTHER_TEXTS, "error", "errors") if (text := _text(value.get(name), depth + 1))),
        "",
    )
    where = value.get("loc")
    if found and isinstance(where, list):
        return ".".join(str(part) for part in where[:MAX_ITEMS]) + ": " + found
    return found or next((value[name] for name in _LAST if isinstance(value.get(name), str) and value[name]), "")


def _nested_json(text: Any) -> dict[str, Any] | None:
    """Return the JSON object that a text is, or ends with, as proxies pass on what their own server said."""
    if not isinstance(text, str) or "{" not in text or len(text) > MAX_NESTED_CHARACTERS:
        return None
    found = loads(text[text.index("{") :].strip().rstrip("\"'").encode("utf-8", "replace"))
    return found if isinstance(found, dict) and _text(found) else None


def _show(found: dict[str, Any]) -> str:
    """Return JSON as it is, without its secrets."""
    kept = {name: "***" if is_secret(name) else value for name, value in found.items()}
    try:
        return json.dumps(kept, ensure_ascii=False, separators=(", ", ": "))
    except (ValueError, RecursionError):
        return "the server reported an error"


def _status(error: dict[str, Any]) -> int | None:
    """Return the HTTP status that a body tells of, None when it tells of none."""
    found = (error.get(name) for name in _CODES)
    codes = (int(code) if isinstance(code, str) and code.isascii() and code.isdigit() else code for code in found)
    return next((code for code in codes if isinstance(code, int) and 400 <= code < 600), None)


def _plain(value: Any) -> str:
    return str(value)[:MAX_MESSAGE_CHARACTERS] if isinstance(value, str | int) and value else ""


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else None
