"""One layer of configuration: what a file, the environment or the flags give, each value judged and with its origin."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from msgspec import NODEFAULT, inspect

from orchd.config import renames
from orchd.config.keys import BACKENDS, Key, backend_keys, keys, nearest, sections
from orchd.config.lines import Path as LinePath
from orchd.config.lines import find_lines, line_of
from orchd.errors import ConfigurationError
from orchd.masking import MASK, mask_text
from orchd.patterns import lazy_pattern

MAX_FILE = 1024 * 1024
IGNORED = ("ORCHD_CONFIG", "ORCHD_MASTER_KEY", "ORCHD_SETUP_TOKEN", "ORCHD_TOKEN")
"""What is no setting: a secret stands in no tree that is shown."""
IGNORED_PREFIX = "ORCHD_TEST_"
FLAGS = {
    "dataDir": "--data-dir",
    "server.host": "--host",
    "server.port": "--port",
    "server.insecure": "--insecure",
    "server.reusePort": "--reuse-port",
    "database.url": "--database",
    BACKENDS: "--backend",
    "models.demo": "--demo",
    "local.models": "--local-model",
    "log.level": "--log-level",
    "log.format": "--log-format",
}
"""The settings that have a flag."""

_PATHS = frozenset(
    {
        "dataDir",
        "directory",
        "passwordFile",
        "apiKeyFile",
        "masterKeyFile",
        "tlsCertificate",
        "tlsKey",
        "clientSecretFile",
        "smtpPasswordFile",
        "smtpCaFile",
        "caFile",
    }
)
_PATH_LISTS = frozenset({"local.models"})
_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_PLAIN_NAME = lazy_pattern(r"[\w. -]{1,64}")
_AT_LINE = lazy_pattern(r"^(?P<what>.*?) \(at line (?P<line>\d+), column \d+\)$", re.DOTALL)


@dataclass
class Layer:
    """What one source gives. `values` has converted values by dotted key (backends as a list of dicts), `origins` says
    where each stands, `problems` and `warnings` are finished lines, `renamed` has those given by an old name: the new
    one, and where the old one stands. Relative paths are taken from `base`."""

    base: Path
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def give(self, key: Key, where: str, value: Any, origin: str) -> Any:
        """Convert and note `value`; returns the converted one, or NODEFAULT after noting a problem."""
        self.origins[where] = origin
        try:
            converted = msgspec.convert(value, key.type)
        except msgspec.ValidationError:
            hidden = key.secret or (key.url and not isinstance(value, int | float))
            shown = "" if hidden else f", not {_show_value(value)}"
            self.problems.append(f"{origin}: `{where}` must be {key.bounds}{shown}")
            return NODEFAULT
        try:
            if key.path[-1] in _PATHS and converted is not None:
                converted = self._absolute(converted)
            if key.dotted in _PATH_LISTS:
                converted = tuple(map(self._absolute, converted))
        except RuntimeError:
            self.problems.append(f"{origin}: `{where}` begins with `~`, and that home directory is not known")
            return NODEFAULT
        except FileNotFoundError:
            self.problems.append(f"{origin}: `{where}` is a relative path, and the working directory is gone")
            return NODEFAULT
        return converted

    def _absolute(self, path: str) -> str:
        """Raises RuntimeError for an unknown home, FileNotFoundError when a relative path has nothing to start from."""
        return str((self.base / Path(path).expanduser()).absolute())

    def accept_old(self, old: str, origin: str) -> Key | None:
        """Return the key that a setting has now which is given by an old name; None where it is given by both."""
        new = renames.RENAMED[old]
        if new in self.origins:
            self.problems.append(f"{origin}: `{old}` is called `{new}` now, and both are given: remove this one")
            return None
        self.warnings.append(f"{origin}: `{old}` is called `{new}` now; the old name still works")
        self.renamed[new] = old, origin
        return next(key for key in keys() if key.dotted == new)

    def demand_one_name(self) -> None:
        """Note a problem for each setting that was given by its new name behind the old one."""
        for new, (old, origin) in self.renamed.items():
            if self.origins.get(new) != origin:
                self.problems.append(f"{origin}: `{old}` is called `{new}` now, and both are given: remove this one")

    def give_backends(self, items: Any, origins: "Origins") -> None:
        """Note a list of backends; each member is judged by itself."""
        self.origins[BACKENDS] = origins(())
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            self.problems.append(f"{origins(())}: `{BACKENDS}` must be a list of tables, written `[[{BACKENDS}]]`")
            return
        self.values[BACKENDS] = [self._backend(index, item, origins) for index, item in enumerate(items)]

    def _backend(self, index: int, item: dict[str, Any], origins: "Origins") -> dict[str, Any]:
        known = {key.path[-1]: key for key in backend_keys()}
        here = f"{BACKENDS}[{index}]"
        self.origins[here] = origins((index,))
        values: dict[str, Any] = {"url": f"http://missing-{index}"}
        if "url" not in item:
            self.problems.append(
                f'{origins((index,))}: `{here}` has no `url`; add e.g. `url = "http://127.0.0.1:1234"`'
            )
        for name, value in item.items():
            origin = origins((index, name))
            if name not in known:
                self.problems.append(f"{origin}: `{here}.{_show_name(name)}` is unknown" + _hint(name, list(known)))
                continue
            converted = self.give(known[name], f"{here}.{name}", value, origin)
            if converted is not NODEFAULT:
                values[name] = converted
        return values


class Origins:
    """Tells where a backend's member stands; this one for sources without lines."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __call__(self, path: LinePath) -> str:
        return self._text


