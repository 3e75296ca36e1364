"""Requests as values: what they tie together, and that nothing about them can disagree.

That the daemon keeps to what they say is seen by each test over the wire (`tests/wire/referee.py`).
"""

from typing import cast

import pytest

from orchd.errors import Busy, Conflict, NotFound, TooLarge
from orchd.features import commands, make_codec
from orchd.protocol.codec import Codec
from orchd.protocol.command import AnyCommand, Command, Commands
from orchd.protocol.frame_type import FrameType
from orchd.protocol.messages import COMMANDS, FRAMES
from orchd.protocol.router import Context
from orchd.protocol.types import ClientPayload, ServerPayload
from tests.answering import Answering
from tests.fix_models import Asking
from tests.wire_schema import published, references

ASKING = cast("Context", Asking())
ALL = make_codec().commands
PEOPLE = ("user", "token", "login")
RULES = ("access", "audit", "quota", "team", "provider", "account", "credential")
"""For admins, all but what shows what is one's own."""
NOBODY_ELSES = ("setting", "notification", "rating", "conversation:import")
"""What is never shared: who may only see what others have may change these."""


class ThingGet(ClientPayload, frozen=True):
    """A request."""

    thing_id: int


class ThingFound(ServerPayload, frozen=True):
    """Its reply."""

    thing_id: int


class OtherGet(ClientPayload, frozen=True):
    """Another request."""


class OtherFound(ServerPayload, frozen=True):
    """Its reply."""


class Things:
    """What answers."""

    def __init__(self, name: str = "things") -> None:
        self.name = name
        self.asked: list[int] = []

    async def get(self, context: Context, data: ThingGet) -> ThingFound:
        """Answer."""
        self.asked.append(data.thing_id)
        return ThingFound(data.thing_id)

    async def other(self, context: Context, data: OtherGet) -> OtherFound:
        """Answer."""
        return OtherFound()


class Strangers:
    """What answers other requests."""

    async def get(self, context: Context, data: ThingGet) -> ThingFound:
        """Answer."""
        return ThingFound(0)


GET = Command("thing:get", ThingGet, ThingFound, right="read", scope="read")
OTHER = Command("thing:other", OtherGet, OtherFound, right="change", scope="read")


@pytest.mark.parametrize("kind", sorted(ALL))
def test_the_schema_says_how_each_request_ends_and_which_right_it_needs(kind: str) -> None:
    command = ALL[kind]
    frame = published()["$defs"][references("ClientFrame")[kind].removeprefix("#/$defs/")]

    def names(*types: str) -> list[str]:
        return [references("ServerFrame")[server].removeprefix("#/$defs/") for server in types]

    assert [frame["x-reply"]] == names(command.reply.type)
    assert frame["x-before"] == names(*(told.type for told in command.before))
    assert frame["x-pushes"] == names(*(told.type for told in command.pushes))
    assert frame.get("x-replyData", {}) == command.final
    assert frame["x-errors"] == [error.code for error in command.errors]
    assert (frame["x-right"], frame["x-scope"]) == (command.right, command.scope)
    assert command.reply not in command.before or command.final, "how is the final one told from those before?"


def test_what_only_shows_needs_the_right_to_read() -> None:
    rights = {kind: command.right for kind, command in ALL.items() if kind.partition(":")[0] not in (*PEOPLE, *RULES)}
    shown = {kind for kind in rights if kind.rpartition(":")[2] in ("get", "list", "history", "subscribe", "stats")}
    assert {rights[kind] for kind in shown} == {"read", "status"}
    assert {kind for kind in shown if rights[kind] == "status"} == {"monitoring:history", "monitoring:subscribe"}
    stored = {kind for kind in rights if kind.rpartition(":")[2] in ("create", "update", "delete", "send", "run")}
    own = {kind for kind, right in rights.items() if right == "own"}
    assert {rights[kind] for kind in stored - own} == {"change"}
    decided = {kind for kind, right in rights.items() if right == "admin"}
    assert decided == {"model:unload"}
    assert {kind.rpartition(":")[0] for kind in own} == {*NOBODY_ELSES, "chat", "model"}
    assert {kind for kind in own if kind.startswith(("chat:", "model:"))} == {"chat:rate", "chat:react", "model:rate"}


