"""`orchd db reindex`: the daemon has all to do again."""

from pathlib import Path

import trio

from orchd.entity.search.search_queries import SourcePlace, begin_source, pass_source, source_place
from orchd.storage import open_database
from tests.test_cli import invoke


def test_all_is_indexed_again(tmp_path: Path) -> None:
    async def prepare() -> None:
        async with open_database(f"sqlite://{tmp_path}/orchd.db", pool_size=1, timeout=10) as database:
            await database.wait_ready()
            await database.write(begin_source, "task")
            await database.write(pass_source, "task", 7, whole=True)

    async def look() -> SourcePlace | None:
        async with open_database(f"sqlite://{tmp_path}/orchd.db", pool_size=1, timeout=10) as database:
            await database.wait_ready()
            return await database.read(source_place, "task")

    trio.run(prepare)
    assert trio.run(look) == (7, True)
    done = invoke("db", "reindex", "--data-dir", str(tmp_path))
    assert done.exit_code == 0
    assert "indexes all texts again" in done.output
    assert trio.run(look) == (0, False)
