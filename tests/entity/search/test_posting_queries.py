"""Finding in the index, on both databases: all that has the words is found, whichever way the rows are read."""

import random
from collections.abc import Collection

import pytest
import trio

from orchd.entity.owner import Belonging, Owner
from orchd.entity.search import SearchedRow, SearchEntry, add
from orchd.entity.search.find_queries import entries_at, find
from orchd.entity.search.posting_queries import add_texts
from orchd.entity.search.ranking import score
from orchd.entity.search.search_queries import begin_again, change, remove
from orchd.entity.search.word_queries import forget_unused, words_like, words_without_entries
from orchd.entity.search.words import Term, alternatives, in_index, index_row, terms, words
from orchd.features.search.keeper import IndexKeeper
from orchd.storage import Database, Statement, Steps
from orchd.worker.pool import InPlace

ANN, BOB = 1, 2
PROJECT = 7
KINDS = ("text", "note")
QUERIES = (
    *("rain", "rain sun", '"rain sun"', '"sun and rain"', "rai", "umb", "rain umbrella", "and", "and rain sun"),
    *('"and and"', "東京", "京", "京 rain", '"rain 東"', "дом", "missing rain", '"and rain and"', '"wind wind wind"'),
)


class Shelf:
    """Rows that are nowhere else, by their ids."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.rows: dict[int, tuple[str, Belonging]] = {}

    def read(self, owner: Owner, row_ids: Collection[int]) -> Steps[dict[int, SearchedRow]]:
        yield from ()
        return {}

    def texts(self, row_ids: Collection[int]) -> Steps[dict[int, tuple[str, str]]]:
        yield from ()
        return {row_id: ("", self.rows[row_id][0]) for row_id in row_ids if row_id in self.rows}

    def after(self, row_id: int, limit: int) -> Steps[tuple[list[SearchEntry], int | None]]:
        yield from ()
        return [], None

    def there(self, row_ids: Collection[int]) -> Steps[set[int]]:
        yield from ()
        return {row_id for row_id in row_ids if row_id in self.rows}


class Shelves:
    """A database with an index of what stands on some shelves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.shelves = [Shelf(kind) for kind in KINDS]
        self.keeper = self.new_keeper()

    def new_keeper(self) -> IndexKeeper:
        return IndexKeeper(self.database, self.shelves, InPlace())

    async def put(self, row_id: int, text: str, belongs: Belonging, kind: int = 0) -> None:
        self.shelves[kind].rows[row_id] = text, belongs
        await self.database.write(add, SearchEntry(KINDS[kind], row_id, belongs, row_id))

    async def found(
        self, query: str, owner: Owner, kinds: Collection[str] | None = None, since: int | None = None
    ) -> list[int]:
        """Return the rows that are found in the first window, the latest first."""
        return (await self.windows(query, owner, kinds, since, most=1))[0]

    async def windows(
        self,
        query: str,
        owner: Owner,
        kinds: Collection[str] | None = None,
        since: int | None = None,
        most: int = 100,
    ) -> list[list[int]]:
        """Return the rows that are found in each window, the latest first."""
        sought, first, found = await self._sought(query), 0, list[list[int]]()
        for _ in range(most):
            kind = self.database.health().kind
            window = await self.database.read(find, owner, sought, kinds, since, kind, first)
            scored = zip(window.texts, score(sought, (text.words for text in window.texts)), strict=True)
            places = [text.place for text, value in scored if value is not None]
            hits = await self.database.read(entries_at, places)
            found.append(sorted((hit.row_id for hit in hits.values()), reverse=True))
            if window.next_first is None:
                break
            first = window.next_first
        return found

    async def _sought(self, query: str) -> list[list[Term]]:
        return [
            alternatives(term, await self.database.read(words_like, term.words[0]) if term.is_part else [])
            for term in terms(query)
        ]

    async def expected(self, query: str, owner: Owner, kinds: Collection[str] = KINDS, since: int = 0) -> list[int]:
        """Return the rows that have all words and are somebody's, the latest first: as found without any index."""
        sought = await self._sought(query)
        return sorted(
            (
                row_id
                for shelf in self.shelves
                for row_id, (text, belongs) in shelf.rows.items()
                if shelf.kind in kinds and row_id >= since and belongs.is_seen_by(owner)
                if next(score(sought, [" . " + " ".join(in_index(word.text) for word in words(text))])) is not None
            ),
            reverse=True,
        )


