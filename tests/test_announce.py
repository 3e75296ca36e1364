"""What the start and the stop say."""

import io
import sys
from typing import Any

import pytest
from structlog.testing import capture_logs

from orchd import announce
from orchd.config import BackendSettings, DatabaseSettings, LocalSettings, ModelSettings, ServerSettings, Settings
from orchd.errors import ConfigurationError
from orchd.features.people import People
from orchd.llm import SEARCHED
from orchd.settings.people import PeopleSettings
from orchd.storage import Database, Health


def test_the_start_names_places_and_no_password() -> None:
    database = DatabaseSettings(url="mysql://orchd:hunter2@db.lan/orchd")
    with capture_logs() as logs:
        announce.starting(Settings(data_dir="/srv/orchd", database=database))
    (line,) = logs
    assert (line["event"], line["data_dir"]) == ("starting", "/srv/orchd")
    assert line["database"] == "mysql://orchd@db.lan:3306/orchd"
    assert line["model_servers"] == list(SEARCHED)
    assert "hunter2" not in str(line)


def test_servers_are_those_that_are_named_and_its_own() -> None:
    named = Settings(
        backends=(BackendSettings("http://a:1"),),
        local=LocalSettings(models=("/m.gguf",)),
        models=ModelSettings(demo=True),
    )
    assert announce.model_servers(named) == ["http://a:1", "local models", "simulated"]


class NoDatabase(Database):
    """Nothing is asked of it."""

    async def read(self, steps: Any, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("nothing is read")

    write = read

    def health(self) -> Health:
        return Health(True, "none", None)

    async def wait_ready(self) -> None:
        pass


def people(*, exist: bool | None) -> People:
    async def key() -> bytes:
        raise AssertionError("no key is needed")

    known = People(NoDatabase(), key, PeopleSettings())
    if exist is not None:
        known.note_users(exist=exist, asked_at=0.0)
    return known


@pytest.mark.parametrize(
    ("exist", "server", "chosen", "told", "offered"),
    [
        (False, ServerSettings(host="0.0.0.0"), None, True, True),
        (False, ServerSettings(host="192.0.2.1"), None, True, True),
        (False, ServerSettings(), "chosen by the operator", False, True),
        (False, ServerSettings(host="0.0.0.0", insecure=True), "chosen by the operator", False, True),
        (False, ServerSettings(host="0.0.0.0", insecure=True), None, False, False),
        (False, ServerSettings(), None, False, False),
        (True, ServerSettings(host="0.0.0.0"), "chosen by the operator", False, False),
        (None, ServerSettings(host="0.0.0.0"), None, False, False),
    ],
)
async def test_the_first_user_is_made_by_a_link_where_others_reach_the_daemon(
    exist: bool | None, server: ServerSettings, chosen: str | None, told: bool, offered: bool
) -> None:
    out = io.StringIO()
    with capture_logs() as logs:
        announce.first_user(people(exist=exist), server, "http://0.0.0.0:3001", chosen, out)
    assert ("http://127.0.0.1:3001/setup#" in out.getvalue()) is told
    assert bool(logs) is offered
    token = out.getvalue().partition("#")[2].strip() or "chosen by"
    assert token not in str(logs)


@pytest.mark.parametrize(("exist", "told"), [(False, True), (True, False), (None, False)])
async def test_the_link_is_printed_on_this_machine_too_where_it_is_wanted(exist: bool | None, told: bool) -> None:
    out = io.StringIO()
    with capture_logs():
        announce.first_user(people(exist=exist), ServerSettings(), "http://127.0.0.1:1", None, out, wanted=True)
    assert ("http://127.0.0.1:1/setup#" in out.getvalue()) is told


async def test_a_token_of_the_operators_that_could_be_guessed_ends_the_start() -> None:
    with pytest.raises(ConfigurationError):
        announce.first_user(people(exist=False), ServerSettings(), "http://127.0.0.1:1", "letmein", io.StringIO())


@pytest.mark.parametrize("terminal", [True, False])
def test_only_a_person_is_told_what_to_do_next(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    with capture_logs() as logs:
        announce.ready("http://127.0.0.1:3001", "e1")
    assert [line["event"] for line in logs][1:] == ["try it in another terminal, or open the page"] * terminal


@pytest.mark.parametrize(
    ("program", "address", "command"),
    [
        (".venv/bin/orchd", "http://127.0.0.1:3001", ".venv/bin/orchd chat"),
        ("/usr/bin/orchd", "http://[::1]:4000", "/usr/bin/orchd chat --url http://[::1]:4000"),
        ("/x/orchd/__main__.py", "http://127.0.0.1:3001", f"{sys.executable} -m orchd chat"),
    ],
)
def test_the_command_can_be_typed_as_it_stands(program: str, address: str, command: str) -> None:
    assert announce.chat_command(address, program) == command


def test_an_end_says_what_it_waits_for() -> None:
    with capture_logs() as logs:
        announce.waiting({"answers": 0, "tasks": 0}, grace_seconds=10)
        announce.waiting({"answers": 1, "tasks": 0}, grace_seconds=10)
        announce.waiting({"answers": 0, "tasks": 2}, grace_seconds=None)
    first, second = logs
    assert first["event"] == "waiting for answers; Ctrl-C or SIGTERM again to quit now"
    assert (first["answers"], first["seconds"]) == (1, 10)
    assert (second["tasks"], "seconds" in second) == (2, False)
