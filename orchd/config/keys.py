"""Every setting as a list of keys: what the loader reads, the documentation prints and `orchd config` shows.

The tree in `orchd/config/__init__.py` is written once; names, bounds and sentences for all other places are read off
it here, so that none of them can fall behind.
"""

import difflib
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct, inspect

from orchd.config import BackendSettings, Settings

BACKENDS = "backends"
BACKEND_MARK = "backends[]"
SECRETS = frozenset({"apiKey", "clientSecret", "smtpPassword"})


class Key(NamedTuple):
    """One setting. `path` is its place in TOML, e.g. `("server", "port")`; `default` is NODEFAULT if there is none."""

    path: tuple[str, ...]
    attribute: str
    type: Any
    default: Any
    description: str

    @property
    def dotted(self) -> str:
        """The name that messages use, e.g. `server.port`."""
        return ".".join(self.path)

    @property
    def environment(self) -> str | None:
        """Its environment variable; None for a backend's members, which `ORCHD_BACKENDS` gives as a whole."""
        return None if self.path[0] == BACKEND_MARK else variable_of(self.path)

    @property
    def secret(self) -> bool:
        """Whether the value must not be shown."""
        return self.path[-1] in SECRETS

    @property
    def url(self) -> bool:
        """Whether the value is a URL: wrong ones may hold a password anywhere, so they are shown by `mask_url` only."""
        return self.path[-1] in ("url", "issuer", "endpoint")

    @property
    def bounds(self) -> str:
        """Type and bounds in words, e.g. `a whole number from 0 to 65535`."""
        return _words(inspect.type_info(self.type))


def variable_of(path: tuple[str, ...]) -> str:
    """Return the environment variable of the setting at a place in TOML."""
    return "ORCHD_" + "_".join(map(_upper_snake, path))


@cache
def keys() -> tuple[Key, ...]:
    """All settings in the order of the tree, sections flattened, `backends` itself included, its members not."""
    return tuple(_walk(Settings, ()))


@cache
def backend_keys() -> tuple[Key, ...]:
    """The members of one entry of `backends`."""
    return tuple(_walk(BackendSettings, (BACKEND_MARK,)))


def sections() -> dict[str, str]:
    """The sections of the tree and what each is about; top-level settings have none."""
    return {
        field.encode_name: field.type.__doc__ or ""
        for field in msgspec.structs.fields(Settings)
        if _is_section(field.type)
    }


def nearest(name: str, known: list[str]) -> str | None:
    """The known name that `name` was most likely meant to be, whatever its capitals and separators."""
    plain = {_plain(each): each for each in known}
    found = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=0.6)
    return plain[found[0]] if found else None


def _walk(tree: type[Struct], above: tuple[str, ...]) -> Iterator[Key]:
    for field in msgspec.structs.fields(tree):
        path = (*above, field.encode_name)
        if _is_section(field.type):
            yield from _walk(field.type, path)
        else:
            default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
            yield Key(path, field.name, field.type, default, _description(field.type))


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _description(kind: Any) -> str:
    info = inspect.type_info(kind)
    schema = info.extra_json_schema if isinstance(info, inspect.Metadata) else None
    return str((schema or {}).get("description", ""))


def _words(info: inspect.Type) -> str:
    match info:
        case inspect.Metadata(type=inner):
            return _words(inner)
        case inspect.UnionType(types=kinds):
            return " or ".join(_words(kind) for kind in kinds if not isinstance(kind, inspect.NoneType))
        case inspect.LiteralType(values=values):
            return " or ".join(f"`{value}`" for value in values)
        case inspect.IntType():
            return "a whole number" + _range(info)
        case inspect.FloatType():
            return "a number" + _range(info)
        case inspect.BoolType():
            return "`true` or `false`"
        case inspect.StrType():
            return "text"
        case inspect.VarTupleType(item_type=inspect.StructType()):
            return "a list of tables"
        case inspect.VarTupleType(item_type=item):
            return f"a list of {_words(item)}s"
        case inspect.DictType(value_type=value):
            return f"a table of {_words(value)}s"
    raise NotImplementedError(f"settings of {info!r} can't be described yet")


def _range(info: inspect.IntType | inspect.FloatType) -> str:
    above = f" above {info.gt:g}" if info.gt is not None else f" from {info.ge}" if info.ge is not None else ""
    upto = f"{' up' if info.gt is not None else ''} to {info.le}" if info.le is not None else ""
    return above + upto


def _upper_snake(camel: str) -> str:
    return "".join("_" + letter if letter.isupper() else letter.upper() for letter in camel)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
