"""Servers that belong to an account: asked for leave before anything is sent, and told what each request took."""

import pytest
import trio

from orchd.errors import OrchdError, RateLimited
from orchd.llm import AccountReference, Backends, BackendSpec, Bill, Price, Prompt, TokenTally, Turn, Usage
from orchd.llm.scoring.exchange import SmallRequest
from orchd.llm.types import ModelInfo, Selection, Target
from tests.fix_upstream import DONE, Recorder, Upstream, delta, finish, reply, usage

PROMPT = Prompt((Turn("user", "hello"),))
LIST = {"GET /v1/models": reply(200, {"data": [{"id": "a"}]})}


PAYING: list[tuple[str, int | None]] = [("near", None), ("far", 7)]


class Book:
    """Lets everything through, or nothing."""

    def __init__(self) -> None:
        self.refusal: RateLimited | None = None
        self.limited = set[AccountReference]()
        self.asked = list[tuple[str, AccountReference]]()
        self.told = list[tuple[Bill, str, tuple[int, int, int]]]()

    async def admit(self, server: str, account: AccountReference) -> None:
        await trio.lowlevel.checkpoint()
        self.asked.append((server, account))
        if self.refusal is not None:
            raise self.refusal

    def limits(self, account: AccountReference) -> bool:
        return account in self.limited

    def note(self, bill: Bill, model: str, tally: TokenTally) -> None:
        self.told.append((bill, model, (tally.calls, tally.prompt_tokens, tally.completion_tokens)))

    def price(self, account: AccountReference, model: str, usage: Usage) -> Price | None:
        return Price(usage.total_tokens, "EUR")


async def opened(upstream: Upstream, nursery: trio.Nursery, account: int | str | None) -> tuple[Backends, Book]:
    upstream.routes = dict(LIST)
    backends = Backends([BackendSpec(upstream.url, name="far", kind="openai", account=account)])
    book = Book()
    backends.bills.keep(book)
    await nursery.start(backends.run)
    return backends, book


async def test_an_answer_is_admitted_told_and_priced(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends, book = await opened(upstream, nursery, 7)
    upstream.says(delta(content="Hi"), finish(), usage(9, 3), DONE)
    outcome = await backends.stream(await backends.resolve("a", None, None), PROMPT, Recorder())
    assert (book.asked, backends.bills.references()) == ([("far", 7)], {7})
    [(bill, model, took)] = book.told
    assert (bill.account, model, took) == (7, "a", (1, 9, 3))
    assert outcome.price == Price(12, "EUR")


async def test_one_that_is_refused_is_not_sent(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends, book = await opened(upstream, nursery, "work")
    target = await backends.resolve("a", None, None)
    asked = len(upstream.requests)
    book.refusal = RateLimited("all is spent", reason="account")
    with pytest.raises(RateLimited, match="all is spent"):
        await backends.stream(target, PROMPT, Recorder())
    with pytest.raises(RateLimited):
        await backends.exchange(target, SmallRequest("/embeddings", {}, 5.0))
    with pytest.raises(RateLimited):
        await backends.load("a")
    assert await backends.continues(target) is False
    assert (len(upstream.requests), len(book.asked)) == (asked, 4)
    assert all(took == (0, 0, 0) for _, _, took in book.told)


async def test_another_model_is_tried_instead(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends, book = await opened(upstream, nursery, 7)
    target = await backends.resolve("a", None, None)
    book.refusal = RateLimited("all is spent", reason="account")
    with pytest.raises(OrchdError) as caught:
        await backends.stream(target, PROMPT, Recorder(), fallbacks=["gone"])
    assert [failure["code"] for failure in caught.value.attempts] == ["rate_limited", "not_found"]


async def test_a_server_without_an_account_costs_nothing(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends, book = await opened(upstream, nursery, None)
    upstream.says(delta(content="Hi"), finish(), usage(), DONE)
    outcome = await backends.stream(await backends.resolve("a", None, None), PROMPT, Recorder())
    assert (book.asked, book.told, outcome.price, backends.bills.references()) == ([], [], None, set())


async def test_an_answer_that_breaks_off_is_told_as_well(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends, book = await opened(upstream, nursery, 7)
    upstream.says(delta(content="Hello to you"))
    with pytest.raises(OrchdError):
        await backends.stream(await backends.resolve("a", None, None), PROMPT, Recorder())
    [(_, _, (calls, read, written))] = book.told
    assert calls == 1
    assert read > 0
    assert written > 0


async def test_a_model_whose_server_may_not_be_asked_is_not_chosen(upstream: Upstream, nursery: trio.Nursery) -> None:
    backends, book = await opened(upstream, nursery, 7)
    assert (await backends.first("a", (), None, None)).target.backend == "far"
    book.refusal = RateLimited("all is spent", reason="account")
    with pytest.raises(RateLimited) as caught:
        await backends.first("a", ["gone"], None, None)
    assert [failure["code"] for failure in caught.value.attempts] == ["rate_limited", "not_found"]


def test_what_may_be_thrown_away_is_asked_of_no_server_that_counts() -> None:
    near, far = (BackendSpec(f"http://{name}.test", name=name, account=account) for name, account in PAYING)
    backends, book = Backends([near, far]), Book()
    first, other = (Selection(Target(ModelInfo("a", name), name)) for name in ("near", "far"))
    assert backends.bills.may_waste(other), "nobody keeps accounts"
    backends.bills.keep(book)
    assert backends.bills.may_waste(other), "it has no limit"
    book.limited = {7}
    assert not backends.bills.may_waste(other)
    assert backends.bills.may_waste(first)
    assert not backends.bills.may_waste(first._replace(rest=("b@far",))), "which may be asked when this one fails"
