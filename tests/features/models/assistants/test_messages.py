from typing import Any

import pytest

from orchd.errors import Conflict, Invalid, NotFound
from orchd.features.models.assistants.messages import AssistantItem
from orchd.features.models.queries import ASSISTANT
from orchd.protocol.types import ClientPayload
from tests.fix_models import Desk, StartModels, assistant_draft

CALLS = ASSISTANT.payloads
AssistantPage: type[Any] = CALLS.page
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
async def desk(start_models: StartModels) -> Desk:
    return await start_models(NOWHERE)


@pytest.mark.parametrize(("model", "fallbacks", "field"), [(" ", (), "model"), (None, ("a", "\t"), "fallbacks")])
async def test_models_have_names(desk: Desk, model: str | None, fallbacks: tuple[str, ...], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.ask(assistant_draft("Ada", model=model, fallbacks=fallbacks), AssistantItem)
    assert refused.value.details["field"] == field
    assert (await desk.ask(CALLS.list(), AssistantPage)).items == []


async def test_a_fallback_is_kept_once(desk: Desk) -> None:
    made = await desk.ask(assistant_draft("Ada", fallbacks=("b", "a", "b")), AssistantItem)
    assert made.fallbacks == ("b", "a")


async def test_an_assistant_from_first_to_last(desk: Desk) -> None:
    made = await desk.ask(assistant_draft(" Ada ", "be brief", model="m", fallbacks=("n",)), AssistantItem)
    assert (made.name, made.model, made.fallbacks, made.active) == ("Ada", "m", ("n",), True)
    found = await desk.ask(CALLS.get(assistant_id=made.id), AssistantItem)
    assert found.system_prompt == "be brief"
    changed = await desk.ask(CALLS.update(assistant_id=made.id, model=None, category=" code "), AssistantItem)
    assert (changed.model, changed.category, changed.name, changed.fallbacks) == (None, "code", "Ada", ("n",))
    assert await desk.ask(CALLS.delete(assistant_id=made.id), CALLS.deleted) == CALLS.deleted(assistant_id=made.id)
    for gone in (
        CALLS.get(assistant_id=made.id),
        CALLS.update(assistant_id=made.id, name="x"),
        CALLS.delete(assistant_id=made.id),
    ):
        with pytest.raises(NotFound) as refused:
            await desk.ask(gone, AssistantPage)
        assert refused.value.details["field"] == "assistantId"


async def test_a_list_is_turned_page_by_page(desk: Desk) -> None:
    for name in "dbac":
        await desk.ask(assistant_draft(name), AssistantItem)
    page = await desk.ask(CALLS.list(limit=3), AssistantPage)
    assert ([assistant.name for assistant in page.items], page.next_cursor) == (["a", "b", "c"], '["c",4]')
    page = await desk.ask(CALLS.list(limit=3, cursor=page.next_cursor), AssistantPage)
    assert ([assistant.name for assistant in page.items], page.next_cursor) == (["d"], None)


async def test_a_name_is_taken_or_blank(desk: Desk) -> None:
    await desk.ask(assistant_draft("Ada"), AssistantItem)
    with pytest.raises(Conflict):
        await desk.ask(assistant_draft("Ada "), AssistantItem)
    with pytest.raises(Invalid):
        await desk.ask(assistant_draft("  "), AssistantItem)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (assistant_draft("\x00Nul"), "name"),
        (assistant_draft("Ada", category="co\x1bde"), "category"),
        (assistant_draft("Ada", capabilities=("ok", "a\nb")), "capabilities"),
    ],
)
async def test_control_characters_are_in_no_name(desk: Desk, draft: ClientPayload, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.ask(draft, AssistantItem)
    assert refused.value.details["field"] == field


async def test_what_is_not_given_stays(desk: Desk) -> None:
    made = await desk.ask(
        assistant_draft(
            "Ada",
            "s",
            description="d",
            category="c",
            model="m",
            fallbacks=("n",),
            capabilities=("x",),
            active=False,
        ),
        AssistantItem,
    )
    same = await desk.ask(CALLS.update(assistant_id=made.id), AssistantItem)
    assert (same.name, same.system_prompt, same.description, same.category) == ("Ada", "s", "d", "c")
    assert (same.model, same.fallbacks, same.capabilities, same.active) == ("m", ("n",), ("x",), False)
