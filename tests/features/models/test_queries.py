import pytest

from orchd.entity import LOCAL_OWNER
from orchd.errors import Conflict, NotFound
from orchd.features.models import assistants, queries
from orchd.features.models.generating.benchmark_messages import ModelRun, ModelSpread
from orchd.features.models.messages import ModelFailure
from orchd.features.models.queries import ASSISTANTS, BY_NAME
from orchd.features.models.rows import Measurement
from orchd.protocol.types import ClientPayload
from orchd.storage import Database
from tests.fix_models import assistant_draft

NOW = 1_900_000_000_000
FAILED = ModelRun(None, None, None, None, None, ModelFailure("timeout", "late", True))


def run(first: int, speed: float | None) -> ModelRun:
    return ModelRun(first, first + 1000, speed, 20, 128, None)


def measurement(model: str, *runs: ModelRun, backend: str = "one", load_ms: int | None = None) -> Measurement:
    return Measurement(model, backend, 1, 128, load_ms, list(runs), NOW)


def draft(name: str, *, category: str = "code", active: bool = True) -> ClientPayload:
    return assistant_draft(
        name,
        "be é🦜",
        description="d",
        category=category,
        model="m@one",
        fallbacks=("a", "b"),
        capabilities=("x",),
        active=active,
    )


async def test_a_benchmark_comes_back_with_its_spread(store: Database) -> None:
    told = await store.write(
        queries.add_benchmark, measurement("m", run(50, 30.0), run(70, 20.0), FAILED, run(90, 10.0), load_ms=4000)
    )
    assert [told] == await store.read(queries.benchmarks, None, 10, None)
    assert told.first_token_ms == ModelSpread(50, 70, 90)
    assert told.tokens_per_second == ModelSpread(10.0, 20.0, 30.0)
    assert told.total_ms == ModelSpread(1050, 1070, 1090)
    assert (told.failed, told.load_ms, told.timestamp) == (1, 4000, "2030-03-17T17:46:40.000Z")


async def test_benchmarks_page_from_the_latest_on(store: Database) -> None:
    for number in range(4):
        await store.write(queries.add_benchmark, measurement("a" if number % 2 else "b", run(number, 1.0)))
    page = await store.read(queries.benchmarks, None, 3, None)
    assert [item.model for item in page] == ["a", "b", "a"]
    rest = await store.read(queries.benchmarks, None, 3, page[-1].id)
    assert [item.model for item in rest] == ["b"]
    assert len(await store.read(queries.benchmarks, "a", 10, None)) == 2


async def test_the_last_speed_counts(store: Database) -> None:
    assert await store.read(queries.newest_benchmark) == 0
    for speed in (10.0, 30.0, None):
        await store.write(queries.add_benchmark, measurement("m", run(1, speed)))
    await store.write(queries.add_benchmark, measurement("m", run(1, 5.0), backend="two"))
    assert await store.read(queries.speeds) == {("m", "one"): 30.0, ("m", "two"): 5.0}
    newest = await store.read(queries.newest_benchmark)
    assert await store.write(queries.add_benchmark, measurement("m", run(1, 5.0))) is not None
    assert await store.read(queries.newest_benchmark) > newest > 0


async def test_an_assistant_comes_back_as_it_was_made(store: Database) -> None:
    made = await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).add, draft("Ada"), NOW)
    assert (made.fallbacks, made.capabilities, made.system_prompt, made.active) == (("a", "b"), ("x",), "be é🦜", True)
    assert await store.read(ASSISTANTS.owned_by(LOCAL_OWNER).get, made.id) == made
    assert await store.read(ASSISTANTS.owned_by(LOCAL_OWNER).find, made.id + 1) is None


async def test_names_are_unique(store: Database) -> None:
    one = await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).add, draft("Ada"), NOW)
    other = await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).add, draft("Bob"), NOW)
    with pytest.raises(Conflict) as refused:
        await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).add, draft("Ada"), NOW)
    assert refused.value.details["field"] == "name"
    with pytest.raises(Conflict):
        await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).change, other.id, draft("Ada"), NOW)
    same = await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).change, one.id, draft("Ada", category="new"), NOW + 1)
    assert (same.category, same.created_at, same.updated_at) == ("new", one.created_at, "2030-03-17T17:46:40.001Z")


async def test_assistants_are_listed_by_name_and_chosen_by_category(store: Database) -> None:
    for name, category, active in (("c", "code", True), ("a", "code", False), ("b", "writing", True)):
        await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).add, draft(name, category=category, active=active), NOW)

    async def names(category: str | None, active: bool | None, limit: int = 10) -> str:
        return "".join(
            assistant.name for assistant in await store.read(assistants, LOCAL_OWNER, category, active, limit)
        )

    assert await names(None, None) == "abc"
    assert await names("code", None) == "ac"
    assert await names("code", True) == "c"
    assert await names(None, None, 2) == "ab"


async def test_no_name_is_before_the_first(store: Database) -> None:
    """MySQL takes a name that begins with a control character for smaller than an empty one; old ones may be there."""
    names = ["\x00Nul", "\x01One", " blank", "Ada"]
    for name in names:
        await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).add, draft(name), NOW)
    assert {assistant.name for assistant in await store.read(assistants, LOCAL_OWNER, None, None, 10)} == set(names)
    assert len(await store.read(ASSISTANTS.owned_by(LOCAL_OWNER).page, 10, None, BY_NAME, 100_000, active=True)) == len(
        names
    )


async def test_an_assistant_goes_once(store: Database) -> None:
    made = await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).add, draft("Ada"), NOW)
    await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).remove, made.id, NOW)
    with pytest.raises(NotFound) as missing:
        await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).remove, made.id, NOW)
    assert missing.value.details == {"field": "assistantId", "path": "$.data.assistantId"}
    with pytest.raises(NotFound):
        await store.write(ASSISTANTS.owned_by(LOCAL_OWNER).change, made.id, draft("Ada"), NOW)
