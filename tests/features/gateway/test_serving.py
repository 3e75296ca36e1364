"""What answers programs, by the first part of its paths: that alone is known before it is loaded."""

from collections.abc import AsyncIterator

import pytest

from orchd.features.gateway.serving import pages_below
from tests.gateway_desk import SETTINGS, Desk, open_desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as found:
        yield found


@pytest.mark.parametrize(("part", "some"), [("v1", ("responses", "messages", "chat/completions")), ("api", ("chat",))])
async def test_all_pages_of_a_part_begin_with_it(desk: Desk, part: str, some: tuple[str, ...]) -> None:
    paths = set(pages_below(part, desk.gateway, desk.shares, desk.memory, SETTINGS))
    assert paths >= {f"/{part}/{name}" for name in some}
    assert {path.split("/")[1] for path in paths} == {part}