class _LineOrigins(Origins):
    def __init__(self, file: Path, lines: dict[LinePath, int]) -> None:
        super().__init__(str(file))
        self._lines = lines

    def __call__(self, path: LinePath) -> str:
        return self.at((BACKENDS, *path))

    def at(self, path: LinePath) -> str:
        return f"{self._text}:{line_of(self._lines, path)}"


def file_layer(file: Path) -> Layer:
    """Read a TOML file. Raises `ConfigurationError` when it can't be read or is no TOML; blocks on the disk."""
    text = _read(file)
    layer = Layer(file.absolute().parent)
    _walk(layer, _parse(file, text), (), _LineOrigins(file, find_lines(text)))
    layer.demand_one_name()
    return layer


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """Take all `ORCHD_*` variables; an empty one counts as not set."""
    known, old = {str(key.environment): key for key in keys()}, renames.old_variables()
    layer = Layer(Path())
    for name, text in sorted(environ.items()):
        if not name.startswith("ORCHD_") or name in IGNORED or name.startswith(IGNORED_PREFIX):
            continue
        origin = f"environment {name}"
        if name in old:
            if text and (key := layer.accept_old(old[name], origin)) is not None:
                _take_text(layer, key, text, origin)
        elif name not in known:
            layer.problems.append(f"{origin}: unknown setting" + _hint(name, list(known)))
        elif text:
            _take_text(layer, known[name], text, origin)
    layer.demand_one_name()
    return layer


def flag_layer(flags: Mapping[str, Any]) -> Layer:
    """Take the flags that are given, by dotted key; `backends` is a sequence of URLs."""
    layer = Layer(Path())
    known = {key.dotted: key for key in keys()}
    for dotted, value in flags.items():
        origin = f"flag {FLAGS[dotted]}"
        if value is None or value == ():
            continue
        if dotted == BACKENDS:
            layer.give_backends([{"url": url} for url in value], Origins(origin))
        else:
            _note(layer, known[dotted], value, origin)
    return layer


def _note(layer: Layer, key: Key, value: Any, origin: str) -> None:
    converted = layer.give(key, key.dotted, value, origin)
    if converted is not NODEFAULT:
        layer.values[key.dotted] = converted


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise ConfigurationError(f"{file}: is longer than {MAX_FILE} bytes; is it the right file?")
        return data.decode("utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{file}:{line}: is not UTF-8 text") from error


