"""The documents that follow from the settings."""

import tomllib
from pathlib import Path

import pytest

from orchd.config.doc import COMMAND, default_text, document
from orchd.config.keys import BACKENDS, backend_keys, keys
from orchd.config.layers import FLAGS, file_layer

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "packaging" / "orchd.toml"


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == document(), f"run: {COMMAND}"


def test_each_setting_is_on_the_page() -> None:
    page = document().splitlines()
    for key in (*keys(), *backend_keys()):
        names = f"`{key.environment}`" if key.environment else key.bounds
        lines = [line for line in page if line.startswith(f"| `{key.path[-1]}` | {names}")]
        assert len(lines) == 1, key.dotted
        assert key.description in lines[0]
        assert FLAGS.get(key.dotted, "") in lines[0]


@pytest.mark.parametrize(
    ("dotted", "text"),
    [
        ("server.maxFrameBytes", "`1048576` (1 MiB)"),
        ("server.sendSoftBytes", "`65536` (64 KiB)"),
        ("database.timeoutSeconds", "`10.0` (10 s)"),
        ("database.url", "unset"),
        ("server.host", '`"127.0.0.1"`'),
        ("server.insecure", "`false`"),
    ],
)
def test_defaults_have_units(dotted: str, text: str) -> None:
    (key,) = [key for key in keys() if key.dotted == dotted]
    assert default_text(key) == text


def test_the_example_is_all_comments() -> None:
    assert not any(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")).values())


def test_the_example_has_every_setting_in_its_place_and_loads(tmp_path: Path) -> None:
    """Taking away each `#` that stands before a key gives a valid file, alternatives aside."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    wanted = [line.removeprefix("#") if line[:1] == "#" and line[1:2] != " " else line for line in lines]
    chosen = [line for line in wanted if not line.startswith('url = "sqlite:')]
    file = tmp_path / "orchd.toml"
    file.write_text("\n".join(chosen))
    layer = file_layer(file)
    assert layer.problems == []
    named = {name for name in layer.origins if not name.startswith(BACKENDS)}
    assert named == {key.dotted for key in keys() if key.dotted != BACKENDS}
    assert set(layer.values[BACKENDS][0]) == {key.path[-1] for key in backend_keys()}


def test_the_example_shows_the_defaults() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for key in (key for key in keys() if key.default not in (None, ())):
        shown = tomllib.loads(text.replace(f"#{key.path[-1]} =", f"{key.path[-1]} ="))
        for name in key.path:
            shown = shown[name]
        assert shown == key.default, key.dotted
