"""What is stored of imports themselves, on both databases: the latest ones, and what is here already by its name."""

import json
from collections.abc import AsyncGenerator

import pytest
import trio

from orchd.errors import NotFound
from orchd.features.transfer import importing, storing
from orchd.features.transfer.import_queries import ImportStart
from orchd.features.transfer.import_rows import IMPORT
from orchd.guard import Supervisor
from orchd.storage import Database, Statement, Steps
from tests.features.transfer.reading.samples import CHATGPT, LIBRECHAT, OPEN_WEBUI
from tests.features.transfer.test_exporting import whole_file
from tests.features.transfer.test_importing import OWNER, importer, report, statuses, take
from tests.features.transfer.trees import BEGAN, BRANCHED, keep
from tests.fix_workspace import ANN, BOB, Desk


def lines_of(import_id: int) -> Steps[int]:
    found = yield Statement("SELECT COUNT(*) FROM conversation_import_line WHERE import_id = ?", (import_id,))
    return int(found.rows[0][0])


async def test_the_latest_imports_are_kept_and_what_was_imported(
    entity_desk: Desk, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "KEPT_IMPORTS", 2)
    monkeypatch.setattr(importing, "LINES_AT_ONCE", 2)
    others = await entity_desk.done(BOB, "conversation:import", text=json.dumps([1]))
    done = [await take(entity_desk, [CHATGPT, 1, 2, 3, 4])]
    done += [await take(entity_desk, [1, 2]) for _ in range(2)]
    listed = await entity_desk.done(ANN, "conversation:import:list")
    assert [item["id"] for item in listed["items"]] == [done[2]["id"], done[1]["id"]]
    refused = await entity_desk.refused(ANN, "conversation:import:report", conversationImportId=done[0]["id"])
    assert refused["code"] == "not_found"
    assert await store.read(lines_of, done[0]["id"]) == 0
    assert len(await report(entity_desk, done[1])) == 2
    assert (await take(entity_desk, [CHATGPT]))["skipped"] == 1
    told = await entity_desk.done(BOB, "conversation:import:report", conversationImportId=others["id"])
    assert len(told["items"]) == 1, "others have their own"


async def test_a_name_that_differs_by_a_blank_is_another(
    entity_desk: Desk, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MariaDB takes no notice of blanks at an end."""
    monkeypatch.setattr(storing, "GROUP_MESSAGES", 2)
    await keep(store, ANN.user_id, BRANCHED[:3], 3)
    (file,) = await whole_file(entity_desk)
    for ends in ("", " "):
        content = json.loads(file)
        content["items"][0]["id"] = f"a{ends}"
        done = await take(entity_desk, content)
        assert (done["imported"], done["messages"]) == (1, 3)


async def test_an_import_that_is_removed_ends(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH_BYTES", 1)
    file = json.dumps([CHATGPT, OPEN_WEBUI, LIBRECHAT]).encode()

    async def pieces() -> AsyncGenerator[bytes]:
        yield file[:-2]
        await store.write(IMPORT.rows.changed_by(OWNER).remove, 1, BEGAN)
        yield file[-2:]

    async with trio.open_nursery() as nursery:
        with pytest.raises(NotFound, match="removed while it ran"):
            await importer(store, Supervisor(nursery)).take(OWNER, pieces(), ImportStart())
    ((status, imported),) = await store.read(statuses)
    assert (status, imported < 3) == ("failed", True)