def _parse(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ConfigurationError(f"{file}: is nested too deeply") from error
    except ValueError as error:  # TOMLDecodeError, and what `int` and `datetime` raise for absurd values
        match = _AT_LINE.match(str(error))
        line, what = (int(match["line"]), match["what"]) if match else (text.count("\n") + 1, str(error))
        raise ConfigurationError(f"{file}:{line}: is not valid TOML: {what}") from error


def _walk(layer: Layer, table: dict[str, Any], path: tuple[str, ...], origins: _LineOrigins) -> None:
    known = {key.path: key for key in keys()}
    for name, value in table.items():
        here = (*path, name)
        if here == (BACKENDS,):
            layer.give_backends(value, origins)
        elif here in known:
            _note(layer, known[here], value, origins.at(here))
        elif ".".join(here) in renames.RENAMED:
            if (key := layer.accept_old(".".join(here), origins.at(here))) is not None:
                _note(layer, key, value, origins.at(here))
        elif len(here) == 1 and (name in sections() or renames.is_old_section(name)):
            _walk_section(layer, value, here, origins)
        else:
            layer.problems.append(
                f"{origins.at(here)}: `{'.'.join(map(_show_name, here))}` is unknown" + _suggest(here)
            )


def _walk_section(layer: Layer, value: Any, here: tuple[str, ...], origins: _LineOrigins) -> None:
    if isinstance(value, dict):
        _walk(layer, value, here, origins)
    else:
        layer.problems.append(f"{origins.at(here)}: `{here[0]}` must be a table, written `[{here[0]}]`")


def _suggest(path: tuple[str, ...]) -> str:
    """The same name, in this table or in another one, else the nearest of the same table, else of another one."""
    same = [key for key in keys() if key.path[-1].lower() == path[-1].lower()]
    if same and not any(key.path[:-1] == path[:-1] for key in same):
        return f"; did you mean `{same[0].dotted}`?"
    beside = [key.path[-1] for key in keys() if key.path[:-1] == path[:-1]]
    if len(path) == 1:
        beside += sections()
    if found := nearest(path[-1], beside):
        return f"; did you mean `{'.'.join((*path[:-1], found))}`?"
    elsewhere = [key.dotted for key in keys() if nearest(path[-1], [key.path[-1]])]
    return _hint(".".join(path), elsewhere) or (f"; did you mean `{elsewhere[0]}`?" if elsewhere else "")


def _hint(name: str, known: list[str]) -> str:
    found = nearest(name, known)
    return f"; did you mean `{found}`?" if found else ""


def _take_text(layer: Layer, key: Key, text: str, origin: str) -> None:
    """A variable's text as a value: JSON where it starts like that, else split or converted as the type wants."""
    if not _is_list(key):
        _note(layer, key, _scalar_of(key, text), origin)
        return
    try:
        items = _list_of(text)
    except RecursionError:
        layer.problems.append(f"{origin}: is nested too deeply")
    except ValueError as error:
        layer.problems.append(f"{origin}: {_json_fault(error)}")
    else:
        if key.dotted == BACKENDS:
            layer.give_backends(_tables(items), Origins(origin))
        else:
            _note(layer, key, items, origin)


def _tables(items: Any) -> Any:
    """Backends as tables: a URL alone is one, and one table alone is a list of one."""
    if isinstance(items, dict):
        return [items]
    return [{"url": item} if isinstance(item, str) else item for item in items] if isinstance(items, list) else items


def _json_fault(error: ValueError) -> str:
    """What the parser says, which repeats nothing of the text."""
    if not isinstance(error, json.JSONDecodeError):
        return "is broken JSON: it has a number that is too long"
    return f"is broken JSON: {error.msg} (line {error.lineno}, column {error.colno})"


def _is_list(key: Key) -> bool:
    info = inspect.type_info(key.type)
    return isinstance(info.type if isinstance(info, inspect.Metadata) else info, inspect.VarTupleType)


def _list_of(text: str) -> Any:
    """JSON, or comma-separated texts. Raises ValueError or RecursionError for what only starts like JSON."""
    if text.lstrip().startswith(("[", "{")):
        return json.loads(text)
    return [part.strip() for part in text.split(",") if part.strip()]


def _scalar_of(key: Key, text: str) -> Any:
    if isinstance(key.default, bool) and text.strip().lower() in _BOOLEANS:
        return _BOOLEANS[text.strip().lower()]
    try:
        return msgspec.convert(text, key.type, strict=False)
    except msgspec.ValidationError:
        return text


def _show_name(name: str) -> str:
    """An unknown key as it may be shown: in JSON or TOML that is put together wrongly, a URL may stand in its place."""
    return name if _PLAIN_NAME.fullmatch(name) else MASK


def _show_value(value: Any) -> str:
    text = mask_text(json.dumps(value, default=str, ensure_ascii=False))
    return text if len(text) <= 60 else text[:57] + "..."
