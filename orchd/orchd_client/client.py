"""The client: one method a request, by what it is about."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from ssl import SSLContext
from typing import TYPE_CHECKING, Any

from .facts import FACTS
from .runtime.facts import Call
from .runtime.failures import OrchdError
from .runtime.link import Link, LinkTerms
from .runtime.messages import Frame
from .runtime.opening import open_link
from .runtime.socket import check_address, make_dialer
from .runtime.streams import UnaskedFrames

if TYPE_CHECKING:
    from .data.search import SearchResults
    from .data.session import Cancelled, Pong, SessionReady
    from .families.access import AccessRequests
    from .families.account import AccountRequests
    from .families.assistant import AssistantRequests
    from .families.audit import AuditRequests
    from .families.backend import BackendRequests
    from .families.chat import ChatRequests
    from .families.conversation import ConversationRequests
    from .families.credential import CredentialRequests
    from .families.execution_log import ExecutionLogRequests
    from .families.file import FileRequests
    from .families.instruction import InstructionRequests
    from .families.knowledge import KnowledgeRequests
    from .families.login import LoginRequests
    from .families.model import ModelRequests
    from .families.monitoring import MonitoringRequests
    from .families.notification import NotificationRequests
    from .families.project import ProjectRequests
    from .families.prompt import PromptRequests
    from .families.provider import ProviderRequests
    from .families.quota import QuotaRequests
    from .families.rating import RatingRequests
    from .families.session import SessionRequests
    from .families.setting import SettingRequests
    from .families.subtask import SubtaskRequests
    from .families.task import TaskRequests
    from .families.team import TeamRequests
    from .families.template import TemplateRequests
    from .families.text import TextRequests
    from .families.token import TokenRequests
    from .families.usage import UsageRequests
    from .families.user import UserRequests
    from .families.verify import VerifyRequests
    from .families.workflow import WorkflowRequests


class Client:
    """A connection to a daemon that comes back by itself; made by `connect`."""

    def __init__(self, link: Link) -> None:
        self._link = self.link = link
        """What all requests go through; for programs that look after the connection."""

    @cached_property
    def session(self) -> SessionRequests:
        """Requests whose type begins with `session`."""
        from .families.session import SessionRequests

        return SessionRequests(self._link)

    @cached_property
    def user(self) -> UserRequests:
        """Requests whose type begins with `user`."""
        from .families.user import UserRequests

        return UserRequests(self._link)

    @cached_property
    def token(self) -> TokenRequests:
        """Requests whose type begins with `token`."""
        from .families.token import TokenRequests

        return TokenRequests(self._link)

    @cached_property
    def login(self) -> LoginRequests:
        """Requests whose type begins with `login`."""
        from .families.login import LoginRequests

        return LoginRequests(self._link)

    @cached_property
    def project(self) -> ProjectRequests:
        """Requests whose type begins with `project`."""
        from .families.project import ProjectRequests

        return ProjectRequests(self._link)

    @cached_property
    def team(self) -> TeamRequests:
        """Requests whose type begins with `team`."""
        from .families.team import TeamRequests

        return TeamRequests(self._link)

    @cached_property
    def conversation(self) -> ConversationRequests:
        """Requests whose type begins with `conversation`."""
        from .families.conversation import ConversationRequests

        return ConversationRequests(self._link)

    @cached_property
    def chat(self) -> ChatRequests:
        """Requests whose type begins with `chat`."""
        from .families.chat import ChatRequests

        return ChatRequests(self._link)

    @cached_property
    def file(self) -> FileRequests:
        """Requests whose type begins with `file`."""
        from .families.file import FileRequests

        return FileRequests(self._link)

    @cached_property
    def monitoring(self) -> MonitoringRequests:
        """Requests whose type begins with `monitoring`."""
        from .families.monitoring import MonitoringRequests

        return MonitoringRequests(self._link)

    @cached_property
    def model(self) -> ModelRequests:
        """Requests whose type begins with `model`."""
        from .families.model import ModelRequests

        return ModelRequests(self._link)

    @cached_property
    def backend(self) -> BackendRequests:
        """Requests whose type begins with `backend`."""
        from .families.backend import BackendRequests

        return BackendRequests(self._link)

    @cached_property
    def assistant(self) -> AssistantRequests:
        """Requests whose type begins with `assistant`."""
        from .families.assistant import AssistantRequests

        return AssistantRequests(self._link)

    @cached_property
    def instruction(self) -> InstructionRequests:
        """Requests whose type begins with `instruction`."""
        from .families.instruction import InstructionRequests

        return InstructionRequests(self._link)

    @cached_property
    def rating(self) -> RatingRequests:
        """Requests whose type begins with `rating`."""
        from .families.rating import RatingRequests

        return RatingRequests(self._link)

    @cached_property
    def text(self) -> TextRequests:
        """Requests whose type begins with `text`."""
        from .families.text import TextRequests

        return TextRequests(self._link)

    @cached_property
    def verify(self) -> VerifyRequests:
        """Requests whose type begins with `verify`."""
        from .families.verify import VerifyRequests

        return VerifyRequests(self._link)

    @cached_property
    def task(self) -> TaskRequests:
        """Requests whose type begins with `task`."""
        from .families.task import TaskRequests

        return TaskRequests(self._link)

    @cached_property
    def subtask(self) -> SubtaskRequests:
        """Requests whose type begins with `subtask`."""
        from .families.subtask import SubtaskRequests

        return SubtaskRequests(self._link)

    @cached_property
    def execution_log(self) -> ExecutionLogRequests:
        """Requests whose type begins with `execution-log`."""
        from .families.execution_log import ExecutionLogRequests

        return ExecutionLogRequests(self._link)

    @cached_property
    def credential(self) -> CredentialRequests:
        """Requests whose type begins with `credential`."""
        from .families.credential import CredentialRequests

        return CredentialRequests(self._link)

    @cached_property
    def account(self) -> AccountRequests:
        """Requests whose type begins with `account`."""
        from .families.account import AccountRequests

        return AccountRequests(self._link)

    @cached_property
    def provider(self) -> ProviderRequests:
        """Requests whose type begins with `provider`."""
        from .families.provider import ProviderRequests

        return ProviderRequests(self._link)

    @cached_property
    def audit(self) -> AuditRequests:
        """Requests whose type begins with `audit`."""
        from .families.audit import AuditRequests

        return AuditRequests(self._link)

    @cached_property
    def access(self) -> AccessRequests:
        """Requests whose type begins with `access`."""
        from .families.access import AccessRequests

        return AccessRequests(self._link)

    @cached_property
    def quota(self) -> QuotaRequests:
        """Requests whose type begins with `quota`."""
        from .families.quota import QuotaRequests

        return QuotaRequests(self._link)

    @cached_property
    def usage(self) -> UsageRequests:
        """Requests whose type begins with `usage`."""
        from .families.usage import UsageRequests

        return UsageRequests(self._link)

    @cached_property
    def knowledge(self) -> KnowledgeRequests:
        """Requests whose type begins with `knowledge`."""
        from .families.knowledge import KnowledgeRequests

        return KnowledgeRequests(self._link)

    @cached_property
    def workflow(self) -> WorkflowRequests:
        """Requests whose type begins with `workflow`."""
        from .families.workflow import WorkflowRequests

        return WorkflowRequests(self._link)

    @cached_property
    def template(self) -> TemplateRequests:
        """Requests whose type begins with `template`."""
        from .families.template import TemplateRequests

        return TemplateRequests(self._link)

    @cached_property
    def prompt(self) -> PromptRequests:
        """Requests whose type begins with `prompt`."""
        from .families.prompt import PromptRequests

        return PromptRequests(self._link)

    @cached_property
    def notification(self) -> NotificationRequests:
        """Requests whose type begins with `notification`."""
        from .families.notification import NotificationRequests

        return NotificationRequests(self._link)

    @cached_property
    def setting(self) -> SettingRequests:
        """Requests whose type begins with `setting`."""
        from .families.setting import SettingRequests

        return SettingRequests(self._link)

    @property
    def ready(self) -> SessionReady | None:
        """What the daemon said first on the connection that there is; None while there is none."""
        session = self._link.connected
        return None if session is None else session.ready

    def unasked(self) -> UnaskedFrames:
        """Give frames that belong to no request and to no subscription, as they come; of many the latest ones.

        Raises what has ended the connection for good.
        """
        return UnaskedFrames(self._link)

    async def request(
        self, kind: str, data: dict[str, Any] | None = None, take: Callable[[Frame], None] = lambda _: None
    ) -> Frame:
        """Make any request by its type, also one that this client doesn't know; return the last frame of it.

        Its `plain` is what came; frames before it are handed to `take`, which must not wait. Raises as the methods do.
        """
        return await self._link.ask(FACTS.call_of(kind), data or {}, take)

    async def ping(self) -> Pong:
        """`ping`: is anybody there, at the level of frames.

        Needs the right `status`, of a token the scope `read`.
        """
        from .data.session import Ping, Pong

        _PING = Call("ping", "pong", Pong, safe=True)

        data = Ping()
        return await self._link.request(_PING, data)

    async def cancel(self, *, id: str) -> Cancelled:
        """`cancel`: end the request in flight that has this id.

        Needs the right `status`, of a token the scope `read`.
        """
        from .data.session import Cancel, Cancelled

        _CANCEL = Call("cancel", "cancelled", Cancelled, safe=True)

        data = Cancel(id=id)
        return await self._link.request(_CANCEL, data)

    async def search(
        self,
        *,
        query: str,
        kinds: Sequence[str] | None = None,
        since: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> SearchResults:
        """`search`: rows that have all of these words, and what stands in quotes word for word; the best first.

        Of each quote the first 64 words count. A word may also be a part of one, from three letters on (in Korean the
        beginning of one, from one syllable on); where very many words have it, the beginning of one. Of a text without
        blanks (Chinese, Japanese, Thai, ...) any part is found. Case and accents don't matter; other signs are left
        out, so that any text is a query.

        Needs the right `read`, of a token the scope `read`.

        May raise `TooLargeError`, `TimeoutError`, besides what any request may.
        """
        from .data.search import SearchQuery, SearchResults

        _SEARCH = Call("search", "search", SearchResults, safe=True)

        data = SearchQuery(query=query, kinds=kinds, since=since, limit=limit, cursor=cursor)
        return await self._link.request(_SEARCH, data)


@asynccontextmanager
async def connect(
    url: str = "ws://127.0.0.1:3001/ws",
    *,
    token: str | None = None,
    token_in_frame: bool = False,
    headers: Mapping[str, str] | None = None,
    patient: bool = False,
    tries: int | None = None,
    ssl_context: SSLContext | None = None,
    told_loss: Callable[[OrchdError, int], None] = lambda _error, _attempt: None,
) -> AsyncGenerator[Client]:
    """Connect to a daemon, and stay connected inside of the block.

    `token` is sent as a header, or in the first frame where a proxy doesn't let headers through (`token_in_frame`);
    `headers` go with it. Unless it is `patient`, a daemon that isn't there is an error; later on, the connection comes
    back by itself, after so many `tries` in a row no more: `told_loss` hears each time why it has to, and which attempt
    it is.
    Raises `DisconnectedError`, `NotADaemonError`, `UnauthorizedError`, `ValueError` for an address that is none.
    """
    check_address(url)
    terms = LinkTerms(url, make_dialer(url, ssl_context), token, token_in_frame, headers or {}, tries, told_loss)
    async with open_link(FACTS, terms, patient=patient) as link:
        yield Client(link)
