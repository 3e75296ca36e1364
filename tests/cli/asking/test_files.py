"""`orchd file`, as people type it."""

from pathlib import Path

import pytest

from tests.cli.asking.folk import Folk
from tests.fix_daemon import StartApp
from tests.fix_workspace_files import PNG


@pytest.fixture
async def folk(app: StartApp, tmp_path: Path) -> Folk:
    people = Folk(await app(), tmp_path)
    await people.add("maria", "joao")
    return people


async def test_files_are_sent_listed_fetched_and_removed(folk: Folk, tmp_path: Path) -> None:
    assert "there are no files" in await folk.gets("maria", "file", "list")
    (tmp_path / "cat.png").write_bytes(PNG)
    (tmp_path / "notes.txt").write_text("umbrella")
    paths = [str(tmp_path / name) for name in ("cat.png", "notes.txt")]
    assert await folk.gets("maria", "file", "upload", *paths) == "1 cat.png\n2 notes.txt\n"
    listed = (await folk.gets("maria", "file", "list")).splitlines()
    assert [line.split()[:3] for line in listed[1:]] == [
        ["2", "notes.txt", "text/plain"],
        ["1", "cat.png", "image/png"],
    ]
    back = tmp_path / "back.png"
    assert await folk.gets("maria", "file", "download", "1", "-o", str(back)) == f"{back}\n"
    assert back.read_bytes() == PNG
    assert "no such file" in await folk.is_refused("joao", "file", "download", "1", "-o", str(tmp_path / "x"))
    assert (await folk.gets("maria", "file", "remove", "1")).startswith("file 1 is removed; `orchd ask file:restore")
    assert "cat.png" not in await folk.gets("maria", "file", "list")


async def test_a_path_that_is_no_file_asks_nobody(folk: Folk, tmp_path: Path) -> None:
    assert "does not exist" in await folk.is_refused(None, "file", "upload", str(tmp_path / "nothing"))
