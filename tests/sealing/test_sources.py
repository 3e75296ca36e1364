"""Where master keys come from, and in which order."""

import stat
import threading
from pathlib import Path

import pytest

from orchd.errors import ConfigurationError
from orchd.sealing.key_file import create
from orchd.sealing.master_key import make_key
from orchd.sealing.sources import CREDENTIAL, FILE_NAME, VARIABLE, KeySource, find_source
from tests.fix_sealing import ring_of

KEYS = [make_key() for _ in range(3)]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Everything is there at once."""
    for number, name in enumerate(("setting.keys", f"credentials/{CREDENTIAL}", f"data/{FILE_NAME}")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        create(tmp_path / name, ring_of(KEYS[number]))
    return {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"), VARIABLE: "a secret"}


def test_the_first_that_is_there_is_taken(environ: dict[str, str], tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert find_source(data, str(tmp_path / "setting.keys"), environ).read().keys == (KEYS[0],)
    assert find_source(data, None, environ).read().keys == (KEYS[1],)
    (tmp_path / "credentials" / CREDENTIAL).unlink()
    assert find_source(data, None, environ).kind == "environment"
    del environ[VARIABLE]
    assert find_source(data, None, environ).read().keys == (KEYS[2],)
    assert find_source(data, None, {VARIABLE: ""}).kind == "data"


def test_a_credential_that_can_not_be_looked_at_is_not_passed_over(tmp_path: Path) -> None:
    circle = tmp_path / CREDENTIAL
    circle.symlink_to(circle)
    source = find_source(str(tmp_path / "data"), None, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert source.kind == "credential"
    with pytest.raises(ConfigurationError, match="can't be read"):
        source.read()
    assert find_source("/data", None, {"CREDENTIALS_DIRECTORY": str(tmp_path / "none")}).kind == "data"


def test_the_environments_key_is_read_and_not_shown() -> None:
    source = find_source("/nowhere", None, {VARIABLE: f"{KEYS[1].text},{KEYS[0].text}"})
    assert source.read().keys == (KEYS[1], KEYS[0])
    assert KEYS[1].text not in f"{source} {source!r} {source.described}"


@pytest.mark.parametrize(("text", "told"), [("hunter2", "no key"), (" # ", "holds no key")])
def test_what_is_no_key_in_the_environment_is_refused(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as error:
        find_source("/nowhere", None, {VARIABLE: text}).read()
    assert VARIABLE in str(error.value)
    assert "hunter2" not in str(error.value)


def test_a_file_that_the_settings_name_must_be_there(tmp_path: Path) -> None:
    source = KeySource("setting", tmp_path / "k")
    with pytest.raises(ConfigurationError, match="orchd keys init"):
        source.read()
    assert len(source.make().keys) == 1, "made when it is asked for"


def test_a_file_in_the_data_directory_is_made_when_it_is_needed(tmp_path: Path) -> None:
    source = find_source(str(tmp_path / "data"), None, {})
    assert not source.read().keys
    assert not (tmp_path / "data").exists(), "reading makes nothing"
    made = source.make()
    assert len(made.keys) == 1
    assert stat.S_IMODE((tmp_path / "data" / FILE_NAME).stat().st_mode) == 0o600
    assert source.make().keys == source.read().keys == made.keys


def test_all_who_need_it_first_get_the_same_key(tmp_path: Path) -> None:
    source = find_source(str(tmp_path), None, {})
    made: set[str] = set()
    threads = [threading.Thread(target=lambda: made.update(source.make().ids)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


@pytest.mark.parametrize("source", [KeySource("environment", text="x"), KeySource("credential", Path("/x"))])
def test_others_files_are_not_made(source: KeySource) -> None:
    assert not source.writable
    with pytest.raises(ConfigurationError, match="is no file that orchd makes"):
        source.make()
    assert source.described