@pytest.fixture
async def shelves(store: Database) -> Shelves:
    return Shelves(store)


def drawn_text(drawn: random.Random) -> str:
    vocabulary = [
        "and",
        "and",
        "and",
        "and",
        "rain",
        "sun",
        "wind",
        "rainy",
        "train",
        "umbrella",
        "東京タワー",
        "京都",
        "дом",
        "домой",
    ]
    return " ".join(drawn.choice(vocabulary) for _ in range(drawn.randrange(1, 9)))


async def fill(shelves: Shelves, rows: int) -> None:
    drawn = random.Random(12)
    for row_id in range(1, rows + 1):
        belongs = Belonging(drawn.choice((ANN, BOB)), drawn.choice((None, None, PROJECT)))
        await shelves.put(row_id, drawn_text(drawn), belongs, kind=drawn.randrange(2))
    await shelves.keeper.list_new()


@pytest.mark.parametrize(
    ("windows", "counted", "begun", "texts"),
    [((1_000,), 2_000, 500, 100), ((5, 20), 6, 1, 3)],
    ids=["at once", "step by step"],
)
async def test_what_has_the_words_is_found(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch, windows: tuple[int, ...], counted: int, begun: int, texts: int
) -> None:
    """The latest that fit, however many rows the words have, and in what steps they are looked at."""
    bounds = {"WINDOWS": windows, "MAX_COUNTED": counted, "MAX_BEGUN": begun, "TEXTS_AT_ONCE": texts}
    for name, value in bounds.items():
        monkeypatch.setattr(f"orchd.entity.search.posting_queries.{name}", value)
    await fill(shelves, 120)
    for owner in (Owner(ANN, (PROJECT,)), Owner(BOB)):
        for query in QUERIES:
            for limit in (300, 4):
                monkeypatch.setattr("orchd.entity.search.find_queries.CANDIDATES", limit)
                whole = await shelves.expected(query, owner)
                found = await shelves.found(query, owner)
                assert found == whole[: len(found)], query
                assert len(found) == min(limit, len(whole)), query
                windows_of = await shelves.windows(query, owner)
                assert [row_id for window in windows_of for row_id in window] == whole, query
                late = await shelves.expected(query, owner, ["note"], 60)
                assert await shelves.found(query, owner, ["note"], 60) == late[:limit], query


SCRIPTS = {
    "Chinese": "我们明天去东京塔喝绿茶。",
    "Japanese": "3月末に東京タワーで抹茶を飲む",
    "Thai": "ภาษาไทยไม่ยากอย่างที่คิด น้ำชา",
    "Korean": "학교에서 한국어를 배웁니다",
    "Arabic": "الكتاب الجديد في المكتبة",
    "Russian": "Привет, домашняя работа готова. Ёлка",
    "Greek": "Καλημέρα κόσμε",
    "Hindi": "हिन्दी में लिखा हुआ पाठ",
}


async def test_parts_of_words_are_found_in_any_script(shelves: Shelves) -> None:
    """However many words of others begin in the same way."""
    for row_id, text in enumerate(SCRIPTS.values(), start=1):
        await shelves.put(row_id, text, Belonging(ANN))
    many = " ".join(f"при{some} дом{some} المكت{some}" for some in map(letters, range(60)))
    await shelves.put(99, many, Belonging(BOB))
    await shelves.keeper.list_new()
    names = ["", *SCRIPTS]
    for query, found in (
        *(("京塔", "Chinese"), ("明天去", "Chinese"), ("绿", "Chinese"), ('"茶"', "Chinese Japanese")),
        *(("3月", "Japanese"), ("京タワ", "Japanese"), ("抹", "Japanese"), ("飲む", "Japanese"), ("む", "Japanese")),
        *(("ไทย", "Thai"), ("ยากอย่าง", "Thai"), ("น้ำ", "Thai"), ("คิด", "Thai"), ("한국", "Korean"), ("집", "")),
        *(("학교", "Korean"), ("الكتاب", "Arabic"), ("كتاب", "Arabic"), ("المكت", "Arabic"), ("при", "Russian")),
        *(("ДОМАШ", "Russian"), ("маш", "Russian"), ("елк", "Russian"), ("καλη", "Greek"), ("हिन", "Hindi")),
        *(('"при"', ""), ("京東", ""), ("塔喝茶", "")),
    ):
        assert {names[row_id] for row_id in await shelves.found(query, Owner(ANN))} == {*found.split()}, query


