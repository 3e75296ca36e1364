"""`orchd import` and `orchd export`: files to a daemon and from it."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.cli.asking.folk import Folk
from tests.features.transfer.reading.samples import CHATGPT, LIBRECHAT, OPEN_WEBUI
from tests.fix_daemon import StartApp


@pytest.fixture
async def folk(app: StartApp, tmp_path: Path) -> Folk:
    return Folk(await app(), tmp_path)


def file_of(path: Path, *found: object) -> str:
    path.write_text(json.dumps(found), encoding="utf-8")
    return str(path)


async def test_what_is_exported_is_imported_by_somebody_else(folk: Folk, tmp_path: Path) -> None:
    await folk.add("ana", "bob")
    file = file_of(tmp_path / "chats.json", CHATGPT, OPEN_WEBUI, {"mapping": {}, "title": "None"}, LIBRECHAT)
    told = await folk.gets("ana", "import", file)
    assert told.splitlines() == [
        "chats.json: 3 conversations imported, with 11 messages",
        "1 could not be imported:",
        "3. None: it has no messages",
    ]
    assert (await folk.gets("ana", "import", file)).splitlines()[:2] == [
        "chats.json: 0 conversations imported, with 0 messages",
        "3 were there already",
    ]
    out = tmp_path / "out.json"
    assert await folk.gets("ana", "export", "--out", str(out)) == ""
    assert [path.name for path in tmp_path.glob("out*")] == ["out.json"]
    row = json.loads(await folk.gets("bob", "import", str(out), "--json"))
    assert (row["imported"], row["source"], row["name"]) == (3, "orchd", "out.json")
    items = json.loads(out.read_text(encoding="utf-8"))["items"]
    copies = json.loads(await folk.gets("bob", "export"))["items"]
    assert [item["title"] for item in copies] == [item["title"] for item in items]
    number = copies[0]["id"].partition("-")[0]
    assert (await folk.gets("bob", "export", number, "--format", "markdown")).startswith("# Stones\n\n## Question")
    assert "no such conversation" in await folk.is_refused("ana", "export", number)


async def test_the_zip_file_that_chatgpt_gives(folk: Folk, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("chat.html", "<html>")
        archive.writestr("conversations-001.json", json.dumps([OPEN_WEBUI]))
        archive.writestr("conversations-000.json", json.dumps([CHATGPT]))
    told = await folk.gets(None, "import", str(path))
    assert told.splitlines() == [
        "conversations-000.json: 1 conversation imported, with 5 messages",
        "conversations-001.json: 1 conversation imported, with 3 messages",
    ]
    with ZipFile(path, "w") as archive:
        archive.writestr("chat.html", "<html>")
    assert "without a conversations.json" in await folk.is_refused(None, "import", str(path))


async def test_a_project_is_named(folk: Folk, tmp_path: Path) -> None:
    await folk.add("ana")
    await folk.gets("ana", "project", "add", "Rocks")
    file = file_of(tmp_path / "chats.json", CHATGPT)
    assert "there is no project Sand" in await folk.is_refused("ana", "import", file, "--project", "Sand")
    await folk.gets("ana", "import", file, "--project", "Rocks")
    told = json.loads(await folk.gets("ana", "ask", "conversation:list"))
    assert told["data"]["items"][0]["projectId"] == 1


async def test_what_can_not_be_sent_or_written(folk: Folk, tmp_path: Path) -> None:
    page = tmp_path / "page.json"
    page.write_text("<html>", encoding="utf-8")
    assert "this is a web page" in await folk.is_refused(None, "import", str(page))
    assert (await folk.types(None, "import", str(tmp_path / "none.json"))).code == 2
    out = tmp_path / "out.json"
    out.write_text("old", encoding="utf-8")
    await folk.is_refused(None, "export", "99", "--out", str(out))
    assert out.read_text(encoding="utf-8") == "old"
    assert not list(tmp_path.glob("*.part"))
