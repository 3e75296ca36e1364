"""What `orchd config` prints: all that holds, nothing that is secret."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.config import BackendSettings, DatabaseSettings, LogSettings, ServerSettings, Settings
from orchd.config.keys import Key, keys
from orchd.config.load import LoadedSettings, build, load
from orchd.config.show import changed_keys, literal, render, render_changes
from orchd.settings.oidc import OidcSettings

HOME = {"HOME": "/home/someone"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orchd.toml"
    path.touch(mode=0o600)
    return path


def values_of(key: Key) -> st.SearchStrategy[Any]:
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "server.port": st.integers(0, 65535),
        "server.maxInFlight": st.integers(1, 1000),
        "server.graceSeconds": st.floats(0, 86400),
        "models.default": st.text(st.characters(codec="utf-8"), max_size=20),
        "models.demo": st.booleans(),
        "log.level": st.sampled_from(["debug", "info", "warning", "error"]),
        "server.allowedHosts": st.lists(st.sampled_from(["a.lan", "b"]), max_size=3).map(tuple),
    }
    return strategies.get(key.dotted, st.nothing())


DRAWN = {key.dotted: values_of(key) for key in keys() if not values_of(key).is_empty}


@given(st.fixed_dictionaries({}, optional=DRAWN))
def test_what_is_shown_is_what_holds(values: dict[str, Any]) -> None:
    """The text of `orchd config`, read back, gives the same settings."""
    settings = build(values)
    text = render(settings, {}, None)
    again = tomllib.loads(text)
    assert build({key.dotted: found for key in keys() if (found := _dig(again, key.path)) is not None}) == settings


def _dig(table: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        table = table.get(name) if table is not None else None
    return table


def test_shown_configuration_masks_secrets_and_names_origins(file: Path, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("filekey\n")
    file.write_text(
        '[database]\nurl = "mysql://u:hunter2@h/n"\n[[backends]]\nurl = "http://a:1"\napiKey = "hunter3"\n'
        f'[[backends]]\nurl = "http://b:1"\napiKeyFile = {json.dumps(str(key_file))}\n'
    )
    loaded: LoadedSettings = load({"server.port": 4000}, HOME, file)
    assert loaded.settings.backends[1].api_key == "filekey"
    text = render(loaded.settings, loaded.origins, loaded.file)
    for secret in ("hunter2", "hunter3", "filekey"):
        assert secret not in text
    lines = {line.partition("#")[0].strip(): line.partition("# ")[2] for line in text.splitlines()}
    assert lines['url = "mysql://u:***@h/n"'] == f"{file}:2"
    assert lines["port = 4000"] == "flag --port"
    assert lines['host = "127.0.0.1"'] == "default"
    assert f"# read from {key_file}" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (3, "3"), (1.0, "1.0"), ((), "[]"), (("a", "b"), '["a", "b"]'), ('a"\x7f\n', '"a\\"\\u007f\\n"')],
)
def test_toml_literals(value: Any, text: str) -> None:
    assert literal(value) == text


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), st.text(st.characters(codec="utf-8"))))
def test_a_table_is_written_as_toml_reads_it(table: dict[str, str]) -> None:
    assert tomllib.loads(f"aliases = {literal(table)}") == {"aliases": table}


def test_which_settings_differ() -> None:
    old = Settings()
    assert changed_keys(old, Settings()) == []
    new = Settings(log=LogSettings(level="debug"), backends=(BackendSettings("http://127.0.0.1:1"),))
    assert sorted(changed_keys(old, new)) == ["backends", "log.level"]


def test_for_somebody_else_texts_are_only_said_to_be_there() -> None:
    mark = "Zanzibar"
    settings = Settings(
        data_dir=f"/home/{mark}",
        server=ServerSettings(port=7, allowed_hosts=(f"{mark}.lan",), insecure=True),
        database=DatabaseSettings(url=f"mysql://{mark}:{mark}@{mark}/x", pool_size=9),
        backends=(
            BackendSettings(url=f"https://{mark}.example/v1", kind="ollama", api_key=mark, aliases={mark: mark}),
        ),
        oidc=OidcSettings(issuer=f"https://{mark}.example", client_id=mark, client_secret=mark, default_role="viewer"),
    )
    told = render_changes(settings)
    assert mark not in told
    for line in (
        "dataDir = # ***",
        "server.port = 7",
        "server.insecure = true",
        "server.allowedHosts = # 1 of them",
        'database.url = "mysql://***"',
        "database.poolSize = 9",
        'backends[0].url = "https://***"',
        'backends[0].kind = "ollama"',
        "backends[0].apiKey = # ***",
        "backends[0].aliases = # 1 of them",
        'oidc.issuer = "https://***"',
        "oidc.clientSecret = # ***",
        'oidc.defaultRole = "viewer"',
    ):
        assert line in told.splitlines()
    assert "log.level" not in told, "it is as it comes"
