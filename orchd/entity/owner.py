"""Whose rows: how a query is told who asks.

An owned table has the columns `user_id` (who made a row) and, where rows can be shared, `project_id`. Rows of tables
below it belong to whoever its row belongs to.
"""

from typing import NamedTuple

from orchd.protocol.identity import DAEMON_USER_ID, LOCAL_USER_ID, NOBODYS_ID, Identity
from orchd.storage import SqlValue

MAX_PROJECTS = 500
"""Of how many projects one may be a member: each is a parameter of the statements that list rows."""


class Condition(NamedTuple):
    """A condition in SQL, to be put after an AND, and its values. `ways`: it holds where one of these does, and each of
    them by itself is answered by an index."""

    sql: str
    values: tuple[SqlValue, ...]
    ways: tuple["Condition", ...] = ()


class Owner(NamedTuple):
    """Somebody whose rows are asked for: their own, and those of the projects that they see, or may change. `models`:
    the only ones that they may use, None where it is any."""

    user_id: int
    reads: tuple[int, ...] = ()
    changes: tuple[int, ...] = ()
    models: frozenset[str] | None = None
    token_id: int | None = None
    """The token by which they ask, if by one."""
    background: bool = False
    """Whether what they ask of models waits for people."""

    def sees(self, user_id: int, project_id: int | None) -> bool:
        """Tell whether they may see a row of this user and of this project, if it is in one."""
        return user_id == self.user_id or (project_id is not None and project_id in self.reads)

    def visible(self, alias: str, *, shared: bool = True) -> Condition:
        """Return that a row of the table called `alias` is theirs, or `shared` with them."""
        return self._condition(alias, self.reads if shared else ())

    def changeable(self, alias: str, *, shared: bool = True) -> Condition:
        """Return that they may change a row of the table called `alias`."""
        return self._condition(alias, self.changes if shared else ())

    def _condition(self, alias: str, projects: tuple[int, ...]) -> Condition:
        own = Condition(f"{alias}.user_id = ?", (self.user_id,))
        if not projects:
            return own
        marks = ", ".join("?" * len(projects))
        shared = Condition(f"{alias}.project_id IN ({marks})", projects)
        return Condition(f"({own.sql} OR {shared.sql})", (*own.values, *projects), (own, shared))


LOCAL_OWNER = Owner(LOCAL_USER_ID)
DAEMON_OWNER = Owner(DAEMON_USER_ID)
"""Whoever may see and change what belongs to nobody."""
_NOBODY = Owner(NOBODYS_ID)


def owner_of(who: Identity) -> Owner:
    """Return whose rows somebody asks for; nobody's are those of nobody."""
    return Owner(who.user_id, who.reads, who.changes, who.models, who.token_id, who.background)


def daemon_owner_of(who: Identity) -> Owner:
    """Return whose rows somebody asks for where these belong to nobody: an admin sees all, and others none."""
    return DAEMON_OWNER if who.role == "admin" else _NOBODY


class Belonging(NamedTuple):
    """Whom a row belongs to: a user, and a project whose members see it as well."""

    user_id: int
    project_id: int | None = None

    @property
    def reader(self) -> Owner:
        """Who sees what these share: the rows of the user, and those of the project."""
        return Owner(self.user_id, () if self.project_id is None else (self.project_id,))

    def is_seen_by(self, owner: Owner) -> bool:
        """Whether somebody may see it."""
        return owner.sees(*self)
