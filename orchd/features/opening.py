"""How the features are put together: the one place that knows all of them, and which needs which.

The order below is the order of their lives: whoever needs another one is opened after it, and closed before it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import NamedTuple

from orchd.entity.wire import EntityRooms
from orchd.features.account import AccountBook, open_accounts
from orchd.features.audit import Audit, open_audit
from orchd.features.breakglass import OwnersView, open_breakglass
from orchd.features.chat import MESSAGE_SOURCE, TITLES, LoopLimits, OpenChat, count_votes, open_chat
from orchd.features.conversation import CONVERSATION_SOURCE, open_conversations
from orchd.features.credential import BackendKeys, open_credentials
from orchd.features.feature import OpenFeatures, OwnedWork, Services
from orchd.features.file import FileService, open_files
from orchd.features.gateway import OpenGateway, open_gateway
from orchd.features.journal import open_journal
from orchd.features.mcp import OpenMcp, open_mcp
from orchd.features.models import Models, measure_when_idle, open_assistants, open_models, open_queue
from orchd.features.monitoring import Gauges, Meters, open_monitoring
from orchd.features.notification import SETTINGS, NewsSources, idle_settings, open_notifications
from orchd.features.people import OpenPeople, open_people
from orchd.features.presence import Presence, open_presence
from orchd.features.project import open_projects
from orchd.features.provider import ProviderServers, open_providers
from orchd.features.retention import removed_kinds
from orchd.features.search import open_search
from orchd.features.setting import open_settings
from orchd.features.task import TASK_SOURCE, OpenTasks, open_tasks
from orchd.features.text import open_texts
from orchd.features.transfer import ConversationFiles, open_transfer
from orchd.features.usage import open_usage
from orchd.features.verification import Verification, open_verification
from orchd.features.workspace import open_rooms, open_workspace
from orchd.protocol.router import Peer, Serve
from orchd.reasons import Reason
from orchd.sealing import ServerKeys, Vault
from orchd.settings.audit import AuditSettings
from orchd.settings.chat import ChatSettings
from orchd.settings.entry.gateway import GatewaySettings
from orchd.settings.entry.mcp import McpSettings
from orchd.settings.entry.outside import OutsideSettings
from orchd.settings.kept.file import FileSettings
from orchd.settings.kept.workspace import WorkspaceSettings
from orchd.settings.models import BenchmarkSettings
from orchd.settings.monitoring import MonitoringSettings
from orchd.settings.notification import NotificationSettings
from orchd.settings.people import PeopleSettings
from orchd.settings.task import TaskSettings
from orchd.settings.usage import UsageSettings
from orchd.settings.verification import VerificationSettings

DECLARED = (TITLES, *SETTINGS)
"""What people may set, besides their language."""
SEARCHED = (MESSAGE_SOURCE, CONVERSATION_SOURCE, TASK_SOURCE)
"""What is searched for words besides entities."""


class Sections(NamedTuple):
    """The settings of features."""

    chat: ChatSettings = ChatSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    task: TaskSettings = TaskSettings()
    verification: VerificationSettings = VerificationSettings()
    benchmark: BenchmarkSettings = BenchmarkSettings()
    people: PeopleSettings = PeopleSettings()
    audit: AuditSettings = AuditSettings()
    usage: UsageSettings = UsageSettings()
    workspace: WorkspaceSettings = WorkspaceSettings()
    notification: NotificationSettings = NotificationSettings()
    file: FileSettings = FileSettings()
    gateway: GatewaySettings = GatewaySettings()
    mcp: McpSettings = McpSettings()


class FeatureMeasures(NamedTuple):
    """What features tell of themselves to whoever watches the daemon."""

    journal_lag: Callable[[], float]
    """Seconds for which text of an answer waits to be written down."""
    task_statuses: Callable[[], Awaitable[dict[str, int]]]
    """How many tasks of all users are in each status. Raises `Unavailable`."""


class Features(NamedTuple):
    """All features, open."""

    serves: Mapping[str, Serve]
    """What answers each type of command."""
    presence: Presence
    people: OpenPeople
    audit: Audit
    files: FileService
    chat_files: ConversationFiles
    gateway: OpenGateway
    mcp: OpenMcp
    measures: FeatureMeasures
    backup_failure: Callable[[], None]
    """Has admins told that a backup failed."""
    works: Mapping[str, OwnedWork]
    """What outlives requests, by the name under which people are told of it."""
    prepares: tuple[Callable[[], Awaitable[None]], ...] = ()
    """What is to be done first besides, in any order."""

    @property
    def starts(self) -> list[Callable[[], Awaitable[None]]]:
        """Awaited in this order once the database is there, before the daemon says that it is ready."""
        # A run must be seen to live before it may own anything, or others would take its work for a dead one's.
        return [
            self.people.learn,
            self.presence.renew,
            *self.prepares,
            *(work.take_over for work in self.works.values()),
        ]

    def is_told(self, peer: Peer) -> bool:
        """Whether a connection is being told of work that somebody else asked for."""
        return any(work.told(peer) for work in self.works.values())

    def running(self) -> dict[str, int]:
        """How much work of each kind runs."""
        return {name: work.running() for name, work in self.works.items()}


@asynccontextmanager
async def open_features(
    services: Services, settings: Sections, connections: Callable[[], int], vault: Vault
) -> AsyncIterator[Features]:
    """Open all features, which run inside the block. `connections` counts those open, `vault` seals secrets."""
    async with AsyncExitStack() as stack:
        enter, keys = stack.enter_async_context, ServerKeys(services.database, vault)
        presence = await enter(open_presence(services))
        people = await enter(open_people(services, partial(keys.get, "token"), settings.people))
        usage = await enter(open_usage(services, settings.usage))
        rooms = await enter(open_rooms(services, settings.workspace, removed_kinds(settings.workspace)))
        audit = await enter(open_audit(services, settings.audit, rooms.feed))
        files = await enter(open_files(services, settings.file, rooms))
        servers = await enter(_open_servers(services, settings.workspace, rooms, vault))
        projects = open_projects(services, people.door.authenticator, rooms.feed)
        conversations, journal = open_conversations(services, rooms), await enter(open_journal(services))
        chat = await enter(open_chat(services, settings.chat, presence, conversations.door, journal, files.door))
        transfer = await enter(open_transfer(services, rooms, presence, settings.workspace.import_bytes))
        gauges = Gauges(connections, chat.door.work.running, services.backends.workload)
        monitoring = await enter(open_monitoring(services, settings.monitoring, gauges))
        of_models = await enter(_open_models(services, monitoring.door, rooms))
        models = of_models.models
        workspace, texts = open_workspace(services, rooms, chat.door.answering.send), open_texts(services)
        verification = open_verification(services, models.door, texts.door, settings.verification)
        further = [trials for trials in (verification.door.trials,) if trials is not None]
        helpers = monitoring.door.load, models.door, texts.door, verification.door
        await enter(measure_when_idle(services, settings.benchmark, models.door, monitoring.door.load, further))
        tasks = await enter(open_tasks(services, settings.task, presence, *helpers, usage.door, rooms))
        sources = NewsSources(tasks.door, usage.door, servers.accounts.door)
        told = await enter(open_notifications(services, settings.notification, rooms, sources, keys))
        view, may = OwnersView(chat.door.history_of, tasks.door.found_of), settings.people.break_glass
        breakglass = open_breakglass(services, view, people.door.authenticator.tell, told.door.access, allowed=may)
        search, settable = await enter(open_search(services, SEARCHED, rooms)), _settable(services, settings)
        rest = *of_models, texts, verification, tasks, *servers, breakglass, workspace, search, told, settable
        opened = (audit, usage, people, files, projects, conversations, chat, transfer, monitoring, *rest)
        gateway, mcp = await enter(_open_programs(services, settings, chat.door, tasks.door, verification.door))
        works = {"answers": chat.door.work, "tasks": tasks.door.work, "relays": gateway.work, "calls": mcp.work}
        looks = vault.look, servers.providers.door.look, servers.credentials.door.look
        measures = FeatureMeasures(lambda: journal.lag, tasks.door.statuses)
        doors = presence, people.door, audit.door, files.door.service, transfer.door, gateway, mcp, measures
        yield Features(_join(feature.serves for feature in opened), *doors, told.door.backup_failure, works, looks)


@asynccontextmanager
async def _open_programs(
    services: Services, settings: Sections, chat: OpenChat, tasks: OpenTasks, verification: Verification
) -> AsyncIterator[tuple[OpenGateway, OpenMcp]]:
    """Open what other people's programs use, by ways that they know."""
    async with (
        open_gateway(services, settings.gateway, _loops(settings.chat), chat, tasks) as gateway,
        open_mcp(services, settings.mcp, verification) as mcp,
    ):
        yield gateway.door, mcp.door


