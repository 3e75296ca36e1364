"""The tables whose rows belong to users: the one list, by which rows are adopted, given away, released and deleted.

A table with a column `user_id` that says whose its rows are is named here: `tests/house/test_owned_rows.py` compares
the list with the migrations. Rows of tables below go with theirs, by the foreign keys.
"""

from collections.abc import Mapping
from typing import NamedTuple


class OwnedBy(NamedTuple):
    """`distinct`: columns that are different in all rows which one user has. `shared`: it has a `project_id`, by which
    projects see its rows. `versioned`: its rows have a version, by which it shows that they have changed. `kept`: what
    is removed stays for some time, and has its name no more. `yields`: where two users have one for the same thing, a
    row that is given to the other one gives way to the one there. `follows`: an index of others' rows, which is brought
    up to date and goes by itself."""

    distinct: tuple[str, ...] = ()
    shared: bool = False
    versioned: bool = False
    kept: bool = False
    yields: bool = False
    follows: bool = False


OWNED_TABLES: Mapping[str, OwnedBy] = {
    "conversation": OwnedBy(shared=True, versioned=True, kept=True),
    "conversation_draft": OwnedBy(shared=True),
    "conversation_import": OwnedBy(versioned=True, kept=True),
    "task": OwnedBy(shared=True, versioned=True, kept=True),
    "assistant": OwnedBy(("name",), shared=True, versioned=True, kept=True),
    "instruction": OwnedBy(shared=True, versioned=True, kept=True),
    "model_rating": OwnedBy(("model", "task_type"), kept=True),
    "message_rating": OwnedBy(("message_id",), yields=True),
    "message_reaction": OwnedBy(("message_id", "emoji"), yields=True),
    "verification": OwnedBy(),
    "text_job": OwnedBy(),
    "project": OwnedBy(("name",)),
    "credential": OwnedBy(("name",), shared=True, versioned=True),
    "file": OwnedBy(shared=True, versioned=True, kept=True),
    "file_upload": OwnedBy(),
    "account": OwnedBy(("name",), versioned=True, kept=True),
    "knowledge": OwnedBy(("title",), shared=True, versioned=True, kept=True),
    "prompt": OwnedBy(("name",), shared=True, versioned=True, kept=True),
    "template": OwnedBy(("name",), shared=True, versioned=True, kept=True),
    "workflow": OwnedBy(("name",), shared=True, versioned=True, kept=True),
    "search_entry": OwnedBy(shared=True, follows=True),
    "notification": OwnedBy(kept=True),
}
