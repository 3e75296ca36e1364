"""All that answers programs, loaded and made when the first one asks for something."""

from orchd.budget import MemoryBudget
from orchd.features.chat import LoopLimits, OpenChat
from orchd.features.feature import Services
from orchd.features.gateway.anthropic import MessagesPages
from orchd.features.gateway.ollama import OllamaPages
from orchd.features.gateway.openai import OpenAiPages
from orchd.features.gateway.places import RequestPlaces
from orchd.features.gateway.responses import ResponsesPages
from orchd.features.gateway.service import Gateway
from orchd.features.gateway.tasks import TaskModels
from orchd.features.gateway.translation.files import ShownFiles
from orchd.features.task import OpenTasks
from orchd.guard import Supervisor
from orchd.server.entry.page import Pages
from orchd.server.shares import Shares
from orchd.settings.entry.gateway import GatewaySettings


def make_gateway(
    services: Services,
    settings: GatewaySettings,
    supervisor: Supervisor,
    loops: LoopLimits,
    chat: OpenChat,
    tasks: OpenTasks,
) -> Gateway:
    """Return what hands requests on while the `supervisor`'s nursery is open."""
    models = TaskModels(tasks.asking, tasks.tell_changes, tasks.drained) if settings.tasks else None
    files = ShownFiles(chat.attachments)
    return Gateway(
        services.database, services.backends, supervisor, services.default_model, loops, chat.keeper, files, models
    )


def pages_below(part: str, gateway: Gateway, shares: Shares, memory: MemoryBudget, settings: GatewaySettings) -> Pages:
    """Return the pages of the APIs whose paths begin with a part."""
    places = RequestPlaces(shares, memory)
    kinds = (OllamaPages,) if part == "api" else (OpenAiPages, ResponsesPages, MessagesPages)
    return {path: routes for kind in kinds for path, routes in kind(gateway, places, settings).routes().items()}