def test_users_are_for_admins_and_how_one_comes_in_is_ones_own_matter() -> None:
    commands = {kind: command for kind, command in ALL.items() if kind.partition(":")[0] in PEOPLE}
    own = {kind for kind, command in commands.items() if command.right == "own"}
    assert own == {"user:passwd", "token:create", "token:list", "token:revoke", "login:list", "login:revoke"}
    assert {kind for kind, command in commands.items() if command.scope != "admin"} == {"user:me"}
    assert {command.right for kind, command in commands.items() if kind not in own} == {"admin", "status"}


def test_teams_are_made_by_admins_and_seen_by_all() -> None:
    rights = {kind: command.right for kind, command in ALL.items() if kind.startswith("team:")}
    assert {kind for kind, right in rights.items() if right == "read"} == {"team:get", "team:list"}
    assert {*rights.values()} == {"read", "admin"}


async def test_a_request_is_answered_by_the_object_it_is_bound_to() -> None:
    commands = Commands(GET.by(Things.get), OTHER.by(Things.other))
    one, two = Things("one"), Things("two")
    first, second = (Answering(commands, commands.bind(things)) for things in (one, two))
    assert await first.ask(ASKING, ThingGet(1), ThingFound) == ThingFound(1)
    assert await second.ask(ASKING, ThingGet(2), ThingFound) == ThingFound(2)
    assert await second.ask(ASKING, OtherGet(), OtherFound) == OtherFound()
    assert (one.asked, two.asked) == ([1], [2])


def test_the_commands_of_a_feature_are_known_before_it_is_opened() -> None:
    assert [command.type for command in Commands(GET.by(Things.get))] == ["thing:get"]


def test_what_does_not_fit_together_is_refused_by_the_type_checker() -> None:
    """Each line is an error to mypy, which also finds a needless `ignore`."""
    Command("thing:get", ThingGet, OtherFound, right="read", scope="read").by(Things.get)  # type: ignore[arg-type]
    Command("thing:get", OtherGet, ThingFound, right="read", scope="read").by(Things.get)  # type: ignore[arg-type]
    Command("thing:get", ThingGet, OTHER.reply, right="read", scope="read").by(Things.get)  # type: ignore[arg-type]
    Commands(OTHER.by(Things.other), GET.by(Strangers.get)).bind(Things())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "commands",
    [
        [GET, GET],
        [GET, Command("thing:get", OtherGet, GET.reply, right="read", scope="read")],
        [GET, Command("thing:look", ThingGet, OtherFound, right="read", scope="read")],
        [GET, Command("thing:other", OtherGet, FrameType("thing:get", OtherFound), right="read", scope="read")],
        [GET, Command("thing:other", OtherGet, FrameType("thing:look", ThingFound), right="read", scope="read")],
        [Command("thing:get", ThingGet, FrameType("error", ThingFound), right="read", scope="read")],
    ],
    ids=["twice", "one type", "one payload", "a reply of another's type", "one name", "a frame of the session's"],
)
def test_two_frames_have_two_types_and_two_names(commands: list[AnyCommand]) -> None:
    with pytest.raises(ValueError, match=r"(?i)thing|error"):
        Codec([*COMMANDS, *commands], FRAMES)


def test_an_error_that_any_request_may_have_is_not_listed_again() -> None:
    with pytest.raises(ValueError, match="thing:get declares an error that any request may have"):
        Command("thing:get", ThingGet, ThingFound, right="read", scope="read", errors=(NotFound, Busy))


def test_errors_are_told_once_and_in_the_order_of_their_codes() -> None:
    command = Command(
        "thing:get", ThingGet, ThingFound, right="read", scope="read", errors=(Conflict, NotFound, Conflict)
    )
    assert command.errors == (NotFound, Conflict)
    assert [command.expects(kind("so")) for kind in (NotFound, Busy, TooLarge)] == [True, True, False]


BRINGS = {"create", "send", "edit", "regenerate", "continue", "duplicate", "import", "revert", "plan", "run", "retry"}
ENDS = {"delete", "restore", "cancel", "pause", "remove", "revoke", "reset", "unsubscribe", "unload"}
SMALL = {"token:create", "project:member:remove"}
"""What brings so little that it never fills a disk, and may be needed to get on."""


def test_what_brings_something_waits_for_room_and_what_ends_something_never_does() -> None:
    found = {verb: set[bool]() for verb in (*BRINGS, *ENDS)}
    for command in commands():
        verb = command.type.rpartition(":")[2]
        if verb in found and command.right in ("change", "own") and command.type not in SMALL:
            found[verb].add(command.grows)
    assert {verb: {True} for verb in BRINGS} == {verb: found[verb] for verb in BRINGS}
    assert not any(True in found[verb] for verb in ENDS)