def letters(number: int) -> str:
    """Another word for each number, of letters that no text has."""
    return "".join("ђџ"[int(digit)] for digit in f"{number:b}")


def postings() -> Steps[int]:
    found = yield Statement("SELECT COUNT(*) FROM search_posting")
    return int(found.rows[0][0])


async def test_rows_of_words_go_with_their_texts(shelves: Shelves) -> None:
    """Also when a row changes hands, and when all is listed again; none is left of what is gone."""
    database, mysql = shelves.database, shelves.database.health().kind == "mysql"

    async def there() -> tuple[list[int], int]:
        """What is found, and how many rows there are: one of each word, and of each sign where projects are."""
        found = await shelves.found("rain", Owner(ANN))
        return found, (await database.read(postings)) if mysql else len(found) * 3

    await shelves.put(1, "rain and sun, rain", Belonging(ANN))
    await shelves.put(2, "sun", Belonging(BOB))
    await shelves.keeper.list_new()
    assert await there() == ([1], 4 if mysql else 3)
    await database.write(begin_again)
    await shelves.keeper.list_new()
    assert await there() == ([1], 4 if mysql else 3)
    shelves.shelves[0].rows[1] = "the rain", Belonging(ANN, PROJECT)
    await database.write(change, SearchEntry(KINDS[0], 1, Belonging(ANN, PROJECT), 1))
    await shelves.keeper.list_new()
    assert await there() == ([1], 5 if mysql else 3)
    await database.write(remove, KINDS[0], [1, 2])
    await shelves.keeper.list_new()
    assert await there() == ([], 0)


async def test_a_word_is_there_for_as_long_as_anybody_has_it(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchd.entity.search.posting_queries.PLACES_AT_ONCE", 1)
    database = shelves.database
    dialect = database.health().kind
    await shelves.put(1, "sun", Belonging(ANN))
    await shelves.put(2, "rain", Belonging(BOB))
    await shelves.keeper.list_new()
    assert await database.read(words_without_entries, ["rain", "sun", "wind"], dialect) == ["wind"]
    await database.write(forget_unused, ["rain", "sun"], dialect)
    assert await database.read(words_like, "rain") == ["rain"]
    await database.write(remove, KINDS[0], [2])
    await shelves.keeper.list_new()
    await database.write(forget_unused, ["rain", "sun"], dialect)
    assert (await database.read(words_like, "rain"), await database.read(words_like, "sun")) == ([], ["sun"])


async def test_two_daemons_list_the_same_entries_at_once(shelves: Shelves) -> None:
    """Each is listed once, and both go on."""
    drawn = random.Random(3)
    for row_id in range(1, 60):
        await shelves.put(row_id, f"rain {drawn_text(drawn)}", Belonging(ANN))
    async with trio.open_nursery() as nursery:
        for keeper in (shelves.keeper, shelves.new_keeper(), shelves.new_keeper()):
            nursery.start_soon(keeper.list_new)
    assert await shelves.found("rain", Owner(ANN)) == [*range(59, 0, -1)]
    if shelves.database.health().kind == "mysql":
        distinct = sum(len({word.text for word in words(text)}) for text, _ in shelves.shelves[0].rows.values())
        assert await shelves.database.read(postings) == distinct


async def test_many_long_words_are_stored_in_short_statements(shelves: Shelves) -> None:
    """A server, or what stands before it, may take no longer ones."""
    long = " ".join(chr(0x10400 + number) * 40 for number in range(40)) + " rain"
    sizes = [len(statement.sql) + sum(len(str(value)) for value in statement.params) for statement in statements(long)]
    assert len(sizes) > 1
    assert max(sizes) < 64 * 1024
    await shelves.put(1, long + " " + " ".join(f"w{number}" for number in range(5_000)), Belonging(ANN))
    await shelves.keeper.list_new()
    assert await shelves.found(f"rain {chr(0x10401) * 40} w4999", Owner(ANN)) == [1]


def statements(text: str) -> list[Statement]:
    return list(add_texts([(number, "", index_row("", text).text) for number in range(10)]))
