from msgspec.structs import replace

from orchd.errors import Unavailable
from orchd.features.models.catalog.catalog import items, queue_item, server
from orchd.features.models.messages import ModelFailure, ModelStars
from orchd.llm import ServerNote
from orchd.llm.types import BackendHealth, ModelInfo, Priority, QueueEntry
from orchd.protocol.identity import DAEMON_USER_ID, Identity

REFUSED = Unavailable("refused", reason="connect")
UP = BackendHealth("up", "http://127.0.0.1:1", "lmstudio", True, None, 1, latency_ms=1.23456, version="0.4")
AWAY = BackendHealth("away", "http://127.0.0.1:2", "openai", False, "refused", 0, last_error="refused", failure=REFUSED)
INFO = ModelInfo(
    "a",
    "up",
    loaded=False,
    context=8192,
    max_context=8192,
    size_bytes=2**60,
    quantization="Q4",
    parameters="8B",
    capabilities=("vision", "tools"),
)


def test_all_that_is_known_is_shown() -> None:
    (item,) = items([INFO], [UP], {"a": ModelStars(4.0, 2)})
    assert (item.kind, item.reason) == ("lmstudio", None)
    assert (item.name, item.state, item.context, item.max_context) == ("a", "not_loaded", None, 8192)
    assert (item.size_bytes, item.quantization, item.parameters) == (2**53 - 1, "Q4", "8B")
    assert (item.capabilities, item.rating, item.stale) == (["tools", "vision"], ModelStars(4.0, 2), False)


def test_what_is_not_known_is_null() -> None:
    (item,) = items([ModelInfo("a", "up")], [UP], {})
    assert (item.state, item.context, item.max_context, item.rating) == ("unknown", None, None, None)


def test_what_else_it_is_called_and_whether_it_chats() -> None:
    infos = [
        ModelInfo("a", "up", aliases=("fast",), template=False),
        ModelInfo("b", "up", purpose="image"),
        ModelInfo("c", "up", "embedding"),
    ]
    shown = [(item.aliases, item.chats, item.chat_template) for item in items(infos, [UP], {})]
    assert shown == [(["fast"], True, False), ([], False, None), ([], False, None)]


def test_only_ambiguous_names_carry_their_server() -> None:
    found = items([ModelInfo("a", "up"), ModelInfo("a", "away"), ModelInfo("b", "up")], [UP, AWAY], {})
    assert [item.name for item in found] == ["a@up", "a@away", "b"]


def test_what_a_server_listed_before_it_went_away_is_stale() -> None:
    (item,) = items([ModelInfo("a", "away", loaded=True)], [UP, AWAY], {})
    assert (item.stale, item.state) == (True, "unknown")
    assert (item.kind, item.reason) == ("openai", "refused")


def test_a_server_is_shown_as_probed() -> None:
    assert (server(UP).note, server(UP).notes) == (None, [])
    notes = (ServerNote("list_cut", "cut", 9, 5), ServerNote("no_list", "none", http_status=404))
    cut = server(replace(UP, notes=notes))
    assert cut.note == "cut; none"
    assert [(note.code, note.count, note.limit, note.http_status) for note in cut.notes] == [
        ("list_cut", 9, 5, None),
        ("no_list", None, None, 404),
    ]
    assert (server(UP).latency_ms, server(UP).version) == (1.23, "0.4")
    assert (server(AWAY).reason, server(AWAY).last_error) == ("refused", "refused")
    assert server(AWAY).failure == ModelFailure("unavailable", "refused", True, "connect")
    assert server(UP).failure is None


ANN = Identity(1, "ann", "member")


def test_of_others_the_queue_tells_neither_who_they_are_nor_what_they_talk_about() -> None:
    running = QueueEntry("up", "a", "running", Priority.TASK, 2, 7, 1.5)
    for admin in (ANN, ANN._replace(role="admin")):
        shown = queue_item(running, admin)
        assert (shown.user, shown.conversation) == ("another user", None)
    assert queue_item(replace(running, user=DAEMON_USER_ID), ANN).user == "orchd"


def test_what_runs_and_what_waits() -> None:
    running = QueueEntry("up", "a", "running", Priority.TASK, 1, 7, 1.5, loading=True, written=12)
    shown = queue_item(running, ANN)
    assert (shown.state, shown.priority, shown.user, shown.conversation) == ("loading", "task", "ann", "7")
    assert shown.tokens == 12
    waiting = QueueEntry("up", "a", "waiting", Priority.CHAT, 1, None, 0.25, position=2, eta_ms=900, why="turn")
    shown = queue_item(waiting, ANN)
    assert (shown.elapsed_ms, shown.position, shown.eta_ms, shown.why) == (250, 2, 900, "turn")
