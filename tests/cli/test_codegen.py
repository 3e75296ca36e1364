"""`orchd client`: the command that writes clients."""

from pathlib import Path

import pytest

from tests.codegen_schema import as_file, small_schema
from tests.fix_command import RunCommand


def test_a_client_of_this_release_is_written(run_command: RunCommand, tmp_path: Path) -> None:
    done = run_command("client", "python", "--out", str(tmp_path / "client"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "requests of orchd.v1" in done.stdout
    assert (tmp_path / "client" / "orchd_client" / "families" / "chat.py").is_file()
    assert (tmp_path / "client" / "README.md").read_text().startswith("# orchd-client")


@pytest.mark.parametrize("by", ["file", "stdin"])
def test_a_schema_file_is_enough(run_command: RunCommand, tmp_path: Path, by: str) -> None:
    text, file = as_file(small_schema()).decode(), tmp_path / "schema.json"
    file.write_text(text)
    given = ("-",) if by == "stdin" else (str(file),)
    done = run_command("client", "python", "--out", str(tmp_path / "client"), "--schema", *given, stdin=text)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in sorted((tmp_path / "client" / "orchd_client" / "families").glob("*.py"))] == [
        "__init__.py",
        "paint.py",
        "session.py",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "orchd: the schema can't be used: it is not JSON"),
        ('{"title": "orchd.v2", "$defs": {}}', "orchd: the schema can't be used: it is of the protocol orchd.v2"),
    ],
)
def test_a_schema_that_cannot_be_used_writes_nothing(
    run_command: RunCommand, tmp_path: Path, text: str, complaint: str
) -> None:
    done = run_command("client", "python", "--out", str(tmp_path / "client"), "--schema", "-", stdin=text)
    assert done.returncode == 2
    assert done.stderr.startswith(complaint)
    assert not (tmp_path / "client").exists()


def test_a_file_without_an_end_is_refused(run_command: RunCommand, tmp_path: Path) -> None:
    done = run_command("client", "python", "--out", str(tmp_path / "client"), "--schema", "/dev/zero")
    assert done.returncode == 2
    assert "it has more than 32 MiB" in done.stderr


def test_a_folder_with_other_files_is_refused(run_command: RunCommand, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = run_command("client", "python", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "thesis.txt was not written by this command; nothing was written" in done.stderr
    assert not (tmp_path / "orchd_client").exists()


def test_a_file_that_is_not_there_is_said(run_command: RunCommand, tmp_path: Path) -> None:
    done = run_command("client", "python", "--out", str(tmp_path / "client"), "--schema", str(tmp_path / "no.json"))
    assert done.returncode == 1
    assert "no.json" in done.stderr


def test_a_client_in_typescript_is_written(run_command: RunCommand, tmp_path: Path) -> None:
    done = run_command("client", "typescript", "--out", str(tmp_path / "client"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "client" / "src" / "families" / "chat.ts").is_file()
    assert (tmp_path / "client" / "README.md").read_text().startswith("# @orchd/client")
    again = run_command("client", "python", "--out", str(tmp_path / "client"))
    assert (again.returncode, again.stderr) == (0, ""), "one of another language takes its place"
    assert not (tmp_path / "client" / "package.json").exists()
