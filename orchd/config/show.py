"""`orchd config`: the effective configuration as TOML-like text, secrets masked, each value with where it came from."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchd.config import BackendSettings, Settings
from orchd.config.keys import BACKENDS, Key, backend_keys, keys, sections
from orchd.masking import MASK, mask_text, mask_url

_COMMENT_COLUMN = 48


def render(settings: Settings, origins: Mapping[str, str], file: Path | None) -> str:
    """The text, with a line feed at its end. What has no value is shown commented out."""
    lines = [f"# file: {file if file is not None else 'none found'}"]
    section = ""
    for key in keys():
        if key.dotted == BACKENDS:
            continue
        if key.path[0] in sections() and key.path[0] != section:
            section = key.path[0]
            lines += ["", f"[{section}]"]
        lines.append(_line(key, _value(settings, key), origins.get(key.dotted, _default_origin(key))))
    for index, backend in enumerate(settings.backends):
        lines += ["", f"[[{BACKENDS}]]", *_backend(backend, f"{BACKENDS}[{index}]", origins)]
    if not settings.backends:
        lines += ["", f"# no [[{BACKENDS}]]: model servers are looked for on loopback"]
    return "\n".join(lines) + "\n"


def render_json(settings: Settings, origins: Mapping[str, str], file: Path | None) -> str:
    """The same as one JSON object: `file`, and `settings` by their dotted names, each with `value` and `origin`."""
    told = {
        key.dotted: _item(key, _value(settings, key), origins.get(key.dotted, _default_origin(key)))
        for key in keys()
        if key.dotted != BACKENDS
    }
    for index, backend in enumerate(settings.backends):
        for key in backend_keys():
            where = f"{BACKENDS}[{index}]"
            told[f"{where}.{key.path[-1]}"] = _item(
                key, getattr(backend, key.attribute), _backend_origin(key, backend, where, origins)
            )
    shown = {"file": None if file is None else str(file), "settings": told}
    return json.dumps(shown, ensure_ascii=False, indent=1) + "\n"


def _item(key: Key, value: Any, origin: str) -> dict[str, Any]:
    return {"value": None if value is None else _show_value(key, value), "origin": origin}


def changed_keys(old: Settings, new: Settings) -> list[str]:
    """Return the dotted keys of the settings that differ; `backends` stands for all that is in them."""
    return [key.dotted for key in keys() if _value(old, key) != _value(new, key)]


def render_changes(settings: Settings) -> str:
    """Return the settings that aren't as they come, for somebody else: texts that an operator has written are only said
    to be there, since they name people, files and places."""
    lines = []
    for key in keys():
        value = _value(settings, key)
        if key.dotted != BACKENDS and value != key.default:
            lines.append(f"{key.dotted} = {_hide_text(key, value)}")
    for number, backend in enumerate(settings.backends):
        for key in backend_keys():
            value = getattr(backend, key.attribute)
            if value != key.default:
                lines.append(f"{BACKENDS}[{number}].{key.path[-1]} = {_hide_text(key, value)}")
    return "\n".join([*lines, "# all others are as they come", ""])


def _hide_text(key: Key, value: Any) -> str:
    if isinstance(value, tuple | dict):
        return f"# {len(value)} of them"
    if key.url and isinstance(value, str):
        return literal(f"{value.partition('://')[0]}://{MASK}") if "://" in value else f"# {MASK}"
    is_plain = not isinstance(value, str) or f"`{value}`" in key.bounds.split(" or ")
    return literal(value) if is_plain else f"# {MASK}"


def literal(value: Any) -> str:
    """A TOML literal of a setting's value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{literal(name)} = {literal(each)}" for name, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def _backend(backend: BackendSettings, where: str, origins: Mapping[str, str]) -> Iterator[str]:
    for key in backend_keys():
        yield _line(key, getattr(backend, key.attribute), _backend_origin(key, backend, where, origins))


def _backend_origin(key: Key, backend: BackendSettings, where: str, origins: Mapping[str, str]) -> str:
    implied = f"read from {backend.api_key_file}" if key.secret and backend.api_key_file else "default"
    return origins.get(f"{where}.{key.path[-1]}", implied)


def _line(key: Key, value: Any, origin: str) -> str:
    name = key.path[-1]
    if value is None:
        return f"{f'# {name} is unset':<{_COMMENT_COLUMN}} # {origin}"
    return f"{f'{name} = {literal(_show_value(key, value))}':<{_COMMENT_COLUMN}} # {origin}"


def _show_value(key: Key, value: Any) -> Any:
    if key.secret:
        return MASK
    if not isinstance(value, str):
        return value
    return mask_url(value) if key.url else mask_text(value)


def _value(settings: Settings, key: Key) -> Any:
    if len(key.path) == 1:
        return getattr(settings, key.attribute)
    return getattr(getattr(settings, key.path[0]), key.attribute)


def _default_origin(key: Key) -> str:
    return "default: in the data directory" if key.dotted == "database.url" else "default"
