"""Fill the settings from defaults, a TOML file, the environment and flags, in that order; later ones win.

The hard part is to be of help when something is wrong: every layer is read to its end, each value is judged by itself
and keeps its origin (file and line, variable or flag), and all that is wrong is told at once.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from orchd.config import Settings
from orchd.config.keys import BACKENDS, SECRETS, keys
from orchd.config.layers import Layer, environment_layer, file_layer, flag_layer
from orchd.config.rules import Problem, complete, find_problems, home_directory, open_to_others
from orchd.errors import ConfigurationError

CLIENT_SECTIONS = ("server.", "terminal.")
_SECRETS = tuple(f".{name}" for name in SECRETS)
PLACES = ("~/.config/orchd/orchd.toml", "/etc/orchd/orchd.toml")


class LoadedSettings(NamedTuple):
    """The outcome: complete settings (data directory, database URL and secrets filled in) and where each came from.

    `origins` maps dotted keys (`server.port`, `backends[0].url`) to a text; what is not in it is a default. `settings`
    holds secrets: show it through `masking` only.
    """

    settings: Settings
    origins: dict[str, str]
    warnings: tuple[str, ...]
    file: Path | None


def load(flags: Mapping[str, Any], environ: Mapping[str, str], config: Path | None = None) -> LoadedSettings:
    """Read all layers. `flags` maps dotted keys to values, None meaning not given; `config` is the `--config` flag.

    Blocks on reading files; call it before the event loop starts. Raises `ConfigurationError` with one line for each
    problem found.
    """
    file = find_file(environ, config)
    layers = [file_layer(file)] if file is not None else []
    layers += [environment_layer(environ), flag_layer(flags)]
    problems = [problem for layer in layers for problem in layer.problems]
    values, origins = _merge(layers)
    settings = build(values)
    problems += [_describe(problem, origins) for problem in find_problems(settings)]
    _refuse(problems)
    settings, found, warned = complete(settings, environ)
    _refuse([_describe(problem, origins) for problem in found])
    warnings = [warning for layer in layers for warning in layer.warnings]
    warnings += [_describe(warning, origins) for warning in warned] + _exposed_file(file, settings, origins)
    return LoadedSettings(settings, origins, tuple(warnings), file)


def load_client(environ: Mapping[str, str], config: Path | None = None) -> Settings:
    """What a client on this machine needs to know of the configuration: where the daemon listens, `[terminal]`.

    Nothing is said of the daemon's other settings, and no secret is read: a user may be allowed neither. Blocks on
    reading files. Raises `ConfigurationError`.
    """
    file = find_file(environ, config)
    named = config is not None or bool(environ.get("ORCHD_CONFIG"))
    layers = [file_layer(file)] if file is not None and (named or os.access(file, os.R_OK)) else []
    layers.append(environment_layer(environ))
    _refuse([problem for layer in layers for problem in layer.problems if _concerns_clients(problem)])
    values, _ = _merge(layers)
    return build({name: value for name, value in values.items() if name.startswith(CLIENT_SECTIONS)})


def _concerns_clients(problem: str) -> bool:
    return any(f"`{section}" in problem for section in CLIENT_SECTIONS)


def find_file(environ: Mapping[str, str], config: Path | None) -> Path | None:
    """The file to read: the flag's, else `$ORCHD_CONFIG`, else the first of `PLACES` that is there, else None.

    One that was asked for need not exist; reading it then fails.
    """
    if config is not None:
        return config
    if environ.get("ORCHD_CONFIG"):
        return Path(environ["ORCHD_CONFIG"])
    home = home_directory(environ)
    places = [Path(place.replace("~", str(home), 1)) for place in PLACES if home is not None or place[0] != "~"]
    return next((place for place in places if place.is_file()), None)


def build(values: Mapping[str, Any]) -> Settings:
    """The tree from converted values by dotted key; what is not given has its default."""
    tree: dict[str, Any] = {}
    for key in keys():
        if key.dotted in values:
            branch = tree
            for name in key.path[:-1]:
                branch = branch.setdefault(name, {})
            branch[key.path[-1]] = values[key.dotted]
    return msgspec.convert(tree, Settings)


def _merge(layers: list[Layer]) -> tuple[dict[str, Any], dict[str, str]]:
    """Later layers win; a list of backends replaces an earlier one as a whole, origins of its members included."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        if BACKENDS in layer.values:
            origins = {where: origin for where, origin in origins.items() if not where.startswith(BACKENDS)}
        values |= layer.values
        origins |= layer.origins
    return values, origins


def _describe(problem: Problem, origins: Mapping[str, str]) -> str:
    where, sentence = problem
    origin = origins.get(where) or origins.get(where.rpartition(".")[0]) or "defaults"
    return f"{origin}: `{where}` {sentence}"


def _refuse(problems: list[str]) -> None:
    if problems:
        raise ConfigurationError("\n".join(problems))


def _exposed_file(file: Path | None, settings: Settings, origins: Mapping[str, str]) -> list[str]:
    """A warning when secrets stand in a configuration file that every user can read."""
    if file is None or not open_to_others(file):
        return []
    secret = [
        where
        for where, origin in origins.items()
        if origin.startswith(f"{file}:")
        and (where.endswith((".apiKey", ".clientSecret")) or _has_password(where, settings))
    ]
    fix = f"which every user can read; run `chmod 600 {file}` or use a secret's file"
    return [f"{origins[where]}: `{where}` is in a file {fix}" for where in secret]


def _has_password(where: str, settings: Settings) -> bool:
    own = settings.database.url is not None and settings.database.password_file is None
    return where == "database.url" and own and ":" in str(settings.database.url).partition("://")[2].rpartition("@")[0]
