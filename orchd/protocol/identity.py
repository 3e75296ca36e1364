"""Who asks: what is known of a connection once it is known whose it is."""

from typing import Annotated, Literal, NamedTuple, TypeAlias

from msgspec import Meta

UserRole: TypeAlias = Annotated[
    Literal["admin", "member", "viewer"],
    Meta(
        title="UserRole",
        description="What somebody may do: a `viewer` sees what is theirs or shared with them, a `member` changes and "
        "runs it too, an `admin` also decides for everybody. No role shows other people's chats and tasks.",
    ),
]
Scope: TypeAlias = Annotated[
    Literal["chat", "read", "tasks", "models", "workspace", "admin"],
    Meta(
        title="Scope",
        description="What a token may be used for: requests of one kind, or all that only show (`read`). `admin` is "
        "needed besides for what only admins may do.",
    ),
]

LOCAL_USER_ID = 0
"""Whose the rows are that were stored before there was any user."""
DAEMON_USER_ID = -1
"""On whose behalf the daemon asks models for itself; it has no rows."""
NOBODYS_ID = -2


class Identity(NamedTuple):
    """Somebody, and what they may do. `role` None is nobody: a connection that has not proved whose it is.

    `scopes` and `models` are those of the token that was shown, None without one or where it names none; the projects
    are those whose rows they may see (`reads`), and those of them whose rows they may change (`changes`).
    """

    user_id: int
    name: str
    role: UserRole | None
    scopes: frozenset[Scope] | None = None
    models: frozenset[str] | None = None
    reads: tuple[int, ...] = ()
    changes: tuple[int, ...] = ()
    background: bool = False
    """Whether what they ask of models waits for people."""
    token_id: int | None = None
    web_session_id: int | None = None
    undecided: bool = False
    """Whether it isn't known yet if anybody has to prove who they are: the database was never reached."""

    @property
    def user_name(self) -> str:
        """What a user is called; empty for the local owner, and for nobody."""
        return self.name if self.user_id > LOCAL_USER_ID else ""


LOCAL = Identity(LOCAL_USER_ID, "local", "admin")
"""Whoever reaches the daemon while there is no user."""
NOBODY = Identity(NOBODYS_ID, "", None)
UNDECIDED = Identity(NOBODYS_ID, "", None, undecided=True)
