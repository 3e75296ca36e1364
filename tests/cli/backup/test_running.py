"""`orchd backup` on the command line: makes, reads and lists backups, and says what is wrong in one line."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest
import trio

from orchd.backup.encryption import is_locked, make_identity
from orchd.backup.files import content_path
from orchd.storage import open_database
from tests.backup.test_making import content
from tests.migrated import place_database
from tests.test_cli import invoke
from tests.whole import fill_all, tables


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory with a database and a file."""
    directory = tmp_path / "data"
    url = place_database(directory / "orchd.db")
    sha256 = hashlib.sha256(b"text").hexdigest()

    async def prepare() -> None:
        async with open_database(url, pool_size=1, timeout=10) as database:
            await database.wait_ready()
            await fill_all(database)
            await database.write(content, sha256, 4)

    trio.run(prepare)
    path = content_path(directory / "files", sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"text")
    return directory


def test_a_backup_is_made_read_and_listed(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    done = invoke("backup", str(file), "--data-dir", str(data), "--json")
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout)
    assert (made["files"], made["kind"], set(made["tables"])) == (1, "sqlite", set(tables()))
    verified = json.loads(invoke("backup", "verify", str(file), "--json").stdout)
    assert {**verified, "seconds": 0} == {**made, "seconds": 0}
    (tmp_path / "other.txt").write_text("no backup")
    assert invoke("backup", "list", str(tmp_path)).stdout.startswith("a.backup: made 2")
    (line,) = invoke("backup", "list", str(tmp_path), "--json").stdout.splitlines()
    assert json.loads(line)["createdAt"] == made["createdAt"]
    assert invoke("backup", "verify", str(tmp_path / "other.txt"), alone=False).exit_code == 1


def test_one_for_recipients_is_opened_by_their_identity(data: Path, tmp_path: Path) -> None:
    identity, file, key = pyrage.x25519.Identity.generate(), tmp_path / "a.age", tmp_path / "key"
    keys = tmp_path / "keys"
    keys.write_text(f"# mine\n{identity.to_public()}\n")
    key.write_text(str(identity))
    assert invoke("backup", str(file), "--data-dir", str(data), "--recipients-file", str(keys)).exit_code == 0
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    assert "the backup is whole" in invoke("backup", "verify", str(file), "--identity", str(key)).stdout
    told = invoke("backup", "list", str(tmp_path)).stdout
    assert told.startswith("a.age: encrypted; --identity says of what; ")
    assert invoke("backup", "list", str(tmp_path), "--identity", str(key)).stdout.startswith("a.age: made 2")


def test_encrypted_ones_for_others_are_listed_beside_plain_ones(data: Path, tmp_path: Path) -> None:
    place, key = tmp_path / "place", tmp_path / "key"
    place.mkdir()
    invoke("backup", "keygen", str(key))
    stranger = str(pyrage.x25519.Identity.generate().to_public())
    assert invoke("backup", str(place / "a"), "--data-dir", str(data)).exit_code == 0
    assert invoke("backup", str(place / "b"), "--data-dir", str(data), "--recipient", stranger).exit_code == 0
    (place / "locked").write_bytes(make_identity("word").file)
    done = invoke("backup", "list", str(place), "--identity", str(key))
    first, second, third = done.stdout.splitlines()
    assert first.startswith("a: made 2")
    assert second.startswith("b: encrypted, for another identity; ")
    assert third.startswith("locked: encrypted, for another identity; ")
    told = json.loads(invoke("backup", "list", str(place), "--json").stdout.splitlines()[1])
    assert (told["file"], told["encrypted"]) == (str(place / "b"), True)


def test_a_key_pair_is_made_once(tmp_path: Path) -> None:
    key = tmp_path / "key"
    made = json.loads(invoke("backup", "keygen", str(key), "--json").stdout)
    assert f"# public key: {made['recipient']}\n" in key.read_text()
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    assert "is there already" in str(invoke("backup", "keygen", str(key), alone=False).exception)
    assert key.read_bytes() == before


def test_a_key_with_a_passphrase_opens_a_backup_to_whoever_knows_it(data: Path, tmp_path: Path) -> None:
    key, file = tmp_path / "key", tmp_path / "a.age"
    said = "open sesame\nopen sesame\n"
    recipient = invoke("backup", "keygen", str(key), "--passphrase", stdin=said).stdout.strip()
    assert invoke("backup", str(file), "--data-dir", str(data), "--recipient", recipient).exit_code == 0
    verify = "backup", "verify", str(file), "--identity", str(key)
    assert "the backup is whole" in invoke(*verify, stdin="open sesame\n").stdout
    assert "can't be opened with this passphrase" in str(invoke(*verify, stdin="open barley\n").exception)


def test_a_passphrase_is_never_typed_where_it_is_seen(tmp_path: Path) -> None:
    """Without a terminal, and without its own session's: what reads passwords would warn and go on."""
    arguments = [sys.executable, "-m", "orchd", "backup", "keygen", str(tmp_path / "key")]
    asked = subprocess.run(
        [*arguments, "--passphrase"],
        input="a\na\n",
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert (asked.returncode, asked.stderr) == (
        2,
        "orchd: there is no terminal to ask for the passphrase; give it by --passphrase-file\n",
    )
    given = subprocess.run(
        [*arguments, "--passphrase-file", "-"],
        input="open sesame\n",
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert given.stdout.startswith("age1")
    assert is_locked((tmp_path / "key").read_bytes())


def test_it_goes_to_standard_output_and_nothing_with_it(data: Path, tmp_path: Path) -> None:
    done = invoke("backup", "-", "--data-dir", str(data))
    (tmp_path / "a.backup").write_bytes(done.stdout_bytes)
    assert "rows in" in done.stderr
    assert "the backup is whole" in invoke("backup", "verify", str(tmp_path / "a.backup")).stdout


def test_missing_files_are_told(data: Path, tmp_path: Path) -> None:
    done = invoke("backup", str(tmp_path / "a.backup"), "--data-dir", str(data), "--without-files")
    assert "4 files were not in the directory" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--recipient", "nobody"), "a recipient is a public key"),
        (("--database", "sqlite:///nowhere/orchd.db"), "there is no database file"),
    ],
)
def test_what_is_wrong_is_one_line_and_no_file(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = invoke("backup", str(tmp_path / "a.backup"), "--data-dir", str(tmp_path), *arguments)
    assert told in str(done.exception)
    assert not list(tmp_path.iterdir())


def test_what_was_backed_up_is_restored_elsewhere(data: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "a.backup", tmp_path / "other"
    assert invoke("backup", str(file), "--data-dir", str(data)).exit_code == 0
    done = invoke("restore", str(file), "--data-dir", str(other))
    assert done.stdout.startswith("restored\n"), done.output
    assert len([path for path in (other / "files").rglob("*") if path.is_file()]) == 1
    refused = invoke("restore", str(file), "--data-dir", str(other))
    assert "--replace has what is in it replaced" in str(refused.exception)
    again = json.loads(invoke("restore", str(file), "--data-dir", str(other), "--replace", "--json").stdout)
    assert again["rows"] == sum(again["tables"].values())
