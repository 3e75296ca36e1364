"""What is asked of model servers that belong to an account: let through or refused before anything is sent, and told
afterwards what it took.

Whoever keeps the accounts is a `Billing`. A server that belongs to none costs nothing here.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol, TypeAlias

from orchd.llm.accounting import Accounts, Charge, TokenTally, charging, counting
from orchd.llm.backend import Backend
from orchd.llm.types import Price, Requester, Selection, Target, Usage
from orchd.telemetry.daemon import ModelFigures

AccountReference: TypeAlias = str | int
"""The name, or the id, of an account that somebody else keeps."""


class Bill(NamedTuple):
    """What is asked of a server, for whom, and the account that pays for it."""

    server: str
    account: AccountReference
    requester: Requester


class Billing(Protocol):
    """Keeps the accounts."""

    async def admit(self, server: str, account: AccountReference) -> None:
        """Raise RateLimited where as much was spent as may be, Unavailable where that can't be found out, or where
        there is no such account."""

    def limits(self, account: AccountReference) -> bool:
        """Tell whether no more than so much may be spent, or that isn't known yet. Never waits, never raises."""

    def note(self, bill: Bill, model: str, tally: TokenTally) -> None:
        """It took so much. Never waits, never raises."""

    def price(self, account: AccountReference, model: str, usage: Usage) -> Price | None:
        """Return what that costs, None where it isn't known. Never waits, never raises."""


class _AccountCharge:
    """A charge that is told to the account of the server, too."""

    def __init__(self, inner: Charge, billing: Billing, bill: Bill) -> None:
        self._inner, self._billing, self._bill = inner, billing, bill

    def note(self, model: str, tally: TokenTally) -> None:
        self._inner.note(model, tally)
        self._billing.note(self._bill, model, tally)

    def end(self) -> None:
        self._inner.end()


class _FiguredCharge:
    """A charge whose tokens are counted for the server, whoever pays."""

    def __init__(self, inner: Charge, figures: ModelFigures, server: str) -> None:
        self._inner, self._figures, self._server = inner, figures, server

    def note(self, model: str, tally: TokenTally) -> None:
        self._inner.note(model, tally)
        self._figures.tokens_in.add((self._server, model), tally.prompt_tokens)
        self._figures.tokens_out.add((self._server, model), tally.completion_tokens)

    def end(self) -> None:
        self._inner.end()


class ServerBills:
    """Which servers belong to an account, and who keeps these."""

    def __init__(self, backends: Mapping[str, Backend], figures: ModelFigures | None = None) -> None:
        self._backends = backends
        self._figures = figures or ModelFigures()
        self._billing: Billing | None = None

    def keep(self, billing: Billing) -> None:
        """Have `billing` asked before each request to a server that belongs to an account, and told what it took."""
        self._billing = billing

    def references(self) -> set[AccountReference]:
        """Return all accounts that servers belong to."""
        named = (backend.spec.account for backend in self._backends.values())
        return {account for account in named if account is not None}

    async def admit(self, server: str) -> None:
        """Raise as `Billing.admit` does for a server that belongs to an account."""
        account = self._account(server)
        if account is not None and self._billing is not None:
            await self._billing.admit(server, account)

    def may_waste(self, chosen: Selection) -> bool:
        """Tell whether a model may be asked for what is perhaps thrown away: not where every request is counted against
        a limit, be it that of a server that is asked when the first one fails."""
        if self._billing is None:
            return True
        account = self._account(chosen.target.backend)
        paying = self.references() if chosen.rest else {account} - {None}
        return not any(self._billing.limits(each) for each in paying if each is not None)

    @asynccontextmanager
    async def paying(self, accounts: Accounts, server: str, requester: Requester, model: str) -> AsyncIterator[None]:
        """Let the block ask a model for something, if `accounts` and the server's account do, and count what it takes.
        Raises as `charging` and `admit` do."""
        async with charging(accounts, requester) as charge:
            await self.admit(server)
            with counting(self.charge(charge, server, requester), model):
                yield

    def charge(self, inner: Charge, server: str, requester: Requester) -> Charge:
        """Return what notes for a server's account, and for its figures, too, what `inner` notes."""
        inner = _FiguredCharge(inner, self._figures, server)
        account = self._account(server)
        if account is None or self._billing is None:
            return inner
        return _AccountCharge(inner, self._billing, Bill(server, account, requester))

    def price(self, target: Target, usage: Usage | None) -> Price | None:
        """Return what an answer costs, None where that isn't known."""
        account = self._account(target.backend)
        if account is None or self._billing is None or usage is None:
            return None
        return self._billing.price(account, target.model.id, usage)

    def _account(self, server: str) -> AccountReference | None:
        backend = self._backends.get(server)
        return None if backend is None else backend.spec.account