def switched_off(
    people: PeopleSettings, notification: NotificationSettings, outside: OutsideSettings
) -> tuple[Reason, ...]:
    """Return why everybody is refused who asks for what the operator has not set up."""
    found: set[Reason] = {cause.reason for cause in idle_settings(notification).values()}
    found |= set() if people.break_glass else {"break_glass_off"}
    found |= set() if outside.pictures else {"pictures_off"}
    return (*sorted(found),)


def _settable(services: Services, settings: Sections) -> OpenFeatures[None]:
    return open_settings(services, DECLARED, idle_settings(settings.notification))


def _loops(of: ChatSettings) -> LoopLimits:
    return LoopLimits(of.loop_repeats, of.loop_characters, of.loop_period)


def _join(answering: Iterable[Mapping[str, Serve]]) -> dict[str, Serve]:
    return {kind: serve for each in answering for kind, serve in each.items()}


class _OpenModels(NamedTuple):
    """What answers the frames of models, of their queue, and of assistants."""

    models: OpenFeatures[Models]
    queue: OpenFeatures[None]
    assistants: OpenFeatures[None]


@asynccontextmanager
async def _open_models(services: Services, machine: Meters, rooms: EntityRooms) -> AsyncIterator[_OpenModels]:
    models = open_models(services, machine.memory)
    async with open_queue(services) as queue:
        yield _OpenModels(models, queue, open_assistants(services.backends, rooms, count_votes))


class _OpenServers(NamedTuple):
    """What says which model servers there are, what their keys are, and who pays for them."""

    accounts: OpenFeatures[AccountBook]
    credentials: OpenFeatures[BackendKeys]
    providers: OpenFeatures[ProviderServers]


@asynccontextmanager
async def _open_servers(
    services: Services, settings: WorkspaceSettings, rooms: EntityRooms, vault: Vault
) -> AsyncIterator[_OpenServers]:
    async with (
        open_accounts(services, settings.account_usage_days, rooms) as accounts,
        open_credentials(services, vault, rooms.feed) as credentials,
        open_providers(services, rooms, credentials.door) as providers,
    ):
        yield _OpenServers(accounts, credentials, providers)
