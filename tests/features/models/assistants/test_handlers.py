import pytest
from msgspec import UNSET

from orchd.errors import Conflict, Invalid, NotFound
from orchd.features.models.assistants.messages import (
    AssistantCreate,
    AssistantDelete,
    AssistantDeleted,
    AssistantGet,
    AssistantItem,
    AssistantList,
    AssistantPage,
    AssistantUpdate,
)
from tests.fix_models import Desk, StartModels

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
async def desk(start_models: StartModels) -> Desk:
    return await start_models(NOWHERE)


@pytest.mark.parametrize(("model", "fallbacks", "field"), [(" ", (), "model"), (None, ("a", "\t"), "fallbacks")])
async def test_models_have_names(desk: Desk, model: str | None, fallbacks: tuple[str, ...], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.ask(AssistantCreate("Ada", model=model, fallbacks=fallbacks), AssistantItem)
    assert refused.value.details["field"] == field
    assert (await desk.ask(AssistantList(), AssistantPage)).items == []


async def test_a_fallback_is_kept_once(desk: Desk) -> None:
    made = await desk.ask(AssistantCreate("Ada", fallbacks=("b", "a", "b")), AssistantItem)
    assert made.fallbacks == ("b", "a")


async def test_an_assistant_from_first_to_last(desk: Desk) -> None:
    made = await desk.ask(AssistantCreate(" Ada ", "be brief", model="m", fallbacks=("n",)), AssistantItem)
    assert (made.name, made.model, made.fallbacks, made.active) == ("Ada", "m", ("n",), True)
    found = await desk.ask(AssistantGet(made.id), AssistantItem)
    assert found.system_prompt == "be brief"
    changed = await desk.ask(AssistantUpdate(made.id, model=None, category=" code "), AssistantItem)
    assert (changed.model, changed.category, changed.name, changed.fallbacks) == (None, "code", "Ada", ("n",))
    assert await desk.ask(AssistantDelete(made.id), AssistantDeleted) == AssistantDeleted(made.id)
    for gone in (AssistantGet(made.id), AssistantUpdate(made.id, name="x"), AssistantDelete(made.id)):
        with pytest.raises(NotFound) as refused:
            await desk.ask(gone, AssistantPage)
        assert refused.value.details["field"] == "assistantId"


async def test_a_list_is_turned_page_by_page(desk: Desk) -> None:
    for name in "dbac":
        await desk.ask(AssistantCreate(name), AssistantItem)
    page = await desk.ask(AssistantList(limit=3), AssistantPage)
    assert ([assistant.name for assistant in page.items], page.next_cursor) == (["a", "b", "c"], "c")
    page = await desk.ask(AssistantList(limit=3, cursor=page.next_cursor), AssistantPage)
    assert ([assistant.name for assistant in page.items], page.next_cursor) == (["d"], None)


async def test_a_name_is_taken_or_blank(desk: Desk) -> None:
    await desk.ask(AssistantCreate("Ada"), AssistantItem)
    with pytest.raises(Conflict):
        await desk.ask(AssistantCreate("Ada "), AssistantItem)
    with pytest.raises(Invalid):
        await desk.ask(AssistantCreate("  "), AssistantItem)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (AssistantCreate("\x00Nul"), "name"),
        (AssistantCreate("Ada", category="co\x1bde"), "category"),
        (AssistantCreate("Ada", capabilities=("ok", "a\nb")), "capabilities"),
    ],
)
async def test_control_characters_are_in_no_name(desk: Desk, draft: AssistantCreate, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.ask(draft, AssistantItem)
    assert refused.value.details["field"] == field


async def test_what_is_not_given_stays(desk: Desk) -> None:
    made = await desk.ask(AssistantCreate("Ada", "s", "d", "c", "m", ("n",), ("x",), active=False), AssistantItem)
    assert AssistantUpdate(made.id).model is UNSET
    same = await desk.ask(AssistantUpdate(made.id), AssistantItem)
    assert (same.name, same.system_prompt, same.description, same.category) == ("Ada", "s", "d", "c")
    assert (same.model, same.fallbacks, same.capabilities, same.active) == ("m", ("n",), ("x",), False)
